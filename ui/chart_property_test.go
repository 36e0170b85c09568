package ui_test

import (
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// chartSteps is how many steps are taken in all: EHRDESK_STEPS, a sample without it.
func chartSteps() int {
	if n, err := strconv.Atoi(os.Getenv("EHRDESK_STEPS")); err == nil && n > 0 {
		return n
	}
	return 2000
}

// The patients whose charts are opened, and what stands in each record of theirs and in
// nobody else's.
var charts = []struct{ number, id, name, mark string }{
	{fake.Active, "p2", "WONG, Mei Ling", "xp2x"}, {fake.OneYear, "p3", "SUBRAMANIAM-FERNANDES", "xp3x"}, {fake.Deemed, "p6", "HO, Ah Kau", "xp6x"},
}

var chartKeys = []string{
	"enter", "esc", "tab", "shift+tab", "up", "down", "left", "right", "pgup", "pgdown", "home", "end", "backspace", "space", "s", "m", "g", "t", "u", "v", "z", "n", "p", "e", "r", "X", "/", "[", "]", "{", "}",
	"1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "-", "j", "k", "h", "l", "f1", "f2", "f4", "f5", "f7", "f8", "f10", "ctrl+p", "ctrl+t", "ctrl+l", "ctrl+r", "?", "w", "y", "o", "!", "'", "f", "c", "+", "a", "d", "O", "P", "ctrl+y", "醫", "Ａ",
}

// hostile marks each record with its patient, and puts into it what a terminal must
// never be given.
func hostile(d *fake.Desk) {
	for _, c := range charts {
		d.Change(c.id, func(f fake.Facts) {
			for i := range *f.Records {
				r := &(*f.Records)[i]
				r.Title = c.mark + " " + r.Title + "\x1b[2J\x1b]0;owned\x07\r\n\x00\u202e\x9b5m"
				r.Source += "\x1b[31m\x07"
				r.Status += "\x08\x7f"
			}
		})
	}
}

// commands are those of a batch or sequence.
func commands(msg tea.Msg) ([]tea.Cmd, bool) {
	v := reflect.ValueOf(msg)
	if !v.IsValid() || v.Kind() != reflect.Slice || v.Type().Elem() != reflect.TypeFor[tea.Cmd]() {
		return nil, false
	}
	out := make([]tea.Cmd, v.Len())
	for i := range out {
		out[i], _ = v.Index(i).Interface().(tea.Cmd)
	}
	return out, true
}

// chaos is a desk whose answers come late, in any order, and more than once.
type chaos struct {
	p    *uitest.Player
	came []tea.Msg // that were given before
}

// deliver gives one of the answers that are held back, whichever.
func (c *chaos) deliver(which int) {
	held := c.p.Held
	if len(held) == 0 {
		return
	}
	i := which % len(held)
	cmd := held[i]
	c.p.Held = slices.Concat(held[:i], held[i+1:])
	if cmd == nil {
		return
	}
	msg := cmd()
	if more, ok := commands(msg); ok {
		c.p.Held = append(c.p.Held, more...)
		return
	}
	switch msg.(type) {
	case nil, screen.Background, tea.QuitMsg:
		return
	}
	if reflect.TypeOf(msg) == reflect.TypeOf(tea.ClearScreen()) {
		return
	}
	if c.came = append(c.came, msg); len(c.came) > 50 {
		c.came = c.came[1:]
	}
	c.p.Send(msg)
}

// Random keys, pastes, sizes, clicks; answers late, in another order, and twice. Whatever
// happens: no fault, the frame fits and the cursor is in it, no control byte of the
// data is on it, and never is one patient's banner over another's record.
func TestTheChartHoldsWhateverComesAndWhenever(t *testing.T) {
	const checks = 100 // of rapid, unless its own flag says otherwise
	each, seen := max(1, chartSteps()/checks), map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		d := fake.New()
		hostile(d)
		m, err := ui.New(config(d, rapid.SampledFrom([]string{"en", "zh-Hant", "zh-Hans"}).Draw(rt, "lang")))
		if err != nil {
			rt.Fatal(err)
		}
		p := uitest.Play(t, m, rapid.SampledFrom([]int{60, 80, 120, 200}).Draw(rt, "columns"), rapid.SampledFrom([]int{20, 24, 60}).Draw(rt, "rows"))
		open(signIn(p, rapid.IntRange(0, 2).Draw(rt, "who")), charts[0].number)
		c := &chaos{p: p}
		for range each {
			switch what := rapid.IntRange(0, 39).Draw(rt, "what"); {
			case what == 0:
				p.Resize(rapid.IntRange(0, 300).Draw(rt, "w"), rapid.IntRange(0, 90).Draw(rt, "h"))
			case what < 3 || p.W < 60 || p.H < 20:
				p.Resize(rapid.SampledFrom([]int{60, 80, 119, 120, 200}).Draw(rt, "w"), rapid.SampledFrom([]int{20, 24, 40, 60}).Draw(rt, "h"))
			case what == 3:
				p.Send(tea.PasteMsg{Content: rapid.SampledFrom(somePastes).Draw(rt, "paste")})
			case what == 4:
				p.Hold = true
			case what == 5:
				p.Release()
			case what < 11:
				c.deliver(rapid.IntRange(0, 1000).Draw(rt, "which"))
			case what < 13: // once more, though it was answered long ago
				if len(c.came) > 0 {
					p.Send(c.came[rapid.IntRange(0, len(c.came)-1).Draw(rt, "late")])
				}
			case what == 13:
				p.Send(ui.Tick())
			case what == 14: // to another patient's chart, whatever is still on its way
				p.Press("esc", "esc", "f2", "f2").Type(rapid.SampledFrom(charts).Draw(rt, "next").number)
				for range 3 {
					p.Press("enter")
					c.deliver(1000)
				}
			case what < 17:
				x, y := rapid.IntRange(-2, 210).Draw(rt, "x"), rapid.IntRange(-2, 62).Draw(rt, "y")
				p.Send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
				p.Send(tea.MouseWheelMsg{X: x, Y: y, Button: tea.MouseWheelDown})
			case m.Locked():
				p.Type(fake.Passphrase).Press("enter")
			default:
				p.Press(rapid.SampledFrom(chartKeys).Draw(rt, "key"))
			}
			check(rt, m, p)
			seen[whose(rt, p)]++
		}
	})
	t.Logf("frames with records of each patient: %v", seen)
	frames := 0 // rapid may be asked for fewer checks
	for _, n := range seen {
		frames += n
	}
	if seen[charts[0].mark] == 0 || frames >= 1000 && seen[charts[1].mark]+seen[charts[2].mark] == 0 {
		t.Errorf("records were seen on so many frames: %v", seen)
	}
}

// whose is the mark of the patient whose records are on the screen, and wants no other's
// there and no other's banner above them.
func whose(t *rapid.T, p *uitest.Player) string {
	plain := ansi.Strip(p.Content())
	mark := ""
	for _, c := range charts {
		if !strings.Contains(plain, c.mark) {
			continue
		}
		if mark != "" {
			t.Fatalf("records of two patients:\n%s", plain)
		}
		mark = c.mark
		for _, o := range charts {
			if o.mark != mark && strings.Contains(plain, o.name) {
				t.Fatalf("a record of %s under the banner of %s:\n%s", c.name, o.name, plain)
			}
		}
	}
	return mark
}
