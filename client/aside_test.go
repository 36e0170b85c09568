package client_test

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// onPages has spoil change what the centre answers of records.
func onPages(spoil func([]byte) []byte) func(*http.Request, []byte) []byte {
	return func(r *http.Request, b []byte) []byte {
		if !strings.Contains(r.URL.Path, "$everything") {
			return b
		}
		return spoil(b)
	}
}

func swap(old, new string) func([]byte) []byte {
	return func(b []byte) []byte { return bytes.Replace(b, []byte(old), []byte(new), 1) }
}

// logged are the entries of the access log of one action.
func logged(t *testing.T, s *client.Session, action ehrdesk.AuditAction) (out []ehrdesk.AuditEvent) {
	t.Helper()
	if err := s.EachAccess(t.Context(), func(_ int64, e ehrdesk.AuditEvent) error {
		if e.Action == action {
			out = append(out, e)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// A sender must not be able to close a chart: whatever is wrong with one record,
// every other one arrives, and that one is named, logged and told.
func TestOneBadRecordIsOneBadRecord(t *testing.T) {
	subject := func(id, instead string) func([]byte) []byte {
		return swap(`"code":{"text":"Potassium 3"},"subject":{"reference":"Patient/`+id+`"}`, `"code":{"text":"Potassium 3"},"subject":`+instead)
	}
	for i, c := range []struct {
		name   string
		spoil  func(id string) func([]byte) []byte
		reason ehrdesk.AsideReason
		named  bool
	}{
		{"a member that stands twice", func(string) func([]byte) []byte {
			return swap(`"code":{"text":"Potassium 3"}`, `"code":{"text":"Potassium 3"},"code":{"text":"Sodium"}`)
		}, ehrdesk.AsideDuplicate, true},
		{"a member that stands twice inside", func(string) func([]byte) []byte {
			return swap(`"code":{"text":"Potassium 3"}`, `"code":{"text":"Potassium 3","text":"Sodium"}`)
		}, ehrdesk.AsideDuplicate, true},
		{"bytes that are no text", func(string) func([]byte) []byte { return swap(`Potassium 3`, "Potassium \xff") }, ehrdesk.AsideText, true},
		{"an id that FHIR does not allow", func(id string) func([]byte) []byte {
			return swap(`"id":"obs-`+id+`-3"`, `"id":"obs_`+id+`_3"`)
		}, ehrdesk.AsideID, false},
		{"an id of 65 characters", func(id string) func([]byte) []byte {
			return swap(`"id":"obs-`+id+`-3"`, `"id":"`+strings.Repeat("x", 65)+`"`)
		}, ehrdesk.AsideID, false},
		{"no id", func(id string) func([]byte) []byte { return swap(`"id":"obs-`+id+`-3",`, ``) }, ehrdesk.AsideID, false},
		{"a meta that is none", func(string) func([]byte) []byte {
			return func(b []byte) []byte {
				at := bytes.Index(b, []byte(`Potassium 3"`))
				from := bytes.LastIndex(b[:at], []byte(`"meta":{`))
				to := from + bytes.IndexByte(b[from:], '}') + 1
				return slices.Concat(b[:from], []byte(`"meta":"none"`), b[to:])
			}
		}, ehrdesk.AsideShape, true},
		{"too deep", func(string) func([]byte) []byte {
			return swap(`"code":{"text":"Potassium 3"}`, `"code":{"text":"Potassium 3"},"x":`+strings.Repeat("[", 300)+strings.Repeat("]", 300))
		}, ehrdesk.AsideTooLarge, true},
		{"of another patient", func(id string) func([]byte) []byte { return subject(id, `{"reference":"Patient/someone"}`) }, ehrdesk.AsideAnother, true},
		{"by an identifier that nobody carries", func(id string) func([]byte) []byte {
			return subject(id, `{"identifier":{"system":"urn:x","value":"1"}}`)
		}, ehrdesk.AsideUnclear, true},
		{"of a group", func(id string) func([]byte) []byte { return subject(id, `{"reference":"Group/g"}`) }, ehrdesk.AsideUnclear, true},
		{"of somebody held inside", func(id string) func([]byte) []byte { return subject(id, `{"reference":"#p"}`) }, ehrdesk.AsideUnclear, true},
		{"of the same id elsewhere", func(id string) func([]byte) []byte {
			return subject(id, `{"reference":"https://elsewhere.example/Patient/`+id+`"}`)
		}, ehrdesk.AsideUnclear, true},
		{"of nobody", func(id string) func([]byte) []byte {
			return swap(`"code":{"text":"Potassium 3"},"subject":{"reference":"Patient/`+id+`"}`, `"code":{"text":"Potassium 3"}`)
		}, ehrdesk.AsideUnclear, true},
		{"restricted by its label", func(string) func([]byte) []byte {
			return func(b []byte) []byte {
				at := bytes.Index(b, []byte(`Potassium 3"`))
				from := bytes.LastIndex(b[:at], []byte(`"meta":{`)) + len(`"meta":{`)
				return slices.Concat(b[:from], []byte(`"security":[{"code":"V"}],`), b[from:])
			}
		}, ehrdesk.AsideLabelled, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, 24)
			w.enrol("drlee", ehrdesk.Doctor)
			id := fmt.Sprintf("bad%d", i)
			n, key := w.patient(strings.ToUpper(id), 6)
			s := w.signIn("drlee")
			defer s.Close()
			w.consent(s, n, key)
			opened, err := s.Open(ctx, n, ehrdesk.Consultation, "")
			if err != nil {
				t.Fatal(err)
			}
			w.line.set(false, onPages(c.spoil(id)))
			rep, err := opened.Sync(ctx, nil)
			if err != nil {
				t.Fatalf("the sync stopped: %v", err)
			}
			if all := count(opened); all != 9 {
				t.Errorf("%d records are shown, want 9 of 10", all)
			}
			truth := opened.Truth()
			if len(truth.Aside) != 1 || truth.Aside[0].Reason != c.reason || (truth.Aside[0].ID != "") != c.named || len(rep.Aside) != 1 || truth.Missing != 0 {
				t.Errorf("aside: %+v, missing %d", truth.Aside, truth.Missing)
			}
			for _, r := range append(opened.Search("Potassium"), opened.List(ehrdesk.LaboratoryRadiology)...) {
				if r.Title == "Potassium 3" || r.ID == "obs-"+id+"-3" {
					t.Error("it is shown")
				}
			}
			// Told once, and not again by the next sync.
			w.line.set(false, nil)
			action := ehrdesk.AuditSetAside
			if c.reason.Incident() {
				action = ehrdesk.AuditIncident
			}
			found := logged(t, s, action)
			if len(found) != 1 || strings.Contains(fmt.Sprint(found), "Potassium") || found[0].Patient != id {
				t.Errorf("the log has %+v", found)
			}
			if _, err := s.Deliver(ctx); err != nil {
				t.Error(err)
			}
			told := 0
			if err := w.centre.Accesses(ctx, "", func(a central.Access) error {
				if a.Action == string(action) {
					told++
					if !strings.Contains(a.Reason, string(c.reason)) || strings.Contains(a.Reason, "Potassium") {
						t.Errorf("the centre was told %q", a.Reason)
					}
				}
				return nil
			}); err != nil || told != 1 {
				t.Errorf("the centre was told %d times, %v", told, err)
			}
			// Mended at the centre, it comes with the next sync: a record with a name by
			// that name, another with the whole.
			if _, err := opened.Sync(ctx, nil); err != nil {
				t.Fatal(err)
			}
			if c.named && c.reason != ehrdesk.AsideLabelled {
				if got := opened.Truth(); len(got.Aside) != 0 || count(opened) != 10 {
					t.Errorf("mended, and still aside: %+v, %d shown", got.Aside, count(opened))
				}
			}
			if again := logged(t, s, action); len(again) != 1 {
				t.Errorf("logged %d times", len(again))
			}
		})
	}
}

func TestWhatIsKeptAsideStaysSoOverARestartAndOffline(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	n, key := w.patient("ASIDEA", 4)
	s := w.signIn("drlee")
	w.consent(s, n, key)
	c, err := s.Open(ctx, n, ehrdesk.Consultation, "")
	if err != nil {
		t.Fatal(err)
	}
	w.line.set(false, onPages(swap(`"subject":{"reference":"Patient/asidea"}`, `"subject":{"reference":"Patient/someone"}`)))
	if _, err := c.Sync(ctx, nil); err != nil {
		t.Fatal(err)
	}
	want := c.Truth().Aside
	if len(want) != 1 || want[0].Reason != ehrdesk.AsideAnother {
		t.Fatalf("%+v", want)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := w.desk.Close(); err != nil {
		t.Fatal(err)
	}
	w.line.set(true, nil)
	w.open()
	s = w.signIn("drlee")
	defer s.Close()
	c, err = s.Open(ctx, n, ehrdesk.Consultation, "")
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Truth().Aside; !slices.Equal(got, want) {
		t.Errorf("%+v became %+v", want, got)
	}
}

// The subject's own number counts, the patient's own Patient says which that is.
func TestASubjectByIdentifierAloneIsThePatientsWhereTheirPatientCarriesIt(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	n, key := w.patient("IDENTA", 4)
	s := w.signIn("drlee")
	defer s.Close()
	w.consent(s, n, key)
	c, err := s.Open(ctx, n, ehrdesk.Consultation, "")
	if err != nil {
		t.Fatal(err)
	}
	w.line.set(false, onPages(func(b []byte) []byte {
		b = swap(`"resourceType":"Patient",`, `"resourceType":"Patient","identifier":[{"system":"https://clinic.example/mrn","value":"MRN-771"}],`)(b)
		b = swap(`"code":{"text":"Potassium 1"},"subject":{"reference":"Patient/identa"}`, `"code":{"text":"Potassium 1"},"subject":{"identifier":{"system":"https://clinic.example/mrn","value":"MRN-771"}}`)(b)
		b = swap(`"code":{"text":"Potassium 2"},"subject":{"reference":"Patient/identa"}`, `"code":{"text":"Potassium 2"},"subject":{"identifier":{"system":"`+ehrdesk.SystemEHR+`","value":"`+n.EHR.Compact()+`"}}`)(b)
		return swap(`"code":{"text":"Potassium 3"},"subject":{"reference":"Patient/identa"}`, `"code":{"text":"Potassium 3"},"subject":{"identifier":{"system":"`+ehrdesk.SystemEHR+`","value":"000000000000"}}`)(b)
	}))
	if _, err := c.Sync(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if a := c.Truth().Aside; len(a) != 1 || a[0].Reason != ehrdesk.AsideAnother || a[0].ID != "obs-identa-3" || len(c.Search("Potassium")) != 3 {
		t.Errorf("aside %+v, %d found", a, len(c.Search("Potassium")))
	}
}
