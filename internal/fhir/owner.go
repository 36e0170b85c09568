package fhir

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// Whose a record is. Each resource type of FHIR R4 has its elements for that; a
// type without one (a Binary, a Provenance) can only be vouched for by whoever
// sends it with a patient's record.

// Ownership is whose a record is, as its own bytes say.
type Ownership uint8

// The answers. The zero value is the careful one.
const (
	Unclear  Ownership = iota // it names somebody, or should, and who that is cannot be told
	Theirs                    // the patient's that was asked for
	Anothers                  // it names another patient
	Nobodys                   // its type has no element to say it in, or it may be nobody's and names nobody
)

// Person is a patient as records may name them.
type Person struct {
	ID          string       // logical id
	Base        string       // the server's base URL with a slash at its end, for absolute references; "" for none
	Identifiers []Identifier // of the patient's own resource
	// Called are the systems of personal numbers as a server calls them, with ours; nil for none.
	Called map[string]string
}

// Know adds identifiers that the patient's own resource carries.
func (p *Person) Know(ids []Identifier) {
	for _, i := range ids {
		if !slices.Contains(p.Identifiers, i) {
			p.Identifiers = append(p.Identifiers, i)
		}
	}
}

//go:embed owners.csv
var ownersTable string

// ownersOf is where a resource type says whose it is: the paths of elements, one
// step or two, and whether one has to be there. known is false of what is no type
// of FHIR R4.
func ownersOf(resource string) (paths []string, needed, known bool) {
	o, known := owners()[resource]
	if !known {
		return []string{"subject", "patient"}, true, false
	}
	return o.paths, o.needed, true
}

type ownerRow struct {
	paths  []string
	needed bool
}

// owners is the parsed table.
var owners = sync.OnceValue(func() map[string]ownerRow {
	out := map[string]ownerRow{}
	for line := range strings.Lines(ownersTable) {
		line = strings.TrimSpace(line)
		resource, paths, ok := strings.Cut(line, ",")
		switch {
		case !ok || strings.HasPrefix(line, "#"):
		case paths == "-":
			out[resource] = ownerRow{}
		default:
			paths, optional := strings.CutPrefix(paths, "?")
			out[resource] = ownerRow{strings.Split(paths, ";"), !optional}
		}
	}
	return out
})

// Claim is one naming of the person a record is about.
type Claim struct {
	Literal    string // Reference.reference
	Identifier        // Reference.identifier, where it has one
	Contained  []Identifier
	contained  bool   // Literal leads to a Patient inside the resource itself
	kind       string // Reference.type
}

// Claims are the namings of whose the record is. needed is false of a type that
// has no element to name anybody in, or that may be nobody's.
func (r Resource) Claims() (claims []Claim, needed bool) {
	paths, needed, _ := ownersOf(r.Type)
	for _, path := range paths {
		top, rest, _ := strings.Cut(path, ".")
		Each(r.Raw(top), func(v jsontext.Value) {
			if rest == "" {
				claims = r.claim(claims, v)
				return
			}
			Each(ObjectOf(v).Raw(rest), func(v jsontext.Value) { claims = r.claim(claims, v) })
		})
	}
	return claims, needed
}

func (r Resource) claim(claims []Claim, v jsontext.Value) []Claim {
	if v.Kind() != '{' {
		if v.Kind() == 'n' {
			return claims
		}
		return append(claims, Claim{}) // no reference at all: nobody can be made out
	}
	var c Claim
	eachMember(v, func(name []byte, v jsontext.Value) bool {
		switch string(name) {
		case "reference":
			c.Literal = Text(v)
		case "type":
			c.kind = Text(v)
		case "identifier":
			c.Identifier = Identifier{TextAt(v, "system"), TextAt(v, "value")}
		}
		return true
	})
	if id, ok := strings.CutPrefix(c.Literal, "#"); ok {
		Each(r.Raw("contained"), func(v jsontext.Value) {
			if o := ObjectOf(v); o.Text("id") == id && o.Text("resourceType") == "Patient" {
				c.Contained, c.contained = identifiersOf(o.Raw("identifier")), true
			}
		})
	}
	return append(claims, c)
}

// IsPatient reports whether a claim names a patient at all: an Appointment names
// practitioners and rooms beside one, an Observation may be of a device. A
// reference by search (Practitioner?identifier=…) says its type as well.
func (c Claim) IsPatient() bool {
	if t := Target(c.Literal); t.Resource != "" {
		return t.Resource == "Patient"
	}
	if kind, _, search := strings.Cut(c.Literal, "?"); search && ValidType(kind) {
		return kind == "Patient"
	}
	if c.Literal == "" && c.kind != "" && c.kind != "Patient" {
		return false
	}
	if strings.HasPrefix(c.Literal, "#") {
		return c.contained
	}
	return c.kind == "Patient" || c.kind == ""
}

// Whose says whose the record is, held against one person. Of several namings
// every one must be theirs; one of another patient decides.
func (r Resource) Whose(p Person) Ownership {
	if r.Type == "Patient" {
		if r.ID == p.ID {
			return Theirs
		}
		return Anothers
	}
	claims, needed := r.Claims()
	out, found := Theirs, false
	for _, c := range claims {
		if !c.IsPatient() {
			continue
		}
		found = true
		switch c.whose(p) {
		case Anothers:
			return Anothers
		case Unclear:
			out = Unclear
		case Theirs, Nobodys:
		}
	}
	switch {
	case found:
		return out
	case needed:
		return Unclear
	}
	return Nobodys
}

// OwnerElement is the one element that a resource of the type names its patient
// in, "" where it has none, or names several people in a list.
func OwnerElement(resource string) string {
	paths, _, known := ownersOf(resource)
	if !known || len(paths) != 1 || strings.Contains(paths[0], ".") {
		return ""
	}
	return paths[0]
}

func (c Claim) whose(p Person) Ownership {
	base, kind, id, _ := SplitReference(c.Literal)
	said := c.numbered(p)
	if kind == "Patient" && (base == "" || base == p.Base) {
		switch {
		case id != p.ID:
			return Anothers
		case said == Anothers: // it names two people
			return Unclear
		}
		return Theirs
	}
	return said
}

// numbered is whose the numbers of a claim are: where they contradict one another nobody can tell.
func (c Claim) numbered(p Person) Ownership {
	theirs, others := false, false
	for _, i := range append(slices.Clone(c.Contained), c.Identifier) {
		w := p.carries(i)
		theirs, others = theirs || w == Theirs, others || w == Anothers
	}
	switch {
	case theirs && !others:
		return Theirs
	case others && !theirs:
		return Anothers
	}
	return Unclear
}

// canonical is an identifier with a personal number in one spelling: A123456(3) is
// A1234563. ok is false of what is no such number, as one that is masked.
func (i Identifier) canonical() (_ Identifier, ok bool) {
	switch i.System {
	case ehrdesk.SystemHKIC:
		if h, err := ehrdesk.ParseHKIC(i.Value); err == nil {
			i.Value, ok = h.Compact(), true
		}
	case ehrdesk.SystemEHR:
		if n, err := ehrdesk.ParseEHRNumber(i.Value); err == nil {
			i.Value, ok = n.Compact(), true
		}
	}
	return i, ok
}

// carries reports whether a patient carries an identifier: theirs, another's
// where it is a personal number, of which a person has one of a system and no other, and
// not this person's, else unclear.
func (p Person) carries(i Identifier) Ownership {
	if i.System == "" || i.Value == "" {
		return Unclear
	}
	if ours := p.Called[i.System]; ours != "" {
		i.System = ours
	}
	has := false
	i, number := i.canonical()
	for _, own := range p.Identifiers {
		if own, _ = own.canonical(); own.System != i.System {
			continue
		}
		if own.Value == i.Value {
			return Theirs
		}
		has = true
	}
	if has && number {
		return Anothers
	}
	return Unclear
}
