package client

import (
	"context"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/accesslog"
	"github.com/ehrdesk/ehrdesk/client/internal/copies"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
)

// A lock is a sign-out that keeps the place (adr/0020): keys, tokens and charts
// leave memory, nothing runs behind it, and what was kept for the session alone
// stays sealed. The passphrase begins a session of its own, which takes the place of
// this one; this one is then closed.

// Lock drops this session's keys, tokens and charts once an act under way has its
// answer. Every call answers CodeLocked from then on. It does nothing twice.
func (s *Session) Lock() error {
	s.end.Lock()
	defer s.end.Unlock()
	if s.end.closed || s.end.locked {
		return nil
	}
	s.end.locked = true
	s.foresight.end()
	s.drafting.end()
	s.casing.end() // broken off, and over: none of it has keys after this
	s.acts.Stop()  // no further act is sent, and no chart opens, from here on
	s.charts.Stop()
	keepAbilities(s)
	s.sitting.Idle.Stop()
	releases := s.charts.Shelve()
	err := s.acts.Wait(func() error {
		err := s.access.Record(context.Background(), ehrdesk.AuditEvent{Action: ehrdesk.AuditSignOut, Detail: "locked"})
		s.access.SignAll(context.Background())
		s.sitting.Vault.Suspend()
		return err
	})
	s.sitting.Line.Hints.End()
	for _, end := range releases { // the token alone is left for it; what cannot be told ends by itself at the centre
		end()
	}
	s.sitting.Line.Tokens.End(s.sitting.Line.Link().State == ehrdesk.Online)
	return err
}

// Close signs out.
func (s *Session) Close() error {
	s.end.Lock()
	defer s.end.Unlock()
	if s.end.closed {
		return nil
	}
	s.end.closed = true
	s.foresight.end()
	s.drafting.end()
	s.casing.end()
	s.acts.Stop()
	open := s.charts.Stop()
	if !s.end.locked {
		keepAbilities(s)
	}
	s.sitting.Idle.Stop()
	ctx := context.Background()
	for _, c := range open {
		_ = c.Close() // closing a chart cannot fail in a way that signing out could mend
	}
	var err error
	if !s.end.locked { // else it was written with the lock, while there were keys
		err = s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditSignOut})
		s.access.SignAll(ctx)
	}
	if last := s.desk.forget(s); last && !s.end.locked { // another session may have such a copy on its screen
		if e := s.sitting.Vault.ShredSession(ctx); err == nil {
			err = e
		}
	}
	s.sitting.Line.Hints.End()
	s.sitting.Line.Tokens.End(s.sitting.Line.Link().State == ehrdesk.Online)
	s.sitting.Line.End()
	s.sitting.Vault.Lock()
	return err
}

// Resume opens again a chart that a lock put away, in the session that the same
// person began with their passphrase. It is the same access going on: the centre is
// not asked and nobody is told anew; the next sync asks. What has ended meanwhile
// stays closed.
//
// Errors: CodeConsentNeeded; CodeNotFound where the copy is gone; CodeInvalid for
// a chart of somebody else.
func (s *Session) Resume(ctx context.Context, put ehrdesk.Chart) (ehrdesk.Chart, error) {
	defer s.sitting.Idle.Work()()
	const op = "resume"
	old, ok := put.(*Chart)
	if !ok || old.PutAway() == nil || !old.Of(s.desk, s.sitting.Self.Account()) {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "this chart was not put away by this person")
	}
	if err := s.stands(ctx, op); err != nil {
		return nil, err
	}
	if err := s.copies.Tightened(ctx); err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	p := old.PutAway()
	copy, err := s.copies.Get(ctx, p.ID)
	if ehrdesk.CodeOf(err) == ehrdesk.CodeTampered {
		err = s.copies.Mend(ctx)
		if err == nil {
			err = ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "the copy was damaged and has been destroyed")
		}
	}
	if err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOf(err), err)
	}
	h, err := copies.OpenHeader(copy.Header)
	if err != nil {
		return nil, err
	}
	if !h.Consent.StateAt(line.Later(s.copies.Time(), h.Checked)).Allows() {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeConsentNeeded, "the sharing consent has ended")
	}
	if err := s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditOpen, Patient: h.Patient.ID, Purpose: p.Access.Purpose, Detail: accesslog.AfterLock}); err != nil {
		return nil, err
	}
	c, err := s.charts.Open(ctx, copy, h, p.Access)
	if ehrdesk.CodeOf(err) == ehrdesk.CodeTampered { // its list
		if err := s.copies.Spoiled(ctx, copy.ID, h.Patient.ID); err != nil {
			return nil, err
		}
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "the copy was damaged and has been destroyed")
	}
	if err != nil {
		return nil, err // not a typed nil
	}
	return c, nil
}
