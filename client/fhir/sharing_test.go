package fhir

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// At a server that is not ours a Consent may name the provider by its Organization, and
// sharing by a category of the site's. What limits it, or forbids inside it, is more than
// a desk can keep to and opens nothing.
func TestAConsentOfAnotherServersFormOpensOnlyWhatItPlainlyPermits(t *testing.T) {
	site := Sharing{Patients: []string{"p", "old"}, Base: "https://here/fhir/", Provider: []r4.Identifier{{System: "urn:site:org", Value: "7"}, {System: ehrdesk.SystemHCP, Value: "1234567890"}},
		Organization: "o", Categories: []Coding{{System: ehrdesk.SystemConsent, Code: "sharing"}, {System: "http://loinc.org", Code: "59284-0"}}}
	loinc := `[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}]`
	actor := func(role, ref string) string {
		return `"actor":[{"role":{"coding":[{"code":"` + role + `"}]},"reference":` + ref + `}]`
	}
	ref := func(to string) string { return actor("IRCP", `{"reference":"`+to+`"}`) }
	permit := func(more string) string { return `{"type":"permit",` + more + `}` }
	deny := func(more string) string { return `{"type":"deny"` + more + `}` }
	for name, c := range map[string]struct {
		members map[string]string
		want    ehrdesk.ConsentState
	}{
		"by reference":                         {map[string]string{"provision": permit(ref("Organization/o"))}, ehrdesk.ConsentActive},
		"by absolute reference":                {map[string]string{"provision": permit(ref("https://here/fhir/Organization/o"))}, ehrdesk.ConsentActive},
		"as primary recipient":                 {map[string]string{"provision": permit(actor("PRCP", `{"reference":"Organization/o"}`))}, ehrdesk.ConsentActive},
		"by the site's identifier":             {map[string]string{"provision": permit(actor("IRCP", `{"identifier":{"system":"urn:site:org","value":"7"}}`))}, ehrdesk.ConsentActive},
		"of the site's category":               {map[string]string{"category": loinc}, ehrdesk.ConsentActive},
		"of the record that was merged":        {map[string]string{"patient": `{"reference":"Patient/old"}`}, ehrdesk.ConsentActive},
		"for treatment":                        {map[string]string{"provision": permit(us + `,"purpose":[{"code":"TREAT"}]`)}, ehrdesk.ConsentActive},
		"to see":                               {map[string]string{"provision": permit(us + `,"action":[{"coding":[{"code":"access"}]}]`)}, ehrdesk.ConsentActive},
		"of another server's patient":          {map[string]string{"patient": `{"reference":"https://there/fhir/Patient/p"}`}, ehrdesk.ConsentNone},
		"to another organisation":              {map[string]string{"provision": permit(ref("Organization/x"))}, ehrdesk.ConsentNone},
		"to another server's":                  {map[string]string{"provision": permit(ref("https://there/fhir/Organization/o"))}, ehrdesk.ConsentNone},
		"to one of its people":                 {map[string]string{"provision": permit(ref("Practitioner/d"))}, ehrdesk.ConsentNone},
		"as custodian":                         {map[string]string{"provision": permit(actor("CST", `{"reference":"Organization/o"}`))}, ehrdesk.ConsentNone},
		"for payment":                          {map[string]string{"provision": permit(us + `,"purpose":[{"code":"HPAYMT"}]`)}, ehrdesk.ConsentNone},
		"to correct":                           {map[string]string{"provision": permit(us + `,"action":[{"coding":[{"code":"correct"}]}]`)}, ehrdesk.ConsentNone},
		"of some classes":                      {map[string]string{"provision": permit(us + `,"class":[{"code":"Observation"}]`)}, ehrdesk.ConsentNone},
		"of some years":                        {map[string]string{"provision": permit(us + `,"dataPeriod":{"start":"2020"}`)}, ehrdesk.ConsentNone},
		"of some labels":                       {map[string]string{"provision": permit(us + `,"securityLabel":[{"code":"N"}]`)}, ehrdesk.ConsentNone},
		"with what changes its meaning":        {map[string]string{"modifierExtension": `[{"url":"urn:x","valueBoolean":true}]`}, ehrdesk.ConsentNone},
		"with something inside":                {map[string]string{"provision": permit(us + `,"provision":[{"type":"perhaps"}]`)}, ehrdesk.ConsentNone},
		"with a permission inside":             {map[string]string{"provision": permit(us + `,"provision":[{"type":"permit"}]`)}, ehrdesk.ConsentActive},
		"with a denial inside":                 {map[string]string{"provision": permit(us + `,"provision":[{"type":"deny","class":[{"code":"Observation"}]}]`)}, ehrdesk.ConsentWithdrawn},
		"with one further inside":              {map[string]string{"provision": permit(us + `,"provision":[{"type":"permit","provision":[{"type":"deny"}]}]`)}, ehrdesk.ConsentWithdrawn},
		"with a denial of another":             {map[string]string{"provision": permit(us + `,"provision":[{"type":"deny",` + ref("Organization/x") + `}]`)}, ehrdesk.ConsentActive},
		"a permission within a denial":         {map[string]string{"provision": deny(`,"provision":[{"type":"permit",` + us + `}]`)}, ehrdesk.ConsentWithdrawn},
		"a denial to everybody":                {map[string]string{"provision": deny("")}, ehrdesk.ConsentWithdrawn},
		"a denial of no category of sharing":   {map[string]string{"category": `[{"text":"x"}]`, "provision": deny("," + us)}, ehrdesk.ConsentWithdrawn},
		"a denial to one of its people":        {map[string]string{"provision": deny("," + ref("Practitioner/d"))}, ehrdesk.ConsentWithdrawn},
		"a denial to another":                  {map[string]string{"provision": deny("," + ref("Organization/x"))}, ehrdesk.ConsentNone},
		"a denial of research":                 {map[string]string{"scope": `{"coding":[{"code":"research"}]}`, "provision": deny("")}, ehrdesk.ConsentNone},
		"a denial that is over, of its own":    {map[string]string{"status": `"inactive"`, "category": `[{"text":"x"}]`, "provision": deny("")}, ehrdesk.ConsentNone},
		"a permission that is over, with more": {map[string]string{"status": `"inactive"`, "provision": permit(us + `,"class":[{"code":"Observation"}]`)}, ehrdesk.ConsentWithdrawn},
	} {
		members := map[string]string{"extension": ""}
		for k, v := range c.members {
			members[k] = v
		}
		one := consentTo(t, "c", members)
		if got := site.Decide([]r4.Resource{one}, decided); got.State != c.want {
			t.Errorf("%s: %q, want %q", name, got.State, c.want)
		}
		plain := consentTo(t, "ours", map[string]string{"extension": ""})
		denies := c.want == ehrdesk.ConsentWithdrawn && one.Text("status") == "active"
		if got := site.Decide([]r4.Resource{one, plain}, decided); got.State.Allows() == denies {
			t.Errorf("%s, beside one that permits: %q", name, got.State)
		}
	}
}
