package screen

import (
	"slices"
	"strings"
	"unicode"

	"github.com/ehrdesk/ehrdesk"
)

// InList is a patient in a list of several: the name, and what tells one from a
// namesake, the birth date and the end of the number. Source: display rules, wrong
// patient.
func (e *Env) InList(p ehrdesk.Patient) (name, marks string) {
	if p.Name == (ehrdesk.Name{}) {
		return p.Number().Printed(), ""
	}
	if !p.Born.IsZero() {
		marks += " · " + p.Born.Date()
	}
	if !p.HKIC.IsZero() {
		marks += " · …" + p.HKIC.Tail()
	}
	return e.Facts().Name(p.Name), marks
}

// Alike says of each of several patients whether the name can be taken for that of
// another person among them.
func Alike(people []ehrdesk.Patient) []bool {
	same := map[string]map[string]bool{}
	for _, p := range people {
		if p.ID == "" {
			continue
		}
		k := likeness(p.Name)
		if same[k] == nil {
			same[k] = map[string]bool{}
		}
		same[k][p.ID] = true
	}
	out := make([]bool, len(people))
	for i, p := range people {
		out[i] = p.ID != "" && len(same[likeness(p.Name)]) > 1
	}
	return out
}

// likeness is what two names share that are read as one: the letters of family
// and given name, without case, spaces, hyphens or order of the given names.
func likeness(n ehrdesk.Name) string {
	words := strings.FieldsFunc(strings.ToLower(n.Family+" "+n.Given+" "+n.Text), func(r rune) bool { return !unicode.IsLetter(r) })
	slices.Sort(words)
	return strings.Join(words, "")
}
