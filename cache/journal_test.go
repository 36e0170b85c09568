package cache_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

func TestTheAuditChainNamesTheFirstEntryThatDoesNotFit(t *testing.T) {
	for _, tt := range []struct {
		damage string
		entry  int
	}{
		{"UPDATE audit SET ct = zeroblob(length(ct)) WHERE seq = 3", 3},
		{"DELETE FROM audit WHERE seq = 2", 2},
		{"DELETE FROM audit WHERE seq = 1", 1},
		{"UPDATE audit SET seq = -seq; UPDATE audit SET seq = CASE seq WHEN -4 THEN 5 WHEN -5 THEN 4 ELSE -seq END", 4},
		{"UPDATE audit SET seq = 9 WHERE seq = 5", 5},
		{"UPDATE audit SET hash = zeroblob(32) WHERE seq = 5", 5},
		{"INSERT INTO audit SELECT 6, epoch, ct, hash FROM audit WHERE seq = 5", 6},
	} {
		s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
		enrol(t, s, "chan")
		v := unlock(t, s, "chan")
		for i := range 5 {
			if seq, err := v.AccessLog().Add(t.Context(), fmt.Append(nil, "entry ", i)); err != nil || seq != int64(i+1) {
				t.Fatal(seq, err)
			}
		}
		n, head, err := s.VerifyAudit(t.Context())
		if n != 5 || len(head) != 32 || err != nil {
			t.Fatal(n, head, err)
		}
		_, journal := s.Databases()
		if _, err := journal.ExecContext(t.Context(), tt.damage); err != nil {
			t.Fatal(err)
		}
		_, _, err = s.VerifyAudit(t.Context())
		wantCode(t, err, ehrdesk.CodeTampered)
		if want := fmt.Sprintf("entry %d ", tt.entry); !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", tt.damage, err, want)
		}
	}
}

func TestTheOutboxKeepsAnActOnceAndInOrder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	for _, op := range []string{"op-1", "op-2", "op-1", "op-3"} {
		if err := v.Outbox().Enqueue(t.Context(), "patient|1", op, []byte("payload of "+op)); err != nil {
			t.Fatal(err)
		}
	}
	if err := v.Shred(t.Context(), put(t, v, "x")); err != nil { // a shred leaves the outbox alone
		t.Fatal(err)
	}
	mark(t, v, "op-1", cache.ItemQueued)
	mark(t, v, "op-1", cache.ItemSending)
	mark(t, v, "op-2", cache.ItemConfirmed)
	wantCode(t, v.Outbox().Enqueue(t.Context(), "", "", nil), ehrdesk.CodeInvalid)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, dir, at(noon))
	v = unlock(t, s, "chan")
	items, err := v.Outbox().Pending(t.Context())
	if err != nil || len(items) != 2 {
		t.Fatalf("%+v %v", items, err)
	}
	a := items[0]
	if a.OpID != "op-1" || a.OrderKey != "patient|1" || string(a.Payload) != "payload of op-1" || a.State != cache.ItemSending ||
		a.Attempts != 2 || !a.Created.Equal(noon) || a.Note != "why" {
		t.Errorf("%+v", a)
	}
	if items[1].OpID != "op-3" || items[1].State != cache.ItemQueued {
		t.Errorf("%+v", items[1])
	}
	_, journal := s.Databases()
	if _, err := journal.ExecContext(t.Context(), "UPDATE outbox SET ct = (SELECT ct FROM outbox WHERE seq = 1) WHERE seq = 3"); err != nil {
		t.Fatal(err)
	}
	items, err = v.Outbox().Pending(t.Context())
	if err != nil || len(items) != 2 || items[0].OpID != "op-1" || items[1].State != cache.ItemDamaged {
		t.Errorf("%+v %v", items, err)
	}
}

// TestNoEntryOfTheAccessLogIsPassedOver changes entries so that their keys are
// not found, or do not open them.
func TestNoEntryOfTheAccessLogIsPassedOver(t *testing.T) {
	for name, tt := range map[string]struct {
		change string
		chain  ehrdesk.Code // of the chain, nobody signed in
	}{
		"keys that never were":     {"UPDATE audit SET epoch = 99 WHERE seq = 2", ehrdesk.CodeTampered},
		"another entry's content":  {"UPDATE audit SET ct = (SELECT ct FROM audit WHERE seq = 3) WHERE seq = 2", ehrdesk.CodeTampered},
		"content of another place": {"UPDATE audit SET ct = zeroblob(400) WHERE seq = 2", ehrdesk.CodeTampered},
	} {
		t.Run(name, func(t *testing.T) {
			s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
			enrol(t, s, "chan")
			v := unlock(t, s, "chan")
			for _, words := range []string{"one", "two", "three"} {
				audit(t, v, words)
			}
			_, journal := s.Databases()
			if _, err := journal.ExecContext(t.Context(), tt.change); err != nil {
				t.Fatal(err)
			}
			var states []cache.EntryState
			err := v.AccessLog().Entries(t.Context(), 1, func(e cache.AuditEntry) error {
				if e.Seq != int64(len(states)+1) {
					t.Errorf("entry %d in place %d", e.Seq, len(states)+1)
				}
				states = append(states, e.State)
				return nil
			})
			if want := []cache.EntryState{cache.EntryOpen, cache.EntryDamaged, cache.EntryOpen}; err != nil || !slices.Equal(states, want) {
				t.Errorf("%v %v", states, err)
			}
			_, _, err = s.VerifyAudit(t.Context())
			wantCode(t, err, tt.chain)
		})
	}
}

func TestWhatIsSealedToOthersHasItsPlaceInTheAccessLog(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), guarded())
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	audit(t, v, "of chan")
	v.Lock()
	enrol(t, s, "wong") // whom nobody has admitted
	w := unlock(t, s, "wong")
	audit(t, w, "of wong")
	var states []cache.EntryState
	err := w.AccessLog().Entries(t.Context(), 1, func(e cache.AuditEntry) error {
		states = append(states, e.State)
		return nil
	})
	if want := []cache.EntryState{cache.EntrySealed, cache.EntryOpen}; err != nil || !slices.Equal(states, want) {
		t.Errorf("%v %v", states, err)
	}
	if n, _, err := s.VerifyAudit(t.Context()); n != 2 || err != nil {
		t.Error(n, err)
	}
}
