package ui_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// reading is a doctor in a record of the open chart, and beside it in the list of records.
func reading(t *testing.T, d *fake.Desk) *uitest.Player {
	t.Helper()
	return open(signIn(play(t, d, "en", 120, 44), doctor), fake.Active).Press("3", "3", "enter")
}

// @ on a record that is being read has the first message name it, by its version and hash; the form and what leaves say so, and Ctrl+K takes it out.
func TestACaseIsBegunAboutTheRecordThatIsRead(t *testing.T) {
	d := fake.New()
	p := reading(t, d).Press("@").Type("@ho").Press("down", "enter").Want("More: 1 record")
	p.Press("f9").Want("No first message.").Press("esc")
	for !p.Has("▸First message") {
		p.Press("tab")
	}
	p.Type("What do you make of this?").Press("f9").Want("Names the record", "its version and hash, and no copy").Press("y").Want("the case is begun")
	if all := lastSaid(t, d).Body.Records; len(all) != 1 {
		t.Errorf("%+v", all)
	}
}

// In a case that was gone to from the record a message names it too; not where the case was gone to from the list of all, nor from the list of records.
func TestAMessageNamesTheRecordThatItWasWrittenFrom(t *testing.T) {
	d := fake.New()
	sealedCases(d)
	p := reading(t, d).Press("@").Want("Sealed cases about this patient").Press("enter", "2").Want("More: 1 record").Type("See this.").Press("f9").Want("Names the record").Press("y")
	if all := lastSaid(t, d).Body.Records; len(all) != 1 {
		t.Errorf("%+v", all)
	}
	p.Press("esc", "esc").Want("KNOWN ALLERGIES").Press("ctrl+o", "home", "enter", "2").Deny("More: 1 record").Press("esc", "esc", "esc")
	q := open(signIn(play(t, fake.New(), "en", 120, 44), doctor), fake.Active).Press("3", "@").Type("@ho").Press("down", "enter").Want("+ More").Deny("More: 1 record")
	q.Press("esc", "esc")
}
