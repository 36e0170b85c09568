package sqlstore

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A store that is open holds its file for as long as it is: another program that leaves the file would take
// itself for the last one at it, and remove the log that this one goes on writing.
func TestAnOpenStoreHoldsItsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "centre.db")
	for _, when := range []string{"made", "there already"} {
		s, err := Open(t.Context(), path, time.Now, nothing)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range []string{path, beside(path)} {
			at, err := os.Stat(file)
			if err != nil {
				t.Fatal(err)
			}
			locks, err := os.ReadFile("/proc/locks")
			if err != nil {
				t.Skip("SKIP who holds the store's file: ", err)
			}
			mine := fmt.Sprintf(" %d ", os.Getpid())
			held := false
			for line := range strings.Lines(string(locks)) {
				held = held || strings.Contains(line, mine) && strings.Contains(line, fmt.Sprintf(":%d ", at.Sys().(*syscall.Stat_t).Ino))
			}
			if !held {
				t.Errorf("%s, %s: nobody holds it", when, filepath.Base(file))
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
