package summary

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
	lines []line
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
func (p *Page) arrange(w, h int, lang text.Lang) {
	if l := &p.shown; l.rows != nil && l.w == w && l.h == h && l.lang == lang {
		return
	}
	p.shown = layout{w: w, h: h, lang: lang}
	if n := w / columnWidth; n > 1 || w < stackedWidth {
		p.columns(w, h, max(1, n))
	} else {
		p.stacked(w, h)
	}
	p.sel = min(p.sel, max(0, len(p.shown.lines)-1))
	if p.chosen.ID != "" {
		p.Select(p.chosen)
	}
}

// block is one line of a section laid out.
type block []row

// put adds a line's block at (x, y), as the next line that can be selected.
func (l *layout) put(y, x int, ln line, b block) int {
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
func (p *Page) stacked(w, h int) {
	l, all := &p.shown, p.sections()
	name, dates := 0, 0
	for i := range all {
		name = max(name, paint.Width(all[i].name)+4)
		for k := range all[i].lines {
			dates = max(dates, paint.Width(all[i].lines[k].date))
		}
	}
	head := all[:min(firstScreen, len(all))]
	blocks := make([][]block, len(all))
	for i := range all {
		for k := range all[i].lines {
			if k > h {
				break
			}
			blocks[i] = append(blocks[i], oneRow(&all[i].lines[k], w-name, dates))
		}
	}
	count := share(head, blocks, h)
	y := 0
	for i := range all {
		n := min(3, len(blocks[i]))
		if i < len(head) {
			n = count[i]
		}
		y = p.stack(y, name, w, &all[i], blocks[i][:n])
	}
	l.need(y - 1)
}

// stack puts one section: its name and how many it has, then its lines.
func (p *Page) stack(y, name, w int, s *section, blocks []block) int {
	l, e := &p.shown, p.b.Env
	l.label(y, 0, name-1, theme.Title, s.name)
	from := y
	for i := range blocks {
		y = l.put(y, name, s.lines[i], blocks[i])
	}
	if len(blocks) == 0 {
		for _, words := range paint.Wrap(nil, s.why, w-name) {
			l.label(y, name, w-name, theme.Muted, words)
			y++
		}
		return max(y, from+1)
	}
	if more := len(s.lines) - len(blocks); more > 0 {
		words := p.counted(e.T.Summary.More, more)
		if y-from > 1 {
			l.label(from+1, 0, name-1, theme.Muted, words)
		} else {
			l.rows[from][0].text = paint.Cut(s.name, name-2-paint.Width("+999")) + " +" + itoa(more)
		}
	}
	return y
}

// share says how many lines of each section fit on h rows together: one of each
// first, and then one more in turn, while any fits.
func share(all []section, blocks [][]block, h int) []int {
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
func (p *Page) columns(w, h, n int) {
	l, all := &p.shown, p.sections()
	cw := (w - (n-1)*2) / n
	blocks := make([][]block, len(all))
	for i := range all {
		for k := range all[i].lines {
			if k > h {
				break
			}
			blocks[i] = append(blocks[i], twoRows(&all[i].lines[k], cw-2))
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
		head := s.name
		if len(s.lines) > 0 {
			head += " " + itoa(len(s.lines))
		}
		if s.note != "" {
			head += " · " + s.note
		}
		l.label(y, x, cw, theme.Title, head)
		y++
		for k := range shown {
			y = l.put(y, x+2, s.lines[k], shown[k])
		}
		if more := len(s.lines) - len(shown); more > 0 {
			l.label(y, x+2, cw-2, theme.Muted, p.counted(p.b.Env.T.Summary.More, more))
			y++
		}
		if len(shown) == 0 {
			for _, words := range paint.Wrap(nil, s.why, cw-2) {
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
