// Package paint draws frames: a grid of cells written by hand and turned into
// one string with as few style changes as the picture needs. A full frame at
// 200x60 costs some tens of microseconds; the same through string styling
// libraries costs milliseconds.
//
// It is also the last guard: no control character of any text reaches a frame.
package paint

import (
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Style is an index into a Palette. With Struck its text is struck through.
type Style uint8

// Struck is added to a style: a line through the text, of what was taken back.
// Not every terminal draws it, so that a word always says the same.
const Struck Style = 0x40

// Rect is a part of the screen.
type Rect struct{ X, Y, W, H int }

// Right is the first column outside r.
func (r Rect) Right() int { return r.X + r.W }

// Bottom is the first row outside r.
func (r Rect) Bottom() int { return r.Y + r.H }

// Inset takes n columns from each side.
func (r Rect) Inset(n int) Rect { return Rect{r.X + n, r.Y, max(0, r.W-2*n), r.H} }

// From is r without its first n rows.
func (r Rect) From(n int) Rect {
	n = min(max(n, 0), r.H)
	return Rect{r.X, r.Y + n, r.W, r.H - n}
}

// Top is the first n rows of r.
func (r Rect) Top(n int) Rect { return Rect{r.X, r.Y, r.W, min(max(n, 0), r.H)} }

type cell struct {
	r     rune   // 0: right half of the wide character before it
	more  uint16 // index+1 of a cluster of several runes
	tail  bool   // goes on with the cluster of the cell before it
	style Style
}

// Canvas is one frame being drawn.
type Canvas struct {
	w, h     int
	full     int // the terminal's width, one more than w
	cells    []cell
	clusters []string
	items    []Item
	buf      []byte
	curX     int
	curY     int
	cursor   bool
	ascii    bool
	together bool // see Clusters
}

// New makes a canvas; with ascii the few symbols outside ASCII that the program
// draws itself are replaced, for terminals that count them as two cells.
func New(ascii bool) *Canvas { return &Canvas{ascii: ascii} }

// Reset makes the canvas blank cells of one style for a terminal of w x h. The
// terminal's last column stays blank: after a character in it, terminals differ in
// where the next one goes.
func (c *Canvas) Reset(w, h int, st Style) {
	c.full, c.w, c.h = max(w, 0), max(w-1, 0), max(h, 0)
	if n := c.w * c.h; cap(c.cells) < n {
		c.cells = make([]cell, n)
	} else {
		c.cells = c.cells[:n]
	}
	blank := cell{r: ' ', style: st}
	for i := range c.cells {
		c.cells[i] = blank
	}
	c.clusters, c.items, c.cursor, c.curX, c.curY = c.clusters[:0], c.items[:0], false, 0, 0
}

// Size is the width and height that can be drawn on.
func (c *Canvas) Size() (w, h int) { return c.w, c.h }

// Bounds is the whole canvas.
func (c *Canvas) Bounds() Rect { return Rect{0, 0, c.w, c.h} }

// Clusters says that the terminal, and the renderer with it, gives a cluster of
// several characters the cells of one (mode 2027); without it each takes its
// own. A frame keeps the cells of the second for both: where they are not used,
// blanks fill them.
func (c *Canvas) Clusters(together bool) { c.together = together }

// SetCursor puts the terminal's cursor at a cell; the last call counts.
func (c *Canvas) SetCursor(x, y int) { c.curX, c.curY, c.cursor = x, y, true }

// Cursor is where the cursor stands, always inside the canvas.
func (c *Canvas) Cursor() (x, y int) {
	return min(max(c.curX, 0), max(c.w-1, 0)), min(max(c.curY, 0), max(c.h-1, 0))
}

// Put draws s from (x, y) up to but not including column right, and gives the
// column after it. What does not fit is left out; see Cut for a visible end.
func (c *Canvas) Put(x, y, right int, st Style, s string) int {
	if right > c.w {
		right = c.w
	}
	if y < 0 || y >= c.h {
		return x
	}
	for i := 0; i < len(s) && x < right; {
		if b := s[i]; b >= 0x20 && b < 0x7f && (i+1 >= len(s) || s[i+1] < 0xcc) {
			c.set(x, y, rune(b), 1, st)
			x, i = x+1, i+1
			continue
		}
		cl, size, w := next(s[i:])
		i += size
		if w == 0 {
			continue
		}
		if x+w > right {
			break
		}
		if r, n := utf8.DecodeRuneInString(cl); n == len(cl) {
			c.set(x, y, r, w, st)
			x += w
			continue
		}
		x = c.cluster(x, y, st, cl, w)
	}
	return x
}

// cluster draws a cluster of w cells, each character that takes cells in its own.
func (c *Canvas) cluster(x, y int, st Style, cl string, w int) int {
	whole := !syllable(cl)
	for first := true; cl != ""; first = false {
		k, pw := len(cl), w
		if !whole {
			k, pw = piece(cl)
		}
		r, n := utf8.DecodeRuneInString(cl)
		c.set(x, y, r, pw, st)
		if x >= 0 && x+pw <= c.w {
			ce := &c.cells[y*c.w+x]
			if ce.tail = !first; n < k {
				c.clusters = append(c.clusters, cl[:k])
				ce.more = uint16(len(c.clusters))
			}
		}
		x, cl = x+pw, cl[k:]
	}
	return x
}

func (c *Canvas) set(x, y int, r rune, w int, st Style) {
	if x < 0 || x+w > c.w {
		return
	}
	if c.ascii && r >= 0x80 {
		r = asciiFor(r)
	}
	row := c.cells[y*c.w : (y+1)*c.w]
	part := func(x int) bool { return row[x].r == 0 || row[x].tail }
	for k, more := x, part(x); more && k > 0; { // what stands there goes whole: the left of it
		k--
		more = part(k)
		row[k] = cell{r: ' ', style: row[k].style}
	}
	for k := x + w; k < c.w && part(k); k++ { // and the right
		row[k] = cell{r: ' ', style: row[k].style}
	}
	i := y*c.w + x
	c.cells[i] = cell{r: r, style: st}
	if w == 2 {
		c.cells[i+1] = cell{style: st}
	}
}

// Fill sets every cell of r to one narrow character.
func (c *Canvas) Fill(r Rect, st Style, ch rune) {
	for y := r.Y; y < r.Bottom(); y++ {
		for x := r.X; x < r.Right(); x++ {
			if y >= 0 && y < c.h {
				c.set(x, y, ch, 1, st)
			}
		}
	}
}

// Tint gives the cells of r another style and leaves their text.
func (c *Canvas) Tint(r Rect, st Style) {
	for y := max(r.Y, 0); y < min(r.Bottom(), c.h); y++ {
		for x := max(r.X, 0); x < min(r.Right(), c.w); x++ {
			c.cells[y*c.w+x].style = st
		}
	}
}

// HLine draws a horizontal rule over the width of r's first row.
func (c *Canvas) HLine(x, y, right int, st Style) { c.Fill(Rect{x, y, right - x, 1}, st, '─') }

// Palette turns styles into terminal attributes: the parameters of an SGR
// sequence, "" for none.
type Palette []string

// String is the frame: rows joined by line ends, styles as SGR sequences.
func (c *Canvas) String(p Palette) string {
	b := c.buf[:0]
	for y := 0; y < c.h; y++ {
		if y > 0 {
			b = append(b, '\n')
		}
		row := c.cells[y*c.w : (y+1)*c.w]
		last := Style(255)
		for i := range row {
			ce := &row[i]
			if ce.r == 0 {
				continue
			}
			if c.together && ce.tail {
				continue
			}
			if ce.style != last || ce.tail { // said again, it keeps the renderer from counting the cluster as one
				b = append(begin(b, p, ce.style), 'm')
				last = ce.style
			}
			if c.together && goesOn(row[i+1:]) {
				b = joined(b, row[i:], c.clusters)
				continue
			}
			b = text(b, ce, c.clusters)
		}
		if c.full > 0 {
			b = append(append(begin(b, p, margin(row)), 'm'), ' ')
		}
		b = append(b, "\x1b[m"...)
	}
	frame := string(b)
	clear(b) // the text of a patient, perhaps: a shorter frame would leave its end behind
	c.buf = b[:0]
	return frame
}

// margin is the style of the blank that ends a row: its last cell's, without a line
// through it.
func margin(row []cell) Style {
	if len(row) == 0 {
		return 0
	}
	return row[len(row)-1].style &^ Struck
}

// text writes one cell's character.
func text(b []byte, ce *cell, clusters []string) []byte {
	if ce.more > 0 {
		return append(b, clusters[ce.more-1]...)
	}
	return utf8.AppendRune(b, ce.r)
}

// goesOn reports that the cluster before row takes cells of row as well.
func goesOn(row []cell) bool {
	for i := range row {
		if row[i].r != 0 {
			return row[i].tail
		}
	}
	return false
}

// joined writes the cluster that row begins with in one, and blanks for the
// cells it leaves.
func joined(b []byte, row []cell, clusters []string) []byte {
	start, cells := len(b), 0
	for i := range row {
		if i > 0 && row[i].r != 0 && !row[i].tail {
			break
		}
		if cells++; row[i].r != 0 {
			b = text(b, &row[i], clusters)
		}
	}
	for range max(0, cells-ansi.StringWidth(string(b[start:]))) {
		b = append(b, ' ')
	}
	return b
}

// begin starts the sequence that sets a style; the caller ends it.
func begin(b []byte, p Palette, st Style) []byte {
	b = append(b, "\x1b[0"...)
	if st&Struck != 0 {
		b = append(b, ";9"...)
		st &^= Struck
	}
	if int(st) < len(p) && p[st] != "" {
		b = append(append(b, ';'), p[st]...)
	}
	return b
}

// asciiFor replaces the program's own symbols; other text stays as it is.
func asciiFor(r rune) rune {
	switch r {
	case '●', '•':
		return '*'
	case '◐':
		return '|'
	case '◓':
		return '/'
	case '◑':
		return '-'
	case '◒':
		return '\\'
	case '█':
		return '#'
	case '░':
		return '.'
	case '○':
		return 'o'
	case '┤', '├', '┼', '┬', '┴', '└', '┘', '┌', '┐':
		return '+'
	case '▀':
		return '"'
	case '▁':
		return '_'
	case '▂':
		return '.'
	case '▃':
		return '-'
	case '▄':
		return '='
	case '▅':
		return '+'
	case '▆':
		return '*'
	case '▇':
		return '%'
	case '▲', '↑':
		return '^'
	case '▼', '↓':
		return 'v'
	case '▸', '›':
		return '>'
	case '‹':
		return '<'
	case '│':
		return '|'
	case '─', '–', '—', '═':
		return '-'
	case '·':
		return '.'
	case '…':
		return '~'
	case '✓':
		return 'v'
	case '✗':
		return 'x'
	case '■':
		return '#'
	case '≈':
		return '~'
	case '≠':
		return '#'
	case '◆':
		return '*'
	case '◇':
		return 'o'
	default:
		return r
	}
}
