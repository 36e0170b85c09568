package cache_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

func TestAClockThatRanAYearAheadLocksNobodyOutForAYear(t *testing.T) {
	now := noon.AddDate(1, 0, 0)
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), cache.CheapOptions(cache.Options{Now: func() time.Time { return now }}))
	enrol(t, s, "chan")
	try := func(p ehrdesk.Secret) ehrdesk.Code {
		v, err := s.Unlock(t.Context(), "chan", p)
		if err == nil {
			v.Lock()
		}
		return ehrdesk.CodeOf(err)
	}
	for range 5 {
		if got := try(ehrdesk.NewSecret("wrong")); got != ehrdesk.CodeNotSignedIn {
			t.Fatal(got)
		}
	}
	if got := try(pass); got != ehrdesk.CodeLocked {
		t.Fatal(got)
	}
	now = noon // the clock is set right
	if got := try(pass); got != ehrdesk.CodeLocked {
		t.Fatalf("%q: the wait is over with the clock", got)
	}
	now = now.Add(16 * time.Minute)
	if got := try(pass); got != "" {
		t.Errorf("%q after the longest wait", got)
	}
}

// A disk that stands still holds up whoever writes the journal: they are told when
// their time is over, what they wanted is not done, and nobody else waits.
func TestAJournalThatStandsStillFreezesNobody(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	id := put(t, v, "a")
	apply(t, v, id, records(3)...)
	_, journal := s.Databases()
	stall, err := journal.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	soon := func() context.Context {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		t.Cleanup(cancel)
		return ctx
	}
	for what, err := range map[string]error{
		"enqueue":  v.Outbox().Enqueue(soon(), "a", "op-1", []byte("act")),
		"put slip": v.Worklists().Put(soon(), "list", "1", []byte("slip")),
		"audit":    func() error { _, err := v.AccessLog().Add(soon(), []byte("entry")); return err }(),
		"pending":  func() error { _, err := v.Outbox().Pending(soon()); return err }(),
	} {
		if err == nil {
			t.Errorf("%s: no word that it was not done", what)
		}
	}
	if l, err := v.Copies().Records(t.Context(), id); err != nil || len(l) != 3 {
		t.Errorf("a list is not shown meanwhile: %d %v", len(l), err)
	}
	if err := stall.Close(); err != nil {
		t.Fatal(err)
	}
	if items, err := v.Outbox().Pending(t.Context()); err != nil || len(items) != 0 {
		t.Errorf("%+v %v", items, err)
	}
	if err := v.Outbox().Enqueue(t.Context(), "a", "op-1", []byte("act")); err != nil {
		t.Fatal(err)
	}
	if n, _, err := s.VerifyAudit(t.Context()); n != 0 || err != nil {
		t.Errorf("%d entries: %v", n, err)
	}
}
