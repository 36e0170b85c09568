package chart

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// columns is how a list of a width is divided. A narrow one stacks the value
// under the title, so that neither is ever cut.
type columns struct {
	title, value, source int // widths; value 0: stacked
}

const dateWidth = 11 // 08-Apr-2026

func divide(w int) columns {
	rest := w - dateWidth - 2
	if rest < 60 {
		return columns{title: rest}
	}
	source := rest * 28 / 100
	value := (rest - source) * 45 / 100
	return columns{title: rest - value - source - 2, value: value, source: source}
}

// rowLines is a record's text laid out; the slices are reused from row to row.
type rowLines struct {
	title, value []string
	flag         string
	flagStyle    paint.Style
	height       int
}

// lay wraps one record at the columns.
func (s *Screen) lay(r *ehrdesk.Record, col columns, row *rowLines) {
	t := &s.env.T.Chart
	row.title = paint.Wrap(row.title[:0], s.title(r), col.title)
	row.flag, row.flagStyle = s.flag(*r)
	value := ehrdesk.CleanLine(r.Value)
	if r.Restricted {
		value = s.env.S(t.RestrictedRow)
	}
	if col.value == 0 {
		row.value = row.value[:0]
		if value != "" || row.flag != "" || remarkable(r.Status) || s.query != nil {
			row.value = paint.Wrap(row.value, value, col.title)
			if last := row.value[len(row.value)-1]; row.flag != "" && paint.Width(last)+2+paint.Width(row.flag) > col.title {
				row.value = append(row.value, "") // the flag is never cut: it gets a line
			}
		}
		row.height = len(row.title) + len(row.value)
		return
	}
	row.value = row.value[:0]
	fw := paint.Width(row.flag)
	if fw > 0 && value != "" && paint.Width(value)+2+fw <= col.value {
		row.value = append(row.value, value) // flag fits beside it
		row.height = max(len(row.title), 1)
		return
	}
	if value != "" {
		row.value = paint.Wrap(row.value, value, col.value)
	}
	n := len(row.value)
	if fw > 0 {
		n++
	}
	row.height = max(len(row.title), n)
}

func (s *Screen) title(r *ehrdesk.Record) string {
	title := ehrdesk.CleanLine(r.Title)
	if title == "" {
		title = r.Resource
	}
	return title
}

// source is where a record came from; among the hits of a search, after its type.
func (s *Screen) source(r *ehrdesk.Record) string {
	src := ehrdesk.CleanLine(r.Source)
	if s.query != nil {
		return s.env.S(s.env.T.Types[r.Type()].Short) + " · " + src
	}
	return src
}

// remarkable reports a status that a list must not leave out.
func remarkable(status string) bool {
	switch status {
	case "", "final", "completed", "active", "finished", "current", "fulfilled":
		return false
	}
	return true
}

// drawRows draws the records around the selected one, and says what lies above
// and below.
func (s *Screen) drawRows(c *paint.Canvas, r paint.Rect, l *list, focus bool) {
	e, t := s.env, &s.env.T.Chart
	typing := s.query != nil && s.query.typing
	col := divide(r.W - 1)
	rows := paint.Rect{X: r.X, Y: r.Y + 1, W: r.W, H: r.H - 2}
	l.page = max(1, rows.H)
	s.settle(l, col, rows.H)
	row, y, i := &s.row, rows.Y, l.top
	for ; i < len(l.records) && y < rows.Bottom(); i++ {
		rec := &l.records[i]
		s.lay(rec, col, row)
		if y+row.height > rows.Bottom() && i > l.top {
			break
		}
		s.drawRow(c, paint.Rect{X: rows.X, Y: y, W: rows.W, H: min(row.height, rows.Bottom()-y)}, rec, row, col, i == l.sel, focus && !typing)
		y += row.height
	}
	l.page = max(1, i-l.top)
	if l.top > 0 {
		c.Put(r.X, r.Y, r.Right(), theme.Muted, sprintf(e.S(t.Above), thousands(l.top)))
	}
	pos := sprintf(e.S(t.Position), thousands(l.top+1), thousands(i), thousands(len(l.records)))
	if s.query == nil {
		pos += " · " + e.S(t.NewestFirst)
	}
	c.Put(max(r.X+14, r.Right()-paint.Width(pos)-1), r.Y, r.Right(), theme.Muted, pos)
	s.lookAhead(c, paint.Rect{X: r.X, Y: rows.Bottom(), W: r.W, H: 1}, l, i)
}

// settle keeps the first row while the selected record is whole on screen. Where
// it is not, the list jumps so that the record stands in the middle: what comes
// next is seen, and most keys change two rows instead of the whole list, which
// is what counts on a slow line.
func (s *Screen) settle(l *list, col columns, h int) {
	n := len(l.records)
	l.top = min(max(l.top, 0), max(0, n-1))
	height := func(i int) int {
		s.lay(&l.records[i], col, &s.row)
		return s.row.height
	}
	if l.sel >= l.top && l.sel-l.top < h {
		used := 0
		for i := l.top; i <= l.sel && used <= h; i++ {
			used += height(i)
		}
		if used <= h {
			return
		}
	}
	below := height(l.sel)
	for i := l.sel + 1; i < n && below < (h+1)/2; i++ {
		below += height(i)
	}
	l.top = l.sel
	for room := h - below; l.top > 0; l.top-- {
		if room -= height(l.top - 1); room < 0 {
			break
		}
	}
}

func (s *Screen) drawRow(c *paint.Canvas, r paint.Rect, rec *ehrdesk.Record, row *rowLines, col columns, sel, focus bool) {
	e, t := s.env, &s.env.T.Chart
	date, title, value, note, flag := theme.Muted, theme.Strong, theme.Text, theme.Muted, row.flagStyle
	mark := " "
	if sel {
		st := theme.SelectedDim
		mark = "▸"
		if focus {
			st = theme.Selected
			c.SetCursor(r.X, r.Y)
		}
		c.Fill(r, st, ' ')
		date, title, value, note, flag = st, st, st, st, st
	}
	x := c.Put(r.X, r.Y, r.Right(), date, mark)
	when := rec.Date.Date()
	if when == "" {
		when = e.S(t.NoDate)
		if rec.Linked {
			when = e.S(t.LinkedTitle)
		}
	}
	c.Put(x, r.Y, x+dateWidth, date, when)
	x += dateWidth + 1
	for i, line := range row.title {
		if i < r.H {
			c.Put(x, r.Y+i, r.Right(), title, line)
		}
	}
	status := ""
	if remarkable(rec.Status) {
		status = e.S(t.StatusName(rec.Status))
	}
	if col.value == 0 {
		y := r.Y + len(row.title)
		for i, line := range row.value {
			if y+i >= r.Bottom() {
				break
			}
			at := c.Put(x, y+i, r.Right(), value, line)
			if i < len(row.value)-1 {
				continue
			}
			at = extra(c, at, y+i, r.Right(), flag, row.flag)
			at = extra(c, at, y+i, r.Right(), note, status)
			if src := s.source(rec); at+8 <= r.Right() {
				extra(c, at, y+i, r.Right(), note, paint.Cut(src, r.Right()-at-2))
			}
		}
		return
	}
	vx := x + col.title + 1
	y := r.Y
	for i, line := range row.value {
		if y >= r.Bottom() {
			break
		}
		at := c.Put(vx, y, vx+col.value, value, line)
		if i == len(row.value)-1 && row.flag != "" && at+2+paint.Width(row.flag) <= vx+col.value {
			c.Put(at+2, y, r.Right(), flag, row.flag)
			y = r.Bottom()
		}
		y++
	}
	if row.flag != "" && y < r.Bottom() {
		c.Put(vx, y, vx+col.value, flag, row.flag)
	}
	sx := vx + col.value + 1
	src := s.source(rec)
	if status != "" {
		sx = c.Put(sx, r.Y, r.Right(), flagOr(sel, value, theme.Abnormal), paint.Cut(status, r.Right()-sx)) + 1
	}
	c.Put(sx, r.Y, r.Right(), note, paint.Cut(src, r.Right()-sx))
}

func flagOr(sel bool, a, b paint.Style) paint.Style {
	if sel {
		return a
	}
	return b
}

func extra(c *paint.Canvas, x, y, right int, st paint.Style, s string) int {
	if s == "" {
		return x
	}
	return c.Put(x+2, y, right, st, s)
}

// lookAhead names what comes after the last row shown.
func (s *Screen) lookAhead(c *paint.Canvas, r paint.Rect, l *list, next int) {
	if next >= len(l.records) {
		return
	}
	x := c.Put(r.X, r.Y, r.Right(), theme.Muted, sprintf(s.env.S(s.env.T.Chart.Below), thousands(len(l.records)-next)))
	for i := next; i < len(l.records) && i < next+8; i++ {
		title := s.title(&l.records[i])
		if x+3+paint.Width(title) > r.Right() {
			return
		}
		x = c.Put(x, r.Y, r.Right(), theme.Muted, " · ")
		x = c.Put(x, r.Y, r.Right(), theme.Muted, title)
	}
}
