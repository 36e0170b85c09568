package ui_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// Whatever a slow disk or a slow line holds up, the screen goes on: it says what it
// waits for and how long already, and takes keys.
func TestWhateverIsHeldUpSaysHowLongAlready(t *testing.T) {
	for name, tt := range map[string]struct {
		before func(p *uitest.Player)
		begin  func(p *uitest.Player)
		words  string
	}{
		"signing in":       {func(p *uitest.Player) { p.Press("enter") }, func(p *uitest.Player) { p.Type(fake.Passphrase).Press("enter") }, "unlocking your keys"},
		"a look-up":        {func(p *uitest.Player) { signIn(p, doctor) }, func(p *uitest.Player) { find(p, fake.Active) }, "looking up"},
		"opening a record": {func(p *uitest.Player) { find(signIn(p, doctor), fake.Active) }, func(p *uitest.Player) { p.Press("enter") }, "opening"},
		"a detail":         {func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("3", "3") }, func(p *uitest.Player) { p.Press("down") }, "opening the record"},
		"the access log":   {func(p *uitest.Player) { signIn(p, doctor) }, func(p *uitest.Player) { p.Press("f4") }, "checking the chain"},
		"the day's list":   {func(p *uitest.Player) { signIn(p, clerk).Press("ctrl+t") }, func(p *uitest.Player) { p.Press("f5") }, "asking about"},
		"adding to it":     {func(p *uitest.Player) { signIn(p, clerk).Press("ctrl+t", "+") }, func(p *uitest.Player) { p.Type("10:30 A123456(3)").Press("enter") }, "writing it down"},
		"taking off it": {func(p *uitest.Player) {
			signIn(p, clerk).Press("ctrl+t", "+").Type("10:30 A123456(3)").Press("enter", "delete")
		}, func(p *uitest.Player) { p.Press("delete") }, "writing it down"},
		"a wait for the app": {func(p *uitest.Player) { find(signIn(p, clerk), fake.NoConsent) }, func(p *uitest.Player) { p.Press("4") }, "writing it down"},
	} {
		t.Run(name, func(t *testing.T) {
			now := fake.Clock()
			cfg := config(fake.New(), "en")
			cfg.Now = func() time.Time { return now }
			m, err := ui.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			p := uitest.Play(t, m, 120, 40)
			tt.before(p)
			p.Hold = true
			tt.begin(p)
			if shot := strings.ReplaceAll(p.Screen(), "1 serious", ""); strings.Contains(shot, "1 s") { // what the safety checks found is no time
				t.Errorf("screen shows a second:\n%s", shot)
			}
			now = now.Add(time.Second)
			p.Send(ui.Tick())
			p.Want(tt.words, "1 s")
			p.Press("f1").Want("Help: keys on this screen")
			p.Release()
		})
	}
}
