package cache_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// spoolsOf is an unlocked vault, whose spools end with the test.
func spoolsOf(t *testing.T) (*cache.Store, *cache.Vault, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	return s, unlock(t, s, "chan"), dir
}

func spool(t *testing.T, v *cache.Vault) *cache.Spool {
	t.Helper()
	sp, err := v.Spool(t.Context())
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip("SKIP files have to have a name here")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sp.Close() })
	return sp
}

func TestASpoolGivesBackWhatWasWrittenWhereverItIsRead(t *testing.T) {
	_, v, _ := spoolsOf(t)
	all, _ := io.ReadAll(pdf(1<<20, nil))
	rapid.Check(t, func(rt *rapid.T) {
		sp := spool(t, v)
		defer sp.Close()
		want := all[:rapid.SampledFrom([]int{0, 1, 64<<10 - 1, 64 << 10, 64<<10 + 1, 200_000, 1 << 20}).Draw(rt, "size")]
		for left := want; len(left) > 0; {
			n := min(len(left), rapid.IntRange(1, 150_000).Draw(rt, "write"))
			if w, err := sp.Write(left[:n]); w != n || err != nil {
				rt.Fatal(w, err)
			}
			left = left[n:]
			at := rapid.IntRange(0, len(want)-len(left)).Draw(rt, "at") // while it is still being written
			p := make([]byte, min(len(want)-len(left)-at, 100_000))
			if n, err := sp.ReadAt(p, int64(at)); n != len(p) || err != nil || !bytes.Equal(p, want[at:at+n]) {
				rt.Fatalf("%d of %d bytes at %d: %v", n, len(p), at, err)
			}
		}
		if err := iotest.TestReader(io.NewSectionReader(sp, 0, int64(len(want))), want); err != nil {
			rt.Fatal(err)
		}
		if n, err := sp.ReadAt(make([]byte, 2), max(int64(len(want))-1, 0)); !errors.Is(err, io.EOF) || n != min(len(want), 1) {
			rt.Fatal(n, err)
		}
	})
}

func TestASpoolTakesTheMemoryOfItsPieces(t *testing.T) {
	_, v, _ := spoolsOf(t)
	sp := spool(t, v)
	watch := ceiling(t, 2<<20)
	n, err := io.Copy(sp, pdf(64<<20, watch))
	if err != nil || n != 64<<20 {
		t.Fatal(n, err)
	}
	watch()
	if _, err := sp.Write([]byte("x")); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("over 64 MiB: %v", err)
	}
	if info, err := sp.File().Stat(); err != nil || info.Size() < 64<<20 {
		t.Errorf("it does not lie on the disk: %v", err)
	}
}

func TestASpoolsFileThatWasChangedDoesNotOpen(t *testing.T) {
	const cell = 64<<10 + 16
	for name, change := range map[string]func(f *os.File) error{
		"a bit flipped": func(f *os.File) error {
			b := make([]byte, 1)
			if _, err := f.ReadAt(b, cell+5); err != nil {
				return err
			}
			b[0] ^= 1
			_, err := f.WriteAt(b, cell+5)
			return err
		},
		"another piece": func(f *os.File) error {
			b := make([]byte, cell)
			if _, err := f.ReadAt(b, 0); err != nil {
				return err
			}
			_, err := f.WriteAt(b, cell)
			return err
		},
		"cut short": func(f *os.File) error { return f.Truncate(cell + 100) },
	} {
		t.Run(name, func(t *testing.T) {
			_, v, _ := spoolsOf(t)
			sp := spool(t, v)
			if _, err := io.Copy(sp, pdf(200_000, nil)); err != nil {
				t.Fatal(err)
			}
			if err := change(sp.File()); err != nil {
				t.Fatal(err)
			}
			if _, err := sp.ReadAt(make([]byte, 10), 0); err != nil {
				t.Error("the piece before it:", err)
			}
			n, err := io.Copy(io.Discard, io.NewSectionReader(sp, 0, 200_000))
			wantCode(t, err, ehrdesk.CodeTampered)
			if n > 64<<10 {
				t.Errorf("%d bytes were read", n)
			}
		})
	}
}

func TestASpoolEndsWithItsVault(t *testing.T) {
	for name, end := range map[string]func(*cache.Store, *cache.Vault, *cache.Spool) error{
		"closed":       func(_ *cache.Store, _ *cache.Vault, sp *cache.Spool) error { return sp.Close() },
		"locked":       func(_ *cache.Store, v *cache.Vault, _ *cache.Spool) error { v.Lock(); return nil },
		"store closed": func(s *cache.Store, _ *cache.Vault, _ *cache.Spool) error { return s.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			s, v, _ := spoolsOf(t)
			sp := spool(t, v)
			if _, err := io.Copy(sp, pdf(200_000, nil)); err != nil {
				t.Fatal(err)
			}
			if err := end(s, v, sp); err != nil {
				t.Fatal(err)
			}
			_, err := sp.ReadAt(make([]byte, 10), 0)
			wantCode(t, err, ehrdesk.CodeLocked)
			_, err = sp.Write([]byte("more"))
			wantCode(t, err, ehrdesk.CodeLocked)
			if _, err := sp.File().Stat(); !errors.Is(err, os.ErrClosed) {
				t.Errorf("its file is still open: %v", err)
			}
			if err := sp.Close(); err != nil {
				t.Error("closed twice:", err)
			}
			if name != "closed" {
				_, err = v.Spool(t.Context())
				wantCode(t, err, ehrdesk.CodeLocked)
			}
		})
	}
}

func TestASpoolOfADeskThatEndedBeforeItLostItsNameIsSweptAway(t *testing.T) {
	s, _, dir := spoolsOf(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "spool.123")
	if err := os.WriteFile(name, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := cache.Open(t.Context(), dir, at(noon))
	wantCode(t, err, ehrdesk.CodeDenied) // its mode is looked at like any file's
	if err := os.Chmod(name, 0o600); err != nil {
		t.Fatal(err)
	}
	openStore(t, dir, at(noon))
	if _, err := os.Stat(name); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
}

// spooler fills spools for ever, reading each before it is closed.
func spooler(ctx context.Context, v *cache.Vault) error {
	text := []byte(strings.Repeat("Penicillin anaphylaxis CHAN TAI MAN 陳大文 A1234563 ", 2000))
	for n := 0; ; {
		sp, err := v.Spool(ctx)
		if err != nil {
			return err
		}
		for range 100 {
			if _, err := sp.Write(text); err != nil {
				return err
			}
			fmt.Println("spooled", n)
			n++
		}
		if _, err := io.Copy(io.Discard, io.NewSectionReader(sp, 0, int64(100*len(text)))); err != nil {
			return err
		}
		if err := sp.Close(); err != nil {
			return err
		}
	}
}
