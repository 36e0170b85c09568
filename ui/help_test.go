package ui_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// Help and the list of commands stand below the whole banner: name, risks, allergies and
// consent are never covered.
func TestHelpNeverCoversTheBanner(t *testing.T) {
	for _, size := range [][2]int{{60, 20}, {80, 24}, {200, 60}} {
		p := open(signIn(play(t, fake.New(), "en", size[0], size[1]), doctor), fake.Active)
		for _, k := range []string{"f1", "ctrl+p", "f4"} {
			p.Press(k).Want("WONG, Mei Ling", "risk A C", "KNOWN ALLERGIES 2", "penicillin – anaphylaxis", "CONSENT indefinite").Press("esc")
		}
	}
}

// F1 has the eHealth Office's numbers, and the addresses of the forms in letters beside
// each code; a terminal of ASCII alone has the letters. A code is whole or not there.
func TestHelpHasTheNumbersAndTheCodesOfTheForms(t *testing.T) {
	forms := text.New().Help.Forms
	p := signIn(play(t, fake.New(), "en", 200, 60), doctor).Press("f1", "tab")
	p.Want("3467 6300", "3467 6230", "ehr@ehealth.gov.hk", forms[0].Address, "▀", "▄")
	if p.Has("its code fits") {
		t.Errorf("no code in 200x60:\n%s", p.Screen())
	}
	p.Press("end").Want(forms[2].Address)
	small := signIn(play(t, fake.New(), "en", 80, 24), doctor).Press("f1", "tab").Want("3467 6300", "3467 6230")
	small.Press("end").Want("https://www.ehealth.gov.hk", "▀")
	cfg := config(fake.New(), "en")
	cfg.ASCII = true
	plain := playWith(t, cfg, 200, 60)
	signIn(plain, doctor).Press("f1", "tab").Want(forms[0].Address, forms[1].Address, forms[2].Address).Deny("▀", "▄", "█", "its code fits")
}

// Where a code does not fit, the page says in which window it does, and there it is: over an
// open chart, whose banner stays, as without one.
func TestHelpSaysInWhichWindowACodeFits(t *testing.T) {
	for _, chart := range []bool{false, true} {
		all := func(w, h int) (said string) { // every page
			p := signIn(play(t, fake.New(), "en", w, h), doctor)
			if chart {
				open(p, fake.Active)
			}
			p.Press("f1", "tab")
			for range 8 {
				said += p.Screen()
				p.Press("pgdown")
			}
			return said
		}
		named := regexp.MustCompile(`its code fits a window of (\d+) columns and (\d+) rows`).FindAllStringSubmatch(all(80, 24), -1)
		if len(named) == 0 {
			t.Fatalf("chart %v: no window is named", chart)
		}
		w, h := 0, 0
		for _, m := range named {
			x, _ := strconv.Atoi(m[1])
			y, _ := strconv.Atoi(m[2])
			w, h = max(w, x), max(h, y)
		}
		if said := all(w, h); strings.Contains(said, "its code fits") || !strings.Contains(said, "▀") {
			t.Errorf("chart %v: %dx%d was named, and there is no code", chart, w, h)
		}
		if !strings.Contains(all(w, h-1), "its code fits") {
			t.Errorf("chart %v: %dx%d would have done", chart, w, h-1)
		}
	}
}

// The tour is offered once to each person of a desk, has eight steps, and F1 shows it
// again. Enter goes on, Esc ends it.
func TestTheTourIsOfferedOnceAndHasEightSteps(t *testing.T) {
	k := &drawer{all: map[string]ui.Settings{}}
	desk := func(c *ui.Config) { c.Demo = nil }
	first := signIn(playKept(t, k, desk), doctor)
	for i := range 8 {
		first.Want(fmt.Sprintf("Tour, step %d of 8", i+1)).Press("enter")
	}
	first.Deny("Tour, step").Want("Find a patient", "F1 and Enter show the tour again")
	again := signIn(playKept(t, k, desk), doctor).Want("Find a patient").Deny("Tour, step")
	again.Press("f1", "enter").Want("Tour, step 1 of 8").Press("enter").Want("step 2 of 8").Press("esc").Want("Find a patient").Deny("Tour, step")
	signIn(playKept(t, k, desk), nurse).Want("Tour, step 1 of 8", "You are new at this desk").Press("esc").Want("Find a patient")
	signIn(playKept(t, k, nil), pharmacist).Deny("Tour, step") // the demonstration
	for _, s := range text.New().Help.Tour {
		if n := len(strings.Fields(s.Text[0])); n > 60 {
			t.Errorf("%q has %d words", s.Title[0], n)
		}
	}
}

// The pages that follow rules of ours say that nobody has signed them off, and no other page.
func TestHelpSaysWhatWaitsForSignOff(t *testing.T) {
	for _, lang := range []string{"en", "zh-Hant", "zh-Hans"} {
		for _, size := range [][2]int{{80, 24}, {200, 60}} {
			p := open(signIn(play(t, fake.New(), lang, size[0], size[1]), doctor), fake.Active)
			for key, want := range map[string]bool{"s": true, "m": true, "3": true, "t": false} {
				screen := p.Press(key).Press("f1").Screen()
				if got := strings.Contains(screen, "wait for sign-off") || strings.Contains(screen, "尚待醫生") || strings.Contains(screen, "尚待医生"); got != want {
					t.Errorf("%s, %v, %s: said %t\n%s", lang, size, key, got, screen)
				}
				p.Press("esc")
			}
		}
	}
}

// Over an open chart F1 says what each risk letter of its banner stands for, and of no other.
func TestHelpHasTheWordsOfTheRiskLetters(t *testing.T) {
	words := text.New().Chart.Risks
	for _, lang := range text.Langs() {
		p := open(signIn(play(t, fake.New(), lang.Tag(), 120, 40), doctor), fake.Active).Press("f1")
		p.Want("A "+words["A"][lang], "C "+words["C"][lang]).Deny("D "+words["D"][lang], "R "+words["R"][lang])
	}
}

// F2 finds the next patient from whatever stands over a screen and holds nothing unsaved: the
// number typed after it is in the field. So do the other keys that leave for a screen.
func TestTheNextPatientIsFoundFromWhatStandsOverAScreen(t *testing.T) {
	overlays := map[string][]string{"help": {"f1"}, "office": {"f1", "tab"}, "palette": {"ctrl+p"}, "access log": {"f4"}, "tray": {"f6"}, "tour": {"f1", "enter", "enter"}, "help of the tour": {"f1", "enter", "f1"}, "log from help": {"f1", "f4"}, "palette from the tour": {"f1", "enter", "ctrl+p"}}
	for name, keys := range overlays {
		t.Run(name, func(t *testing.T) {
			p := open(signIn(play(t, fake.New(), "en", 100, 30), doctor), fake.Active).Press(keys...)
			p.Press("f2").Type("A123456(3)").Want("Find a patient", "A123456(3)").Deny("Tour, step", "Help: keys", "does not apply")
			p = signIn(play(t, fake.New(), "en", 100, 30), doctor).Type("A12").Press(keys...)
			p.Press("f2").Type("3456").Want("Find a patient", "3456").Deny("Tour, step", "Help: keys")
			p = open(signIn(play(t, fake.New(), "en", 100, 30), doctor), fake.Active).Press(keys...)
			p.Press("ctrl+t").Want("Today").Deny("Tour, step", "Help: keys")
		})
	}
	p := play(t, fake.New(), "en", 100, 30).Press("f1", "f2") // nobody is signed in
	p.Want("Help: keys", "sign in")
}
