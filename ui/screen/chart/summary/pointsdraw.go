package summary

import (
	"strings"

	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Rows that a key point may take. On a low screen the sections need theirs: what stands now
// and what changed have two, what is to be done one; the most urgent of it always stands whole.
const (
	highRows = 4
	highFrom = 28 // rows of the page
	sourceIn = 14 // cells of an institution
)

func rowsOf(id string, high bool) int {
	switch {
	case high:
		return highRows
	case id == "to-do":
		return 1
	}
	return 2
}

// drawPoints paints the key points above the rest of the page, and gives the rows used. Of
// all key points there is the coverage alone, which stands below the field.
func (p *Page) drawPoints(c *paint.Canvas, r paint.Rect) int {
	if !p.b.Env.Clinical() {
		return 0
	}
	y := 0
	if !p.whole {
		for _, l := range p.rows(r.W, r.H >= highFrom) {
			c.Put(r.X, r.Y+y, r.Right(), theme.Title, l.label)
			c.Put(r.X+l.at, r.Y+y, r.Right(), l.style, l.words)
			y++
		}
	}
	for _, words := range paint.Wrap(nil, p.coverage(), r.W) {
		c.Put(r.X, r.Y+y, r.Right(), theme.Muted, words)
		y++
	}
	if p.asked != nil {
		e := p.b.Env
		x := c.Put(r.X, r.Y+y, r.Right(), theme.Title, e.S(e.T.KeyPoints.Which)+" ")
		p.asked.Draw(c, x, r.Y+y, 6, true)
		y++
	}
	if r.H > highFrom {
		y++
	}
	return y
}

// pointRow is a row of the key points: its name on the first, and words.
type pointRow struct {
	label, words string
	at           int
	style        paint.Style
}

// rows lays the key points out. A clause stands whole, in as many rows as it needs; what
// has no room is counted, and nothing is cut.
func (p *content) rows(w int, high bool) (out []pointRow) {
	_, at := p.numbers()
	lines, label := p.keyLines(), 0
	for _, l := range lines {
		label = max(label, paint.Width(l.name)+1)
	}
	short := func(s string) string { return widget.Source(s, sourceIn) }
	for _, l := range lines {
		var parts []string
		for i := range l.line.Clauses[:l.line.First] {
			parts = append(parts, p.marked(&l.line.Clauses[i], at, short))
		}
		style := theme.Text
		if len(parts) == 0 {
			style = theme.Muted
		}
		for i, words := range p.fitted(l, parts, w-label, rowsOf(l.id, high)) {
			row := pointRow{words: words, at: label, style: style}
			if i == 0 {
				row.label = l.name
			}
			out = append(out, row)
		}
	}
	return out
}

// fitted sets the clauses in rows of w cells: as many as fit in so many rows together with
// how many more there are and what stands aside; one always does.
func (p *content) fitted(l keyLine, parts []string, w, most int) []string {
	head, all, aside := l.since, len(l.line.Clauses), p.aside(l.line)
	if head != "" {
		head += ":"
	}
	for n := len(parts); ; n-- {
		var items []string
		for _, i := range l.line.Pick(n) {
			items = append(items, parts[i])
		}
		if all > n {
			items = append(items, p.more(all-n))
		}
		if aside != "" {
			items = append(items, aside)
		}
		rows := inRows(head, items, w)
		if len(rows) <= most || n <= 1 {
			return rows
		}
	}
}

// inRows sets items one after the other with a dot between them, and wraps them as one text.
// A number stays with its unit, and the number of a record with what it is of.
func inRows(head string, items []string, w int) (out []string) {
	row := ""
	put := func(word string) {
		switch {
		case row == "":
			row = word
		case paint.Width(row)+1+paint.Width(word) <= w:
			row += " " + word
		default:
			wrapped := paint.Wrap(nil, row, w)
			out, row = append(out, wrapped...), word
		}
	}
	for _, word := range together(head) {
		put(word)
	}
	for i, item := range items {
		if i > 0 {
			put("·")
		}
		for _, word := range together(item) {
			put(word)
		}
	}
	return append(out, paint.Wrap(nil, row, w)...)
}

// together are the words of a text, those that stand on one row made one.
func together(words string) (out []string) {
	for _, word := range strings.Fields(words) {
		n := len(out)
		if n > 0 && (strings.HasPrefix(word, "[") || endsInDigit(out[n-1])) {
			out[n-1] += " " + word
			continue
		}
		out = append(out, word)
	}
	return out
}

func endsInDigit(s string) bool { return s != "" && s[len(s)-1] >= '0' && s[len(s)-1] <= '9' }
