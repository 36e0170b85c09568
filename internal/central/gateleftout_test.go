package central_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk/client/fhirtest"
)

// What is left out of a patient's records as nobody can tell whose it is, or as it cannot be read, is said
// by kind when the chart is opened; what is another's, or nobody's health, is not.
func TestWhatIsLeftOutIsSaidByItsKind(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	for name, c := range map[string]struct {
		row  string
		want []string
	}{
		"nothing":                 {`{"resourceType":"Condition","id":"x","subject":{"reference":"Patient/p"}}`, nil},
		"whose is not clear":      {`{"resourceType":"AllergyIntolerance","id":"x","patient":{"reference":"urn:uuid:5"}}`, []string{"allergy"}},
		"of one kind of several":  {`{"resourceType":"Observation","id":"x","category":[{"coding":[{"code":"laboratory"}]}],"subject":{"display":"him"}}`, []string{"laboratory"}},
		"not to be read":          {`{"resourceType":"AllergyIntolerance","id":"x","patient":{"reference":"Patient/p"},"note":[{"text":"a","text":"b"}]}`, []string{"allergy"}},
		"another's":               {`{"resourceType":"Condition","id":"x","subject":{"reference":"Patient/q"}}`, nil},
		"a place that names one":  {`{"resourceType":"Organization","id":"x","partOf":{"reference":"Patient/q"}}`, nil},
		"not to be shared":        {`{"resourceType":"Claim","id":"x","patient":{"display":"him"}}`, nil},
		"no type":                 {`{"resourceType":7,"id":"x"}`, []string{"all"}},
		"nothing in its place":    {`{"fullUrl":"http://engine.example/fhir/AllergyIntolerance/x"}`, []string{"all"}},
		"kept back":               {outcomeRow("information", "suppressed"), []string{"all"}},
		"kept back, as said":      {strings.Replace(outcomeRow("warning", "forbidden"), `"search":{"mode":"outcome"},`, "", 1), []string{"all"}},
		"a hint":                  {outcomeRow("warning", "not-supported"), nil},
		"a hint without an issue": {`{"search":{"mode":"outcome"},"resource":{"resourceType":"OperationOutcome"}}`, nil},
		"a hint without a word":   {`{"search":{"mode":"outcome"}}`, nil},
	} {
		g.line.spoils(func(r *http.Request, res *http.Response) (*http.Response, error) {
			if strings.Contains(r.URL.Path, "$everything") {
				return withBody(res, `{"resourceType":"Bundle","type":"searchset","entry":[`+entryOf(c.row)+`]}`), nil
			}
			return res, nil
		})
		text := d.want(200, "POST", "/Patient/p/$open", openConsultation)
		var got []string
		kinds := 0
		for _, part := range strings.Split(text, `"name":"kind"`)[1:] {
			kinds++
			if strings.Contains(part, `"leftOut"`) {
				_, rest, _ := strings.Cut(part, `"valueCode":"`)
				kind, _, _ := strings.Cut(rest, `"`)
				got = append(got, kind)
			}
		}
		if kinds > 1 && len(got) == kinds {
			got = []string{"all"}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q in %s", name, got, c.want, text)
		}
	}
}

// entryOf is a row as an entry of a list, or an entry as it is.
func entryOf(row string) string {
	if strings.HasPrefix(row, `{"resourceType"`) {
		return `{"resource":` + row + `}`
	}
	return row
}

// outcomeRow is what an engine says of a list among its rows.
func outcomeRow(severity, code string) string {
	return `{"search":{"mode":"outcome"},"resource":{"resourceType":"OperationOutcome","issue":[{"severity":"` + severity + `","code":"` + code + `"}]}}`
}

// A list of which the engine says among its rows that it is not whole at present, or that something failed,
// is no list: nothing is called none by it, nobody is not found by it, and no desk takes anything off.
func TestAListThatTheEngineSaysIsNotWholeIsNone(t *testing.T) {
	for name, everything := range map[string]fhirtest.Everything{"$everything": fhirtest.EverythingWhole, "/_search": fhirtest.EverythingMissing} {
		g := newGate(t, fhirtest.Quirks{Everything: everything})
		d := g.doctor()
		for _, row := range []string{outcomeRow("error", "processing"), outcomeRow("warning", "incomplete"), outcomeRow("information", "timeout")} {
			g.line.spoils(func(r *http.Request, res *http.Response) (*http.Response, error) {
				if strings.HasSuffix(r.URL.Path, name) {
					return withBody(res, `{"resourceType":"Bundle","type":"searchset","total":0,"entry":[`+row+`]}`), nil
				}
				return res, nil
			})
			asked := [][3]string{{"POST", "/Patient/p/$open", openConsultation}, {"GET", "/Patient/p/$everything", ""}, {"GET", "/Patient/p/$present", ""}}
			if name == "/_search" {
				asked = append(asked, [3]string{"POST", "/Patient/_search", lookUp(gateEHR)})
			}
			for _, a := range asked {
				if got := issue(t, d.want(502, a[0], a[1], a[2])); got != "upstream-wrong" {
					t.Errorf("%s with %s: %s", a[1], row, got)
				}
			}
		}
	}
}
