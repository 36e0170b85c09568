package chart

import (
	"slices"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// What a document says is read before what it is filed under.
func TestADocumentBeginsWithWhatItSays(t *testing.T) {
	for _, c := range []struct {
		resource string
		in, want []string
	}{
		{"Composition", []string{"resourceType", "id", "text", "text.status", "text.div", "status", "type", "type.coding[0]", "subject", "section[0]", "section[0].text.div"},
			[]string{"text", "text.div", "text.status", "section[0]", "section[0].text.div", "subject", "status", "type", "type.coding[0]", "resourceType", "id"}},
		{"DocumentReference", []string{"status", "type", "category[0]", "date", "content[0]", "content[0].attachment", "content[0].attachment.data"},
			[]string{"content[0]", "content[0].attachment", "content[0].attachment.data", "date", "status", "type", "category[0]"}},
		{"DiagnosticReport", []string{"status", "code", "code.text", "issued", "conclusion", "presentedForm[0]"},
			[]string{"conclusion", "presentedForm[0]", "issued", "status", "code", "code.text"}},
		{"Observation", []string{"id", "status", "code", "valueQuantity", "text"}, []string{"status", "code", "valueQuantity", "text", "id"}},
	} {
		var in []ehrdesk.Element
		for _, p := range c.in {
			in = append(in, ehrdesk.Element{Path: p})
		}
		var got []string
		for _, el := range contentFirst(c.resource, in) {
			got = append(got, el.Path)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.resource, got, c.want)
		}
	}
}
