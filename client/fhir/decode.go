package fhir

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// The datatypes that nearly every record has are read by hand, from bytes that
// have been checked: through a general decoder they were most of what a first
// sync cost the desk. All read alike. A member of a shape it cannot have ends
// the reading and gives false, with what came before it read; null is nothing;
// names nobody asked for are passed over.

// eachMember gives fn the members of an object until fn says false.
func eachMember(v jsontext.Value, fn func(name []byte, v jsontext.Value) bool) bool {
	switch v.Kind() {
	case 'n':
		return true
	case '{':
	default:
		return false
	}
	for i := firstMember(v, 0); ; {
		var m field
		var ok bool
		if m, i, ok = nextMember(v, i); !ok {
			return true
		}
		if !fn(m.name, m.value) {
			return false
		}
	}
}

// eachOf gives fn the members of an array until fn says false.
func eachOf(v jsontext.Value, fn func(jsontext.Value) bool) bool {
	switch v.Kind() {
	case 'n':
		return true
	case '[':
	default:
		return false
	}
	ok := true
	splitArray(v, func(e []byte) { ok = ok && fn(e) })
	return ok
}

func readString(v jsontext.Value, dst *string) bool {
	switch v.Kind() {
	case '"':
		*dst = textOf(v)
	case 'n':
		*dst = ""
	default:
		return false
	}
	return true
}

// meta is what is read of Resource.meta.
type meta struct {
	version, source string
	updated         time.Time
}

func (m *meta) read(v jsontext.Value) bool {
	return eachMember(v, func(name []byte, v jsontext.Value) bool {
		switch string(name) {
		case "versionId":
			return readString(v, &m.version)
		case "source":
			return readString(v, &m.source)
		case "lastUpdated":
			var s string
			if !readString(v, &s) {
				return false
			}
			m.updated = time.Time{}
			return s == "" && v.Kind() == 'n' || m.updated.UnmarshalText([]byte(s)) == nil
		}
		return true
	})
}

// read leaves the system out: a list shows a code's words.
func (k *coding) read(v jsontext.Value) bool {
	return eachMember(v, func(name []byte, v jsontext.Value) bool {
		switch string(name) {
		case "code":
			return readString(v, &k.Code)
		case "display":
			return readString(v, &k.Display)
		}
		return true
	})
}

func (c *concept) read(v jsontext.Value) bool {
	return eachMember(v, func(name []byte, v jsontext.Value) bool {
		switch string(name) {
		case "text":
			return readString(v, &c.Text)
		case "coding":
			return eachOf(v, func(e jsontext.Value) bool {
				c.Coding = append(c.Coding, coding{})
				return c.Coding[len(c.Coding)-1].read(e)
			})
		}
		return true
	})
}

func (r *reference) member(name []byte, v jsontext.Value) bool {
	switch string(name) {
	case "reference":
		return readString(v, &r.Reference)
	case "display":
		return readString(v, &r.Display)
	case "type":
		return readString(v, &r.Type)
	}
	return true
}

func (r *reference) read(v jsontext.Value) bool { return eachMember(v, r.member) }

// backing is a reference to whoever a record came from: itself, or inside an
// element that says in which part.
type backing struct {
	reference
	actor, individual reference
}

func (b *backing) read(v jsontext.Value) bool {
	return eachMember(v, func(name []byte, v jsontext.Value) bool {
		switch string(name) {
		case "actor":
			return b.actor.read(v)
		case "individual":
			return b.individual.read(v)
		}
		return b.member(name, v)
	})
}

func (q *quantity) read(v jsontext.Value) bool {
	return eachMember(v, func(name []byte, v jsontext.Value) bool {
		switch string(name) {
		case "value":
			q.Value = v
		case "comparator":
			return readString(v, &q.Comparator)
		case "unit":
			return readString(v, &q.Unit)
		case "code":
			return readString(v, &q.Code)
		}
		return true
	})
}

// pair reads two quantities that stand side by side, in a Range or a Ratio.
func pair(v jsontext.Value, first, second string) (a, b quantity) {
	eachMember(v, func(name []byte, v jsontext.Value) bool {
		switch string(name) {
		case first:
			return a.read(v)
		case second:
			return b.read(v)
		}
		return true
	})
	return a, b
}

// span is an Observation.referenceRange.
type span struct {
	low, high quantity
	text      string
	kind      concept
	appliesTo []concept
	age       jsontext.Value
}

func (r *span) read(v jsontext.Value) bool {
	return eachMember(v, func(name []byte, v jsontext.Value) bool {
		switch string(name) {
		case "low":
			return r.low.read(v)
		case "high":
			return r.high.read(v)
		case "text":
			return readString(v, &r.text)
		case "type":
			return r.kind.read(v)
		case "appliesTo":
			return eachOf(v, func(e jsontext.Value) bool {
				r.appliesTo = append(r.appliesTo, concept{})
				return r.appliesTo[len(r.appliesTo)-1].read(e)
			})
		case "age":
			r.age = v
		}
		return true
	})
}

// period is a FHIR Period, its ends as they were written.
type period struct{ start, end string }

func (p *period) read(v jsontext.Value) bool {
	return eachMember(v, func(name []byte, v jsontext.Value) bool {
		switch string(name) {
		case "start":
			return readString(v, &p.start)
		case "end":
			return readString(v, &p.end)
		}
		return true
	})
}
