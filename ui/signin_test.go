package ui_test

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// atTheStart is the program whose desk has not yet said who is enrolled on it.
func atTheStart(t *testing.T, d *fake.Desk) *uitest.Player {
	m, err := ui.New(config(d, "en"))
	if err != nil {
		t.Fatal(err)
	}
	return uitest.PlayHeld(t, m, 100, 30).Want("Passphrase").Deny("drlee")
}

func TestAPassphraseTypedBeforeTheListOfPeopleCameIsWhole(t *testing.T) {
	p := atTheStart(t, fake.New())
	p.Type(fake.Passphrase[:3]).Want("***")
	p.Release()
	p.Want("drlee").Type(fake.Passphrase[3:]).Press("enter").Want("Find a patient")
}

// Enter that was pressed before the program had the terminal comes as a line's end.
func TestEnterPressedBeforeTheProgramHadTheTerminalCounts(t *testing.T) {
	play(t, fake.New(), "en", 80, 24).Type(fake.Passphrase).Press("ctrl+j").Want("Find a patient")
}

// Whoever types before the desk's people are listed is not taken to enrolment.
func TestEnterBeforeThePeopleAreListedOpensNoForm(t *testing.T) {
	p := atTheStart(t, fake.New())
	p.Type(fake.Passphrase).Press("enter").Want("! reading who").Deny("Activation code")
	p.Release()
	p.Press("enter").Want("Find a patient")
}

// A demonstration's first screen is there before its people are; it says how far they are,
// and who has typed the passphrase and Enter is signed in when they have come.
func TestADemonstrationIsOnTheScreenBeforeItIsBuilt(t *testing.T) {
	for lang, want := range map[string]string{"en": "building the demonstration: 40 of 65", "zh-Hant": "正在準備示範資料：40 / 65 項"} {
		c := config(fake.New(), lang)
		built := 40
		c.Demo.Building = func() (int, int) { return built, 65 }
		m, err := ui.New(c)
		if err != nil {
			t.Fatal(err)
		}
		p := uitest.PlayHeld(t, m, 80, 24).Want(want).Deny("reading who")
		p.Type(fake.Passphrase).Press("enter").Want(want)
		built = 65
		p.Release()
		p.Want("A123456(3)").Deny("***")
	}
}

// A list that could not be read is not an empty one: nobody is told to enrol anew.
func TestAListOfPeopleThatCouldNotBeReadIsAskedForAgain(t *testing.T) {
	d := fake.New()
	d.Fail["accounts"] = ehrdesk.E("accounts", ehrdesk.CodeTimeout, nil)
	p := atTheStart(t, d)
	p.Release()
	p.Want("!").Deny("Nobody is enrolled", "drlee")
	p.Press("enter").Want("drlee")
	p.Type(fake.Passphrase).Press("enter").Want("Find a patient")
}

func TestWhatWasTypedWhereNobodyIsEnrolledIsForgotten(t *testing.T) {
	d := fake.New()
	d.People = nil
	p := atTheStart(t, d)
	p.Type("secret")
	p.Release()
	p.Want("Nobody is enrolled").Deny("***")
}

// Where a server's own page asks who signs in, its address stands whole in a row, is copied
// with a key, and Esc gives the sign-in up; the passphrase is asked for again.
func TestAServersPageIsShownCopiedAndGivenUp(t *testing.T) {
	d := fake.New()
	byPage(d)
	p := toPage(play(t, d, "en", 80, 24))
	p.Want("  http://127.0.0.1:49152/X7KF2QP9AB\n", "login.hospital.example", "Ctrl+Y copy address", "Esc cancel")
	p.Deny("Passphrase", "Enter", "drlee", fake.Passphrase)
	p.Press("enter").Want("still working")
	p.Hold = false
	p.Press("ctrl+y").Want("The address was copied")
	if len(p.Clipboard) != 1 || p.Clipboard[0] != d.Page.Address {
		t.Errorf("%q", p.Clipboard)
	}
	p.Press("esc").Want("Passphrase", "drlee").Deny("49152")
	p.Send(screen.PageMsg{Run: 1, Page: *d.Page}) // too late
	p.Deny("49152")
	p.Type("guess").Press("enter").Want("The passphrase is not right").Deny("49152")
}

// What went wrong at the page is told in its own words, and never as a wrong passphrase.
func TestEachTroubleOfASignInIsToldInItsOwnWords(t *testing.T) {
	said := map[string]ehrdesk.SignInTrouble{}
	for _, trouble := range ehrdesk.SignInTroubles() {
		for _, lang := range []string{"en", "zh-Hant", "zh-Hans"} {
			d := fake.New()
			byPage(d)
			d.Fail["page"] = ehrdesk.NotSignedIn("sign-in", trouble)
			p := play(t, d, lang, 120, 40)
			p.Type(fake.Passphrase).Press("enter").Deny("The passphrase is not right", "密碼不正確", "密码不正确", "49152")
			i := strings.Index(p.Screen(), "! ")
			if i < 0 {
				t.Fatalf("%s is not told:\n%s", trouble, p.Screen())
			}
			words, _, _ := strings.Cut(p.Screen()[i:], "\n")
			if other, twice := said[words]; twice && other != trouble {
				t.Errorf("%s and %s are told as %q", trouble, other, words)
			}
			said[words] = trouble
		}
		if trouble.Error() == "" {
			t.Errorf("%q has no words", trouble)
		}
	}
}
