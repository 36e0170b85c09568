package ui_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// A hint that comes while the centre is being asked may be of what happened after that
// answer was made: the centre is asked once more, and no oftener than once.
func TestAHintWhileTheCentreIsAskedIsNotLost(t *testing.T) {
	consent, record := ehrdesk.HintConsent, ehrdesk.HintRecord
	for name, tt := range map[string]struct {
		call   string
		before func(p *uitest.Player)
		asks   func(p *uitest.Player) // nil: the first hint does
		kind   ehrdesk.HintKind
		id     string
	}{
		"of a consent that is waited for": {"poll", func(p *uitest.Player) { find(signIn(p, clerk), fake.NoConsent).Press("4").Want("Waiting since") }, nil, consent, "p1"},
		"of who is looked up":             {"find", func(p *uitest.Player) { signIn(p, clerk) }, func(p *uitest.Player) { find(p, fake.NoConsent) }, consent, "p1"},
		"of who is on screen":             {"find", func(p *uitest.Player) { find(signIn(p, clerk), fake.NoConsent) }, nil, consent, "p1"},
		"of an open record":               {"sync", func(p *uitest.Player) { open(signIn(p, doctor), fake.Active) }, func(p *uitest.Player) { p.Press("f5") }, consent, "p2"},
		"of what is new in one":           {"sync", func(p *uitest.Player) { open(signIn(p, doctor), fake.Active) }, func(p *uitest.Player) { p.Press("f5") }, record, "p2"},
		"of one behind the look-up":       {"sync", func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("f5", "f2") }, nil, consent, "p2"},
	} {
		t.Run(name, func(t *testing.T) {
			d := fake.New()
			now := fake.Clock()
			cfg := config(d, "en")
			cfg.Now, cfg.IdleLock = func() time.Time { return now }, -1
			d.Now = cfg.Now
			m, err := ui.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			p := uitest.Play(t, m, 120, 40)
			tt.before(p)
			hint := func() { p.Send(m.Hint(tt.kind, tt.id)) }
			was := d.Calls[tt.call]
			p.Hold = true
			if tt.asks != nil {
				tt.asks(p)
			} else {
				hint()
			}
			hint()
			hint()
			p.Release()
			now = now.Add(2 * time.Second)
			p.Send(ui.Tick())
			if got := d.Calls[tt.call] - was; got != 2 {
				t.Errorf("the centre was asked %d times\n%s", got, p.Screen())
			}
			now = now.Add(2 * time.Second)
			p.Send(ui.Tick())
			if got := d.Calls[tt.call] - was; got != 2 {
				t.Errorf("the centre was asked %d times in the end", got)
			}
		})
	}
}

// A withdrawal closes an open record when the hint of it comes, however short the time
// since the record was last asked about; what is new in it is asked for two seconds after
// that.
func TestAWithdrawalClosesARecordThatWasAskedAboutJustNow(t *testing.T) {
	d := fake.New()
	m, err := ui.New(config(d, "en"))
	if err != nil {
		t.Fatal(err)
	}
	p := open(signIn(uitest.Play(t, m, 80, 24), doctor), fake.Active).Press("f5").Want("KNOWN ALLERGIES")
	asked := d.Calls["sync"]
	if p.Send(m.Hint(ehrdesk.HintRecord, "p2")); d.Calls["sync"] != asked {
		t.Error("asked for records again at once")
	}
	d.Fail = map[string]error{"sync": ehrdesk.E("fake.sync", ehrdesk.CodeConsentNeeded, nil)}
	p.Send(m.Hint(ehrdesk.HintConsent, "p2"))
	p.Deny("KNOWN ALLERGIES").Want("Find a patient")
}

// While the answer on screen is asked for once more in the background, every key does what
// it does at other times, and the answer changes nothing on a screen that has gone on.
func TestAnAnswerAskedForOnceMoreHoldsNobodyUp(t *testing.T) {
	for name, tt := range map[string]struct {
		who  int
		keys []string
		want string
		deny string
	}{
		"the next patient":    {clerk, []string{"f2"}, "Numbers to try", "CHAN, Tai Man"},
		"back":                {clerk, []string{"esc"}, "Numbers to try", "CHAN, Tai Man"},
		"a number at once":    {clerk, []string{"f2", "g", "1"}, "g1", "CHAN, Tai Man"},
		"the consent":         {clerk, []string{"enter"}, "The patient reads both notices", "still working"},
		"a wait for the app":  {clerk, []string{"4"}, "Waiting since", "still working"},
		"the day":             {clerk, []string{"ctrl+t"}, "Today", "still working"},
		"a doctor's own list": {doctor, []string{"f2"}, "Numbers to try", "CHAN, Tai Man"},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := ui.New(config(fake.New(), "en"))
			if err != nil {
				t.Fatal(err)
			}
			p := find(signIn(uitest.Play(t, m, 100, 30), tt.who), fake.NoConsent).Want("CHAN, Tai Man")
			p.Hold = true
			p.Send(m.Hint(ehrdesk.HintConsent, "p1"))
			again := p.Held
			p.Held, p.Hold = nil, false
			p.Press(tt.keys...).Want(tt.want).Deny(tt.deny)
			p.Held = again
			p.Release()
			p.Want(tt.want).Deny(tt.deny)
		})
	}
}

// Somebody of whom nothing could be said while the line was down is looked up when it is
// back, once, unless the desk has gone on to somebody else.
func TestWhoWasLookedUpInVainIsLookedUpWhenTheLineIsBack(t *testing.T) {
	for _, code := range []ehrdesk.Code{ehrdesk.CodeOffline, ehrdesk.CodeTimeout} {
		d := fake.New()
		p, pass := clocked(t, d, 80, 24)
		signIn(p, clerk)
		d.Link, d.Fail["find"] = ehrdesk.Offline, ehrdesk.E("fake", code, nil)
		find(p, fake.NoConsent).Deny("CHAN, Tai Man")
		pass(time.Second)
		p.Deny("CHAN, Tai Man")
		d.Link, d.Turned = ehrdesk.Online, d.Now().Add(time.Second)
		pass(2 * time.Second)
		p.Want("CHAN, Tai Man")
		asked := d.Calls["find"]
		pass(2 * time.Second)
		if d.Calls["find"] != asked {
			t.Error("asked again")
		}

		d.Link, d.Fail["find"] = ehrdesk.Offline, ehrdesk.E("fake", code, nil)
		find(p.Press("f2"), fake.NoConsent).Deny("CHAN, Tai Man").Press("f2")
		d.Link, d.Turned = ehrdesk.Online, d.Now().Add(time.Second)
		pass(2 * time.Second)
		p.Deny("CHAN, Tai Man")
	}
}

// When the line is back the day's list is brought into step with the other desks' at once, and once.
func TestTheDaysListIsInStepAsSoonAsTheLineIsBack(t *testing.T) {
	d := fake.New()
	p, pass := clocked(t, d, 80, 24)
	signIn(p, clerk).Press("ctrl+t")
	d.Link, d.Turned, d.Fail["poll"] = ehrdesk.Offline, d.Now(), ehrdesk.E("fake", ehrdesk.CodeOffline, nil)
	pass(2 * time.Minute) // it is asked in vain
	pass(time.Second)
	d.Fail["poll"] = nil
	asked := d.Calls["poll"]
	d.Link, d.Turned = ehrdesk.Online, d.Now().Add(time.Second)
	pass(2 * time.Second)
	if n := d.Calls["poll"] - asked; n != 1 {
		t.Errorf("asked %d times in the second after", n)
	}
	pass(2 * time.Second)
	if n := d.Calls["poll"] - asked; n != 1 {
		t.Errorf("asked %d times in four seconds", n)
	}
}
