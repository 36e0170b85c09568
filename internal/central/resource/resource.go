// Package resource is one FHIR resource as the centre takes it: its bytes stay as they
// came, and only id, version, time and named references in them are ever edited, each
// in its place. It keeps no state.
package resource

import (
	"errors"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Info is what the centre reads from a resource: enough to say whose it is and
// where it goes, and where in its bytes id, version, time and references stand.
// The bytes themselves stay as they came.
type Info struct {
	fhir.Resource
	At   fhir.Layout
	Refs []fhir.Reference // as they will be stored
}

// Malformed gives the place of a syntax error and none of the text.
func Malformed(err error) *refusal.Error {
	var s *jsontext.SyntacticError
	var f *fhir.Fault
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName), errors.As(err, &f) && f.Reason == ehrdesk.AsideDuplicate:
		return refusal.Malformed("A member name occurs twice in one object.")
	case errors.As(err, &f) && f.Reason == ehrdesk.AsideTooLarge:
		return refusal.Malformed("The JSON is too large or too deep.")
	case errors.As(err, &f) && f.Reason == ehrdesk.AsideType:
		return refusal.Malformed("A resource needs its resourceType.")
	case errors.As(err, &f) && f.At >= 0:
		return refusal.Malformed("The JSON is malformed at byte " + strconv.FormatInt(f.At, 10) + ".")
	case errors.As(err, &s):
		return refusal.Malformed("The JSON is malformed at byte " + strconv.FormatInt(s.ByteOffset, 10) + ".")
	default:
		return refusal.Malformed("The JSON is malformed or incomplete.")
	}
}

// Scan reads one resource. One without an id, or with an id of another form than
// FHIR's, a number among them, is read all the same: it gets one here.
func Scan(raw []byte) (*Info, error) {
	r, err := fhir.Read(raw)
	var f *fhir.Fault
	if errors.As(err, &f) && f.Reason == ehrdesk.AsideID {
		switch id := r.Raw("id"); id.Kind() {
		case '{', '[':
			return nil, refusal.Malformed("A resource's id is a string.")
		case '0', 't', 'f':
			r.ID, err = string(id), nil
		default:
			r.ID, err = r.Text("id"), nil
		}
	}
	if err != nil {
		return nil, Malformed(err)
	}
	return infoOf(r)
}

func infoOf(r fhir.Resource) (*Info, error) {
	if meta := r.Raw("meta"); meta != nil {
		if meta.Kind() != '{' {
			return nil, refusal.Malformed("A resource's meta is an object.")
		}
		for _, name := range [...]string{"versionId", "lastUpdated"} {
			if v := fhir.ObjectOf(meta).Raw(name); v != nil && v.Kind() != '"' {
				return nil, refusal.Malformed("A resource's version and time are strings.")
			}
		}
	}
	out := &Info{Resource: r, At: r.Layout()}
	out.Refs = out.At.References
	return out, nil
}

// Linked reports whether resources of a type are shared ones that records refer to.
func Linked(kind string) bool { return ehrdesk.Place(kind, nil, nil).Linked }

// Shared are the shared resources that it refers to.
func (f *Info) Shared() (out []ehrdesk.Ref) {
	for _, r := range f.Refs {
		if base, to, id, _ := fhir.SplitReference(r.Value); !r.URL && base == "" && to != "" && Linked(to) {
			out = append(out, ehrdesk.Ref{Resource: to, ID: id})
		}
	}
	return out
}

// Quote encodes s as a JSON string.
func Quote(s string) string {
	b, err := jsontext.AppendQuote(nil, s)
	if err != nil {
		return `""` // only invalid UTF-8, which scan has refused
	}
	return string(b)
}

// Edit replaces a span of a resource's bytes.
type Edit struct {
	fhir.Span
	Text string
}

// Replace puts text in the place of a span.
func Replace(at fhir.Span, text string) Edit { return Edit{at, text} }

// Insert puts text between two bytes.
func Insert(at int, text string) Edit { return Edit{fhir.Span{Start: at, End: at}, text} }

// Stamp gives the edits that put id, version and time in their places.
func (f *Info) Stamp(id, version, updated string) []Edit {
	var out []Edit
	after := f.At.TypeEnd
	if f.At.ID.End != 0 {
		after = f.At.ID.End
		if f.ID != id || f.Bytes[f.At.ID.Start] != '"' {
			out = append(out, Edit{f.At.ID, Quote(id)})
		}
	} else {
		out = append(out, Insert(after, `,"id":`+Quote(id)))
	}
	if f.At.Meta.End == 0 {
		return append(out, Insert(after, `,"meta":{"versionId":`+Quote(version)+`,"lastUpdated":`+Quote(updated)+`}`))
	}
	add := ""
	for _, m := range [...]struct {
		at          fhir.Span
		name, value string
	}{{f.At.VersionID, "versionId", Quote(version)}, {f.At.Updated, "lastUpdated", Quote(updated)}} {
		switch {
		case m.at.End != 0:
			out = append(out, Edit{m.at, m.value})
		case add != "":
			add += `,"` + m.name + `":` + m.value
		default:
			add = `"` + m.name + `":` + m.value
		}
	}
	if add != "" {
		if !f.At.MetaEmpty {
			add += ","
		}
		out = append(out, Insert(f.At.Meta.Start+1, add))
	}
	return out
}

// Apply makes the edits. Those at one place keep their order.
func Apply(raw []byte, edits []Edit) []byte {
	slices.SortStableFunc(edits, func(a, b Edit) int { return a.Start - b.Start })
	size := len(raw)
	for _, e := range edits {
		size += len(e.Text)
	}
	out := make([]byte, 0, size)
	at := 0
	for _, e := range edits {
		out = append(append(out, raw[at:e.Start]...), e.Text...)
		at = e.End
	}
	return append(out, raw[at:]...)
}
