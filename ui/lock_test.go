package ui_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

func unlock(p *uitest.Player) *uitest.Player { return p.Type(fake.Passphrase).Press("enter") }

// Where a provider keeps nothing past the session, closing one destroys the copy
// on screen: no round of lock and unlock may close any before the last.
func TestHoweverOftenTheDeskIsUnlockedTheChartStays(t *testing.T) {
	d := fake.New()
	p := open(signIn(play(t, d, "en", 120, 40), doctor), fake.Active).Press("3")
	for range 3 {
		unlock(p.Press("ctrl+l"))
		p.Want("Potassium")
	}
	p.Press("f5").Want("Potassium")
	if d.Closed != 0 {
		t.Fatalf("%d sessions closed under an open chart", d.Closed)
	}
	p.Press("ctrl+p").Type("sign out").Press("enter").Want("Sign in")
	if d.Closed != 4 {
		t.Errorf("%d sessions closed at the end, want 4", d.Closed)
	}
}

// A session that the centre no longer takes is the one thing that signing in
// again must replace.
func TestSigningInAgainReplacesAnEndedSession(t *testing.T) {
	d := fake.New()
	p := open(signIn(play(t, d, "en", 120, 40), doctor), fake.Active)
	d.Fail["sync"] = ehrdesk.E("fake", ehrdesk.CodeNotSignedIn, nil)
	m := p.M.(*ui.Model)
	first := m.Session()
	unlock(p.Press("f5").Want("sign in again").Press("ctrl+l"))
	if m.Session() == first {
		t.Error("the ended session is still in use")
	}
	second := m.Session()
	unlock(p.Press("ctrl+l"))
	if m.Session() != second {
		t.Error("a good session was replaced")
	}
}

// The same staff number at two providers is two accounts.
func TestAPersonOfTwoProvidersSignsInToTheOneChosen(t *testing.T) {
	d := fake.New()
	other := d.People[0]
	other.Provider, other.ProviderName = "1111111111", "Tai Po Clinic 大埔診所"
	d.People = append(d.People, other)
	p := signIn(play(t, d, "en", 120, 40), 4).Want("Find a patient", "Tai Po Clinic")
	unlock(open(p, fake.Active).Press("ctrl+l").Want("▸ Dr LEE"))
	p.Want("Tai Po Clinic", "WONG, Mei Ling")
}

func TestNothingAskedForBehindTheLockAppearsLater(t *testing.T) {
	for _, k := range []string{"f1", "ctrl+p"} {
		p := open(signIn(play(t, fake.New(), "en", 120, 40), doctor), fake.Active).Press("3")
		before := p.Screen()
		p.Press("ctrl+l").Deny("F1 help", "Ctrl+P").Want(fake.Passphrase)
		p.Press(k).Want("not available here")
		if unlock(p); p.Screen() != before {
			t.Errorf("%s while locked: after unlocking\n%s", k, p.Screen())
		}
	}
}

func TestALockedDeskReadsNothing(t *testing.T) {
	now := fake.Clock()
	d := fake.New()
	cfg := config(d, "en")
	cfg.Now, cfg.IdleLock = func() time.Time { return now }, -1
	m, err := ui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	p := open(signIn(uitest.Play(t, m, 120, 40), doctor), fake.OneYear).Press("ctrl+l")
	before := d.Calls["sync"] + d.Calls["detail"]
	for range 3 {
		now = now.Add(10 * time.Minute)
		p.Send(ui.Tick())
	}
	if n := d.Calls["sync"] + d.Calls["detail"]; n != before {
		t.Errorf("%d calls while locked", n-before)
	}
	now = time.Date(2027, 3, 12, 9, 0, 1, 0, fake.Zone) // the consent runs out behind the lock
	p.Send(ui.Tick())
	p.Deny("consent")
	unlock(p).Want("consent has ended", "Find a patient").Deny("SUBRAMANIAM")
}

// A change of the whole layout draws the terminal anew; moving in a list does not.
func TestTheTerminalIsDrawnAnewWhenTheLayoutChanges(t *testing.T) {
	p := open(signIn(play(t, fake.New(), "zh-Hant", 80, 24), doctor), fake.Active)
	for _, k := range []string{"f8", "f1", "esc", "ctrl+p", "esc", "3", "enter", "esc"} {
		p.Clear = 0
		want := 1
		if k == "3" {
			want = 0
		}
		if p.Press(k); p.Clear != want {
			t.Errorf("%s: drawn anew %d times, want %d", k, p.Clear, want)
		}
	}
	p.Clear = 0
	if p.Press("down", "up", "pgdown", "home", "tab", "down", "down"); p.Clear != 0 {
		t.Errorf("moving drew the terminal anew %d times", p.Clear)
	}
	for _, k := range []string{"f2", "ctrl+l"} {
		p.Clear = 0
		if p.Press(k); p.Clear != 1 {
			t.Errorf("%s: drawn anew %d times", k, p.Clear)
		}
	}
}

func TestARecordThatIsGoneIsNotANumberToBeChecked(t *testing.T) {
	d := fake.New()
	p := open(signIn(play(t, d, "en", 120, 40), doctor), fake.Active)
	d.Fail["detail"] = ehrdesk.E("fake", ehrdesk.CodeNotFound, nil)
	p.Press("3").Want("no longer among what").Deny("check the number")
}

func TestHowLongNobodyPressedAKeyIsGoodChinese(t *testing.T) {
	now := fake.Clock()
	cfg := config(fake.New(), "zh-Hant")
	cfg.Now = func() time.Time { return now }
	m, err := ui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	p := signIn(uitest.Play(t, m, 80, 24), doctor)
	now = now.Add(301 * time.Second)
	p.Send(ui.Tick())
	p.Want("閒置 5 分鐘後已鎖定")
}

// Whoever types before the desk's people are listed is not taken to enrolment.
func TestEnterBeforeThePeopleAreListedOpensNoForm(t *testing.T) {
	m, err := ui.New(config(fake.New(), "en"))
	if err != nil {
		t.Fatal(err)
	}
	p := uitest.PlayHeld(t, m, 100, 30)
	p.Press("enter").Deny("Activation code").Want("still working")
	p.Release()
	signIn(p, doctor).Want("Find a patient")
}
