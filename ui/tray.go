package ui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// tray is the demonstration's card tray: it puts training cards into the
// simulated reader, well or badly, in the midst of any flow.
type tray struct {
	plain
	m   *Model
	t   screen.Tray
	sel int
	way int
}

func newTray(m *Model) *tray {
	return &tray{m: m, t: m.env.Demo.Tray, sel: max(0, m.env.Demo.Tray.In())}
}

func (y *tray) Scope() intent.Scope { return intent.TrayBox }

func (y *tray) HintFor(id intent.ID) string {
	if id == intent.Accept {
		return y.m.env.S(y.m.env.T.Card.TrayPut)
	}
	return ""
}

func (y *tray) Handle(in intent.Intent) tea.Cmd {
	ways := y.t.Ways()
	switch in.ID {
	case intent.Up:
		y.sel--
	case intent.Down:
		y.sel++
	case intent.PageUp:
		y.sel = 0
	case intent.PageDown:
		y.sel = len(y.t.Cards()) - 1
	case intent.Left:
		y.way = (y.way + len(ways) - 1) % len(ways)
	case intent.Right:
		y.way = (y.way + 1) % len(ways)
	case intent.Back:
		y.m.dismiss()
	case intent.TakeOut:
		y.m.dismiss()
		return quietly(y.t.Take)
	case intent.Accept:
		return y.put(ways[y.way])
	}
	y.sel = min(max(y.sel, 0), max(0, len(y.t.Cards())-1))
	return nil
}

// put puts the chosen card in, outside the event loop; the tray closes when the
// reader tells of it.
func (y *tray) put(way string) tea.Cmd {
	t, i := y.t, y.sel
	return func() tea.Msg { return trayMsg{t.Put(i, way)} }
}

// trayMsg is what came of putting a card in.
type trayMsg struct{ err error }

func (y *tray) Update(msg tea.Msg) (tea.Cmd, bool) {
	m, ok := msg.(trayMsg)
	if !ok {
		return nil, false
	}
	if m.err != nil {
		y.m.warn(y.m.env.S(y.m.env.CardFault(m.err)))
		return nil, true
	}
	y.m.dismiss()
	return nil, true
}

func (y *tray) Draw(c *paint.Canvas, r paint.Rect) {
	e, t := y.m.env, &y.m.env.T.Card
	c.Fill(r, theme.Dialog, ' ')
	in := paint.Rect{X: r.X + 2, Y: r.Y, W: min(r.W-4, 110), H: r.H}
	c.Put(in.X, in.Y, in.Right(), theme.Title, e.S(t.TrayTitle))
	n := widget.Para(c, in.From(1), theme.Dialog, e.S(t.TrayLead)) + 1
	x := c.Put(in.X, in.Y+n, in.Right(), theme.Label, e.S(t.TrayHow)+"  ")
	c.Put(x, in.Y+n, in.Right(), theme.Strong, "‹ "+e.S(t.Ways[y.t.Ways()[y.way]])+" ›")
	n += 2
	where := y.t.In()
	if where < 0 {
		c.Put(in.X, in.Y+n, in.Right(), theme.Muted, e.S(t.TrayEmpty))
	}
	n++
	cards := y.t.Cards()
	rows := max(1, in.H-n-1)
	first := max(0, min(y.sel-rows+1, len(cards)-rows))
	for i := first; i < len(cards) && i < first+rows; i++ {
		row := in.Y + n + i - first
		st, note := theme.Dialog, theme.Muted
		c.Item(in.X, row, i == y.sel)
		if i == y.sel {
			st, note = theme.Selected, theme.Selected
			c.Fill(paint.Rect{X: in.X - 1, Y: row, W: in.W + 1, H: 1}, st, ' ')
			c.Put(in.X-1, row, in.Right(), st, "▸")
			c.SetCursor(in.X, row)
		}
		mark := "  "
		if i == where {
			mark = "● "
		}
		k := cards[i]
		x := c.Put(in.X, row, in.Right(), st, mark+ehrdesk.CleanLine(k.Number))
		x = c.Put(max(x+1, in.X+15), row, in.Right(), st, ehrdesk.CleanLine(k.Name))
		words := k.Note[e.Lang.Tag()]
		if i == where {
			words = e.S(t.TrayIn)
		}
		c.Put(max(x+2, in.X+44), row, in.Right(), note, paint.Cut(words, in.Right()-max(x+2, in.X+44)))
	}
	c.Put(in.X, in.Bottom()-1, in.Right(), theme.Muted, e.S(t.TrayKeys))
}
