package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// tour is the desk in eight steps, offered to a person once at a desk and shown again
// from F1. Enter goes on, Esc ends it.
type tour struct {
	plain
	m     *Model
	step  int
	offer bool // it came by itself
}

func newTour(m *Model, offer bool) *tour { return &tour{m: m, offer: offer} }

// offerTour offers the tour to whoever is at this desk for the first time, where it can be
// kept that it was: the demonstration, which forgets everybody, has it in F1 alone.
func (m *Model) offerTour() tea.Cmd {
	l := &m.liking
	if l.keep == nil || m.env.Demo != nil || l.now.Toured || m.overlay != nil || m.lock != nil || m.env.Plain {
		return nil
	}
	m.put(newTour(m, true))
	return m.liked(func(s *Settings) { s.Toured = true })
}

func (t *tour) Scope() intent.Scope { return intent.TourBox }

func (t *tour) HintFor(id intent.ID) string {
	e, h := t.m.env, &t.m.env.T.Help
	switch {
	case id == intent.Accept && t.step < len(h.Tour)-1:
		return e.S(h.TourNext)
	case id == intent.Accept || id == intent.Back:
		return e.S(h.TourEnd)
	}
	return ""
}

func (t *tour) Handle(in intent.Intent) tea.Cmd {
	steps := len(t.m.env.T.Help.Tour)
	switch in.ID {
	case intent.Accept, intent.Down, intent.PageDown:
		if t.step++; t.step == steps {
			t.end()
		}
	case intent.Up, intent.PageUp:
		t.step = max(0, t.step-1)
	case intent.Back:
		t.end()
	}
	return nil
}

func (t *tour) end() {
	t.m.env.Say(t.m.env.S(t.m.env.T.Help.TourDone))
	t.m.dismiss()
}

func (t *tour) Draw(c *paint.Canvas, r paint.Rect) {
	e, h := t.m.env, &t.m.env.T.Help
	c.Fill(r, theme.Dialog, ' ')
	in := paint.Rect{X: r.X + 2, Y: r.Y, W: min(r.W-4, 90), H: r.H}
	c.Put(in.X, in.Y, in.Right(), theme.Title, text.Sprintf(e.S(h.TourTitle), t.step+1, len(h.Tour)))
	c.SetCursor(in.X, in.Y)
	y := 2
	if t.offer && t.step == 0 {
		y += widget.Para(c, in.From(y), theme.Muted, e.S(h.TourOffer)) + 1
	}
	step := h.Tour[t.step]
	y += widget.Para(c, in.From(y), theme.Strong, e.S(step.Title)) + 1
	widget.Para(c, in.From(y), theme.Dialog, e.S(step.Text))
}
