package ui_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// clinical words of the fake records: none may be seen where none may be shown.
var clinical = []string{"Potassium", "warfarin", "penicillin", "hypertension", "fibrillation", "CRITICAL", "ALLERG", "過敏", "mmol", "Allergies"}

// personal words of the fake patients.
var personal = []string{"WONG, Mei", "黃美玲", "G123456", "2345 6789", "1971"}

func TestWithoutConsentNoScreenShowsOneClinicalWord(t *testing.T) {
	for _, number := range []string{fake.NoConsent, fake.Expired, fake.Withdrawn, fake.Unverified, fake.Child} {
		for _, who := range []int{doctor, clerk} {
			p := find(signIn(play(t, fake.New(), "en", 120, 40), who), number)
			p.Deny(clinical...)
			for _, k := range []string{"enter", "y", "space", "4", "5", "6", "enter", "a", "enter", "/", "r", "3", "f5", "f3", "tab", "enter", "ctrl+p", "esc"} {
				p.Press(k).Deny(clinical...)
			}
		}
	}
}

func TestTheFrontDeskSeesNoClinicalWordEvenWithConsent(t *testing.T) {
	p := find(signIn(play(t, fake.New(), "en", 120, 40), clerk), fake.Active)
	p.Want("WONG", "CONSENT indefinite", "does not open records").Deny(clinical...)
	for _, k := range []string{"enter", "f5", "3", "r"} {
		p.Press(k).Deny(clinical...)
	}
}

func TestALockedScreenShowsNothingOfThePatient(t *testing.T) {
	for _, lang := range []string{"en", "zh-Hant", "zh-Hans"} {
		p := open(signIn(play(t, fake.New(), lang, 200, 60), doctor), fake.Active)
		p.Press("3", "3", "enter").Want("WONG")
		p.Press("ctrl+l").Deny(clinical...).Deny(personal...)
		for _, k := range []string{"f1", "f2", "f3", "f5", "ctrl+p", "esc", "tab", "/", "ctrl+l", "f8", "f7"} {
			p.Press(k).Deny(clinical...).Deny(personal...)
		}
	}
}

func TestUnlockingGoesBackToTheSameRecord(t *testing.T) {
	d := fake.New()
	p := open(signIn(play(t, d, "en", 120, 40), doctor), fake.Active).Press("3", "3")
	before := p.Screen()
	p.Press("ctrl+l").Type("guess").Press("enter").Want("not right").Deny(personal...)
	p.Press("ctrl+u").Type(fake.Passphrase).Press("enter")
	if p.Screen() != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, p.Screen())
	}
}

func TestAnotherPersonAtALockedDeskEndsTheFirstSession(t *testing.T) {
	d := fake.New()
	p := open(signIn(play(t, d, "en", 120, 40), doctor), fake.Active)
	p.Press("ctrl+l", "down").Type(fake.Passphrase).Press("enter")
	p.Want("WONG Siu Ling", "Find a patient").Deny("WONG, Mei Ling", "G123456(A)   eHR")
	if d.Closed != 1 {
		t.Errorf("%d sessions closed, want 1", d.Closed)
	}
}

func TestTheDeskLocksItselfWhenNobodyPressesAKey(t *testing.T) {
	now := fake.Clock()
	cfg := config(fake.New(), "en")
	cfg.Now = func() time.Time { return now }
	m, err := ui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	p := open(signIn(uitest.Play(t, m, 120, 40), doctor), fake.Active)
	now = now.Add(4 * time.Minute)
	p.Send(ui.Tick())
	p.Want("WONG, Mei Ling")
	now = now.Add(61 * time.Second)
	p.Send(ui.Tick())
	p.Want("Locked after 5 m").Deny(personal...)
}

func TestARecordClosesWhenItsConsentRunsOut(t *testing.T) {
	now := fake.Clock()
	cfg := config(fake.New(), "en")
	cfg.Now, cfg.IdleLock = func() time.Time { return now }, -1
	m, err := ui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	p := open(signIn(uitest.Play(t, m, 120, 40), doctor), fake.OneYear).Want("SUBRAMANIAM")
	now = time.Date(2027, 3, 12, 9, 0, 1, 0, fake.Zone)
	p.Send(ui.Tick())
	p.Want("consent has ended").Deny("SUBRAMANIAM").Deny(clinical...)
}

func TestDataOfAnotherPatientIsRefused(t *testing.T) {
	d := fake.New()
	d.Fail["sync"] = ehrdesk.E("fake", ehrdesk.CodeTampered, nil)
	p := open(signIn(play(t, d, "en", 120, 40), doctor), fake.Active)
	p.Want("sync stopped", "security officer")
}

// The raw text of an error never reaches the screen, whatever it says.
func TestErrorTextIsNeverShown(t *testing.T) {
	for _, call := range []string{"find", "open", "sync", "grant", "offer", "detail", "signin", "accounts"} {
		d := fake.New()
		d.Fail[call] = ehrdesk.Errorf("fake."+call, ehrdesk.CodeOther, "secret A123456(3) from the inside")
		p := play(t, d, "en", 120, 40)
		for _, step := range []func(){
			func() { signIn(p, doctor) }, func() { signIn(p, 0) }, func() { find(p, fake.Active) }, func() { p.Press("enter") },
			func() { p.Press("enter") }, func() { p.Press("3", "3", "enter") }, func() { p.Press("f2"); find(p, fake.Expired) },
			func() {
				p.Press("enter", "y", "space").Type(fake.Tail).Press("enter", "a", "enter").Type(fake.Key).Press("enter", "y")
			},
		} {
			step()
			if s := p.Screen(); strings.Contains(s, "from the inside") || strings.Contains(s, "fake.") {
				t.Fatalf("%s: raw error on screen:\n%s", call, s)
			}
		}
	}
}

func TestTheRecordClosesWhenTheCentreSaysThatConsentEnded(t *testing.T) {
	d := fake.New()
	p := open(signIn(play(t, d, "en", 120, 40), doctor), fake.Active).Press("3", "3").Want("WONG, Mei")
	d.Fail["sync"] = ehrdesk.E("fake", ehrdesk.CodeConsentNeeded, nil)
	p.Press("f5").Want("consent has ended", "Find a patient").Deny("WONG, Mei").Deny(clinical...)
}

func TestAPersonWithoutAnHKICIsFoundByAnotherDocument(t *testing.T) {
	p := find(signIn(play(t, fake.New(), "en", 80, 24), doctor), "pass irl px1234567")
	p.Want("O'Brien Séamus", "Passport or travel document IRL PX1234567")
}

func TestTheASCIISetNeedsNoOtherSymbol(t *testing.T) {
	cfg := config(fake.New(), "en")
	cfg.ASCII = true
	m, err := ui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	p := open(signIn(uitest.Play(t, m, 120, 40), doctor), fake.Active).Press("3", "3")
	for _, r := range p.Screen() {
		if r > 0x7e && r < 0x2e80 && r != 'µ' {
			t.Fatalf("%c (U+%04X) on the screen:\n%s", r, r, p.Screen())
		}
	}
}
