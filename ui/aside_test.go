package ui_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// From a patient to the next and back is three keys each way beside what is typed, and
// a chart that was left is there again with one.
func TestToTheNextPatientAndBack(t *testing.T) {
	d := fake.New()
	p := open(signIn(play(t, d, "en", 80, 24), doctor), fake.Active).Press("3", "3", "down").Want("WONG, Mei Ling")
	row := p.Screen()
	p.Press("f2").Want("Find a patient", "Opened today", "19-Jul-1971 · …456  WONG, Mei Ling").Deny("KNOWN ALLERGIES")
	if d.Shut != 0 {
		t.Error("the chart was closed before anybody went on")
	}
	p.Press("esc")
	if p.Screen() != row {
		t.Errorf("Escape does not go back to where one was:\n%s", p.Screen())
	}
	p.Press("ctrl+t").Want("Today").Press("f2").Want("Opened today").Press("ctrl+t", "esc").Want("KNOWN ALLERGIES")
	p.Press("f2").Type(fake.OneYear).Press("enter", "enter").Want("CONSENT one-year")
	if d.Shut != 1 || len(d.Opens) != 2 {
		t.Errorf("%d charts closed of %d opened, want the one that was left", d.Shut, len(d.Opens))
	}
	p.Press("f2").Want("▸ ").Press("enter", "enter").Want("WONG, Mei Ling", "KNOWN ALLERGIES")
	p.Press("f2", "enter", "enter").Want("CONSENT one-year")
}

// Nothing is chosen beforehand on a desk just signed in at; the arrows go into the list
// and back to the field, and typing goes before it.
func TestTheListUnderTheFieldIsChosenFromWithTheArrows(t *testing.T) {
	d := fake.New()
	p := signIn(play(t, d, "en", 80, 24), doctor).Press("enter").Want("type a number, or choose with ↓")
	p.Press("down").Want("▸ "+fake.NoConsent).Press("down").Want("▸ "+fake.Active).Press("up", "up").Deny("▸ ")
	p.Press("down", "down").Type("a1").Deny("▸ ").Press("backspace", "backspace", "down", "down", "enter").Want("WONG, Mei Ling")
	if len(d.Opens) != 0 {
		t.Error("a choice opened a record")
	}
}

func TestAChartThatWasLeftIsNotKeptBehindALockOrAnotherUser(t *testing.T) {
	d := fake.New()
	p := open(signIn(play(t, d, "en", 80, 24), doctor), fake.Active).Press("f2")
	unlock(p.Press("ctrl+l").Deny("WONG, Mei Ling")).Want("Find a patient", "Opened today").Press("esc").Deny("KNOWN ALLERGIES")
	if d.Shut != 1 {
		t.Errorf("%d charts closed", d.Shut)
	}
	open(p, fake.Active).Press("f2", "ctrl+p").Type("sign out").Press("enter").Want("Sign in")
	if d.Shut != 2 {
		t.Errorf("%d charts closed after signing out", d.Shut)
	}
}

func TestAChartThatWasLeftClosesWhenItsConsentEnds(t *testing.T) {
	d := fake.New()
	now := fake.Clock()
	cfg := config(d, "en")
	cfg.IdleLock = -1
	cfg.Now = func() time.Time { return now }
	m, err := ui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	p := open(signIn(uitest.Play(t, m, 80, 24), doctor), fake.OneYear).Press("f2")
	p.Type("a12")
	now = now.AddDate(2, 0, 0)
	p.Send(ui.Tick())
	p.Want("The sharing consent has ended", "a12").Press("esc", "esc").Deny("CONSENT one-year")
	if d.Shut != 1 {
		t.Errorf("%d charts closed", d.Shut)
	}
}

func TestLeavingAChartWithARunningReleaseAsks(t *testing.T) {
	d := fake.New()
	labelled(d)
	p := released(open(signIn(play(t, d, "en", 120, 40), doctor), fake.Active), fake.Code).Want("HIV antibody")
	p.Press("f2").Want("Leaving the chart ends that").Press("esc").Want("RESTRICTED RECORDS SHOWN")
	p.Press("f2", "enter").Want("Find a patient").Press("esc").Deny("HIV antibody")
	if d.Shut != 1 {
		t.Errorf("%d charts closed: what was released stays with an open one", d.Shut)
	}
}

func TestTodaysListMarksWhoseChartWasOpened(t *testing.T) {
	d := fake.New()
	n, err := ehrdesk.ParseNumber(fake.Active)
	if err != nil {
		t.Fatal(err)
	}
	d.Day = []ehrdesk.Task{{ID: "t1", Kind: ehrdesk.TaskArrival, State: ehrdesk.TaskOpen, Number: n, Patient: d.Patient(fake.Active), Participation: ehrdesk.Registered, At: fake.Clock()}}
	p := signIn(play(t, d, "en", 120, 40), doctor).Press("ctrl+t").Want("WONG").Deny("opened 09:41")
	p = open(p.Press("f2"), fake.Active).Press("ctrl+t")
	p.Want("opened 09:41")
}
