package central_test

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk/client/fhirtest"
)

// Somebody whom the engine names by the number of a document becomes no participant: the number would stand in
// the addresses of desks, of the gate and of the engine. It is said what has to be put right, and where.
func TestAPatientWhomTheEngineNamesByANumberIsRefused(t *testing.T) {
	for name, id := range map[string]string{"a card's": "G123456A", "written otherwise": "g123456-A", "the eHR number": "123456789911", "their own without its check digit": "B123456"} {
		g := newGate(t, fhirtest.Quirks{})
		d := g.doctor()
		const ehr = "123456789911"
		g.patient(id, ehr, secondHKIC)
		g.engine.Forget()
		if got := issue(t, d.want(409, "POST", "/Patient/_search", lookUp(ehr))); got != "number-as-id" {
			t.Errorf("%s: a look-up: %s", name, got)
		}
		if got := issue(t, d.want(409, "POST", "/Patient/$grant-sharing-consent", grantBody(ehr, nil))); got != "number-as-id" {
			t.Errorf("%s: a consent: %s", name, got)
		}
		for _, r := range g.engine.Requests() {
			if path, _, _ := strings.Cut(r, "?"); strings.Contains(path, id) {
				t.Errorf("%s: the engine was asked: %s", name, r)
			}
		}
	}
}
