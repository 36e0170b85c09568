package text

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

func TestADrugsLineIsPutInOrder(t *testing.T) {
	daily := ehrdesk.Timing{Frequency: "1", Period: "1", PeriodUnit: "d"}
	structured := ehrdesk.Facts{Dosages: []ehrdesk.Dosage{{Doses: dose(qty("0.50", "mg")), Route: words("oral"), Timing: daily}}}
	written := ehrdesk.Facts{Dosages: []ehrdesk.Dosage{{Text: "tablet – DOSE 3 mg – oral – once a day", Doses: dose(qty("3", "mg")), Route: words("oral"), Timing: daily}}}
	against := ehrdesk.Facts{Dosages: []ehrdesk.Dosage{{Text: "4 mg daily", Doses: dose(qty("3", "mg"))}}}
	for _, c := range []struct {
		title    string
		f        ehrdesk.Facts
		en, hant string
	}{
		{"Warfarin Sodium 1 MG Oral Tablet [Coumadin]", structured, "warfarin sodium — COUMADIN — 1 mg — oral tablet — DOSE 0.5 mg — oral — once a day", "warfarin sodium — COUMADIN — 1 mg — oral tablet — 劑量 0.5 mg — 口服 — 每日 1 次"},
		{"warfarin tablet 1 mg", written, "warfarin — 1 mg — tablet — DOSE 3 mg — oral — once a day", "warfarin — 1 mg — tablet — 劑量 3 mg — 口服 — 每日 1 次"}, // what the sender wrote and coded alike
		{"warfarin", against, "warfarin — 4 mg daily — coded: 3 mg", "warfarin — 4 mg daily — 編碼：3 mg"},                                                   // what contradicts it stays
		{"insulin glargine 100 UNT/ML", ehrdesk.Facts{}, "insulin glargine — 100 units per mL — no dosage recorded", "insulin glargine — 100 units per mL — 沒有用法紀錄"},
		{"Lasix 40mg", ehrdesk.Facts{}, "furosemide — LASIX — 40 mg — no dosage recorded", "furosemide — LASIX — 40 mg — 沒有用法紀錄"},
		{"levothyroxine 25 mcg tablet", ehrdesk.Facts{}, "levothyroxine — 25 micrograms — tablet — no dosage recorded", "levothyroxine — 25 micrograms — tablet — 沒有用法紀錄"},
		{"PACLitaxel 100 MG Injection", ehrdesk.Facts{Forbids: true}, "DO NOT GIVE: paclitaxel — 100 mg — injection — no dosage recorded", ""},
	} {
		r := ehrdesk.Record{Kind: ehrdesk.KindMedication, Resource: "MedicationRequest", Title: c.title}
		for l, want := range map[Lang]string{English: c.en, Hant: c.hant} {
			line := said(l).Drug(&r, &c.f)
			if got := line.String(); want != "" && got != want {
				t.Errorf("%s\n got %s\nwant %s", l.Tag(), got, want)
			}
		}
	}
}

func TestAShortDoseIsHowMuchAndHowOften(t *testing.T) {
	daily := ehrdesk.Timing{Frequency: "1", Period: "1", PeriodUnit: "d"}
	for _, c := range []struct {
		f    ehrdesk.Facts
		want string
	}{
		{ehrdesk.Facts{Dosages: []ehrdesk.Dosage{{Text: "tablet – DOSE 3 mg – oral – once a day", Doses: dose(qty("3", "mg")), Route: words("oral"), Timing: daily}}}, "3 mg — once a day"},
		{ehrdesk.Facts{Dosages: []ehrdesk.Dosage{{Doses: dose(qty("2", "puff")), AsNeeded: true}}}, "2 puffs — as needed"},
		{ehrdesk.Facts{Dosages: []ehrdesk.Dosage{{Text: "one daily"}}}, "one daily"},
		{ehrdesk.Facts{Dosages: []ehrdesk.Dosage{{Text: "4 mg daily", Doses: dose(qty("3", "mg")), Timing: daily}}}, "4 mg daily — coded: 3 mg — once a day"},
		{ehrdesk.Facts{Dosages: []ehrdesk.Dosage{{Sequence: "1", Doses: dose(qty("8", "mg"))}, {Sequence: "2", Doses: dose(qty("7", "mg"))}}}, "step 1: 8 mg; then step 2: 7 mg"},
		{ehrdesk.Facts{Notes: 1, NoteText: "3 mg Mon-Fri"}, "3 mg Mon-Fri"},
		{ehrdesk.Facts{}, ""},
	} {
		if got := said(English).ShortDose(&c.f); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
