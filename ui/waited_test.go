package ui_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// unanswered puts acts on a desk of which the centre has said nothing yet.
func unanswered(d *fake.Desk, numbers ...string) {
	for i, number := range numbers {
		who := d.Patient(number)
		d.Day = append(d.Day, ehrdesk.Task{ID: fmt.Sprintf("act-%d", i), Kind: ehrdesk.TaskAct, State: ehrdesk.TaskUnknown, Act: ehrdesk.AuditGrant, Channel: ehrdesk.ByForm,
			Number: who.Number(), Patient: who, At: fake.Clock(), Added: fake.Clock()})
	}
}

// What went when the line came back is said as a whole, with what did not, and stands in the
// list: what, for whom, and how long it had waited.
func TestWhatWaitedIsSaidAndListedWhenTheLineIsBack(t *testing.T) {
	for _, lang := range []string{"en", "zh-Hant", "zh-Hans"} {
		d := fake.New()
		unanswered(d, fake.NoConsent, fake.Expired, fake.Withdrawn)
		d.Link = ehrdesk.Offline
		p, pass := clocked(t, d, 80, 24)
		signIn(p, clerk)
		pass(2 * time.Hour)
		d.Link = ehrdesk.Online
		d.Outcome = func(a *ehrdesk.Task) {
			if a.Number == d.Patient(fake.Withdrawn).Number() {
				a.State, a.Why = ehrdesk.TaskRefused, ehrdesk.Refusal(ehrdesk.CodeConsentNeeded)
				return
			}
			a.Kind, a.State, a.Added, a.Reference = ehrdesk.TaskDone, ehrdesk.TaskEnded, fake.Clock().Add(2*time.Hour), "SC-1"
		}
		pass(16 * time.Second)
		p.Want("1 not taken · 2 acts on record · Ctrl+T lists them")
		p.Press("ctrl+t").Want("To look at  1", "withdrawn since: ask the patient again", "Sent after waiting for the line  2", "had waited 2 h").Deny("Done today")
		if lang == "en" {
			continue
		}
		q := signIn(play(t, d, lang, 80, 24), clerk).Press("ctrl+t")
		if s := q.Screen(); strings.Contains(s, "waited") || !strings.Contains(s, "曾等候") {
			t.Errorf("%s:\n%s", lang, s)
		}
	}
}

// Where the person has to sign in again first, that is asked for once, and the list says so of
// each act until it is done; an act of a colleague waits for the colleague.
func TestWhatWaitsSaysWhoHasToSignIn(t *testing.T) {
	d := fake.New()
	lineBack(d)
	own := d.Day[1]
	own.ID, own.Staff = "own", ""
	d.Day = append(d.Day, own)
	d.Fail["poll"] = ehrdesk.NotSignedIn("sign-in", ehrdesk.SignInOver)
	p, pass := clocked(t, d, 120, 30)
	signIn(p, clerk)
	pass(16 * time.Second)
	p.Want("What waits goes when you sign in again (Ctrl+L).")
	p.Press("ctrl+t").Want("goes when wong.kf signs in", "3 h 0 m · goes when you sign in again (Ctrl+L)", "4 accesses to report", "1 h 0 m · goes when you sign in again (Ctrl+L)")
	delete(d.Fail, "poll")
	pass(16 * time.Second)
	p.Want("goes when wong.kf signs in", "kept until the line is back").Deny("sign in again")
}

// What was opened without the line is on the list and asks for nothing.
func TestReportsOfAccessesAreListedAndStay(t *testing.T) {
	d := fake.New()
	lineBack(d)
	d.Day = d.Day[len(d.Day)-1:]
	p := signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t").Want("4 accesses to report")
	if p.Press("delete", "delete").Want("always reported"); len(d.Day) != 1 {
		t.Error("it was taken off")
	}
}

// At a server that is no centre of eHealth's the first screen does not say that it is one.
func TestTheFirstScreenSaysNothingOfEHealthElsewhere(t *testing.T) {
	for lang, words := range map[string][2]string{"en": {"clinician workstation", "eHealth record sharing"}, "zh-Hant": {"醫護工作站", "醫健通"}, "zh-Hans": {"医护工作站", "医健通"}} {
		d := fake.New()
		play(t, d, lang, 80, 24).Want(words[0], words[1])
		byPage(d)
		play(t, d, lang, 80, 24).Want(words[0]).Deny(words[1])
		d.People = nil
		play(t, d, lang, 80, 24).Want("--signin smart") // what the screen cannot do is a command
	}
}
