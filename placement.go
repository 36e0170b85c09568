package ehrdesk

import (
	_ "embed"
	"strings"
	"sync"
)

// Placement is where a resource goes: its Kind, and whether it is a linked
// resource (an organisation, a practitioner, a drug product) that records refer
// to. Sharable is false for what lies outside eHealth's scope.
type Placement struct {
	Kind     Kind
	Linked   bool
	Sharable bool
}

//go:embed placement.csv
var placementTable string

type placementRow struct {
	field, value string
	place        Placement
}

// placements is the parsed table: rows by resource type, each list ending with
// the rows for any resource.
var placements = sync.OnceValue(func() map[string][]placementRow {
	out := map[string][]placementRow{}
	for _, f := range tableRows(placementTable, 4) {
		row := placementRow{field: f[1], value: strings.ToLower(f[2])}
		kind, linked := strings.CutPrefix(f[3], "linked:")
		if f[3] != "none" {
			k, err := ParseKind(kind)
			if err != nil {
				panic("placement.csv: " + f[3]) // our own file; the test reads every row
			}
			row.place = Placement{Kind: k, Linked: linked, Sharable: true}
		}
		out[f[0]] = append(out[f[0]], row)
	}
	return out
})

// Place decides where a FHIR R4 resource goes. categories are the codes of its
// category, class and type categories, codes those of its code or type.
// Every resource has one place: what no row names is a clinical note, under its
// own name, so that nothing is ever dropped.
func Place(resource string, categories, codes []string) Placement {
	table := placements()
	for _, name := range [2]string{resource, "*"} {
		for _, row := range table[name] {
			switch row.field {
			case "*":
				return row.place
			case "category":
				if matches(row.value, categories) {
					return row.place
				}
			case "code":
				if matches(row.value, codes) {
					return row.place
				}
			}
		}
	}
	return Placement{Kind: KindNote, Sharable: true}
}

func matches(value string, codes []string) bool {
	for _, c := range codes {
		if value == "*" || strings.EqualFold(c, value) {
			return true
		}
	}
	return false
}
