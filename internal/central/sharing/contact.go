package sharing

import (
	"bytes"
	"net/mail"
	"slices"
	"strings"
	"unicode/utf8"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/resource"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// contact is what the patient said of where they are reached. A part that was
// not given (nil) stays as it is; one given empty is taken out.
type contact struct {
	phone, phoneOther, email, address, language, notify *string
}

// notifyWords are the ways of telling a patient, by their codes.
var notifyWords = map[string]string{"sms": "sms", "email": "email", "post": "post", "none": ""}

// parseContact reads the parts of a contact and refuses what no such thing can be.
func parseContact(parts rest.Input) (contact, error) {
	var c contact
	for _, p := range []struct {
		name string
		to   **string
		ok   func(string) bool
	}{
		{"phone", &c.phone, isPhone}, {"phoneOther", &c.phoneOther, isPhone}, {"email", &c.email, isEmail}, {"address", &c.address, isAddress},
		{"language", &c.language, isLanguage}, {"notify", &c.notify, func(s string) bool { _, ok := notifyWords[s]; return ok }},
	} {
		for _, given := range parts {
			if given.Name != p.name {
				continue
			}
			text := ehrdesk.CleanLine(given.ValueString + given.ValueCode)
			switch {
			case text == "" && (p.name == "language" || p.name == "notify"): // there is always one
				continue
			case text != "" && !p.ok(text) && !strings.Contains(text, registry.Hidden): // as it was masked: unmask decides
				return c, refusal.Invalid("Something of the contact data cannot be right.")
			}
			*p.to = &text
		}
	}
	return c, nil
}

func isPhone(s string) bool {
	digits := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune("+-() ", r):
			return false
		}
	}
	return digits >= 8 && digits <= 15 && len(s) <= 30
}

func isEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && len(s) <= 254
}

func isAddress(s string) bool { return utf8.RuneCountInString(s) <= 300 }

func isLanguage(s string) bool { return slices.Contains(languages[:], s) }

// correct makes the Patient's bytes say what c says. Only telecom, address and
// communication are touched, and of them only what differs: everything else is
// the same bytes.
func (c contact) correct(raw []byte) ([]byte, error) {
	m, err := membersOf(raw)
	if err != nil {
		return nil, err
	}
	if err := c.unmask(m); err != nil {
		return nil, err
	}
	var edits []resource.Edit
	for name, edited := range map[string]func([]jsontext.Value) []jsontext.Value{"telecom": c.telecom, "address": c.addresses, "communication": c.communication} {
		before := elements(m[name].value)
		after := edited(before)
		if same(before, after) {
			continue
		}
		edits = append(edits, m.set(raw, name, after))
	}
	return resource.Apply(raw, edits), nil
}

// topMember is where a member of a resource stands: from its name to the end of
// its value.
type topMember struct {
	fhir.Span
	value jsontext.Value
}

type topMembers map[string]topMember

// membersOf finds the top-level members of a resource.
func membersOf(raw []byte) (topMembers, error) {
	r, err := resource.Scan(raw)
	if err != nil {
		return nil, err
	}
	out := topMembers{}
	for i, at := range r.Spans() {
		out[string(r.Object[i].Name)] = topMember{at, r.Object[i].Value}
	}
	return out, nil
}

// set is the edit that gives a member its elements, makes the member, or takes
// it out where none are left: FHIR has no empty arrays.
func (m topMembers) set(raw []byte, name string, values []jsontext.Value) resource.Edit {
	text := resource.Quote(name) + ":" + string(array(values))
	old, found := m[name]
	switch {
	case !found: // at the end: a resource has its type, so it is not empty
		at := bytes.LastIndexByte(raw, '}')
		return resource.Insert(at, ","+text)
	case len(values) > 0:
		return resource.Replace(old.Span, text)
	}
	out := old.Span
	if before := bytes.TrimRight(raw[:out.Start], " \t\r\n"); bytes.HasSuffix(before, []byte(",")) {
		out.Start = len(before) - 1
	} else if after := bytes.TrimLeft(raw[out.End:], " \t\r\n"); bytes.HasPrefix(after, []byte(",")) {
		out.End = len(raw) - len(after) + 1
	}
	return resource.Replace(out, "")
}

func elements(v jsontext.Value) []jsontext.Value {
	var out []jsontext.Value
	if len(v) == 0 || jsonv2.Unmarshal(v, &out) != nil {
		return nil
	}
	return out
}

func array(values []jsontext.Value) []byte {
	b := []byte{'['}
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, v...)
	}
	return append(b, ']')
}

func same(a, b []jsontext.Value) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !bytes.Equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

// reach is the part of an Address, a ContactPoint or a communication that
// matters here.
type reach struct {
	Use      string   `json:"use"`
	System   string   `json:"system"`
	Value    string   `json:"value"`
	Text     string   `json:"text"`
	Line     []string `json:"line"`
	District string   `json:"district"`
	City     string   `json:"city"`
	State    string   `json:"state"`
	Country  string   `json:"country"`
	Language struct {
		Coding []struct {
			Code string `json:"code"`
		} `json:"coding"`
	} `json:"language"`
}

func reachOf(v jsontext.Value) reach {
	var r reach
	_ = jsonv2.Unmarshal(v, &r) // a shape that does not fit says nothing
	return r
}

// telecom: the first telephone is phone, the second phoneOther, the first e-mail
// email, as a desk reads them.
func (c contact) telecom(in []jsontext.Value) []jsontext.Value {
	want := map[string][]*string{"phone": {c.phone, c.phoneOther}, "email": {c.email}}
	var out []jsontext.Value
	for _, v := range in {
		r := reachOf(v)
		next := want[r.System]
		if len(next) == 0 {
			out = append(out, v)
			continue
		}
		want[r.System] = next[1:]
		switch text := next[0]; {
		case text == nil || *text == ehrdesk.CleanLine(r.Value):
			out = append(out, v)
		case *text != "":
			out = append(out, point(r.System, *text, r.Use))
		}
	}
	for _, system := range []string{"phone", "email"} {
		for _, text := range want[system] {
			if text != nil && *text != "" {
				out = append(out, point(system, *text, ""))
			}
		}
	}
	return out
}

func point(system, value, use string) jsontext.Value {
	b := `{"system":` + resource.Quote(system) + `,"value":` + resource.Quote(value)
	if use != "" {
		b += `,"use":` + resource.Quote(use)
	}
	return jsontext.Value(b + "}")
}

// addresses: one that says something else takes the place of all that are in
// use, since the others say the old one in another language or another form.
func (c contact) addresses(in []jsontext.Value) []jsontext.Value {
	if c.address == nil {
		return in
	}
	var kept []jsontext.Value
	current := ""
	for _, v := range in {
		r := reachOf(v)
		if text := r.written(); current == "" {
			current = text
		}
		if slices.Contains([]string{"old", "work", "billing", "temp"}, r.Use) {
			kept = append(kept, v)
		}
	}
	switch *c.address {
	case current:
		return in
	case "":
		return kept
	}
	return append([]jsontext.Value{jsontext.Value(`{"use":"home","text":` + resource.Quote(*c.address) + `}`)}, kept...)
}

// written is an address on one line, as a desk shows it.
func (r reach) written() string {
	if text := ehrdesk.CleanLine(r.Text); text != "" {
		return text
	}
	var parts []string
	for _, p := range append(r.Line, r.District, r.City, r.State, r.Country) {
		if strings.TrimSpace(p) != "" {
			parts = append(parts, p)
		}
	}
	return ehrdesk.CleanLine(strings.Join(parts, ", "))
}

// communication: the language that notices are sent in comes first, and alone
// is preferred.
func (c contact) communication(in []jsontext.Value) []jsontext.Value {
	if c.language == nil {
		return in
	}
	var others []jsontext.Value
	first := ""
	for _, v := range in {
		for _, k := range reachOf(v).Language.Coding {
			if first == "" {
				first = k.Code
			}
		}
		var preferred struct {
			Preferred bool `json:"preferred"`
		}
		if jsonv2.Unmarshal(v, &preferred) == nil && !preferred.Preferred {
			others = append(others, v)
		}
	}
	if script(first) == *c.language {
		return in
	}
	return append([]jsontext.Value{jsontext.Value(`{"language":{"coding":[{"system":"urn:ietf:bcp:47","code":` + resource.Quote(*c.language) + `}]},"preferred":true}`)}, others...)
}

// script is the one of our languages that a BCP 47 tag stands for.
func script(tag string) string {
	switch t := strings.ToLower(tag); {
	case t == "en" || strings.HasPrefix(t, "en-"):
		return "en"
	case strings.HasPrefix(t, "zh-hans"), t == "zh-cn", t == "zh-sg":
		return "zh-Hans"
	case t == "zh" || strings.HasPrefix(t, "zh-"), strings.HasPrefix(t, "yue"):
		return "zh-Hant"
	}
	return tag
}
