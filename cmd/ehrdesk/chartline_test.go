package main

import (
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

func hongKong() text.Words {
	return text.New().Words(text.English, time.FixedZone("HKT", 8*3600))
}

// A line of `chart --json` says what the screen says, with the codes as sent.
func TestALineOfAChartSaysWhatTheScreenSays(t *testing.T) {
	tablets := func(n string) ehrdesk.Quantity { return ehrdesk.Quantity{Number: n, Unit: "tablet"} }
	state := func(e ehrdesk.StateElement, code string) ehrdesk.State {
		return ehrdesk.State{Element: e, Concept: ehrdesk.Concept{Codings: []ehrdesk.Coding{{Code: code}}}}
	}
	for _, c := range []struct {
		r    ehrdesk.Record
		f    ehrdesk.Facts
		want string
	}{
		{ehrdesk.Record{Kind: ehrdesk.KindMedication, Resource: "MedicationRequest", ID: "a", Title: "paracetamol", Status: "active", Date: ehrdesk.Day(2026, 4, 5), Source: "QMH"},
			ehrdesk.Facts{Code: ehrdesk.Concept{Text: "paracetamol", Codings: []ehrdesk.Coding{{System: "http://www.whocc.no/atc", Code: "N02BE01"}}}, States: []ehrdesk.State{state(ehrdesk.StateStatus, "active")},
				Dosages: []ehrdesk.Dosage{{Doses: []ehrdesk.DoseRate{{Dose: ehrdesk.Value{Kind: ehrdesk.IsRange, Low: tablets("1"), High: tablets("2")}}}, Route: ehrdesk.Concept{Text: "oral"},
					Timing: ehrdesk.Timing{Frequency: "1", Period: "4", PeriodMax: "6", PeriodUnit: "h"}, AsNeededFor: []ehrdesk.Concept{{Text: "pain"}},
					MaxPeriod: ehrdesk.Value{Kind: ehrdesk.IsRatio, Low: tablets("8"), High: ehrdesk.Quantity{Number: "1", Unit: "d"}}}}},
			`{"type":"diagnosis-procedure-medication","resource":"MedicationRequest","id":"a","date":"2026-04-05","title":"paracetamol",` +
				`"value":"1–2 tablets – oral – every 4 to 6 hours – as needed for pain – at most 8 tablets in 24 hours","status":"active","status_words":"active",` +
				`"source":"QMH","restricted":false,"codes":[{"system":"http://www.whocc.no/atc","code":"N02BE01"}]}`},
		{ehrdesk.Record{Kind: ehrdesk.KindDiagnosis, Resource: "Condition", ID: "b", Title: "Epilepsy", Status: "refuted"},
			ehrdesk.Facts{States: []ehrdesk.State{state(ehrdesk.StateClinical, "active"), state(ehrdesk.StateVerification, "refuted")}},
			`{"type":"diagnosis-procedure-medication","resource":"Condition","id":"b","date":"","title":"REFUTED: Epilepsy","status":"refuted","source":"","restricted":false,"codes":[]}`},
		{ehrdesk.Record{Kind: ehrdesk.KindLaboratory, Resource: "Observation", ID: "c", Title: "Calcium", Status: "final", Flag: ehrdesk.FlagHigh, Assessed: true},
			ehrdesk.Facts{Results: []ehrdesk.Result{{Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: "3.60", Unit: "mmol/L"}}, Interpretations: []ehrdesk.Concept{{Codings: []ehrdesk.Coding{{Code: "HU"}}}}}}},
			`{"type":"laboratory-radiology","resource":"Observation","id":"c","date":"","title":"Calcium","value":"3.60 mmol/L","flag":"H","flag_words":"H ↑ high · HU significantly high","status":"final","source":"","restricted":false,"codes":[]}`},
		{ehrdesk.Record{Kind: ehrdesk.KindLaboratory, Resource: "Observation", ID: "d", Title: "INR", Status: "final"},
			ehrdesk.Facts{Results: []ehrdesk.Result{{Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: "9.8"}}}}},
			`{"type":"laboratory-radiology","resource":"Observation","id":"d","date":"","title":"INR","value":"9.8 (no unit given)","flag_words":"no range given","status":"final","source":"","restricted":false,"codes":[]}`},
	} {
		c.r.Packed = c.f.Pack()
		got, err := json.Marshal(recordLine(hongKong(), &c.r))
		if err != nil || string(got) != c.want {
			t.Errorf("%s\nwant %s (%v)", got, c.want, err)
		}
	}
}

func TestABannerHasEachStateOfTheAllergies(t *testing.T) {
	for _, c := range []struct {
		in   ehrdesk.Allergies
		want string
	}{
		{ehrdesk.Allergies{}, `{"state":"unavailable","entries":[]}`},
		{ehrdesk.Allergies{State: ehrdesk.AllergyCannotKnow, Reason: "restricted", Withheld: 2}, `{"state":"unavailable","entries":[],"why":"restricted","restricted":2}`},
		{ehrdesk.Allergies{State: ehrdesk.AllergyNotRecorded}, `{"state":"not-recorded","entries":[]}`},
		{ehrdesk.Allergies{State: ehrdesk.AllergyNoneKnown, Date: ehrdesk.Day(2026, 1, 8)}, `{"state":"none-known","entries":[],"date":"2026-01-08"}`},
		{ehrdesk.Allergies{State: ehrdesk.AllergyNotRecorded, Over: 1}, `{"state":"not-recorded","entries":[],"over":1}`},
		{ehrdesk.Allergies{State: ehrdesk.AllergyNoneKnown, None: []ehrdesk.AllergyNone{{Scope: "No known food allergy", Date: ehrdesk.Day(2026, 1, 8), Uncoded: true}, {Scope: "No known drug allergy", Source: "QMH", Unconfirmed: true}}},
			`{"state":"none-known","entries":[],"none":[{"scope":"No known food allergy","date":"2026-01-08","source":"","uncoded":true},{"scope":"No known drug allergy","date":"","source":"QMH","unconfirmed":true}],"uncoded":true}`},
		{ehrdesk.Allergies{State: ehrdesk.AllergyListed, Entries: []ehrdesk.AllergyEntry{{Altered: true}}}, `{"state":"listed","entries":[{"substance":"! MEANING ALTERED, see the detail: substance not named","reaction":"","unconfirmed":false,"altered":true}]}`},
		{ehrdesk.Allergies{State: ehrdesk.AllergyListed, Entries: []ehrdesk.AllergyEntry{{Substance: "aspirin", Reaction: "wheeze", Unconfirmed: true}}}, `{"state":"listed","entries":[{"substance":"aspirin","reaction":"wheeze","unconfirmed":true}]}`},
	} {
		got, err := json.Marshal(allergiesOf(c.in, hongKong()))
		if err != nil || string(got) != c.want {
			t.Errorf("%s, want %s (%v)", got, c.want, err)
		}
	}
}
