package cache_test

import (
	"path/filepath"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

func TestNobodyIsExpelledAtThePriceOfTheJournal(t *testing.T) {
	together := func(t *testing.T, s *cache.Store) { // wong is let in by chan
		blobs := func([]byte) (public, identity []byte, err error) { return []byte("public"), []byte("identity"), nil }
		if err := s.Enrol(t.Context(), "wong", pass, nil, blobs); err != nil { // who trusts chan
			t.Fatal(err)
		}
		v := unlock(t, s, "chan")
		if in, err := v.Admit(t.Context(), func(cache.Person) bool { return true }); err != nil || len(in) != 1 {
			t.Fatal(in, err)
		}
		v.Lock()
	}
	apart := func(t *testing.T, s *cache.Store) { enrol(t, s, "wong") } // with keys of their own
	by := func(who string) func(*testing.T, *cache.Store) *cache.Vault {
		return func(t *testing.T, s *cache.Store) *cache.Vault { return unlock(t, s, who) }
	}
	nobody := func(*testing.T, *cache.Store) *cache.Vault { return nil }
	wrote := func(t *testing.T, s *cache.Store) {
		v := unlock(t, s, "wong")
		defer v.Lock()
		if err := v.Outbox().Enqueue(t.Context(), "a", "op", []byte("act")); err != nil {
			t.Fatal(err)
		}
	}
	silent := func(*testing.T, *cache.Store) {}
	for _, tt := range []struct {
		name       string
		come, does func(*testing.T, *cache.Store)
		asks       func(*testing.T, *cache.Store) *cache.Vault
		recovery   bool
		want       ehrdesk.Code
	}{
		{"by a colleague with the same keys", together, wrote, by("chan"), false, ""},
		{"with nobody there who has keys", together, wrote, nobody, false, ehrdesk.CodeConflict},
		{"with nobody there, and nothing written", together, silent, nobody, false, ""},
		{"with nobody there but a recovery key", together, wrote, nobody, true, ""},
		{"by a colleague who never let them in", apart, wrote, by("chan"), false, ehrdesk.CodeDenied},
		{"with nobody there, never let in", apart, wrote, nobody, true, ehrdesk.CodeConflict},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := at(noon)
			o.Admit = func(cache.Person) bool { return false }
			s := openStore(t, filepath.Join(t.TempDir(), "desk"), o)
			enrol(t, s, "chan")
			if tt.recovery {
				v := unlock(t, s, "chan")
				_, public, err := cache.NewRecoveryKey()
				if err == nil {
					err = v.SetRecovery(t.Context(), public)
				}
				if err != nil {
					t.Fatal(err)
				}
				v.Lock()
			}
			tt.come(t, s)
			tt.does(t, s)
			var err error
			if v := tt.asks(t, s); v != nil {
				err = v.Expel(t.Context(), "wong")
			} else {
				err = s.Expel(t.Context(), "wong")
			}
			if got := ehrdesk.CodeOf(err); got != tt.want {
				t.Fatalf("%q, want %q: %v", got, tt.want, err)
			}
			if on := len(s.People()) == 2; on != (tt.want != "") {
				t.Errorf("wong is on the desk: %v", on)
			}
		})
	}
}
