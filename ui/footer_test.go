package ui_test

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// The keys stand in the last row while a message is shown, and with a record open they are
// those of reading it: the next, the one before where there is room, and the way back.
func TestTheFooterNeverGivesWayToAMessage(t *testing.T) {
	for _, size := range [][2]int{{60, 20}, {80, 24}, {120, 40}} {
		p := open(signIn(play(t, fake.New(), "en", size[0], size[1]), doctor), fake.Active).Press("3", "3")
		last := func() string {
			rows := strings.Split(p.Screen(), "\n")
			return rows[len(rows)-1]
		}
		before := last()
		p.Press("f12").Want("this key has no function")
		if got := last(); got != before || !strings.Contains(got, "Enter detail") {
			t.Errorf("%v: under a message the keys are %q, before %q", size, got, before)
		}
		p.Press("enter")
		if got := last(); !strings.Contains(got, "n next") || !strings.Contains(got, "Esc to the list") || size[0] > 60 && !strings.Contains(got, "p previous") {
			t.Errorf("%v: with a record open the keys are %q", size, got)
		}
	}
}

// The footer names what applies where the cursor is, what is needed there first, and the rest
// is behind F1.
func TestTheFooterNamesWhatAppliesWhereTheCursorIs(t *testing.T) {
	for _, tt := range []struct{ keys, want string }{
		{"s", "Enter detail  v all key points  m medication  3 lab  u new  t time    F1 help"},
		{"s down down down", "Enter detail  g trend  v all key points  m medication  3 lab  u new   F1 help"},
		{"m", "Enter detail  z history  v past  s summary  3 lab  / search  u new    F1 help"},
		{"3", "Enter detail  g trend  v reports  s summary  m medication  / search   F1 help"},
		{"3 v", "Enter detail  g trend  [ ] dates  v table  s summary  m medication    F1 help"},
		{"3 g", "[ ] period  Enter detail  Esc back  s summary  m medication  3 lab    F1 help"},
		{"3 3", "Enter detail  g trend  [ ] year  f filter  v other view  / search     F1 help"},
		{"t", "Enter detail  z unfold  [ ] year  { } institution  f filter  / search F1 help"},
		{"u", "Enter detail  v count from  u as a list  s summary  m medication      F1 help"},
		{"6 6", "Enter detail  [ ] year  f filter  / search  s summary  m medication   F1 help"},
		{"6 6 enter", "n next  p previous  Esc to the list  e all elements  r raw  s summary F1 help"},
		{"3 3 enter", "y acknowledge  n next  p previous  g trend  Esc to the list  r raw    F1 help"},
		{"6 f", "Enter choose  f filter  Esc back                                      F1 help"},
		{"shift+tab", "Enter to the list  ↑ ↓ choose  1-9 0 - type  s summary  m medication  F1 help"},
	} {
		p := open(signIn(play(t, fake.New(), "en", 80, 24), doctor), fake.Active).Press(strings.Fields(tt.keys)...)
		if got := strings.TrimSpace(footer(p)); got != tt.want {
			t.Errorf("%s:\n%q, want\n%q", tt.keys, got, tt.want)
		}
	}
}

// A trend is offered of what has a number to show, and of nothing else.
func TestTheFooterOffersATrendWhereThereIsOne(t *testing.T) {
	shown := map[bool]int{}
	for _, typ := range strings.Split("2 3 4 6 7 9", " ") {
		for n := range 4 {
			p := open(signIn(play(t, fake.New(), "en", 80, 24), doctor), fake.Active).Press("6", typ, typ)
			for range n {
				p.Press("down")
			}
			offered := strings.Contains(footer(p), "g trend")
			p.Press("g")
			if refused := strings.Contains(p.Screen(), "not available here"); refused == offered {
				t.Errorf("type %s, row %d: offered %v, refused %v:\n%s", typ, n, offered, refused, p.Screen())
			}
			shown[offered]++
		}
	}
	if shown[true] == 0 || shown[false] == 0 {
		t.Errorf("offered or not: %v", shown)
	}
}

// Enter follows a reference where one is chosen, and is not offered without.
func TestTheFooterOffersToFollowAReferenceThatIsChosen(t *testing.T) {
	d, visit := fake.New(), ehrdesk.Ref{Resource: "Encounter", ID: "f-0"}
	holds(said(ehrdesk.KindEncounter, "Encounter", "Out-patient attendance", "finished", ehrdesk.Facts{}),
		said(ehrdesk.KindDiagnosis, "Condition", "asthma", "active", ehrdesk.Facts{Relations: []ehrdesk.Relation{{Role: "encounter", Ref: visit}}}))(d)
	p := open(signIn(play(t, d, "en", 80, 40), doctor), fake.Active).Press("2", "enter")
	if strings.Contains(footer(p), "follow") || !strings.Contains(footer(p), "↑ ↓ reference") {
		t.Errorf("a visit with references, none chosen: %q\n%s", footer(p), p.Screen())
	}
	if p.Press("down"); !strings.Contains(footer(p), "Enter follow") {
		t.Errorf("with one chosen: %q", footer(p))
	}
	if p.Press("enter"); !strings.Contains(footer(p), "Backspace back") {
		t.Errorf("after it was followed: %q", footer(p))
	}
}

func footer(p *uitest.Player) string {
	rows := strings.Split(p.Screen(), "\n")
	return rows[len(rows)-1]
}

// Where nothing is listed, Enter opens nothing, and the footer does not say that it does.
func TestEnterIsNotOfferedWhereNothingIsListed(t *testing.T) {
	all := text.New()
	p := open(signIn(play(t, fake.New(), "en", 100, 30), doctor), fake.Active)
	for _, key := range []string{"3", "v", "s"} {
		p.Press(key).Want("Enter detail")
	}
	p.Press("7").Want(all.Chart.Nothing.In(text.English)).Deny("Enter detail")
	p.Press("enter").Want(all.Chart.NoRecord.In(text.English))
}

// Where a foot names the way out it does at 60 columns too, whatever else has no room there.
func TestTheWayOutIsTheLastThatAFootDrops(t *testing.T) {
	for _, s := range screens {
		if s.card != nil {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			foot := func(w int) string {
				d := fake.New()
				if s.desk != nil {
					s.desk(d)
				}
				p := play(t, d, "en", w, 24) // whose words are the longest
				s.play(p)
				rows := strings.Split(p.Screen(), "\n")
				return rows[len(rows)-1]
			}
			if wide, narrow := foot(200), foot(60); strings.Contains(wide, "Esc ") && !strings.Contains(narrow, "Esc ") {
				t.Errorf("%q at 200 columns, %q at 60", strings.Join(strings.Fields(wide), " "), narrow)
			}
		})
	}
}
