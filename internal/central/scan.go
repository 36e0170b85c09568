package central

import (
	"bytes"
	"errors"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// span is a half-open range of a resource's bytes.
type span struct{ start, end int }

// ref is one literal reference in a resource: where its string stands, what it
// says, and the top-level member it stands under.
type ref struct {
	span
	value string
	top   string
	url   bool // an attachment's url, not a reference
}

// facts are what the centre reads from a resource: enough to say whose it is and
// where it goes. The bytes themselves stay as they came.
type facts struct {
	Type        string
	ID          string
	categories  []string // codes of category and class
	codes       []string // codes of code and type
	identifiers [][2]string
	telecoms    []string                  // systems of Patient.telecom
	members     map[string]jsontext.Value // top-level members kept for identity: name, birthDate, gender, deceased…
	refs        []ref
	named       []string // system|value of the patient, where named by identifier alone

	typeEnd, idEnd         int  // ends of the values of resourceType and id; 0 where absent
	idAt, metaAt           span // the id string; the meta object
	versionAt, updatedAt   span // within meta
	metaEmpty, hasIDMember bool
	security               bool // meta.security restricts
}

// malformedJSON gives the place of a syntax error and none of the text.
func malformedJSON(err error) *fault {
	var s *jsontext.SyntacticError
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		return malformed("A member name occurs twice in one object.")
	case errors.As(err, &s):
		return malformed("The JSON is malformed at byte " + strconv.FormatInt(s.ByteOffset, 10) + ".")
	default:
		return malformed("The JSON is malformed or incomplete.")
	}
}

type scanner struct {
	dec *jsontext.Decoder
	out *facts
}

// scan reads one resource. It refuses duplicate member names and invalid UTF-8
// anywhere, since two readers could take such a resource for two different ones.
func scan(raw []byte) (*facts, error) {
	s := scanner{dec: jsontext.NewDecoder(bytes.NewReader(raw)), out: &facts{members: map[string]jsontext.Value{}}}
	if s.dec.PeekKind() != '{' {
		return nil, malformed("A resource is a JSON object.")
	}
	if err := s.object(0, "", "", false); err != nil {
		return nil, err
	}
	if s.out.Type == "" || !isTypeName(s.out.Type) {
		return nil, malformed("A resource needs its resourceType.")
	}
	return s.out, nil
}

func (s *scanner) object(depth int, top, parent string, extension bool) error {
	if _, err := s.dec.ReadToken(); err != nil {
		return malformedJSON(err)
	}
	if depth == 1 && top == "meta" && parent == "meta" {
		s.out.metaAt.start = int(s.dec.InputOffset()) - 1
		s.out.metaEmpty = s.dec.PeekKind() == '}'
	}
	var system, value string
	for s.dec.PeekKind() != '}' {
		raw, err := s.dec.ReadValue()
		if err != nil {
			return malformedJSON(err)
		}
		name := unquote(raw)
		if depth == 0 {
			top = name
		}
		if err := s.member(depth, top, parent, name, extension, &system, &value); err != nil {
			return err
		}
	}
	if _, err := s.dec.ReadToken(); err != nil {
		return malformedJSON(err)
	}
	if depth == 1 && top == "identifier" && value != "" {
		s.out.identifiers = append(s.out.identifiers, [2]string{system, value})
	}
	if depth == 2 && parent == "identifier" && value != "" && slices.Contains(primary, top) {
		s.out.named = append(s.out.named, system+"|"+value)
	}
	if depth == 2 && top == "meta" && parent == "security" && restricts(system, value) {
		s.out.security = true
	}
	if depth == 1 && top == "telecom" && system != "" {
		s.out.telecoms = append(s.out.telecoms, system)
	}
	if depth == 1 && top == "meta" && parent == "meta" {
		s.out.metaAt.end = int(s.dec.InputOffset())
	}
	return nil
}

func (s *scanner) member(depth int, top, parent, name string, extension bool, system, value *string) error {
	extension = extension || name == "extension" || name == "modifierExtension"
	if depth == 0 && keptMember(name) {
		v, err := s.dec.ReadValue()
		if err != nil {
			return malformedJSON(err)
		}
		s.out.members[name] = v.Clone()
		return nil
	}
	kind := s.dec.PeekKind()
	switch {
	case depth == 0 && name == "id" && kind != '"':
		return malformed("A resource's id is a string.")
	case depth == 0 && name == "meta" && kind != '{':
		return malformed("A resource's meta is an object.")
	case depth == 1 && top == "meta" && (name == "versionId" || name == "lastUpdated") && kind != '"':
		return malformed("A resource's version and time are strings.")
	}
	switch kind {
	case '{', '[':
		return s.nested(depth, top, name, extension)
	case '"':
		raw, err := s.dec.ReadValue()
		if err != nil {
			return malformedJSON(err)
		}
		end := int(s.dec.InputOffset())
		at := span{end - len(raw), end}
		switch {
		case depth == 0 && name == "resourceType":
			s.out.Type, s.out.typeEnd = unquote(raw), end
		case depth == 0 && name == "id":
			s.out.ID, s.out.idAt, s.out.idEnd, s.out.hasIDMember = unquote(raw), at, end, true
		case depth == 1 && top == "meta" && name == "versionId":
			s.out.versionAt = at
		case depth == 1 && top == "meta" && name == "lastUpdated":
			s.out.updatedAt = at
		case name == "reference" && depth > 0:
			s.out.refs = append(s.out.refs, ref{span: at, value: unquote(raw), top: top})
		case name == "url" && depth > 0 && !extension && top != "meta":
			s.out.refs = append(s.out.refs, ref{span: at, value: unquote(raw), top: top, url: true})
		case name == "code" && top == "meta" && parent == "security":
			*value = unquote(raw)
		case name == "code" && depth > 0:
			s.code(top, depth, parent, unquote(raw))
		case name == "system":
			*system = unquote(raw)
		case name == "value":
			*value = unquote(raw)
		case depth == 0 && (name == "category" || name == "class" || name == "code" || name == "type"):
			s.code(name, depth, parent, unquote(raw))
		}
		return nil
	default:
		if err := s.dec.SkipValue(); err != nil {
			return malformedJSON(err)
		}
		return nil
	}
}

// nested reads an object or an array standing under name. The objects of an
// array count as standing where the array does.
func (s *scanner) nested(depth int, top, name string, extension bool) error {
	if s.dec.PeekKind() == '{' {
		return s.object(depth+1, top, name, extension)
	}
	if _, err := s.dec.ReadToken(); err != nil {
		return malformedJSON(err)
	}
	for s.dec.PeekKind() != ']' {
		switch s.dec.PeekKind() {
		case '{', '[':
			if err := s.nested(depth, top, name, extension); err != nil {
				return err
			}
		default:
			raw, err := s.dec.ReadValue()
			if err != nil {
				return malformedJSON(err)
			}
			if depth == 0 && name == "category" && raw.Kind() == '"' {
				s.code(name, 0, name, unquote(raw))
			}
		}
	}
	if _, err := s.dec.ReadToken(); err != nil {
		return malformedJSON(err)
	}
	return nil
}

// code files a code under the table's two headings: a Coding directly under the
// member (class), or the codings of its CodeableConcept.
func (s *scanner) code(top string, depth int, parent, code string) {
	if depth > 2 || (depth == 2 && parent != "coding") {
		return
	}
	switch top {
	case "category", "class":
		s.out.categories = append(s.out.categories, code)
	case "code", "type":
		s.out.codes = append(s.out.codes, code)
	}
}

// keptMember names the members that identify a person or say how a participant
// stands; none of them holds a reference.
func keptMember(name string) bool {
	switch name {
	case "name", "birthDate", "gender", "deceasedBoolean", "deceasedDateTime", "_birthDate":
		return true
	}
	return false
}

// unquote decodes a JSON string already known to be valid.
func unquote(raw jsontext.Value) string {
	if len(raw) >= 2 && bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1])
	}
	b, _ := jsontext.AppendUnquote(nil, raw)
	return string(b)
}

// quote encodes s as a JSON string.
func quote(s string) string {
	b, err := jsontext.AppendQuote(nil, s)
	if err != nil {
		return `""` // only invalid UTF-8, which scan has refused
	}
	return string(b)
}

func isTypeName(s string) bool {
	if s == "" || len(s) > 64 || s[0] < 'A' || s[0] > 'Z' {
		return false
	}
	for i := 1; i < len(s); i++ {
		if c := s[i]; (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

// isID reports FHIR's id form: letters, digits, '-' and '.', at most 64.
func isID(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '.' {
			return false
		}
	}
	return true
}

// edit replaces a span of a resource's bytes.
type edit struct {
	span
	text string
}

// stampEdits are the edits that put id, version and time in their places.
func (f *facts) stampEdits(id, version, updated string) []edit {
	meta := `"versionId":` + quote(version) + `,"lastUpdated":` + quote(updated)
	var out []edit
	after := f.typeEnd
	switch {
	case f.hasIDMember:
		after = f.idEnd
		if f.ID != id {
			out = append(out, edit{f.idAt, quote(id)})
		}
	default:
		out = append(out, edit{span{f.typeEnd, f.typeEnd}, `,"id":` + quote(id)})
	}
	if f.metaAt.end == 0 {
		return append(out, edit{span{after, after}, `,"meta":{` + meta + `}`})
	}
	var add string
	if f.versionAt.end != 0 {
		out = append(out, edit{f.versionAt, quote(version)})
	} else {
		add = `"versionId":` + quote(version)
	}
	if f.updatedAt.end != 0 {
		out = append(out, edit{f.updatedAt, quote(updated)})
	} else {
		if add != "" {
			add += ","
		}
		add += `"lastUpdated":` + quote(updated)
	}
	if add != "" {
		if !f.metaEmpty {
			add += ","
		}
		out = append(out, edit{span{f.metaAt.start + 1, f.metaAt.start + 1}, add})
	}
	return out
}

// apply makes the edits. Those at one place keep their order.
func apply(raw []byte, edits []edit) []byte {
	slices.SortStableFunc(edits, func(a, b edit) int { return a.start - b.start })
	size := len(raw)
	for _, e := range edits {
		size += len(e.text)
	}
	out := make([]byte, 0, size)
	at := 0
	for _, e := range edits {
		out = append(append(out, raw[at:e.start]...), e.text...)
		at = e.end
	}
	return append(out, raw[at:]...)
}
