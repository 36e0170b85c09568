package fhir

import (
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Parameters builds a FHIR Parameters resource in order.
type Parameters []Parameter

type Parameter struct {
	Name       string      `json:"name"`
	Code       string      `json:"valueCode,omitempty"`
	String     Str         `json:"valueString,omitzero"`
	UUID       string      `json:"valueUuid,omitempty"`
	Base64     []byte      `json:"valueBase64Binary,omitempty"`
	Instant    string      `json:"valueInstant,omitempty"`
	Boolean    *bool       `json:"valueBoolean,omitempty"`
	Identifier *Identifier `json:"valueIdentifier,omitempty"`
	Coding     *Coding     `json:"valueCoding,omitempty"`
	Part       []Parameter `json:"part,omitempty"`
}

// Str is a string. Blank takes what was on record out.
type Str string

// Blank is an element that is there and empty.
const Blank Str = "\x00"

// MarshalJSONTo writes the string.
func (w Str) MarshalJSONTo(enc *jsontext.Encoder) error {
	if w == Blank {
		w = ""
	}
	return enc.WriteToken(jsontext.String(string(w)))
}

type Coding struct {
	System  string `json:"system,omitempty"`
	Code    string `json:"code,omitempty"`
	Display string `json:"display,omitempty"`
}

type Identifier struct {
	System string `json:"system"`
	Value  string `json:"value"`
}

func (p Parameters) Marshal(op string) ([]byte, error) {
	kept := p[:0]
	for _, e := range p {
		if e.Code+string(e.String)+e.UUID+e.Instant != "" || len(e.Base64) > 0 || e.Boolean != nil || e.Identifier != nil || e.Coding != nil || len(e.Part) > 0 {
			kept = append(kept, e)
		}
	}
	b, err := json.Marshal(struct {
		ResourceType string      `json:"resourceType"`
		Parameter    []Parameter `json:"parameter"`
	}{"Parameters", kept})
	if err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the request holds text that is not valid")
	}
	return b, nil
}

func NumberIdentifier(n ehrdesk.Number) *Identifier {
	system, value := n.Identifier()
	return &Identifier{system, value}
}

func Instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z07:00")
}

func Yes(b bool) *bool { return &b }

// Answers reads a Parameters resource: each named parameter with its members.
type Answers []r4.Object

func ParseAnswers(op string, body []byte) (Answers, error) {
	f, err := r4.Parse(body)
	if err != nil || f.Text("resourceType") != "Parameters" {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre's answer cannot be read")
	}
	return Parts(f.Raw("parameter")), nil
}

func Parts(v jsontext.Value) Answers {
	var out Answers
	r4.Each(v, func(e jsontext.Value) {
		if f := r4.ObjectOf(e); f != nil {
			out = append(out, f)
		}
	})
	return out
}

func (a Answers) All(name string) Answers {
	var out Answers
	for _, f := range a {
		if f.Text("name") == name {
			out = append(out, f)
		}
	}
	return out
}

// Text is the first named parameter's value where it is a string, else "".
func (a Answers) Text(name string) string {
	for _, f := range a.All(name) {
		_, v := f.Choice("value")
		return r4.Text(v)
	}
	return ""
}

func (a Answers) Time(name string) time.Time {
	w, err := ehrdesk.ParseWhen(a.Text(name))
	if err != nil {
		return time.Time{}
	}
	return w.Time
}

func (a Answers) Number(name string) int {
	n := 0
	for _, f := range a.All(name) {
		_, v := f.Choice("value")
		_ = json.Unmarshal(v, &n)
		break
	}
	return n
}

func (a Answers) Truth(name string) bool {
	for _, f := range a.All(name) {
		_, v := f.Choice("value")
		return string(v) == "true"
	}
	return false
}

func (a Answers) Resource(name string) []byte {
	for _, f := range a.All(name) {
		return f.Raw("resource")
	}
	return nil
}

// URN is a UUID as FHIR's uuid type wants it.
func URN(id string) string {
	if id == "" {
		return ""
	}
	return "urn:uuid:" + id
}

// notified is how the patient is told: "" where they declined notices.
func (a Answers) Notified() string {
	if n := ehrdesk.CleanLine(a.Text("notified")); n != "none" {
		return n
	}
	return ""
}
