package chart

import (
	"strconv"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// typeKeys are the keys of the eleven types.
const typeKeys = "1234567890-"

// Narrow is the width below which the rail gives way to whatever is read, and has the
// screen to itself while it has the focus. The keys of the types stay.
const Narrow = 80

// railWidth is how wide the rail is, 0 where what is read has the whole width: on a
// narrow screen a page or a list is read, a row an entry, and the rail comes with the focus.
func (s *Screen) railWidth(w int) int {
	switch {
	case (s.env.W < Narrow || s.env.Plain) && s.pane == paneRail:
		return w
	case s.env.W < Narrow || s.env.Plain:
		return 0
	case w >= 160:
		return 42
	case w >= Wide:
		return 32
	case s.pane != paneRail && !s.wide():
		return 0
	}
	return 24
}

// The rows of the rail are the pages, and after them the eleven types.

// railRow is the row of what is on the screen, -1 for none: a search is of all.
func (s *Screen) railRow() int {
	if s.query != nil {
		return -1
	}
	for i := range pageKeys {
		if pageKeys[i].view == s.view || pageKeys[i].view == viewChanged && s.view == viewNew || pageKeys[i].view == viewCourse && s.view == viewTimeline {
			return i
		}
	}
	return len(pageKeys) + int(s.typ) - 1
}

func (s *Screen) railRows() int { return len(pageKeys) + len(s.types) }

func (s *Screen) drawRail(c *paint.Canvas, r paint.Rect) {
	s.drawAtHand(c, r.From(s.railRows()))
	at := s.railRow()
	r, first := s.railWindow(c, r, at)
	for y := r.Y; y < r.Bottom(); y++ {
		i := first + y - r.Y
		if i >= s.railRows() {
			return
		}
		row := paint.Rect{X: r.X, Y: y, W: r.W, H: 1}
		st, note, key, mark := theme.Text, theme.Muted, theme.Key, " "
		if s.pane == paneRail {
			c.Item(r.X, y, i == at)
		}
		if i == at {
			mark = "▸"
			st, note, key = theme.SelectedDim, theme.SelectedDim, theme.SelectedDim
			if s.pane == paneRail {
				st, note, key = theme.Selected, theme.Selected, theme.Selected
				c.SetCursor(r.X, y)
			}
			c.Fill(row, st, ' ')
		}
		x := c.Put(r.X, y, r.Right(), st, mark)
		if i < len(pageKeys) {
			x = c.Put(x, y, r.Right(), key, pageKeys[i].key)
			c.Put(x+1, y, r.Right(), st, s.env.S(pageKeys[i].name(&s.env.T.Chart)))
			continue
		}
		sum := s.types[i-len(pageKeys)]
		if i != at && sum.Count == 0 {
			st = theme.Muted
		}
		s.drawType(c, row, x, sum, st, note, key)
	}
}

// railWindow is where the rows of the rail stand, and the first of them: all where they
// fit, else those about row at, with the others counted above and below.
func (s *Screen) railWindow(c *paint.Canvas, r paint.Rect, at int) (paint.Rect, int) {
	rows := s.railRows()
	if rows <= r.H || r.H < 4 {
		return r, max(0, min(at-r.H+1, rows-r.H))
	}
	t, shown := &s.env.T.Medication, r.H-1
	count := func(words text.T, n int) string { return text.Sprintf(s.env.S(words), strconv.Itoa(n)) }
	if first := rows - (r.H - 1); at > shown-1 {
		if at >= first { // the end, and what is above it
			c.Put(r.X+1, r.Y, r.Right(), theme.Muted, count(t.Above, first))
			return paint.Rect{X: r.X, Y: r.Y + 1, W: r.W, H: r.H - 1}, first
		}
		shown--
		first = at - shown + 1
		c.Put(r.X+1, r.Y, r.Right(), theme.Muted, count(t.Above, first))
		c.Put(r.X+1, r.Bottom()-1, r.Right(), theme.Muted, count(t.Below, rows-at-1))
		return paint.Rect{X: r.X, Y: r.Y + 1, W: r.W, H: shown}, first
	}
	c.Put(r.X+1, r.Bottom()-1, r.Right(), theme.Muted, count(t.Below, rows-shown))
	return paint.Rect{X: r.X, Y: r.Y, W: r.W, H: shown}, 0
}

// drawType draws one type: its key, its name, how many there are and when the newest was.
func (s *Screen) drawType(c *paint.Canvas, r paint.Rect, x int, sum ehrdesk.TypeSummary, st, note, key paint.Style) {
	e, t, y := s.env, &s.env.T.Chart, r.Y
	names := e.T.Types[sum.Type]
	name := e.S(names.Short)
	if r.W >= 28 {
		name = e.S(names.Long)
	}
	x = c.Put(x, y, r.Right(), key, typeKeys[sum.Type-1:sum.Type])
	nameX := x + 1
	count := thousands(s.own(&sum))
	switch {
	case sum.Hidden:
		count = e.S(t.HiddenShort)
	case sum.Away:
		count = e.S(t.AwayShort)
	case sum.Restricted > 0 && sum.Count == 0:
		count = e.S(t.RestrictedShort)
	case sum.Restricted > 0:
		count += e.S(t.RestrictedShort)
	case len(sum.Unasked) > 0 && sum.Count == 0:
		count = e.S(t.AwayShort)
	}
	if n := s.newOf(sum.Type); n > 0 {
		count += " +" + thousands(n)
	}
	right := r.Right()
	if r.W >= 40 {
		right -= 12
		if d := s.language().Date(sum.Newest); d != "" && !sum.Hidden {
			c.Put(r.Right()-paint.Width(d), y, r.Right(), note, d)
		}
	}
	right -= paint.Width(count) // the number is never cut: the name gives way
	if paint.Width(name) >= right-nameX {
		name = paint.Cut(e.S(names.Short), right-nameX-1)
	}
	c.Put(nameX, y, right, st, name)
	c.Put(max(right, nameX), y, r.Right(), note, count)
}

// own is how many records of a type are of the patient: doctors and hospitals that records
// refer to are in the list, and are not counted.
func (s *Screen) own(sum *ehrdesk.TypeSummary) int {
	if sum.Type != ehrdesk.Demographics {
		return sum.Count
	}
	n := sum.Count
	list := s.chart.List(sum.Type)
	for i := range list {
		if list[i].Linked && list[i].Resource != "Patient" {
			n--
		}
	}
	return max(n, 0)
}
