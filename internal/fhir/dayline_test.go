package fhir_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

func TestALineOfTheDayIsReadAsItWasWritten(t *testing.T) {
	numbers := []string{"A123456(3)", "123456789012", "PASS IRL PX1234567"}
	rapid.Check(t, func(t *rapid.T) {
		n, err := ehrdesk.ParseNumber(rapid.SampledFrom(numbers).Draw(t, "number"))
		if err != nil {
			t.Skip(err)
		}
		stamp := func(what string) ehrdesk.Stamp {
			return ehrdesk.Stamp{At: time.UnixMilli(rapid.Int64Range(1, 4e12).Draw(t, what)).UTC(), By: rapid.StringMatching(`[a-z]{1,8}`).Draw(t, what+"by"), Desk: rapid.StringMatching(`[a-z0-9]{1,8}`).Draw(t, what+"desk")}
		}
		l := ehrdesk.DayLine{ID: "0d7b9a3e-1c55-4c1b-9c8e-7f3e0a1b2c3d", Kind: rapid.SampledFrom([]ehrdesk.TaskKind{ehrdesk.TaskArrival, ehrdesk.TaskWait, ehrdesk.TaskCall}).Draw(t, "kind")}
		l.Booked = ehrdesk.Booked{Number: n, Day: "2026-11-29", Booking: rapid.SampledFrom([]string{"", "A-7 \"陳\""}).Draw(t, "booking"), Stamp: stamp("booked")}
		if rapid.Bool().Draw(t, "timed") {
			l.Booked.At = time.UnixMilli(rapid.Int64Range(1, 4e12).Draw(t, "at")).UTC()
		}
		for range rapid.IntRange(1, 4).Draw(t, "steps") {
			s := ehrdesk.Step{State: rapid.SampledFrom([]ehrdesk.WorkState{ehrdesk.WorkRequested, ehrdesk.WorkAccepted, ehrdesk.WorkInError}).Draw(t, "state"), Stamp: stamp("step"), Outcome: rapid.SampledFrom(append(ehrdesk.CallOutcomes(), "", ehrdesk.CallCame, ehrdesk.CallSeen, ehrdesk.CallGone)).Draw(t, "outcome"), Via: rapid.SampledFrom([]string{"", "nurse"}).Draw(t, "via")}
			l = l.Merge(ehrdesk.DayLine{ID: l.ID, Kind: l.Kind, Booked: l.Booked, Steps: []ehrdesk.Step{s}})
		}
		if rapid.Bool().Draw(t, "sealed") {
			for _, part := range []ehrdesk.WordsPart{ehrdesk.WordsWhole, ehrdesk.WordsName, ehrdesk.WordsName, ehrdesk.WordsStanding} {
				l = l.Merge(ehrdesk.DayLine{ID: l.ID, Kind: l.Kind, Words: []ehrdesk.SealedWords{{Part: part, Key: "k1", Bytes: rapid.SliceOfN(rapid.Byte(), 1, 40).Draw(t, "bytes"), Stamp: stamp("sealed")}}})
			}
			l.Booked.Named = stamp("named")
			l = l.Book(ehrdesk.Booked{Number: n, Day: "2026-11-30", At: time.UnixMilli(rapid.Int64Range(1, 4e12).Draw(t, "moved")).UTC(), Stamp: stamp("moves")})
		}
		raw, err := fhir.MarshalDayLine(l)
		if err != nil {
			t.Fatal(err)
		}
		back, err := fhir.ParseDayLine(raw)
		if err != nil || !back.Equal(l) {
			t.Fatalf("%v\n%+v\n%+v\n%s", err, l, back, raw)
		}
	})
}

func FuzzDayLine(f *testing.F) {
	f.Add([]byte(`{"resourceType":"Appointment","id":"1","status":"booked","participant":[{"actor":{"identifier":{"system":"urn:example:hk:hkic","value":"A1234563"}}}],"requestedPeriod":[{"start":"2026-11-29"}],"extension":[{"url":"urn:example:hk:ext:booked","extension":[{"url":"at","valueInstant":"2026-11-29T01:00:00Z"},{"url":"by","valueString":"c"},{"url":"desk","valueString":"d"}]},{"url":"urn:example:hk:ext:step","extension":[{"url":"state","valueCode":"requested"},{"url":"at","valueInstant":"2026-11-29T01:00:00Z"},{"url":"by","valueString":"c"},{"url":"desk","valueString":"d"}]}]}`))
	f.Add([]byte(`{"resourceType":"Task","id":"1","code":{"text":"wait"},"for":{"identifier":{}}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		l, err := fhir.ParseDayLine(raw)
		if err != nil {
			return
		}
		again, err := fhir.MarshalDayLine(l)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := fhir.ParseDayLine(again); err != nil || !back.Equal(l) {
			t.Fatalf("%v\n%+v\n%+v", err, l, back)
		}
	})
}
