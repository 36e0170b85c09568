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
