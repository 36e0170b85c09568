// Package testcentre is the store of a centre that has nothing in it yet, in a file: made once
// in a process for each moment at which a test's clock starts, and a copy after that. To make the
// tables takes twenty times as long as to open them, and nearly every test of a centre has one of
// its own. No program imports it.
package testcentre

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/central/sharing"
	"github.com/ehrdesk/ehrdesk/internal/central/sqlstore"
)

// File is the name of the store in a centre's folder.
const File = "centre.db"

// templates are the bytes of empty stores, by the moment at which they were made, which is in them.
type templates struct {
	mu sync.Mutex
	of map[int64][]byte
}

var made = sync.OnceValue(func() *templates { return &templates{of: map[int64][]byte{}} })

// In puts the store that a centre would make at a moment into its folder, where none is there.
func In(t testing.TB, dir string, now time.Time) {
	t.Helper()
	in(t, dir, now, 0)
}

// Lately is In for a store that was made up to an hour before: for tests whose clocks start with the
// machine's.
func Lately(t testing.TB, dir string, now time.Time) {
	t.Helper()
	in(t, dir, now, time.Hour)
}

func in(t testing.TB, dir string, now time.Time, old time.Duration) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(dir, File)); err == nil {
		return
	}
	all := made()
	all.mu.Lock()
	defer all.mu.Unlock()
	var empty []byte
	for at, b := range all.of {
		if age := now.Sub(time.UnixMicro(at)); age >= 0 && age <= old {
			empty = b
		}
	}
	if empty == nil {
		empty = fresh(t, now)
		all.of[now.UnixMicro()] = empty
	}
	if err := os.WriteFile(filepath.Join(dir, File), empty, 0o600); err != nil {
		t.Fatal(err)
	}
}

// fresh makes a store and gives its bytes.
func fresh(t testing.TB, now time.Time) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), File)
	s, err := sqlstore.Open(t.Context(), file, func() time.Time { return now }, sharing.SeedOffer)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil { // and with it what is in the log goes into the file
		t.Fatal(err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
