package ui_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// The states that people review at 60 columns, a tablet over SSH.
var narrow = []string{"find-no-consent", "consent-giver", "page-summary", "page-medication", "page-laboratory", "page-trend", "page-timeline", "chart-list", "chart-detail", "chart-search-note", "today", "today-import", "today-import-asks", "today-calls", "today-call", "cases", "case-opened", "case-write", "case-begin", "case-alert", "case-group", "help", "help-office", "tour"}

func TestNarrowScreens(t *testing.T) {
	for _, s := range screens {
		if !slices.Contains(narrow, s.name) {
			continue
		}
		for _, lang := range []string{"en", "zh-Hant"} {
			t.Run(s.name+"_"+lang+"_60x24", func(t *testing.T) {
				d := fake.New()
				if s.desk != nil {
					s.desk(d)
				}
				p := play(t, d, lang, 60, 24)
				s.play(p)
				golden.RequireEqual(t, p.Screen()+"\n")
			})
		}
	}
}

// Every screen works from 60x20 on: no fault, the keys of the screen in its last row,
// what it is about above, and the cursor at the focus and not in a corner.
func TestEveryScreenWorksFrom60x20(t *testing.T) {
	for _, s := range screens {
		if s.card != nil {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			d := fake.New()
			if s.desk != nil {
				s.desk(d)
			}
			p := play(t, d, "en", 60, 20)
			s.play(p)
			if f := p.M.(*ui.Model).Fault(); f != "" {
				t.Fatalf("fault: %s", f)
			}
			rows := strings.Split(p.Screen(), "\n")
			if len(rows) != 20 || len(strings.Fields(rows[19])) < 2 {
				t.Errorf("%d rows, the last %q", len(rows), rows[len(rows)-1])
			}
			if strings.HasPrefix(s.name, "chart-") || strings.HasPrefix(s.name, "page-") {
				if !strings.Contains(strings.Join(rows[1:5], ""), "Born") {
					t.Errorf("no banner:\n%s", p.Screen())
				}
			}
			if c := p.M.View().Cursor; c == nil || c.Y == 0 {
				t.Errorf("cursor %v:\n%s", c, p.Screen())
			}
		})
	}
}

// At 60 columns the types are reached by their keys, and the rail has the screen to
// itself while it has the focus.
func TestTheRailGivesWayAt60Columns(t *testing.T) {
	p := open(signIn(play(t, fake.New(), "en", 60, 24), doctor), fake.Active)
	rail := func() bool { return p.Has("t Timeline") && p.Has("6 Clinical notes") }
	if rail() {
		t.Errorf("the rail beside the summary:\n%s", p.Screen())
	}
	p.Press("1").Want("Personal")
	if rail() {
		t.Errorf("the rail beside a list:\n%s", p.Screen())
	}
	p.Press("left")
	if !rail() {
		t.Errorf("no rail with the focus in it:\n%s", p.Screen())
	}
	p.Press("down", "enter")
	if rail() {
		t.Errorf("the rail stays:\n%s", p.Screen())
	}
}

// Where the rail has more rows than the screen, what is out of sight is counted, and every
// row is reached.
func TestARailThatDoesNotFitCountsItsRowsAndReachesThem(t *testing.T) {
	p := open(signIn(play(t, fake.New(), "en", 60, 20), doctor), fake.Active)
	p.Press("1", "left").Want("s Summary", "▼")
	if p.Has("- Referral") {
		t.Fatalf("it fits: nothing is tested:\n%s", p.Screen())
	}
	seen := map[string]bool{}
	for range 16 {
		for _, name := range []string{"4 Observation", "9 Diagnosis", "0 Birth", "- Referral"} {
			seen[name] = seen[name] || p.Has("▸"+name)
		}
		p.Press("down")
	}
	for name, ok := range seen {
		if !ok {
			t.Errorf("%q is not reached", name)
		}
	}
	p.Want("▲", "▸- Referral")
	if p.Has("▼") {
		t.Errorf("counts rows below the last:\n%s", p.Screen())
	}
}
