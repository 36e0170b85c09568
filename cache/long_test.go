package cache_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

func longKey() []byte {
	k := make([]byte, 32)
	_, _ = rand.Read(k)
	return k
}

// What is long is read as it was written, twice, under its own key and id; nothing of it lies readable in the folder; and what is changed
// or cut short says so before its end.
func TestWhatIsLongIsReadAsItWasWritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	all := cache.LongOf(v)
	for _, n := range []int{0, 1, 64 << 10, 64<<10 - 57, 300_000} {
		key := longKey()
		want := bytes.Repeat([]byte("CHAN TAI MAN "), n/13+1)[:n]
		id := "a" + strings.Repeat("b", n%7)
		if err := all.Remove(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if err := all.Write(t.Context(), id, key, func(w io.Writer) error { _, err := io.Copy(w, iotest.HalfReader(bytes.NewReader(want))); return err }); err != nil {
			t.Fatal(err)
		}
		f, err := all.Open(t.Context(), id, key)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if got, err := io.ReadAll(f); err != nil || !bytes.Equal(got, want) {
				t.Fatalf("%d bytes of %d, %v", len(got), n, err)
			}
			if _, err := f.Seek(0, io.SeekStart); err != nil {
				t.Fatal(err)
			}
		}
		f.Close()
		path := filepath.Join(dir, "long", id)
		raw, err := os.ReadFile(path)
		if err != nil || bytes.Contains(raw, []byte("CHAN")) {
			t.Fatalf("it lies readable: %v", err)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
		for name, bad := range map[string][]byte{"cut short": raw[:len(raw)-1], "a bit": flipped(raw, len(raw)/2), "a piece less": raw[:min(len(raw)-1, 64<<10)], "longer": append(bytes.Clone(raw), 0)} {
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			if f, err := all.Open(t.Context(), id, key); err == nil {
				if _, err = io.ReadAll(f); err == nil {
					t.Errorf("%d bytes, %s: read", n, name)
				}
				f.Close()
			}
		}
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		if f, err := all.Open(t.Context(), id, longKey()); err == nil {
			if _, err = io.ReadAll(f); err == nil {
				t.Error("another key opens it")
			}
			f.Close()
		}
		if err := os.Rename(path, path+"x"); err != nil {
			t.Fatal(err)
		}
		if f, err := all.Open(t.Context(), id+"x", key); err == nil {
			if _, err = io.ReadAll(f); err == nil {
				t.Error("it is read as another")
			}
			f.Close()
		}
	}
}

func flipped(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 1
	return b
}

// What could not be written to its end is not there, nor is what was left in the middle once the store is opened again.
func TestWhatIsLongIsWholeOrNotThere(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	broken := ehrdesk.Errorf("test", ehrdesk.CodeInvalid, "broken off")
	err := cache.LongOf(v).Write(t.Context(), "one", longKey(), func(w io.Writer) error { _, _ = w.Write(make([]byte, 100_000)); return broken })
	if !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	_, err = cache.LongOf(v).Open(t.Context(), "one", longKey())
	wantCode(t, err, ehrdesk.CodeNotFound)
	for _, id := range []string{"", "..", "a/b", cache.Fleeting("")} {
		wantCode(t, cache.LongOf(v).Write(t.Context(), id, longKey(), func(io.Writer) error { return nil }), ehrdesk.CodeInvalid)
	}
	for _, id := range []string{cache.Fleeting("two"), "three"} {
		if err := cache.LongOf(v).Write(t.Context(), id, longKey(), func(w io.Writer) error { _, err := w.Write([]byte("x")); return err }); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "long", "part.four"), nil, 0o600); err != nil { // as a kill leaves it
		t.Fatal(err)
	}
	v.Lock()
	_, err = cache.LongOf(v).Open(t.Context(), "three", longKey())
	wantCode(t, err, ehrdesk.CodeLocked)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	openStore(t, dir, at(noon))
	list, err := os.ReadDir(filepath.Join(dir, "long"))
	if err != nil || len(list) != 1 || list[0].Name() != "three" {
		t.Errorf("%v, %v", list, err)
	}
}
