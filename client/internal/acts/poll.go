package acts

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
)

// Poll sends what waits for the line, finds out what became of acts of unknown
// outcome, brings the list into step with the provider's other desks, and asks about every
// consent that waits for the patient, of those that began at this desk. What fails
// about one patient holds up no other: the first error is given when all is done.
func (s *Acts) Poll(ctx context.Context) ([]ehrdesk.Task, error) {
	changed, err := s.Resolve(ctx)
	if s.Unreachable(ctx, err) {
		return changed, err
	}
	_, delivered, e := s.Send(ctx)
	changed, err = append(changed, delivered...), cmp.Or(err, e)
	if s.Unreachable(ctx, e) {
		return changed, err
	}
	_, e = s.Share(ctx)
	err = cmp.Or(err, e)
	if s.Unreachable(ctx, e) {
		return changed, err
	}
	kept, e := s.records(ctx)
	if e != nil {
		return changed, cmp.Or(err, e)
	}
	for _, id := range kept.ids {
		r := kept.of(id)
		t := r.task(id)
		if t.Kind != ehrdesk.TaskWait || t.State != ehrdesk.TaskOpen || r.gone() || !s.asks(r, t) {
			continue
		}
		now, e := s.awaited(ctx, t)
		err = cmp.Or(err, e)
		switch {
		case s.Unreachable(ctx, e):
			return changed, err
		case e == nil && now.State != t.State:
			changed = append(changed, now)
		}
	}
	return changed, err
}

// How long the desk at which a wait began has said nothing of it before others ask, and how often.
const (
	waitLeft  = time.Hour
	waitOften = 10 * time.Minute
)

// asks reports whether this desk asks about a wait: one that began here, and now and then one of a
// desk that may be gone.
func (d *day) asks(r *taskRecord, t ehrdesk.Task) bool {
	began, now := r.line().Booked.Stamp, d.now()
	return d.share.Mine(began) || now.Sub(began.At) > waitLeft && now.Sub(t.Checked) > waitOften
}

// awaited asks how a consent that waits for the patient stands. The look-up that
// began the wait is in the access log, and so is its end; the asking in between
// is not, which would bury both.
func (s *Acts) awaited(ctx context.Context, t ehrdesk.Task) (ehrdesk.Task, error) {
	f, err := line.Ask(ctx, s.Line, line.AskWait, func(ctx context.Context) (ehrdesk.Finding, error) { return s.centre.Find(ctx, t.Number) })
	switch ehrdesk.CodeOf(err) {
	case "":
		if f, err = s.Accept(ctx, f); err != nil {
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
	if f.Consent.State.Allows() || !f.Participation.Sharing() {
		t.State = ehrdesk.TaskEnded
		if f.Consent.State.Allows() {
			t.Reference, t.Channel, t.At = ehrdesk.ShortReference(f.Consent.ID), f.Consent.Channel, s.Now()
		}
		if err := s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditFind, Patient: f.Patient.ID, Detail: "a consent that was waited for"}); err != nil {
			return t, err
		}
	}
	if err := s.day.stands(ctx, t, f); err != nil {
		return t, err
	}
	return t, s.day.again(ctx, t) // somebody may have taken it off meanwhile
}

// stands brings the other lines of somebody who was asked about into step with the answer.
func (d *day) stands(ctx context.Context, asked ehrdesk.Task, f ehrdesk.Finding) error {
	kept, err := d.kept(ctx)
	if err != nil {
		return err
	}
	for _, t := range kept {
		same := t.Number == asked.Number || f.Patient.ID != "" && t.Patient.ID == f.Patient.ID
		if t.Kind != ehrdesk.TaskArrival || !same || t.Participation == f.Participation && t.Consent.ID == f.Consent.ID && t.Consent.State == f.Consent.State {
			continue
		}
		t.Participation, t.Consent, t.Checked = f.Participation, f.Consent, f.Checked
		if f.Patient.ID != "" {
			t.Patient = f.Patient
		}
		if err := d.put(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// Endings asks the centre for the consents that run out within a time.
func (s *Acts) Endings(ctx context.Context, within time.Duration) ([]ehrdesk.Ending, error) {
	if s.registrar == nil {
		return nil, fhir.NotThere("endings")
	}
	return line.Ask(ctx, s.Line, line.AskWait, func(ctx context.Context) ([]ehrdesk.Ending, error) { return s.registrar.Endings(ctx, within) })
}

// Registration asks what a participant has registered with.
func (s *Acts) Registration(ctx context.Context, n ehrdesk.Number) (ehrdesk.Registration, error) {
	if n.IsZero() {
		return ehrdesk.Registration{}, ehrdesk.Errorf("registration", ehrdesk.CodeInvalid, "whose registration it is, is missing")
	}
	if s.registrar == nil {
		return ehrdesk.Registration{}, fhir.NotThere("registration")
	}
	r, err := line.Ask(ctx, s.Line, line.AskWait, func(ctx context.Context) (ehrdesk.Registration, error) { return s.registrar.Registration(ctx, n) })
	r.Contact.Language = noticeLanguage(r.Contact.Language)
	if e := s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditFind, Patient: r.Patient.ID, Outcome: ehrdesk.CodeOf(err), Detail: "registration data"}); e != nil && err == nil {
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

// Accept holds an answer of the centre's against the clock and the acts that wait
// at this desk, and brings the copy into line with it.
func (s *Acts) Accept(ctx context.Context, f ehrdesk.Finding) (ehrdesk.Finding, error) {
	now := s.copies.Time()
	if f.Checked.IsZero() {
		f.Checked = now
	}
	f.Consent.State = f.Consent.StateAt(line.Later(now, f.Checked))
	if err := s.Note(ctx, &f); err != nil {
		return ehrdesk.Finding{}, err
	}
	if !f.Consent.State.Allows() {
		if err := AtDoor(s).Ended(ctx, func(p ehrdesk.Patient) bool { return f.Patient.ID != "" && p.ID == f.Patient.ID }); err != nil {
			return ehrdesk.Finding{}, err
		}
	}
	return f, s.copies.Update(ctx, f)
}

// Note puts on an answer what waits at this desk about the patient. Of two
// states the more restrictive counts: a withdrawal taken here ends the consent,
// a consent taken here opens nothing.
func (s *Acts) Note(ctx context.Context, f *ehrdesk.Finding) error {
	waiting, err := s.actsWaiting(ctx)
	if err != nil {
		return err
	}
	for _, a := range waiting {
		if !a.about(f.Patient, f.Patient.Number()) {
			continue
		}
		if f.Waiting != ehrdesk.AuditRevoke {
			f.Waiting = a.Op
		}
		if a.Op == ehrdesk.AuditRevoke && f.Consent.State == ehrdesk.ConsentActive {
			f.Consent.State, f.Consent.Ended = ehrdesk.ConsentWithdrawn, a.At
		}
	}
	if f.Waiting != "" {
		return nil
	}
	held, err := s.second.waiting(ctx)
	for _, a := range held {
		if a.about(f.Patient, f.Patient.Number()) {
			f.Waiting, f.Second = a.Op, true
		}
	}
	return err
}
