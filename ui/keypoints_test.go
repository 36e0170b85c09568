package ui_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// A number behind # opens the record that a key point cites; the way back leads to the
// summary. Elsewhere the key says why it does nothing.
func TestAKeyPointLeadsToItsRecordAndBack(t *testing.T) {
	p := open(signIn(play(t, fake.New(), "en", 80, 24), doctor), fake.Active)
	p.Want("NOW", "CHANGED", "TO DO", "Atrial fibrillation 心房顫動 [1]", "Automatic extract, rules v")
	p.Press("#").Want("Open record number").Type("1").Want("Atrial fibrillation", "Esc to the list").Deny("Open record number", "TO DO")
	p.Press("esc").Want("NOW", "TO DO").Press("#", "esc").Deny("Open record number")
	p.Press("v").Want("NOW       ▸", "[1]").Press("v").Want("Problems")
	p.Press("m", "#").Want("no record has that number here")
}

// What is typed behind "last" in the list of commands is looked for at once.
func TestTheListOfCommandsSaysWhenATestWasLastDone(t *testing.T) {
	p := open(signIn(play(t, fake.New(), "en", 80, 24), doctor), fake.Active)
	p.Press("ctrl+p").Type("last potassium").Want("When a test, image or vaccine was last done").Press("enter")
	p.Want("Last done", "Potassium", "14-Nov-2026", "QMH").Deny("HbA1c", "Sodium")
	p.Press("enter", "W").Type("troponin").Want("None in what was read: troponin", "It may have been done elsewhere.")
	p.Press("esc", "esc").Want("NOW")
}
