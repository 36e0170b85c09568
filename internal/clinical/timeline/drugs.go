package timeline

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// drugs is how many drugs records speak of: an order, its supply and its doses are one
// drug. They are one where one names the other (authorizingPrescription and its like), where
// a code of theirs is the same, or where they are called the same.
func drugs(records []Record) int {
	var list []*ehrdesk.Record
	for i := range records {
		if records[i].Kind == ehrdesk.KindMedication {
			list = append(list, records[i].Record)
		}
	}
	if len(list) < 2 {
		return len(list)
	}
	first := make([]int, len(list)) // of each the first that is the same drug
	var root func(int) int
	root = func(i int) int {
		if first[i] != i {
			first[i] = root(first[i])
		}
		return first[i]
	}
	known := map[string]int{}
	for i := range list {
		first[i] = i
	}
	for i, r := range list {
		for _, k := range identities(r) {
			if at, have := known[k]; have {
				first[root(i)] = root(at)
			} else {
				known[k] = i
			}
		}
	}
	n := 0
	for i := range list {
		if root(i) == i {
			n++
		}
	}
	return n
}

// leastATC is the length of an ATC code that names a substance and no group.
const leastATC = 7

// identities are what a medication record is known by: itself, what it was ordered by,
// its codes and its name. Of what is held back only itself.
func identities(r *ehrdesk.Record) []string {
	out := []string{r.Ref().String()}
	if r.Restricted {
		return out
	}
	f := r.Facts()
	for _, rel := range f.Relations {
		switch rel.Role {
		case "authorizingPrescription", "request", "basedOn":
			if rel.Ref.ID != "" && strings.HasPrefix(rel.Ref.Resource, "Medication") {
				out = append(out, rel.Ref.String())
			}
		}
	}
	for _, k := range f.Code.Codings {
		if k.System == "" || k.Code == "" || strings.Contains(k.System, "whocc.no/atc") && len(k.Code) < leastATC {
			continue
		}
		out = append(out, "code "+k.System+"|"+k.Code)
	}
	if name := strings.ToLower(strings.TrimSpace(r.Title)); name != "" && !f.Unnamed.Is {
		out = append(out, "name "+name)
	}
	return out
}
