package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// tell shows what a session has to tell and was not read yet; it stays until a key
// says that it was read.
func (m *Model) tell(s ehrdesk.Session) {
	if m.lock != nil || m.overlay != nil {
		return
	}
	if codes := m.codes(s); len(codes) > 0 {
		m.put(&notice{m: m, codes: codes, quiet: m.env.Now()})
	}
}

// notice is what somebody has to have read. It comes by itself, so a key may be on
// its way to the screen that it covers.
type notice struct {
	plain
	m     *Model
	codes []string
	quiet time.Time // since when no key has come
}

// quietBefore is how long no key may have come before one counts as an answer: a key
// that repeats comes every 30 ms or so, and nobody reads a sentence in less.
const quietBefore = 500 * time.Millisecond

func (n *notice) Scope() intent.Scope { return intent.Confirm }

func (n *notice) Handle(in intent.Intent) tea.Cmd {
	now := n.m.env.Now()
	early := now.Sub(n.quiet).Abs() < quietBefore
	if n.quiet = now; early {
		return nil
	}
	if in.ID == intent.Accept || in.ID == intent.Back {
		if n.m.read == nil {
			n.m.read = map[string]bool{}
		}
		for _, c := range n.codes {
			n.m.read[c] = true
		}
		n.m.dismiss()
	}
	return nil
}

func (n *notice) Draw(c *paint.Canvas, r paint.Rect) {
	e, t := n.m.env, &n.m.env.T.Warning
	c.Fill(r, theme.Dialog, ' ')
	in := paint.Rect{X: r.X + 2, Y: r.Y + 1, W: min(r.W-4, 90), H: r.H - 1}
	c.Put(in.X, in.Y, in.Right(), theme.Critical, paint.Cut(e.S(t.Title), in.W))
	y := 2
	for _, code := range n.codes {
		words, ok := t.Codes[code]
		if !ok {
			words = t.Other
		}
		y += widget.Para(c, in.From(y), theme.Dialog, e.S(words)) + 1
	}
	c.Put(in.X, in.Y+y, in.Right(), theme.Strong, e.S(t.Read))
	c.SetCursor(in.X, in.Y+y)
}
