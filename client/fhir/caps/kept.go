package caps

import (
	"slices"

	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// mostSoftware is how much of a server's name is kept, in bytes.
const mostSoftware = 100

// Kept is what of c is worth keeping beside a person: the types of a patient's record, and
// of their parameters those by which a patient is asked for. A statement of everything
// that a server has may be longer than all else that a desk knows of its people.
func (c Caps) Kept() Caps {
	out := c
	out.Software = c.Software[:min(len(c.Software), mostSoftware)]
	if len(c.Types) == 0 {
		return out
	}
	out.Types = map[string]Type{}
	for _, name := range append(r4.PatientTypes(), "Patient") {
		t, ok := c.Types[name]
		if !ok {
			continue
		}
		named := t.Parameters
		t.Parameters = slices.DeleteFunc(slices.Clone(named), func(p string) bool {
			return p != "patient" && p != "subject" && p != r4.PatientParameter(name)
		})
		if len(named) > 0 && len(t.Parameters) == 0 { // none would mean that nothing is known of them
			t.Parameters = named[:1]
		}
		out.Types[name] = t
	}
	return out
}
