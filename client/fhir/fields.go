package fhir

import (
	"bytes"
	"errors"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// errBroken is what any malformed JSON becomes: the words of a JSON error quote
// what they stumbled over, and that may be clinical text.
var errBroken = errors.New("not well-formed FHIR JSON")

// fields are the members of one JSON object, in order, as raw values that point
// into the input. Scalars are decoded when asked for, so a member of an
// unexpected shape spoils only itself.
type fields []field

type field struct {
	name  []byte // of a well-known name, a part of the input
	value jsontext.Value
}

// parseFields checks that raw is one whole, well-formed object and splits it.
// Duplicate names and invalid UTF-8 are refused: two readers of such a text
// could see two different records. What is inside has been checked with it, and
// is split from then on without another look.
func parseFields(raw []byte) (fields, error) {
	if !wellFormed(raw) {
		return nil, errBroken
	}
	return splitObject(raw), nil
}

func wellFormed(raw []byte) bool {
	return jsontext.Value(raw).Kind() == '{' && jsontext.Value(raw).IsValid()
}

// inner splits an object inside a checked one.
func inner(v jsontext.Value) (fields, error) {
	if v.Kind() != '{' {
		return nil, errBroken
	}
	return splitObject(v), nil
}

func (f fields) raw(name string) jsontext.Value {
	for i := range f {
		if string(f[i].name) == name {
			return f[i].value
		}
	}
	return nil
}

// prefixed finds a choice element such as value[x]: "valueQuantity".
func (f fields) prefixed(prefix string) (string, jsontext.Value) {
	for i := range f {
		n := f[i].name
		if len(n) > len(prefix) && string(n[:len(prefix)]) == prefix && n[len(prefix)] >= 'A' && n[len(prefix)] <= 'Z' {
			return string(n[len(prefix):]), f[i].value
		}
	}
	return "", nil
}

func (f fields) text(name string) string { return textOf(f.raw(name)) }

func textOf(v jsontext.Value) string {
	if v.Kind() != '"' {
		return ""
	}
	if plain := v[1 : len(v)-1]; !escaped(plain) {
		return string(plain)
	}
	var s string
	if json.Unmarshal(v, &s) != nil {
		return ""
	}
	return s
}

func escaped(b []byte) bool { return bytes.IndexByte(b, '\\') >= 0 }

// into decodes v where its shape fits; otherwise dst stays as it was.
func into(v jsontext.Value, dst any) bool {
	return len(v) > 0 && json.Unmarshal(v, dst) == nil
}

// each calls fn for v, or for the members of v where it is an array: FHIR
// elements that are single in one resource are lists in another.
func each(v jsontext.Value, fn func(jsontext.Value)) {
	if len(v) == 0 {
		return
	}
	if v.Kind() != '[' {
		fn(v)
		return
	}
	splitArray(v, func(e []byte) { fn(e) })
}

// when is the first of the named members that is a date.
func (f fields) when(names ...string) ehrdesk.When {
	for _, n := range names {
		v := f.raw(n)
		switch v.Kind() {
		case '"':
			if w, err := ehrdesk.ParseWhen(textOf(v)); err == nil {
				return w
			}
		case '{':
			var p period
			if p.read(v) {
				for _, s := range [2]string{p.start, p.end} {
					if w, err := ehrdesk.ParseWhen(s); err == nil {
						return w
					}
				}
			}
		}
	}
	return ehrdesk.When{}
}
