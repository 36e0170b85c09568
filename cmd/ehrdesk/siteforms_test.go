package main

import (
	"testing"

	"github.com/ehrdesk/ehrdesk/internal/form"
)

// A form without a title is called on the screen what form list calls it, and by its file where it has no name either.
func TestAFormWithoutATitleIsCalledByItsName(t *testing.T) {
	const item = `"status":"active","item":[{"linkId":"1","text":"x","type":"string"}]}`
	for raw, want := range map[string]string{
		`{"resourceType":"Questionnaire","title":"Triage","name":"TriageForm",` + item: "Triage",
		`{"resourceType":"Questionnaire","name":"TriageForm",` + item:                  "TriageForm",
		`{"resourceType":"Questionnaire",` + item:                                      "triage-1",
	} {
		f, err := form.Read([]byte(raw), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := titleOf(f, "triage-1").English; got != want {
			t.Errorf("%s is called %q", raw, got)
		}
	}
}
