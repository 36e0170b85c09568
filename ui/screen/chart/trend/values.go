package trend

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// drawValues paints the points as lines, the newest at the top: date, value with its
// decimal point under those of the others, the sign of who wrote it, flag in words, how final it is, source.
func (p *Page) drawValues(c *paint.Canvas, r paint.Rect, said *text.Words, focus bool) {
	all := p.points()
	if r.H < 1 || len(all) == 0 {
		return
	}
	p.shown.rows = r.H
	p.top = min(max(p.top, p.sel-r.H+1, 0), p.sel, max(0, len(all)-r.H))
	whole, part := 0, 0
	for i := p.top; i < min(len(all), p.top+r.H); i++ {
		x := &all[len(all)-1-i]
		a, b := apart(p.number(said, x, p.below(x)))
		whole, part = max(whole, paint.Width(a)), max(part, paint.Width(b))
	}
	const dates = 18 // "14-Nov-2026 08:15"
	for i := p.top; i < min(len(all), p.top+r.H); i++ {
		x := &all[len(all)-1-i]
		y := r.Y + i - p.top
		st, date, flag := theme.Text, theme.Muted, style(x)
		if focus {
			c.Item(r.X, y, i == p.sel)
		}
		if i == p.sel {
			sel := theme.SelectedDim
			if focus {
				sel = theme.Selected
				c.SetCursor(r.X, y)
			}
			c.Fill(paint.Rect{X: r.X, Y: y, W: r.W, H: 1}, sel, ' ')
			c.Put(r.X, y, r.Right(), sel, "▸")
			st, date, flag = sel, sel, sel
		}
		when := said.Moment(x.At)
		if when == "" {
			when = p.b.Env.S(p.words().NoDate)
		}
		c.Put(r.X+1, y, r.Right(), date, when)
		a, b := apart(p.number(said, x, p.below(x)))
		at := r.X + 1 + max(dates, paint.Width(when)+1)
		c.Put(at+whole-paint.Width(a), y, r.Right(), st, a+b)
		at += whole + part + 2
		c.Put(at-2, y, r.Right(), st, p.b.OwnMark(x.Record.Ref()))
		if words := join(p.judged(said, x), p.b.Env.S(p.words().Stage(x.Stage))); words != "" {
			at = c.Put(at, y, r.Right(), flag, words) + 2
		}
		c.Put(at, y, r.Right(), date, widget.Source(ehrdesk.CleanLine(x.Record.Source), r.Right()-at))
	}
}

// apart takes a number apart before its decimal point.
func apart(n string) (whole, part string) {
	if i := strings.IndexByte(n, '.'); i >= 0 {
		return n[:i], n[i:]
	}
	return n, ""
}
