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
		n := paint.Width(all[i].beside())
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
	count := share(head, blocks, room)
	if i := ahead(head, count); i >= 0 { // what is not shown of it is named in a row
		count = share(head, blocks, room-1)
	}
	y := 0
	for i := range all {
		n := min(3, len(blocks[i]))
		if i < len(head) {
			n = count[i]
		}
		y = v.stack(y, name, w, i, blocks[i][:n])
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

// beside is a section's name where it stands beside its lines.
func (s *Section) beside() string { return cmp.Or(s.Short, s.Name) }

// hidden counts the lines of a section that are not shown, behind its name.
func hidden(n int) string { return " ▼" + itoa(n) }

// stack puts one section: its name and how many lines of it are hidden, then its lines.
func (v *View) stack(y, name, w, i int, blocks []block) int {
	l, s := &v.shown, &v.made[i]
	l.heads[i] = y
	words := s.beside()
	if more := len(s.Lines) - len(blocks); more > 0 {
		words = paint.Cut(words, name-1-paint.Width(hidden(more))) + hidden(more)
	}
	l.label(y, 0, name-1, theme.Title, words)
	from := y
	for k := range blocks {
		y = l.put(y, name, s.Lines[k], blocks[k])
	}
	if s.Ahead && len(blocks) > 0 && len(s.Lines) > len(blocks) {
		l.label(y, name, w-name, theme.Muted, lookAhead(s.Lines[len(blocks):], w-name))
		y++
	}
	if len(blocks) == 0 {
		for _, words := range paint.Wrap(nil, s.Why, w-name) {
			l.label(y, name, w-name, theme.Muted, words)
			y++
		}
	}
	for _, words := range s.below(w - name) {
		l.label(y, name, w-name, theme.Muted, words)
		y++
	}
	y = max(y, from+1)
	if s.Note != "" && y-from > 1 {
		l.label(from+1, 0, name-1, theme.Muted, paint.Cut(s.Note, name-1))
	}
	return y
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
func share(all []Section, blocks [][]block, h int) []int {
	count := make([]int, len(all))
	room := h
	for i := range all {
		if all[i].Below != "" {
			room--
		}
		if len(blocks[i]) == 0 {
			room--
			continue
		}
		count[i] = 1
		room -= len(blocks[i][0])
	}
	for grown := true; grown; {
		grown = false
		for i := range all {
			if n := count[i]; n < len(blocks[i]) && len(blocks[i][n]) <= room {
				count[i]++
				room -= len(blocks[i][n])
				grown = true
			}
		}
	}
	return count
}
