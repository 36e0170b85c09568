package ui_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// An alert without a text of its own says what it is of on the screen, once it was opened, to its last word at every width; whose turn
// it is to acknowledge it stands below, and what may be done with it at this desk.
func TestAnAlertIsReadWholeAtEveryWidth(t *testing.T) {
	for w := 60; w <= 84; w++ {
		d := fake.New()
		c := d.TellCase("alert", "p", ehrdesk.CaseAlert, fake.CaseHo, time.Hour, caseLee(), fake.CaseWu)
		c.Say(fake.CaseHo, ago(9), "", true, 0, caseLee(), fake.CaseWu)
		c.Bodies = map[string]ehrdesk.CaseBody{"alert-4": {ViewOnly: true, Marked: true, Allergy: &ehrdesk.CaseAllergy{Substance: "Cefazolin", Kind: "allergy", Category: "medication",
			Risk: "high", Reaction: "anaphylaxis", Severity: "severe", Certainty: ehrdesk.AllergyLikely, Seen: "Dr Hoq of ward nine"}}}
		p := signIn(play(t, d, "en", w, 40), doctor).Press("ctrl+o", "enter").Want("not opened").Deny("Cefazolin", "nine", "View only")
		text := strings.Join(strings.Fields(p.Press("enter").Screen()), " ")
		for _, want := range []string{"ALLERGY Cefazolin", "anaphylaxis", "SEVERE", "risk HIGH", "likely", "Hoq", "nine", "until", "then Dr WU", "photograph", "prevented."} {
			if !strings.Contains(text, want) {
				t.Errorf("%d columns: %q is not on the screen:\n%s", w, want, p.Screen())
			}
		}
	}
}

// No column of what was said is lost at the edge of the screen, in an answer neither.
func TestNoColumnOfAMessageIsLost(t *testing.T) {
	var words []string
	for i := range 60 {
		words = append(words, fmt.Sprintf("w%dq", i))
	}
	for _, w := range []int{60, 77, 78, 79, 80, 81, 120} {
		d := fake.New()
		c := d.TellCase("alert", "p", ehrdesk.CaseAlert, fake.CaseHo, time.Hour, caseLee())
		c.Say(caseLee(), ago(19), "Seen.", false, 0, fake.CaseHo)
		c.Say(fake.CaseHo, ago(9), strings.Join(words, " "), false, 3, caseLee())
		p := signIn(play(t, d, "en", w, 60), doctor).Press("ctrl+o", "enter", "end", "enter")
		for _, word := range words {
			p.Want(word)
		}
	}
}

// Whoever approves something approves or refuses it, and a time is accepted: the keys and what is asked say so, and the others are asked
// for nothing more than to acknowledge.
func TestWhatIsApprovedAndAcceptedIsCalledSo(t *testing.T) {
	meeting := ehrdesk.CaseBody{Meeting: &ehrdesk.CaseMeeting{At: fake.Clock().Add(time.Hour), Minutes: 30}}
	for name, tt := range map[string]struct {
		v    ehrdesk.CaseEnvelope
		b    ehrdesk.CaseBody
		foot string
		asks map[string]string
	}{
		"approver": {ehrdesk.CaseEnvelope{Approver: caseLee().CasePerson}, ehrdesk.CaseBody{Approve: ehrdesk.CaseExport}, "y Approve · J Refuse", map[string]string{"y": "You approve it by name", "J": "You refuse it by name"}},
		"another":  {ehrdesk.CaseEnvelope{Approver: fake.CaseWu.CasePerson}, ehrdesk.CaseBody{Approve: ehrdesk.CaseExport}, "1 Answer", nil},
		"a time":   {ehrdesk.CaseEnvelope{}, meeting, "y Accept the time · J Decline", map[string]string{"y": "You accept the time that is proposed"}},
		"words":    {ehrdesk.CaseEnvelope{}, ehrdesk.CaseBody{}, "y Acknowledge · J Decline", map[string]string{"y": "You take it on by name"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := fake.New()
			bodied(d, tt.v, "Words.", tt.b)
			p := signIn(play(t, d, "en", 120, 40), doctor).Press("ctrl+o", "enter", "enter").Want(tt.foot)
			for key, words := range tt.asks {
				if p.Press(key); key == "J" {
					p.Press("f9")
				}
				p.Want(words).Press("esc", "esc")
				p.Press("ctrl+o", "enter")
			}
		})
	}
}
