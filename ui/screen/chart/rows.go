package chart

import (
	"strings"

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
	notes        []note // flag and status under a narrow list's value
	status       []string
	found        []ehrdesk.Excerpt // what a search found beside the title: one, or none
	height       int
}

// note is a flag or a status in its place: a line of the value and a cell of it.
type note struct {
	line, x int
	text    string
	flag    bool
}

// lay wraps one record at the columns, with what a search found in it.
func (s *Screen) lay(r *ehrdesk.Record, col columns, row *rowLines) {
	s.layRecord(r, col, row)
	s.layHit(r, col, row)
}

func (s *Screen) layRecord(r *ehrdesk.Record, col columns, row *rowLines) {
	t, said := &s.env.T.Chart, s.words(r)
	row.title = paint.Wrap(row.title[:0], s.title(r), col.title)
	row.flag, row.flagStyle = said.Flag, flagStyle(r, said)
	if col.value == 0 {
		row.flag = said.Short
	}
	row.value, row.notes, row.status = row.value[:0], row.notes[:0], row.status[:0]
	value, status := said.Value, said.Status
	if r.Restricted {
		value = s.env.S(t.RestrictedRow) + " · " + s.env.S(t.ReleaseLine)
	}
	if col.value == 0 {
		if value != "" || row.flag != "" || status != "" || s.query != nil {
			row.value = wrapValue(row.value, value, col.title)
			row.note(row.flag, true, col.title)
			row.note(status, false, col.title)
		}
		row.height = len(row.title) + len(row.value)
		return
	}
	if status != "" {
		row.status = paint.Wrap(row.status, status, col.source)
	}
	fw := paint.Width(row.flag)
	if fw > 0 && value != "" && paint.Width(value)+2+fw <= col.value {
		row.value = append(row.value, value) // flag fits beside it
		row.height = max(len(row.title), len(row.status), 1)
		return
	}
	if value != "" {
		row.value = wrapValue(row.value, value, col.value)
	}
	n := len(row.value)
	if fw > 0 {
		n++
	}
	row.height = max(len(row.title), len(row.status), n)
}

// wrapValue wraps a value between its attributes, the dash on the upper line: a
// dose is read with its unit and "at most" with its number. Only an attribute
// that is longer than a line is broken within. Source: NHS CUI MEDi-034.
func wrapValue(dst []string, value string, w int) []string {
	if paint.Width(value) <= w {
		return append(dst, value)
	}
	line := ""
	for rest := value; rest != ""; {
		part, after, more := strings.Cut(rest, " – ")
		if rest = after; more {
			part += " –"
		}
		switch {
		case line == "":
			line = part
		case paint.Width(line)+1+paint.Width(part) <= w:
			line += " " + part
		default:
			dst, line = append(dst, line), part
		}
		if paint.Width(line) > w {
			dst = paint.Wrap(dst, line, w)
			line, dst = dst[len(dst)-1], dst[:len(dst)-1]
		}
	}
	return append(dst, line)
}

// note puts a flag or a status behind the value, or on a line of its own where
// it does not fit: neither is ever cut.
func (row *rowLines) note(words string, flag bool, w int) {
	if words == "" {
		return
	}
	last := len(row.value) - 1
	at := paint.Width(row.value[last])
	if n := len(row.notes); n > 0 && row.notes[n-1].line == last {
		at = row.notes[n-1].x + paint.Width(row.notes[n-1].text)
	}
	if at+2+paint.Width(words) <= w {
		row.notes = append(row.notes, note{last, at + 2, words, flag})
		return
	}
	for _, l := range paint.Wrap(nil, words, w-2) {
		row.value = append(row.value, "")
		row.notes = append(row.notes, note{len(row.value) - 1, 2, l, flag})
	}
}

// squeeze makes a record that is taller than the pane fit: what is left out of
// its value or title is said, its flag and status stay.
func (row *rowLines) squeeze(h int, stacked bool) {
	if row.height > h {
		row.height -= len(row.found)
		row.found = row.found[:0]
	}
	if row.height <= h {
		return
	}
	row.height = h
	if !stacked {
		row.title, row.status = short(row.title, h), short(row.status, h)
		if row.flag != "" {
			h--
		}
		row.value = short(row.value, h)
		return
	}
	kept := 0 // lines from the first note on
	if len(row.notes) > 0 {
		kept = len(row.value) - row.notes[0].line
	}
	title := min(len(row.title), max(1, h-kept-1))
	row.title = short(row.title, title)
	cut := len(row.value) - (h - title)
	if cut <= 0 {
		return
	}
	if first := len(row.value) - kept; first >= cut && first > 0 {
		copy(row.value[first-cut:], row.value[first:])
		row.value = row.value[:len(row.value)-cut]
		if at := first - cut - 1; at >= 0 {
			row.value[at] = more(row.value[at])
		}
		for i := range row.notes {
			row.notes[i].line -= cut
		}
	}
}

// short is the first n of lines, the last of them marked where some are left out.
func short(lines []string, n int) []string {
	n = max(n, 0)
	if len(lines) <= n {
		return lines
	}
	lines = lines[:n]
	if n > 0 {
		lines[n-1] = more(lines[n-1])
	}
	return lines
}

// more marks a line after which something is left out, within its width.
func more(line string) string {
	if w := paint.Width(line); w > 2 {
		line = paint.Cut(line, w-2)
	}
	return strings.TrimSuffix(line, "…") + " …"
}

func (s *Screen) title(r *ehrdesk.Record) string {
	if r.Restricted && r.ID == "" { // held back: only the kind is known
		return s.env.S(s.env.T.KindName(r.Kind))
	}
	if s.isNew(r) && s.view != viewNew {
		return s.env.S(s.env.T.Chart.NewMark) + " " + s.words(r).Title
	}
	if r.Released {
		return s.words(r).Title + " " + s.env.S(s.env.T.Chart.ReleasedMark)
	}
	return s.words(r).Title
}

// source is where a record came from; among the hits of a search, after its type.
func (s *Screen) source(r *ehrdesk.Record) string {
	src := ehrdesk.CleanLine(r.Source)
	if s.query == nil && s.view == viewList {
		return src
	}
	kind := s.env.S(s.env.T.Types[r.Type()].Short)
	if src == "" {
		return kind
	}
	return kind + " · " + src
}

// drawRows draws the records around the selected one below a row with words of the
// list's and which of how many are seen, and names what lies below.
func (s *Screen) drawRows(c *paint.Canvas, r paint.Rect, l *list, focus bool, words string, head paint.Style) {
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
		row.squeeze(rows.H, col.value == 0)
		if y+row.height > rows.Bottom() && i > l.top {
			break
		}
		s.drawRow(c, paint.Rect{X: rows.X, Y: y, W: rows.W, H: min(row.height, rows.Bottom()-y)}, rec, row, col, i == l.sel, focus && !typing)
		y += row.height
	}
	l.page = max(1, i-l.top)
	pos := sprintf(e.S(t.Position), thousands(l.top+1), thousands(i), thousands(len(l.records)))
	if sorted := pos + " · " + e.S(t.NewestFirst); s.query == nil && paint.Width(words)+2+paint.Width(sorted) < r.W {
		pos = sorted
	}
	x := max(r.X, r.Right()-paint.Width(pos)-1)
	c.Put(x, r.Y, r.Right(), theme.Muted, pos)
	c.Put(r.X, r.Y, x-1, head, paint.Cut(words, x-1-r.X))
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
		return min(s.row.height, h)
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
	said := s.words(rec)
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
	strike := value
	if said.InError {
		title, strike = title|paint.Struck, value|paint.Struck
	}
	x := c.Put(r.X, r.Y, r.Right(), date, mark)
	when := said.Day
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
	s.drawHit(c, r, row, col, sel, title)
	if col.value == 0 {
		y := r.Y + len(row.title)
		for i, line := range row.value {
			if y+i >= r.Bottom() {
				break
			}
			at := c.Put(x, y+i, r.Right(), strike, line)
			for _, n := range row.notes {
				if n.line == i {
					st := s.statusStyle(sel, value, rec)
					if n.flag {
						st = flag
					}
					at = c.Put(x+n.x, y+i, r.Right(), st, n.text)
				}
			}
			if src := s.source(rec); i == len(row.value)-1 && at+8 <= r.Right() {
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
		at := c.Put(vx, y, vx+col.value, strike, line)
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
	at := sx - 1
	for i, line := range row.status {
		y = r.Y + i
		at = c.Put(sx, y, r.Right(), s.statusStyle(sel, value, rec), line) + 1
	}
	if len(row.status) == 0 {
		y = r.Y
	}
	if src := s.source(rec); len(row.status) == 0 || at+8 <= r.Right() {
		c.Put(at+1, y, r.Right(), note, paint.Cut(src, r.Right()-at-1))
	} else if len(row.status) < r.H { // no room beside the status: below it where there is a line
		c.Put(sx, r.Y+len(row.status), r.Right(), note, paint.Cut(src, r.Right()-sx))
	}
}

// statusStyle makes a status stand out that is not a matter of course.
func (s *Screen) statusStyle(sel bool, selected paint.Style, r *ehrdesk.Record) paint.Style {
	switch {
	case sel:
		return selected
	case s.words(r).Standout:
		return theme.Abnormal
	}
	return theme.Muted
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
