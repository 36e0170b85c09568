package central_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
)

// Of two copies of a record in one list, as it was and as it is now, the one that is not given counts.
func TestOfTwoCopiesTheRestrictedOneCounts(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	plain := `{"resource":{"resourceType":"Condition","id":"x","subject":{"reference":"Patient/p"}}}`
	labelled := `{"resource":{"resourceType":"Condition","id":"x","meta":{"security":[{"code":"R"}]},"subject":{"reference":"Patient/p"}}}`
	others := `{"resource":{"resourceType":"Condition","id":"x","subject":{"reference":"Patient/q"}}}`
	for _, rows := range []string{plain + "," + labelled, labelled + "," + plain, plain + "," + others} {
		g.line.spoils(func(r *http.Request, res *http.Response) (*http.Response, error) {
			if strings.Contains(r.URL.Path, "$everything") {
				return withBody(res, `{"resourceType":"Bundle","type":"searchset","entry":[`+rows+`]}`), nil
			}
			return res, nil
		})
		for _, path := range []string{"/Patient/p/$everything", "/Patient/p/$present"} {
			if text := d.want(200, "GET", path, ""); strings.Contains(text, "Condition/x") {
				t.Errorf("%s: %s", path, text)
			}
		}
	}
}

// A record whose label is spelled otherwise than FHIR has it, or that names somebody by two numbers, is
// given to no desk.
func TestAGateReadsLabelsAndNumbersTheCarefulWay(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	for name, c := range map[string]struct{ members, refused string }{
		"small letters":   {`"meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"r"}]},"subject":{"reference":"Patient/p"}`, "restricted"},
		"a slash behind":  {`"meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality/","code":"R"}]},"subject":{"reference":"Patient/p"}`, "restricted"},
		"a list in a row": {`"meta":{"security":[[{"code":"R"}]]},"subject":{"reference":"Patient/p"}`, "restricted"},
		"two people":      {`"subject":{"reference":"Patient/p","identifier":{"system":"` + ehrdesk.SystemEHR + `","value":"` + gateOther + `"}}`, "owner-unclear"},
	} {
		g.engine.Put(`{"resourceType":"Condition","id":"lab","code":{"text":"Gout"},` + c.members + `}`)
		if got := issue(t, d.want(403, "GET", "/Condition/lab", "")); got != c.refused {
			t.Errorf("%s: refused as %q", name, got)
		}
		for _, path := range []string{"/Patient/p/$everything", "/Patient/p/$present"} {
			if text := d.want(200, "GET", path, ""); strings.Contains(text, "Condition/lab") {
				t.Errorf("%s: %s gives it", name, path)
			}
		}
	}
}
