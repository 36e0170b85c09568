package cache_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
