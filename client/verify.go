package client

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// LogState is an access log that was found unbroken.
type LogState struct {
	Entries   int64
	Head      []byte
	Vouched   int64 // entries that the centre has vouched for; 0 for none
	VouchedAt time.Time
	Signed    int64 // entries that this desk has signed
}

// VerifyLogs checks every provider's access log on this desk, its chain and its
// signatures, and calls each; nobody has to be signed in. The keys are those
// that stand beside the people's names: who could change them is found out when
// that person next signs in.
//
// Errors: CodeTampered, naming the provider and the entry, and whatever kept a
// provider's store from opening: of the others each is told first.
func (d *Desk) VerifyLogs(ctx context.Context, each func(hcp string, l LogState) error) error {
	stores, failed := d.Stores(ctx)
	for _, hcp := range sortedKeys(stores) {
		l, err := verifyLog(ctx, stores[hcp])
		if err != nil {
			failed = cmp.Or(failed, atProvider(hcp, err))
			continue
		}
		if err := each(hcp, l); err != nil {
			return err
		}
	}
	return failed
}

// CheckFiles reads every page of every provider's store.
// Errors: CodeTampered, naming the provider and the file.
func (d *Desk) CheckFiles(ctx context.Context) error {
	stores, failed := d.Stores(ctx)
	for _, hcp := range sortedKeys(stores) {
		if err := stores[hcp].CheckFiles(ctx); err != nil {
			failed = cmp.Or(failed, atProvider(hcp, err))
		}
	}
	return failed
}

// verifyLog checks a log's chain, the signatures under it, and that it is as long
// as the rest of the store remembers it.
func verifyLog(ctx context.Context, s *cache.Store) (l LogState, err error) {
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
	crew := people(s)
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
func (l *LogState) take(c cache.Checkpoint, log string, head []byte, crew []person) error {
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
		v, err := fhir.OpenCheckpoint(c.Signed, p.DeskKey.JSONWebKey)
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
func vouchOf(signed string, crew []person) (fhir.Vouch, bool) {
	for _, p := range crew {
		if v, err := fhir.OpenVouch(signed, plainKeys(p.Centre)); err == nil {
			return v, true
		}
	}
	return fhir.Vouch{}, false
}
