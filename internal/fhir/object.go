package fhir

import (
	"bytes"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// Value is the raw bytes of one JSON value.
type Value = jsontext.Value

// Object are the members of one JSON object, in order, as raw values that point
// into the input. Scalars are decoded when asked for, so a member of an
// unexpected shape spoils only itself.
type Object []Member

// Member is one member of an object.
type Member struct {
	Name  []byte // of a well-known name, a part of the input
	Value jsontext.Value
}

// Parse checks that raw is one whole, well-formed object and splits it.
// Duplicate names and invalid UTF-8 are refused: two readers of such a text
// could see two different records. What is inside has been checked with it, and
// is split from then on without another look. Errors: *Fault.
func Parse(raw []byte) (Object, error) {
	if err := check(raw); err != nil {
		return nil, err
	}
	return splitObject(raw), nil
}

// ObjectOf splits an object inside a checked one; nil where v is none.
func ObjectOf(v jsontext.Value) Object {
	if v.Kind() != '{' {
		return nil
	}
	return splitObject(v)
}

// Raw is a member's value, nil where it is absent.
func (o Object) Raw(name string) jsontext.Value {
	for i := range o {
		if string(o[i].Name) == name {
			return o[i].Value
		}
	}
	return nil
}

// Has reports whether a member is there.
func (o Object) Has(name string) bool { return o.Raw(name) != nil }

// Choice finds a choice element such as value[x]: "Quantity" of "valueQuantity".
func (o Object) Choice(prefix string) (kind string, v jsontext.Value) {
	for i := range o {
		n := o[i].Name
		if len(n) > len(prefix) && string(n[:len(prefix)]) == prefix && n[len(prefix)] >= 'A' && n[len(prefix)] <= 'Z' {
			return string(n[len(prefix):]), o[i].Value
		}
	}
	return "", nil
}

// Text is a member that is a string, "" for any other.
func (o Object) Text(name string) string { return Text(o.Raw(name)) }

// Line is Text as one clean line.
func (o Object) Line(name string) string { return ehrdesk.CleanLine(o.Text(name)) }

// Text is v where it is a string, "" for any other.
func Text(v jsontext.Value) string {
	if v.Kind() != '"' {
		return ""
	}
	if plain := v[1 : len(v)-1]; bytes.IndexByte(plain, '\\') < 0 {
		return textOf(plain)
	}
	var s string
	if json.Unmarshal(v, &s) != nil {
		return ""
	}
	return s
}

// TextAt is a string member of an object, found without splitting it.
func TextAt(v jsontext.Value, name string) string { return Text(rawAt(v, name)) }

// rawAt is a member of an object, nil where it is absent, found without splitting it.
func rawAt(v jsontext.Value, name string) (out jsontext.Value) {
	eachMember(v, func(n []byte, v jsontext.Value) bool {
		if string(n) == name {
			out = v
		}
		return out == nil
	})
	return out
}

// Each calls fn for v, or for the members of v where it is an array: FHIR
// elements that are single in one resource are lists in another.
func Each(v jsontext.Value, fn func(jsontext.Value)) {
	switch {
	case len(v) == 0 || v.Kind() == 'n':
	case v.Kind() != '[':
		fn(v)
	default:
		splitArray(v, func(e []byte) { fn(e) })
	}
}

// eachMember gives fn the members of an object until fn says false.
func eachMember(v jsontext.Value, fn func(name []byte, v jsontext.Value) bool) {
	if v.Kind() != '{' {
		return
	}
	for i := firstMember(v, 0); ; {
		m, next, ok := nextMember(v, i)
		if !ok || !fn(m.Name, m.Value) {
			return
		}
		i = next
	}
}

// When is the first of the named members that is a date, a time, or a period
// with an end that is one.
func (o Object) When(names ...string) ehrdesk.When {
	w, _ := o.whenNamed(names...)
	return w
}

// whenNamed is When, and the name of the member it was.
func (o Object) whenNamed(names ...string) (ehrdesk.When, string) {
	for _, n := range names {
		if w := whenOf(o.Raw(n)); !w.IsZero() {
			return w, n
		}
	}
	return ehrdesk.When{}, ""
}

// whenOf is a date, a time, or the end that a period has.
func whenOf(v Value) (w ehrdesk.When) {
	switch v.Kind() {
	case '"':
		w, _ = ehrdesk.ParseWhen(Text(v))
	case '{':
		p := ObjectOf(v)
		for _, end := range [...]string{"start", "end"} {
			if w, err := ehrdesk.ParseWhen(p.Text(end)); err == nil {
				return w
			}
		}
	}
	return w
}
