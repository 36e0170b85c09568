package ui_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// A sync while a trend stands in the middle leaves the list that it goes back to the list
// that it was.
func TestASyncUnderATrendLeavesTheListItGoesBackTo(t *testing.T) {
	p := open(signIn(play(t, fake.New(), "en", 120, 40), doctor), fake.Active).Press("3", "3", "down")
	p.Want("Laboratory and radiology reports", "of 6")
	p.Press("g").Want("134").Press("f5").Press("esc").Want("Laboratory and radiology reports", "1–6 of 6").Deny("hypertension")
}
