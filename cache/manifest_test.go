package cache_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// twoActs is an open store with a consent and its withdrawal in the outbox, and
// an entry of the access log after them.
func twoActs(t *testing.T) (s *cache.Store, v *cache.Vault) {
	s = openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	v = unlock(t, s, "chan")
	for _, op := range []string{"give", "revoke"} {
		if err := v.Outbox().Enqueue(t.Context(), "patient|1", op, []byte("words of "+op)); err != nil {
			t.Fatal(err)
		}
	}
	if err := v.Outbox().Enqueue(t.Context(), "patient|2", "other", []byte("words of other")); err != nil {
		t.Fatal(err)
	}
	audit(t, v, "queued")
	return s, v
}

func outside(t *testing.T, s *cache.Store, q string) {
	t.Helper()
	_, journal := s.Databases()
	if _, err := journal.ExecContext(t.Context(), q); err != nil {
		t.Fatal(err)
	}
}

func pendingIDs(t *testing.T, v *cache.Vault) (ids []string) {
	t.Helper()
	items, err := v.Outbox().Pending(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range items {
		id := it.OpID
		if it.State != cache.ItemQueued {
			id = it.State.String()
		}
		ids = append(ids, id)
	}
	return ids
}

// TestAnActStruckOutOfTheOutboxIsFound changes the outbox as somebody can who
// may write to the file and holds no key.
func TestAnActStruckOutOfTheOutboxIsFound(t *testing.T) {
	for name, tt := range map[string]struct {
		change string
		want   []string
		found  cache.Trouble
	}{
		"nothing":                   {"SELECT 1", []string{"give", "revoke", "other"}, cache.Trouble{}},
		"marked as delivered":       {"UPDATE outbox SET state = 2 WHERE seq = 2", []string{"give", "revoke", "other"}, cache.Trouble{}},
		"marked as given up":        {"UPDATE outbox SET state = 7, attempts = 900", []string{"give", "revoke", "other"}, cache.Trouble{}},
		"in another order":          {"UPDATE outbox SET seq = 9 WHERE seq = 1", []string{"give", "revoke", "other"}, cache.Trouble{}},
		"deleted":                   {"DELETE FROM outbox WHERE seq = 2", []string{"give", "damaged", "other"}, cache.Trouble{Damaged: 1}},
		"a bit turned":              {"UPDATE outbox SET ct = substr(ct, 1, 20) || CASE substr(ct, 21, 1) WHEN x'00' THEN x'ff' ELSE x'00' END || substr(ct, 22) WHERE seq = 2", []string{"give", "damaged", "other"}, cache.Trouble{Damaged: 1}},
		"under keys that never are": {"UPDATE outbox SET epoch = 77 WHERE seq = 2", []string{"give", "damaged", "other"}, cache.Trouble{Damaged: 1}},
		"in another lane":           {"UPDATE outbox SET lane = (SELECT lane FROM outbox WHERE seq = 3) WHERE seq = 2", []string{"give", "damaged", "other"}, cache.Trouble{Damaged: 1}},
		"one put twice":             {"INSERT INTO outbox SELECT 9, epoch, randomblob(16), lane, state, attempts, ct, note FROM outbox WHERE seq = 2", []string{"give", "revoke", "other"}, cache.Trouble{Foreign: 1}},
		"the list taken away":       {"DELETE FROM meta WHERE k LIKE 'outbox %'", []string{"give", "revoke", "other"}, cache.Trouble{Behind: true}},
		"the list and an act gone":  {"DELETE FROM meta WHERE k LIKE 'outbox %'; DELETE FROM outbox WHERE seq = 2", []string{"give", "other"}, cache.Trouble{Behind: true}},
		"the list damaged":          {"UPDATE meta SET v = zeroblob(300) WHERE k LIKE 'outbox %'", []string{"give", "revoke", "other"}, cache.Trouble{Behind: true}},
	} {
		t.Run(name, func(t *testing.T) {
			s, v := twoActs(t)
			outside(t, s, tt.change)
			if got := pendingIDs(t, v); !slices.Equal(got, tt.want) {
				t.Errorf("the outbox has %q, want %q", got, tt.want)
			}
			if found, err := v.Outbox().Trouble(t.Context()); err != nil || found != tt.found {
				t.Errorf("found %+v %v", found, err)
			}
			if err := v.Outbox().AcknowledgeTrouble(t.Context()); err != nil {
				t.Fatal(err)
			}
			audit(t, v, "incident")
			found, err := v.Outbox().Trouble(t.Context())
			if want := (cache.Trouble{Damaged: tt.found.Damaged}); err != nil || found != want {
				t.Errorf("after it was settled: %+v %v", found, err)
			}
			if got := pendingIDs(t, v); !slices.Equal(got, tt.want) {
				t.Errorf("after it was settled the outbox has %q, want %q", got, tt.want)
			}
		})
	}
}

// TestAnEarlierListOfActsIsFound puts the outbox and its list back together,
// inside a journal that has gone on.
func TestAnEarlierListOfActsIsFound(t *testing.T) {
	s, v := twoActs(t)
	outside(t, s, "CREATE TABLE kept AS SELECT * FROM outbox; CREATE TABLE keptmeta AS SELECT * FROM meta")
	if err := v.Outbox().Withdraw(t.Context(), "revoke", "given up", func(cache.Item) error { return nil }); err != nil {
		t.Fatal(err)
	}
	audit(t, v, "given up")
	outside(t, s, "DELETE FROM outbox; INSERT INTO outbox SELECT * FROM kept; DELETE FROM meta; INSERT INTO meta SELECT * FROM keptmeta")
	for range 2 { // and an entry written over it makes it no newer
		if found, err := v.Outbox().Trouble(t.Context()); err != nil || !found.Behind {
			t.Errorf("%+v %v", found, err)
		}
		audit(t, v, "later")
	}
}

// TestADamagedActParksItsOwnLaneAndCanBeGivenUp delivers beside it.
func TestADamagedActParksItsOwnLaneAndCanBeGivenUp(t *testing.T) {
	s, v := twoActs(t)
	outside(t, s, "UPDATE outbox SET ct = zeroblob(300) WHERE seq = 1")
	deliver := func() (sent []string) {
		for {
			ok, err := v.Outbox().Deliver(t.Context(), func(it cache.Item) cache.Decision { return cache.Send }, func(it cache.Item) cache.Outcome {
				sent = append(sent, it.OpID)
				return cache.Outcome{State: cache.ItemConfirmed}
			})
			if err != nil {
				t.Fatal(err)
			}
			if !ok {
				return sent
			}
		}
	}
	if got := deliver(); !slices.Equal(got, []string{"other"}) {
		t.Errorf("sent %q", got)
	}
	items, err := v.Outbox().Pending(t.Context())
	if err != nil || len(items) != 2 {
		t.Fatal(items, err)
	}
	asked := 0
	if err := v.Outbox().Withdraw(t.Context(), items[0].OpID, "given up", func(it cache.Item) error {
		asked++
		if it.State != cache.ItemDamaged {
			t.Errorf("%+v", it)
		}
		return nil
	}); err != nil || asked != 1 {
		t.Fatal(asked, err)
	}
	if got := deliver(); !slices.Equal(got, []string{"revoke"}) {
		t.Errorf("then sent %q", got)
	}
	if found, err := v.Outbox().Trouble(t.Context()); err != nil || !found.None() {
		t.Errorf("%+v %v", found, err)
	}
	wantCode(t, v.Outbox().Withdraw(t.Context(), "damaged-zz", "", func(cache.Item) error { return nil }), ehrdesk.CodeNotFound)
}

// TestNoAlarmIsRaisedByWorkBesideTheLook enqueues, delivers and logs while
// somebody looks.
func TestNoAlarmIsRaisedByWorkBesideTheLook(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	stop, done := make(chan struct{}), make(chan error, 1)
	go func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				done <- nil
				return
			default:
			}
			_, err := v.AccessLog().AddAndEnqueue(t.Context(), []byte("opened"), "l", fmt.Sprint("op", i), []byte("x"))
			if err == nil {
				_, err = v.Outbox().Deliver(t.Context(), func(cache.Item) cache.Decision { return cache.Send }, func(cache.Item) cache.Outcome { return cache.Outcome{State: cache.ItemConfirmed} })
			}
			if err != nil {
				done <- err
				return
			}
		}
	}()
	for range 100 {
		if found, err := v.Outbox().Trouble(t.Context()); err != nil || !found.None() {
			t.Fatalf("%+v %v", found, err)
		}
		for _, id := range pendingIDs(t, v) {
			if id == "damaged" {
				t.Fatal("an act is said to be damaged")
			}
		}
	}
	close(stop)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestAnActThatVanishesWhileItIsSentHoldsUpNobody(t *testing.T) {
	s, v := twoActs(t)
	_, err := v.Outbox().Deliver(t.Context(), func(cache.Item) cache.Decision { return cache.Send }, func(cache.Item) cache.Outcome {
		outside(t, s, "DELETE FROM outbox WHERE seq = 1")
		return cache.Outcome{State: cache.ItemConfirmed}
	})
	wantCode(t, err, ehrdesk.CodeTampered)
	if got := pendingIDs(t, v); !slices.Equal(got, []string{"damaged", "revoke", "other"}) {
		t.Errorf("%q", got)
	}
}

// TestWhatIsWrittenAfterAKeyringThatWasNotOpensLater lets a colleague in on a disk
// that takes no keyring at that moment.
func TestWhatIsWrittenAfterAKeyringThatWasNotOpensLater(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, guarded())
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	enrol(t, s, "lee")
	way := filepath.Join(dir, "keyring.new")
	if err := os.Mkdir(way, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Admit(t.Context(), func(cache.Person) bool { return true }); err == nil {
		t.Fatal("somebody was let in by a keyring that is not on the disk")
	}
	if err := os.Remove(way); err != nil {
		t.Fatal(err)
	}
	if err := v.Outbox().Enqueue(t.Context(), "lane", "act", []byte("consent")); err != nil {
		t.Fatal(err)
	}
	audit(t, v, "entry")
	in, err := v.Admit(t.Context(), func(cache.Person) bool { return true })
	if err != nil || !slices.Equal(in, []string{"lee"}) {
		t.Errorf("let in %q: %v", in, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, dir, guarded())
	v = unlock(t, s, "chan")
	if got := pendingIDs(t, v); !slices.Equal(got, []string{"act"}) {
		t.Errorf("%q", got)
	}
	if found, err := v.Outbox().Trouble(t.Context()); err != nil || !found.None() {
		t.Errorf("%+v %v", found, err)
	}
}
