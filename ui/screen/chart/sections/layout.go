package sections

import (
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// cell is a piece of a row. line is the line it is of, -1 for none.
type cell struct {
	x, w  int
	text  string
	style paint.Style
	line  int
	first bool // the cursor stands here when the line is in focus
	right bool // set to the right
}

type row []cell

// layout is the sections laid out at a size, made once for it.
type layout struct {
	w, h  int
	lang  text.Lang
	lines []Line
	rows  []row
	heads []int // the row of each section's name
}

// extent is the first and the last row of a line.
func (l *layout) extent(line int) (first, last int) {
	first, last = 0, 0
	found := false
	for i, r := range l.rows {
		for _, c := range r {
			if c.line == line {
				if !found {
					first, found = i, true
				}
				last = i
			}
		}
	}
	return first, last
}

// columnWidth is what a column needs: a page too narrow for two, and too narrow for
// names beside lines, has one.
const (
	columnWidth  = 45
	stackedWidth = 66
)

// arrange lays the sections out, where the size or the records have changed, and
// stays at the record that was selected.
func (v *View) arrange(w, h int) {
	lang := v.env.Lang
	if l := &v.shown; l.rows != nil && l.w == w && l.h == h && l.lang == lang {
		return
	}
	v.made = v.make()
	v.shown = layout{w: w, h: h, lang: lang, heads: make([]int, len(v.made))}
	for i := range v.made {
		for k := range v.made[i].Lines {
			v.made[i].Lines[k].section = i
		}
	}
	if n := w / columnWidth; n > 1 || w < stackedWidth {
		v.columns(w, h, max(1, n))
	} else {
		v.stacked(w, h)
	}
	v.sel = min(v.sel, max(0, len(v.shown.lines)-1))
	if v.chosen.ID != "" {
		v.Select(v.chosen)
	}
}

// block is one line of a section laid out.
type block []row

// put adds a line's block at (x, y), as the next line that can be selected.
func (l *layout) put(y, x int, ln Line, b block) int {
	no := len(l.lines)
	l.lines = append(l.lines, ln)
	for i, r := range b {
		l.need(y + i)
		for _, c := range r {
			c.x, c.line, c.first = c.x+x, no, i == 0
			l.rows[y+i] = append(l.rows[y+i], c)
		}
	}
	return y + len(b)
}

// label adds words that are no line.
func (l *layout) label(y, x, w int, st paint.Style, words string) {
	l.need(y)
	l.rows[y] = append(l.rows[y], cell{x: x, w: w, text: words, style: st, line: -1})
}

func (l *layout) need(y int) {
	for len(l.rows) <= y {
		l.rows = append(l.rows, nil)
	}
}
