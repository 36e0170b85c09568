package client

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// Poll sends what waits for the line, finds out what became of acts of unknown
// outcome, and asks about every consent that waits for the patient. What fails
// about one patient holds up no other: the first error is given when all is done.
func (s *Session) Poll(ctx context.Context) ([]ehrdesk.Task, error) {
	changed, err := s.resolveActs(ctx)
	if s.unreachable(ctx, err) {
		return changed, err
	}
	_, delivered, e := s.deliver(ctx)
	changed, err = append(changed, delivered...), cmp.Or(err, e)
	if s.unreachable(ctx, e) {
		return changed, err
	}
	kept, e := s.keptTasks(ctx)
	if e != nil {
		return changed, cmp.Or(err, e)
	}
	for _, t := range kept {
		if t.Kind != ehrdesk.TaskWait || t.State != ehrdesk.TaskOpen {
			continue
		}
		now, e := s.awaited(ctx, t)
		err = cmp.Or(err, e)
		switch {
		case s.unreachable(ctx, e):
			return changed, err
		case e == nil && now.State != t.State:
			changed = append(changed, now)
		}
	}
	return changed, err
}

// unreachable reports an error that everything else of a round would meet as well:
// the line is down, the session is over, or nobody waits any more. What the centre
// answers, if only by an error, is about one thing alone.
func (s *Session) unreachable(ctx context.Context, err error) bool {
	switch ehrdesk.CodeOf(err) {
	case "":
		return false
	case ehrdesk.CodeOffline, ehrdesk.CodeNotSignedIn, ehrdesk.CodeLocked:
		return true
	case ehrdesk.CodeTimeout:
		return !errors.Is(err, fhir.ErrOutcomeUnknown)
	}
	return ctx.Err() != nil || s.isLocked()
}

// awaited asks how a consent that waits for the patient stands. The look-up that
// began the wait is in the access log, and so is its end; the asking in between
// is not, which would bury both.
func (s *Session) awaited(ctx context.Context, t ehrdesk.Task) (ehrdesk.Task, error) {
	ask, cancel := context.WithTimeout(ctx, askWait)
	defer cancel()
	f, err := s.centre.Find(ask, t.Number)
	s.heard(err)
	switch ehrdesk.CodeOf(err) {
	case "":
		if f, err = s.acceptAnswer(ctx, f); err != nil {
			return t, err
		}
	case ehrdesk.CodeNotFound:
		f.Participation = ehrdesk.NotRegistered
	default:
		return t, err
	}
	t.Participation, t.Consent, t.Checked = f.Participation, f.Consent, f.Checked
	if f.Patient.ID != "" {
		t.Patient = f.Patient
	}
	if f.Consent.State.Allows() || f.Participation != ehrdesk.Registered {
		t.State = ehrdesk.TaskEnded
		if f.Consent.State.Allows() {
			t.Reference, t.Channel, t.At = f.Consent.ID, f.Consent.Channel, s.desk.opt.Now()
		}
		if err := s.record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditFind, Patient: f.Patient.ID, Detail: "a consent that was waited for"}); err != nil {
			return t, err
		}
	}
	return t, s.putTask(ctx, t)
}

// Endings asks the centre for the consents that run out within a time.
func (s *Session) Endings(ctx context.Context, within time.Duration) ([]ehrdesk.Ending, error) {
	c, err := optional[registrar]("endings", s.centre)
	if err != nil {
		return nil, err
	}
	ask, cancel := context.WithTimeout(ctx, askWait)
	defer cancel()
	out, err := c.Endings(ask, within)
	s.heard(err)
	return out, err
}

// Registration asks what a participant has registered with.
func (s *Session) Registration(ctx context.Context, n ehrdesk.Number) (ehrdesk.Registration, error) {
	if n.IsZero() {
		return ehrdesk.Registration{}, ehrdesk.Errorf("registration", ehrdesk.CodeInvalid, "whose registration it is, is missing")
	}
	c, err := optional[registrar]("registration", s.centre)
	if err != nil {
		return ehrdesk.Registration{}, err
	}
	ask, cancel := context.WithTimeout(ctx, askWait)
	defer cancel()
	r, err := c.Registration(ask, n)
	s.heard(err)
	r.Contact.Language = noticeLanguage(r.Contact.Language)
	if e := s.record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditFind, Patient: r.Patient.ID, Outcome: ehrdesk.CodeOf(err), Detail: "registration data"}); e != nil && err == nil {
		err = e
	}
	return r, err
}

// noticeLanguage is one of the three that notices are in, for a language as
// registered (BCP 47).
func noticeLanguage(tag string) string {
	switch tag = strings.ToLower(tag); {
	case strings.HasPrefix(tag, "en"):
		return "en"
	case strings.Contains(tag, "hans"), tag == "zh-cn", tag == "zh-sg":
		return "zh-Hans"
	}
	return "zh-Hant"
}
