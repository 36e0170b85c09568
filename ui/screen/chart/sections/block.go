package sections

import (
	"strconv"

	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

func itoa(n int) string { return strconv.Itoa(n) }

// sourceCells is the column of a stacked line's source, which is cut to it: the record's
// own page has it whole; nothing else ever is.
const sourceCells = 14

// oneRow is a line across the whole width: what it says and its date. What it says goes
// on below where it is longer. Its source stands before the date where that leaves room.
func oneRow(l *Line, w, dateCells int) block {
	room := w - dateCells - 1
	b := said(l, room, w, true)
	if len(b) == 0 {
		b = block{nil}
	}
	last, end := len(b)-1, 0
	if n := len(b[last]); n > 0 {
		end = b[last][n-1].x + b[last][n-1].w
	}
	if at := room - sourceCells; l.Source != "" && end+1 < at {
		b[last] = append(b[last], cell{x: at, w: sourceCells, text: widget.Source(l.Source, sourceCells), style: theme.Muted})
	}
	b[0] = append(b[0], cell{x: w - dateCells, w: dateCells, text: l.Date, style: theme.Muted, right: true})
	return filled(b, w)
}

// twoRows is a line in a column: what it says, and below it where it is from and when,
// on the same row where there is room; a source goes on below where it is to stand whole.
func twoRows(l *Line, w int, whole bool) block {
	b := said(l, w, w, false)
	from := l.Date
	if l.Source != "" {
		if from != "" {
			from += " · "
		}
		from += l.Source
	}
	if from == "" {
		return filled(b, w)
	}
	if n := len(b); n > 0 {
		last := b[n-1][len(b[n-1])-1]
		if end := last.x + last.w; end+2+paint.Width(from) <= w {
			b[n-1] = append(b[n-1], cell{x: end + 2, w: w - end - 2, text: from, style: theme.Muted, right: true})
			return filled(b, w)
		}
	}
	if !whole {
		from = widget.Source(from, w-2)
	}
	for _, words := range paint.Wrap(nil, from, w-2) {
		b = append(b, row{{x: 2, w: w - 2, text: words, style: theme.Muted}})
	}
	return filled(b, w)
}

// said wraps a line's title, value and flag, the first row to w cells, those below it to
// below. Where room is short, a value that only explains the title gives way to the
// record's own page.
func said(l *Line, w, below int, short bool) (b block) {
	title := theme.Strong
	if l.Struck {
		title |= paint.Struck
	}
	x := 0
	var now row
	put := func(words string, st paint.Style) {
		if words == "" {
			return
		}
		gap := 0
		if x > 0 {
			gap = 2
		}
		if x > 0 && x+gap+paint.Width(words) > w {
			b, now, x, gap, w = append(b, now), nil, 2, 0, below
		}
		for i, part := range paint.Wrap(nil, words, max(8, w-x-gap)) {
			if i > 0 {
				b, now, x, gap, w = append(b, now), nil, 2, 0, below
			}
			x += gap
			now = append(now, cell{x: x, w: paint.Width(part), text: part, style: st})
			x += paint.Width(part)
		}
	}
	put(l.Title, title)
	if !short || !l.Aside || x > 0 && x+2+paint.Width(l.Value) <= w {
		put(l.Value, theme.Text)
	}
	put(l.Flag, l.Style)
	put(l.Apart, theme.Text)
	put(l.Ago, theme.Text)
	put(l.Spark, theme.Muted)
	if l.Course != "" {
		put(joinedBy(" · ", l.Before, l.Course), theme.Muted)
	} else if !short || x+2+paint.Width(l.Before) <= w {
		put(l.Before, theme.Muted)
	}
	if now != nil {
		b = append(b, now)
	}
	return b
}

// filled makes each row of a block as wide as the block, so that the one in focus is a
// bar across it.
func filled(b block, w int) block {
	for i := range b {
		b[i] = append(row{{x: 0, w: w, style: theme.Text}}, b[i]...)
	}
	return b
}

// bar reports the cell behind the first row of a line: it holds no words, not even a
// date that is not known.
func (c *cell) bar() bool { return c.first && c.text == "" && !c.right }
