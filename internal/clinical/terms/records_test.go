package terms

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// TestDrugsOfOtherSystemsAreKnown reads every drug in other systems' records by its codes
// and its names. EHRDESK_RECORDS is the folder they lie in; a checkout has none, and make
// e2e says so.
func TestDrugsOfOtherSystemsAreKnown(t *testing.T) {
	dir := os.Getenv("EHRDESK_RECORDS")
	if dir == "" {
		t.Skip("EHRDESK_RECORDS names no folder")
	}
	none := map[string]string{} // what is no substance, by its name, and why
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no records in %s: %v", dir, err)
	}
	drugs := map[string]*ehrdesk.Concept{}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var in any
		if json.Unmarshal(b, &in) == nil { // what is no JSON is another test's
			drugsIn(in, drugs)
		}
	}
	if len(drugs) == 0 {
		t.Fatal("there was no drug in any of them")
	}
	whole, part, by := 0, 0, ""
	for _, name := range slices.Sorted(maps.Keys(drugs)) {
		c := drugs[name]
		found, all := Substances().In(name)
		if by = names(found); len(found) == 0 {
			if term := Substances().Of(c); term != nil {
				by, all = "by its code "+term.English, true
			}
		}
		switch {
		case by == "" && none[name] == "":
			t.Errorf("%s %v is not known", name, c.Codings)
		case by == "":
			t.Logf("%s is none: %s", name, none[name])
		case !all:
			part++
			t.Logf("%s has %s, and more", name, by)
		default:
			whole++
		}
	}
	t.Logf("%d drugs: %d known whole, %d in part, %d listed as none", len(drugs), whole, part, len(drugs)-whole-part)
}

// drugsIn gathers the drugs of medication resources wherever they lie, by the name that a
// chart shows.
func drugsIn(in any, to map[string]*ehrdesk.Concept) {
	switch v := in.(type) {
	case []any:
		for _, e := range v {
			drugsIn(e, to)
		}
	case map[string]any:
		switch v["resourceType"] {
		case "Medication":
			drug(v["code"], to)
		case "MedicationRequest", "MedicationStatement", "MedicationAdministration", "MedicationDispense":
			drug(v["medicationCodeableConcept"], to)
		case "ActivityDefinition":
			drug(v["productCodeableConcept"], to)
		}
		for _, e := range v {
			drugsIn(e, to)
		}
	}
}

func drug(concept any, to map[string]*ehrdesk.Concept) {
	m, ok := concept.(map[string]any)
	if !ok {
		return
	}
	c := &ehrdesk.Concept{}
	c.Text, _ = m["text"].(string)
	list, _ := m["coding"].([]any)
	name := c.Text
	for _, e := range list {
		k, _ := e.(map[string]any)
		var one ehrdesk.Coding
		one.System, _ = k["system"].(string)
		one.Code, _ = k["code"].(string)
		if one.Display, _ = k["display"].(string); name == "" {
			name = one.Display
		}
		c.Codings = append(c.Codings, one)
	}
	if name == "" {
		name = "(no name)"
		for _, k := range c.Codings {
			name += " " + k.System + "|" + k.Code
		}
	}
	to[name] = c
}
