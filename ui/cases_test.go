package ui_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// caseLee is the doctor of the fake, as a case names them.
func caseLee() ehrdesk.CaseMember {
	a := fake.New().People[doctor]
	return ehrdesk.CaseMember{CasePerson: ehrdesk.CasePerson{Provider: a.Provider, Staff: a.Staff}, Name: a.Name}
}

func ago(min int) time.Time { return fake.Clock().Add(-time.Duration(min) * time.Minute) }

// sealedCases is a doctor in five cases: one with something critical, one closing that is theirs, one in which something went to all,
// one that is over and one whose history does not hold.
func sealedCases(d *fake.Desk) {
	lee, ho, wu, cheng := caseLee(), fake.CaseHo, fake.CaseWu, fake.CaseCheng
	for _, n := range []string{fake.Active, fake.OneYear, fake.Child} {
		d.Opened = append(d.Opened, ehrdesk.Recent{Patient: d.Patient(n), At: ago(60)})
	}
	alert := d.TellCase("alert", d.Patient(fake.Active).ID, ehrdesk.CaseAlert, ho, 3*time.Hour, lee, wu)
	alert.Say(ho, ago(170), "She came in with wheeze after the first dose of cefazolin. Stable now.", false, 0, lee, wu)
	alert.Tell(wu, ago(160), ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: 4}, "")
	alert.Tell(lee, ago(150), ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: 4}, "")
	alert.Say(lee, ago(149), "Penicillin was tolerated in 2019.", false, 4, ho, wu)
	alert.Tell(ho, ago(140), ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: 7}, "")
	alert.Tell(ho, ago(139), ehrdesk.CaseEvent{Kind: ehrdesk.CaseAcknowledged, Of: 7}, "")
	alert.Say(wu, ago(90), "For the ward only.", false, 0, ho)
	alert.Say(ho, ago(40), "Anaphylaxis to cefazolin is confirmed: tryptase 38.\nPlease add the allergy.", true, 0, lee, wu)
	alert.Given = []ehrdesk.CaseGiven{{Envelope: "alert-7", To: ho.CasePerson, At: ago(145)}, {Envelope: "alert-7", To: wu.CasePerson, At: ago(144)}, {Envelope: "alert-11", To: wu.CasePerson, At: ago(38)}}
	closing := d.TellCase("closing", d.Patient(fake.OneYear).ID, ehrdesk.CaseOpinion, lee, 50*time.Hour, cheng)
	closing.Say(cheng, ago(2000), "Topical steroid for two weeks.", false, 0, lee)
	closing.Tell(lee, ago(1990), ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: 3}, "")
	closing.Tell(lee, ago(2), ehrdesk.CaseEvent{Kind: ehrdesk.CaseCloses}, "")
	board := d.TellCase("board", "p-elsewhere", ehrdesk.CaseBoard, wu, 24*time.Hour, ho, lee)
	board.Say(wu, ago(600), "Thursday at five.", false, 0, ho, lee)
	over := d.TellCase("over", d.Patient(fake.Child).ID, ehrdesk.CaseTransfer, lee, 200*time.Hour, ho)
	over.Tell(lee, ago(100*60), ehrdesk.CaseEvent{Kind: ehrdesk.CaseCloses}, "")
	over.Tell(lee, ago(20*60), ehrdesk.CaseEvent{Kind: ehrdesk.CaseEnded}, "")
	d.TellCase("broken", d.Patient(fake.Child).ID, ehrdesk.CaseJointCare, cheng, 100*time.Hour, lee).Broken = "at event 3"
}

// toCase opens a case by its row.
func toCase(p *uitest.Player, id string) *uitest.Player {
	n := map[string]int{"alert": 0, "broken": 1, "closing": 2, "board": 3, "over": 4}[id]
	return p.Press("ctrl+o", "home").Press(times("down", n)...).Press("enter")
}

// Cases stand beside requests, by what is to be done: critical first; a patient whom the desk does not know is not named.
func TestCasesStandInTheInboxByWhatIsToBeDone(t *testing.T) {
	d := fake.New()
	sealedCases(d)
	p := signIn(play(t, d, "en", 160, 40), doctor).Press("ctrl+o")
	at, rows := -1, p.Screen()
	for _, want := range []string{"To act  3", "! CRITICAL: 1 to acknowledge", "ITS HISTORY DOES NOT HOLD", "closes in 71 h 58 m", "To know  2", "patient not known by name at this desk", "DESTROYED"} {
		i := strings.Index(rows, want)
		if i < at {
			t.Errorf("%q stands at %d:\n%s", want, i, rows)
		}
		at = i
	}
	p.Want("cases: 3 to act on, 1 CRITICAL", "Alert · open", "with Queen Mary Hospital").Deny("cefazolin")
}

// To open a message is an act: the hint says so before, and its author is told; what is sealed for others says for whom, and stays shut.
func TestOpeningAMessageInACaseIsAnAct(t *testing.T) {
	d := fake.New()
	sealedCases(d)
	p := toCase(signIn(play(t, d, "en", 120, 40), doctor), "alert")
	p.Want("! CRITICAL", "not opened · Enter opens it, and Dr HO Chi Keung 何志強 is told that you did", "open it: its author is told", "sealed, for Dr HO").Deny("tryptase").Deny("For the ward only")
	if d.Calls["open-in-case"] != 0 {
		t.Fatal("looking at it opened it")
	}
	p.Press("y").Want("open it first (Enter)").Deny("This cannot be taken back")
	p.Press("enter").Want("tryptase 38.", "Dr HO Chi Keung 何志強 is told that you opened it", "✓✓ opened")
	p.Press("up", "enter").Want("sealed, for Dr HO").Deny("For the ward only")
	if d.Calls["open-in-case"] != 1 {
		t.Errorf("%d were opened", d.Calls["open-in-case"])
	}
}

// What is critical is acknowledged by name after a yes, and stays on the list until then; opened is another word than acknowledged.
func TestACriticalMessageIsAcknowledgedAfterAYes(t *testing.T) {
	d := fake.New()
	sealedCases(d)
	p := toCase(signIn(play(t, d, "en", 120, 40), doctor), "alert").Press("enter", "y").Want("You take it on by name", "This cannot be taken back", "no. 11")
	if d.Calls["answer-in-case"] != 0 {
		t.Fatal("it was acknowledged before a yes")
	}
	p.Press("esc").Want("cases: 3 to act on, 1 CRITICAL").Press("y", "y").Want("Acknowledge: kept on this desk", "■ acknowledged 09:41 you", "cases: 2 to act on").Deny("1 CRITICAL")
	p.Press("y").Want("you have acknowledged or declined it")
}
