package ui_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

func TestTheAccessLogNarrowsAndLeavesTheScreenBehind(t *testing.T) {
	d := fake.New()
	p := open(signIn(play(t, d, "en", 120, 40), doctor), fake.Active).Press("3", "3")
	before := p.Screen()
	p.Press("f4").Want("Access log of this desk", "8 of 8 entries", "chain unbroken", "Entry 8")
	p.Press("tab").Want("‹ today ›", "6 of 8 entries").Press("tab").Want("refused or failed", "2 of 8 entries")
	p.Press("tab").Want("this patient", "4 of 8 entries").Press("tab").Want("‹ all ›")
	p.Press("/").Type("cmei consent").Want("2 of 8 entries", "took a consent").Deny("drlee ")
	p.Press("enter", "down").Want("genuine chip (training-1)")
	p.Press("/").Type(" nothing of the kind").Want("No entry fits")
	p.Press("esc", "esc")
	if p.Screen() != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, p.Screen())
	}
}

func TestTheAccessLogOfNoPatientHasThreeSelections(t *testing.T) {
	p := signIn(play(t, fake.New(), "en", 120, 40), clerk)
	p.Press("f4", "shift+tab").Want("refused or failed").Press("tab").Want("‹ all ›").Deny("this patient")
}

func TestABrokenAccessLogIsNotShownAsIfItWereWhole(t *testing.T) {
	broken := func() *fake.Desk {
		d := fake.New()
		d.Fail["log"] = ehrdesk.E("audit", ehrdesk.CodeTampered, nil)
		return d
	}
	signIn(play(t, broken(), "en", 120, 40), clerk).Press("f4").Want("changed or cut", "security officer", "8 of 8 entries", "signed in").Deny("unbroken")
	signIn(play(t, broken(), "zh-Hant", 80, 24), clerk).Press("f4").Want("鏈結不符", "8／8 項", "登入").Deny("鏈結完整")
}

// However an overlay goes, what it runs is cancelled: nothing goes on behind the lock,
// behind another overlay or on another screen.
func TestAnOverlayThatGoesCancelsWhatItRuns(t *testing.T) {
	for name, away := range map[string]func(p *uitest.Player){
		"put away":        func(p *uitest.Player) { p.Press("esc") },
		"locked":          func(p *uitest.Player) { p.Press("ctrl+l") },
		"another overlay": func(p *uitest.Player) { p.Press("f1") },
	} {
		t.Run(name, func(t *testing.T) {
			d := fake.New()
			p := signIn(play(t, d, "en", 120, 40), clerk)
			d.Gate["log"] = make(chan struct{})
			p.Hold = true
			p.Press("f4")
			reading := p.Held
			p.Held = nil
			away(p)
			p.Held, p.Hold = reading, false
			p.Step()
			if d.Cancelled["log"] != 1 {
				t.Errorf("%d of 1 cancelled; called %d times\n%s", d.Cancelled["log"], d.Calls["log"], p.Screen())
			}
		})
	}
}
