package fhir_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// A record that was entered in error says so where FHIR has its type say it, and every other element stays as it was written.
func TestARecordIsMarkedAsEnteredInErrorAndStaysWhatItWas(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"by its status", `{ "resourceType":"Observation", "id":"a", "status" : "final", "valueQuantity":{"value":1.10,"unit":"k\u0067"} }`,
			`{"resourceType":"Observation","id":"a","status":"entered-in-error","valueQuantity":{"value":1.10,"unit":"k\u0067"}}`},
		{"what was said of the status goes with it", `{"resourceType":"Immunization","id":"i","status":"completed","_status":{"id":"x"}}`, `{"resourceType":"Immunization","id":"i","status":"entered-in-error"}`},
		{"an allergy by its verification, without a clinical status", `{"resourceType":"AllergyIntolerance","id":"a","clinicalStatus":{"text":"active"},"verificationStatus":{"text":"confirmed"},"code":{"text":"x"}}`,
			`{"resourceType":"AllergyIntolerance","id":"a","verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-verification","code":"entered-in-error"}]},"code":{"text":"x"}}`},
		{"a condition that had none", `{"resourceType":"Condition","id":"c","code":{"text":"x"}}`,
			`{"resourceType":"Condition","id":"c","verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"entered-in-error"}]},"code":{"text":"x"}}`},
	} {
		got, err := fhir.EnteredInError([]byte(c.in))
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %s, %v", c.name, got, err)
		}
		if r, err := fhir.Read(got); err != nil || r.Record().Status != "entered-in-error" {
			t.Errorf("%s: is read as %q, %v", c.name, r.Record().Status, err)
		}
	}
	for _, in := range []string{``, `[]`, `{"status":"final"}`, `{"resourceType":"AdverseEvent","id":"x"}`, `{"resourceType":"Observation","status":"final","status":"final"}`} {
		if got, err := fhir.EnteredInError([]byte(in)); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("%q: %s, %v", in, got, err)
		}
	}
	if got, err := fhir.Restated([]byte(`{"resourceType":"Observation","status":"final","a":1}`), "corrected"); err != nil || string(got) != `{"resourceType":"Observation","status":"corrected","a":1}` {
		t.Errorf("%s, %v", got, err)
	}
	if _, err := fhir.Restated([]byte(`{"resourceType":"Patient"}`), "corrected"); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Error(err)
	}
}
