package chart

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/sections"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// atHand is what stands under the rail, where that leaves rows: of this patient alone, since
// another's name beside an open chart is how the wrong one is read. Beside the summary it is
// whose records these are; beside anything else the part of the summary that a doctor
// keeps in mind while reading: what is taken, what is abnormal, the last vital signs, what
// is to come, the problems. It is made when the records, the language or the size change.
type atHand struct {
	w, h  int
	lang  text.Lang
	whose bool
	day   int // of the year: what is current may change at midnight
	rows  []handRow
	made  bool
}

// handRow is one row of it.
type handRow struct {
	words string
	style paint.Style
}

// The fewest cells and rows that it is worth, and how far a line stands in under its name.
const (
	handWidth  = 32
	handHeight = 6
	handInset  = 2
)

// drawAtHand draws it into what the rail leaves.
func (s *Screen) drawAtHand(c *paint.Canvas, r paint.Rect) {
	if r.W < handWidth || r.H < handHeight || s.env.Plain || s.sum == nil || s.pages[viewSummary] == nil {
		return
	}
	now := atHand{w: r.W, h: r.H, lang: s.env.Lang, whose: s.view == viewSummary && s.query == nil, day: s.env.Now().YearDay(), made: true}
	if a := &s.hand; !a.made || a.w != now.w || a.h != now.h || a.lang != now.lang || a.whose != now.whose || a.day != now.day {
		blocks := s.keptInMind(r.W)
		if now.whose {
			blocks = s.whose(r.W)
		}
		now.rows = stacked(blocks, r.W, r.H, s.env.S(s.env.T.Summary.More))
		s.hand = now
	}
	for i, row := range s.hand.rows {
		c.Put(r.X+1, r.Y+i, r.Right(), row.style, row.words)
	}
}

// handBlock is a section: its name, and its lines in rows.
type handBlock struct {
	name  string
	lines [][]handRow
}

// keptInMind are the sections of the summary that go on counting while a page is read.
func (s *Screen) keptInMind(w int) (out []handBlock) {
	t, all := &s.env.T.Summary, s.sum.Sections()
	for _, name := range [...]text.T{t.Medication, t.Results, t.Vitals, t.Coming, t.Problems} {
		i := slices.IndexFunc(all, func(x sections.Section) bool { return x.Name == s.env.S(name) })
		if i < 0 {
			continue
		}
		x, dated := &all[i], name != t.Medication && name != t.Problems
		b := handBlock{name: x.Name}
		for j := range x.Lines {
			l := &x.Lines[j]
			st := theme.Text
			if l.Flag != "" && l.Style != 0 {
				st = l.Style
			}
			parts := append([]string{l.Title}, apartAt(l.Value)...)
			parts = append(parts, l.Flag)
			if dated {
				parts = append(parts, l.Date)
			}
			b.lines = append(b.lines, inRows(parts, w-1-handInset, st))
		}
		if x.Why != "" {
			b.lines = append(b.lines, inRows([]string{x.Why}, w-1-handInset, theme.Muted))
		}
		out = append(out, b)
	}
	return out
}

// whose are the institutions and doctors that the records come from, with how many and the
// newest day, who wrote last first.
func (s *Screen) whose(w int) []handBlock {
	type source struct {
		name   string
		n      int
		newest ehrdesk.When
	}
	at, all := map[string]int{}, []source{}
	for _, t := range ehrdesk.RecordTypes() {
		list := s.chart.List(t)
		for i := range list {
			r := &list[i]
			if r.Linked || r.Restricted || r.Source == "" {
				continue
			}
			j, known := at[r.Source]
			if !known {
				j = len(all)
				at[r.Source], all = j, append(all, source{name: r.Source})
			}
			all[j].n++
			if d := r.Date; !d.Time.After(s.env.Now()) && d.Time.After(all[j].newest.Time) { // not a booking
				all[j].newest = d
			}
		}
	}
	slices.SortFunc(all, func(a, b source) int {
		return cmp.Or(b.newest.Time.Compare(a.newest.Time), cmp.Compare(b.n, a.n), strings.Compare(a.name, b.name))
	})
	b := handBlock{name: s.env.S(s.env.T.Foot.Whose)}
	for _, x := range all {
		said := sprintf(s.env.S(s.env.T.Foot.Count), thousands(x.n))
		if x.n == 1 {
			said = s.env.S(s.env.T.Foot.One)
		}
		b.lines = append(b.lines, inRows([]string{ehrdesk.CleanLine(x.name), said, s.language().Date(x.newest)}, w-1-handInset, theme.Text))
	}
	if len(b.lines) == 0 {
		return nil
	}
	return []handBlock{b}
}

// apartAt takes a dosage apart between its attributes, the delimiter on the upper row.
func apartAt(value string) []string {
	parts := strings.Split(value, " — ")
	for i := range parts[:len(parts)-1] {
		parts[i] += " —"
	}
	return parts
}

// inRows sets parts one after the other, a new row for one that does not fit whole; one
// longer than a row is wrapped. Nothing is cut.
func inRows(parts []string, w int, st paint.Style) (out []handRow) {
	row := ""
	for _, p := range parts {
		gap := "  "
		if strings.HasSuffix(row, "—") {
			gap = " "
		}
		switch {
		case p == "":
		case row == "":
			row = p
		case paint.Width(row)+len(gap)+paint.Width(p) <= w:
			row += gap + p
		default:
			out = append(out, wrapped(row, w, st)...)
			row = "  " + p
		}
	}
	return append(out, wrapped(row, w, st)...)
}

func wrapped(row string, w int, st paint.Style) (out []handRow) {
	in := row[:len(row)-len(strings.TrimLeft(row, " "))]
	for _, l := range paint.Wrap(nil, row[len(in):], w-len(in)) {
		out = append(out, handRow{in + l, st})
	}
	return out
}

// stacked sets blocks one below the other in h rows of w cells: each name with the lines that
// fit whole, how many more there are, and the names of those that have no room.
func stacked(blocks []handBlock, w, h int, more string) (out []handRow) {
	blocks = slices.DeleteFunc(blocks, func(b handBlock) bool { return len(b.lines) == 0 })
	in := strings.Repeat(" ", handInset)
	for i, b := range blocks {
		left := h - len(out) - len(leftOut(blocks[i+1:], w)) - 2 // a blank row and the name
		all, fit, used := 0, 0, 0
		for _, l := range b.lines {
			all += len(l)
		}
		if all <= left {
			fit = len(b.lines)
		}
		for all > left && fit < len(b.lines) && used+len(b.lines[fit]) < left { // a row says how many more
			used += len(b.lines[fit])
			fit++
		}
		if fit == 0 {
			return append(out, leftOut(blocks[i:], w)...)
		}
		out = append(out, handRow{}, handRow{b.name, theme.Title})
		for _, l := range b.lines[:fit] {
			for _, row := range l {
				out = append(out, handRow{in + row.words, row.style})
			}
		}
		if fit < len(b.lines) {
			out = append(out, handRow{in + sprintf(more, thousands(len(b.lines)-fit)), theme.Muted})
		}
	}
	return out
}

// leftOut are the rows that name blocks without room.
func leftOut(blocks []handBlock, w int) (out []handRow) {
	var names []string
	for _, b := range blocks {
		names = append(names, b.name)
	}
	if len(names) == 0 {
		return nil
	}
	for _, l := range paint.Wrap(nil, "▼ "+strings.Join(names, " · "), w-1) {
		out = append(out, handRow{l, theme.Muted})
	}
	return out
}
