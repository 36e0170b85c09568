package fhir

import (
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// parameters builds a FHIR Parameters resource in order.
type parameters []parameter

type parameter struct {
	Name       string      `json:"name"`
	Code       string      `json:"valueCode,omitempty"`
	String     str         `json:"valueString,omitzero"`
	UUID       string      `json:"valueUuid,omitempty"`
	Base64     []byte      `json:"valueBase64Binary,omitempty"`
	Instant    string      `json:"valueInstant,omitempty"`
	Boolean    *bool       `json:"valueBoolean,omitempty"`
	Identifier *identifier `json:"valueIdentifier,omitempty"`
	Coding     *coding     `json:"valueCoding,omitempty"`
	Part       []parameter `json:"part,omitempty"`
}

// str is a string; blank is one that is there and empty, which takes what was
// on record out.
type str string

const blank str = "\x00"

// MarshalJSONTo writes the string.
func (w str) MarshalJSONTo(enc *jsontext.Encoder) error {
	if w == blank {
		w = ""
	}
	return enc.WriteToken(jsontext.String(string(w)))
}

type coding struct {
	System  string `json:"system,omitempty"`
	Code    string `json:"code,omitempty"`
	Display string `json:"display,omitempty"`
}

type identifier struct {
	System string `json:"system"`
	Value  string `json:"value"`
}

func (p parameters) marshal(op string) ([]byte, error) {
	kept := p[:0]
	for _, e := range p {
		if e.Code+string(e.String)+e.UUID+e.Instant != "" || len(e.Base64) > 0 || e.Boolean != nil || e.Identifier != nil || e.Coding != nil || len(e.Part) > 0 {
			kept = append(kept, e)
		}
	}
	b, err := json.Marshal(struct {
		ResourceType string      `json:"resourceType"`
		Parameter    []parameter `json:"parameter"`
	}{"Parameters", kept})
	if err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the request holds text that is not valid")
	}
	return b, nil
}

func numberIdentifier(n ehrdesk.Number) *identifier {
	system, value := n.Identifier()
	return &identifier{system, value}
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z07:00")
}

func yes(b bool) *bool { return &b }

// answers reads a Parameters resource: each named parameter with its members.
type answers []r4.Object

func parseAnswers(op string, body []byte) (answers, error) {
	f, err := r4.Parse(body)
	if err != nil || f.Text("resourceType") != "Parameters" {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre's answer cannot be read")
	}
	return parts(f.Raw("parameter")), nil
}

func parts(v jsontext.Value) answers {
	var out answers
	r4.Each(v, func(e jsontext.Value) {
		if f := r4.ObjectOf(e); f != nil {
			out = append(out, f)
		}
	})
	return out
}

func (a answers) all(name string) answers {
	var out answers
	for _, f := range a {
		if f.Text("name") == name {
			out = append(out, f)
		}
	}
	return out
}

// Text is the first named parameter's value where it is a string, else "".
func (a answers) Text(name string) string {
	for _, f := range a.all(name) {
		_, v := f.Choice("value")
		return r4.Text(v)
	}
	return ""
}

func (a answers) time(name string) time.Time {
	w, err := ehrdesk.ParseWhen(a.Text(name))
	if err != nil {
		return time.Time{}
	}
	return w.Time
}

func (a answers) number(name string) int {
	n := 0
	for _, f := range a.all(name) {
		_, v := f.Choice("value")
		_ = json.Unmarshal(v, &n)
		break
	}
	return n
}

func (a answers) truth(name string) bool {
	for _, f := range a.all(name) {
		_, v := f.Choice("value")
		return string(v) == "true"
	}
	return false
}

func (a answers) resource(name string) []byte {
	for _, f := range a.all(name) {
		return f.Raw("resource")
	}
	return nil
}

// urn is a UUID as FHIR's uuid type wants it.
func urn(id string) string {
	if id == "" {
		return ""
	}
	return "urn:uuid:" + id
}
