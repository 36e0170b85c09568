package fhir_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// drawRequest is a request with any steps and any words.
func drawRequest(t *rapid.T) ehrdesk.Request {
	words := rapid.StringMatching(`[A-Za-z陳大文 "\\<]{1,20}`)
	line := rapid.Custom(func(t *rapid.T) string { return strings.TrimSpace(ehrdesk.CleanLine("x" + words.Draw(t, "words"))) })
	party := rapid.Custom(func(t *rapid.T) ehrdesk.RequestParty {
		return ehrdesk.RequestParty{ID: rapid.StringMatching(`[0-9]{10}`).Draw(t, "hcp"), Name: line.Draw(t, "name")}
	})
	letter := rapid.Custom(func(t *rapid.T) *ehrdesk.Letter {
		return &ehrdesk.Letter{Title: line.Draw(t, "title"), Text: line.Draw(t, "one") + "\n" + line.Draw(t, "two"), Ref: ehrdesk.Ref{Resource: "DocumentReference", ID: "d1"}, Author: line.Draw(t, "author")}
	})
	r := ehrdesk.Request{ID: "7b1e7f1c-57c1-4d8e-9b3a-0d9a1b2c3d4e", Kind: rapid.SampledFrom([]ehrdesk.RequestKind{ehrdesk.RequestReferral, ehrdesk.RequestQuery, ehrdesk.RequestIncident}).Draw(t, "kind"),
		From: party.Draw(t, "from"), To: party.Draw(t, "to"), State: ehrdesk.RequestSent}
	r.Patient.ID = "p1"
	r.Body.Letter, r.Body.Priority = *letter.Draw(t, "letter"), "urgent"
	if r.Kind == ehrdesk.RequestReferral {
		r.Body.Specialty = "cardiology"
	} else {
		r.Body.About = ehrdesk.Ref{Resource: "Observation", ID: "o1"}
	}
	for range rapid.IntRange(0, 3).Draw(t, "attached") {
		r.Body.Attached = append(r.Body.Attached, ehrdesk.Attached{Ref: ehrdesk.Ref{Resource: "Observation", ID: "o1"}, Title: line.Draw(t, "title"), Date: ehrdesk.At(time.Date(2026, 11, 2, 9, 0, 0, 0, ehrdesk.HongKong())), Source: line.Draw(t, "source")})
	}
	for i := range rapid.IntRange(0, 5).Draw(t, "steps") {
		s := ehrdesk.RequestStep{ID: "s", State: rapid.SampledFrom([]ehrdesk.RequestState{ehrdesk.RequestSent, ehrdesk.RequestAccepted, ehrdesk.RequestAnswered}).Draw(t, "state"), By: party.Draw(t, "by"), Staff: "drlee", Name: line.Draw(t, "name"),
			At: time.Date(2026, 11, 3, 9, i, 0, 0, time.UTC), Note: line.Draw(t, "note")}
		if s.State == ehrdesk.RequestAnswered {
			s.Answer = letter.Draw(t, "answer")
		}
		r.Steps, r.State, r.Version = append(r.Steps, s), s.State, i+1
	}
	return r
}

// What is written is read as it was.
func TestARequestIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := drawRequest(rt)
		b, err := fhir.MarshalRequest(&r)
		if err != nil {
			rt.Fatal(err)
		}
		got, err := fhir.ParseRequest(b)
		if err != nil {
			rt.Fatalf("%v: %s", err, b)
		}
		for i := range got.Body.Attached { // a time in another zone is the same
			if got.Body.Attached[i].Date.Compare(r.Body.Attached[i].Date) != 0 {
				rt.Fatal(got.Body.Attached[i].Date)
			}
			got.Body.Attached[i].Date = r.Body.Attached[i].Date
		}
		if !reflect.DeepEqual(got, r) {
			rt.Fatalf("%+v\n%+v\n%s", r, got, b)
		}
	})
}

func TestWhatIsNoRequestIsRefused(t *testing.T) {
	good := `{"resourceType":"Task","id":"a","status":"requested","businessStatus":{"coding":[{"system":"urn:ehrdesk:request-state","code":"sent"}]},"intent":"order","code":{"coding":[{"system":"urn:ehrdesk:request","code":"referral"}]},"for":{"reference":"Patient/p1"},"requester":{"identifier":{"system":"` + ehrdesk.SystemHCP + `","value":"1"}},"owner":{"identifier":{"system":"` + ehrdesk.SystemHCP + `","value":"2"}}}`
	if _, err := fhir.ParseRequest([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for name, raw := range map[string]string{
		"not JSON":           good[1:],
		"another type":       strings.Replace(good, "Task", "Flag", 1),
		"another kind":       strings.Replace(good, `"referral"`, `"favour"`, 1),
		"no patient":         strings.Replace(good, "Patient/p1", "Group/p1", 1),
		"nobody asks":        strings.Replace(good, `"value":"1"`, `"value":""`, 1),
		"answered, no steps": strings.Replace(good, `"sent"`, `"answered"`, 1),
		"said twice":         strings.Replace(good, `"id":"a"`, `"id":"a","id":"b"`, 1),
	} {
		if r, err := fhir.ParseRequest([]byte(raw)); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

func FuzzParseRequest(f *testing.F) {
	f.Add([]byte(`{"resourceType":"Task","id":"a"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := fhir.ParseRequest(b)
		if err != nil {
			return
		}
		again, err := fhir.MarshalRequest(&r)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := fhir.ParseRequest(again); err != nil || got.State != r.State || len(got.Steps) != len(r.Steps) {
			t.Fatalf("%s: %v", again, err)
		}
	})
}
