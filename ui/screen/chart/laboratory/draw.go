package laboratory

import (
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// drawTable paints the table, what is above and below it, and the row in focus in words.
func (p *Page) drawTable(c *paint.Canvas, r paint.Rect, focus bool) {
	t, e := &p.table, p.b.Env
	if len(t.rows) > 0 {
		p.arrange(r.W)
	}
	newest, older := e.S(p.words().Newest), ""
	if t.back > 0 {
		newest = p.counted(p.words().Newer, t.back)
	}
	if n := t.older(); n > 0 && len(t.rows) > 0 {
		older = p.counted(p.words().Older, n) + "  "
	}
	r = p.head(c, r, focus, older+newest, older)
	r = p.standing(c, r, len(t.rows) == 0, p.words().None, ehrdesk.KindLaboratory)
	if len(t.rows) == 0 || r.H < 1 {
		return
	}
	if r.H >= 8 {
		p.drawSaid(c, paint.Rect{X: r.X, Y: r.Bottom() - 1, W: r.W, H: 1})
		r.H--
	}
	l := &t.shown
	from, to := t.seen(r.H)
	t.page = max(1, to-from)
	y := r.Y
	if t.top > 0 {
		p.drawAbove(c, paint.Rect{X: r.X, Y: y, W: r.W, H: 1}, from)
		y++
	}
	for i := from; i < to; i++ {
		p.drawLine(c, paint.Rect{X: r.X, Y: y, W: r.W, H: 1}, &l.lines[i], i, focus)
		y++
	}
	if to < len(l.lines) {
		p.ahead(c, paint.Rect{X: r.X, Y: r.Bottom() - 1, W: r.W, H: 1}, p.words().Below, l, l.rowAt(to, 0), len(t.rows))
	}
}

// drawAbove names the rows above the first line that is seen, and has the dates of its
// panel where the heading is above: no value stands without its date.
func (p *Page) drawAbove(c *paint.Canvas, r paint.Rect, from int) {
	l := &p.table.shown
	above := l.rowAt(from, 1)
	if row := l.lines[from].row; row >= 0 {
		for i := l.head[row]; i < from && l.lines[i].row < 0; i++ {
			dates := 0
			for _, cell := range l.lines[i].cells {
				if cell.x >= l.left {
					c.Put(r.X+cell.x, r.Y, r.Right(), cell.style, cell.words)
					dates++
				}
			}
			if dates > 0 { // times of day stand below their dates
				r.W = min(r.W, l.left-1)
				break
			}
		}
		if above == 0 && from > 0 { // nothing but the panel's name
			cells := l.lines[l.head[row]].cells
			c.Put(r.X, r.Y, r.Right(), theme.Title, paint.Cut(cells[0].words, r.W))
			return
		}
	}
	p.ahead(c, r, p.words().Above, l, 0, above)
}

// seen is which lines are on the screen: whole rows, and no heading whose tests are all
// below; of a row that is higher than the screen as much as there is room for.
func (t *table) seen(h int) (from, to int) {
	l := &t.shown
	n := t.scroll(h)
	from, to = t.top, min(len(l.lines), t.top+n)
	if row := l.lines[from].row; row >= 0 && row < t.sel && l.first[row] < from {
		from = l.last[row] + 1
	}
	if to == len(l.lines) {
		return from, to
	}
	if row := l.lines[to].row; row > t.sel && l.first[row] < to {
		to = l.first[row]
	}
	for to > from+1 && l.lines[to-1].row < 0 && to-1 > l.last[t.sel] {
		to--
	}
	return from, to
}

// scroll keeps the row in focus on the screen, its panel's heading with it where there
// is room; it gives the number of lines that fit between what is above and below.
func (t *table) scroll(h int) int {
	l := &t.shown
	if len(l.lines) <= h {
		t.top = 0
		return h
	}
	first, last := l.first[t.sel], l.last[t.sel]
	if last-l.head[t.sel] < h-2 {
		first = l.head[t.sel]
	}
	fits := func(top int) int { // lines between, with top the first
		n := h
		if top > 0 {
			n--
		}
		if top+n < len(l.lines) {
			n--
		}
		return max(1, n)
	}
	t.top = min(t.top, len(l.lines)-1)
	if first < t.top {
		t.top = first
	}
	for t.top < first && t.top+fits(t.top) <= last {
		t.top++
	}
	for t.top > 0 && t.top-1+fits(t.top-1) >= len(l.lines) {
		t.top--
	}
	if t.top == 1 {
		t.top = 0
		if fits(0) <= last {
			t.top = 2
		}
	}
	return fits(t.top)
}

// rowAt is the first row that begins at a line or behind it; with d 1 one that ends
// before it does not count as seen.
func (l *layout) rowAt(line, d int) int {
	for i := range l.first {
		if d == 0 && l.last[i] >= line || d == 1 && l.first[i] >= line {
			return i
		}
	}
	return len(l.first)
}

// ahead names the rows from one to another that are out of sight.
func (p *Page) ahead(c *paint.Canvas, r paint.Rect, t text.T, l *layout, from, to int) {
	if to <= from {
		return
	}
	words := p.counted(t, to-from)
	for _, name := range l.names[from:to] {
		if paint.Width(words)+3+paint.Width(name) > r.W {
			break
		}
		words += " · " + name
	}
	c.Put(r.X, r.Y, r.Right(), theme.Muted, words)
}

func (p *Page) drawLine(c *paint.Canvas, r paint.Rect, d *drawn, line int, focus bool) {
	on := d.row == p.table.sel && d.row >= 0
	sel := theme.SelectedDim
	if focus {
		sel = theme.Selected
	}
	if focus && d.row >= 0 && line == p.table.shown.first[d.row] {
		c.Item(r.X, r.Y, on)
	}
	if on {
		c.Fill(r, sel, ' ')
		if line == p.table.shown.first[d.row] {
			c.Put(r.X, r.Y, r.Right(), sel, "▸")
			if focus {
				c.SetCursor(r.X, r.Y)
			}
		}
	}
	for i := range d.cells {
		st := d.cells[i].style
		if on {
			st = sel
		}
		words := d.cells[i].words
		if of := d.cells[i].of; of.ID != "" {
			words = p.b.OwnMark(of)
		}
		c.Put(r.X+d.cells[i].x, r.Y, r.Right(), st, words)
	}
}

// drawSaid says the newest result of the row in focus in full: its flag as a word, its
// date, its source, and how many there are.
func (p *Page) drawSaid(c *paint.Canvas, r paint.Rect) {
	e, t := p.b.Env, p.words()
	row := p.table.rows[p.table.sel]
	name := p.table.shown.names[p.table.sel]
	var parts []string
	said := p.b.Words()
	if s := p.table.series(row); s != nil {
		x := s.Last()
		parts = []string{text.Sprintf(e.S(t.Last), p.said(&said, s, x)), said.Date(x.At), p.b.Env.S(p.words().Stage(x.Stage)), ehrdesk.CleanLine(x.Record.Source), p.results(len(s.Points))}
	} else {
		x := p.table.worded(row)
		parts = []string{p.b.Row(x.Last()).Day, ehrdesk.CleanLine(x.Last().Source), p.results(len(x.Records))}
	}
	line := name
	if s := p.table.series(row); s != nil && p.table.shown.spark == 0 {
		if spark := widget.Spark(s.Heights(), results.SparkPoints); spark != "" {
			line += " " + spark
		}
	}
	for _, s := range parts {
		if s != "" && paint.Width(line)+3+paint.Width(s) <= r.W {
			line += " · " + s
		}
	}
	c.Put(r.X, r.Y, r.Right(), theme.Muted, line)
}

// said is a point with its unit and its flag in words.
func (p *Page) said(w *text.Words, s *results.Series, x *results.Point) string {
	parts := []string{w.Number(x.Comparator, x.Number, x.Limits.Lower, x.Limits.Upper), w.Unit(s.Unit), w.FlagOf(x.Flag)}
	if x.Flag == "" && !x.Assessed {
		parts = append(parts, p.b.Env.S(p.words().NotAssessed))
	}
	var out []string
	for _, s := range parts {
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, " ")
}

func (p *Page) counted(t text.T, n int) string {
	return text.Sprintf(p.b.Env.S(t), strconv.Itoa(n))
}

func (p *Page) results(n int) string {
	if n == 1 {
		return p.counted(p.words().Result, n)
	}
	return p.counted(p.words().Results, n)
}
