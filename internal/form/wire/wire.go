// Package wire writes FHIR's JSON: members in the order in which they are put, numbers
// with the digits that they have, nothing for what is empty.
package wire

import (
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// Object is a JSON object that is being written.
type Object struct{ b []byte }

// Bytes are the object; nil of one without a member.
func (o *Object) Bytes() []byte {
	if len(o.b) == 0 {
		return nil
	}
	return append(o.b[:len(o.b):len(o.b)], '}')
}

func (o *Object) name(n string) {
	if len(o.b) == 0 {
		o.b = append(o.b, '{')
	} else {
		o.b = append(o.b, ',')
	}
	o.b = append(quoted(o.b, n), ':')
}

// quoted appends a JSON string.
func quoted(b []byte, s string) []byte {
	out, err := jsontext.AppendQuote(b, s)
	if err != nil { // it is no UTF-8: what is not is replaced
		out, _ = jsontext.AppendQuote(b, ehrdesk.CleanColumns(s))
	}
	return out
}

// Text puts a string.
func (o *Object) Text(name, s string) {
	if s != "" {
		o.name(name)
		o.b = quoted(o.b, s)
	}
}

// Raw puts a value that is JSON already: a number by its digits, true, an object.
func (o *Object) Raw(name string, v []byte) {
	if len(v) > 0 {
		o.name(name)
		o.b = append(o.b, v...)
	}
}

// Object puts an object.
func (o *Object) Object(name string, fill func(*Object)) {
	var in Object
	fill(&in)
	o.Raw(name, in.Bytes())
}

// List puts an array of n objects; one that stays empty is left out.
func (o *Object) List(name string, n int, fill func(int, *Object)) {
	var list []byte
	for i := range n {
		var in Object
		fill(i, &in)
		if b := in.Bytes(); b != nil {
			if list = append(list, ','); len(list) == 1 {
				list[0] = '['
			}
			list = append(list, b...)
		}
	}
	if list != nil {
		o.Raw(name, append(list, ']'))
	}
}

// Texts puts an array of strings.
func (o *Object) Texts(name string, list []string) {
	if len(list) == 0 {
		return
	}
	b := []byte{'['}
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = quoted(b, s)
	}
	o.Raw(name, append(b, ']'))
}

// Coding puts the members of a Coding.
func Coding(o *Object, k ehrdesk.Coding) {
	o.Text("system", k.System)
	o.Text("code", k.Code)
	o.Text("display", k.Display)
}

// Concept puts the members of a CodeableConcept.
func Concept(o *Object, c ehrdesk.Concept) {
	o.List("coding", len(c.Codings), func(i int, in *Object) { Coding(in, c.Codings[i]) })
	o.Text("text", c.Text)
}

// Join puts the members of another object.
func (o *Object) Join(in *Object) {
	if len(in.b) == 0 {
		return
	}
	if len(o.b) == 0 {
		o.b = append(o.b, in.b...)
		return
	}
	o.b = append(append(o.b, ','), in.b[1:]...)
}
