package rest

import (
	"encoding/base64"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Obj and List are FHIR JSON that the centre writes itself.
type (
	Obj  = map[string]any
	List = []any
)

// Extension is one of our own extensions, with a value of a type.
func Extension(name, valueType string, value any) Obj {
	return Obj{"url": ehrdesk.ExtensionPrefix + name, valueType: value}
}

// Stamp is the FHIR form of a time.
func Stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// Instant is the FHIR form of a stored instant.
func Instant(micros int64) string {
	return time.UnixMicro(micros).UTC().Format("2006-01-02T15:04:05.000000Z")
}

// OutcomeOf is the OperationOutcome of a refusal.
func OutcomeOf(f *refusal.Error) Obj {
	issue := Obj{"severity": "error", "code": issueType(f.Status), "diagnostics": f.Text}
	details := Obj{"text": f.Text}
	if f.Issue != "" {
		details["coding"] = List{Obj{"system": ehrdesk.SystemIssue, "code": f.Issue}}
	}
	issue["details"] = details
	var ext List
	if f.Tries != nil {
		ext = append(ext, Extension("tries-left", "valueInteger", *f.Tries))
	}
	if !f.Until.IsZero() {
		ext = append(ext, Extension("locked-until", "valueInstant", Stamp(f.Until)))
	}
	for _, name := range f.Fields {
		ext = append(ext, Extension("card-field", "valueCode", name))
	}
	if !f.Expected.IsZero() {
		ext = append(ext, Extension("records-expected", "valueInstant", Stamp(f.Expected)))
	}
	if f.Rule != "" {
		ext = append(ext, Extension("giver-rule", "valueCode", f.Rule))
	}
	if f.Head != "" {
		ext = append(ext, Extension("case-head", "valueString", f.Head))
	}
	if f.Vouch != "" {
		ext = append(ext, Extension("checkpoint", "valueString", f.Vouch))
	}
	if f.End != nil {
		ext = append(ext, Extension("ended-since", "valueInstant", Stamp(f.End.Since)))
		if !f.End.Until.IsZero() {
			ext = append(ext, Extension("ended-until", "valueInstant", Stamp(f.End.Until)))
		}
		if f.End.Reason != "" {
			ext = append(ext, Extension("ended-reason", "valueString", f.End.Reason))
		}
	}
	if ext != nil {
		issue["extension"] = ext
	}
	return Obj{"resourceType": "OperationOutcome", "issue": List{issue}}
}

// issueType is FHIR's own word for a refusal (value set issue-type).
func issueType(status int) string {
	switch status {
	case 400:
		return "invalid"
	case 401:
		return "login"
	case 403:
		return "forbidden"
	case 404:
		return "not-found"
	case 405:
		return "not-supported"
	case 409, 412:
		return "conflict"
	case 410:
		return "deleted"
	case 413:
		return "too-long"
	case 422:
		return "business-rule"
	case 423:
		return "lock-error"
	case 408, 504:
		return "timeout"
	case 503:
		return "transient"
	case 429:
		return "throttled"
	default:
		return "exception"
	}
}

// Param, Part and Parameters make the Parameters of an answer.
func Param(name, valueType string, value any) Obj { return Obj{"name": name, valueType: value} }

func Part(name string, parts ...any) Obj { return Obj{"name": name, "part": List(parts)} }

func Parameters(p ...any) Obj { return Obj{"resourceType": "Parameters", "parameter": List(p)} }

// parametersIn is a Parameters resource as an operation takes it. Members it does not
// know are passed over; a member named twice is refused.
type parametersIn struct {
	ResourceType string `json:"resourceType"`
	Parameter    Input  `json:"parameter"`
}

// Input is the parameters of an operation.
type Input []Parameter

type Parameter struct {
	Name              string         `json:"name"`
	ValueString       string         `json:"valueString"`
	ValueCode         string         `json:"valueCode"`
	ValueUUID         string         `json:"valueUuid"`
	ValueInstant      string         `json:"valueInstant"`
	ValueDate         string         `json:"valueDate"`
	ValueBase64Binary string         `json:"valueBase64Binary"`
	ValueBoolean      bool           `json:"valueBoolean"`
	Part              Input          `json:"part"`
	Resource          jsontext.Value `json:"resource"`
	ValueIdentifier   struct {
		System string `json:"system"`
		Value  string `json:"value"`
	} `json:"valueIdentifier"`
}

// Bytes are those of a base64Binary, nil where there is none. Errors: 422 for what is none, or of more than so many.
func (p Parameter) Bytes(most int) ([]byte, error) {
	if p.ValueBase64Binary == "" {
		return nil, nil
	}
	b, err := base64.StdEncoding.DecodeString(p.ValueBase64Binary)
	if err != nil || len(b) > most {
		return nil, refusal.Invalid("What was sent is too long, or no base64.")
	}
	return b, nil
}

func (l Input) Get(name string) Parameter {
	for _, p := range l {
		if p.Name == name {
			return p
		}
	}
	return Parameter{}
}

// MaxInput is what the parameters of most operations may have, in bytes.
const MaxInput = 256 << 10

// Request is the act that parameters name by their requestId, a UUID. Errors: 422.
func (l Input) Request() (string, error) {
	u, err := uuid.Parse(l.Get("requestId").ValueUUID)
	if err != nil {
		return "", refusal.Invalid("An act needs a requestId, a UUID.")
	}
	return u.String(), nil
}

// ReadInput takes the parameters that an operation is called with, of at most so many bytes.
// Errors: 4xx.
func ReadInput(w http.ResponseWriter, r *http.Request, limit int64) (Input, error) {
	body, err := Body(w, r, limit)
	if err != nil {
		return nil, err
	}
	return ParseInput(body)
}

// ParseInput reads a Parameters resource. Errors: 400.
func ParseInput(body []byte) (Input, error) {
	var in parametersIn
	if err := jsonv2.Unmarshal(body, &in); err != nil {
		return nil, refusal.Malformed("The body is no Parameters resource.")
	}
	if in.ResourceType != "Parameters" {
		return nil, refusal.Malformed("The body is no Parameters resource.")
	}
	return in.Parameter, nil
}
