package summary_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/summary"
)

func dose(id, title, status string, f ehrdesk.Facts) ehrdesk.Record {
	return record(ehrdesk.KindImmunisation, "Immunization", id, title, status, 400, f)
}

var (
	eighty = ehrdesk.Day(1946, 5, 1)
	forty  = ehrdesk.Day(1986, 5, 1)
	child  = ehrdesk.Day(2018, 5, 1)
	all    = []summary.Vaccine{summary.Tetanus, summary.Influenza, summary.Pneumococcal}
)

func TestWhatIsNotOnRecordGoesByAge(t *testing.T) {
	for _, c := range []struct {
		born ehrdesk.When
		want []summary.Vaccine
	}{{eighty, all}, {forty, all[:1]}, {child, nil}, {ehrdesk.When{}, nil}, {ehrdesk.Day(2008, 11, 28), all[:1]}, {ehrdesk.Day(2008, 11, 29), nil}, {ehrdesk.Day(1961, 11, 28), all}, {ehrdesk.Day(1961, 11, 30), all[:1]}} {
		if got := summary.Unrecorded(nil, c.born, now); !slices.Equal(got, c.want) {
			t.Errorf("born %s: %v, want %v", c.born.Date(), got, c.want)
		}
	}
}

func TestAVaccineIsKnownByCodeAndByName(t *testing.T) {
	const atc, cvx, sct = "http://www.whocc.no/atc", "http://hl7.org/fhir/sid/cvx", "http://snomed.info/sct"
	for _, c := range []struct {
		title string
		f     ehrdesk.Facts
		want  []summary.Vaccine // that is had
	}{
		{"x", coded(atc, "J07AM51", ""), all[:1]}, {"x", coded(atc, "J07CA02", ""), all[:1]}, {"x", coded(atc, "J07AJ52", ""), all[:1]}, {"x", coded(atc, "J07AJ01", ""), nil}, {"x", coded(atc, "J07CA10", ""), nil},
		{"x", coded(cvx, "115", ""), all[:1]}, {"x", coded(cvx, "33", ""), all[2:]}, {"x", coded(cvx, "150", ""), all[1:2]}, {"x", coded(sct, "333621002", ""), all[:1]},
		{"Tetanus toxoid 破傷風類毒素", ehrdesk.Facts{}, all[:1]}, {"Tdap", ehrdesk.Facts{}, all[:1]}, {"DTaP-IPV booster", ehrdesk.Facts{}, all[:1]}, {"流感疫苗", ehrdesk.Facts{}, all[1:2]},
		{"Influenza, split virus, trivalent", ehrdesk.Facts{}, all[1:2]}, {"Haemophilus influenzae type b", ehrdesk.Facts{}, nil}, {"乙型流感嗜血桿菌疫苗", ehrdesk.Facts{}, nil},
		{"Tetanus immunoglobulin", ehrdesk.Facts{}, nil}, {"PCV13", ehrdesk.Facts{}, all[2:]}, {"Pneumococcal 23-valent", ehrdesk.Facts{}, all[2:]}, {"Hepatitis B", ehrdesk.Facts{}, nil},
	} {
		got := summary.Unrecorded([]ehrdesk.Record{dose("a", c.title, "completed", c.f)}, eighty, now)
		for _, v := range all {
			if slices.Contains(got, v) == slices.Contains(c.want, v) {
				t.Errorf("%s %v: %s is said to be unrecorded: %t", c.title, c.f.Code.Codings, v, slices.Contains(got, v))
			}
		}
	}
}

// A dose that was not given, or was entered in error, is none; of one that cannot be told
// nothing is claimed, nor while one is restricted.
func TestNothingIsClaimedOfADoseThatCannotBeTold(t *testing.T) {
	for _, status := range []string{"not-done", ehrdesk.EnteredInError} {
		if got := summary.Unrecorded([]ehrdesk.Record{dose("a", "Tetanus", status, ehrdesk.Facts{})}, forty, now); !slices.Equal(got, all[:1]) {
			t.Errorf("%s: %v", status, got)
		}
	}
	if got := summary.Unrecorded([]ehrdesk.Record{dose("a", "V17", "completed", coded("urn:local", "V17", ""))}, forty, now); got != nil {
		t.Errorf("a code of its own: %v", got)
	}
	held := dose("a", "", "completed", ehrdesk.Facts{})
	held.Restricted = true
	if got := summary.Unrecorded([]ehrdesk.Record{held}, forty, now); got != nil {
		t.Errorf("a restricted one: %v", got)
	}
}

// Whatever the records and their order: a vaccine that a dose was given of is never said
// to be unrecorded, and more records never make more of them.
func TestADoseOnRecordIsNeverSaidToBeUnrecorded(t *testing.T) {
	names := map[string]summary.Vaccine{"Tetanus toxoid": summary.Tetanus, "Td adult": summary.Tetanus, "季節性流感疫苗": summary.Influenza, "Influenza (quadrivalent)": summary.Influenza, "PPSV23": summary.Pneumococcal, "Hepatitis B": "", "MMR": ""}
	titles := []string{"Tetanus toxoid", "Td adult", "季節性流感疫苗", "Influenza (quadrivalent)", "PPSV23", "Hepatitis B", "MMR"}
	rapid.Check(t, func(r *rapid.T) {
		var records []ehrdesk.Record
		given := map[summary.Vaccine]bool{}
		for i := range rapid.IntRange(0, 12).Draw(r, "n") {
			title, status := rapid.SampledFrom(titles).Draw(r, "title"), rapid.SampledFrom([]string{"completed", "not-done", ehrdesk.EnteredInError}).Draw(r, "status")
			records = append(records, dose(string(rune('a'+i)), title, status, ehrdesk.Facts{}))
			if status == "completed" {
				given[names[title]] = true
			}
		}
		born := rapid.SampledFrom([]ehrdesk.When{eighty, forty, child}).Draw(r, "born")
		got := summary.Unrecorded(rapid.Permutation(records).Draw(r, "shuffled"), born, now)
		for _, v := range summary.Unrecorded(nil, born, now) {
			if slices.Contains(got, v) == given[v] {
				r.Fatalf("%s: given %t, said to be unrecorded %t", v, given[v], slices.Contains(got, v))
			}
		}
		for _, v := range got {
			if !slices.Contains(all, v) {
				r.Fatalf("%s is no vaccine that is asked for", v)
			}
		}
	})
}
