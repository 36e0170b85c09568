package fhir_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

func TestAResourceIsRenamedAndNothingElseOfItChanges(t *testing.T) {
	refs := map[string]string{"urn:uuid:1": "Patient/p", "Patient/old": "Patient/p", `a"b\`: "Patient/q"}
	for in, want := range map[string]string{
		`{"resourceType":"Observation","id":"x","subject":{"reference":"urn:uuid:1"},"value":1.10}`:                                                                     `{"resourceType":"Observation","id":"new","subject":{"reference":"Patient/p"},"value":1.10}`,
		`{ "resourceType" : "Observation" , "subject" : { "reference" : "Patient/old" } }`:                                                                              `{ "resourceType" : "Observation","id":"new" , "subject" : { "reference" : "Patient/p" } }`,
		`{"id":"x","resourceType":"List","entry":[{"item":{"reference":"urn:uuid:1"}},{"item":{"reference":"Patient/other"}}],"note":[{"text":"urn:uuid:1","id":"x"}]}`: `{"id":"new","resourceType":"List","entry":[{"item":{"reference":"Patient/p"}},{"item":{"reference":"Patient/other"}}],"note":[{"text":"urn:uuid:1","id":"x"}]}`,
		`{"resourceType":"Basic","id":"x","subject":{"reference":"a\"b\\"},"contained":[{"resourceType":"Patient","id":"x"}]}`:                                          `{"resourceType":"Basic","id":"new","subject":{"reference":"Patient/q"},"contained":[{"resourceType":"Patient","id":"x"}]}`,
		`{"resourceType":"Basic","id":"x","extension":[{"url":"reference","valueString":"urn:uuid:1"}]}`:                                                                `{"resourceType":"Basic","id":"new","extension":[{"url":"reference","valueString":"urn:uuid:1"}]}`,
	} {
		got, err := fhir.Renamed([]byte(in), "new", refs)
		if err != nil || string(got) != want {
			t.Errorf("%s: %v\n got %s\nwant %s", in, err, got, want)
		}
	}
	for _, bad := range []string{``, `[]`, `{"id":"x"}`, `{"resourceType":"Basic","id":"x"`, `{"resourceType":"Basic","id":"x","id":"y"}`} {
		if got, err := fhir.Renamed([]byte(bad), "new", refs); err == nil {
			t.Errorf("%q became %s", bad, got)
		}
	}
}

func TestARenamedResourceIsOneUnderItsName(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := func(name string) string {
			return strings.ReplaceAll(strings.ReplaceAll(rapid.StringMatching(`[a-z"\\ é:/]{0,12}`).Draw(r, name), `\`, `\\`), `"`, `\"`)
		}
		in := `{"resourceType":"Basic","` + rapid.SampledFrom([]string{"id", "note"}).Draw(r, "name") + `":"x","subject":{"reference":"` + text("ref") + `","display":"` + text("display") + `"}}`
		got, err := fhir.Renamed([]byte(in), "new", map[string]string{"": "Patient/p", "a": "Patient/p"})
		if err != nil {
			r.Fatal(err)
		}
		if after, err := fhir.Read(got); err != nil || after.ID != "new" || after.Type != "Basic" {
			r.Fatalf("%v: %s became %s", err, in, got)
		}
	})
}
