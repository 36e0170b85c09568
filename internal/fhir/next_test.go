package fhir_test

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

func TestTheNextPageIsReadFromWhatStandsBeforeTheEntries(t *testing.T) {
	const entry = `"entry":[{"resource":{"resourceType":"Basic","id":"1"}}]`
	const link = `"link":[{"relation":"self","url":"http://c/1"},{"relation":"next","url":"http://c/2"}]`
	for _, c := range []struct {
		name, page, next string
		known            bool
	}{
		{"the link first", `{"resourceType":"Bundle","total":2,` + link + `,` + entry + `}`, "http://c/2", true},
		{"the last page", `{"resourceType":"Bundle","link":[{"relation":"self","url":"http://c/1"}],` + entry + `}`, "", true},
		{"the link last", `{"resourceType":"Bundle",` + entry + `,` + link + `}`, "", false},
		{"no link", `{"resourceType":"Bundle",` + entry + `}`, "", false},
		{"a link that is no list", `{"resourceType":"Bundle","link":{"relation":"next","url":"http://c/2"}}`, "", false},
		{"cut off in the link", `{"resourceType":"Bundle","link":[{"relation":"next","url":"http`, "", false},
		{"much before it", `{"resourceType":"Bundle","id":"` + strings.Repeat("x", 9<<10) + `",` + link + `}`, "", false},
		{"a name twice", `{"resourceType":"Bundle","total":1,"total":2,` + link + `}`, "", false},
		{"nothing", ``, "", false},
		{"no object", `[1,2]`, "", false},
	} {
		if next, known := fhir.NextBeforeEntries([]byte(c.page)); next != c.next || known != c.known {
			t.Errorf("%s: %q, %v; want %q, %v", c.name, next, known, c.next, c.known)
		}
	}
}
