package cases

import (
	"io"
	"path/filepath"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// What a program that was killed left of files goes when its person is there again; what something here has stays, and so does what this
// session is writing.
func TestFilesThatNothingHasAreSwept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s, store := sits(t, dir, nil)
	writes := func(s *Cases) *filed {
		t.Helper()
		own := newFiled()
		if err := (filing{s}).writes(t.Context(), "c1", own); err != nil {
			t.Fatal(err)
		}
		if err := cache.LongOf(s.Vault).Write(t.Context(), own.ID, own.Key, func(w io.Writer) error { _, err := io.WriteString(w, "a film"); return err }); err != nil {
			t.Fatal(err)
		}
		return own
	}
	here := func(s *Cases, own *filed) bool {
		f, err := cache.LongOf(s.Vault).Open(t.Context(), own.ID, own.Key)
		if err == nil {
			f.Close()
		}
		return err == nil
	}
	nobodys, waits, read := writes(s), writes(s), writes(s) // killed before any of them was noted as kept
	if err := s.put(t.Context(), outList, "p1", pending{ID: "p1", Case: "c1", Body: ehrdesk.CaseBody{Text: "x"}, File: waits}); err != nil {
		t.Fatal(err)
	}
	if err := s.keepSaid(t.Context(), "c1", map[string]text{"e1": {Read: true, File: read}}); err != nil {
		t.Fatal(err)
	}
	if err := (filing{s}).sweep(t.Context()); err != nil || !here(s, nobodys) {
		t.Errorf("the session that writes it sweeps it: %v", err)
	}
	_ = store.Close()
	s, _ = sits(t, dir, nil)
	now := writes(s)
	for range 2 {
		if err := (filing{s}).sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if here(s, nobodys) || !here(s, waits) || !here(s, read) || !here(s, now) {
			t.Errorf("nobody's %t, waits %t, read %t, written now %t", here(s, nobodys), here(s, waits), here(s, read), here(s, now))
		}
	}
	n := 0
	if err := s.each(t.Context(), fileList, nil, func(string, []byte) { n++ }); err != nil || n != 3 {
		t.Errorf("%d are on the list, %v", n, err)
	}
}
