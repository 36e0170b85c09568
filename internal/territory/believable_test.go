package territory

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
)

// What comes from one sample agrees: eGFR with creatinine, age and sex,
// cholesterol with its parts, glucose with HbA1c, BMI with the day's weight.
func TestResultsOfOneSampleAgree(t *testing.T) {
	n := map[string]int{}
	crowd(t, func(t *testing.T, c chart) {
		at := map[string]map[time.Time]float64{}
		for _, code := range []string{"14682-9", "98979-8", "14647-2", "14646-4", "22748-8", "14927-8", "4548-4", "14771-0", "29463-7", "8302-2", "39156-5", "6690-2", "751-8"} {
			at[code] = map[time.Time]float64{}
			for _, e := range c.measured(code) {
				at[code][e.EffectiveDateTime.Time] = e.ValueQuantity.Value
			}
		}
		near := func(what string, got, want, by float64) {
			n[what]++
			if math.Abs(got-want) > by {
				t.Errorf("%s %v, want %.2f", what, got, want)
			}
		}
		for when, egfr := range at["98979-8"] {
			age := math.Floor(when.Sub(c.Patient.Born.Time).Hours() / 24 / 365.25)
			// CKD-EPI 2021, written out a second time: Inker 2021, table S1
			scr := at["14682-9"][when] / 88.4
			var want float64
			switch {
			case c.Patient.Gender == ehrdesk.Female && scr <= 0.7:
				want = 142 * 1.012 * math.Pow(scr/0.7, -0.241) * math.Pow(0.9938, age)
			case c.Patient.Gender == ehrdesk.Female:
				want = 142 * 1.012 * math.Pow(scr/0.7, -1.2) * math.Pow(0.9938, age)
			case scr <= 0.9:
				want = 142 * math.Pow(scr/0.9, -0.302) * math.Pow(0.9938, age)
			default:
				want = 142 * math.Pow(scr/0.9, -1.2) * math.Pow(0.9938, age)
			}
			near("eGFR", egfr, want, 0.51)
		}
		for when, total := range at["14647-2"] {
			near("cholesterol", total, at["14646-4"][when]+at["22748-8"][when]+at["14927-8"][when]/2.2, 0.0501)
		}
		for when, glucose := range at["14771-0"] {
			near("glucose", glucose, 1.59*at["4548-4"][when]-2.59, 2.2)
		}
		for when, bmi := range at["39156-5"] {
			near("BMI", bmi, at["29463-7"][when]/math.Pow(at["8302-2"][when]/100, 2), 0.0501)
		}
		for when, neutrophils := range at["751-8"] {
			if n["white cells"]++; neutrophils >= at["6690-2"][when] {
				t.Errorf("%v neutrophils of %v white cells", neutrophils, at["6690-2"][when])
			}
		}
	})
	for _, what := range []string{"eGFR", "cholesterol", "glucose", "BMI", "white cells"} {
		if n[what] < 100 {
			t.Errorf("only %d of %s", n[what], what)
		}
	}
}

// A person's values follow one another in steps that a clinician expects, not by
// chance: no more than so much between two of them, beside what time explains.
func TestResultsFollowThePerson(t *testing.T) {
	n := map[string]int{}
	limits := map[string]struct{ share, fixed float64 }{
		"14682-9": {0.18, 8}, "718-7": {0.09, 0.5}, "4548-4": {0.16, 0.4}, "22748-8": {0.55, 0.3}, "29463-7": {0.05, 0.6}, "2951-2": {0.04, 0}, "777-3": {0.35, 0}, "61151-7": {0.15, 0},
	}
	crowd(t, func(t *testing.T, c chart) {
		for code, most := range limits {
			list := c.measured(code)
			for i := 1; i < len(list); i++ {
				a, b := list[i-1], list[i]
				years := b.EffectiveDateTime.Sub(a.EffectiveDateTime.Time).Hours() / hoursAYear
				if a.EffectiveDateTime.Before(c.Patient.Born.Time.AddDate(18, 0, 0)) || years > 1.3 {
					continue
				}
				n[code]++
				if d := math.Abs(b.ValueQuantity.Value - a.ValueQuantity.Value); d > most.fixed+most.share*a.ValueQuantity.Value*(1+years/2) {
					t.Errorf("%s from %v to %v in %.2f years", a.Code.Text, a.ValueQuantity.Value, b.ValueQuantity.Value, years)
				}
			}
		}
	})
	for code := range limits {
		if n[code] < 100 {
			t.Errorf("only %d pairs of %s", n[code], code)
		}
	}
}

func TestOneWeightADay(t *testing.T) {
	check := func(t *testing.T, c chart) {
		days := map[string]bool{}
		for _, e := range c.measured("29463-7") {
			d := day(e.EffectiveDateTime.Time)
			if days[d] {
				t.Errorf("two weights on one day")
			}
			days[d] = true
		}
	}
	crowd(t, check)
	long := read(t, New(Options{Patients: 10, Seed: 1, Now: now}).Person(9))
	check(t, long)
	last := long.measured("29463-7")
	for i := 1; i < len(last); i++ { // by the home scale, in small steps too
		if d := math.Abs(last[i].ValueQuantity.Value - last[i-1].ValueQuantity.Value); d > 3 {
			t.Errorf("%.1f kg between two weights of the long record", d)
		}
	}
}

func TestFlagsAgreeWithTheirRanges(t *testing.T) {
	n := map[string]int{}
	crowd(t, func(t *testing.T, c chart) {
		for _, e := range c.of("Observation") {
			if len(e.ReferenceRange) == 0 {
				continue
			}
			r, v, f := e.ReferenceRange[0], e.ValueQuantity.Value, e.Interpretation[0].code()
			side := "N"
			if r.High != nil && v > r.High.Value {
				side = "H"
			}
			if r.Low != nil && v < r.Low.Value {
				side = "L"
			}
			if n[side]++; f[:1] != side {
				t.Errorf("%s %v is flagged %s", e.Code.Text, v, f)
			}
		}
	})
	if n["N"] < n["H"]+n["L"] || n["H"] == 0 || n["L"] == 0 {
		t.Errorf("flags %v: most results are within their range", n)
	}
}

// A panel is a report over results of its own; nothing is from the future; some
// are partial or corrected, and some results have words and no number.
func TestReportsHoldTheirResults(t *testing.T) {
	status, words, whole := map[string]int{}, 0, map[string]int{}
	crowd(t, func(t *testing.T, c chart) {
		in := map[string]int{}
		for _, e := range c.of("DiagnosticReport") {
			if e.Issued.After(now) || e.Issued.Before(e.EffectiveDateTime.Time) {
				t.Errorf("a report of %v issued %v", e.EffectiveDateTime, e.Issued)
			}
			if e.Category[0].code() != "LAB" {
				continue
			}
			if status[e.Status]++; len(e.Result) == 0 {
				t.Error("a laboratory report of nothing")
			}
			whole[e.Code.code()]++
			corrected := 0
			for _, l := range e.Result {
				r := c.by[l.Reference]
				in[l.Reference]++
				if r == nil || !r.EffectiveDateTime.Equal(e.EffectiveDateTime.Time) || r.Encounter != e.Encounter {
					t.Fatalf("%s is not of its report", l.Reference)
				}
				if e.Status == "partial" && r.Status != "preliminary" {
					t.Errorf("%s within a partial report", r.Status)
				}
				if r.Status == "corrected" {
					if corrected++; len(r.Note) == 0 {
						t.Error("corrected without a word why")
					}
				}
				if r.ValueString != "" {
					words++
				}
			}
			if (e.Status == "corrected") != (corrected > 0) {
				t.Errorf("a %s report with %d corrected results", e.Status, corrected)
			}
		}
		for _, e := range c.of("Observation") {
			if e.Issued.After(now) || e.EffectiveDateTime.After(now) {
				t.Errorf("a result from the future: %s", e.Code.Text)
			}
			if in[e.is()] > 1 {
				t.Error("a result in two reports")
			}
		}
	})
	if status["final"] < 100 || status["partial"] == 0 || status["corrected"] == 0 || words == 0 {
		t.Errorf("reports %v, %d in words", status, words)
	}
	for _, p := range []string{"24362-6", "58410-2", "24331-1", "24325-3"} {
		if whole[p] == 0 {
			t.Errorf("no panel %s", p)
		}
	}
}

// What was booked for a day that has passed was kept, missed or called off.
func TestPastBookingsAreAttendedOrMissed(t *testing.T) {
	n := map[string]int{}
	crowd(t, func(t *testing.T, c chart) {
		kept := map[string]*entry{}
		for _, e := range c.of("Encounter") {
			for _, l := range e.Appointment {
				kept[l.Reference] = e
			}
		}
		for _, e := range c.of("Appointment") {
			n[e.Status]++
			at, err := time.Parse(time.RFC3339, e.Start)
			if err != nil {
				t.Fatal(err)
			}
			future := at.After(now)
			switch e.Status {
			case "booked":
				if !future || c.Patient.Deceased {
					t.Errorf("booked for %v", at)
				}
			case "fulfilled":
				if v := kept[e.is()]; future || v == nil || !v.Period.Start.Equal(at) {
					t.Errorf("kept on %v, and no attendance", at)
				}
			case "noshow":
				if future || kept[e.is()] != nil {
					t.Errorf("missed on %v", at)
				}
			case "cancelled":
				if e.CancelationReason.Text == "" {
					t.Error("called off, and not why")
				}
			default:
				t.Errorf("an appointment that is %q", e.Status)
			}
		}
	})
	for _, s := range []string{"booked", "fulfilled", "noshow", "cancelled"} {
		if n[s] < 10 {
			t.Errorf("only %d %s", n[s], s)
		}
	}
	if n["noshow"] > n["fulfilled"]/6 {
		t.Errorf("%v: too many are missed", n)
	}
}

// An attendance has its reason, and what came of it refers to it.
func TestAttendancesHaveReasonsAndResults(t *testing.T) {
	crowd(t, func(t *testing.T, c chart) {
		about := map[string]int{}
		for _, e := range c.all {
			if e.Encounter.Reference != "" {
				about[e.Encounter.Reference]++
			}
			for _, r := range references(e.raw) {
				if !strings.HasPrefix(r, "Organization/") && !strings.HasPrefix(r, "Practitioner/") && !strings.HasPrefix(r, "Patient/") && c.by[r] == nil {
					t.Errorf("%s refers to %s, which is not there", e.ResourceType, r)
				}
			}
		}
		for _, e := range c.of("Encounter") {
			if len(e.ReasonCode) == 0 || e.ReasonCode[0].Text == "" {
				t.Error("an attendance for no reason")
			}
			if e.Period.Start.After(now) || (e.Status == "finished") == e.Period.End.IsZero() || e.Period.End.After(now) {
				t.Errorf("%s from %v to %v", e.Status, e.Period.Start, e.Period.End)
			}
			for _, d := range e.Diagnosis {
				if c.by[d.Condition.Reference].ResourceType != "Condition" {
					t.Error("a diagnosis that is none")
				}
			}
		}
		for _, e := range c.of("MedicationRequest") {
			if v := c.by[e.Encounter.Reference]; v != nil && !v.Period.Start.Equal(e.AuthoredOn.Time) {
				t.Error("prescribed at another time than the visit")
			}
		}
	})
}

// Prescriptions are repeated every 12 to 16 weeks and dispensed in the public
// service; a changed dose is a new order after the old one ended.
func TestPrescriptionsRunAsInLife(t *testing.T) {
	n := map[string]int{}
	crowd(t, func(t *testing.T, c chart) {
		drugs := map[string]bool{}
		for _, e := range c.of("MedicationRequest") {
			drugs[e.drug()] = true
			if n[e.Status]++; !slices.Contains([]string{"active", "completed", "stopped"}, e.Status) || len(e.DosageInstruction) == 0 || e.DosageInstruction[0].Text == "" || e.Requester.Reference == "" {
				t.Errorf("an order of %s that is %q, by %q", e.drug(), e.Status, e.Requester.Reference)
			}
			if (e.Status == "stopped") != (e.StatusReason.Text != "") {
				t.Errorf("%s %s for %q", e.drug(), e.Status, e.StatusReason.Text)
			}
			days := int(e.DispenseRequest.ExpectedSupplyDuration.Value)
			runs := e.AuthoredOn.AddDate(0, 0, days).After(now) && !c.Patient.Deceased
			if days > 0 && (e.Status == "active") != (runs && e.Status != "stopped" && e.Status != "completed") || e.Status == "active" && days > 0 && !runs {
				t.Errorf("%s of %v for %d days is %s", e.drug(), e.AuthoredOn, days, e.Status)
			}
		}
		for name := range drugs {
			list := c.orders(name)
			running := 0
			for i, e := range list {
				if e.Status == "active" {
					running++
				}
				if i == 0 || e.DispenseRequest.ExpectedSupplyDuration.Value < 60 {
					continue
				}
				before := list[i-1]
				if before.DispenseRequest.ExpectedSupplyDuration.Value >= 84 {
					if w := before.DispenseRequest.ExpectedSupplyDuration.Value / 7; w > 16 {
						t.Errorf("%s for %v weeks", name, w)
					}
				}
				if e.DosageInstruction[0].Sequence > 0 { // a taper has its own test
					continue
				}
				if e.DosageInstruction[0].Text != before.DosageInstruction[0].Text {
					if n["changed"]++; e.PriorPrescription.Reference != before.is() {
						t.Errorf("%s: a dose that changed from no order to\n%s", name, e.raw)
					}
				}
			}
			if running > 1 {
				t.Errorf("%d orders of %s run", running, name)
			}
		}
		for _, e := range c.of("MedicationDispense") {
			if p := c.by[e.AuthorizingPrescription[0].Reference]; p == nil || p.drug() != e.drug() || e.WhenHandedOver.Before(p.AuthoredOn.Time) || e.Status != "completed" || len(e.Performer) != 1 {
				t.Errorf("%s dispensed for nothing", e.drug())
			}
			n["dispensed"]++
		}
		for _, a := range c.of("AllergyIntolerance") {
			if what, _, _ := strings.Cut(a.Code.Text, " "); drugs[what] {
				t.Errorf("allergic to %s, and it is given", what)
			}
		}
	})
	if n["active"] < 50 || n["stopped"] < 50 || n["completed"] < 1000 || n["changed"] < 50 || n["dispensed"] < 1000 {
		t.Errorf("%v", n)
	}
}

// A child's vaccines come in their order, each with its number of how many, and none before
// its age.
func TestAChildsDosesAreNumberedInOrder(t *testing.T) {
	series := map[string]int{}
	crowd(t, func(t *testing.T, c chart) {
		given := map[string]int{}
		for _, e := range c.of("Immunization") {
			var v struct {
				VaccineCode        codes
				OccurrenceDateTime moment
				ProtocolApplied    []struct{ DoseNumberPositiveInt, SeriesDosesPositiveInt int }
			}
			if err := json.Unmarshal(e.raw, &v, json.MatchCaseInsensitiveNames(true)); err != nil {
				t.Fatal(err)
			}
			if v.OccurrenceDateTime.Before(c.Patient.Born.Time) {
				t.Errorf("%s before birth", v.VaccineCode.code())
			}
			if len(v.ProtocolApplied) == 0 {
				continue
			}
			given[v.VaccineCode.code()]++
			p, n := v.ProtocolApplied[0], given[v.VaccineCode.code()]
			if p.DoseNumberPositiveInt < n || p.DoseNumberPositiveInt > p.SeriesDosesPositiveInt {
				t.Errorf("%s: dose %d of %d is the %d. on record", v.VaccineCode.code(), p.DoseNumberPositiveInt, p.SeriesDosesPositiveInt, n)
			}
			series[v.VaccineCode.code()] = max(series[v.VaccineCode.code()], p.DoseNumberPositiveInt)
		}
	})
	if series["HEPB"] != 3 || series["DTAP-IPV"] != 4 {
		t.Errorf("%v", series)
	}
}
