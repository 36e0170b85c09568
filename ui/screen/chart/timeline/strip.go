package timeline

import (
	"strconv"
	"time"

	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// strip is the years of the chart in cells, the newest at the right: how many records
// each has, made once for a width.
type strip struct {
	w        int
	from, to time.Time
	heights  []rune
}

var levels = []rune(" ▁▂▃▄▅▆▇█")

// leastStrip is the width from which a strip says something.
const leastStrip = 24

// drawStrip draws the density of records between the first and the last year, and where
// the row in focus lies in them. The years stand at its ends in digits.
func (p *Page) drawStrip(c *paint.Canvas, r paint.Rect) {
	if r.W < leastStrip {
		return
	}
	s := &p.strip
	if w := r.W - 12; s.w != w {
		p.measure(w)
	}
	if len(s.heights) == 0 {
		return
	}
	x := c.Put(r.X+1, r.Y, r.Right(), theme.Muted, strconv.Itoa(s.from.Year())+" ")
	for i, h := range s.heights {
		c.Put(x+i, r.Y, r.Right(), theme.Muted, string(h))
	}
	c.Put(x+len(s.heights), r.Y, r.Right(), theme.Muted, " "+strconv.Itoa(s.to.Year()))
	if p.sel < len(p.rows) {
		if at, ok := s.place(p.entries[p.rows[p.sel].entry].At.Time); ok {
			mark := s.heights[at]
			if mark == ' ' {
				mark = levels[1]
			}
			c.Put(x+at, r.Y, r.Right(), theme.Selected, string(mark))
		}
	}
}

// measure counts the records of each cell.
func (p *Page) measure(w int) {
	s := strip{w: w}
	for i := range p.entries {
		at := p.entries[i].At
		if at.IsZero() {
			continue
		}
		if s.from.IsZero() || at.Time.Before(s.from) {
			s.from = at.Time
		}
		if at.Time.After(s.to) {
			s.to = at.Time
		}
	}
	p.strip = s
	if s.from.IsZero() || w < 1 {
		return
	}
	zone := p.b.Env.Now().Location()
	s.from, s.to = s.from.In(zone), s.to.In(zone)
	s.heights = make([]rune, w)
	counts, most := make([]int, w), 1
	for i := range p.entries {
		if at, ok := s.place(p.entries[i].At.Time); ok && !p.entries[i].At.IsZero() {
			counts[at] += p.entries[i].Len()
			most = max(most, counts[at])
		}
	}
	for i, n := range counts {
		s.heights[i] = levels[0]
		if n > 0 {
			s.heights[i] = levels[1+(n-1)*(len(levels)-2)/most]
		}
	}
	p.strip = s
}

// place is the cell of a moment.
func (s *strip) place(at time.Time) (int, bool) {
	if len(s.heights) == 0 || at.Before(s.from) || at.After(s.to) {
		return 0, false
	}
	span := s.to.Sub(s.from)
	if span <= 0 {
		return len(s.heights) - 1, true
	}
	return int(float64(len(s.heights)-1) * float64(at.Sub(s.from)) / float64(span)), true
}
