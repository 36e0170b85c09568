package fhir

import (
	"time"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// RequestsOut is what a centre says of requests that have changed.
type RequestsOut struct {
	UpTo     string // how far the desk has read
	More     bool
	Requests []ehrdesk.Request
	Unread   int // of a later version, perhaps
}

// RequestOf reads a request of an answer, with who it is about. now is for ages of a Patient. Errors: CodeTampered.
func RequestOf(parts Answers, now time.Time) (ehrdesk.Request, error) {
	r, err := r4.ParseRequest(parts.Resource("task"))
	if err != nil {
		return r, ehrdesk.Errorf("request", ehrdesk.CodeTampered, "the centre's request cannot be read")
	}
	if raw := parts.Resource("patient"); raw != nil {
		p, err := r4.Patient(raw, now)
		if err != nil || p.ID != r.Patient.ID {
			return r, ehrdesk.Errorf("request", ehrdesk.CodeTampered, "the centre's request is about somebody else than it says")
		}
		r.Patient = p
	}
	return r, nil
}
