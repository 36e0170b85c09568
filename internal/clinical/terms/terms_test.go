package terms

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

func TestOneThingIsFoundByEachOfItsNamesAndCodes(t *testing.T) {
	loinc := ehrdesk.Concept{Text: "some words", Codings: []ehrdesk.Coding{{System: "http://loinc.org", Code: "4548-4"}}}
	if got := Analytes().Of(&loinc); got == nil || got.English != "HbA1c" {
		t.Errorf("by its code: %v", got)
	}
	for _, name := range []string{"METFORMIN", "二甲雙胍", "glucophage"} {
		if got := Substances().Named(name); got == nil || got.English != "metformin" {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := Substances().Of(&ehrdesk.Concept{Text: "no such drug"}); got != nil {
		t.Errorf("an unknown name is %v", got)
	}
}

// A name or code that stands in two lines of a table would make the second unfindable.
func TestNoNameStandsInTwoLinesOfATable(t *testing.T) {
	for kind, table := range map[string]*Table{"substances": Substances(), "analytes": Analytes(), "diseases": Diseases()} {
		for i := range table.Terms {
			term := &table.Terms[i]
			if term.English == "" || term.Hant == "" || term.Hans == "" {
				t.Errorf("%s: %q has no name in one of the languages", kind, term.English)
			}
			for _, n := range term.Names() {
				if table.Named(n) != term {
					t.Errorf("%s: %q of %q is a name of another line", kind, n, term.English)
				}
			}
		}
	}
}
