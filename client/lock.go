package client

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// A lock is a sign-out that keeps the place (adr/0020): keys, tokens and charts
// leave memory, nothing runs behind it, and what was kept for the session alone
// stays sealed. The passphrase begins a session of its own, which takes the place of
// this one; this one is then closed.

// place is what a lock keeps of a chart: enough to open it again, and nothing that
// names the patient. ID is this desk's own and random.
type place struct {
	id       cache.PatientID
	purpose  ehrdesk.Purpose
	kinds    []fhir.KindAccess // nil: the centre was not asked
	cached   bool
	expected time.Time
}

// Lock drops this session's keys, tokens and charts once an act under way has its
// answer. Every call answers CodeLocked from then on. It does nothing twice.
func (s *Session) Lock() error {
	s.ending.Lock()
	defer s.ending.Unlock()
	s.mu.Lock()
	if s.closed || s.locked {
		s.mu.Unlock()
		return nil
	}
	s.locked = true // no chart opens, and no further act is sent, from here on
	s.seen = ehrdesk.Patient{}
	open := slices.Collect(maps.Keys(s.charts))
	s.mu.Unlock()
	s.idle.stop()
	var releases []shown
	for _, c := range open {
		if r := c.Released(); r.ID != "" {
			releases = append(releases, shown{c.Patient().ID, r.ID})
		}
		c.shelve()
	}
	for _, c := range open {
		c.reading.wait()
	}
	s.acting.Lock() // an act that was sent is kept with its answer
	err := s.record(context.Background(), ehrdesk.AuditEvent{Action: ehrdesk.AuditSignOut, Detail: "locked"})
	s.signAll(context.Background())
	s.vault.Suspend()
	s.acting.Unlock()
	s.endHints()
	for _, r := range releases { // the token alone is left for it; what cannot be told ends by itself at the centre
		ctx, cancel := context.WithTimeout(context.Background(), askWait)
		if at, err := optional[releaser]("release.end", s.centre); err == nil {
			_ = at.EndRelease(ctx, r.patient, r.id)
		}
		cancel()
	}
	s.tokens.forget()
	return err
}

// shown is a release that ends with the lock.
type shown struct{ patient, id string }

// isLocked reports whether the session has been locked, or is about to be.
func (s *Session) isLocked() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.locked
}

var errLocked = ehrdesk.Errorf("session", ehrdesk.CodeLocked, "the desk is locked")

// shelve empties a chart and keeps its place.
func (c *Chart) shelve() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return
	}
	kinds := slices.Collect(maps.Values(c.kinds))
	if c.cached && len(c.head.Held) == 0 {
		kinds = nil
	}
	c.place = &place{id: c.copy.ID, purpose: c.purpose, kinds: kinds, cached: c.cached, expected: c.expected}
	clear(c.copy.Header)
	c.ended, c.view, c.head, c.copy = true, &view{}, header{}, cache.Copy{ID: c.copy.ID}
	c.released.forget()
	c.released = nil
	c.memoryOnly.forget()
	c.reading.cancel()
	c.texts.forget()
}

// Resume opens again a chart that a lock put away, in the session that the same
// person began with their passphrase. It is the same access going on: the centre is
// not asked and nobody is told anew; the next sync asks. What has ended meanwhile
// stays closed.
//
// Errors: CodeConsentNeeded; CodeNotFound where the copy is gone; CodeInvalid for
// a chart of somebody else.
func (s *Session) Resume(ctx context.Context, put ehrdesk.Chart) (ehrdesk.Chart, error) {
	defer s.idle.work()()
	const op = "resume"
	old, ok := put.(*Chart)
	if !ok || old.put() == nil || old.s.desk != s.desk || !same(old.s.Account(), s.Account()) || old.role != s.Account().Role {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "this chart was not put away by this person")
	}
	if err := s.tightened(ctx); err != nil {
		return nil, rename(op, err)
	}
	p := old.put()
	copy, err := s.vault.Copies().Get(ctx, p.id)
	if ehrdesk.CodeOf(err) == ehrdesk.CodeTampered {
		err = s.mend(ctx)
		if err == nil {
			err = ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "the copy was damaged and has been destroyed")
		}
	}
	if err != nil {
		return nil, rename(op, err)
	}
	h, err := openHeader(copy.Header)
	if err != nil {
		return nil, err
	}
	if !h.Consent.StateAt(later(s.now(), h.Checked)).Allows() {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeConsentNeeded, "the sharing consent has ended")
	}
	if err := s.record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditOpen, Patient: h.Patient.ID, Purpose: p.purpose, Detail: "goes on after a lock"}); err != nil {
		return nil, err
	}
	c, err := s.chart(ctx, copy, h, p.kinds, p.cached)
	if ehrdesk.CodeOf(err) == ehrdesk.CodeTampered { // its list
		if err := s.spoiled(ctx, copy.ID, h.Patient.ID); err != nil {
			return nil, err
		}
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "the copy was damaged and has been destroyed")
	}
	if err != nil {
		return nil, err
	}
	c.purpose, c.expected = p.purpose, p.expected
	return c, nil
}

func (c *Chart) put() *place {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.place
}

// same reports whether two accounts are one person's at one provider.
func same(a, b ehrdesk.Account) bool { return a.Staff == b.Staff && a.Provider == b.Provider }
