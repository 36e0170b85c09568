package ui_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// alerting is an alert about to be written in an open chart in which there is a case: to Dr Ho, up to what the patient reacted to.
func alerting(p *uitest.Player) *uitest.Player {
	return aboutCases(signIn(p, doctor)).Press("end", "up", "enter").Type("@ho").Press("down", "enter", "tab", "tab", "tab")
}

// An alert is written in an open chart and leaves in one act with its case: what leaves says all of it, it is critical, and it is kept whole
// or not at all.
func TestAnAlertIsWrittenFromTheChart(t *testing.T) {
	d := fake.New()
	sealedCases(d)
	before := len(d.Sealed.All)
	p := alerting(play(t, d, "en", 100, 40)).Type("Cefazolin").Press("tab").Type("anaphylaxis").Press("tab", "left", "tab", "tab", "tab", "left", "tab", "left", "left")
	p.Press("f9").Want("For: Alert", "ALLERGY Cefazolin · anaphylaxis · SEVERE · risk HIGH · likely · seen by Dr LEE", "in no record", "to be acknowledged", "30 min each")
	if len(d.Sealed.All) != before {
		t.Fatal("it left before a yes")
	}
	d.Fail["say-in-case"] = ehrdesk.E("disk", ehrdesk.CodeOther, nil)
	if p.Press("y").Want("! "); len(d.Sealed.All) != before {
		t.Fatal("a case was begun without its alert")
	}
	p.Press("y").Want("the case is begun: kept on this desk", "Alert · open", "ALLERGY Cefazolin · anaphylaxis")
	m := lastSaid(t, d)
	want := &ehrdesk.CaseAllergy{Substance: "Cefazolin", Kind: "allergy", Category: "medication", Risk: "high", Reaction: "anaphylaxis", Severity: "severe", Certainty: ehrdesk.AllergyLikely, Seen: caseLee().Name}
	if !reflect.DeepEqual(m.Body.Allergy, want) || !m.Critical || m.Within != ehrdesk.CaseTurnUsual || m.Text != "" {
		t.Errorf("%+v of %+v", m.Body.Allergy, m)
	}
}

// What an alert needs is said at its field, and what it cannot be; as another case is begun instead nothing of it is asked for.
func TestWhatAnAlertLacksIsSaidAtItsField(t *testing.T) {
	d := fake.New()
	sealedCases(d)
	p := alerting(play(t, d, "en", 100, 50)).Press("f9").Want("! an alert says what the patient reacted to", "▸Alert: to what")
	p.Type("Cefazolin").Press("f9").Want("! an alert says how the patient reacted", "▸How the patient reacted").Type("wheeze")
	for !p.Has("▸+ More") {
		p.Press("tab")
	}
	p.Deny("[ ] critical").Press("space").Deny("view only: no copy").Press("tab", "right").Press("f9").Want("! an alert is there to be recorded").Press("left", "f9").Want("ALLERGY Cefazolin · wheeze")
	p.Press("esc")
	for !p.Has("▸What it is for") {
		p.Press("shift+tab")
	}
	p.Press("left").Deny("Alert: to what").Press("f9").Want("For: Something else", "No first message.").Deny("Cefazolin")
}

// Esc does not throw away what was typed of an alert before it has said so.
func TestEscAsksBeforeWhatWasTypedOfAnAlertIsLost(t *testing.T) {
	d := fake.New()
	sealedCases(d)
	aboutCases(signIn(play(t, d, "en", 100, 40), doctor)).Press("end", "up", "enter", "tab", "tab", "tab").Type("Cefazolin").Press("esc").Want("Esc again: what was typed is lost").Press("esc").Want("begin another case")
}

// What waits shows what it tells of, and for whom it waits where somebody has signed in at no desk yet.
func TestAnAlertThatWaitsSaysWhatItTellsOfAndForWhom(t *testing.T) {
	d := fake.New()
	sealedCases(d)
	d.Sealed.NoDesk = fake.CaseHo.CasePerson
	alerting(play(t, d, "en", 100, 40)).Type("Cefazolin").Press("tab").Type("anaphylaxis").Press("f9", "y").
		Want("WAITS ON THIS DESK", "ALLERGY Cefazolin · anaphylaxis", "Dr HO Chi Keung 何志強 has signed in at no desk that can read it yet")
}

// A drug that the checks do not know is seen before the alert leaves, with what it may be meant for; a class of drugs, and what is no drug, is none.
func TestAnAlertOfAnUnknownDrugSaysSo(t *testing.T) {
	d := fake.New()
	sealedCases(d)
	p := alerting(play(t, d, "en", 110, 40)).Type("Cefazolne").Press("tab").Want("· not known to the checks").Type("wheeze")
	p.Press("f9").Want("know no drug of this name", "It may be: cefazolin")
	for _, known := range []string{"Cefazolin", "penicillin"} {
		d := fake.New()
		sealedCases(d)
		alerting(play(t, d, "en", 110, 40)).Type(known).Press("tab").Type("wheeze").Deny("not known to the checks").Press("f9").Deny("know no drug")
	}
}

// When it was seen is a day that was, with a time or without; it leaves with the alert.
func TestAnAlertSaysWhenItWasSeen(t *testing.T) {
	d := fake.New()
	sealedCases(d)
	p := alerting(play(t, d, "en", 110, 44)).Type("Cefazolin").Press("tab").Type("wheeze").Press(times("tab", 7)...).Want("▸When it was seen")
	p.Type("31-Feb-2026").Press("f9").Want("is a day that was")
	p.Press(times("backspace", 11)...).Type("1-Dec-2099").Press("f9").Want("is a day that was")
	p.Press(times("backspace", 10)...).Type("20-Nov-2026 14:05").Press("f9").Want("20-Nov-2026 14:05").Press("y")
	if a := d.Sealed.Said[len(d.Sealed.Said)-1].Body.Allergy; a == nil || a.At.Format("2006-01-02 15:04 -0700") != "2026-11-20 14:05 +0800" {
		t.Errorf("%+v", a)
	}
}

// Whoever reported an alert in the record sees that on its message; M asks before it makes one more record of it.
func TestAnAlertThatWasReportedSaysSo(t *testing.T) {
	d := fake.New()
	c := d.TellCase("told", d.Patient(fake.Active).ID, ehrdesk.CaseAlert, fake.CaseHo, time.Hour, caseLee())
	c.Say(fake.CaseHo, ago(50), "", true, 0, caseLee())
	c.Tell(caseLee(), ago(40), ehrdesk.CaseEvent{Kind: ehrdesk.CaseOpened, Of: 3}, "")
	c.Bodies = map[string]ehrdesk.CaseBody{"told-3": {Allergy: &ehrdesk.CaseAllergy{Substance: "Cefazolin", Kind: "allergy", Category: "medication", Risk: "high", Reaction: "wheeze", Certainty: ehrdesk.AllergyLikely, Seen: "Dr Ho"}}}
	p := open(signIn(play(t, d, "en", 120, 40), doctor), fake.Active).Press("@", "enter").Want("It stands in this case and in no record")
	c.Reported = map[string]time.Time{"told-3": ago(5)}
	p.Press("f5").Want("You reported it in the record, 09:36").Press("M").Want("this makes one more record of it", "y yes").
		Press("y").Deny("this makes one more record")
}
