package central

import (
	"errors"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// resourceInfo are what the centre reads from a resource: enough to say whose it is and
// where it goes, and where in its bytes id, version, time and references stand.
// The bytes themselves stay as they came.
type resourceInfo struct {
	fhir.Resource
	at   fhir.Layout
	refs []fhir.Reference // as they will be stored
}

// malformedJSON gives the place of a syntax error and none of the text.
func malformedJSON(err error) *apiError {
	var s *jsontext.SyntacticError
	var f *fhir.Fault
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName), errors.As(err, &f) && f.Reason == ehrdesk.AsideDuplicate:
		return malformed("A member name occurs twice in one object.")
	case errors.As(err, &f) && f.Reason == ehrdesk.AsideTooLarge:
		return malformed("The JSON is too large or too deep.")
	case errors.As(err, &f) && f.Reason == ehrdesk.AsideType:
		return malformed("A resource needs its resourceType.")
	case errors.As(err, &f) && f.At >= 0:
		return malformed("The JSON is malformed at byte " + strconv.FormatInt(f.At, 10) + ".")
	case errors.As(err, &s):
		return malformed("The JSON is malformed at byte " + strconv.FormatInt(s.ByteOffset, 10) + ".")
	default:
		return malformed("The JSON is malformed or incomplete.")
	}
}

// scan reads one resource. One without an id, or with an id of another form than
// FHIR's, a number among them, is read all the same: it gets one here.
func scan(raw []byte) (*resourceInfo, error) {
	r, err := fhir.Read(raw)
	var f *fhir.Fault
	if errors.As(err, &f) && f.Reason == ehrdesk.AsideID {
		switch id := r.Raw("id"); id.Kind() {
		case '{', '[':
			return nil, malformed("A resource's id is a string.")
		case '0', 't', 'f':
			r.ID, err = string(id), nil
		default:
			r.ID, err = r.Text("id"), nil
		}
	}
	if err != nil {
		return nil, malformedJSON(err)
	}
	return factsOf(r)
}

func factsOf(r fhir.Resource) (*resourceInfo, error) {
	if meta := r.Raw("meta"); meta != nil {
		if meta.Kind() != '{' {
			return nil, malformed("A resource's meta is an object.")
		}
		for _, name := range [...]string{"versionId", "lastUpdated"} {
			if v := fhir.ObjectOf(meta).Raw(name); v != nil && v.Kind() != '"' {
				return nil, malformed("A resource's version and time are strings.")
			}
		}
	}
	out := &resourceInfo{Resource: r, at: r.Layout()}
	out.refs = out.at.References
	return out, nil
}

// labelled reports whether the record is restricted by its own label.
func (f *resourceInfo) labelled() bool { return f.Labelled() }

// quote encodes s as a JSON string.
func quote(s string) string {
	b, err := jsontext.AppendQuote(nil, s)
	if err != nil {
		return `""` // only invalid UTF-8, which scan has refused
	}
	return string(b)
}

// edit replaces a span of a resource's bytes.
type edit struct {
	fhir.Span
	text string
}

func insert(at int, text string) edit { return edit{fhir.Span{Start: at, End: at}, text} }

// stampEdits are the edits that put id, version and time in their places.
func (f *resourceInfo) stampEdits(id, version, updated string) []edit {
	var out []edit
	after := f.at.TypeEnd
	if f.at.ID.End != 0 {
		after = f.at.ID.End
		if f.ID != id || f.Bytes[f.at.ID.Start] != '"' {
			out = append(out, edit{f.at.ID, quote(id)})
		}
	} else {
		out = append(out, insert(after, `,"id":`+quote(id)))
	}
	if f.at.Meta.End == 0 {
		return append(out, insert(after, `,"meta":{"versionId":`+quote(version)+`,"lastUpdated":`+quote(updated)+`}`))
	}
	add := ""
	for _, m := range [...]struct {
		at          fhir.Span
		name, value string
	}{{f.at.VersionID, "versionId", quote(version)}, {f.at.Updated, "lastUpdated", quote(updated)}} {
		switch {
		case m.at.End != 0:
			out = append(out, edit{m.at, m.value})
		case add != "":
			add += `,"` + m.name + `":` + m.value
		default:
			add = `"` + m.name + `":` + m.value
		}
	}
	if add != "" {
		if !f.at.MetaEmpty {
			add += ","
		}
		out = append(out, insert(f.at.Meta.Start+1, add))
	}
	return out
}

// apply makes the edits. Those at one place keep their order.
func apply(raw []byte, edits []edit) []byte {
	slices.SortStableFunc(edits, func(a, b edit) int { return a.Start - b.Start })
	size := len(raw)
	for _, e := range edits {
		size += len(e.text)
	}
	out := make([]byte, 0, size)
	at := 0
	for _, e := range edits {
		out = append(append(out, raw[at:e.Start]...), e.text...)
		at = e.End
	}
	return append(out, raw[at:]...)
}
