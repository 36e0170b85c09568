package ui_test

import (
	"slices"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// What was said to some of a case is sealed for others too by H: only those who cannot read it are offered, what leaves says that its author is
// told, and it stands there as theirs.
func TestWhatWasSaidIsSealedForOthersFromTheScreen(t *testing.T) {
	d := fake.New()
	c := d.TellCase("later", d.Patient(fake.Active).ID, ehrdesk.CaseOpinion, fake.CaseHo, time.Hour, caseLee())
	c.Say(fake.CaseHo, ago(50), "Seen on admission: wheeze, no rash.", false, 0, caseLee())
	c.Tell(fake.CaseHo, ago(20), ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: &fake.CaseCheng}, "")
	p := signIn(play(t, d, "en", 100, 30), doctor).Press("ctrl+o", "enter")
	p.Press("H").Want("open it first").Press("enter").Want("H Seal for others too")
	p.Press("H").Want("CHENG").Deny("HO Chi Keung 何志強 · Hospital").Press("f9").Want("choose somebody")
	p.Press("tab").Type("@cheng").Press("down", "enter", "f9").
		Want("Seen on admission: wheeze, no rash.", "Dr HO Chi Keung 何志強", "they are told, and read it too").
		Press("y")
	said := d.Sealed.Said
	if len(said) != 1 || said[0].Reseals != 3 || !slices.Contains(said[0].To, fake.CaseCheng.CasePerson) || said[0].Text != "Seen on admission: wheeze, no rash." {
		t.Fatalf("%+v", said)
	}
	p.Want("message 3 of Dr HO", "sealed for others")
}

// What cannot be sealed for others says why.
func TestWhatIsNotSealedForOthersSaysWhy(t *testing.T) {
	for name, one := range map[string]struct {
		tell func(c *fake.CaseTold)
		want string
	}{
		"all read it": {func(c *fake.CaseTold) { c.Say(fake.CaseHo, ago(50), "to all", false, 0) }, "everybody in the case can read it"},
		"it is for sight": {func(c *fake.CaseTold) {
			c.Say(fake.CaseHo, ago(50), "look", false, 0, caseLee())
			c.Bodies = map[string]ehrdesk.CaseBody{"why-4": {Text: "look", ViewOnly: true}}
		}, "for reading only"},
		"to be approved": {func(c *fake.CaseTold) {
			c.Tell(fake.CaseHo, ago(50), ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: &ehrdesk.CaseEnvelope{To: []ehrdesk.CasePerson{caseLee().CasePerson}, Approver: caseLee().CasePerson}}, "minutes")
		}, "is sealed for nobody else"},
	} {
		t.Run(name, func(t *testing.T) {
			d := fake.New()
			c := d.TellCase("why", d.Patient(fake.Active).ID, ehrdesk.CaseOpinion, fake.CaseHo, time.Hour, caseLee(), fake.CaseCheng)
			one.tell(c)
			signIn(play(t, d, "en", 100, 30), doctor).Press("ctrl+o", "enter", "enter", "H").Want(one.want)
		})
	}
}
