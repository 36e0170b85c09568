package form_test

import (
	"fmt"
	"testing"

	"github.com/ehrdesk/ehrdesk/internal/form"
)

// A form says whom it is for; of one that names somebody who is not known here nothing is guessed: it is refused.
func TestAFormSaysWhomItIsFor(t *testing.T) {
	for code, want := range map[string]struct {
		to            form.To
		asks, refused bool
	}{"provider": {to: form.ToProvider}, "contributor": {form.ToContributor, true, false}, "office": {form.ToOffice, true, false}, "everybody": {refused: true}} {
		f, err := form.Read(fmt.Appendf(nil, `{"resourceType":"Questionnaire","status":"active","title":"T","extension":[{"url":"urn:ehrdesk:form:to","valueCode":%q}],"item":[{"linkId":"a","type":"string","text":"A"}]}`, code), nil)
		if err != nil || f.To != want.to || f.To.Asks() != want.asks || f.Refused() != want.refused {
			t.Errorf("%s: %+v, %v", code, f, err)
		}
	}
}
