package central_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
)

// Nobody hides a record from clinicians by the tag of what gates write: an allergy, an advance directive, a
// message between clinicians is given with it as without, and somebody who has it is found. What
// gates did write is given to nobody, whether or not the engine heeds which types are wanted.
func TestATagHidesNoRecord(t *testing.T) {
	for name, q := range map[string]fhirtest.Quirks{"$everything": {}, "a search a type": {Everything: fhirtest.EverythingMissing}} {
		t.Run(name, func(t *testing.T) {
			g := newGate(t, q)
			d := g.doctor()
			d.want(200, "POST", "/Patient/p/$open", openConsultation)
			if err := g.c.TellEngine(t.Context()); err != nil {
				t.Fatal(err)
			}
			const tag = `"meta":{"tag":[{"system":"urn:example:hk:gate","code":"consent"}]},`
			tagged := map[string]string{
				"AllergyIntolerance/alg-p":                           `{"resourceType":"AllergyIntolerance","id":"alg-p",` + tag + `"code":{"text":"penicillin"},"patient":{"reference":"Patient/p"}}`,
				"Consent/0f3a7c52-7a0e-4b51-9a55-1c2d3e4f5a6b":       `{"resourceType":"Consent","id":"0f3a7c52-7a0e-4b51-9a55-1c2d3e4f5a6b",` + tag + `"status":"active","scope":{"coding":[{"code":"adr"}]},"category":[{"coding":[{"code":"dnr"}]}],"patient":{"reference":"Patient/p"}}`,
				"Communication/1f3a7c52-7a0e-4b51-9a55-1c2d3e4f5a6b": `{"resourceType":"Communication","id":"1f3a7c52-7a0e-4b51-9a55-1c2d3e4f5a6b",` + tag + `"status":"completed","subject":{"reference":"Patient/p"},"payload":[{"contentString":"INR 6.1"}]}`,
				"Basic/note": `{"resourceType":"Basic","id":"note",` + tag + `"code":{"text":"x"},"subject":{"reference":"Patient/p"}}`,
			}
			want := []string{"Condition/con-p", "Observation/obs-p", "Patient/p"}
			for name, body := range tagged {
				g.engine.Put(body)
				want = append(want, name)
			}
			g.engine.Put(strings.Replace(string(g.engine.Body(ehrdesk.Ref{Resource: "Patient", ID: "p"})), `"meta":{`, strings.TrimSuffix(tag, "},")+",", 1))
			got := parse(t, d.want(200, "GET", "/Patient/p/$everything", "")).names()
			slices.Sort(got)
			if slices.Sort(want); !slices.Equal(got, want) {
				t.Errorf("given %q, want %q", got, want)
			}
			for name := range tagged {
				d.want(200, "GET", "/"+name, "")
			}
			if b := parse(t, d.want(200, "POST", "/Patient/_search", "identifier="+ehrdesk.SystemEHR+"|"+gateEHR)); len(b.Entry) == 0 {
				t.Error("who has the tag is nobody")
			}
			for ref := range g.engine.All() {
				if _, theirs := tagged[ref.String()]; !theirs && slices.Contains([]string{"Consent", "Communication", "AuditEvent", "Basic"}, ref.Resource) {
					d.want(404, "GET", "/"+ref.String(), "")
				}
			}
		})
	}
}
