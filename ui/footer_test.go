package ui_test

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// The keys stand in the last row while a message is shown, and with a record open they are
// those of reading it: the next, the one before, and the way back from a reference.
func TestTheFooterNeverGivesWayToAMessage(t *testing.T) {
	for _, size := range [][2]int{{60, 20}, {80, 24}, {120, 40}} {
		p := open(signIn(play(t, fake.New(), "en", size[0], size[1]), doctor), fake.Active).Press("3", "3")
		last := func() string {
			rows := strings.Split(p.Screen(), "\n")
			return rows[len(rows)-1]
		}
		before := last()
		p.Press("f12").Want("this key has no function")
		if got := last(); got != before || !strings.Contains(got, "Enter detail") {
			t.Errorf("%v: under a message the keys are %q, before %q", size, got, before)
		}
		p.Press("enter")
		if got := last(); !strings.Contains(got, "n next") || !strings.Contains(got, "p previous") {
			t.Errorf("%v: with a record open the keys are %q", size, got)
		}
	}
}
