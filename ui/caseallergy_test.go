package ui_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// toldAllergy is a case of the doctor's in which an allergy was told that nobody has opened, about a patient.
func toldAllergy(d *fake.Desk, patient string) *fake.CaseTold {
	c := d.TellCase("alert", patient, ehrdesk.CaseAlert, fake.CaseHo, time.Hour, caseLee(), fake.CaseWu)
	c.Say(fake.CaseHo, ago(9), "", true, 0, caseLee(), fake.CaseWu)
	c.Bodies = map[string]ehrdesk.CaseBody{"alert-4": {Allergy: &ehrdesk.CaseAllergy{Substance: "Cefazolin", Kind: "allergy", Category: "medication",
		Risk: "high", Reaction: "anaphylaxis", Severity: "severe", Certainty: ehrdesk.AllergyLikely, Seen: "Dr Ho"}}}
	return c
}

// What an alert tells is reported from the message once it was opened: in the chart that is open, by the form, filled in as unconfirmed; it
// is on the way to nobody before it was seen and signed. Where no draft can be made the message stands there again, with why.
func TestAnAlertIsReportedAsAnUnconfirmedAllergyFromItsMessage(t *testing.T) {
	d := fake.New()
	toldAllergy(d, d.Patient(fake.Active).ID)
	p := open(signIn(play(t, d, "en", 120, 40), doctor), fake.Active).Press("@", "enter").Want("Alert · open", "not opened")
	p.Press("M").Want("open it first (Enter)")
	p.Press("enter").Want("ALLERGY Cefazolin", "M Add as unconfirmed allergy").Press("M")
	p.Want("Cefazolin", "Told, not confirmed", "Told by drho").Deny("ALLERGY Cefazolin")
	if d.Calls["draft-allergy"] != 1 || d.Calls["sign"] != 0 || d.Calls["deposit"] != 0 {
		t.Errorf("%v", d.Calls)
	}
	if len(d.Drafted) != 1 {
		t.Errorf("%d drafts", len(d.Drafted))
	}
	p.Press("f9").Want("Cefazolin").Press("S").Want("Sign and send Allergy").Press("y").Want("synced").Press("esc", "@", "enter").Want("ALLERGY Cefazolin")
}

// Where no draft can be made of an alert the message stands there again, with why.
func TestAnAlertOfWhichNoDraftCanBeMadeStandsThereAgain(t *testing.T) {
	d := fake.New()
	toldAllergy(d, d.Patient(fake.Active).ID)
	d.Fail["draft-allergy"] = ehrdesk.E("disk", ehrdesk.CodeNotFound, nil)
	open(signIn(play(t, d, "en", 120, 40), doctor), fake.Active).Press("@", "enter", "enter", "M").Want("Alert · open", "ALLERGY Cefazolin", "! ")
}

// Where the chart is not open that is said, and the patient is looked up; the form opens with their chart and with nobody else's.
func TestAnAlertIsReportedWhereTheChartIsNotOpen(t *testing.T) {
	for other, want := range map[string]int{fake.Active: 1, fake.OneYear: 0} {
		d := fake.New()
		d.Opened = append(d.Opened, ehrdesk.Recent{Patient: d.Patient(fake.Active), At: ago(60)})
		toldAllergy(d, d.Patient(fake.Active).ID)
		p := signIn(play(t, d, "en", 120, 40), doctor).Press("ctrl+o", "enter", "enter", "M").Want("The patient's chart is not open", "y looks the patient up")
		if d.Calls["draft-allergy"] != 0 {
			t.Fatal("a draft was made without the chart")
		}
		if p.Press("esc").Want("ALLERGY Cefazolin").Press("M", "y"); other == fake.Active {
			p.Press("enter").Want("Cefazolin", "Told, not confirmed")
		} else {
			open(p.Press("f2"), other).Deny("Cefazolin")
			open(p.Press("f2"), fake.Active).Deny("Cefazolin")
		}
		if d.Calls["draft-allergy"] != want {
			t.Errorf("%s: %d drafts", other, d.Calls["draft-allergy"])
		}
	}
}

// A patient whose number this desk does not know is not looked up by it, and what tells of no allergy is not reported as one.
func TestWhatCannotBeReportedAsAnAllergySaysWhy(t *testing.T) {
	d := fake.New()
	c := toldAllergy(d, "p-elsewhere")
	c.Say(fake.CaseHo, ago(5), "Words.", false, 0, caseLee())
	c.Say(fake.CaseHo, ago(4), "For the ward.", false, 0, fake.CaseWu)
	p := signIn(play(t, d, "en", 120, 40), doctor).Press("ctrl+o", "enter", "enter").Deny("M Add").Press("M").Want("does not know their number: open it (F2)")
	p.Press("down", "enter").Deny("M Add").Press("M").Want("this message tells of no allergy").Press("down", "M").Want("it was not said to you")
}
