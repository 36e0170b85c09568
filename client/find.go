package client

import (
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// Find asks the centre; where it cannot be asked, the desk's own copy answers
// if there is one, and the answer says so.
func (s *Session) Find(ctx context.Context, n ehrdesk.Number) (ehrdesk.Finding, error) {
	defer s.idle.work()()
	if n.IsZero() {
		return ehrdesk.Finding{}, ehrdesk.Errorf("find", ehrdesk.CodeInvalid, "type an HKIC number or a 12-digit eHR number")
	}
	ask, cancel := context.WithTimeout(ctx, askWait)
	defer cancel()
	f, err := s.centre.Find(ask, n)
	s.heard(err)
	if offline(err) {
		return s.findCopy(ctx, n, err)
	}
	if e := s.record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditFind, Patient: f.Patient.ID, Outcome: ehrdesk.CodeOf(err)}); e != nil {
		return ehrdesk.Finding{}, e
	}
	if err != nil {
		return f, err
	}
	s.rememberPatient(f.Patient)
	return s.acceptAnswer(ctx, f)
}

// acceptAnswer holds an answer of the centre's against the clock and the acts that wait
// at this desk, and brings the copy into line with it.
func (s *Session) acceptAnswer(ctx context.Context, f ehrdesk.Finding) (ehrdesk.Finding, error) {
	now := s.now()
	if f.Checked.IsZero() {
		f.Checked = now
	}
	f.Consent.State = f.Consent.StateAt(later(now, f.Checked))
	if err := s.applyPending(ctx, &f); err != nil {
		return ehrdesk.Finding{}, err
	}
	return f, s.updateCopy(ctx, f)
}

// applyPending notes on an answer what waits at this desk about the patient. Of two
// states the more restrictive counts: a withdrawal taken here ends the consent,
// a consent taken here opens nothing.
func (s *Session) applyPending(ctx context.Context, f *ehrdesk.Finding) error {
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
	return nil
}

// rememberPatient remembers for this session who was looked up last, so that an act that has
// to wait knows whom it is about.
func (s *Session) rememberPatient(p ehrdesk.Patient) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.locked {
		s.seen = p
	}
}

// lastSeen is the patient of a number where that was looked up last.
func (s *Session) lastSeen(n ehrdesk.Number) savedPatient {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen.ID != "" {
		for _, k := range keys(s.seen)[1:] {
			if k == key(n) {
				return save(s.seen)
			}
		}
	}
	return savedPatient{}
}

// knownPatient is the patient of a number as far as this desk knows without asking: looked
// up last, or kept here. An act without the line names the patient by it.
func (s *Session) knownPatient(ctx context.Context, n ehrdesk.Number) savedPatient {
	if p := s.lastSeen(n); p.ID != "" {
		return p
	}
	c, ok, err := s.lookup(ctx, key(n))
	if err != nil || !ok {
		return savedPatient{} // the act counts all the same
	}
	h, err := openHeader(c.Header)
	if err != nil {
		return savedPatient{}
	}
	return h.Patient
}

// findCopy answers from the desk's copy. why is the error of asking the centre.
func (s *Session) findCopy(ctx context.Context, n ehrdesk.Number, why error) (ehrdesk.Finding, error) {
	if err := s.tightened(ctx); err != nil {
		if e := s.record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditFind, Outcome: ehrdesk.CodeOf(err)}); e != nil {
			return ehrdesk.Finding{}, e
		}
		return ehrdesk.Finding{}, rename("find", err)
	}
	_, h, ok, err := s.copyOf(ctx, key(n))
	if err != nil {
		return ehrdesk.Finding{}, err
	}
	if !ok {
		return ehrdesk.Finding{}, ehrdesk.Errorf("find", ehrdesk.CodeOf(why), "the central service cannot be reached, and this desk holds no copy")
	}
	h.Policy = s.inForce(h.Policy)
	f := ehrdesk.Finding{Participation: ehrdesk.Registered, Patient: h.Patient.patient(), Consent: h.Consent, Checked: h.Checked, Cached: true}
	now := later(s.now(), h.Checked)
	if f.Consent.State = h.Consent.StateAt(now); f.Consent.State.Allows() && !now.Before(h.offlineUntil()) {
		f.Consent.State = ehrdesk.ConsentUnknown
	}
	s.rememberPatient(f.Patient)
	if err := s.applyPending(ctx, &f); err != nil {
		return ehrdesk.Finding{}, err
	}
	return f, s.record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditFind, Patient: f.Patient.ID, Outcome: ehrdesk.CodeOffline})
}

// updateCopy brings the copy's header into line with what the centre just said. A
// consent that has ended destroys the copy at once.
func (s *Session) updateCopy(ctx context.Context, f ehrdesk.Finding) error {
	if !f.Consent.State.Allows() {
		return s.endConsent(ctx, "id|"+f.Patient.ID, func(p ehrdesk.Patient) bool { return p.ID == f.Patient.ID })
	}
	c, h, ok, err := s.copyOf(ctx, "id|"+f.Patient.ID)
	if err != nil || !ok {
		return err
	}
	h.Patient, h.Consent, h.Checked = save(f.Patient), f.Consent, f.Checked
	return s.putHeader(ctx, &c, &h)
}

// copyOf finds a copy by one of its keys. One that holds what may not be kept any
// more is destroyed and not found, should tighten not have come to it.
func (s *Session) copyOf(ctx context.Context, key string) (c cache.Copy, h header, ok bool, err error) {
	if c, ok, err = s.lookup(ctx, key); err != nil || !ok {
		return c, h, false, err
	}
	if h, err = openHeader(c.Header); err != nil {
		return cache.Copy{}, h, false, s.spoiled(ctx, c.ID, "")
	}
	if s.inForce(h.Policy).keepsAsMuch(h) {
		return c, h, true, nil
	}
	return cache.Copy{}, header{}, false, s.shred(ctx, c.ID)
}

// putHeader writes a copy's header, keys and last day, under the policy in force.
// h.Policy is the one that the copy was kept under: where that allowed more kinds
// of record, the copy is destroyed instead. Errors: CodeNotFound for such a one.
func (s *Session) putHeader(ctx context.Context, c *cache.Copy, h *header) error {
	p := s.inForce(h.Policy)
	if !p.keepsAsMuch(*h) {
		return s.mayNotStay(ctx, c.ID)
	}
	h.Policy = p.of(*h)
	b, err := h.seal()
	if err != nil {
		return err
	}
	c.Header, c.PurgeAfter = b, h.until(h.Policy)
	*c, err = s.vault.Copies().Put(ctx, *c, keys(h.Patient.patient()))
	return err
}

// mayNotStay destroys a copy that holds what may not be kept any more, under the
// hands of whoever used it. It never gives nil.
func (s *Session) mayNotStay(ctx context.Context, id cache.PatientID) error {
	if err := s.shred(ctx, id); err != nil && ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		return err
	}
	return ehrdesk.Errorf("copy", ehrdesk.CodeNotFound, "the copy held what may not be kept at this desk any more")
}

// endConsent is the end of a consent: the copy found by a key goes, and every chart of
// the patient that lies open, with what it shows. A copy past its day is found by
// no key, and may still lie open.
func (s *Session) endConsent(ctx context.Context, key string, of func(ehrdesk.Patient) bool) error {
	ids := map[cache.PatientID]bool{}
	s.mu.Lock()
	for c := range s.charts {
		if of(c.Patient()) {
			ids[c.copyID()] = true
			c.blank()
		}
	}
	s.mu.Unlock()
	c, ok, err := s.lookup(ctx, key)
	if ok {
		ids[c.ID] = true
	}
	for id := range ids {
		if e := s.shred(ctx, id); err == nil && ehrdesk.CodeOf(e) != ehrdesk.CodeNotFound { // gone already is gone
			err = e
		}
	}
	return err
}

// shred destroys a copy and closes the charts that show it.
func (s *Session) shred(ctx context.Context, id cache.PatientID) error {
	s.mu.Lock()
	for c := range s.charts {
		if c.copyID() == id {
			c.blank()
		}
	}
	s.mu.Unlock()
	if err := s.vault.Shred(context.WithoutCancel(ctx), id); err != nil {
		return err
	}
	return s.recordLost(ctx) // of what else did not open when the keys were made anew
}

// later is the greater of the desk's clock and the centre's last word, so that
// a clock set back revives nothing.
func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
