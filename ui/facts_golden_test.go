package ui_test

import (
	"fmt"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// A chart of records that are easily said wrong, for the screens that people
// review in three languages.

func words(s string) ehrdesk.Concept { return ehrdesk.Concept{Text: s} }

func coded(code string) ehrdesk.Concept {
	return ehrdesk.Concept{Codings: []ehrdesk.Coding{{Code: code}}}
}

func state(e ehrdesk.StateElement, code string) ehrdesk.State {
	return ehrdesk.State{Element: e, Concept: coded(code)}
}

// holds makes the records the whole chart of the patient, one day after another.
func holds(list ...ehrdesk.Record) func(*fake.Desk) {
	return func(d *fake.Desk) {
		d.Change("p2", func(f fake.Facts) {
			for i := range list {
				r := &list[i]
				r.ID, r.Version, r.Updated, r.Source = fmt.Sprintf("f-%d", i), "1", fake.Clock(), "Queen Mary Hospital"
				if r.Date.IsZero() {
					r.Date = ehrdesk.Day(2026, 4, 20-i)
				}
			}
			*f.Records = list
		})
	}
}

func said(k ehrdesk.Kind, resource, title, status string, f ehrdesk.Facts) ehrdesk.Record {
	r := ehrdesk.Record{Kind: k, Resource: resource, Title: title, Status: status, Packed: f.Pack()}
	if len(f.States) == 0 {
		fake.Status(&r, status)
	}
	return r
}

func med(title, status string, f ehrdesk.Facts) ehrdesk.Record {
	return said(ehrdesk.KindMedication, "MedicationRequest", title, status, f)
}

func lab(title, value, rng string, flag ehrdesk.Flag, also ...ehrdesk.Concept) ehrdesk.Record {
	r := said(ehrdesk.KindLaboratory, "Observation", title, "final", ehrdesk.Facts{})
	fake.Result(&r, value, rng, flag)
	f := r.Facts()
	f.Results[0].Interpretations = also
	r.Packed = f.Pack()
	return r
}

// change changes what a record says.
func change(r ehrdesk.Record, fn func(*ehrdesk.Record, *ehrdesk.Facts)) ehrdesk.Record {
	f := r.Facts()
	fn(&r, &f)
	r.Packed = f.Pack()
	return r
}

func date(s string) ehrdesk.When {
	w, err := ehrdesk.ParseWhen(s)
	if err != nil {
		panic(err)
	}
	return w
}

func dosages() func(*fake.Desk) {
	doses := func(v ehrdesk.Value) []ehrdesk.DoseRate { return []ehrdesk.DoseRate{{Dose: v}} }
	q := fake.Quantity
	return holds(
		med("paracetamol 500 mg tablet", "active", ehrdesk.Facts{Dosages: []ehrdesk.Dosage{{Doses: doses(ehrdesk.Value{Kind: ehrdesk.IsRange, Low: q("1 tablet").Low, High: q("2 tablet").Low}), Route: words("oral"),
			Timing: ehrdesk.Timing{Frequency: "1", Period: "4", PeriodMax: "6", PeriodUnit: "h"}, AsNeededFor: []ehrdesk.Concept{words("pain")}, MaxPeriod: ehrdesk.Value{Kind: ehrdesk.IsRatio, Low: q("8 tablet").Low, High: q("1 d").Low}}}}),
		med("salbutamol inhaler", "active", ehrdesk.Facts{Dosages: []ehrdesk.Dosage{{Doses: doses(q("2 puff")), Route: words("inhaled"), Timing: ehrdesk.Timing{Frequency: "1", FrequencyMax: "4", Period: "1", PeriodUnit: "d"}, AsNeeded: true}}}),
		med("warfarin 1 mg tablet", "active", ehrdesk.Facts{Notes: 1, NoteText: "3 mg Mon-Fri, 4 mg Sat-Sun"}),
		med("levothyroxine", "active", ehrdesk.Facts{Dosages: []ehrdesk.Dosage{{Doses: doses(q("62.5 ug")), Timing: ehrdesk.Timing{Frequency: "1", Period: "1", PeriodUnit: "d", When: []string{"ACM"}, Offset: "30", Days: []string{"mon", "thu"}}}}}),
		med("prednisolone", "active", ehrdesk.Facts{Dosages: []ehrdesk.Dosage{{Sequence: "1", Doses: doses(q("30 mg")), Timing: ehrdesk.Timing{Code: coded("QD"), Bounds: q("5 d")}}, {Sequence: "2", Text: "then 5 mg less each day"}}}),
		med("ramipril", "active", ehrdesk.Facts{}),
	)
}

func flags() func(*fake.Desk) {
	return holds(
		lab("Potassium", "6.9 mmol/L", "", ehrdesk.FlagCriticalHigh, coded("H"), coded("HH")),
		lab("Gentamicin susceptibility", "MIC >16", "", "", coded("R")),
		lab("Platelets", "12 10*9/L", "", ehrdesk.FlagLow, coded("<")),
		change(lab("Troponin I", "0.5 ug/L", "", ""), func(r *ehrdesk.Record, f *ehrdesk.Facts) {
			f.Results[0].Ranges, f.Results[0].UnitsDiffer = []ehrdesk.Range{{High: fake.Quantity("40 ng/L").Low}}, true
		}),
		change(lab("Digoxin", "3.1 nmol/L", "0.6–2.0 nmol/L", ehrdesk.FlagHigh), func(r *ehrdesk.Record, f *ehrdesk.Facts) { f.Results[0].Ranges[0].Type = coded("therapeutic") }),
		change(lab("INR", "9.8", "", ""), func(r *ehrdesk.Record, f *ehrdesk.Facts) {
			f.Results[0].Interpretations = []ehrdesk.Concept{coded("ZZ")}
		}),
		change(lab("Haemoglobin", "", "", ""), func(r *ehrdesk.Record, f *ehrdesk.Facts) {
			f.Results = []ehrdesk.Result{{Absent: coded("not-performed")}}
		}),
	)
}

func statuses() func(*fake.Desk) {
	const order = ehrdesk.StateIntent
	s := func(list ...ehrdesk.State) ehrdesk.Facts {
		return ehrdesk.Facts{States: list, Dosages: []ehrdesk.Dosage{{Text: "one daily"}}}
	}
	drugless := s(state(ehrdesk.StateStatus, "active"))
	drugless.Unnamed = ehrdesk.Unnamed{Is: true, Identifier: "HK-55012"}
	return holds(
		med("clopidogrel", "draft", s(state(ehrdesk.StateStatus, "draft"), state(order, "proposal"))),
		med("ramipril", "on-hold", s(state(ehrdesk.StateStatus, "on-hold"), ehrdesk.State{Element: ehrdesk.StateReason, Concept: words("acute kidney injury")})),
		med("", "active", drugless),
		med("codeine", "entered-in-error", s(state(ehrdesk.StateStatus, "entered-in-error"))),
		said(ehrdesk.KindDiagnosis, "Condition", "Epilepsy", "refuted", ehrdesk.Facts{States: []ehrdesk.State{state(ehrdesk.StateClinical, "active"), state(ehrdesk.StateVerification, "refuted")}}),
		said(ehrdesk.KindDiagnosis, "Condition", "Pulmonary tuberculosis", "active", ehrdesk.Facts{States: []ehrdesk.State{state(ehrdesk.StateVerification, "differential")}}),
		said(ehrdesk.KindProcedure, "Procedure", "Below-knee amputation", "not-done", ehrdesk.Facts{Sites: []ehrdesk.Concept{words("Left leg")}, States: []ehrdesk.State{state(ehrdesk.StateStatus, "not-done")}}),
	)
}

func dates() func(*fake.Desk) {
	condition := func(title, day string, f ehrdesk.Facts) ehrdesk.Record {
		f.States = []ehrdesk.State{state(ehrdesk.StateClinical, "active")}
		r := said(ehrdesk.KindDiagnosis, "Condition", title, "active", f)
		r.Date = date(day)
		return r
	}
	return holds(
		condition("Sepsis", "2026-03-01T22:40:00Z", ehrdesk.Facts{}),
		condition("Gout", "2019", ehrdesk.Facts{}),
		condition("Hypertension", "2019-05", ehrdesk.Facts{}),
		condition("Eczema", "2024-11-02", ehrdesk.Facts{Times: []ehrdesk.Timed{{Name: "onset", Text: "in childhood"}, {Name: "recordedDate", From: date("2024-11-02")}}}),
		condition("Cataract", "2025-01-09", ehrdesk.Facts{Ages: []ehrdesk.Aged{{Name: "onset", Low: ehrdesk.Quantity{Number: "61", Code: "a"}}}, Times: []ehrdesk.Timed{{Name: "recordedDate", From: date("2025-01-09")}}}),
		condition("Pneumonia", "2024-06-03T09:20", ehrdesk.Facts{Times: []ehrdesk.Timed{{Name: "abatement", From: date("2024-06-20")}}}),
	)
}

// strangers are banners that are easily drawn wrong.
func strangers(d *fake.Desk) {
	d.Change("p2", func(f fake.Facts) {
		f.Patient.Name = ehrdesk.Name{Family: "Ko", Given: "Lai Wah", Suffix: "Jr", Former: true}
		f.Patient.Born, f.Patient.Deceased, f.Patient.Died = ehrdesk.Day(1940, 11, 20), true, date("2021")
		f.Patient.Merged, f.Patient.MergedTo = true, ehrdesk.Ref{Resource: "Patient", ID: "mg34"}
	})
}

func TestScreensOfFacts(t *testing.T) {
	for _, s := range []struct {
		name string
		desk func(*fake.Desk)
		keys []string
	}{
		{"dosage", dosages(), []string{"9"}},
		{"flags", flags(), []string{"3", "3"}},
		{"statuses", statuses(), []string{"9"}},
		{"dates", dates(), []string{"9"}},
		{"date-detail", dates(), []string{"9", "enter"}},
		{"banner", strangers, []string{"3", "3"}},
		{"aside", func(d *fake.Desk) {
			d.Truth = ehrdesk.Truth{Aside: []ehrdesk.Aside{{Resource: "Observation", ID: "a", Reason: ehrdesk.AsideAnother}, {Reason: ehrdesk.AsideID}, {Reason: ehrdesk.AsideID}}}
		}, []string{"3", "3"}},
		{"missing", func(d *fake.Desk) { d.Truth = ehrdesk.Truth{Missing: 235} }, []string{"3", "3"}},
	} {
		for _, lang := range []string{"en", "zh-Hant", "zh-Hans"} {
			t.Run(fmt.Sprintf("%s_%s_80x24", s.name, lang), func(t *testing.T) {
				d := fake.New()
				s.desk(d)
				golden.RequireEqual(t, open(signIn(play(t, d, lang, 80, 24), doctor), fake.Active).Press(s.keys...).Screen()+"\n")
			})
		}
	}
}

// What was entered in error says so and is struck through, whatever the theme.
func TestWhatWasEnteredInErrorIsStruckThroughAndSaysSo(t *testing.T) {
	d := fake.New()
	statuses()(d)
	p := open(signIn(play(t, d, "en", 80, 24), doctor), fake.Active).Press("9").Want("ENTERED IN ERROR: codeine")
	if got := uitest.Struck(p.M.View().Content); len(got) == 0 || got[0] != "ENTERED IN ERROR: codeine" {
		t.Errorf("struck through: %q", got)
	}
}
