package client

import (
	"cmp"
	"context"
	"slices"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// AccessLog is the access log for the screen, newest first.
func (s *Session) AccessLog(ctx context.Context) ([]ehrdesk.LogEntry, error) {
	if err := s.LogUsed(ctx, "screen"); err != nil {
		return nil, err
	}
	_, broken := s.VerifyLog(ctx)
	if broken != nil && ehrdesk.CodeOf(broken) != ehrdesk.CodeTampered {
		return nil, broken
	}
	var out []ehrdesk.LogEntry
	err := s.EachAccess(ctx, func(seq int64, e ehrdesk.AuditEvent) error {
		out = append(out, ehrdesk.LogEntry{Seq: seq, AuditEvent: e})
		return ctx.Err()
	})
	slices.Reverse(out)
	return out, cmp.Or(err, broken)
}

// LogUsed writes down that the access log is about to be read, and how.
func (s *Session) LogUsed(ctx context.Context, how string) error {
	return s.record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditLog, Detail: how})
}

// VerifyLog checks the access log as Desk.VerifyLogs does.
func (s *Session) VerifyLog(ctx context.Context) (LogState, error) { return verifyLog(ctx, s.store) }

// EachAccess gives the access events, oldest first; where one is sealed to others
// or damaged, what stands in its place.
func (s *Session) EachAccess(ctx context.Context, fn func(seq int64, e ehrdesk.AuditEvent) error) error {
	return s.vault.AccessLog().Entries(ctx, 1, func(a cache.AuditEntry) error {
		var e ehrdesk.AuditEvent
		switch {
		case a.State == cache.EntrySealed:
			e = ehrdesk.AuditEvent{Action: ehrdesk.AuditSealed}
		case a.State == cache.EntryDamaged, json.Unmarshal(a.Payload, &e) != nil:
			e = ehrdesk.AuditEvent{At: a.At, Action: ehrdesk.AuditDamaged, Outcome: ehrdesk.CodeTampered}
		}
		return fn(a.Seq, e)
	})
}
