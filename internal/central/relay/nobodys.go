package relay

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/resource"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// What records refer to goes to whoever is given one that does, and who may read it alone needs no
// consent: so it may tell of nobody's health. It may name a person in ways that FHIR has no
// element for there, and whoever writes at the engine may name one in any: by a reference,
// an identifier, a search, in what it contains, in words that lead there.

// namesOthers reports whether something in what others refer to stands for a person, or for a
// record of somebody's, other than of the person with an id, "" for nobody at all. A group in a group
// does: who is in that is told by another.
func namesOthers(r *fhir.Resource, id string, who *fhir.Person) bool {
	n := naming{r, id, who}
	return n.inMembers(r.Object, place{of: r.Type})
}

// naming looks for who is named in a resource.
type naming struct {
	of  *fhir.Resource
	own string
	who *fhir.Person
}

// place is where a value stands: within a resource of a type, under an element's name.
type place struct{ of, under string }

func (n *naming) inMembers(o fhir.Object, at place) bool {
	return slices.ContainsFunc(o, func(m fhir.Member) bool { return n.in(m.Value, place{at.of, string(m.Name)}) })
}

func (n *naming) in(v fhir.Value, at place) (found bool) {
	switch v.Kind() {
	case '"':
		return n.inText(fhir.Text(v))
	case '[':
		fhir.Each(v, func(v fhir.Value) { found = found || n.in(v, at) })
		return found
	case '{':
		o := fhir.ObjectOf(v)
		if kind := o.Text("resourceType"); kind != "" || at.under == "contained" {
			return kind != "Device" && !resource.Linked(kind) || n.inMembers(o, place{of: kind})
		}
		return n.isNumber(o, at) || n.isReference(o, at) || n.inMembers(o, at)
	}
	return false
}

// isNumber reports an identifier by which people are known. A practitioner's own tells of no patient.
func (n *naming) isNumber(o fhir.Object, at place) bool {
	if at.of == "Practitioner" && at.under == "identifier" {
		return false
	}
	system := strings.TrimSpace(o.Text("system"))
	return o.Has("value") && (strings.HasPrefix(system, ehrdesk.SystemDocument) || system == ehrdesk.SystemHKIC || system == ehrdesk.SystemEHR || n.who.Called[system] != "")
}

// isReference reports a reference to a person, or to somebody who cannot be told where it may be one.
func (n *naming) isReference(o fhir.Object, at place) bool {
	literal, kind, number := strings.TrimSpace(o.Text("reference")), o.Text("type"), fhir.ObjectOf(o.Raw("identifier"))
	if literal == "" && kind == "" && number == nil {
		return false
	}
	to := fhir.Target(literal)
	switch {
	case n.isPerson(to.Resource, to.ID):
		return true
	case n.isOwn(to):
		return false
	case kind != "" && n.isPerson(kind, ""):
		return true
	case to.Resource == "" && literal != "" && !strings.ContainsAny(literal, ":#"): // it leads nowhere, and may be a slip
		return true
	case kind != "" && fhir.ValidType(kind):
		return false
	case to.Resource != "" || strings.HasPrefix(literal, "#"): // what it contains is looked at there
		return false
	case literal == "" && number == nil: // a type of something else
		return false
	}
	return !slices.Contains(impersonal[:], at.under)
}

// inText reports words that lead to a person: a reference wherever it stands, a search, a link.
func (n *naming) inText(s string) bool {
	s = strings.TrimSpace(s)
	if to := fhir.Target(s); n.isPerson(to.Resource, to.ID) {
		return true
	} else if n.isOwn(to) {
		return false
	}
	if path, _, search := strings.Cut(s, "?"); search && n.isPerson(path[strings.LastIndexByte(path, '/')+1:], "") {
		return true
	}
	return (strings.Contains(s, "Patient") || strings.Contains(s, "Person")) && leads().MatchString(s)
}

func (n *naming) isOwn(to ehrdesk.Ref) bool {
	return n.own != "" && to == ehrdesk.Ref{Resource: "Patient", ID: n.own}
}

// isPerson reports a type of people, or of their records, but for the own person. A device may be
// nobody's, and is looked at itself.
func (n *naming) isPerson(kind, id string) bool {
	switch kind {
	case "", "Device":
		return false
	case "Group":
		return n.of.Type == "Group"
	case "Patient":
		return n.own == "" || n.own != id
	case "Person":
		return true
	}
	return slices.Contains(patientTypes(), kind)
}

var (
	patientTypes = sync.OnceValue(fhir.PatientTypes)
	leads        = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(^|[/"'=#(])(Patient|RelatedPerson|Person)(\?|/[A-Za-z0-9.-]{1,64}($|[/?#"'|)]))`)
	})
)

// impersonal are the elements of what others refer to in which FHIR R4 lets nobody's record stand.
var impersonal = [...]string{"assigner", "associatedMedication", "coverageArea", "endpoint", "healthcareService", "issuer", "itemReference", "location", "managingOrganization",
	"manufacturer", "manufacturerReference", "organization", "owner", "parent", "parentDevice", "partOf", "practitioner", "providedBy", "regulatoryAuthority", "schedule",
	"source", "substanceReference"}
