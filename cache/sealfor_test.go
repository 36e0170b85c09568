package cache_test

import (
	"path/filepath"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// What is sealed for somebody at one desk opens there, for them, where it was meant for, while
// they are signed in; nowhere else.
func TestWhatIsSealedForSomebodyOpensForThemAlone(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	enrol(t, s, "wong")
	chan1, wong := unlock(t, s, "chan"), unlock(t, s, "wong")
	sealed, err := cache.SealFor(chan1.Public(), []byte("a key of the list"), []byte("here"))
	if err != nil {
		t.Fatal(err)
	}
	if p, err := chan1.Unseal(t.Context(), sealed, []byte("here")); err != nil || string(p) != "a key of the list" {
		t.Errorf("%q, %v", p, err)
	}
	_, err = chan1.Unseal(t.Context(), sealed, []byte("there"))
	wantCode(t, err, ehrdesk.CodeTampered)
	_, err = wong.Unseal(t.Context(), sealed, []byte("here"))
	wantCode(t, err, ehrdesk.CodeTampered)
	_, err = cache.SealFor([]byte("no keyset"), []byte("x"), nil)
	wantCode(t, err, ehrdesk.CodeInvalid)
	chan1.Lock()
	_, err = chan1.Unseal(t.Context(), sealed, []byte("here"))
	wantCode(t, err, ehrdesk.CodeLocked)
}
