package client

import (
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/copies"
)

// Journal gives the access log's entries as they are sealed, for the canary.
func (s *Session) Journal(ctx context.Context, fn func(payload []byte) error) error {
	return s.sitting.Vault.AccessLog().Entries(ctx, 1, func(e cache.AuditEntry) error { return fn(e.Payload) })
}

// Bearer is the session's token and base, for the benchmark's naive loop.
func (s *Session) Bearer(ctx context.Context) (token fhir.Token, base string, err error) {
	token, err = s.sitting.Line.Tokens.Token(ctx)
	if err != nil {
		return fhir.Token{}, "", err
	}
	base, err = s.desk.Central(ctx, s.Account().Staff)
	return token, base, err
}

// Rest is what the desk does when it is idle.
func (s *Session) Rest(ctx context.Context) { rest(ctx, s) }

// Idle calls f when the session has been idle for a while.
func (s *Session) Idle(after time.Duration, f func(context.Context)) { s.sitting.Idle.Do(after, f) }

// Key is what a copy is looked up by.
func Key(n ehrdesk.Number) string { return copies.Key(n) }

// Told is the centre's word with a token whose copies could not be brought under it.
func (s *Session) Told(p fhir.CachePolicy) { s.copies.Obey(p) }

// SaidOf are the records of a copy of which it is kept what they say.
func (s *Session) SaidOf(ctx context.Context, n ehrdesk.Number) (out []ehrdesk.Ref) {
	c, _, _ := s.copies.Lookup(ctx, copies.Key(n))
	_ = s.copies.Said(ctx, c.ID, func(x cache.Said) error { out = append(out, x.Ref); return nil })
	return out
}

// HoldTexts lets charts hold so many bytes of text.
func (s *Session) HoldTexts(bytes int) { s.charts.HoldTexts(bytes) }

// KeptLists are the desk's own lists, as whoever is signed in can read them.
func KeptLists(s *Session) cache.Worklists { return s.sitting.Vault.Worklists() }
