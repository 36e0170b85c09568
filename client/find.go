package client

import (
	"context"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/copies"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
)

// Find asks the centre; where it cannot be asked, the desk's own copy answers
// if there is one, and the answer says so.
func (s *Session) Find(ctx context.Context, n ehrdesk.Number) (ehrdesk.Finding, error) {
	defer s.sitting.Idle.Work()()
	if n.IsZero() {
		return ehrdesk.Finding{}, ehrdesk.Errorf("find", ehrdesk.CodeInvalid, "type an HKIC number or a 12-digit eHR number")
	}
	f, err := line.Ask(ctx, s.sitting.Line, line.AskWait, func(ctx context.Context) (ehrdesk.Finding, error) { return s.centre.Find(ctx, n) })
	if line.Down(err) {
		return s.findCopy(ctx, n, err)
	}
	if e := s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditFind, Patient: f.Patient.ID, Outcome: ehrdesk.CodeOf(err)}); e != nil {
		return ehrdesk.Finding{}, e
	}
	if err != nil {
		return f, err
	}
	s.acts.Remember(f.Patient)
	return s.acts.Accept(ctx, f)
}

// findCopy answers from the desk's copy. why is the error of asking the centre.
func (s *Session) findCopy(ctx context.Context, n ehrdesk.Number, why error) (ehrdesk.Finding, error) {
	if err := s.stands(ctx, "find"); err != nil {
		return ehrdesk.Finding{}, err
	}
	if err := s.copies.Tightened(ctx); err != nil {
		if e := s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditFind, Outcome: ehrdesk.CodeOf(err)}); e != nil {
			return ehrdesk.Finding{}, e
		}
		return ehrdesk.Finding{}, ehrdesk.E("find", ehrdesk.CodeOf(err), err)
	}
	_, h, ok, err := s.copies.Of(ctx, copies.Key(n))
	if err != nil {
		return ehrdesk.Finding{}, err
	}
	if !ok {
		return ehrdesk.Finding{}, ehrdesk.Errorf("find", ehrdesk.CodeOf(why), "the central service cannot be reached, and this desk holds no copy")
	}
	h.Policy = s.copies.InForce(h.Policy)
	f := ehrdesk.Finding{Participation: ehrdesk.Registered, Patient: h.Patient.Patient(), Consent: h.Consent, Checked: h.Checked, Cached: true}
	now := line.Later(s.copies.Time(), h.Checked)
	if f.Consent.State = h.Consent.StateAt(now); f.Consent.State.Allows() && !now.Before(h.OfflineUntil()) {
		f.Consent.State = ehrdesk.ConsentUnknown
	}
	s.acts.Remember(f.Patient)
	if err := s.acts.Note(ctx, &f); err != nil {
		return ehrdesk.Finding{}, err
	}
	return f, s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditFind, Patient: f.Patient.ID, Outcome: ehrdesk.CodeOffline})
}
