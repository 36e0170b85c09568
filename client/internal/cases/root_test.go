package cases

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/cache/cachetest"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/person"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// systemKeyring is a keyring of the system's, in memory.
type systemKeyring struct {
	mu   sync.Mutex
	kept map[string]string
}

var errNotKept = errors.New("not kept")

func (k *systemKeyring) Secret(_ context.Context, name string) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if s, ok := k.kept[name]; ok {
		return []byte(s), nil
	}
	return nil, errNotKept
}

func (k *systemKeyring) Keep(_ context.Context, name string, secret []byte) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.kept[name] = string(secret)
	return nil
}

func (k *systemKeyring) Forget(_ context.Context, name string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.kept, name)
	return nil
}

const passphrase = "correct horse battery staple"

// sits has somebody at a desk in dir, whom it enrols where nobody is.
func sits(t testing.TB, dir string, k cache.Device) (*Cases, *cache.Store) {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC) }
	s, err := cache.Open(t.Context(), dir, cache.Options{Now: now, Cost: cachetest.Cost(), Device: k})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	pass := ehrdesk.NewSecret(passphrase)
	if len(s.People()) == 0 {
		err := s.Enrol(t.Context(), "drlee", pass, nil, func([]byte) ([]byte, []byte, error) {
			signs, err := fhir.NewKey()
			if err != nil {
				return nil, nil, err
			}
			identity, err := json.Marshal(person.Identity{ClientID: "desk", PersonKey: signs, DeskKey: signs})
			return []byte("public"), identity, err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	v, err := s.Unlock(t.Context(), "drlee", pass)
	if err != nil {
		t.Fatal(err)
	}
	at := person.Sitting{Vault: v, Store: s, Self: person.NewSelf(v, person.Person{Staff: "drlee", Provider: "1"}, ehrdesk.Doctor, slog.New(slog.DiscardHandler)), Now: now}
	return New(at, Keys{Keyring: k}, mailbox{}, nil, nil, nil), s
}

// canRead is how many words of a case, and how many private halves, somebody at a desk can read.
func canRead(t *testing.T, s *Cases, id string) (words, keys int) {
	t.Helper()
	all, err := s.said(t.Context(), id)
	if err != nil && ehrdesk.CodeOf(err) != ehrdesk.CodeLocked {
		t.Fatal(err)
	}
	err = s.keys(t.Context(), nil, func(string, *keptKey) { keys++ })
	if err != nil && ehrdesk.CodeOf(err) != ehrdesk.CodeLocked {
		t.Fatal(err)
	}
	return len(all), keys
}

// What was copied of a desk before a case was destroyed opens nothing of it with the keys that there are afterwards: the journal with the
// keyring's file as it is then; of whoever has a second key the whole folder, keyring and passphrase included. What else lay there stays.
func TestCopiesFromBeforeOpenNothingOfADestroyedCase(t *testing.T) {
	for _, second := range []bool{false, true} {
		k := &systemKeyring{kept: map[string]string{}}
		dir := filepath.Join(t.TempDir(), "desk")
		s, store := sits(t, dir, k)
		if second {
			_, public, err := cache.NewRecoveryKey()
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Vault.SetRecovery(t.Context(), public); err != nil {
				t.Fatal(err)
			}
			if err := store.SetFactor(t.Context(), "drlee", ehrdesk.NewSecret(passphrase), true); err != nil {
				t.Fatal(err)
			}
		}
		gone, stays := long(t, s, 3), long(t, s, 5)
		for _, of := range []string{gone, stays, ""} {
			key, err := sealed.NewKey()
			if err != nil {
				t.Fatal(err)
			}
			if err := s.put(t.Context(), keyList, key.Public().Name(), keptKey{key.Secret(), sealed.OfferCase, of, s.Now()}); err != nil {
				t.Fatal(err)
			}
		}
		_ = store.Close()
		before := cachetest.Copied(t, dir)
		s, store = sits(t, dir, k)
		if words, keys := canRead(t, s, gone); words != 3 || keys != 3 {
			t.Fatalf("before: %d words, %d keys", words, keys)
		}
		if err := s.forget(t.Context(), gone, true); err != nil {
			t.Fatal(err)
		}
		kept, err := s.kept(t.Context(), gone)
		if err != nil || kept.Case.ID != gone {
			t.Errorf("what the case was is not kept: %v", err)
		}
		if words, _ := canRead(t, s, gone); words != 0 {
			t.Errorf("%d words are left", words)
		}
		if words, keys := canRead(t, s, stays); words != 5 || keys != 2 {
			t.Errorf("of the other case %d words, and %d keys", words, keys)
		}
		_ = store.Close()
		if !second {
			b, err := os.ReadFile(filepath.Join(dir, "keyring"))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(before, "keyring"), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		late, _ := sits(t, before, k)
		if words, keys := canRead(t, late, gone); words != 0 || keys != 0 {
			t.Errorf("second key %t: a copy from before opens %d words and %d keys", second, words, keys)
		}
		if second && len(k.kept) != 2 {
			t.Errorf("the keyring keeps %d secrets", len(k.kept))
		}
	}
}

// A crash anywhere in the destruction loses nothing of what stays, and the next one goes on.
func TestADestructionThatIsBrokenOffIsFinished(t *testing.T) {
	for at := range 3 {
		dir := filepath.Join(t.TempDir(), "desk")
		s, store := sits(t, dir, nil)
		stays := long(t, s, 5)
		broken := errors.New("the power went")
		var err error
		switch at {
		case 0:
			err = s.destroy(t.Context(), func() error { return broken })
		case 1:
			ctx, cut := context.WithCancel(t.Context())
			err = s.destroy(ctx, func() error { cut(); return nil })
		case 2:
			err = s.root.renew(t.Context(), func() error { return nil }, func(_, _ func(b, at []byte) []byte) error { return broken })
		}
		if err == nil {
			t.Fatalf("%d: went to its end", at)
		}
		_ = store.Close()
		s, _ = sits(t, dir, nil)
		if half, err := s.root.half(); !half || err != nil {
			t.Errorf("%d: not seen as half done: %v", at, err)
		}
		if words, _ := canRead(t, s, stays); words != 5 {
			t.Errorf("%d: %d words", at, words)
		}
		if err := s.destroy(t.Context(), func() error { return nil }); err != nil {
			t.Fatal(err)
		}
		if half, err := s.root.half(); half || err != nil {
			t.Errorf("%d: half done still: %v", at, err)
		}
		if words, _ := canRead(t, s, stays); words != 5 {
			t.Errorf("%d: %d words in the end", at, words)
		}
	}
}

// Whoever writes while a key takes the place of another loses nothing.
func TestWhatIsWrittenDuringADestructionStays(t *testing.T) {
	s, _ := sits(t, filepath.Join(t.TempDir(), "desk"), nil)
	var wg sync.WaitGroup
	for n := range 4 {
		wg.Go(func() {
			for i := range 10 {
				id := string(rune('a'+n)) + string(rune('a'+i))
				if err := s.put(t.Context(), outList, id, pending{ID: id, Body: ehrdesk.CaseBody{Text: "words"}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 10 {
		if err := s.destroy(t.Context(), func() error { return nil }); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
	all, err := s.waiting(t.Context())
	if err != nil || len(all) != 40 {
		t.Errorf("%d of 40, %v", len(all), err)
	}
}
