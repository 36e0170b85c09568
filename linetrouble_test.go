package ehrdesk_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

func TestEachTroubleOfALineHasWordsOfItsOwn(t *testing.T) {
	seen := map[string]ehrdesk.LineTrouble{ehrdesk.LineTrouble("").Error(): ""}
	for _, k := range ehrdesk.LineTroubles() {
		if other, ok := seen[k.Error()]; ok {
			t.Errorf("%q says the same as %q", k, other)
		}
		seen[k.Error()] = k
		if got := ehrdesk.TroubleOf(ehrdesk.E("a", "", ehrdesk.E("b", ehrdesk.CodeOffline, k))); got != k {
			t.Errorf("%q is not found again: %q", k, got)
		}
	}
}
