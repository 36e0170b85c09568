package ui_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// Who looks up from the patient sees that the chart is another's: its banner stands out,
// for a second, in words that are the same. A chart that is opened again does not, nor the
// first one of a session.
func TestTheBannerStandsOutWhenThePatientChanges(t *testing.T) {
	now := fake.Clock()
	cfg := config(fake.New(), "en")
	cfg.Now = func() time.Time { return now }
	m, err := ui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	p := signIn(uitest.Play(t, m, 120, 40), doctor)
	banner := func() string { return strings.Split(p.Content(), "\n")[1] }
	opened := func(number string, stands bool) {
		t.Helper()
		open(p, number)
		at, words := banner(), strings.Split(p.Screen(), "\n")[1]
		now = now.Add(time.Second)
		p.Send(ui.Tick())
		if got := banner() != at; got != stands {
			t.Errorf("%s: stands out is %v, want %v", number, got, stands)
		}
		if strings.Split(p.Screen(), "\n")[1] != words {
			t.Errorf("%s: its words have changed", number)
		}
	}
	opened(fake.Active, false)
	p.Press("f2")
	opened(fake.OneYear, true)
	p.Press("f2")
	opened(fake.OneYear, false)
	p.Press("f2")
	opened(fake.Active, true)
}
