package fhir

import (
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Parameters builds a FHIR Parameters resource in order.
type Parameters []Parameter

type Parameter struct {
	Name       string         `json:"name"`
	Code       string         `json:"valueCode,omitempty"`
	String     Str            `json:"valueString,omitzero"`
	UUID       string         `json:"valueUuid,omitempty"`
	Base64     []byte         `json:"valueBase64Binary,omitempty"`
	Instant    string         `json:"valueInstant,omitempty"`
	Date       string         `json:"valueDate,omitempty"`
	Boolean    *bool          `json:"valueBoolean,omitempty"`
	Identifier *Identifier    `json:"valueIdentifier,omitempty"`
	Coding     *Coding        `json:"valueCoding,omitempty"`
	Part       []Parameter    `json:"part,omitempty"`
	Resource   jsontext.Value `json:"resource,omitzero"`
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

// Marshal writes p, without what says nothing.
func (p Parameters) Marshal(op string) ([]byte, error) {
	b, err := json.Marshal(struct {
		ResourceType string      `json:"resourceType"`
		Parameter    []Parameter `json:"parameter"`
	}{"Parameters", saying(p)})
	if err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the request holds text that is not valid")
	}
	return b, nil
}

// saying are those of p that say something, parts too.
func saying(p []Parameter) []Parameter {
	kept := p[:0]
	for _, e := range p {
		e.Part = saying(e.Part)
		if e.Code+string(e.String)+e.UUID+e.Instant+e.Date != "" || len(e.Base64) > 0 || e.Boolean != nil || e.Identifier != nil || e.Coding != nil || len(e.Part) > 0 || len(e.Resource) > 0 {
			kept = append(kept, e)
		}
	}
	return kept
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

// Yes is a boolean that is said either way.
func Yes(b bool) *bool { return &b }

// Only is a boolean that is said where it is true.
func Only(b bool) *bool {
	if !b {
		return nil
	}
	return &b
}

// Answers reads a Parameters resource: each named parameter with its members.
type Answers []r4.Object

func ParseAnswers(op string, body []byte) (Answers, error) {
	f, err := r4.Parse(body)
	if err != nil || f.Text("resourceType") != "Parameters" {
		return nil, unread(op, "the centre's answer cannot be read", body)
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

// first is the value of the first parameter of a name, nil for none.
func (a Answers) first(name string) jsontext.Value {
	for _, f := range a.All(name) {
		_, v := f.Choice("value")
		return v
	}
	return nil
}

// Text is the first named parameter's value where it is a string, else "".
func (a Answers) Text(name string) string { return r4.Text(a.first(name)) }

// Time is likewise a time, zero where there is none.
func (a Answers) Time(name string) time.Time { return Moment(a.Text(name)) }

// Number is likewise a whole number, else 0.
func (a Answers) Number(name string) (n int) {
	_ = json.Unmarshal(a.first(name), &n)
	return n
}

// Truth reports that the first named parameter is true.
func (a Answers) Truth(name string) bool { return string(a.first(name)) == "true" }

// Resource is the first named parameter's resource, nil for none.
func (a Answers) Resource(name string) []byte {
	for _, f := range a.All(name) {
		return f.Raw("resource")
	}
	return nil
}

// CanonicalUUID reports a UUID in small letters with its hyphens.
func CanonicalUUID(id string) bool {
	u, err := uuid.Parse(id)
	return err == nil && u.String() == id
}

// URN is a UUID as FHIR's uuid type wants it.
func URN(id string) string {
	if id == "" {
		return ""
	}
	return "urn:uuid:" + id
}

// Notified is how the patient is told: "" where they declined notices.
func (a Answers) Notified() string {
	if n := ehrdesk.CleanLine(a.Text("notified")); n != "none" {
		return n
	}
	return ""
}

// Moment is a time as an element says it, zero where it does not.
func Moment(s string) time.Time {
	w, err := ehrdesk.ParseWhen(s)
	if err != nil {
		return time.Time{}
	}
	return w.Time
}
