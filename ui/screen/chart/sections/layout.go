package sections

import (
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
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
	v.shown = layout{w: w, h: h, lang: lang}
	v.made = v.make()
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

// firstScreen is how many sections share one screen of a narrow layout.
const firstScreen = 6

// stacked sets the sections one below the other, their names at the left. Those of
// the first screen share its rows; what of them does not fit is counted, and the
// section's own page has it. The others follow below, with a few lines each.
func (v *View) stacked(w, h int) {
	l, all := &v.shown, v.made
	name, dates := 0, 0
	for i := range all {
		name = max(name, paint.Width(all[i].Name)+4)
		for k := range all[i].Lines {
			dates = max(dates, paint.Width(all[i].Lines[k].Date))
		}
	}
	head := all[:min(firstScreen, len(all))]
	blocks := make([][]block, len(all))
	for i := range all {
		for k := range all[i].Lines {
			if k > h {
				break
			}
			blocks[i] = append(blocks[i], oneRow(&all[i].Lines[k], w-name, dates))
		}
	}
	count := share(head, blocks, h)
	y := 0
	for i := range all {
		n := min(3, len(blocks[i]))
		if i < len(head) {
			n = count[i]
		}
		y = v.stack(y, name, w, &all[i], blocks[i][:n])
	}
	l.need(y - 1)
}

// stack puts one section: its name and how many it has, then its lines.
func (v *View) stack(y, name, w int, s *Section, blocks []block) int {
	l, e := &v.shown, v.env
	l.label(y, 0, name-1, theme.Title, s.Name)
	from := y
	for i := range blocks {
		y = l.put(y, name, s.Lines[i], blocks[i])
	}
	if len(blocks) == 0 {
		for _, words := range paint.Wrap(nil, s.Why, w-name) {
			l.label(y, name, w-name, theme.Muted, words)
			y++
		}
		return max(y, from+1)
	}
	if more := len(s.Lines) - len(blocks); more > 0 {
		words := v.counted(e.T.Summary.More, more)
		if y-from > 1 {
			l.label(from+1, 0, name-1, theme.Muted, words)
		} else {
			l.rows[from][0].text = paint.Cut(s.Name, name-2-paint.Width("+999")) + " +" + itoa(more)
		}
	}
	return y
}

// share says how many lines of each section fit on h rows together: one of each
// first, and then one more in turn, while any fits.
func share(all []Section, blocks [][]block, h int) []int {
	count := make([]int, len(all))
	room := h
	for i := range all {
		if len(blocks[i]) == 0 {
			room--
			continue
		}
		count[i] = 1
		room -= len(blocks[i][0])
	}
	for grown := true; grown; {
		grown = false
		for i := range all {
			if n := count[i]; n < len(blocks[i]) && len(blocks[i][n]) <= room {
				count[i]++
				room -= len(blocks[i][n])
				grown = true
			}
		}
	}
	return count
}

// columns sets the sections in n columns, in their order down each.
func (v *View) columns(w, h, n int) {
	l, all := &v.shown, v.made
	cw := (w - (n-1)*2) / n
	blocks := make([][]block, len(all))
	for i := range all {
		for k := range all[i].Lines {
			if k > h {
				break
			}
			blocks[i] = append(blocks[i], twoRows(&all[i].Lines[k], cw-2))
		}
	}
	most := fit(blocks, n, h)
	col, y := 0, 0
	for i := range all {
		s := &all[i]
		shown := blocks[i][:min(most, len(blocks[i]))]
		size := height(shown) + 2
		if y > 0 && y+size > h && col < n-1 {
			col, y = col+1, 0
		}
		x := col * (cw + 2)
		head := s.Name
		if len(s.Lines) > 0 {
			head += " " + itoa(len(s.Lines))
		}
		if s.Note != "" {
			head += " · " + s.Note
		}
		l.label(y, x, cw, theme.Title, head)
		y++
		for k := range shown {
			y = l.put(y, x+2, s.Lines[k], shown[k])
		}
		if more := len(s.Lines) - len(shown); more > 0 {
			l.label(y, x+2, cw-2, theme.Muted, v.counted(v.env.T.Summary.More, more))
			y++
		}
		if len(shown) == 0 {
			for _, words := range paint.Wrap(nil, s.Why, cw-2) {
				l.label(y, x+2, cw-2, theme.Muted, words)
				y++
			}
		}
		y++
	}
}

// fit is the greatest number of lines a section may have so that all fit in n columns
// of h rows; at least two.
func fit(blocks [][]block, n, h int) int {
	for most := h; most > 2; most-- {
		col, y := 0, 0
		for i := range blocks {
			size := height(blocks[i][:min(most, len(blocks[i]))]) + 3
			if y > 0 && y+size > h {
				col, y = col+1, 0
			}
			y += size
		}
		if col < n {
			return most
		}
	}
	return 2
}

func height(all []block) (n int) {
	for _, b := range all {
		n += len(b)
	}
	return n
}
