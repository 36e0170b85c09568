package client

import (
	"cmp"
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/line"
)

// Accounts, professional registrations and providers end. Then nothing of this desk's
// opens, with the line or without, and a session that is open ends: its charts are
// emptied. Nothing is destroyed: what was captured waits in the outbox and goes once the
// centre takes it again, and copies have their own time.

// refused keeps what somebody was refused for, and writes it down.
func (s *Session) refused(ctx context.Context, op string, e *ehrdesk.End) error {
	s.sitting.Refused(ctx, e)
	if err := s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditSignIn, Outcome: ehrdesk.CodeDenied, Detail: "ended: " + string(e.Of)}); err != nil {
		return err
	}
	return ehrdesk.E(op, ehrdesk.CodeDenied, e)
}

// Ended is the end that keeps this session from going on, nil for none. It waits for nothing.
func (s *Session) Ended() *ehrdesk.End { return s.sitting.Heard() }

// Ends are what has ended of this person and their provider, or is to end, as the centre
// last said.
func (s *Session) Ends() []ehrdesk.End { return s.sitting.Ends() }

// stands refuses what comes after an end, empties the charts, and writes that down once.
func (s *Session) stands(ctx context.Context, op string) error {
	if p := s.sitting.Self.Known(); p.Closed { // heard while the session ran
		s.charts.BlankAll()
		return ehrdesk.E(op, ehrdesk.CodeDenied, p.Gone())
	}
	e := s.sitting.Ended()
	if e == nil {
		return nil
	}
	s.charts.BlankAll()
	if s.end.told.Swap(true) {
		return ehrdesk.E(op, ehrdesk.CodeDenied, e)
	}
	return s.refused(context.WithoutCancel(ctx), op, e)
}

// endsAt is when this session has to be looked at for an end, zero where none is known.
func (s *Session) endsAt(now time.Time) (at time.Time) {
	if s.end.told.Load() {
		return at
	}
	if s.sitting.Line.Ended() != nil {
		return now
	}
	for _, e := range s.sitting.Ends() {
		if !e.Over(now) && (at.IsZero() || e.Since.Before(at)) {
			at = e.Since
		}
	}
	return at
}

// Administers is whether this person administers their provider's accounts, as the centre
// said when they signed in; said is false where it has not.
func (s *Session) Administers() (may, said bool) { return s.sitting.Self.Administers() }

// ProviderAccounts lists the accounts of this person's provider, where they administer them.
// Errors: CodeDenied, CodeNotFound where the centre has no such list, CodeOffline.
func (s *Session) ProviderAccounts(ctx context.Context) (ehrdesk.ProviderAccounts, error) {
	defer s.sitting.Idle.Work()()
	a := as[ehrdesk.Administrator](s.centre)
	if a == nil {
		return ehrdesk.ProviderAccounts{}, fhir.NotThere("account")
	}
	return line.Ask(ctx, s.sitting.Line, line.AskWait, a.ProviderAccounts)
}

// Administer changes an account of this person's provider, and writes that down here as well.
// Errors: CodeDenied, CodeNotFound, CodeInvalid, CodeOffline.
func (s *Session) Administer(ctx context.Context, act ehrdesk.AccountAct) error {
	defer s.sitting.Idle.Work()()
	a := as[ehrdesk.Administrator](s.centre)
	if a == nil {
		return fhir.NotThere("account")
	}
	_, err := line.Ask(ctx, s.sitting.Line, line.ActWait, func(ctx context.Context) (struct{}, error) { return struct{}{}, a.Administer(ctx, act) })
	return cmp.Or(s.access.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditOperate, Outcome: ehrdesk.CodeOf(err), Detail: "account " + act.Act + " " + cmp.Or(act.Staff, act.Desk)}), err)
}
