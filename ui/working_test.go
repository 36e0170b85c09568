package ui_test

import (
	"testing"

	"charm.land/bubbles/v2/spinner"

	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// The mark of work turns from the second hand on, while it is seen, and no longer.
func TestTheMarkOfWorkTurnsWhileItIsSeen(t *testing.T) {
	p := signIn(play(t, fake.New(), "en", 80, 24), doctor)
	p.Hold = true
	find(p, fake.Active).Want("◐")
	p.Send(spinner.TickMsg{}) // not started yet
	p.Want("◐")
	p.Send(ui.Tick())
	p.Send(spinner.TickMsg{})
	p.Want("◓").Deny("◐")
	p.Send(spinner.TickMsg{})
	p.Want("◑")
	p.Release()
	p.Deny("◑")
	p.Hold, p.Held = true, nil
	p.Send(spinner.TickMsg{})
	if len(p.Held) > 0 {
		t.Error("it turns although nobody sees it")
	}
}
