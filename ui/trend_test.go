package ui_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// The key of the trend does not leave the page for an empty one: it says why.
func TestARecordWithoutANumberKeepsThePageAndSaysWhy(t *testing.T) {
	p := open(signIn(play(t, fake.New(), "en", 120, 40), doctor), fake.Active).Press("6").Press("g").Want("there is no number to show a trend of").Deny("‹1y›")
	p.Press("3", "g").Want("‹1y›")
}
