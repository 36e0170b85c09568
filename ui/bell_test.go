package ui_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// belled is a desk with people to come and a clock that the test moves; the settings are kept.
func belled(t *testing.T, k *drawer) (d *fake.Desk, p *uitest.Player, pass func(time.Duration)) {
	t.Helper()
	d = fake.New()
	comers(d)
	now := fake.Clock()
	cfg := config(d, "en")
	cfg.Now, cfg.IdleLock, cfg.Keep = func() time.Time { return now }, -1, k
	d.Now = cfg.Now
	return d, playWith(t, cfg, 80, 24), func(by time.Duration) {
		now = now.Add(by)
		p.Send(ui.Tick())
	}
}

func switchesBell(p *uitest.Player) { p.Press("ctrl+p").Type("bell").Press("enter") }

// comesIn has a colleague say that somebody on the list is here.
func comesIn(d *fake.Desk, i int, by string) {
	d.Day[i].Work, d.Day[i].Marked = ehrdesk.WorkAccepted, ehrdesk.Stamp{At: d.Now(), By: by}
}

func rang(t *testing.T, p *uitest.Player, when string, want int) {
	t.Helper()
	if p.Bells != want {
		t.Errorf("%s: it rang %d times, want %d", when, p.Bells, want)
	}
}

// The bell rings for who has switched it on, when a colleague says that somebody is here: once in
// a while, not for what was there at the sign-in, and never behind the lock.
func TestTheBellRingsForWhoeverSwitchedItOn(t *testing.T) {
	k := &drawer{all: map[string]ui.Settings{}}
	d, p, pass := belled(t, k)
	signIn(p, doctor)
	pass(time.Minute + time.Second)
	comesIn(d, 0, "clerk")
	pass(time.Minute + time.Second)
	rang(t, p, "off", 0)
	switchesBell(p)
	p.Want("bell on")
	pass(time.Minute + time.Second)
	rang(t, p, "nothing new", 0)
	comesIn(d, 2, "drlee")
	pass(time.Minute + time.Second)
	rang(t, p, "one's own mark", 0)
	comesIn(d, 3, "clerk")
	pass(time.Minute + time.Second)
	rang(t, p, "somebody is here", 1)
	comesIn(d, 4, "clerk")
	p.Press("ctrl+t") // reads the list
	pass(time.Minute + time.Second)
	rang(t, p, "another", 2)
	p.Press("f2")
	comesIn(d, 5, "clerk")
	p.Press("ctrl+t")
	rang(t, p, "within ten seconds", 2)

	p.Press("ctrl+l")
	comesIn(d, 0, "clerk")
	pass(2 * time.Minute)
	rang(t, p, "behind the lock", 2)
	p.Type(fake.Passphrase).Press("enter")
	rang(t, p, "as the list is read after it", 2)

	_, other, _ := belled(t, k)
	signIn(other, nurse)
	switchesBell(other)
	other.Want("bell on") // and so was off
	_, again, _ := belled(t, k)
	signIn(again, doctor)
	switchesBell(again)
	again.Want("bell off")
}

func TestTheBellRingsWhenAWaitHasEnded(t *testing.T) {
	d, p, pass := belled(t, &drawer{all: map[string]ui.Settings{}})
	find(signIn(p, clerk), fake.NoConsent).Press("4", "f2")
	switchesBell(p)
	p.Want("bell on: it rings when a wait for a consent has ended")
	comesIn(d, 1, "nurse")
	pass(time.Minute)
	rang(t, p, "an arrival at the front desk", 0)
	consented(d, "p1", ehrdesk.ByApp)
	pass(16 * time.Second)
	p.Want("consent given by eHealth App")
	rang(t, p, "the patient has consented", 1)
}

func TestPlainSwitchesTheBell(t *testing.T) {
	_, after, _ := told(t, fake.New(), "en", append(signsIn, "bell", "quit")...)
	wants(t, after[len(after)-2], "bell on")
}
