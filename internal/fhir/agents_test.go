package fhir_test

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Who wrote a record is the provider for which an author of its Provenance wrote: by its number and the number's system, and by
// nobody's name.
func TestForWhomAnAuthorWroteIsAmongTheFactsOfAProvenance(t *testing.T) {
	const agent = `{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/provenance-participant-type","code":"author"}]},"who":{"identifier":{"system":"urn:example:hk:staff","value":"a@1"},"display":"Dr LEE"},
		"onBehalfOf":{"identifier":{"system":"urn:example:hk:hcp","value":"1234567890"},"display":"Harbour Clinic"}}`
	for name, c := range map[string]struct {
		agents   string
		is, told bool
	}{
		"an author":                 {agent, true, true},
		"of whom nothing is said":   {strings.Replace(agent, `"code":"author"`, `"display":"somebody"`, 1), true, true},
		"who only verified":         {strings.Replace(agent, `"author"`, `"verifier"`, 1), false, true},
		"a second":                  {strings.ReplaceAll(agent, "1234567890", "9") + "," + agent, true, true},
		"another's number":          {strings.ReplaceAll(agent, "1234567890", "9"), false, true},
		"another system's number":   {strings.Replace(agent, "urn:example:hk:hcp", "urn:else", 1), false, true},
		"the name alone":            {strings.Replace(agent, `"value":"1234567890"`, `"use":"official"`, 1), false, true},
		"a longer number":           {strings.Replace(agent, `"1234567890"`, `"12345678901"`, 1), false, true},
		"nobody":                    {`{}`, false, false},
		"an author by another code": {strings.Replace(agent, "http://terminology.hl7.org/CodeSystem/provenance-participant-type", "urn:roles", 1), false, true},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := fhir.Read([]byte(`{"resourceType":"Provenance","id":"p","target":[{"reference":"Observation/x"}],"agent":[` + c.agents + `]}`))
			if err != nil {
				t.Fatal(err)
			}
			rec := r.Record()
			f := rec.Facts()
			if is, told := f.WroteFor("1234567890"); is != c.is || told != c.told {
				t.Errorf("%v, %v: %+v", is, told, f.Parties)
			}
			if is, _ := f.WroteFor(""); is {
				t.Error("of nobody")
			}
			o, err := fhir.Parse([]byte(`{"agent":[` + c.agents + `]}`))
			if err != nil {
				t.Fatal(err)
			}
			authored := false
			fhir.Each(o.Raw("agent"), func(a fhir.Value) {
				authored = authored || fhir.AuthoredFor(a, ehrdesk.SystemHCP) == "1234567890"
			})
			if authored != c.is {
				t.Errorf("the bytes say %v, the facts %v", authored, c.is)
			}
		})
	}
}
