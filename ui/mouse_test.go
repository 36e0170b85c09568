package ui

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/keys"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// witness is a screen in any scope that notes every intent, and has items anywhere.
type witness struct {
	scope intent.Scope
	items []paint.Item
	heard []intent.ID
}

func (w *witness) Scope() intent.Scope             { return w.scope }
func (w *witness) Field() *widget.Input            { return nil }
func (w *witness) Update(tea.Msg) (tea.Cmd, bool)  { return nil, false }
func (w *witness) DisabledReason(intent.ID) string { return "" }
func (w *witness) HintFor(intent.ID) string        { return "" }
func (w *witness) Unsaved() bool                   { return false }
func (w *witness) Leave()                          {}
func (w *witness) Handle(in intent.Intent) tea.Cmd {
	w.heard = append(w.heard, in.ID)
	return nil
}

func (w *witness) Draw(c *paint.Canvas, r paint.Rect) {
	for _, i := range w.items {
		c.Item(i.X, i.Y, i.Chosen)
		c.Put(i.X, i.Y, r.Right(), theme.Text, "a thing")
		c.Fill(paint.Rect{X: i.X + 10, Y: i.Y, W: 1, H: 3}, theme.Rule, '│')
		if i.Chosen {
			c.SetCursor(i.X, i.Y)
		}
	}
}

// Whatever is clicked or scrolled, wherever: the mouse never acts. It moves.
func TestTheMouseNeverActs(t *testing.T) {
	moves := map[intent.ID]bool{intent.Up: true, intent.Down: true, intent.NextPane: true, intent.PrevPane: true}
	moved := false
	rapid.Check(t, func(t *rapid.T) {
		w := &witness{scope: intent.Scope(1) << rapid.IntRange(0, 28).Draw(t, "scope")}
		cell := rapid.Custom(func(t *rapid.T) paint.Item {
			return paint.Item{X: rapid.IntRange(0, 99).Draw(t, "x"), Y: rapid.IntRange(0, 39).Draw(t, "y"), Chosen: rapid.Bool().Draw(t, "chosen")}
		})
		w.items = rapid.SliceOfN(cell, 0, 20).Draw(t, "items")
		d, err := keys.New(intent.Catalogue())
		if err != nil {
			t.Fatal(err)
		}
		m := &Model{env: &screen.Env{T: text.New(), Now: fixed, W: 100, H: 40, Working: screen.NewWorking()}, keys: d, canvas: paint.New(false), main: w, mouse: true}
		for range 5 {
			x, y := rapid.IntRange(-5, 120).Draw(t, "at x"), rapid.IntRange(-5, 60).Draw(t, "at y")
			if rapid.Bool().Draw(t, "wheel") {
				m.Update(tea.MouseWheelMsg{X: x, Y: y, Button: rapid.SampledFrom([]tea.MouseButton{tea.MouseWheelUp, tea.MouseWheelDown, tea.MouseWheelLeft}).Draw(t, "button")})
			} else {
				m.Update(tea.MouseClickMsg{X: x, Y: y, Button: rapid.SampledFrom([]tea.MouseButton{tea.MouseLeft, tea.MouseRight, tea.MouseMiddle}).Draw(t, "button")})
				m.Update(tea.MouseReleaseMsg{X: x, Y: y, Button: tea.MouseLeft})
			}
		}
		for _, id := range w.heard {
			moved = true
			if !moves[id] {
				t.Fatalf("intent %d in scope %b", id, w.scope)
			}
		}
		if m.say != "" || m.main != screen.Screen(w) || m.overlay != nil {
			t.Fatalf("said %q, or went elsewhere", m.say)
		}
	})
	if !moved {
		t.Error("nothing was ever moved: the test looks at nothing")
	}
}

func fixed() time.Time { return time.Date(2026, 11, 21, 9, 41, 0, 0, time.UTC) }
