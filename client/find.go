package client

import (
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/copies"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
	"github.com/ehrdesk/ehrdesk/client/internal/person"
)

// Find asks the centre; where it cannot be asked, the desk's own copy answers
// if there is one, and the answer says so.
func (s *Session) Find(ctx context.Context, n ehrdesk.Number) (ehrdesk.Finding, error) {
	defer s.sitting.Idle.Work()()
	return s.find(ctx, n, time.Now().Add(s.sitting.Line.Patience()))
}

// find is Find. Where a copy can be shown it waits for the centre until a moment; what the
// centre answers later still counts: a consent that has ended destroys the copy.
func (s *Session) find(ctx context.Context, n ehrdesk.Number, until time.Time) (ehrdesk.Finding, error) {
	if n.IsZero() {
		return ehrdesk.Finding{}, ehrdesk.Errorf("find", ehrdesk.CodeInvalid, "type an HKIC number or a 12-digit eHR number")
	}
	ask := func(ctx context.Context) (ehrdesk.Finding, error) { return s.centre.Find(ctx, n) }
	shows, err := s.shows(ctx, n)
	if err != nil {
		return ehrdesk.Finding{}, err
	}
	var f ehrdesk.Finding
	if shows {
		f, err = line.AskOrShow(ctx, s.sitting.Line, until, ask, func(f ehrdesk.Finding, err error) {
			if err == nil {
				_, err = s.acts.Accept(context.WithoutCancel(ctx), f)
			}
			if err != nil && !line.Unusable(err) {
				s.desk.opt.Log.Warn("a late answer not taken", "code", string(ehrdesk.CodeOf(err)))
			}
		})
	} else {
		f, err = line.Ask(ctx, s.sitting.Line, line.AskWait, ask)
	}
	if line.Unusable(err) {
		return s.findCopy(ctx, n, err)
	}
	if e := s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditFind, Patient: f.Patient.ID, Outcome: ehrdesk.CodeOf(err)}); e != nil {
		return ehrdesk.Finding{}, e
	}
	if err != nil {
		return f, err
	}
	s.sitting.Self.Amend(ctx, func(p *person.Person) { p.NoDeposit, p.NoView = f.NoDeposit, f.NoView })
	s.acts.Remember(f)
	return s.acts.Accept(ctx, f)
}

// kept is what the desk's copy says of a patient, as far as policy lets it be opened now.
func (s *Session) kept(ctx context.Context, n ehrdesk.Number) (f ehrdesk.Finding, ok bool, err error) {
	_, h, ok, err := s.copies.Of(ctx, copies.Key(n))
	if err != nil || !ok {
		return f, false, err
	}
	h.Policy = s.copies.InForce(h.Policy)
	f = ehrdesk.Finding{Participation: h.Participation(), Patient: h.Patient.Patient(), Consent: h.Consent, Checked: h.Checked, Cached: true}
	said := s.sitting.Self.Known()
	f.NoDeposit, f.NoView = said.NoDeposit, said.NoView
	now := line.Later(s.copies.Time(), h.Checked)
	if f.Consent.State = h.Consent.StateAt(now); f.Consent.State.Allows() && !now.Before(h.OfflineUntil()) {
		f.Consent.State = ehrdesk.ConsentUnknown
	}
	return f, true, nil
}

// shows reports whether there is a copy that opens without the centre.
func (s *Session) shows(ctx context.Context, n ehrdesk.Number) (bool, error) {
	f, ok, err := s.kept(ctx, n)
	return ok && f.Consent.State.Allows(), err
}

// noCopy is what stands on the line where there is no copy to show either.
type noCopy struct{ why ehrdesk.LineTrouble }

func (n *noCopy) Error() string { return n.why.Error() + ", and this desk holds no copy" }

func (n *noCopy) Unwrap() error { return n.why }

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
	f, ok, err := s.kept(ctx, n)
	if err != nil {
		return ehrdesk.Finding{}, err
	}
	if !ok {
		return ehrdesk.Finding{}, ehrdesk.E("find", ehrdesk.CodeOf(why), &noCopy{ehrdesk.TroubleOf(why)})
	}
	s.acts.Remember(f)
	if err := s.acts.Note(ctx, &f); err != nil {
		return ehrdesk.Finding{}, err
	}
	return f, s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditFind, Patient: f.Patient.ID, Outcome: ehrdesk.CodeOffline})
}
