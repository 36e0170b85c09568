package chart

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// drawRows draws the records around the selected one below a row with words of the
// list's and which of how many are seen, and names what lies below.
func (s *Screen) drawRows(c *paint.Canvas, r paint.Rect, l *list, focus bool, words string, head paint.Style) {
	e, t := s.env, &s.env.T.Chart
	typing := s.query != nil && s.query.typing
	col := divide(r.W - 1)
	if s.query == nil {
		col = col.fitted(l.records, s.beside)
	}
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
	date, title, value, note, flag := theme.Muted, theme.Strong, theme.Text, theme.Muted, row.flagStyle
	said := s.words(rec)
	mark := " "
	if focus {
		c.Item(r.X, r.Y, sel)
	}
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
	c.Put(x, r.Y, x+dateWidth, date, s.day(rec))
	x += dateWidth + 1
	for i, line := range row.title {
		if i < r.H {
			c.Put(x, r.Y+i, r.Right(), title, line)
		}
	}
	s.drawHit(c, r, row, col, sel, title)
	r.H -= s.drawApart(c, r, row, sel, value)
	if len(row.inline) > 0 || col.value == 0 && len(row.value) == 0 {
		s.drawInline(c, paint.Rect{X: x, Y: r.Y, W: r.Right() - x, H: 1}, rec, row, sel, strike, flag, note)
		return
	}
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
				extra(c, at, y+i, r.Right(), note, widget.Source(src, r.Right()-at-2))
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
		st := strike
		if row.standing {
			st = s.statusStyle(sel, value, rec)
		}
		at := c.Put(vx, y, vx+col.value, st, line)
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
		c.Put(at+1, y, r.Right(), note, widget.Source(src, r.Right()-at-1))
	} else if len(row.status) < r.H { // no room beside the status: below it where there is a line
		c.Put(sx, r.Y+len(row.status), r.Right(), note, widget.Source(src, r.Right()-sx))
	}
}

// day is what stands in the column of days: of the patient and of who and where records
// are from, which have none, what they are.
func (s *Screen) day(rec *ehrdesk.Record) string {
	if day := s.words(rec).Day; day != "" {
		return day
	}
	t := &s.env.T.Chart
	switch {
	case rec.Resource == "Patient":
		return s.env.S(t.IsPatient)
	case !rec.Linked:
		return s.env.S(t.NoDate)
	case rec.Resource == "Practitioner" || rec.Resource == "PractitionerRole":
		return s.env.S(t.IsClinician)
	case rec.Resource == "Organization":
		return s.env.S(t.IsInstitution)
	}
	return s.env.S(t.LinkedTitle)
}

// drawInline draws what stands behind the title in a record's one row, and its source
// where there is room for some of it.
func (s *Screen) drawInline(c *paint.Canvas, r paint.Rect, rec *ehrdesk.Record, row *rowLines, sel bool, value, flag, muted paint.Style) {
	at := r.X
	if n := len(row.title); n > 0 {
		at += paint.Width(row.title[n-1])
	}
	for _, n := range row.inline {
		st := s.statusStyle(sel, value, rec)
		switch {
		case n.flag:
			st = flag
		case n.value:
			st = value
		}
		at = c.Put(r.X+n.x, r.Y, r.Right(), st, n.text)
	}
	if src := s.source(rec); at+minLoose+gap <= r.Right() && len(row.title) < 2 {
		extra(c, at, r.Y, r.Right(), muted, widget.Source(src, r.Right()-at-gap))
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
