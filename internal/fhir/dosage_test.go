package fhir

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ehrdesk/ehrdesk"
)

func quantity(n, unit string) ehrdesk.Quantity { return ehrdesk.Quantity{Number: n, Unit: unit} }
func measured(n, unit string) ehrdesk.Value {
	return ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: quantity(n, unit)}
}
func isMeasured(v ehrdesk.Value, n, unit string) bool {
	return v.Kind == ehrdesk.IsQuantity && v.Low == quantity(n, unit)
}

func text(s string) ehrdesk.Concept { return ehrdesk.Concept{Text: s} }

// TestADosageIsReadWhole: every element of R4's Dosage and Timing, numbers as they
// were written.
func TestADosageIsReadWhole(t *testing.T) {
	const whole = `{"sequence":2,"text":"as told","additionalInstruction":[{"text":"with food"},{"text":"no alcohol"}],"patientInstruction":"swallow whole",
		"timing":{"event":["2026-04-01","2026-04-02T08:00:00+08:00"],"code":{"coding":[{"code":"BID"}]},"repeat":{"boundsPeriod":{"start":"2026-04","end":"2026-05"},"count":10,"countMax":12,
		"duration":1.50,"durationMax":2,"durationUnit":"h","frequency":1,"frequencyMax":4,"period":4,"periodMax":6,"periodUnit":"h","dayOfWeek":["mon","sat"],"timeOfDay":["08:00:00"],"when":["PCM","HS"],"offset":30}},
		"asNeededCodeableConcept":{"text":"pain"},"site":{"text":"left arm"},"route":{"text":"oral"},"method":{"text":"slowly"},
		"doseAndRate":[{"type":{"text":"ordered"},"doseRange":{"low":{"value":1,"unit":"tablet"},"high":{"value":2.0,"unit":"tablet"}},"rateRatio":{"numerator":{"value":10,"unit":"mmol"},"denominator":{"value":1,"unit":"h"}}},
			{"doseQuantity":{"value":5,"unit":"mg"},"rateRange":{"low":{"value":1,"unit":"mL/h"},"high":{"value":2,"unit":"mL/h"}}},{"rateQuantity":{"value":1,"unit":"mg/min"}}],
		"maxDosePerPeriod":{"numerator":{"value":8,"unit":"tablet"},"denominator":{"value":24,"unit":"h"}},"maxDosePerAdministration":{"value":2,"unit":"tablet"},"maxDosePerLifetime":{"value":450,"unit":"mg/m2"}}`
	when := func(s string) ehrdesk.When { w, _ := ehrdesk.ParseWhen(s); return w }
	want := ehrdesk.Dosage{Sequence: "2", Text: "as told", Additional: []ehrdesk.Concept{text("with food"), text("no alcohol")}, Patient: "swallow whole",
		Timing: ehrdesk.Timing{Events: []ehrdesk.When{when("2026-04-01"), when("2026-04-02T08:00:00+08:00")}, Code: ehrdesk.Concept{Codings: []ehrdesk.Coding{{Code: "BID"}}},
			Bounds: ehrdesk.Value{Kind: ehrdesk.IsPeriod, From: when("2026-04"), Until: when("2026-05")}, Count: "10", CountMax: "12", Duration: "1.50", DurationMax: "2", DurationUnit: "h",
			Frequency: "1", FrequencyMax: "4", Period: "4", PeriodMax: "6", PeriodUnit: "h", Days: []string{"mon", "sat"}, Times: []string{"08:00:00"}, When: []string{"PCM", "HS"}, Offset: "30"},
		AsNeeded: true, AsNeededFor: []ehrdesk.Concept{text("pain")}, Site: text("left arm"), Route: text("oral"), Method: text("slowly"),
		Doses: []ehrdesk.DoseRate{
			{Type: text("ordered"), Dose: ehrdesk.Value{Kind: ehrdesk.IsRange, Low: quantity("1", "tablet"), High: quantity("2.0", "tablet")}, Rate: ehrdesk.Value{Kind: ehrdesk.IsRatio, Low: quantity("10", "mmol"), High: quantity("1", "h")}},
			{Dose: measured("5", "mg"), Rate: ehrdesk.Value{Kind: ehrdesk.IsRange, Low: quantity("1", "mL/h"), High: quantity("2", "mL/h")}},
			{Rate: measured("1", "mg/min")}},
		MaxPeriod: ehrdesk.Value{Kind: ehrdesk.IsRatio, Low: quantity("8", "tablet"), High: quantity("24", "h")}, MaxOnce: quantity("2", "tablet"), MaxLifetime: quantity("450", "mg/m2")}
	same := cmp.Comparer(func(a, b ehrdesk.When) bool { return a.SameTime(b) })
	for resource, element := range map[string]string{"MedicationRequest": "dosageInstruction", "MedicationDispense": "dosageInstruction", "MedicationStatement": "dosage"} {
		_, f := readAs(t, resource, `"`+element+`":[`+whole+`]`)
		if len(f.Dosages) != 1 {
			t.Fatalf("%s: %d dosages", resource, len(f.Dosages))
		}
		if d := cmp.Diff(want, f.Dosages[0], same, cmpopts.EquateEmpty()); d != "" {
			t.Errorf("%s: %s", resource, d)
		}
	}
}

// TestADoseIsFoundWhereverItStands: in each element that can say how much, how
// often or when, of each resource that has one.
func TestADoseIsFoundWhereverItStands(t *testing.T) {
	for name, c := range map[string]struct {
		resource, members string
		is                func(d ehrdesk.Dosage) bool
	}{
		"one administration": {"MedicationAdministration", `"dosage":{"dose":{"value":5,"unit":"mg"},"route":{"text":"IV"},"rateQuantity":{"value":1,"unit":"mg/min"}}`,
			func(d ehrdesk.Dosage) bool {
				return len(d.Doses) == 1 && isMeasured(d.Doses[0].Dose, "5", "mg") && isMeasured(d.Doses[0].Rate, "1", "mg/min") && d.Route.Text == "IV"
			}},
		"a rate as ratio": {"MedicationAdministration", `"dosage":{"rateRatio":{"numerator":{"value":100,"unit":"mL"},"denominator":{"value":1,"unit":"h"}}}`,
			func(d ehrdesk.Dosage) bool { return d.Doses[0].Rate.Kind == ehrdesk.IsRatio }},
		"what the patient is told": {"MedicationRequest", `"dosageInstruction":[{"patientInstruction":"one each morning; omit if the pulse is below 60"}]`,
			func(d ehrdesk.Dosage) bool { return d.Patient != "" }},
		"words in the place of one": {"MedicationRequest", `"dosageInstruction":["one daily"]`, func(d ehrdesk.Dosage) bool { return d.Text == "one daily" }},
		"an object, not a list":     {"MedicationRequest", `"dosageInstruction":{"text":"one daily"}`, func(d ehrdesk.Dosage) bool { return d.Text == "one daily" }},
		"as needed, no reason":      {"MedicationRequest", `"dosageInstruction":[{"asNeededBoolean":true}]`, func(d ehrdesk.Dosage) bool { return d.AsNeeded && len(d.AsNeededFor) == 0 }},
		"not as needed":             {"MedicationRequest", `"dosageInstruction":[{"text":"x","asNeededBoolean":false}]`, func(d ehrdesk.Dosage) bool { return !d.AsNeeded }},
		"a later release's form": {"MedicationRequest", `"dosageInstruction":[{"asNeeded":true,"asNeededFor":[{"text":"pain"}],"maxDosePerPeriod":[{"numerator":{"value":4},"denominator":{"value":1,"unit":"d"}}]}]`,
			func(d ehrdesk.Dosage) bool {
				return d.AsNeeded && d.AsNeededFor[0].Text == "pain" && d.MaxPeriod.Kind == ehrdesk.IsRatio
			}},
		"an earlier release's form": {"MedicationRequest", `"dosageInstruction":[{"doseQuantity":{"value":5,"unit":"mg"}}]`, func(d ehrdesk.Dosage) bool { return isMeasured(d.Doses[0].Dose, "5", "mg") }},
		"a vaccine": {"Immunization", `"doseQuantity":{"value":0.5,"unit":"mL"},"route":{"text":"intramuscular"},"site":{"text":"left deltoid"}`,
			func(d ehrdesk.Dosage) bool {
				return isMeasured(d.Doses[0].Dose, "0.5", "mL") && d.Route.Text == "intramuscular"
			}},
		"a service, three times a week": {"ServiceRequest", `"occurrenceTiming":{"repeat":{"frequency":3,"period":1,"periodUnit":"wk"}},"asNeededCodeableConcept":{"text":"stiffness"}`,
			func(d ehrdesk.Dosage) bool {
				return d.Timing.Frequency == "3" && d.AsNeeded && d.AsNeededFor[0].Text == "stiffness"
			}},
		"a count alone": {"MedicationRequest", `"dosageInstruction":[{"timing":{"repeat":{"count":1}}}]`, func(d ehrdesk.Dosage) bool { return d.Timing.Count == "1" }},
		"a duration as bounds": {"MedicationRequest", `"dosageInstruction":[{"timing":{"repeat":{"boundsDuration":{"value":7,"unit":"d"}}}}]`,
			func(d ehrdesk.Dosage) bool { return isMeasured(d.Timing.Bounds, "7", "d") }},
		"a range as bounds": {"MedicationRequest", `"dosageInstruction":[{"timing":{"repeat":{"boundsRange":{"low":{"value":5,"unit":"d"},"high":{"value":7,"unit":"d"}}}}}]`,
			func(d ehrdesk.Dosage) bool { return d.Timing.Bounds.Kind == ehrdesk.IsRange }},
	} {
		_, f := readAs(t, c.resource, c.members)
		if len(f.Dosages) != 1 || !c.is(f.Dosages[0]) {
			t.Errorf("%s: %+v", name, f.Dosages)
		}
	}
}

func TestDosagesStandInTheirSequence(t *testing.T) {
	_, f := readAs(t, "MedicationRequest", `"dosageInstruction":[{"text":"c","sequence":3},{"text":"then"},{"text":"a","sequence":1},{"text":"b","sequence":2},{"text":"j","sequence":10}]`)
	got := ""
	for _, d := range f.Dosages {
		got += d.Text + " "
	}
	if got != "a b c then j " {
		t.Errorf("in the order %s", got)
	}
}

func TestADoseInANoteIsKeptWhereThereIsNoOther(t *testing.T) {
	for members, want := range map[string]string{
		`"note":[{"text":"3 mg Mon–Fri,  4 mg Sat–Sun"},{"text":"second"}]`: "3 mg Mon–Fri, 4 mg Sat–Sun",
		`"note":[{"text":"seen"}],"dosageInstruction":[{"text":"one"}]`:     "",
		`"note":["as text"]`: "as text",
	} {
		if _, f := readAs(t, "MedicationRequest", members); f.NoteText != want || f.Notes == 0 {
			t.Errorf("%s: %q, %d notes", members, f.NoteText, f.Notes)
		}
	}
	if _, f := readAs(t, "Procedure", `"note":[{"text":"long"}]`); f.NoteText != "" || f.Notes != 1 {
		t.Errorf("%q, %d notes", f.NoteText, f.Notes)
	}
	if _, f := readAs(t, "Observation", `"note":[{"text":"haemolysed"}]`); f.NoteText != "haemolysed" || f.Notes != 1 {
		t.Errorf("%q, %d notes", f.NoteText, f.Notes)
	}
}

func TestWhatWasHandedOut(t *testing.T) {
	_, f := readAs(t, "MedicationRequest", `"dispenseRequest":{"quantity":{"value":28,"unit":"tablet"},"expectedSupplyDuration":{"value":4,"unit":"wk"},"numberOfRepeatsAllowed":2},"substitution":{"allowedCodeableConcept":{"text":"none"}}`)
	if s := f.Supply; s.Quantity != quantity("28", "tablet") || s.Days != quantity("4", "wk") || s.Repeats != "2" || s.Substitution.Text != "none" {
		t.Errorf("%+v", s)
	}
	_, f = readAs(t, "MedicationDispense", `"quantity":{"value":14,"unit":"tablet"},"daysSupply":{"value":14,"unit":"d"},"substitution":{"wasSubstituted":true,"type":{"text":"generic"}},"whenHandedOver":"2026-01-02"`)
	if s := f.Supply; s.Quantity != quantity("14", "tablet") || s.Days != quantity("14", "d") || s.Substitution.Text != "generic" {
		t.Errorf("%+v", s)
	}
}
