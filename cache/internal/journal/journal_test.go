package journal_test

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/journal"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

const install = "0190aaaa-0000-7000-8000-000000000001"

// clock stands still unless it is told of a later moment.
type clock struct{ at time.Time }

func (c *clock) Now() time.Time         { return c.at }
func (c *clock) Advance(past time.Time) { c.at = time.Unix(max(c.at.Unix(), past.Unix()), 0) }

func open(t *testing.T, dir string) (*journal.Journal, *clock) {
	t.Helper()
	c := &clock{time.Date(2026, 4, 8, 1, 0, 0, 0, time.UTC)}
	j, err := journal.Open(t.Context(), dir, journal.Options{Install: install, Clock: c, Known: func(n uint32) bool { return n <= 2 }, Steps: journal.Steps()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	return j, c
}

func keysOf(t *testing.T, epochs ...uint32) journal.Keys {
	t.Helper()
	keys := journal.Keys{}
	for _, n := range epochs {
		k, err := keyring.OpenJournalKeys(n, seal.NewKey())
		if err != nil {
			t.Fatal(err)
		}
		keys[n] = k
	}
	return keys
}

// TestKeysOpenWhatTheyWroteAndNothingElse: of an entry under other keys its number is
// told, and of an act that it is there.
func TestKeysOpenWhatTheyWroteAndNothingElse(t *testing.T) {
	ctx := t.Context()
	j, _ := open(t, t.TempDir())
	mine, yours := keysOf(t, 1), keysOf(t, 2)
	for _, keys := range []journal.Keys{mine, yours, mine} {
		if _, err := j.AuditAndEnqueue(ctx, keys, []byte("entry"), "lane", "op"+string(rune('0'+keys.NewestNo())), []byte("act")); err != nil {
			t.Fatal(err)
		}
	}
	var states []journal.EntryState
	err := j.AuditEntries(ctx, mine, 1, func(e journal.AuditEntry) error {
		states = append(states, e.State)
		return nil
	})
	if want := []journal.EntryState{journal.EntryOpen, journal.EntrySealed, journal.EntryOpen}; err != nil || !slices.Equal(states, want) {
		t.Errorf("%v, %v", states, err)
	}
	items, left, err := j.Pending(ctx, mine)
	if err != nil || len(items) != 1 || items[0].OpID != "op1" || string(items[0].Payload) != "act" || left != 1 {
		t.Errorf("%+v, %d more, %v", items, left, err)
	}
	if used, err := j.UsedEpochs(ctx); err != nil || !slices.Equal(used, []uint32{1, 2}) {
		t.Errorf("used %v, %v", used, err)
	}
	if _, err := j.Audit(ctx, journal.Keys{}, nil); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
		t.Errorf("an entry without keys: %v", err)
	}
}

// TestAnActIsOneSendersUntilItIsReleased, also where its outcome could not be kept.
func TestAnActIsOneSendersUntilItIsReleased(t *testing.T) {
	ctx := t.Context()
	j, _ := open(t, t.TempDir())
	keys := keysOf(t, 1)
	for _, op := range []string{"a", "b"} {
		if err := j.Enqueue(ctx, keys, "lane", op, nil); err != nil {
			t.Fatal(err)
		}
	}
	send := func(journal.Item) journal.Decision { return journal.Send }
	it, ok, err := j.Next(ctx, keys, send)
	if err != nil || !ok || it.OpID != "a" {
		t.Fatalf("%+v %v %v", it, ok, err)
	}
	if _, ok, err := j.Next(ctx, keys, send); ok || err != nil {
		t.Errorf("the lane goes on beside one that is being sent: %v", err)
	}
	if j.Claim("a") {
		t.Error("claimed twice")
	}
	if err := j.Conclude(ctx, keys, it, journal.Outcome{State: 99}); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("an outcome that there is not: %v", err)
	}
	j.Release("a")
	if it, ok, err := j.Next(ctx, keys, send); err != nil || !ok || it.OpID != "a" || it.State != journal.ItemSending || it.Attempts != 2 {
		t.Errorf("sent again: %+v %v %v", it, ok, err)
	}
}

// TestAJournalThatIsNotThisDesksStaysAsItIs, and so does a damaged one.
func TestAJournalThatIsNotThisDesksStaysAsItIs(t *testing.T) {
	dir := t.TempDir()
	j, _ := open(t, dir)
	if _, err := j.DB().ExecContext(t.Context(), "UPDATE meta SET v = 'another' WHERE k = 'install'"); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	o := journal.Options{Install: install, Clock: &clock{}, Known: func(uint32) bool { return true }, Steps: journal.Steps()}
	if _, err := journal.Open(t.Context(), dir, o); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
		t.Errorf("another desk's: %v", err)
	}
	o.Install = "another"
	if _, err := journal.Open(t.Context(), dir, o); err != nil {
		t.Errorf("its own desk: %v", err)
	}
}

// TestAChainCutUnderAnOpenDeskIsFoundAtTheNextEntry.
func TestAChainCutUnderAnOpenDeskIsFoundAtTheNextEntry(t *testing.T) {
	ctx := context.Background()
	j, c := open(t, t.TempDir())
	keys := keysOf(t, 1)
	for range 3 {
		if _, err := j.Audit(ctx, keys, []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	n, head, err := j.Head(ctx)
	if at, e := j.HeadAt(ctx, 3); err != nil || e != nil || n != 3 || string(at) != string(head) {
		t.Errorf("%d %x %x", n, head, at)
	}
	if at, err := j.LastEntry(ctx, keys); err != nil || !at.Equal(c.at) {
		t.Errorf("last entry at %v, %v", at, err)
	}
	if _, err := j.DB().ExecContext(ctx, "DELETE FROM audit WHERE seq = 3"); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Audit(ctx, keys, []byte("x")); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
		t.Errorf("after the cut: %v", err)
	}
	if _, _, err := j.WalkAudit(ctx, func(int64, []byte) {}); err != nil {
		t.Errorf("what is left is a chain: %v", err)
	}
	if err := j.DB().QueryRowContext(ctx, "SELECT 1 FROM audit WHERE seq = 4").Scan(new(int)); !errors.Is(err, sql.ErrNoRows) {
		t.Errorf("an entry was written: %v", err)
	}
}
