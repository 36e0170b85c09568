package ui_test

import (
	"reflect"
	"testing"

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
