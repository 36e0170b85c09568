package chart

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/reading"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// headLines are the first rows of a record that is opened, each thing of it once: what it
// is with how it stands and when at the right, where it came from, and of a measurement
// its value. They scroll with what follows.
func (s *Screen) headLines(r *ehrdesk.Record, w int) (out []line) {
	h := reading.HeadOf(s.language(), r)
	strong := theme.Strong
	if h.InError {
		strong |= paint.Struck
	}
	standing := s.env.S(s.env.T.Chart.NoDate)
	if h.When != "" {
		standing = h.When
	}
	if h.Status != "" {
		standing = h.Status + " · " + standing
	}
	title := paint.Wrap(nil, s.title(r), w)
	for _, t := range title {
		out = append(out, line{text: t, style: strong})
	}
	if last := len(title) - 1; last >= 0 && paint.Width(title[last])+2+paint.Width(standing) <= w {
		out[last].cells = []cell{{w - paint.Width(standing), standing, theme.Text}}
	} else {
		for _, t := range paint.Wrap(nil, standing, w) {
			out = append(out, line{text: t, style: theme.Text})
		}
	}
	if h.Source != "" {
		for _, t := range paint.Wrap(nil, h.Source, w) {
			out = append(out, line{text: t, style: theme.Muted})
		}
	}
	if h.Value != "" {
		out = append(out, s.measured(r, &h, w)...)
	}
	return append(out, line{rule: true})
}

// measured is a measurement's value with its flag and its range, behind one another where
// they fit.
func (s *Screen) measured(r *ehrdesk.Record, h *reading.Head, w int) (out []line) {
	strong := theme.Strong
	if h.InError {
		strong |= paint.Struck
	}
	for _, t := range paint.Wrap(nil, h.Value, w) {
		out = append(out, line{text: t, style: strong})
	}
	behind := func(words string, st paint.Style) {
		l := &out[len(out)-1]
		at := paint.Width(l.text)
		if n := len(l.cells); n > 0 {
			at = l.cells[n-1].x + paint.Width(l.cells[n-1].text)
		}
		if at+2+paint.Width(words) <= w {
			l.cells = append(l.cells, cell{at + 2, words, st})
			return
		}
		for _, t := range paint.Wrap(nil, words, w) {
			out = append(out, line{text: t, style: st})
		}
	}
	if h.Flag != "" {
		behind(h.Flag, flagStyle(r, s.words(r)))
	}
	if h.Range != "" {
		behind(s.env.S(s.env.T.Chart.RangeLabel)+" "+h.Range, theme.Muted)
	}
	return out
}

// labelColumn is how wide the column of labels is at most.
const labelColumn = 16

// placeAll sets the lines of a reading in rows of a width: labels in a column, results as
// a table.
func placeAll(out []line, lines []reading.Line, w int) []line {
	column := 0
	for i := range lines {
		if l := &lines[i]; l.Value != "" && l.Indent == 0 {
			if n := paint.Width(l.Label); n <= labelColumn {
				column = max(column, n)
			}
		}
	}
	for i := 0; i < len(lines); {
		n := i
		for n < len(lines) && len(lines[n].Cells) > 0 {
			n++
		}
		if n > i {
			out = table(out, lines[i:n], w)
			i = n
			continue
		}
		out = place(out, lines[i], w, column)
		i++
	}
	return out
}

// place sets a line of a reading in rows of a width.
func place(out []line, l reading.Line, w, column int) []line {
	indent := min(2*l.Indent, w/3)
	style := theme.Text
	if l.Link != (ehrdesk.Ref{}) {
		style = theme.Key
	}
	if l.Value == "" {
		for _, t := range paint.Wrap(nil, l.Label, w-indent) {
			out = append(out, line{indent: indent, text: t, style: theme.Title})
		}
		return out
	}
	lw := paint.Width(l.Label) + 2
	if l.Indent == 0 && lw <= column+2 {
		lw = column + 2
	}
	if l.Label == "" {
		lw = 0
	}
	if lw > (w-indent)/2 || strings.Contains(l.Value, "\n") || paint.Width(l.Value) > 4*(w-indent-lw) { // what is long stands below its label
		if l.Label != "" {
			for _, t := range paint.Wrap(nil, l.Label, w-indent) {
				out = append(out, line{indent: indent, text: t, style: theme.Label})
			}
			indent = min(indent+2, w/3)
		}
		lw = 0
	}
	for i, t := range paint.Wrap(nil, l.Value, w-indent-lw) {
		ln := line{indent: indent + lw, text: t, style: style}
		if style == theme.Text && heading(t) {
			ln.style = theme.Title
		}
		if i == 0 && lw > 0 {
			ln.indent, ln.label = indent, l.Label+strings.Repeat(" ", lw-paint.Width(l.Label))
		}
		if i == 0 {
			ln.link = l.Link
		}
		out = append(out, ln)
	}
	return out
}

// heading reports a line of a note that names what comes below it.
func heading(s string) bool {
	s = strings.TrimSpace(s)
	if s == "" || paint.Width(s) > 40 {
		return false
	}
	if strings.HasSuffix(s, ":") || strings.HasSuffix(s, "：") {
		return true
	}
	letters := strings.IndexFunc(s, func(r rune) bool { return r >= 'A' && r <= 'Z' })
	return letters >= 0 && len(s) > 3 && strings.ToUpper(s) == s && strings.IndexFunc(s, func(r rune) bool { return r >= '0' && r <= '9' || r > 0x7f }) < 0
}

// gap is what stands between the columns of a table.
const gap = 2

// table sets results under one another: names, values with their decimal points in line,
// ranges, flags. Where it does not fit the names stand above what is said of them.
func table(out []line, rows []reading.Line, w int) []line {
	var width [4]int
	values := aligned(rows)
	for i := range rows {
		cells := [4]string{rows[i].Label, values[i], rows[i].Cells[1], rows[i].Cells[2]}
		for k, s := range cells {
			width[k] = max(width[k], paint.Width(s))
		}
	}
	rest := w - 2
	for k := 1; k < 4; k++ {
		if width[k] > 0 {
			rest -= width[k] + gap
		}
	}
	stacked := rest < min(width[0], 14)
	name := min(width[0], rest)
	for i := range rows {
		r := &rows[i]
		style, flag := theme.Text, theme.Abnormal
		if r.Link.ID != "" {
			style = theme.Key
		}
		if r.Flag == ehrdesk.FlagCritical || r.Flag == ehrdesk.FlagCriticalHigh || r.Flag == ehrdesk.FlagCriticalLow {
			flag = theme.Critical
		}
		if r.Flag == ehrdesk.FlagNone {
			flag = theme.Muted
		}
		if stacked {
			for n, t := range paint.Wrap(nil, r.Label, w-2) {
				l := line{indent: 2, text: t, style: style}
				if n == 0 {
					l.link = r.Link
				}
				out = append(out, l)
			}
			for _, part := range [...]struct {
				words string
				style paint.Style
			}{{strings.TrimSpace(values[i]), theme.Strong}, {r.Cells[1], theme.Muted}, {r.Cells[2], flag}} {
				if part.words == "" {
					continue
				}
				for _, t := range paint.Wrap(nil, part.words, w-4) {
					out = append(out, line{indent: 4, text: t, style: part.style})
				}
			}
			continue
		}
		for n, t := range paint.Wrap(nil, r.Label, name) {
			l := line{indent: 2, text: t, style: style}
			if n == 0 {
				l.link = r.Link
				x := 2 + name + gap
				for k, c := range [...]cell{{text: values[i], style: theme.Strong}, {text: r.Cells[1], style: theme.Muted}, {text: r.Cells[2], style: flag}} {
					if width[k+1] == 0 {
						continue
					}
					if c.text != "" {
						c.x = x
						l.cells = append(l.cells, c)
					}
					x += width[k+1] + gap
				}
			}
			out = append(out, l)
		}
	}
	return out
}

// aligned are the values of a table with their decimal points under one another; no digit
// is added.
func aligned(rows []reading.Line) []string {
	before := func(s string) int { // how many cells stand before the decimal point
		n := 0
		for n < len(s) && strings.IndexByte("<>=≤≥0123456789,- ", s[n]) >= 0 && (s[n] != ' ' || n > 0 && strings.IndexByte("<>=", s[n-1]) >= 0) {
			n++
		}
		return n
	}
	widest := 0
	for i := range rows {
		widest = max(widest, before(rows[i].Cells[0]))
	}
	out := make([]string, len(rows))
	for i := range rows {
		v := rows[i].Cells[0]
		if n := before(v); n > 0 {
			v = strings.Repeat(" ", widest-n) + v
		}
		out[i] = v
	}
	return out
}
