package fhir

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// Resource is one resource as it came, its members split.
type Resource struct {
	Object
	Type, ID string
	Bytes    []byte // exactly as received
}

// Read reads one whole resource. Errors: *Fault. Of one that has a fault in its
// id alone, or in what stands inside, the type and id that could be read come
// with the error, so that it can be named.
func Read(raw []byte) (Resource, error) {
	if err := check(raw); err != nil {
		return nameOf(raw), err
	}
	return ofMembers(raw, splitObject(raw))
}

// ofMembers is a resource whose bytes have been checked, alone or with the Bundle
// they came in.
func ofMembers(raw []byte, o Object) (Resource, error) {
	r := Resource{Object: o, Type: o.Text("resourceType"), ID: o.Text("id"), Bytes: raw}
	switch meta := o.Raw("meta"); {
	case !ValidType(r.Type):
		if r.Type = ""; !ValidID(r.ID) {
			r.ID = ""
		}
		return r, fault(ehrdesk.AsideType)
	case !ValidID(r.ID):
		r.ID = ""
		return r, fault(ehrdesk.AsideID)
	case meta != nil && meta.Kind() != '{' && meta.Kind() != 'n':
		return r, fault(ehrdesk.AsideShape)
	}
	return r, nil
}

// nameOf is what can be read of the name of a resource that is not well formed:
// enough to say which one it was.
func nameOf(raw []byte) Resource {
	var r Resource
	if len(raw) > MaxRecord || !jsontext.Value(raw).IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) {
		return r
	}
	types, ids := 0, 0
	eachMember(raw, func(name []byte, v jsontext.Value) bool {
		switch string(name) {
		case "resourceType":
			if types++; ValidType(Text(v)) {
				r.Type = Text(v)
			}
		case "id":
			if ids++; ValidID(Text(v)) {
				r.ID = Text(v)
			}
		}
		return true
	})
	if types > 1 || ids > 1 { // which of them it is nobody can say
		return Resource{}
	}
	return r
}

// Ref names it within a patient.
func (r Resource) Ref() ehrdesk.Ref { return ehrdesk.Ref{Resource: r.Type, ID: r.ID} }

// Meta is what is read of Resource.meta.
type Meta struct {
	Version string
	Updated time.Time // zero where it says none, or none that is an instant
}

// Meta reads version and time.
func (r Resource) Meta() (m Meta) {
	eachMember(r.Raw("meta"), func(name []byte, v jsontext.Value) bool {
		switch string(name) {
		case "versionId":
			m.Version = Text(v)
		case "lastUpdated":
			if w, err := ehrdesk.ParseWhen(Text(v)); err == nil && w.Precision >= ehrdesk.ToMinute && !w.Zoneless {
				m.Updated = w.Time
			}
		}
		return true
	})
	return m
}

// Place is where the resource goes among the eleven types.
func (r Resource) Place() ehrdesk.Placement {
	return ehrdesk.Place(r.Type, r.codes("category", "class"), r.codes("code", "type"))
}

// codes lists the codes of members that are a CodeableConcept, a Coding, a bare
// code, or lists of them.
func (r Resource) codes(names ...string) (out []string) {
	add := func(s string) {
		if s != "" {
			out = append(out, s)
		}
	}
	for _, name := range names {
		Each(r.Raw(name), func(e jsontext.Value) {
			if e.Kind() == '"' {
				add(Text(e))
				return
			}
			eachMember(e, func(name []byte, v jsontext.Value) bool {
				switch string(name) {
				case "coding":
					Each(v, func(k jsontext.Value) { add(TextAt(k, "code")) })
				case "code":
					add(Text(v))
				}
				return true
			})
		})
	}
	return out
}

// Identifier is a business identifier.
type Identifier struct{ System, Value string }

// String is FHIR's search form, system|value.
func (i Identifier) String() string { return i.System + "|" + i.Value }

// Identifiers are the resource's own, those with a value.
func (r Resource) Identifiers() []Identifier { return identifiersOf(r.Raw("identifier")) }

func identifiersOf(v jsontext.Value) (out []Identifier) {
	Each(v, func(e jsontext.Value) {
		if i := (Identifier{TextAt(e, "system"), TextAt(e, "value")}); i.Value != "" {
			out = append(out, i)
		}
	})
	return out
}
