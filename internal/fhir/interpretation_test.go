package fhir

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// TestALaboratorysOwnCodeIsReadByItsWords: a code of another system, or none at all,
// judges by what it is called, as the same words in text do.
func TestALaboratorysOwnCodeIsReadByItsWords(t *testing.T) {
	for coding, want := range map[string]ehrdesk.Flag{
		`{"system":"urn:lab","code":"PH","display":"Critically high"}`:                                                           ehrdesk.FlagCriticalHigh,
		`{"display":"Critically high"}`:                                                                                          ehrdesk.FlagCriticalHigh,
		`{"system":"urn:lab","code":"X","display":"changed"}`:                                                                    ehrdesk.FlagNone,
		`{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":"L","display":"High"}`:            ehrdesk.FlagLow,
		`{"system":"urn:lab","code":"PH","display":"危急偏高"},{"system":"http://hl7.org/fhir/v2/0078","code":"H","display":"High"}`: ehrdesk.FlagCriticalHigh,
	} {
		r, err := Read([]byte(`{"resourceType":"Observation","id":"a","status":"final","code":{"text":"K"},"valueQuantity":{"value":7.9,"unit":"mmol/L"},"interpretation":[{"coding":[` + coding + `]}]}`))
		if err != nil {
			t.Fatal(err)
		}
		if rec, _ := r.Project(); rec.Flag != want {
			t.Errorf("%s: %q, want %q", coding, rec.Flag, want)
		}
	}
}
