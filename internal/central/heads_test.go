package central_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk/internal/central"
)

// word is the centre's signature in an answer.
func word(text string) string {
	_, rest, _ := strings.Cut(text, "eyJ")
	signed, _, _ := strings.Cut(rest, `"`)
	return "eyJ" + signed
}

// A word of the centre that says nothing of its own log, as those in refusals and those of
// before the log was a chain do, is passed over and counted, and is no fault of
// the log; one that the centre has not signed is a fault whatever it says.
func TestAWordThatSaysNothingOfTheLogIsNoFault(t *testing.T) {
	w, d := manyRecords(t, 1)
	l := newLog(d, 3)
	taken := word(l.send(200, 0, 3))
	silent := word(l.send(409, 0, 2)) // the desk is behind what was vouched for
	if c := l.vouched(`"` + silent + `"`); c["centre_n"] != nil || c["centre_head"] != nil {
		t.Fatalf("a refusal's word has a head: %v", c)
	}
	found, err := w.c.VerifyAudit(t.Context(), []string{silent, taken, silent})
	if err != nil || len(found.Faults) > 0 || found.Desks != 1 || found.Silent != 2 {
		t.Errorf("%+v, %v", found, err)
	}
	_, far := manyRecords(t, 1)
	k := newLog(far, 3)
	k.send(200, 0, 3)
	for name, foreign := range map[string]string{"another centre's": word(k.send(409, 0, 2)), "a changed one": silent[:len(silent)-4] + "AAAA"} {
		found, err := w.c.VerifyAudit(t.Context(), []string{foreign})
		if err != nil || !slices.Contains(found.Faults, central.AuditFault{Kind: "key"}) || found.Silent != 0 {
			t.Errorf("%s: %+v, %v", name, found, err)
		}
	}
}
