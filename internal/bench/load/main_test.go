package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk/internal/central"
)

// What the program prepares in a centre's folder it asks for at the running centre, past an
// address at which nobody listens.
func TestWhatIsPreparedIsAskedForAtARunningCentre(t *testing.T) {
	dir := t.TempDir()
	c, err := central.Open(t.Context(), central.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	at, err := c.Start(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = at.Close(t.Context())
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	desks := filepath.Join(t.TempDir(), "desks.json")
	var out strings.Builder
	if err := run(t.Context(), []string{"prepare", "--dir", dir, "--desks", "2", "--records", "3", "--out", desks}, &out); err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), []string{"prepare", "--dir", dir, "--out", desks}, &out); err == nil {
		t.Error("a file that is there was written over")
	}
	host := strings.TrimSuffix(strings.TrimPrefix(at.Base, "http://"), "/fhir")
	if err := run(t.Context(), []string{"run", "--central", at.Base, "--via", "127.0.0.1:1," + host, "--desks", desks, "--clinicians", "1000", "--for", "1s"}, &out); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); !strings.Contains(got, "1000 clinicians for 1s: ") || !strings.Contains(got, " 0 not answered") || strings.Contains(got, " 0 requests") {
		t.Error(got)
	}
}
