package sections

import (
	"cmp"

	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// firstScreen is how many sections share one screen of a narrow layout: the six that a
// doctor looks for first, and the vital signs among them.
const firstScreen = 7

// stacked sets the sections one below the other, their names at the left. Those of
// the first screen share its rows; what of them does not fit is counted, and the
// section's own page has it. The others follow below, with a few lines each.
func (v *View) stacked(w, h int) {
	l, all := &v.shown, v.made
	name, dates := 0, 0
	for i := range all {
		n := paint.Width(all[i].label())
		if k := len(all[i].Lines); k > 1 {
			n += paint.Width(hidden(k))
		}
		name = max(name, n+1)
		for k := range all[i].Lines {
			dates = max(dates, paint.Width(all[i].Lines[k].Date))
		}
	}
	head := all[:min(firstScreen, len(all))]
	blocks := make([][]block, len(all))
	for i := range all {
		for k := range all[i].Lines {
			if k > h {
				break
			}
			blocks[i] = append(blocks[i], oneRow(&all[i].Lines[k], w-name, dates))
		}
	}
	room := h
	if len(all) > len(head) {
		room-- // for the names of the sections below the edge
	}
	in := beside{name, w, dates}
	count := in.share(head, blocks, room)
	if i := ahead(head, count); i >= 0 { // what is not shown of it is named in a row
		count = in.share(head, blocks, room-1)
	}
	y := 0
	for i := range all {
		n := min(3, len(blocks[i]))
		if i < len(head) {
			n = count[i]
		}
		y = v.stack(y, in, i, blocks[i][:n])
	}
	l.need(y - 1)
}

// ahead is the section whose hidden lines are named, -1 where all of its lines fit.
func ahead(all []Section, count []int) int {
	for i := range all {
		if all[i].Ahead && count[i] < len(all[i].Lines) {
			return i
		}
	}
	return -1
}

// label is a section's name where it stands beside its lines.
func (s *Section) label() string { return cmp.Or(s.Short, s.Name) }

// hidden counts the lines of a section that are not shown, behind its name.
func hidden(n int) string { return " ▼" + itoa(n) }

// beside is the room of a narrow layout: sections' names at the left, a line's rows beside
// them, its date at the right end.
type beside struct{ name, w, dates int }

// stack puts one section: its name and how many lines of it are hidden, then its lines.
func (v *View) stack(y int, in beside, i int, blocks []block) int {
	l, s := &v.shown, &v.made[i]
	l.heads[i] = y
	words, w := s.label(), in.w-in.name
	if more := len(s.Lines) - len(blocks); more > 0 {
		words = paint.Cut(words, in.name-1-paint.Width(hidden(more))) + hidden(more)
	}
	l.label(y, 0, in.name-1, theme.Title, words)
	from := y
	for k := range blocks {
		y = l.put(y, in.name, s.Lines[k], blocks[k])
	}
	if s.Ahead && len(blocks) > 0 && len(s.Lines) > len(blocks) {
		l.label(y, in.name, w, theme.Muted, lookAhead(s.Lines[len(blocks):], w))
		y++
	}
	for _, words := range s.said(len(blocks), w) {
		l.label(y, in.name, w, theme.Muted, words)
		y++
	}
	y = max(y, from+1)
	if s.Note == "" {
		return y
	}
	switch rows := y - from; {
	case in.under(s, rows):
		l.label(from+1, 0, in.name-1, theme.Muted, s.Note)
	case in.behind(s, blocks) >= 0 && rows == 1:
		l.label(from, in.name+in.behind(s, blocks), w, theme.Muted, also(s))
	default:
		for _, words := range paint.Wrap(nil, s.Note, w) {
			l.label(y, in.name, w, theme.Muted, words)
			y++
		}
	}
	return y
}

// also is a note behind a line, which it is not about.
func also(s *Section) string { return "+ " + s.Note }

// under reports that a section's note stands below its name, in rows that are there.
func (in beside) under(s *Section, rows int) bool {
	return rows > 1 && paint.Width(s.Note) <= in.name-1
}

// behind is where the note of a section of one row stands in that row, -1 where there is no
// room for it.
func (in beside) behind(s *Section, blocks []block) int {
	w, end := in.w-in.name, 0
	switch {
	case len(blocks) == 0:
		end = paint.Width(s.Why)
	case len(blocks) > 1 || len(blocks[0]) > 1:
		return -1
	default:
		for _, c := range blocks[0][0] {
			if !c.right && c.text != "" {
				end = max(end, c.x+c.w)
			}
		}
		w -= in.dates + 1
	}
	if end > 0 {
		end += 2
	}
	if end+paint.Width(also(s)) > w {
		return -1
	}
	return end
}

// rows is how many rows a section takes with the first n of its lines, but for the one that
// names those it hides.
func (in beside) rows(s *Section, blocks []block, n int) int {
	w := in.w - in.name
	rows := len(s.said(n, w))
	for _, b := range blocks[:n] {
		rows += len(b)
	}
	rows = max(rows, 1)
	if s.Note != "" && !in.under(s, rows) && (rows > 1 || in.behind(s, blocks[:n]) < 0) {
		rows += len(paint.Wrap(nil, s.Note, w))
	}
	return rows
}

// said is what stands below the lines that are shown, in rows of a width: where there is
// none the reason, and what is not on record.
func (s *Section) said(shown, w int) (out []string) {
	if shown == 0 {
		out = paint.Wrap(nil, s.Why, w)
	}
	return append(out, s.below(w)...)
}

// below is what stands under a section's lines, in rows of a width.
func (s *Section) below(w int) []string {
	if s.Below == "" {
		return nil
	}
	return paint.Wrap(nil, s.Below, w)
}

// lookAhead names lines that are not shown, those with a flag first, as many as fit.
// Source: display.md, the look-ahead line of a list of drugs (NHS CUI).
func lookAhead(lines []Line, w int) string {
	out := "▼"
	var names []string
	for _, flagged := range [...]bool{true, false} {
		for k := range lines {
			if (lines[k].Flag != "") == flagged {
				names = append(names, lines[k].Title)
			}
		}
	}
	for i, n := range names {
		sep := " · "
		if i == 0 {
			sep = " "
		}
		end := 0
		if i < len(names)-1 {
			end = paint.Width(" · …")
		}
		if i > 0 && paint.Width(out)+paint.Width(sep+n)+end > w {
			return out + " · …"
		}
		out += sep + n
	}
	return out
}

// share says how many lines of each section fit on h rows together: one of each
// first, and then one more in turn, while any fits.
func (in beside) share(all []Section, blocks [][]block, h int) []int {
	count := make([]int, len(all))
	room := h
	for i := range all {
		count[i] = min(1, len(blocks[i]))
		room -= in.rows(&all[i], blocks[i], count[i])
	}
	for grown := true; grown; {
		grown = false
		for i := range all {
			n := count[i]
			if n == len(blocks[i]) {
				continue
			}
			if more := in.rows(&all[i], blocks[i], n+1) - in.rows(&all[i], blocks[i], n); more <= room {
				count[i]++
				room -= more
				grown = true
			}
		}
	}
	return count
}
