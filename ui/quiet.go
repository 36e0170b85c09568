package ui

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Quiet are the hours in which the bell does not ring: minutes of the day, from the first to before the last, across midnight where the
// first is the later one. Where both are the same there are none. Counts stand on the screen all the same.
type Quiet struct {
	From, To int
	Critical bool // it rings for something critical that is theirs to acknowledge
}

// at reports that a moment is within the hours.
func (q Quiet) at(now time.Time) bool {
	m := now.Hour()*60 + now.Minute()
	if q.From <= q.To {
		return q.From <= m && m < q.To
	}
	return m >= q.From || m < q.To
}

func (q Quiet) none() bool { return q.From == q.To }

// clock is a minute of the day as it is typed.
func clock(m int) string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }

// minute reads one: 22:00, 2200 or 22.
func minute(s string) (int, bool) {
	s = strings.TrimSpace(s)
	for _, layout := range []string{"15:04", "1504", "15"} {
		if at, err := time.Parse(layout, s); err == nil {
			return at.Hour()*60 + at.Minute(), true
		}
	}
	return 0, false
}

// quietBox asks for the hours.
type quietBox struct {
	plain
	m        *Model
	from, to widget.Input
	critical bool
	at       int // the row in focus: from, to, critical
	wrong    bool
}

// quietRows is how many rows there are to fill in.
const quietRows = 3

func newQuietBox(m *Model) *quietBox {
	q := m.liking.now.Quiet
	b := &quietBox{m: m, from: widget.Input{Max: 5}, to: widget.Input{Max: 5}, critical: q.Critical}
	if !q.none() {
		b.from.Set(clock(q.From))
		b.to.Set(clock(q.To))
	}
	return b
}

func (b *quietBox) Scope() intent.Scope { return intent.QuietBox }

func (b *quietBox) Field() *widget.Input {
	switch b.at {
	case 0:
		return &b.from
	case 1:
		return &b.to
	}
	return nil
}

func (b *quietBox) HintFor(id intent.ID) string {
	t := &b.m.env.T.Common
	switch {
	case id == intent.Accept && b.at == quietRows-1:
		return b.m.env.S(t.QuietKeep)
	case id == intent.Tick:
		return b.m.env.S(b.m.env.T.Cases.YesNo)
	}
	return ""
}

// DisabledReason says why Space does nothing in a time.
func (b *quietBox) DisabledReason(id intent.ID) string {
	if id == intent.Tick && b.at != quietRows-1 {
		return b.m.env.S(b.m.env.T.Cases.NotTick)
	}
	return ""
}

func (b *quietBox) Handle(in intent.Intent) tea.Cmd {
	b.wrong = false
	switch in.ID {
	case intent.Up, intent.PrevPane:
		b.at = (b.at + quietRows - 1) % quietRows
	case intent.Down, intent.NextPane:
		b.at = (b.at + 1) % quietRows
	case intent.Tick:
		b.critical = b.critical != (b.at == quietRows-1)
	case intent.Back:
		b.m.dismiss()
	case intent.Accept:
		if b.at < quietRows-1 {
			b.at++
			return nil
		}
		return b.keep()
	}
	return nil
}

// keep keeps the hours, for whoever is signed in; nothing typed is none.
func (b *quietBox) keep() tea.Cmd {
	from, ok := minute(b.from.Text())
	to, too := minute(b.to.Text())
	switch {
	case b.from.Empty() && b.to.Empty():
		from, to = 0, 0
	case !ok || !too:
		if b.at, b.wrong = 0, true; ok {
			b.at = 1
		}
		return nil
	}
	q := Quiet{From: from, To: to, Critical: b.critical}
	m := b.m
	words := m.env.S(m.env.T.Common.QuietNone)
	if !q.none() {
		words = text.Sprintf(m.env.S(m.env.T.Common.QuietIs), clock(q.From), clock(q.To))
	}
	m.dismiss()
	m.env.Say(words)
	return m.liked(func(s *Settings) { s.Quiet = q })
}

func (b *quietBox) Draw(c *paint.Canvas, r paint.Rect) {
	e := b.m.env
	t := &e.T.Common
	c.Fill(r, theme.Dialog, ' ')
	in := paint.Rect{X: r.X + 2, Y: r.Y, W: min(r.W-4, 90), H: r.H}
	c.Put(in.X, in.Y, in.Right(), theme.Title, e.S(t.QuietTitle))
	y := in.Y + 1 + widget.Para(c, paint.Rect{X: in.X, Y: in.Y + 1, W: in.W, H: 3}, theme.Dialog, e.S(t.QuietLead))
	if !b.m.liking.now.Bell {
		y += widget.Para(c, paint.Rect{X: in.X, Y: y, W: in.W, H: 2}, theme.Abnormal, e.S(t.QuietOff))
	}
	y++
	for i, one := range []struct {
		label text.T
		in    *widget.Input
	}{{t.QuietFrom, &b.from}, {t.QuietTo, &b.to}} {
		b.focus(c, in, y, b.at == i)
		x := c.Put(in.X+1, y, in.Right(), theme.Dialog, e.S(one.label)+"  ")
		one.in.Draw(c, x, y, 8, b.at == i)
		y++
	}
	b.focus(c, in, y, b.at == quietRows-1)
	mark := "[ ] "
	if b.critical {
		mark = "[x] "
	}
	if y += widget.Para(c, paint.Rect{X: in.X + 1, Y: y, W: in.W - 1, H: 2}, theme.Dialog, mark+e.S(t.QuietCritical)); b.wrong {
		widget.Para(c, paint.Rect{X: in.X, Y: y + 1, W: in.W, H: 2}, theme.Critical, "! "+e.S(t.QuietBad))
	}
}

// focus marks the row that has the keys.
func (b *quietBox) focus(c *paint.Canvas, in paint.Rect, y int, has bool) {
	c.Item(in.X, y, has)
	if has {
		c.Put(in.X, y, in.Right(), theme.Strong, "▸")
		if b.at == quietRows-1 {
			c.SetCursor(in.X, y)
		}
	}
}
