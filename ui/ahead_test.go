package ui_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// While policy lets records be fetched ahead the list says so, whose could not be and why, and that
// none is while there is no line; the record of nobody is shown for it.
func TestTheListSaysThatRecordsAreFetchedAhead(t *testing.T) {
	d := fake.New()
	awaited(d)
	d.Fresh, d.Ahead = nil, true
	now := fake.Clock()
	cfg := config(d, "en")
	cfg.Now, cfg.IdleLock = func() time.Time { return now }, -1
	p := signIn(playWith(t, cfg, 80, 24), 0).Press("ctrl+t")
	pass := func() {
		now = now.Add(time.Minute + time.Second)
		p.Send(ui.Tick())
	}
	pass()
	p.Want("fetched before it is opened").Deny("eHR ●")
	if d.Calls["ahead"] != 1 || d.Calls["open"] != 0 {
		t.Errorf("asked %d times, opened %d", d.Calls["ahead"], d.Calls["open"])
	}
	d.NotAhead = []ehrdesk.NotFetched{{Task: d.Day[0], Why: ehrdesk.Refusal(ehrdesk.CodeConsentNeeded)}}
	pass()
	p.Want("Not fetched ahead: WONG, Mei Ling", "no sharing consent")
	d.NotAhead, d.Fail = nil, map[string]error{"ahead": ehrdesk.E("test", ehrdesk.CodeOffline, nil)}
	pass()
	p.Want("not fetched ahead now").Deny("Mei Ling 黃美玲 (Ms): There", "before it is opened")
	pass()
	p.Want("fetched before it is opened")
	p.Press("ctrl+l")
	asked := d.Calls["ahead"]
	pass()
	if p.Deny("fetched"); d.Calls["ahead"] != asked {
		t.Error("fetched behind the lock")
	}
	p.Type(fake.Passphrase).Press("enter")
	pass()
	if d.Calls["ahead"] == asked {
		t.Error("it does not go on after the lock")
	}
}

// Of who is not here nothing is asked, nor at the front desk, nor where policy does not let it.
func TestNothingIsFetchedAheadOfNobody(t *testing.T) {
	for name, set := range map[string]func(d *fake.Desk) (person int){
		"nobody is here": func(d *fake.Desk) int {
			d.Ahead, d.Day[0].Work = true, ehrdesk.WorkFailed
			return 0
		},
		"policy":     func(*fake.Desk) int { return 0 },
		"front desk": func(d *fake.Desk) int { d.Ahead = true; return clerk },
	} {
		t.Run(name, func(t *testing.T) {
			d := fake.New()
			awaited(d)
			person := set(d)
			now := fake.Clock()
			cfg := config(d, "en")
			cfg.Now, cfg.IdleLock = func() time.Time { return now }, -1
			p := signIn(playWith(t, cfg, 80, 24), person).Press("ctrl+t")
			now = now.Add(2 * time.Minute)
			p.Send(ui.Tick())
			if d.Calls["ahead"] != 0 {
				t.Errorf("asked %d times", d.Calls["ahead"])
			}
		})
	}
}
