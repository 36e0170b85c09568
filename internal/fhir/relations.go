package fhir

import (
	"cmp"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// People, places and other records that a resource refers to: read by the shape of
// a reference, whatever element it stands in.

// isReference reports a Reference, by its shape.
func isReference(v jsontext.Value) bool {
	found := false
	if v.Kind() == '[' {
		Each(v, func(e jsontext.Value) { found = found || isReference(e) })
		return found
	}
	eachMember(v, func(name []byte, v jsontext.Value) bool {
		found = string(name) == "reference" && v.Kind() == '"'
		return !found
	})
	return found
}

// inner are the members of a backbone element that hold its reference, the first
// that is there before the others.
var inner = [...]string{"actor", "individual", "member", "party", "item", "location", "condition", "reference", "target", "other", "function", "entity", "procedure"}

// related reads references: to people and places, and to other records. One that
// stands inside a backbone element (performer.actor) counts with it.
func (rd *reading) related(f *ehrdesk.Facts, name string, v jsontext.Value) {
	Each(v, func(e jsontext.Value) {
		if e.Kind() == '{' {
			rd.relate(f, name, rd.referenceIn(e))
		}
	})
}

// referenceIn is e where it is a reference itself, else the first inside it. It
// looks at each member once: most objects are neither, and every record has some.
func (rd *reading) referenceIn(e jsontext.Value) (ref reference) {
	var within [len(inner)]jsontext.Value
	found := false
	eachMember(e, func(name []byte, v jsontext.Value) bool {
		rd.referencePart(&ref, name, v)
		if v.Kind() == '{' {
			for i := range inner {
				if string(name) == inner[i] {
					within[i], found = v, true
				}
			}
		}
		return true
	})
	if !found || ref.says() {
		return ref
	}
	for _, v := range within {
		if v != nil {
			if ref = rd.reference(v); ref.says() {
				break
			}
		}
	}
	return ref
}

// says reports that a reference names something.
func (ref reference) says() bool { return ref.literal != "" || ref.display != "" || ref.value != "" }

// role is the name of an element that is kept with what it says: outside text as
// well, where a sender made it up.
func (rd *reading) role(name string) string { return rd.cut(ehrdesk.CleanLine(name)) }

func (rd *reading) relate(f *ehrdesk.Facts, name string, ref reference) {
	t := ref.target()
	if t.ID == "" && ref.display == "" && ref.value == "" { // inside the resource, or by a name that only its bundle knew
		return
	}
	name = rd.role(name)
	kind := cmp.Or(t.Resource, ref.kind)
	switch kind {
	case "Patient", "Practitioner", "PractitionerRole", "Organization", "Location", "RelatedPerson", "CareTeam", "HealthcareService", "Device", "Person", "Endpoint":
	case "":
		if relationElements[name] {
			break
		}
		kind = "person or place"
	default:
	}
	switch kind {
	case "Patient", "Practitioner", "PractitionerRole", "Organization", "Location", "RelatedPerson", "CareTeam", "HealthcareService", "Device", "Person", "person or place":
		if rd.room(len(f.Parties)) {
			f.Parties = append(f.Parties, ehrdesk.Party{Role: name, Ref: t, Display: ref.display, Identifier: ref.value})
		}
	default:
		if rd.room(len(f.Relations)) {
			f.Relations = append(f.Relations, ehrdesk.Relation{Role: name, Ref: t, Display: ref.display})
		}
	}
}

// relationElements refer to records, also where the reference does not say of
// which type.
var relationElements = map[string]bool{
	"encounter": true, "context": true, "hasMember": true, "derivedFrom": true, "basedOn": true, "partOf": true, "result": true, "reasonReference": true,
	"replaces": true, "relatesTo": true, "specimen": true, "imagingStudy": true, "media": true, "focus": true, "diagnosis": true, "goal": true,
	"addresses": true, "authorizingPrescription": true, "priorPrescription": true, "request": true, "report": true, "evidence": true, "stage": true,
	"section": true, "content": true, "entry": true, "episodeOfCare": true, "appointment": true, "outcomeReference": true, "supportingInfo": true, "relevantHistory": true,
}
