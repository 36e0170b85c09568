// Package lines makes a frame into lines that are read aloud or felt: no box, no bar,
// no picture, no column, no control byte, a line a thing. It also understands the line
// somebody types in answer. It knows no screen and does no I/O.
package lines

import (
	"strings"
	"unicode"

	"github.com/ehrdesk/ehrdesk/ui/paint"
)

// Say is a row of a frame as a line: what is drawn and not written goes, and where a
// column or a dot parted two things a comma does.
func Say(row string) string {
	var b strings.Builder
	gap := 0
	for _, r := range row {
		switch {
		case r == ' ' || drawn(r):
			gap++
			if r != ' ' {
				gap++
			}
			continue
		case r < 0x20 || r >= 0x7f && r < 0xa0 || unicode.Is(unicode.Bidi_Control, r):
			continue
		}
		if b.Len() > 0 && gap > 0 {
			b.WriteString(parted(b.String(), gap, r))
		}
		gap = 0
		b.WriteRune(r)
	}
	return b.String()
}

// parted is what stands between two words that so many blanks part.
func parted(before string, gap int, next rune) string {
	if gap == 1 || strings.ContainsRune(",.;:!?，。；：！？", rune(before[len(before)-1])) || strings.HasSuffix(before, "：") || strings.HasSuffix(before, "，") || strings.ContainsRune(",.;:)，。；：）", next) {
		if strings.ContainsRune(",.;:)，。；：）", next) {
			return ""
		}
		return " "
	}
	return ", "
}

// drawn reports a character that is a part of a drawing, or parts things.
func drawn(r rune) bool {
	switch {
	case r >= 0x2500 && r <= 0x25ff: // lines, blocks, shapes
		return true
	case r == '·' || r == '‹' || r == '›' || r == '•':
		return true
	}
	return false
}

// plotted reports a row that is part of a plot: its scale or its axis. The values stand
// in a list of their own.
func plotted(row string) bool { return strings.ContainsAny(row, "┤└┬┴░") }

// Part is a part of a frame as lines.
type Part struct {
	Lines []string
	Items []int // the lines that are an item each, in order
	Sel   int   // which item has the focus, -1 for none
}

// Of makes the rows of a frame from one to another into lines. What an item wraps into
// is one line with it. number gives an item's line its number, from 0 on, -1 for one that
// has a key of its own; chosen says that it has the focus.
func Of(c *paint.Canvas, from, to int, number func(n int, chosen bool, words string) string) Part {
	p := Part{Sel: -1}
	starts := map[int]paint.Item{}
	for _, it := range c.Items() {
		if _, twice := starts[it.Y]; !twice {
			starts[it.Y] = it
		}
	}
	open := -1 // the item that the next rows may go on with
	var text []string
	flush := func() {
		if open < 0 {
			return
		}
		words := strings.Join(text, ", ")
		p.Lines = append(p.Lines, number(open, open == p.Sel, words))
		open, text = -1, nil
	}
	for y := from; y < to; y++ {
		row := c.Text(0, y)
		it, starting := starts[y]
		switch {
		case starting:
			flush()
			if label := Say(row[:at(c, it.X, y)]); label != "" {
				p.Lines = append(p.Lines, label)
			}
			open, text = len(p.Items), []string{Say(c.Text(it.X, y))}
			p.Items = append(p.Items, y)
			if it.Chosen {
				p.Sel = open
			}
		case c.Rule(y) || plotted(row) || Say(row) == "":
			flush()
		case open >= 0 && indented(row, starts[p.Items[open]].X):
			text = append(text, Say(row))
		case strings.HasPrefix(strings.TrimLeft(row, " "), "▸"): // chosen by a key of its own
			flush()
			p.Lines = append(p.Lines, number(-1, true, Say(row)))
		default:
			flush()
			p.Lines = append(p.Lines, Say(row))
		}
	}
	flush()
	return p
}

// at is where column x begins in the text of a row.
func at(c *paint.Canvas, x, y int) int {
	return max(0, len(c.Text(0, y))-len(c.Text(x, y)))
}

// indented reports a row that goes on with an item at column x: it begins right of it.
func indented(row string, x int) bool {
	trimmed := strings.TrimLeft(row, " ")
	return len(row)-len(trimmed) > x
}
