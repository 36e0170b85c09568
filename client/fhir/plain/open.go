package plain

import (
	"context"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// Open reads the patient's consents anew and gives leave where they do. The access is on
// record before anything is shown: at the server where that takes access events, else in
// this desk's own log alone, and then the decision names no event. The patient is told of
// nothing, and nothing is counted. Errors: CodeConsentNeeded, CodeTampered, CodeOffline,
// CodeTimeout.
func (c *Centre) Open(ctx context.Context, patient string, purpose ehrdesk.Purpose, reason string) (fhir.Decision, error) {
	const op = "open"
	con, _, at, err := c.consents(ctx, op, person{ehrdesk.Patient{ID: patient}, []string{patient}})
	if err != nil {
		return fhir.Decision{}, err
	}
	if !con.State.Allows() {
		return fhir.Decision{}, ehrdesk.Errorf(op, ehrdesk.CodeConsentNeeded, "no sharing consent to this provider")
	}
	d := fhir.Decision{Consent: con, At: at, Notified: ehrdesk.NotifiedUnknown}
	e := ehrdesk.AuditEvent{ID: uuid.NewString(), At: at, Action: ehrdesk.AuditOpen, Staff: c.who.Staff, Role: c.who.Role, Patient: patient, Purpose: purpose, Reason: reason}
	kept, err := c.audit(ctx, op, e)
	if err != nil {
		return fhir.Decision{}, err
	}
	if kept {
		d.Access = e.ID
	}
	for _, k := range ehrdesk.Kinds() {
		d.Kinds = append(d.Kinds, fhir.KindAccess{Kind: k, Access: ehrdesk.AccessOf(c.who.Role, k)})
	}
	return d, nil
}
