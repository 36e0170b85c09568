package ui_test

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// recordsOf are records of a patient by how their titles begin.
func recordsOf(d *fake.Desk, id string, titles ...string) (out []ehrdesk.Record) {
	d.Change(id, func(f fake.Facts) {
		for _, t := range titles {
			for _, r := range *f.Records {
				if strings.HasPrefix(r.Title, t) {
					out = append(out, r)
					break
				}
			}
		}
	})
	return out
}

// atTheDoor is a desk on whose list two patients have something that waits: one who comes, with a critical result, an
// allergy and two drugs, and one of another day.
func atTheDoor(d *fake.Desk) {
	d.Came(fake.Active, 3, recordsOf(d, "p2", "Potassium", "penicillin"), recordsOf(d, "p2", "warfarin", "amlodipine"))
	d.Came(fake.OneYear, 70, nil, recordsOf(d, "p2", "Influenza"))
	for i := range d.Day {
		if d.Day[i].Patient.ID != "p2" {
			d.Day[i].Call.History = append(d.Day[i].Call.History, ehrdesk.Step{State: ehrdesk.WorkAccepted, Outcome: ehrdesk.CallTaken, Stamp: ehrdesk.Stamp{At: fake.Clock(), By: "drho"}})
		}
	}
	p := d.Patient(fake.Active)
	d.Day = append(d.Day, ehrdesk.Task{ID: "arrival", Kind: ehrdesk.TaskArrival, State: ehrdesk.TaskOpen, Work: ehrdesk.WorkRequested, Number: p.Number(), Patient: p, Added: fake.Clock(), At: fake.Clock()})
}

func newsPage(p *uitest.Player) { signIn(p, doctor).Press("ctrl+t") }

// newsChart opens the chart from the line of what waits, by the ordinary way.
func newsChart(p *uitest.Player) {
	newsPage(p)
	p.Press("home", "enter", "enter")
}

func TestWhatCameNewStandsOnTheListWithItsOwnerAndNotWhatItIs(t *testing.T) {
	d := fake.New()
	atTheDoor(d)
	p := signIn(play(t, d, "en", 160, 40), doctor).Press("ctrl+t")
	p.Want("Came new, to be acknowledged in the chart  2", "! 2 to act on · 2 to know · 3 h 0 m · nobody has it yet: T", "! 2 to act on · 2 to know (nobody has it yet: T)", "1 to know · 2 d · drho has it")
	p.Deny("Potassium", "penicillin", "warfarin", "Influenza")
}

func TestWhatWaitsIsTakenOverAndOpensAtWhatIsNew(t *testing.T) {
	d := fake.New()
	atTheDoor(d)
	p := play(t, d, "en", 160, 48)
	newsPage(p)
	p.Press("f", "f").Want("only: came new, to be acknowledged, 2 of 3").Press("T").Want("you have what waits of this patient", "drlee has it")
	p.Press("delete").Want("it leaves the list once it is acknowledged in the chart")
	p.Press("enter", "enter").Want("To acknowledge", "TO ACT ON", "to know", "here for 3 h 0 m · drlee has it", "y acknowledges one · Y all that is to be known")
}

func TestWhatIsToBeActedOnIsAcknowledgedOneByOneAndTheRestAtOnce(t *testing.T) {
	d := fake.New()
	atTheDoor(d)
	p := play(t, d, "en", 160, 48)
	newsChart(p)
	focus := func(title string) {
		t.Helper()
		p.Press("home")
		for range 12 {
			for row := range strings.Lines(p.Screen()) {
				if strings.Contains(row, "▸"+title) {
					return
				}
			}
			p.Press("down")
		}
		t.Fatalf("no line of %s in focus:\n%s", title, p.Screen())
	}
	focus("penicillin")
	p.Press("y").Want("acknowledged by you")
	if all := d.Said["p2"]; len(all) != 1 || all[0].By != "drlee" || all[0].Records[0].Resource != "AllergyIntolerance" {
		t.Fatalf("%+v", all)
	}
	p.Press("Y").Want("2 acknowledged by you").Want("To acknowledge").Deny("to know")
	focus("Potassium") // a result has its card
	p.Press("y").Want("Acknowledge – Potassium").Press("down", "y").Want("result acknowledged").Deny("To acknowledge")
	p.Press("Y").Want("nothing that is to be known waits")
	p.Press("ctrl+t").Want("Came new, to be acknowledged in the chart  1").Deny("to act on")
}

func TestWhatIsNotKeptStillWaits(t *testing.T) {
	d := fake.New()
	atTheDoor(d)
	p := play(t, d, "en", 160, 48)
	newsChart(p)
	d.Fail["acknowledge-news"] = ehrdesk.E("x", ehrdesk.CodeOther, nil)
	p.Press("Y").Want("To acknowledge", "to know").Deny("acknowledged by you")
	if len(d.Said["p2"]) != 0 {
		t.Errorf("%+v", d.Said["p2"])
	}
}

func TestWhatWaitsIsACommandForWhoReviewsRecords(t *testing.T) {
	d := fake.New()
	atTheDoor(d)
	p := signIn(play(t, d, "en", 160, 40), doctor).Press("ctrl+p").Type("came new").Press("enter")
	p.Want("only: came new, to be acknowledged, 2 of 3").Press("esc").Want("Arrivals  1")
	none := fake.New()
	signIn(play(t, none, "en", 160, 40), nurse).Press("ctrl+p").Type("came new").Press("enter").Want("what came new is for who sees referrals and results")
}
