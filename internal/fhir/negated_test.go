package fhir

import (
	"testing"
)

// TestWhatWasNotDoneIsNotDoneInEveryFHIR: earlier and later versions of FHIR say it
// beside a status that says the opposite.
func TestWhatWasNotDoneIsNotDoneInEveryFHIR(t *testing.T) {
	for body, want := range map[string]string{
		`{"resourceType":"Immunization","id":"a","status":"completed","notGiven":true,"vaccineCode":{"text":"BCG"}}`:                                                                 "not-done",
		`{"resourceType":"Immunization","id":"a","wasNotGiven":true,"status":"completed","vaccineCode":{"text":"BCG"}}`:                                                              "not-done",
		`{"resourceType":"Immunization","id":"a","status":"completed","notGiven":false,"vaccineCode":{"text":"BCG"}}`:                                                                "completed",
		`{"resourceType":"Immunization","id":"a","status":"entered-in-error","notGiven":true,"vaccineCode":{"text":"BCG"}}`:                                                          "entered-in-error",
		`{"resourceType":"Procedure","id":"a","status":"completed","notDone":true,"code":{"text":"amputation"}}`:                                                                     "not-done",
		`{"resourceType":"MedicationAdministration","id":"a","status":"completed","notGiven":true,"medicationCodeableConcept":{"text":"heparin"}}`:                                   "not-done",
		`{"resourceType":"MedicationStatement","id":"a","status":"active","taken":"n","medicationCodeableConcept":{"text":"aspirin"}}`:                                               "not-taken",
		`{"resourceType":"MedicationStatement","id":"a","status":"active","taken":"y","medicationCodeableConcept":{"text":"aspirin"}}`:                                               "active",
		`{"resourceType":"MedicationStatement","id":"a","status":"active","wasNotTaken":true,"medicationCodeableConcept":{"text":"aspirin"}}`:                                        "not-taken",
		`{"resourceType":"MedicationStatement","id":"a","status":"recorded","adherence":{"code":{"coding":[{"code":"not-taking"}]}},"medicationCodeableConcept":{"text":"aspirin"}}`: "not-taken",
	} {
		r, err := Read([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		rec, _ := r.Project()
		if rec.Status != want {
			t.Errorf("%s\n is %q, want %q", body, rec.Status, want)
		}
	}
}
