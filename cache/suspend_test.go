package cache_test

import (
	"path/filepath"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// Between a lock and its passphrase nobody has keys, and nothing is lost: the copies
// kept for the session alone go when the session ends, and with no keys at hand.
func TestASuspendedSessionKeepsItsCopiesAndNoKeys(t *testing.T) {
	begin := func(t *testing.T) (s *cache.Store, v *cache.Vault) {
		s = openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
		enrol(t, s, "chan")
		enrol(t, s, "lee")
		v = unlock(t, s, "chan")
		put(t, v, "day")
		c, err := v.Copies().Put(t.Context(), cache.Copy{Header: []byte("header")}, []string{"session"})
		if err != nil {
			t.Fatal(err)
		}
		apply(t, v, c.ID, records(3)...)
		v.Suspend()
		_, _, err = v.Copies().Lookup(t.Context(), "session")
		wantCode(t, err, ehrdesk.CodeLocked)
		if s.Holds() {
			t.Error("the store holds keys")
		}
		return s, v
	}
	t.Run("the same person comes back", func(t *testing.T) {
		s, v := begin(t)
		again := unlock(t, s, "chan")
		v.Lock()
		if !has(t, again, "session") || !has(t, again, "day") {
			t.Error("the copy of the session is gone")
		}
		again.Lock()
		if n := rows(t, s); n != 1 {
			t.Errorf("%d copies after the session", n)
		}
	})
	t.Run("somebody else comes and goes", func(t *testing.T) {
		s, v := begin(t)
		unlock(t, s, "lee").Lock()
		if n := rows(t, s); n != 2 {
			t.Errorf("%d copies while the session is suspended", n)
		}
		v.Lock()
		if n := rows(t, s); n != 1 {
			t.Errorf("%d copies after the session", n)
		}
	})
	t.Run("nobody comes", func(t *testing.T) {
		s, v := begin(t)
		v.Lock()
		v.Lock()
		if n := rows(t, s); n != 1 {
			t.Errorf("%d copies after the session", n)
		}
		again := unlock(t, s, "chan")
		if has(t, again, "session") || !has(t, again, "day") {
			t.Error("what was kept for the session came back, or more went")
		}
	})
	t.Run("the store is closed", func(t *testing.T) {
		s, v := begin(t)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		v.Lock()
	})
}
