package safety_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/safety"
)

var now = time.Date(2026, time.November, 30, 9, 0, 0, 0, time.UTC)

// chart is what a test knows of a patient.
type chart struct {
	years   int
	records map[ehrdesk.RecordType][]ehrdesk.Record
	n       int
}

func newChart(years int) *chart {
	return &chart{years: years, records: map[ehrdesk.RecordType][]ehrdesk.Record{}}
}

func (c *chart) add(r ehrdesk.Record, f ehrdesk.Facts) *chart {
	c.n++
	if r.ID == "" {
		r.ID = fmt.Sprintf("r%02d", c.n)
	}
	r.Packed = f.Pack()
	t := r.Type()
	c.records[t] = append(c.records[t], r)
	slices.SortStableFunc(c.records[t], func(a, b ehrdesk.Record) int { return b.Date.Compare(a.Date) })
	return c
}

// takes adds an order that runs.
func (c *chart) takes(name string, more ...func(*ehrdesk.Record, *ehrdesk.Facts)) *chart {
	r := ehrdesk.Record{Kind: ehrdesk.KindMedication, Resource: "MedicationRequest", Status: "active", Title: name, Date: ehrdesk.Day(2026, time.June, 1), Source: "QMH"}
	f := ehrdesk.Facts{Code: ehrdesk.Concept{Text: name}}
	for _, m := range more {
		m(&r, &f)
	}
	return c.add(r, f)
}

func from(source string) func(*ehrdesk.Record, *ehrdesk.Facts) {
	return func(r *ehrdesk.Record, _ *ehrdesk.Facts) { r.Source = source }
}

func since(y int, m time.Month, d int) func(*ehrdesk.Record, *ehrdesk.Facts) {
	return func(r *ehrdesk.Record, _ *ehrdesk.Facts) { r.Date = ehrdesk.Day(y, m, d) }
}

func status(s string) func(*ehrdesk.Record, *ehrdesk.Facts) {
	return func(r *ehrdesk.Record, _ *ehrdesk.Facts) { r.Status = s }
}

// daily is a dose in milligrams, so often a day.
func daily(mg, times string) func(*ehrdesk.Record, *ehrdesk.Facts) {
	return func(_ *ehrdesk.Record, f *ehrdesk.Facts) {
		f.Dosages = []ehrdesk.Dosage{{Timing: ehrdesk.Timing{Frequency: times, Period: "1", PeriodUnit: "d"},
			Doses: []ehrdesk.DoseRate{{Dose: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: mg, Unit: "mg", Code: "mg"}}}}}}
	}
}

func by(route string) func(*ehrdesk.Record, *ehrdesk.Facts) {
	return func(_ *ehrdesk.Record, f *ehrdesk.Facts) {
		if len(f.Dosages) == 0 {
			f.Dosages = []ehrdesk.Dosage{{}}
		}
		f.Dosages[0].Route = ehrdesk.Concept{Text: route}
	}
}

// had adds a diagnosis.
func (c *chart) had(name string) *chart {
	return c.add(ehrdesk.Record{Kind: ehrdesk.KindDiagnosis, Resource: "Condition", Status: "resolved", Title: name, Date: ehrdesk.Day(2019, time.May, 2)}, ehrdesk.Facts{Code: ehrdesk.Concept{Text: name}})
}

// reacted adds an allergy.
func (c *chart) reacted(to, how string, more ...func(*ehrdesk.Record, *ehrdesk.Facts)) *chart {
	r := ehrdesk.Record{Kind: ehrdesk.KindAllergy, Resource: "AllergyIntolerance", Status: "active", Title: to, Date: ehrdesk.Day(2018, time.May, 2)}
	f := ehrdesk.Facts{Code: ehrdesk.Concept{Text: to}, Reactions: []ehrdesk.Reaction{{Text: how}}}
	for _, m := range more {
		m(&r, &f)
	}
	return c.add(r, f)
}

// measured adds a result.
func (c *chart) measured(test, value, unit string, at ehrdesk.When) *chart {
	q := ehrdesk.Quantity{Number: value, Unit: unit}
	return c.add(ehrdesk.Record{Kind: ehrdesk.KindLaboratory, Resource: "Observation", Status: "final", Title: test, Date: at},
		ehrdesk.Facts{Code: ehrdesk.Concept{Text: test}, Results: []ehrdesk.Result{{Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: q}}}})
}

func all() (on [safety.Checks]bool) {
	for i := range on {
		on[i] = true
	}
	return on
}

func (c *chart) check() *safety.Report {
	return safety.Built().Check(safety.Given{List: func(t ehrdesk.RecordType) []ehrdesk.Record { return c.records[t] }, Years: c.years, Now: now, Available: all()})
}

// only is the one finding of a kind.
func only(t *testing.T, r *safety.Report, k safety.Kind) safety.Finding {
	t.Helper()
	var of []safety.Finding
	for _, f := range r.Findings {
		if f.Kind == k {
			of = append(of, f)
		}
	}
	if len(of) != 1 {
		t.Fatalf("%d findings of kind %d, want one:\n%s", len(of), k, said(r))
	}
	return of[0]
}

// said is a report in a line a finding, for a test that failed.
func said(r *safety.Report) string {
	var b strings.Builder
	for i := range r.Findings {
		f := &r.Findings[i]
		fmt.Fprintf(&b, "%d %d %s %v lacking %v quiet %v\n", f.Tier, f.Kind, f.Line.Name(), f.Cites(), f.Lacking, f.Quiet)
	}
	return b.String()
}

// Warfarin and an NSAID: what the rule makes of the patient's age, drugs and past, and of what protects the stomach.
func TestWarfarinAndIbuprofenAreGraverInWhoBleedsEasily(t *testing.T) {
	for _, c := range []struct {
		name string
		of   *chart
		tier safety.Tier
	}{
		{"young and well", newChart(40), safety.Serious},
		{"66", newChart(66), safety.Stop},
		{"66 with a PPI", newChart(66).takes("omeprazole 20 mg capsule"), safety.Serious},
		{"66 with misoprostol", newChart(66).takes("misoprostol tablet"), safety.Serious},
		{"an ulcer years ago", newChart(40).had("Duodenal ulcer"), safety.Stop},
		{"an ulcer and a PPI", newChart(40).had("Duodenal ulcer").takes("pantoprazole tablet"), safety.Serious},
		{"with prednisolone", newChart(40).takes("prednisolone 5 mg tablet"), safety.Stop},
		{"with prednisolone eye drops", newChart(40).takes("prednisolone eye drops"), safety.Serious},
		{"with spironolactone", newChart(40).takes("spironolactone tablet"), safety.Stop},
		{"with a second NSAID", newChart(40).takes("naproxen tablet"), safety.Stop},
		{"age not known", newChart(-1), safety.Serious},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := c.of.takes("Warfarin Sodium 3 MG Oral Tablet").takes("ibuprofen 400 mg tablet", from("Kwai Chung clinic")).check()
			i := slices.IndexFunc(r.Findings, func(f safety.Finding) bool {
				return f.Kind == safety.Interaction && f.Line.Name() == "1a" && strings.Contains(f.A.Drug.Name+f.B.Drug.Name, "ibuprofen")
			})
			if i < 0 {
				t.Fatalf("no finding:\n%s", said(r))
			}
			if f := r.Findings[i]; f.Tier != c.tier || !f.Across || f.Modal() != (c.tier == safety.Stop) {
				t.Errorf("tier %d, across %v", f.Tier, f.Across)
			}
		})
	}
}

func TestAGelIsNoTablet(t *testing.T) {
	r := newChart(70).takes("warfarin tablet 1 mg").takes("Diclofenac Sodium 0.01 MG/MG Topical Gel [Voltaren]").check()
	if f := only(t, r, safety.Interaction); f.Tier != safety.Info || f.Line.Name() != "1c" {
		t.Errorf("rule %s of tier %d", f.Line.Name(), f.Tier)
	}
	r = newChart(70).takes("simvastatin 40 mg tablet").takes("fusidic acid 2% cream").check()
	if len(r.Findings) != 0 {
		t.Errorf("a cream is held against a statin:\n%s", said(r))
	}
}

func TestWhatHasEndedStopsNobody(t *testing.T) {
	ended := func(r *ehrdesk.Record, f *ehrdesk.Facts) {
		f.Times = []ehrdesk.Timed{{Name: "dosage", From: r.Date, Until: ehrdesk.Day(2026, time.July, 1)}}
	}
	r := newChart(70).takes("warfarin tablet").takes("ibuprofen tablet", status("stopped")).check()
	if slices.ContainsFunc(r.Findings, func(f safety.Finding) bool { return f.Kind == safety.Interaction }) {
		t.Errorf("what was stopped:\n%s", said(r))
	}
	r = newChart(70).takes("warfarin tablet").takes("ibuprofen tablet", ended).check()
	for _, f := range r.Findings {
		if f.Modal() {
			t.Errorf("what may be over interrupts:\n%s", said(r))
		}
	}
}

func TestAStoppedDrugThatStillActsIsHeldAgainstANewOne(t *testing.T) {
	stopped := func(y int, m time.Month, d int) func(*ehrdesk.Record, *ehrdesk.Facts) {
		return func(r *ehrdesk.Record, f *ehrdesk.Facts) {
			r.Status, f.Times = "stopped", []ehrdesk.Timed{{Name: "dosage", From: r.Date, Until: ehrdesk.Day(y, m, d)}}
		}
	}
	r := newChart(50).takes("fluoxetine 20 mg capsule", stopped(2026, time.November, 10)).takes("phenelzine 15 mg tablet", since(2026, time.November, 28)).check()
	if f := only(t, r, safety.Interaction); f.Line.Rule != "15" {
		t.Errorf("rule %s", f.Line.Rule)
	}
	r = newChart(50).takes("fluoxetine 20 mg capsule", stopped(2026, time.September, 10)).takes("phenelzine 15 mg tablet", since(2026, time.November, 28)).check()
	if len(r.Findings) != 0 {
		t.Errorf("after five weeks:\n%s", said(r))
	}
}

func TestADoseThatIsNotKnownIsSaidToBeSo(t *testing.T) {
	known := newChart(50).takes("simvastatin tablet", daily("40", "1")).takes("amlodipine 5 mg tablet").check()
	if f := only(t, known, safety.Interaction); f.Tier != safety.Precaution || len(f.Lacking) != 0 {
		t.Errorf("40 mg: tier %d, lacking %v", f.Tier, f.Lacking)
	}
	low := newChart(50).takes("simvastatin tablet", daily("10", "1")).takes("amlodipine 5 mg tablet").check()
	if len(low.Findings) != 0 {
		t.Errorf("10 mg:\n%s", said(low))
	}
	not := newChart(50).takes("simvastatin tablet").takes("amlodipine 5 mg tablet").check()
	if f := only(t, not, safety.Interaction); f.Tier != safety.Info || !slices.Contains(f.Lacking, "dose-a") {
		t.Errorf("no dose: tier %d, lacking %v", f.Tier, f.Lacking)
	}
}

func TestPotassiumAndKidneysRaiseWhatTheyConcern(t *testing.T) {
	with := func() *chart { return newChart(60).takes("lisinopril tablet").takes("spironolactone tablet") }
	recent, old := ehrdesk.Day(2026, time.November, 2), ehrdesk.Day(2024, time.November, 2)
	for _, c := range []struct {
		name string
		of   *chart
		tier safety.Tier
	}{
		{"nothing measured", with(), safety.Precaution},
		{"potassium 5.3", with().measured("potassium", "5.3", "mmol/L", recent), safety.Serious},
		{"potassium 4.4", with().measured("potassium", "4.4", "mmol/L", recent), safety.Precaution},
		{"potassium 5.3 two years ago", with().measured("potassium", "5.3", "mmol/L", old), safety.Precaution},
		{"potassium 5.3 in a unit that is none", with().measured("potassium", "5.3", "g/L", recent), safety.Precaution},
		{"5.3 and then 4.1", with().measured("potassium", "5.3", "mmol/L", ehrdesk.Day(2026, time.October, 1)).measured("potassium", "4.1", "mmol/L", recent), safety.Precaution},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := c.of.check()
			if f := only(t, r, safety.Interaction); f.Tier != c.tier || f.Line.Rule != "31" {
				t.Errorf("rule %s, tier %d", f.Line.Rule, f.Tier)
			}
		})
	}
}

func TestMethotrexateWrittenDailyStops(t *testing.T) {
	r := newChart(60).takes("methotrexate 2.5 mg tablet", daily("2.5", "1"), by("oral")).check()
	if f := only(t, r, safety.Dose); f.Line.Rule != "M1" || !f.Modal() {
		t.Errorf("%s", said(r))
	}
	weekly := func(_ *ehrdesk.Record, f *ehrdesk.Facts) { f.Dosages[0].Timing.PeriodUnit = "wk" }
	r = newChart(60).takes("methotrexate 2.5 mg tablet", daily("10", "1"), weekly).check()
	for _, f := range r.Findings {
		if f.Kind == safety.Dose {
			t.Errorf("weekly:\n%s", said(r))
		}
	}
}
