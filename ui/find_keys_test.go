package ui_test

import (
	"regexp"
	"testing"

	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// The key that the find card's line names is the one that does what it says.
func TestTheWayToVerifyNamesItsKey(t *testing.T) {
	p := find(signIn(play(t, fake.New(), "en", 100, 30), clerk), fake.Unverified)
	named := regexp.MustCompile(`(\S)  Verify the identity here`).FindStringSubmatch(p.Screen())
	if named == nil {
		t.Fatal(p.Screen())
	}
	before := p.Screen()
	if p.Press(named[1]); p.Screen() == before {
		t.Errorf("%q does nothing", named[1])
	}
	p.Deny("Verify the identity here")
}
