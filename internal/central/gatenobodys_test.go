package central_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// What records refer to tells of nobody's health, in whatever way it names somebody: what does goes to
// nobody, in a list or alone.
func TestWhatRecordsReferToNamesNobody(t *testing.T) {
	const otherEHR = "urn:hospital:ehr"
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	id := func(system, value string) string {
		return `"identifier":{"system":"` + system + `","value":"` + value + `"}`
	}
	extension := func(reference string) string {
		return `"extension":[{"url":"urn:x","valueReference":{` + reference + `}}]`
	}
	for name, c := range map[string]struct {
		kind, members string
		given         bool
	}{
		"a place":                            {"Organization", `"name":"Where it was made","partOf":{"reference":"Organization/all"},"identifier":[{"system":"` + ehrdesk.SystemHCP + `","value":"1"}]`, true},
		"a place by identifier":              {"Organization", `"partOf":{` + id("urn:places", "7") + `}`, true},
		"a website of that name":             {"Organization", `"name":"Patient/Carer Support Group","telecom":[{"system":"url","value":"https://patient.example/help?for=you"}]`, true},
		"somebody's role":                    {"PractitionerRole", `"practitioner":{` + id("urn:staff", "7") + `},"organization":{"reference":"Organization/all"}`, true},
		"a practitioner by number":           {"Practitioner", `"identifier":[{"system":"` + ehrdesk.SystemHKIC + `","value":"B1234560"}]`, true},
		"a drug with a maker within":         {"Medication", `"contained":[{"resourceType":"Organization","id":"m","name":"Maker"}],"manufacturer":{"reference":"#m"}`, true},
		"a kind of reference":                {"Organization", extension(`"type":"Organization",` + id("urn:places", "7")), true},
		"a number in an extension":           {"Organization", `"extension":[{"url":"u","valueIdentifier":{"system":"` + ehrdesk.SystemEHR + `","value":"` + gateOther + `"}}]`, false},
		"by identifier alone":                {"Organization", extension(id(ehrdesk.SystemEHR, gateOther)), false},
		"by a document":                      {"Organization", `"partOf":{` + id(ehrdesk.SystemDocument+"EC", "A1234563") + `}`, false},
		"by the identifier of nobody knows":  {"Organization", extension(id("urn:mrn", "7")), false},
		"by an identifier without a system":  {"Group", `"type":"person","actual":true,"member":[{"entity":{"reference":"Practitioner/pr"}}],"characteristic":[{"valueReference":{"identifier":{"value":"` + gateOther + `"}}}]`, false},
		"by a kind of reference":             {"Organization", extension(`"type":"Patient","display":"CHAN"`), false},
		"by a kind and another's name":       {"Organization", extension(`"type":"Patient",` + id("urn:mrn", "7")), false},
		"by what nobody can resolve":         {"Organization", extension(`"reference":"urn:uuid:7d1bd2a4-7c0e-5b54-9f53-0f2b1d6f6a10"`), false},
		"by a slip of a reference":           {"Organization", `"partOf":{"reference":"patient/q"}`, false},
		"by a reference after a space":       {"Organization", `"partOf":{"reference":" Patient/q"}`, false},
		"by a reference of another kind":     {"Organization", `"partOf":{"type":"Organization","reference":"Patient/q"}`, false},
		"by an address with a question":      {"Organization", `"extension":[{"url":"u","valueUrl":"http://hospital.example/Patient/q?_format=json"}]`, false},
		"a place at another address":         {"Organization", `"partOf":{"reference":"https://places.example/of/7"}`, true},
		"by a search":                        {"Organization", extension(`"reference":"Patient?identifier=x|` + gateOther + `"`), false},
		"by a search elsewhere":              {"Organization", `"extension":[{"url":"u","valueUri":"http://hospital.example/fhir/Patient?identifier=7"}]`, false},
		"by a uri":                           {"Organization", `"extension":[{"url":"u","valueUri":"Patient/q"}]`, false},
		"by a version":                       {"Organization", `"extension":[{"url":"u","valueUri":"http://hospital.example/Patient/q/_history/2"}]`, false},
		"by an operation":                    {"Organization", `"extension":[{"url":"u","valueUri":"http://hospital.example/Patient/q/$everything"}]`, false},
		"by a link in words":                 {"Organization", `"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><a href=\"Patient/q\">him</a></div>"}`, false},
		"by somebody of theirs":              {"Organization", extension(`"reference":"RelatedPerson/rq"`), false},
		"by a record of theirs":              {"Organization", extension(`"reference":"Condition/con-q","display":"CHAN has it"`), false},
		"by a patient within":                {"Organization", `"contained":[{"resourceType":"Patient","id":"c","name":[{"text":"SECRET"}]}]`, false},
		"by a record within":                 {"Organization", `"contained":[{"resourceType":"Condition","id":"c","code":{"text":"HIV"}}]`, false},
		"by what is within without a type":   {"Organization", `"contained":[{"id":"c","code":{"text":"HIV"}}]`, false},
		"by one who is named within":         {"Medication", `"contained":[{"resourceType":"Organization","id":"c",` + extension(id(ehrdesk.SystemHKIC, "B1234560")) + `}]`, false},
		"a group of the patient and another": {"Group", `"type":"person","actual":true,"member":[{"entity":{"reference":"Patient/p"}}],"characteristic":[{"valueReference":{"reference":"Patient/q"}}]`, false},
		"a group of the patient alone":       {"Group", `"type":"person","actual":true,"member":[{"entity":{"reference":"Patient/p"}}]`, true},
	} {
		t.Run(name, func(t *testing.T) {
			body := `{"resourceType":"` + c.kind + `","id":"x",` + c.members + `}`
			g.engine.Put(body)
			con := `{"resourceType":"Condition","id":"con-p","code":{"text":"Asthma"},"subject":{"reference":"Patient/p"},"extension":[{"url":"urn:x","valueReference":{"reference":"` + c.kind + `/x"}}]}`
			g.line.spoils(func(r *http.Request, res *http.Response) (*http.Response, error) {
				if strings.HasSuffix(r.URL.Path, "$everything") {
					return withBody(res, `{"resourceType":"Bundle","type":"searchset","entry":[{"resource":`+con+`},{"resource":`+body+`}]}`), nil
				}
				return res, nil
			})
			got := parse(t, d.want(200, "GET", "/Patient/p/$everything", "")).names()
			g.line.spoils(nil)
			if !slices.Contains(got, "Condition/con-p") || slices.Contains(got, c.kind+"/x") != c.given {
				t.Errorf("given: %q", got)
			}
			if status, text := d.do("GET", "/"+c.kind+"/x", ""); (status == 200) != c.given || !c.given && issue(t, text) != "owner-unclear" {
				t.Errorf("alone: %d %s", status, text)
			}
			g.engine.Delete(ehrdesk.Ref{Resource: c.kind, ID: "x"})
		})
	}

	// The engine's own names of systems count as ours do.
	o := central.Options{Dir: t.TempDir(), Now: g.clock.now, Upstream: &central.Upstream{}}
	o.Upstream.URL, o.Upstream.EHR = g.engine.URL, otherEHR
	second, err := central.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := second.Close(); err != nil {
			t.Error(err)
		}
	})
	w := &world{t: t, c: second, clock: g.clock, base: serve(t, second) + "/fhir"}
	doctor := w.desk(w.hcp(central.HCP{Name: "Test Clinic"}), ehrdesk.Doctor)
	g.engine.Put(`{"resourceType":"Organization","id":"x","extension":[{"url":"u","valueIdentifier":{"system":"` + otherEHR + `","value":"` + gateOther + `"}}]}`)
	if got := issue(t, doctor.want(403, "GET", "/Organization/x", "")); got != "owner-unclear" {
		t.Errorf("refused as %q", got)
	}
}
