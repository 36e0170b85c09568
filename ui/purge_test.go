package ui_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// A desk that is left alone destroys what is past its time, whoever is there, and
// the chart that showed it closes.
func TestADeskLeftAlonePurgesWhenItIsDue(t *testing.T) {
	for name, at := range map[string]struct {
		go_  func(p *uitest.Player)
		want string
	}{
		"nobody signed in": {func(p *uitest.Player) {}, "Sign in"},
		"a chart open":     {func(p *uitest.Player) { open(signIn(p, doctor), fake.Active) }, "may keep its copy is over"},
		"locked":           {func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press("ctrl+l") }, "Type your passphrase to go on"},
	} {
		t.Run(name, func(t *testing.T) {
			now, d := fake.Clock(), fake.New()
			d.DueAt = now.Add(time.Hour)
			cfg := config(d, "en")
			cfg.Now, cfg.IdleLock = func() time.Time { return now }, -1
			m, err := ui.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			p := uitest.Play(t, m, 120, 40)
			at.go_(p)
			for _, want := range []int{0, 1, 1} {
				p.Send(ui.Tick())
				if got := d.Calls["purge"]; got != want {
					t.Errorf("%d purges at %v, want %d", got, now, want)
				}
				if want == 0 {
					now = now.Add(time.Hour)
				}
			}
			p.Want(at.want).Deny("Potassium")
			if name == "locked" {
				unlock(p).Want("may keep its copy is over", "Find a patient")
			}
		})
	}
}
