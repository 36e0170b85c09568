package ui_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// atTheStart is the program whose desk has not yet said who is enrolled on it.
func atTheStart(t *testing.T, d *fake.Desk) *uitest.Player {
	m, err := ui.New(config(d, "en"))
	if err != nil {
		t.Fatal(err)
	}
	return uitest.PlayHeld(t, m, 100, 30).Want("Passphrase").Deny("drlee")
}

func TestAPassphraseTypedBeforeTheListOfPeopleCameIsWhole(t *testing.T) {
	p := atTheStart(t, fake.New())
	p.Type(fake.Passphrase[:3]).Want("***")
	p.Release()
	p.Want("drlee").Type(fake.Passphrase[3:]).Press("enter").Want("Find a patient")
}

// Enter that was pressed before the program had the terminal comes as a line's end.
func TestEnterPressedBeforeTheProgramHadTheTerminalCounts(t *testing.T) {
	play(t, fake.New(), "en", 80, 24).Type(fake.Passphrase).Press("ctrl+j").Want("Find a patient")
}

// Whoever types before the desk's people are listed is not taken to enrolment.
func TestEnterBeforeThePeopleAreListedOpensNoForm(t *testing.T) {
	p := atTheStart(t, fake.New())
	p.Type(fake.Passphrase).Press("enter").Want("! reading who").Deny("Activation code")
	p.Release()
	p.Press("enter").Want("Find a patient")
}

// A list that could not be read is not an empty one: nobody is told to enrol anew.
func TestAListOfPeopleThatCouldNotBeReadIsAskedForAgain(t *testing.T) {
	d := fake.New()
	d.Fail["accounts"] = ehrdesk.E("accounts", ehrdesk.CodeTimeout, nil)
	p := atTheStart(t, d)
	p.Release()
	p.Want("!").Deny("Nobody is enrolled", "drlee")
	p.Press("enter").Want("drlee")
	p.Type(fake.Passphrase).Press("enter").Want("Find a patient")
}

func TestWhatWasTypedWhereNobodyIsEnrolledIsForgotten(t *testing.T) {
	d := fake.New()
	d.People = nil
	p := atTheStart(t, d)
	p.Type("secret")
	p.Release()
	p.Want("Nobody is enrolled").Deny("***")
}
