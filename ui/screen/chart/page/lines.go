package page

import (
	"strings"

	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Line is a row of a page of words, in a style. Item is which thing it is, from 1 on, 0 for words between.
type Line struct {
	Style paint.Style
	Words string
	Item  int
}

// Says is a line of words.
func Says(st paint.Style, words string) Line { return Line{Style: st, Words: words} }

// Widest is as wide as words run: longer lines are not read.
const Widest = 100

// Wrapped are lines as rows of a width.
func Wrapped(all []Line, w int) (out []Line) {
	for _, l := range all {
		if l.Words == "" {
			out = append(out, l)
			continue
		}
		for i, row := range paint.Wrap(nil, l.Words, min(w, Widest)-2) {
			x := Says(l.Style, row)
			if i == 0 {
				x.Item = l.Item
			} else if l.Item > 0 {
				x.Words = "  " + row
			}
			out = append(out, x)
		}
	}
	return out
}

// DrawLines paints lines, from where they were scrolled to; nil for the beginning.
func DrawLines(c *paint.Canvas, r paint.Rect, all []Line, scroll *widget.Scroll) {
	rows, from := Wrapped(all, r.W), 0
	if scroll != nil {
		from = scroll.Fit(len(rows), r.H)
	}
	for i := from; i < len(rows) && i-from < r.H; i++ {
		c.Put(r.X, r.Y+i-from, r.Right(), rows[i].Style, rows[i].Words)
	}
	more(c, r, from > 0, len(rows)-from > r.H)
}

// DrawItems paints lines of which some can be chosen, the one in focus in sight.
func DrawItems(c *paint.Canvas, r paint.Rect, all []Line, sel int, focus bool) {
	rows := Wrapped(all, r.W-1)
	at, end := 0, 0
	for i, l := range rows {
		if l.Item == sel && sel > 0 {
			at, end = i, i
		} else if i == end+1 && l.Item == 0 && at > 0 && strings.HasPrefix(l.Words, " ") {
			end = i
		}
	}
	top := min(max(0, end+2-r.H), max(0, len(rows)-r.H))
	for i := top; i < len(rows) && i-top < r.H; i++ {
		l, y, st := rows[i], r.Y+i-top, rows[i].Style
		if l.Item > 0 {
			c.Item(r.X, y, l.Item == sel)
			if l.Item == sel {
				st = theme.SelectedDim
				if focus {
					st = theme.Selected
					c.SetCursor(r.X, y)
				}
				c.Fill(paint.Rect{X: r.X + 1, Y: y, W: min(r.W, Widest) - 1, H: 1}, st, ' ')
				c.Put(r.X, y, r.Right(), st, "▸")
			}
		}
		x := r.X
		if l.Item > 0 || strings.HasPrefix(l.Words, " ") {
			x++
		}
		c.Put(x, y, r.Right(), st, l.Words)
	}
	more(c, r, top > 0, len(rows)-top > r.H)
}

func more(c *paint.Canvas, r paint.Rect, above, below bool) {
	if above {
		c.Put(r.Right()-1, r.Y, r.Right(), theme.Muted, "▲")
	}
	if below {
		c.Put(r.Right()-1, r.Bottom()-1, r.Right(), theme.Muted, "▼")
	}
}

// Spoken are lines as they are said one by one.
func Spoken(all []Line, sel int) screen.Reading {
	out := screen.Reading{Sel: sel}
	for _, l := range all {
		if l.Words == "" {
			continue
		}
		out.Lines = append(out.Lines, screen.Line{N: l.Item, Text: strings.TrimSpace(l.Words)})
		out.Total = max(out.Total, l.Item)
	}
	return out
}
