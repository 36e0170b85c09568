package widget

import (
	"unicode"

	"github.com/ehrdesk/ehrdesk/ui/paint"
)

// span is a line of a text of several lines: from one character up to another.
type span struct{ from, to int }

// spans are the lines of the text in a width: each of the writer's own lines, those that are too long broken at a blank, or
// where there is none at the edge.
func (f *Input) spans(w int) (out []span) {
	from, blank, used := 0, -1, 0
	for i := 0; i < len(f.text); {
		r := f.text[i]
		if r == '\n' {
			out = append(out, span{from, i})
			i++
			from, blank, used = i, -1, 0
			continue
		}
		n := 1
		for i+n < len(f.text) && unicode.Is(unicode.M, f.text[i+n]) {
			n++
		}
		cells := paint.Width(string(f.text[i : i+n]))
		if used+cells > w && i > from {
			to := i
			if r == ' ' { // it stands at the end, beyond the edge
				to = i + 1
			} else if blank > from {
				to = blank
			}
			out = append(out, span{from, to})
			from, blank, i, used = to, -1, to, 0
			continue
		}
		if r == ' ' {
			blank = i + 1
		}
		i, used = i+n, used+cells
	}
	return append(out, span{from, len(f.text)})
}

// line is which of the lines the cursor is in, and how many cells into it.
func (f *Input) line(all []span) (at, x int) {
	for at = range all {
		if f.cur <= all[at].to && (f.cur < all[at].to || at+1 == len(all) || all[at+1].from > all[at].to) {
			break
		}
	}
	return at, paint.Width(string(f.text[all[at].from:max(f.cur, all[at].from)]))
}

// Line moves the cursor a line up or down, as the text was last drawn; false at its ends.
func (f *Input) Line(d int) bool {
	all := f.spans(max(f.width, 8))
	at, x := f.line(all)
	if at+d < 0 || at+d >= len(all) {
		return false
	}
	s := all[at+d]
	f.cur = s.from
	for f.cur < s.to && paint.Width(string(f.text[s.from:f.cur+1])) <= x {
		f.cur++
	}
	if f.cur == s.to && at+d+1 < len(all) && all[at+d+1].from == s.to && f.cur > s.from {
		f.cur-- // the end of a line that was broken is the beginning of the next
	}
	return true
}

// Lines is the text as the lines that it has in a width, and the one that the cursor is in.
func (f *Input) Lines(w int) (lines []string, at int) {
	all := f.spans(w)
	for _, s := range all {
		lines = append(lines, string(f.text[s.from:s.to]))
	}
	at, _ = f.line(all)
	return lines, at
}

// DrawLines shows the rows of r of a text of several lines from its line top on, with the terminal's cursor in it when it has
// the focus.
func (f *Input) DrawLines(c *paint.Canvas, r paint.Rect, top int, st paint.Style, focus bool) {
	f.width = r.W - 1 // one cell stays for the cursor
	all := f.spans(f.width)
	at, x := f.line(all)
	for y := range r.H {
		c.Fill(paint.Rect{X: r.X, Y: r.Y + y, W: r.W, H: 1}, st, ' ')
		if n := top + y; n < len(all) {
			c.Put(r.X, r.Y+y, r.Right(), st, string(f.text[all[n].from:all[n].to]))
		}
	}
	if focus && at >= top && at-top < r.H {
		c.SetCursor(min(r.X+x, r.Right()-1), r.Y+at-top)
	}
}
