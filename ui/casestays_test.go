package ui_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// viewOnly is a case of the doctor's with something that is view-only, not opened.
func viewOnly(d *fake.Desk) *fake.CaseTold {
	c := d.TellCase("alert", d.Patient(fake.Active).ID, ehrdesk.CaseAlert, fake.CaseHo, time.Hour, caseLee(), fake.CaseWu)
	c.Say(fake.CaseHo, ago(9), "The quokka of ward nine.", false, 0, caseLee(), fake.CaseWu)
	c.Bodies = map[string]ehrdesk.CaseBody{"alert-4": {Text: "The quokka of ward nine.", ViewOnly: true, Marked: true}}
	return c
}

// passes is a case of the doctor's with a message that passes, not opened.
func passes(d *fake.Desk) {
	c := d.TellCase("alert", d.Patient(fake.Active).ID, ehrdesk.CaseAlert, fake.CaseHo, time.Hour, caseLee())
	c.Tell(fake.CaseHo, ago(9), ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: &ehrdesk.CaseEnvelope{Passes: fake.Clock().Add(time.Hour)}}, "The quokka of ward nine.")
}

// No key that there is takes what is view-only, or passes, out of the screen: each is pressed on one that is read, and with a policy that lets
// everything leave a chart nothing comes into the clipboard, to a printer, a viewer or a file. Those that are for it say why not.
func TestNoKeyTakesWhatIsViewOnlyOutOfTheScreen(t *testing.T) {
	out := map[string]bool{"ctrl+y": true, "P": true, "O": true, "E": true}
	pressed := map[string]bool{}
	for name, tell := range map[string]func(*fake.Desk){"view-only": func(d *fake.Desk) { viewOnly(d) }, "passing": passes} {
		for _, e := range intent.Catalogue() {
			for _, key := range e.Keys {
				if e.Scopes&intent.CasePage == 0 || pressed[name+key] {
					continue
				}
				pressed[name+key] = true
				d := fake.New()
				d.HandOut = []ehrdesk.Handout{ehrdesk.HandoutView, ehrdesk.HandoutCopy, ehrdesk.HandoutPrint}
				tell(d)
				written := &reports{}
				cfg := config(d, "en")
				cfg.Hand = &hand{d: d}
				cfg.Reports = written
				p := open(signIn(playWith(t, cfg, 120, 40), doctor), fake.Active).Press("@", "enter", "enter").Want("The quokka of ward nine.")
				was := len(p.Clipboard)
				p.Press(key)
				if out[key] {
					p.Want("it is for reading only", "a photograph cannot")
				}
				if p.Press("enter"); len(d.Handed) > 0 || *written != (reports{}) || strings.Contains(strings.Join(p.Clipboard[was:], ""), "quokka") {
					t.Errorf("%s, %s: left: %q, %q, %v", name, key, d.Handed, p.Clipboard, *written)
				}
			}
		}
	}
	for key := range out {
		if !pressed["view-only"+key] {
			t.Errorf("%s was not pressed", key)
		}
	}
	if len(pressed) < 60 {
		t.Errorf("only %d keys were pressed", len(pressed))
	}
}

// Also of what is neither, nothing is copied from the screen, and the key says so.
func TestNothingOfACaseIsCopiedFromTheScreen(t *testing.T) {
	d := fake.New()
	sealedCases(d)
	p := toCase(signIn(play(t, d, "en", 120, 40), doctor), "alert").Press("enter")
	p.Press("E").Want("nothing else of a case is saved")
	for _, key := range []string{"ctrl+y", "P", "O"} {
		if p.Press(key).Want("nothing that was said in a case is copied, printed or saved"); len(p.Clipboard) > 0 {
			t.Errorf("%s: %q", key, p.Clipboard)
		}
	}
}

// Line by line, what passes is not opened: it would stay above the line, and its author is not told. What is view-only is not written into
// a pipe or a file.
func TestLineByLineNothingIsWrittenThatIsNotToBeKept(t *testing.T) {
	for name, tt := range map[string]struct {
		tell  func(*fake.Desk)
		want  string
		opens int
	}{"view-only": {func(d *fake.Desk) { viewOnly(d) }, "it is not written into a pipe or a file", 1}, "passing": {passes, "what passes is not read line by line", 0}} {
		d := fake.New()
		tt.tell(d)
		all, _, _ := told(t, d, "en", append(signsIn, "requests", "open 1", "enter", "again", "enter", "again", "quit")...)
		if wants(t, all, tt.want); strings.Contains(all, "quokka") || d.Calls["open-in-case"] != tt.opens {
			t.Errorf("%s: %d opened:\n%s", name, d.Calls["open-in-case"], all)
		}
	}
}

// The seconds of a passing message are a bar as well, a cell each; nothing of it is on the screen afterwards, whatever was in front.
func TestThePassingMessageHasABarOfItsSeconds(t *testing.T) {
	for _, front := range []string{"", "f1", "ctrl+p", "f4"} {
		now := fake.Clock()
		d := fake.New()
		d.Now = func() time.Time { return now }
		passes(d)
		cfg := config(d, "en")
		cfg.Now = d.Now
		p := signIn(playWith(t, cfg, 80, 24), doctor).Press("ctrl+o", "enter", "enter").Want("quokka", strings.Repeat("█", 30), "in 30 s")
		now = now.Add(20 * time.Second)
		p.Send(ui.Tick())
		p.Want(strings.Repeat("█", 10)+strings.Repeat("░", 20), "in 10 s").Deny(strings.Repeat("█", 11))
		if front != "" {
			p.Press(front)
		}
		now = now.Add(10 * time.Second)
		p.Send(ui.Tick())
		if front != "" {
			p.Press("esc")
		}
		p.Deny("quokka").Deny("█").Want("it is gone").Press("enter").Deny("quokka")
	}
}

// Of what passes its author sees that it is theirs and is kept nowhere: they have opened nothing.
func TestTheAuthorOfAPassingMessageIsToldThatItIsKeptNowhere(t *testing.T) {
	d := fake.New()
	c := d.TellCase("alert", d.Patient(fake.Active).ID, ehrdesk.CaseAlert, caseLee(), time.Hour, fake.CaseHo)
	c.Tell(caseLee(), ago(9), ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: &ehrdesk.CaseEnvelope{Passes: fake.Clock().Add(time.Hour)}}, "The quokka of ward nine.")
	d.Sealed.Forgets = true
	signIn(play(t, d, "en", 120, 40), doctor).Press("ctrl+o", "enter").Want("yours: its words are kept on no desk").Deny("opened, and its words", "quokka")
}
