package fhir

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// The datatypes that nearly every record has are read by hand, from bytes that
// have been checked: through a general decoder they were most of what a first
// sync cost the desk. Null is nothing, and names nobody asked for are passed
// over. A member of a shape it cannot have is left out.

// What an overview keeps of one text, and of one list. What is longer stands
// whole in the detail, and the facts say that there is more.
const (
	maxText = 600 // bytes
	maxList = 24
)

// reading is one reading of a resource into facts.
type reading struct {
	more bool           // something was left out for its length
	own  ehrdesk.Dosage // what stands of a dosage beside the others
	some bool           // own says something
}

// line is a string as one clean line, cut at maxText.
func (r *reading) line(v jsontext.Value) string {
	return r.cut(ehrdesk.CleanLine(Text(v)))
}

// cut is a clean line, of a long one the beginning.
func (r *reading) cut(s string) string {
	if len(s) <= maxText {
		return s
	}
	r.more = true
	return strings.TrimRight(strings.ToValidUTF8(s[:maxText], ""), " ") + " …"
}

// room reports whether a list takes one more.
func (r *reading) room(n int) bool {
	if n < maxList {
		return true
	}
	r.more = true
	return false
}

// number is a JSON number, or a string in its place, as it was written. true and
// false in the place of a number are no number.
func (r *reading) number(v jsontext.Value) string {
	switch v.Kind() {
	case '0':
		if len(v) > maxText {
			r.more = true
			return string(v[:maxText]) + " …"
		}
		return string(v)
	case '"':
		return r.line(v)
	}
	return ""
}

// coding is a Coding, given as an object or as a bare string.
func (r *reading) coding(v jsontext.Value) (k ehrdesk.Coding) {
	eachMember(v, func(name []byte, v jsontext.Value) bool {
		switch string(name) {
		case "system":
			k.System = r.line(v)
		case "code":
			k.Code = r.line(v)
		case "display":
			k.Display = r.line(v)
		}
		return true
	})
	return k
}

// concept reads a CodeableConcept, a Coding, or a string in the place of one.
func (r *reading) concept(v jsontext.Value) (c ehrdesk.Concept) {
	if v.Kind() == '"' {
		c.Text = r.line(v)
		return c
	}
	var bare ehrdesk.Coding
	eachMember(v, func(name []byte, v jsontext.Value) bool {
		switch string(name) {
		case "text":
			c.Text = r.line(v)
		case "coding":
			Each(v, func(e jsontext.Value) {
				if k := r.coding(e); k != (ehrdesk.Coding{}) && r.room(len(c.Codings)) {
					c.Codings = append(c.Codings, k)
				}
			})
		case "system":
			bare.System = r.line(v)
		case "code":
			bare.Code = r.line(v)
		case "display":
			bare.Display = r.line(v)
		}
		return true
	})
	if c.IsZero() && bare != (ehrdesk.Coding{}) {
		c.Codings = []ehrdesk.Coding{bare}
	}
	return c
}

// concepts reads a concept or a list of them. Codeable references (a list of
// objects with a reference) give their display.
func (r *reading) concepts(v jsontext.Value) (out []ehrdesk.Concept) {
	Each(v, func(e jsontext.Value) {
		if c := r.concept(e); !c.IsZero() && r.room(len(out)) {
			out = append(out, c)
		}
	})
	return out
}

// state is a status: a code of FHIR's own where it is a string.
func (r *reading) state(v jsontext.Value) ehrdesk.Concept {
	if v.Kind() == '"' {
		return ehrdesk.Concept{Codings: []ehrdesk.Coding{{Code: r.line(v)}}}
	}
	return r.concept(v)
}

func (r *reading) quantity(v jsontext.Value) (q ehrdesk.Quantity) {
	eachMember(v, func(name []byte, v jsontext.Value) bool {
		switch string(name) {
		case "value":
			q.Number = r.number(v)
		case "comparator":
			q.Comparator = r.line(v)
		case "unit":
			q.Unit = r.line(v)
		case "system":
			q.System = r.line(v)
		case "code":
			q.Code = r.line(v)
		case "currency": // Money
			q.Code = r.line(v)
		}
		return true
	})
	return q
}

// pair reads two quantities that stand side by side, in a Range or a Ratio.
func (r *reading) pair(v jsontext.Value, first, second string) (a, b ehrdesk.Quantity) {
	eachMember(v, func(name []byte, v jsontext.Value) bool {
		switch string(name) {
		case first:
			a = r.quantity(v)
		case second:
			b = r.quantity(v)
		}
		return true
	})
	return a, b
}

// when reads a date or time; what is no date of FHIR's comes back as text.
func (r *reading) when(v jsontext.Value) (w ehrdesk.When, text string) {
	w, err := ehrdesk.ParseWhen(Text(v))
	if err != nil {
		return ehrdesk.When{}, r.line(v)
	}
	return w, ""
}

func (r *reading) period(v jsontext.Value) (from, until ehrdesk.When, text string) {
	o := ObjectOf(v)
	from, a := r.when(o.Raw("start"))
	until, b := r.when(o.Raw("end"))
	return from, until, strings.TrimSpace(a + " " + b)
}

// value reads a value[x] of any FHIR type; kind is the x.
func (r *reading) value(kind string, v jsontext.Value) (out ehrdesk.Value) {
	if len(v) == 0 || v.Kind() == 'n' {
		return out
	}
	switch kind {
	case "Quantity", "Age", "Duration", "SimpleQuantity", "Count", "Distance", "Money":
		if out.Low = r.quantity(v); !out.Low.IsZero() {
			out.Kind = ehrdesk.IsQuantity
		}
	case "CodeableConcept", "Coding":
		if out.Concept = r.concept(v); !out.Concept.IsZero() {
			out.Kind, out.Text = ehrdesk.IsConcept, contradiction(out.Concept)
		}
	case "Range":
		if out.Low, out.High = r.pair(v, "low", "high"); !out.Low.IsZero() || !out.High.IsZero() {
			out.Kind = ehrdesk.IsRange
		}
	case "Ratio":
		if out.Low, out.High = r.pair(v, "numerator", "denominator"); !out.Low.IsZero() || !out.High.IsZero() {
			out.Kind = ehrdesk.IsRatio
		}
	case "Period":
		if out.From, out.Until, out.Text = r.period(v); !out.From.IsZero() || !out.Until.IsZero() || out.Text != "" {
			out.Kind = ehrdesk.IsPeriod
		}
	case "DateTime", "Date", "Instant":
		if out.From, out.Text = r.when(v); !out.From.IsZero() || out.Text != "" {
			out.Kind = ehrdesk.IsWhen
		}
	case "Time":
		out.Kind, out.Text = ehrdesk.IsTimeOfDay, r.line(v)
	case "SampledData":
		out.Kind = ehrdesk.IsSampled
	case "Attachment":
		o := ObjectOf(v)
		out.Kind, out.Text = ehrdesk.IsAttached, r.line(o.Raw("title"))
	case "Reference":
		out.Kind, out.Text = ehrdesk.IsReference, r.line(ObjectOf(v).Raw("display"))
	default:
		return r.scalar(v)
	}
	return out
}

// scalar reads a value by its JSON type.
func (r *reading) scalar(v jsontext.Value) (out ehrdesk.Value) {
	switch v.Kind() {
	case '"':
		if out.Text = r.line(v); out.Text != "" {
			out.Kind = ehrdesk.IsText
		}
	case 't', 'f':
		out.Kind, out.Text = ehrdesk.IsTruth, string(v)
	case '0':
		out.Kind, out.Low.Number = ehrdesk.IsNumber, r.number(v)
	case '{', '[':
		out.Kind = ehrdesk.IsOther
	}
	return out
}

// reference is what is read of a Reference.
type reference struct {
	literal, display, kind, value string
}

func (r *reading) reference(v jsontext.Value) (ref reference) {
	eachMember(v, func(name []byte, v jsontext.Value) bool {
		r.referencePart(&ref, name, v)
		return true
	})
	return ref
}

// referencePart reads one member of what may be a Reference.
func (r *reading) referencePart(ref *reference, name []byte, v jsontext.Value) {
	switch string(name) {
	case "reference":
		ref.literal = Text(v)
	case "display":
		ref.display = r.line(v)
	case "type":
		ref.kind = r.line(v)
	case "identifier":
		ref.value = r.cut(ehrdesk.CleanLine(TextAt(v, "value")))
	}
}

// target is the resource that a literal reference names, the zero Ref where it is
// of another form.
func (ref reference) target() ehrdesk.Ref { return Target(ref.literal) }

// Target splits "Patient/x", "https://…/Patient/x" and "Patient/x/_history/2".
func Target(literal string) ehrdesk.Ref {
	_, kind, id, _ := SplitReference(literal)
	return ehrdesk.Ref{Resource: kind, ID: id}
}

// SplitReference takes a literal reference apart: an absolute or relative URL
// ending in Type/id, with or without a version and a fragment. kind is "" where
// it is not of that form.
func SplitReference(s string) (base, kind, id, rest string) {
	if i := strings.IndexByte(s, '#'); i >= 0 {
		s, rest = s[:i], s[i:]
	}
	if i := strings.Index(s, "/_history/"); i >= 0 {
		s, rest = s[:i], s[i:]+rest
	}
	j := strings.LastIndexByte(s, '/')
	if j < 0 || !ValidID(s[j+1:]) {
		return "", "", "", ""
	}
	i := strings.LastIndexByte(s[:j], '/')
	if !ValidType(s[i+1 : j]) {
		return "", "", "", ""
	}
	return s[:i+1], s[i+1 : j], s[j+1:], rest
}
