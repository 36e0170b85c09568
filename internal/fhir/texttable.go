package fhir

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"github.com/ehrdesk/ehrdesk"
)

const (
	tableCells  = 72 // a table is laid out in so many cells
	leastColumn = 6  // with narrower columns it is given row by row
	mostColumns = 64
)

// cell is a table's cell: safe text, in lines.
type cell struct {
	text   string
	column int
	span   int
	head   bool
	table  bool // a table stands in it
}

// table is laid out when it is whole: columns aligned, text wrapped in its cell
// and never cut. What no columns fit is given row by row, each cell on lines of
// its own under the name of its column.
type table struct {
	rows    [][]cell
	columns int
	down    []int // rows that a cell of each column still reaches into
}

func (t *table) row() {
	t.rows = append(t.rows, nil)
	for i := range t.down {
		t.down[i] = max(0, t.down[i]-1)
	}
}

// add puts a cell where it stands: after the last, and past what reaches down
// from the rows above.
func (t *table) add(c cell, across, down int) {
	if len(t.rows) == 0 {
		t.row()
	}
	row := &t.rows[len(t.rows)-1]
	at := 0
	if n := len(*row); n > 0 {
		at = (*row)[n-1].column + (*row)[n-1].span
	}
	for at < len(t.down) && t.down[at] > 0 {
		at++
	}
	c.column, c.span = at, min(max(across, 1), mostColumns)
	c.text = strings.Trim(ehrdesk.CleanColumns(c.text), "\n")
	*row = append(*row, c)
	t.columns = max(t.columns, at+c.span)
	for i := at; i < at+c.span && t.columns <= mostColumns; i++ {
		for len(t.down) <= i {
			t.down = append(t.down, 0)
		}
		t.down[i] = min(max(down, 1), 1000)
	}
}

// text lays the table out.
func (t *table) text() string {
	rows := t.rows[:0:0]
	nested := false
	for _, r := range t.rows {
		filled := false
		for _, c := range r {
			filled = filled || c.text != ""
			nested = nested || c.table
		}
		if filled {
			rows = append(rows, r)
		}
	}
	t.rows = rows
	widths := t.widths()
	if nested || widths == nil {
		return t.listed()
	}
	var b strings.Builder
	tall, size := false, 0
	laid := make([][][]string, len(rows))
	for i, r := range rows {
		for _, c := range r {
			if size += len(c.text) + tableCells; size > 2*mostText {
				break
			}
			lines := wrap(c.text, across(widths, c))
			laid[i] = append(laid[i], lines)
			tall = tall || len(lines) > 1
		}
	}
	for i, r := range rows {
		if b.Len() > mostText {
			break
		}
		drawRow(&b, r[:len(laid[i])], laid[i], widths)
		if i+1 < len(rows) && (tall || isHead(r) && !isHead(rows[i+1])) {
			for k, w := range widths {
				if k > 0 {
					b.WriteString("-+-")
				}
				b.WriteString(strings.Repeat("-", w))
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func isHead(r []cell) bool {
	for _, c := range r {
		if !c.head {
			return false
		}
	}
	return len(r) > 0
}

// drawRow draws a row; what goes beyond mostText is not given anyway.
func drawRow(b *strings.Builder, r []cell, laid [][]string, widths []int) {
	height := 1
	for _, l := range laid {
		height = max(height, len(l))
	}
	for y := range height {
		if b.Len() > mostText {
			return
		}
		var line strings.Builder
		next := 0 // column
		used := 0
		gap := func() {
			if next > 0 {
				line.WriteString(" | ")
			}
		}
		for i, c := range r {
			for ; next < c.column; next++ { // a cell from above
				gap()
				line.WriteString(strings.Repeat(" ", widths[next]))
			}
			gap()
			s := ""
			if y < len(laid[i]) {
				s = laid[i][y]
			}
			line.WriteString(s)
			used = across(widths, c) - cellsOf(s)
			line.WriteString(strings.Repeat(" ", max(0, used)))
			next = c.column + c.span
		}
		b.WriteString(strings.TrimRight(line.String(), " "))
		b.WriteByte('\n')
	}
}

// across is the width of a cell over its columns.
func across(widths []int, c cell) int {
	w := 3 * (c.span - 1)
	for i := c.column; i < c.column+c.span && i < len(widths); i++ {
		w += widths[i]
	}
	return max(w, 2)
}

// widths gives every column what its longest line takes, or where that is too
// much, narrows the widest ones. nil: it cannot be done.
func (t *table) widths() []int {
	if t.columns == 0 || t.columns > mostColumns {
		return nil
	}
	w := make([]int, t.columns)
	for _, r := range t.rows {
		for _, c := range r {
			if c.span > 1 {
				continue
			}
			for l := range strings.SplitSeq(c.text, "\n") {
				w[c.column] = max(w[c.column], cellsOf(l))
			}
		}
	}
	room := tableCells - 3*(t.columns-1)
	sum := func(limit int) int {
		n := 0
		for _, x := range w {
			n += min(x, limit)
		}
		return n
	}
	limit := tableCells
	for limit > 0 && sum(limit) > room {
		limit--
	}
	for i, x := range w {
		if x > limit && limit < leastColumn {
			return nil
		}
		w[i] = max(2, min(x, limit))
	}
	return w
}

// listed gives the table row by row.
func (t *table) listed() string {
	var b strings.Builder
	names := map[int]string{}
	for i, r := range t.rows {
		if i == 0 && isHead(r) && len(t.rows) > 1 {
			for _, c := range r {
				names[c.column] = ehrdesk.CleanLine(c.text)
			}
			if !t.tables() {
				continue
			}
		}
		if b.Len() > 0 && len(names) > 0 {
			b.WriteByte('\n')
		}
		for _, c := range r {
			if c.text == "" {
				continue
			}
			if n := names[c.column]; n != "" && i > 0 {
				b.WriteString(n + ": ")
			}
			b.WriteString(c.text + "\n")
		}
	}
	return b.String()
}

func (t *table) tables() bool {
	for _, r := range t.rows {
		for _, c := range r {
			if c.table {
				return true
			}
		}
	}
	return false
}

// wrap breaks lines at w cells: at spaces, between wide characters, inside a
// word only where it is wider than a line.
func wrap(s string, w int) []string {
	var out []string
	for line := range strings.SplitSeq(s, "\n") {
		start, brk, used, after := 0, -1, 0, 0
		for i := 0; i < len(line); {
			n, cw := cluster(line[i:])
			wide := cw == 2 && line[i] >= 0xe2
			if wide && i > start {
				brk, after = i, 0
			}
			if used+cw > w && i > start {
				at := brk
				if at <= start {
					at, after = i, 0
				}
				out = append(out, strings.TrimRight(line[start:at], " "))
				start, brk, used = at, -1, after
			}
			used, after = used+cw, after+cw
			i += n
			if line[i-n] == ' ' {
				brk, after = i, 0
			}
		}
		out = append(out, strings.TrimRight(line[start:], " "))
	}
	return out
}

// cluster is the first character of s with its marks: bytes, and the cells that
// the screen gives it, each sign beside a letter its own.
func cluster(s string) (size, cells int) {
	if s[0] < utf8.RuneSelf && (len(s) == 1 || s[1] < 0xcc) {
		return 1, 1
	}
	cl, w := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	if cl == "" {
		return 1, 0
	}
	r, n := utf8.DecodeRuneInString(cl)
	switch {
	case n == len(cl) || r >= 0x1f000:
		return len(cl), max(w, ansi.StringWidthWc(cl))
	case r < utf8.RuneSelf: // with a mark that has no character of its own
		return len(cl), 2
	}
	for _, r := range cl {
		switch {
		case unicode.Is(unicode.Mc, r):
			cells++
		case !unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
			cells += min(ansi.StringWidthWc(string(r)), 2)
		}
	}
	return len(cl), cells
}

// cellsOf is how many cells a line takes.
func cellsOf(s string) int {
	n := 0
	for i := 0; i < len(s); {
		k, w := cluster(s[i:])
		n, i = n+w, i+k
	}
	return n
}
