package accesslog

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/person"
)

// MayRead writes down that the access log is about to be read, and how, and refuses the front
// desk, which opens nothing, the accesses of others that it asks for by name: that is written
// down too. Errors: CodeDenied.
func (l *Log) MayRead(ctx context.Context, how string, f ehrdesk.LogFilter) error {
	if a := l.Self.Account(); a.Role == ehrdesk.FrontDesk && f.By != "" && f.By != a.Staff {
		return l.refuse(ctx, "audit."+how, how)
	}
	return l.LogUsed(ctx, how)
}

// refuse writes down that somebody asked for what only a security officer reads.
func (l *Log) refuse(ctx context.Context, op, what string) error {
	err := l.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditLog, Detail: what, Outcome: ehrdesk.CodeDenied})
	return cmp.Or(err, error(ehrdesk.Errorf(op, ehrdesk.CodeDenied, "the accesses of others are for a security officer")))
}

// EachMeant is EachAccess of the entries that a filter leaves, and of which the front desk
// sees its own, as whoever is signed in may see them. What cannot be read is there for everybody.
func (l *Log) EachMeant(ctx context.Context, f ehrdesk.LogFilter, fn func(seq int64, e ehrdesk.AuditEvent) error) error {
	if a := l.Self.Account(); a.Role == ehrdesk.FrontDesk {
		f.By = a.Staff
	}
	me := l.Self.Account()
	return l.EachAccess(ctx, func(seq int64, e ehrdesk.AuditEvent) error {
		if e = e.SeenBy(me); !f.Fits(&e) { // what is not shown is not found either
			return ctx.Err()
		}
		return fn(seq, e)
	})
}

// AccessLog is the access log for the screen, newest first.
func (l *Log) AccessLog(ctx context.Context) ([]ehrdesk.LogEntry, error) {
	if err := l.MayRead(ctx, "screen", ehrdesk.LogFilter{}); err != nil {
		return nil, err
	}
	_, broken := l.VerifyLog(ctx)
	if broken != nil && ehrdesk.CodeOf(broken) != ehrdesk.CodeTampered {
		return nil, broken
	}
	var out []ehrdesk.LogEntry
	err := l.EachMeant(ctx, ehrdesk.LogFilter{}, func(seq int64, e ehrdesk.AuditEvent) error {
		out = append(out, ehrdesk.LogEntry{Seq: seq, AuditEvent: e})
		return ctx.Err()
	})
	slices.Reverse(out)
	return out, cmp.Or(err, broken)
}

// LogUsed writes down that the access log is about to be read, and how.
func (l *Log) LogUsed(ctx context.Context, how string) error {
	return l.Record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditLog, Detail: how})
}

// VerifyLog checks the access log as Desk.VerifyLogs does.
func (l *Log) VerifyLog(ctx context.Context) (State, error) { return Verify(ctx, l.Store) }

// EachAccess gives the access events, oldest first; where one is sealed to others
// or damaged, what stands in its place.
func (l *Log) EachAccess(ctx context.Context, fn func(seq int64, e ehrdesk.AuditEvent) error) error {
	return l.log.Entries(ctx, 1, func(a cache.AuditEntry) error {
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

// State is an access log that was found unbroken.
type State struct {
	Entries   int64
	Head      []byte
	Vouched   int64 // entries that the centre has vouched for; 0 for none
	VouchedAt time.Time
	Signed    int64 // entries that this desk has signed
}

// Verify checks a log's chain, the signatures under it, and that it is as long
// as the rest of the store remembers it. The keys are those that stand beside the
// people's names: who could change them is found out when that person next signs in.
// Errors: CodeTampered, naming the entry.
func Verify(ctx context.Context, s *cache.Store) (l State, err error) {
	all, err := s.Checkpoints(ctx)
	if err != nil {
		return l, err
	}
	at := map[int64][]byte{}
	for _, c := range all {
		at[c.N] = nil
	}
	l.Entries, l.Head, err = s.WalkAudit(ctx, func(n int64, head []byte) {
		if _, ok := at[n]; ok {
			at[n] = head
		}
	})
	if err != nil {
		return l, err
	}
	crew := person.Of(s)
	for _, c := range all {
		if err := l.take(c, s.Install(), at[c.N], crew); err != nil {
			return l, err
		}
	}
	if n := s.Remembered(); slices.Contains(s.RollbackDetected(), cache.StaleJournal) {
		return l, ehrdesk.Errorf("cache.audit.verify", ehrdesk.CodeTampered, "the log is of an earlier day: this desk remembers %d entries, and other ones than the %d there are", n, l.Entries)
	}
	return l, nil
}

// take holds one checkpoint against the chain, whose hash there is head: nil
// where the log is shorter.
func (l *State) take(c cache.Checkpoint, log string, head []byte, crew []person.Person) error {
	bad := func(format string, n int64) error {
		return ehrdesk.Errorf("cache.audit.verify", ehrdesk.CodeTampered, format, n)
	}
	is := func(v fhir.Vouch) bool { return v.Log == log && v.N == c.N && bytes.Equal(v.Head, c.Head) }
	if c.Vouched != "" {
		v, ok := vouchOf(c.Vouched, crew)
		switch {
		case !ok:
			return bad("the central service's signature at entry %d does not hold", c.N)
		case !is(v):
			return bad("the signed checkpoint at entry %d is of something else", c.N)
		case head == nil:
			return bad("the log was cut at its end: the central service has vouched for %d entries", c.N)
		case !bytes.Equal(head, c.Head):
			return bad("the log was cut and continued: the central service has vouched for another entry %d", c.N)
		}
		l.Vouched, l.VouchedAt = c.N, v.At
	}
	if c.Signed == "" {
		return nil
	}
	for _, p := range crew {
		if p.DeskKey == nil {
			continue
		}
		v, err := fhir.OpenCheckpoint(c.Signed, *p.DeskKey)
		if err != nil || v.Client != p.ClientID {
			continue
		}
		if !is(v) || !bytes.Equal(head, c.Head) {
			return bad("this desk has signed another log at entry %d", c.N)
		}
		l.Signed = c.N
		return nil
	}
	return nil // signed by somebody who is not enrolled here any more
}

// vouchOf opens what a centre signed with the keys that people know it by.
func vouchOf(signed string, crew []person.Person) (fhir.Vouch, bool) {
	for _, p := range crew {
		if v, err := fhir.OpenVouch(signed, p.Centre); err == nil {
			return v, true
		}
	}
	return fhir.Vouch{}, false
}
