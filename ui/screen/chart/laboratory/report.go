package laboratory

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// drawReport paints one report from row y on, as far as it stands within r.
func (p *Page) drawReport(c *paint.Canvas, r paint.Rect, y int, rep *results.Report, on, focus bool) {
	e, t := p.b.Env, p.words()
	words := p.b.Row(rep.Record)
	sel := theme.SelectedDim
	if focus {
		sel = theme.Selected
	}
	in := func(y int) bool { return y >= r.Y && y < r.Bottom() }
	if in(y) {
		title := theme.Strong
		if focus {
			c.Item(r.X, y, on)
		}
		if on {
			c.Fill(paint.Rect{X: r.X, Y: y, W: r.W, H: 1}, sel, ' ')
			c.Put(r.X, y, r.Right(), sel, "▸")
			title = sel
			if focus {
				c.SetCursor(r.X, y)
			}
		}
		day := words.Day
		if day == "" {
			day = e.S(t.NoDate)
		}
		c.Put(r.X+1, y, r.Right(), title, day)
		c.Put(r.X+1+dateCells+1, y, r.Right(), title, paint.Cut(p.b.Own(rep.Record, words.Title), r.W-dateCells-2))
	}
	y++
	status, style := p.b.Env.S(p.words().Stage(results.StageOf(rep.Record.Status))), theme.Abnormal
	if status == "" {
		if status, style = words.Status, theme.Muted; status == "" {
			status = p.b.Words().StatusOf(rep.Record.Resource, rep.Record.Status)
		}
	}
	if in(y) {
		x := c.Put(r.X+3, y, r.Right(), style, status)
		if source := ehrdesk.CleanLine(rep.Record.Source); source != "" {
			c.Put(x, y, r.Right(), theme.Muted, widget.Source(" · "+source, r.Right()-x))
		}
	}
	y++
	if rep.Record.Resource != "DiagnosticReport" {
		if in(y) {
			p.drawResult(c, paint.Rect{X: r.X + 3, Y: y, W: r.W - 3, H: 1}, rep.Record, 0, 4)
		}
		y++
	}
	names, whole := p.whole(rep.Results)
	for _, m := range rep.Results {
		if in(y) {
			c.Put(r.X+2, y, r.Right(), theme.Text, p.b.OwnMark(m.Ref()))
			p.drawResult(c, paint.Rect{X: r.X + 3, Y: y, W: r.W - 3, H: 1}, m, names, whole)
		}
		y++
	}
	if rep.Lacking > 0 && rep.Record.Resource == "DiagnosticReport" {
		if in(y) {
			c.Put(r.X+3, y, r.Right(), theme.Abnormal, p.counted(t.Lacking, rep.Lacking))
		}
		y++
	}
	if rep.Said {
		for i, part := range said(words.Value, r.W-3) {
			if in(y + i) {
				c.Put(r.X+3, y+i, r.Right(), theme.Text, part)
			}
		}
	}
}

// said is what a report says, on the lines that it has in the list; the last one shows
// that there is more.
func said(words string, w int) []string {
	lines := paint.Wrap(nil, words, w)
	if len(lines) <= saidLines {
		return lines
	}
	rest := words
	for _, line := range lines[:saidLines-1] {
		_, rest, _ = strings.Cut(rest, line)
	}
	return append(lines[:saidLines-1], paint.Cut(strings.TrimSpace(rest), w))
}

// whole is how many cells the names of a report's results take, and their values before
// their decimal points.
func (p *Page) whole(members []*ehrdesk.Record) (names, whole int) {
	said := p.b.Words()
	for _, m := range members {
		names = max(names, paint.Width(p.resultName(m)))
		for _, at := range p.data.index[m.Ref()] {
			whole = max(whole, paint.Width(p.valueOf(&said, p.point(at)).whole))
		}
	}
	return names, whole
}

// resultName is what a result of a report is called.
func (p *Page) resultName(rec *ehrdesk.Record) string {
	title := p.b.Row(rec).Title
	if at := p.data.index[rec.Ref()]; len(at) == 1 {
		said, s := p.b.Words(), &p.data.set.Series[at[0].Series]
		return said.Test(s.Term, s.Name, title)
	}
	return title
}

func (p *Page) point(at results.At) *results.Point {
	return &p.data.set.Series[at.Series].Points[at.Point]
}

// drawResult paints a result in a line: its name, its value with the decimal point
// after whole cells, its unit, its flag in words and its range.
func (p *Page) drawResult(c *paint.Canvas, r paint.Rect, rec *ehrdesk.Record, names, whole int) {
	said := p.b.Words()
	words := p.b.Row(rec)
	at := p.data.index[rec.Ref()]
	x := r.X
	if names > 0 {
		w := min(names, r.W*2/5)
		c.Put(x, r.Y, r.Right(), theme.Text, paint.Cut(p.resultName(rec), w))
		x += w + 1
	}
	if len(at) != 1 {
		p.drawWords(c, paint.Rect{X: x, Y: r.Y, W: r.Right() - x, H: 1}, &words.Value, rec)
		return
	}
	s, pt := &p.data.set.Series[at[0].Series], p.point(at[0])
	v := p.valueOf(&said, pt)
	x = c.Put(x+max(0, whole-paint.Width(v.whole)), r.Y, r.Right(), v.style, v.whole+v.part) + 1
	if unit := said.Unit(s.Unit); unit != "" {
		x = c.Put(x, r.Y, r.Right(), theme.Text, unit) + 1
	}
	parts := []string{said.FlagOf(pt.Flag), p.b.Env.S(p.words().Stage(pt.Stage))}
	if x+2+paint.Width(parts[0])+paint.Width(parts[1]) > r.Right() || pt.Flag == "" {
		parts[0] = v.mark
	}
	for i, s := range parts {
		if s != "" {
			st := v.style
			if i == 1 {
				st = theme.Abnormal
			}
			x = c.Put(x+1, r.Y, r.Right(), st, s)
		}
	}
	if rng := p.rangeOf(&pt.Limits); rng != "·" && x+2+paint.Width(rng) <= r.Right() {
		c.Put(x+2, r.Y, r.Right(), theme.Muted, rng)
	}
}

// drawWords paints a result that is words, and that nothing assessed it.
func (p *Page) drawWords(c *paint.Canvas, r paint.Rect, value *string, rec *ehrdesk.Record) {
	words := p.b.Row(rec)
	flag, style := words.Flag, theme.Muted
	if words.Judged {
		style = theme.Abnormal
	}
	if flag == "" && len(p.data.index[rec.Ref()]) == 0 && rec.Kind == ehrdesk.KindLaboratory {
		flag = p.b.Env.S(p.words().NotAssessed)
	}
	if s := p.b.Env.S(p.words().Stage(results.StageOf(rec.Status))); s != "" {
		flag, style = s+" · "+flag, theme.Abnormal
	}
	room := r.W - paint.Width(flag) - 1
	x := c.Put(r.X, r.Y, r.Right(), theme.Text, paint.Cut(*value, max(8, room)))
	c.Put(x+1, r.Y, r.Right(), style, flag)
}
