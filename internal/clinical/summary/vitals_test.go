package summary_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

func measured(id, code, title, number, unit string, ago int) ehrdesk.Record {
	f := coded("http://loinc.org", code, title)
	f.Results = []ehrdesk.Result{{Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: number, Unit: unit}}}}
	return record(ehrdesk.KindObservation, "Observation", id, title, "final", ago, f)
}

func pressure(id string, ago int) ehrdesk.Record {
	f := coded("http://loinc.org", "85354-9", "Blood pressure")
	for code, n := range map[string]string{"8480-6": "127", "8462-4": "77"} {
		f.Results = append(f.Results, ehrdesk.Result{Code: ehrdesk.Concept{Codings: []ehrdesk.Coding{{System: "http://loinc.org", Code: code}}}, Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: n, Unit: "mmHg"}}})
	}
	return record(ehrdesk.KindObservation, "Observation", id, "Blood pressure", "final", ago, f)
}

func TestTheLastVitalSignsAreOneLineEach(t *testing.T) {
	wrong := pressure("wrong", 1)
	wrong.Status = ehrdesk.EnteredInError
	got := of(pressure("old", 90), pressure("new", 3), wrong, measured("w1", "29463-7", "Weight", "71.2", "kg", 200), measured("w2", "29463-7", "Weight", "69.8", "kg", 3),
		measured("h", "8867-4", "Heart rate", "72", "/min", 9), measured("g", "15074-8", "Glucose, home meter", "6.1", "mmol/L", 1)).Vitals
	if got.Pressure == nil || got.Pressure.Record.ID != "new" {
		t.Errorf("blood pressure: %+v", got.Pressure)
	}
	if len(got.Series) != 2 || got.Series[0].Last().Number != "69.8" || len(got.Series[0].Points) != 2 || got.Series[1].Last().Number != "72" {
		t.Errorf("%+v", got.Series)
	}
}

// Kilograms and pounds are never one course: the newest value's unit alone is shown.
func TestVitalSignsOfTwoUnitsAreNeverOneCourse(t *testing.T) {
	got := of(measured("w1", "29463-7", "Weight", "71.2", "kg", 200), measured("w2", "29463-7", "Weight", "154", "[lb_av]", 3)).Vitals.Series
	if len(got) != 1 || len(got[0].Points) != 1 || got[0].Last().Number != "154" {
		t.Errorf("%+v", got)
	}
}
