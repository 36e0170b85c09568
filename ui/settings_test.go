package ui_test

import (
	"strings"
	"sync"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// drawer keeps settings in memory.
type drawer struct {
	mu  sync.Mutex
	all map[string]ui.Settings
}

func (d *drawer) Get(who string) (ui.Settings, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s, ok := d.all[who]
	return s, ok
}

func (d *drawer) Put(who string, s ui.Settings) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.all[who] = s
	return nil
}

func playKept(t *testing.T, k *drawer, change func(*ui.Config)) *uitest.Player {
	t.Helper()
	cfg := config(fake.New(), "en")
	cfg.Keep = k
	if change != nil {
		change(&cfg)
	}
	return playWith(t, cfg, 200, 60)
}

func playWith(t *testing.T, cfg ui.Config, w, h int) *uitest.Player {
	t.Helper()
	m, err := ui.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return uitest.Play(t, m, w, h)
}

// Colours, language and mouse are as each person left them, and the desk's first screen
// is as the last one did. What was asked for on the command line stands.
func TestSettingsAreKeptForEachPerson(t *testing.T) {
	k := &drawer{all: map[string]ui.Settings{}}
	p := playKept(t, k, nil)
	signIn(p, doctor).Press("esc", "f7").Want("colours: light").Press("f8", "f10").Want("滑鼠已開啟")
	if v := p.M.View(); v.MouseMode != tea.MouseModeCellMotion {
		t.Error("the terminal is not asked for the mouse")
	}
	p = playKept(t, k, nil).Want("登入")
	signIn(p, nurse).Want("尋找病人").Press("f8", "f8").Want("Find a patient")
	p = playKept(t, k, nil).Want("Sign in")
	signIn(p, doctor).Want("尋找病人")
	if v := p.M.View(); v.MouseMode != tea.MouseModeCellMotion {
		t.Error("the mouse of the doctor is off")
	}
	p = playKept(t, k, func(c *ui.Config) { c.LangAsked = true })
	signIn(p, doctor).Want("Find a patient")
	asked := playKept(t, k, func(c *ui.Config) { c.Theme = "mono" })
	signIn(asked, doctor)
	if strings.Contains(asked.Content(), "38;5;") {
		t.Error("colours under a theme without any")
	}
}

func rowOf(t *testing.T, p *uitest.Player, words string) int {
	t.Helper()
	for y, row := range strings.Split(p.Screen(), "\n") {
		if strings.Contains(row, words) {
			return y
		}
	}
	t.Fatalf("no %q on:\n%s", words, p.Screen())
	return 0
}

// A click moves the focus to the row and the pane under it, the wheel scrolls, and with
// the mouse off, as it is to begin with, neither does anything.
func TestAClickMovesTheFocusAndTheWheelScrolls(t *testing.T) {
	p := open(signIn(play(t, fake.New(), "en", 200, 60), doctor), fake.Active).Press("t", "t")
	click := func(x, y int) {
		p.Send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
		p.Send(tea.MouseReleaseMsg{X: x, Y: y, Button: tea.MouseLeft})
	}
	chosen := func() string { return strings.Join(p.M.(*ui.Model).Chosen(), "") }
	before := p.Content()
	click(60, rowOf(t, p, "Sick leave"))
	p.Send(tea.MouseWheelMsg{X: 60, Y: 20, Button: tea.MouseWheelDown})
	if p.Content() != before || p.M.View().MouseMode != tea.MouseModeNone {
		t.Error("the mouse does something that nobody switched on")
	}
	p.Press("f10").Want("mouse on")
	click(60, rowOf(t, p, "Sick leave"))
	if !strings.Contains(chosen(), "Sick leave") {
		t.Errorf("chosen is %q", chosen())
	}
	p.Send(tea.MouseWheelMsg{X: 60, Y: 20, Button: tea.MouseWheelUp})
	if strings.Contains(chosen(), "Sick leave") {
		t.Errorf("chosen is still %q", chosen())
	}
	click(5, rowOf(t, p, "m Medication")) // the rail
	p.Want("MEDICATION")
	click(190, 20) // what is open beside
	x := p.M.View().Cursor.X
	if x < 120 {
		t.Errorf("the cursor is at %d", x)
	}
}
