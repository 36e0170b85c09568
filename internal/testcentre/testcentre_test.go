package testcentre_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/central/sharing"
	"github.com/ehrdesk/ehrdesk/internal/central/sqlstore"
	"github.com/ehrdesk/ehrdesk/internal/testcentre"
)

func TestAStoreOfLatelyIsNeverOfLater(t *testing.T) {
	now := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
	in := func(at time.Time) string {
		dir := t.TempDir()
		testcentre.Lately(t, dir, at)
		b, err := os.ReadFile(filepath.Join(dir, testcentre.File))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	first := in(now)
	for _, c := range []struct {
		after time.Duration
		same  bool
	}{{0, true}, {time.Hour, true}, {25 * time.Hour, false}, {-time.Second, false}} {
		if got := in(now.Add(c.after)) == first; got != c.same {
			t.Errorf("%v after: the same is %v, want %v", c.after, got, c.same)
		}
	}
}

// A centre begins with a store of ours as with its own, byte by byte, at every moment.
func TestTheStoreIsTheOneThatACentreMakes(t *testing.T) {
	for _, now := range []time.Time{time.Date(2026, 4, 8, 9, 0, 0, 0, time.UTC), time.Date(2027, 1, 1, 0, 0, 0, 7000, time.UTC)} {
		for range 2 { // made, and copied
			own, dir := filepath.Join(t.TempDir(), testcentre.File), t.TempDir()
			s, err := sqlstore.Open(t.Context(), own, func() time.Time { return now }, sharing.SeedOffer)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			testcentre.In(t, dir, now)
			want, err1 := os.ReadFile(own)
			got, err2 := os.ReadFile(filepath.Join(dir, testcentre.File))
			if err1 != nil || err2 != nil || !bytes.Equal(got, want) {
				t.Fatalf("at %v: %d bytes, want %d: %v, %v", now, len(got), len(want), err1, err2)
			}
			c, err := central.Open(t.Context(), central.Options{Dir: dir, Now: func() time.Time { return now }})
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}
