package ui_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// unshares is a desk of whose list the centre does not take all.
func unshares(d *fake.Desk) {
	comers(d)
	d.Day[0].Unshared, d.Day[1].Unshared = ehrdesk.UnsharedDay, ehrdesk.UnsharedClock
}

// What other desks do not see says so and why, and a desk whose clock was ahead is told once.
func TestWhatIsNotSharedSaysSoOnTheList(t *testing.T) {
	d := fake.New()
	comers(d)
	p, pass := clocked(t, d, 120, 40)
	signIn(p, clerk).Press("ctrl+t").Deny("not shared")
	d.Day[0].Unshared, d.Day[1].Unshared = ehrdesk.UnsharedDay, ehrdesk.UnsharedClock
	pass(time.Minute + time.Second)
	p.Want("not shared: its day is too far off", "not shared yet: this desk's clock was ahead", "The other desks see what was marked meanwhile when its time has come.")
	pass(time.Minute + time.Second)
	p.Want("this desk's clock was ahead").Deny("Check the clock")
	d.Day[1].Unshared = ehrdesk.Unshared("of a later version")
	pass(time.Minute + time.Second)
	p.Want("not shared: the centre does not take it")
	d.Day[1].Unshared = ehrdesk.UnsharedClock
	pass(time.Minute + time.Second)
	p.Want("Check the clock")
}

// That the list could not be brought into step is said once, and again after it could. That there
// is no line is told elsewhere.
func TestThatTheListIsNotInStepIsSaidOnce(t *testing.T) {
	const words = "not in step with the other desks"
	d := fake.New()
	comers(d)
	p, pass := clocked(t, d, 200, 60)
	signIn(p, clerk)
	fails := func(code ehrdesk.Code, said bool) {
		t.Helper()
		pass(time.Minute + time.Second) // what was said before is gone
		d.Fail = map[string]error{"poll": ehrdesk.E("test", ehrdesk.CodeOther, nil), "share": ehrdesk.E("test", code, nil)}
		if code == "" {
			d.Fail = nil
		}
		pass(time.Minute + time.Second)
		if got := strings.Contains(p.Screen(), words); got != said {
			t.Errorf("%q said: %v, want %v\n%s", code, got, said, p.Screen())
		}
	}
	fails(ehrdesk.CodeOffline, false)
	fails(ehrdesk.CodeTampered, true)
	d.Fail = map[string]error{"poll": ehrdesk.E("test", ehrdesk.CodeOther, nil), "share": ehrdesk.E("test", ehrdesk.CodeTampered, nil)}
	p.Press("esc")
	pass(time.Minute + time.Second)
	p.Deny(words)
	fails("", false)
	fails(ehrdesk.CodeTampered, true)
}
