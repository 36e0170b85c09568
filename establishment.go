package ehrdesk

import "github.com/ehrdesk/ehrdesk/internal/tables"

// Establishment is a kind of healthcare provider, and what it shows to register with eHealth.
type Establishment struct {
	Kind, Name string
	Papers     []Paper
}

// Paper is a supporting document of a provider's registration.
type Paper struct{ Code, Name string }

// Establishments are the kinds of which it is known what they show, in the order of the table.
func Establishments() (out []Establishment) {
	for _, f := range tables.Establishments() {
		if n := len(out); n == 0 || out[n-1].Kind != f[0] {
			out = append(out, Establishment{Kind: f[0], Name: f[1]})
		}
		e := &out[len(out)-1]
		e.Papers = append(e.Papers, Paper{f[2], f[3]})
	}
	return out
}

// EstablishmentOf is a kind by its name; false where it is not known what it shows.
func EstablishmentOf(kind string) (Establishment, bool) {
	for _, e := range Establishments() {
		if e.Kind == kind {
			return e, true
		}
	}
	return Establishment{}, false
}
