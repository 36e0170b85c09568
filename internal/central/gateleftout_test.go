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
		"nothing":                {`{"resourceType":"Condition","id":"x","subject":{"reference":"Patient/p"}}`, nil},
		"whose is not clear":     {`{"resourceType":"AllergyIntolerance","id":"x","patient":{"reference":"urn:uuid:5"}}`, []string{"allergy"}},
		"of one kind of several": {`{"resourceType":"Observation","id":"x","category":[{"coding":[{"code":"laboratory"}]}],"subject":{"display":"him"}}`, []string{"laboratory"}},
		"not to be read":         {`{"resourceType":"AllergyIntolerance","id":"x","patient":{"reference":"Patient/p"},"note":[{"text":"a","text":"b"}]}`, []string{"allergy"}},
		"another's":              {`{"resourceType":"Condition","id":"x","subject":{"reference":"Patient/q"}}`, nil},
		"a place that names one": {`{"resourceType":"Organization","id":"x","partOf":{"reference":"Patient/q"}}`, nil},
		"not to be shared":       {`{"resourceType":"Claim","id":"x","patient":{"display":"him"}}`, nil},
		"no type":                {`{"resourceType":7,"id":"x"}`, []string{"all"}},
	} {
		g.line.spoils(func(r *http.Request, res *http.Response) (*http.Response, error) {
			if strings.Contains(r.URL.Path, "$everything") {
				return withBody(res, `{"resourceType":"Bundle","type":"searchset","entry":[{"resource":`+c.row+`}]}`), nil
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
