package ui_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

func TestTheAccessLogNarrowsAndLeavesTheScreenBehind(t *testing.T) {
	d := fake.New()
	p := open(signIn(play(t, d, "en", 120, 40), doctor), fake.Active).Press("3")
	before := p.Screen()
	p.Press("f4").Want("Access log of this desk", "8 of 8 entries", "chain unbroken", "Entry 8")
	p.Press("tab").Want("‹ today ›", "6 of 8 entries").Press("tab").Want("refused or failed", "2 of 8 entries")
	p.Press("tab").Want("this patient", "4 of 8 entries").Press("tab").Want("‹ all ›")
	p.Type("cmei consent").Want("2 of 8 entries", "took a consent").Deny("drlee ")
	p.Press("down").Want("genuine chip (training-1)")
	p.Type(" nothing of the kind").Want("No entry fits")
	p.Press("esc")
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
