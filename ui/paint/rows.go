package paint

import "strings"

// Item is where something that can be chosen begins: for a click, and for a screen
// that is read line by line.
type Item struct {
	X, Y   int
	Chosen bool // it has the focus
}

// Item notes that something that can be chosen begins at a cell. Screens note those of
// the list in focus alone, from top to bottom.
func (c *Canvas) Item(x, y int, chosen bool) {
	if y >= 0 && y < c.h {
		c.items = append(c.items, Item{x, y, chosen})
	}
}

// Items are those noted since the canvas was made blank.
func (c *Canvas) Items() []Item { return c.items }

// Text is the characters of row y from column x on, without the blanks at its end.
func (c *Canvas) Text(x, y int) string {
	if y < 0 || y >= c.h || x >= c.w {
		return ""
	}
	var b []byte
	row := c.cells[y*c.w : (y+1)*c.w]
	for i := max(x, 0); i < len(row); i++ {
		if row[i].r != 0 {
			b = text(b, &row[i], c.clusters)
		}
	}
	return strings.TrimRight(string(b), " ")
}

// Rule reports a row that is a line drawn across the whole width.
func (c *Canvas) Rule(y int) bool {
	if y < 0 || y >= c.h {
		return false
	}
	n := 0
	for _, ce := range c.cells[y*c.w : (y+1)*c.w] {
		if ce.r == '─' || c.ascii && ce.r == '-' {
			n++
		}
	}
	return c.w > 4 && n >= c.w-4
}

// RuleUntil is how far a row is a line from its left, where other words stand in it further on; 0 for one that does not
// begin as a line of some length.
func (c *Canvas) RuleUntil(y int) (n int) {
	if y < 0 || y >= c.h {
		return 0
	}
	for _, ce := range c.cells[y*c.w : (y+1)*c.w] {
		if ce.r != '─' && !(c.ascii && ce.r == '-') {
			break
		}
		n++
	}
	if n < c.w/5 {
		return 0
	}
	return n
}

// Divides counts the upright rules of a style left of a cell: which of the panes beside
// one another it is in.
func (c *Canvas) Divides(x, y int, st Style) (n int) {
	if y < 0 || y >= c.h {
		return 0
	}
	for _, ce := range c.cells[y*c.w : y*c.w+min(max(x, 0), c.w)] {
		if ce.style == st && (ce.r == '│' || c.ascii && ce.r == '|') {
			n++
		}
	}
	return n
}
