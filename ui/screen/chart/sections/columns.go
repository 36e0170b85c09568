package sections

import (
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// columns sets the sections in n columns, in their order down each. Sources stand whole
// where all lines then have room.
func (v *View) columns(w, h, n int) {
	l, all := &v.shown, v.made
	cw := (w - (n-1)*2) / n
	said := make([][]string, len(all)) // why there is nothing, and what stands below the lines
	for i := range all {
		if len(all[i].Lines) == 0 {
			said[i] = paint.Wrap(nil, all[i].Why, cw-2)
		}
		said[i] = append(said[i], all[i].below(cw-2)...)
	}
	blocks := blocksOf(all, cw, h, true)
	count := fit(blocks, said, n, h)
	if cut(blocks, count) {
		blocks = blocksOf(all, cw, h, false)
		count = fit(blocks, said, n, h)
	}
	col, y := 0, 0
	for i := range all {
		s := &all[i]
		if size := tall(blocks[i], said[i], count[i]); y > 0 && y+size > h && col < n-1 {
			col, y = col+1, 0
		}
		x := col * (cw + 2)
		head := s.head()
		if s.Note != "" {
			head += " · " + s.Note
		}
		l.label(y, x, cw, theme.Title, head)
		l.heads[i] = y
		y++
		for k := range count[i] {
			y = l.put(y, x+2, s.Lines[k], blocks[i][k])
		}
		if more := len(s.Lines) - count[i]; more > 0 {
			words := v.counted(v.env.T.Summary.More, more)
			if s.Ahead {
				words = lookAhead(s.Lines[count[i]:], cw-2)
			}
			l.label(y, x+2, cw-2, theme.Muted, words)
			y++
		}
		for _, words := range said[i] {
			l.label(y, x+2, cw-2, theme.Muted, words)
			y++
		}
		y++
	}
}

// head is a section's name and how many lines it has.
func (s *Section) head() string {
	n := len(s.Lines)
	if n > 0 && s.Lines[n-1].Rest {
		n--
	}
	if n == 0 {
		return s.Name
	}
	return s.Name + " " + itoa(n)
}

func blocksOf(all []Section, cw, h int, whole bool) [][]block {
	blocks := make([][]block, len(all))
	for i := range all {
		for k := range all[i].Lines {
			if k > h {
				break
			}
			blocks[i] = append(blocks[i], twoRows(&all[i].Lines[k], cw-2, whole))
		}
	}
	return blocks
}

// cut reports that some lines are not shown.
func cut(blocks [][]block, count []int) bool {
	for i := range blocks {
		if count[i] < len(blocks[i]) {
			return true
		}
	}
	return false
}

// fit is how many lines of each section are shown so that all sections stand in n columns
// of h rows: two of each, and then one more in turn, the first section first, as long as
// they do. No column ends above empty rows while a line is hidden that would fit in them.
func fit(blocks [][]block, said [][]string, n, h int) []int {
	count := make([]int, len(blocks))
	for i := range blocks {
		count[i] = min(2, len(blocks[i]))
	}
	full := make([]bool, len(blocks))
	for grown := true; grown; {
		grown = false
		for i := range blocks {
			if full[i] || count[i] == len(blocks[i]) {
				continue
			}
			count[i]++
			if stand(blocks, said, count, n, h) {
				grown = true
				continue
			}
			count[i]--
			full[i] = true
		}
	}
	return count
}

// stand reports that the sections stand in n columns of h rows.
func stand(blocks [][]block, said [][]string, count []int, n, h int) bool {
	col, y := 0, 0
	for i := range blocks {
		size := tall(blocks[i], said[i], count[i])
		if y > 0 && y+size > h {
			col, y = col+1, 0
		}
		if y += size; y > h {
			return false
		}
		y++ // an empty row between two
	}
	return col < n
}

// tall is how many rows a section takes: its name, its lines, how many more there are,
// and what stands below.
func tall(blocks []block, said []string, shown int) int {
	n := 1 + len(said)
	for _, b := range blocks[:shown] {
		n += len(b)
	}
	if shown < len(blocks) {
		n++
	}
	return n
}
