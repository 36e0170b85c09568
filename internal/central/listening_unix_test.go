//go:build unix

package central_test

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// An address that another program has is named, and so is one that this machine has not.
func TestAnAddressThatCannotBeListenedOnIsNamed(t *testing.T) {
	open := func(base string) *central.Centre {
		c, err := central.Open(t.Context(), central.Options{Dir: t.TempDir(), Base: base})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	first, err := open("").Start(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = first.Close(t.Context()) })
	taken := strings.TrimSuffix(strings.TrimPrefix(first.Base, "http://"), "/fhir")
	for addr, want := range map[string]ehrdesk.Code{taken: ehrdesk.CodeConflict, "192.0.2.1:0": ehrdesk.CodeOther} {
		if _, err := open("https://centre.example/fhir").Start(t.Context(), addr); ehrdesk.CodeOf(err) != want || !strings.Contains(err.Error(), addr) {
			t.Errorf("%s: %v", addr, err)
		}
	}
}
