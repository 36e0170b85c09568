package chart

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// columns is how a list of a width is divided. A narrow one stacks the value
// under the title, so that neither is ever cut.
type columns struct {
	title, value, source int // widths; value 0: stacked
}

const dateWidth = 11 // 08-Apr-2026

func divide(w int) columns {
	rest := w - dateWidth - 2
	if rest < 80 { // a list that has a terminal of 80 columns to itself too
		return columns{title: rest}
	}
	source := rest * 28 / 100
	value := (rest - source) * 45 / 100
	return columns{title: rest - value - source - 2, value: value, source: source}
}

// sampled is of how many records the titles are looked at: enough to know a list by, and
// few enough for each frame.
const sampled = 100

// asked is of how many of them it is looked at what stands beside the titles, which is put
// into words for that.
const asked = 24

// fitted divides a list's row by what its records need. Where titles, values and sources
// all have room, none is broken beside blank cells; else what the titles leave of their
// column goes to the source, and then to the value. What is longer than those looked at
// goes on below. beside is what a record has in the other two columns, in cells.
func (col columns) fitted(records []ehrdesk.Record, beside func(r *ehrdesk.Record, most int) (value, source int)) columns {
	if col.value == 0 {
		return col
	}
	title, value, source := minTitle, 0, 0
	for i := range records[:min(len(records), sampled)] {
		title = max(title, markWidth+paint.Width(records[i].Title))
	}
	for i := range records[:min(len(records), asked)] {
		v, s := beside(&records[i], col.value)
		value, source = max(value, v), max(source, s)
	}
	switch rest := col.title + col.value + col.source - title - value; {
	case rest >= source:
		return columns{title: title, value: value + rest - source, source: source}
	case rest >= col.source: // an institution has its letters
		return columns{title: title, value: value, source: rest}
	}
	spare := col.title - title
	if spare <= 0 {
		return col
	}
	more := max(0, min(spare*2/3, source-col.source))
	return columns{title: title, value: col.value + spare - more, source: col.source + more}
}

// beside is how many cells a record's value takes, and its status and its source. A value
// longer than most counts by its short form.
func (s *Screen) beside(r *ehrdesk.Record, most int) (value, source int) {
	said, status := s.words(r), paint.Width(s.status(r))
	value, source = paint.Width(said.Value), paint.Width(s.source(r))
	if value > most {
		value = min(most, paint.Width(said.Brief))
	}
	flag := paint.Width(said.Flag)
	switch {
	case value == 0 && flag == 0:
		return status, source
	case status > 0:
		source += status + gap
	}
	if flag > 0 {
		value += gap + flag
	}
	return value, source
}

// minTitle is the least width of the titles' column, and markWidth what a mark before a
// title takes: NEW.
const minTitle, markWidth = 20, 4

// rowLines is a record's text laid out; the slices are reused from row to row.
type rowLines struct {
	title, value []string
	flag         string
	flagStyle    paint.Style
	notes        []note // flag and status under a narrow list's value
	inline       []note // all of a record that fits in its one row, behind its title
	status       []string
	standing     bool              // the value is the status: there is none
	found        []ehrdesk.Excerpt // what a search found beside the title: one, or none
	more         string            // how many hits are folded under it
	apart        []string          // what other sources say otherwise, below all else
	height       int
}

// note is a flag, a status or a value in its place: a line of the value and a cell of it.
type note struct {
	line, x int
	text    string
	flag    bool
	value   bool
}

// lay wraps one record at the columns, with what a search found in it.
func (s *Screen) lay(r *ehrdesk.Record, col columns, row *rowLines) {
	s.layRecord(r, col, row)
	s.layHit(r, col, row)
	s.layApart(r, col, row)
}

func (s *Screen) layRecord(r *ehrdesk.Record, col columns, row *rowLines) {
	t, said := &s.env.T.Chart, s.words(r)
	row.title = paint.Wrap(row.title[:0], s.title(r), col.title)
	row.flag, row.flagStyle = said.Flag, flagStyle(r, said)
	if col.value == 0 {
		row.flag = said.Short
	}
	row.value, row.notes, row.status, row.inline, row.standing = row.value[:0], row.notes[:0], row.status[:0], row.inline[:0], false
	value, status := said.Value, s.status(r)
	if col.value > 0 && s.query == nil && paint.Width(value) > col.value { // a row an entry where that loses nothing
		row.title = paint.Wrap(row.title[:0], s.short(r), col.title)
		if value = said.Brief; said.Loose && paint.Width(value) > col.value {
			value = paint.Cut(value, col.value)
		}
	}
	if r.Restricted {
		value = s.env.S(t.RestrictedRow) + " · " + s.env.S(t.ReleaseLine)
	}
	if col.value == 0 {
		if s.query == nil && !r.Restricted && (row.single(s.short(r), said, status, col.title) || row.single(s.short(r), said, s.language().WithoutReason(status), col.title)) {
			row.height = 1
			return
		}
		if value != "" || row.flag != "" || status != "" || s.query != nil {
			row.value = wrapValue(row.value, value, col.title)
			row.note(row.flag, true, col.title)
			row.note(status, false, col.title)
		}
		row.height = len(row.title) + len(row.value)
		return
	}
	row.standing = value == "" && row.flag == "" && status != "" && paint.Width(status) <= col.value
	if row.standing { // in the cells that are empty, and the source has its own
		value, status = status, ""
	}
	if status != "" {
		row.status = paint.Wrap(row.status, status, col.source)
	}
	fw := paint.Width(row.flag)
	if fw > 0 && value != "" && paint.Width(value)+2+fw <= col.value {
		row.value = append(row.value, value) // flag fits beside it
		row.height = max(len(row.title), len(row.status), 1)
		return
	}
	if value != "" {
		row.value = wrapValue(row.value, value, col.value)
	}
	n := len(row.value)
	if fw > 0 {
		n++
	}
	row.height = max(len(row.title), len(row.status), n)
}

// minLoose is how much of loose words is worth a place.
const minLoose = 8

// reasonWidth is how much of a visit's reason has its place before the visit's name.
const reasonWidth = 16

// single sets a record in one row: what it is, the second thing to know, its flag and its
// status. It reports false where that does not fit, for nothing but loose words is cut.
func (row *rowLines) single(title string, said *text.Row, status string, w int) bool {
	flags := 0
	for _, s := range [...]string{said.Short, status} {
		if s != "" {
			flags += gap + paint.Width(s)
		}
	}
	if said.Visit { // why it was is worth more than all of what it was called
		if room := w - flags - gap - min(paint.Width(said.Brief), reasonWidth); said.Brief != "" && paint.Width(title) > room && room > minLoose {
			title = paint.Cut(title, room)
		}
	}
	used := paint.Width(title) + flags
	brief := said.Brief
	if room := w - used - gap; brief != "" && paint.Width(brief) > room {
		if !said.Loose || room < minLoose && used > w {
			return false
		}
		if brief = ""; room >= minLoose {
			brief = paint.Cut(said.Brief, room)
		}
	}
	if used > w {
		return false
	}
	row.title = append(row.title[:0], title)
	at := paint.Width(title)
	for _, n := range [...]note{{text: brief, value: true}, {text: said.Short, flag: true}, {text: status}} {
		if n.text != "" {
			n.x = at + gap
			at = n.x + paint.Width(n.text)
			row.inline = append(row.inline, n)
		}
	}
	return true
}

// wrapValue wraps a value between its attributes, the dash on the upper line: a
// dose is read with its unit and "at most" with its number. Only an attribute
// that is longer than a line is broken within. Source: NHS CUI MEDi-034.
func wrapValue(dst []string, value string, w int) []string {
	if paint.Width(value) <= w {
		return append(dst, value)
	}
	line := ""
	for rest := value; rest != ""; {
		part, after, more := strings.Cut(rest, " – ")
		if rest = after; more {
			part += " –"
		}
		switch {
		case line == "":
			line = part
		case paint.Width(line)+1+paint.Width(part) <= w:
			line += " " + part
		default:
			dst, line = append(dst, line), part
		}
		if paint.Width(line) > w {
			dst = paint.Wrap(dst, line, w)
			line, dst = dst[len(dst)-1], dst[:len(dst)-1]
		}
	}
	return append(dst, line)
}

// note puts a flag or a status behind the value, or on a line of its own where
// it does not fit: neither is ever cut.
func (row *rowLines) note(words string, flag bool, w int) {
	if words == "" {
		return
	}
	last := len(row.value) - 1
	at := paint.Width(row.value[last])
	if n := len(row.notes); n > 0 && row.notes[n-1].line == last {
		at = row.notes[n-1].x + paint.Width(row.notes[n-1].text)
	}
	if at+2+paint.Width(words) <= w {
		row.notes = append(row.notes, note{line: last, x: at + 2, text: words, flag: flag})
		return
	}
	for _, l := range paint.Wrap(nil, words, w-2) {
		row.value = append(row.value, "")
		row.notes = append(row.notes, note{line: len(row.value) - 1, x: 2, text: l, flag: flag})
	}
}

// squeeze makes a record that is taller than the pane fit: what is left out of
// its value or title is said, its flag and status stay.
func (row *rowLines) squeeze(h int, stacked bool) {
	if row.height > h { // the record itself has it
		row.height -= len(row.apart)
		row.apart = row.apart[:0]
	}
	if row.height > h {
		if len(row.found) > 0 || row.more != "" {
			row.height--
		}
		row.found, row.more = row.found[:0], ""
	}
	if row.height <= h {
		return
	}
	row.height = h
	if !stacked {
		row.title, row.status = short(row.title, h), short(row.status, h)
		if row.flag != "" {
			h--
		}
		row.value = short(row.value, h)
		return
	}
	kept := 0 // lines from the first note on
	if len(row.notes) > 0 {
		kept = len(row.value) - row.notes[0].line
	}
	title := min(len(row.title), max(1, h-kept-1))
	row.title = short(row.title, title)
	cut := len(row.value) - (h - title)
	if cut <= 0 {
		return
	}
	if first := len(row.value) - kept; first >= cut && first > 0 {
		copy(row.value[first-cut:], row.value[first:])
		row.value = row.value[:len(row.value)-cut]
		if at := first - cut - 1; at >= 0 {
			row.value[at] = more(row.value[at])
		}
		for i := range row.notes {
			row.notes[i].line -= cut
		}
	}
}

// short is the first n of lines, the last of them marked where some are left out.
func short(lines []string, n int) []string {
	n = max(n, 0)
	if len(lines) <= n {
		return lines
	}
	lines = lines[:n]
	if n > 0 {
		lines[n-1] = more(lines[n-1])
	}
	return lines
}

// more marks a line after which something is left out, within its width.
func more(line string) string {
	if w := paint.Width(line); w > 2 {
		line = paint.Cut(line, w-2)
	}
	return strings.TrimSuffix(line, "…") + " …"
}

// title is what a record is called, behind the sign of who wrote it.
func (s *Screen) title(r *ehrdesk.Record) string { return s.book.Own(r, s.titled(r)) }

func (s *Screen) titled(r *ehrdesk.Record) string {
	if s.broken(r) {
		return s.env.S(s.env.T.Signed.Row) + " · " + s.words(r).Title
	}
	if r.Restricted && r.ID == "" { // held back: only the kind is known
		return s.env.S(s.env.T.KindName(r.Kind))
	}
	if r.Resource == "Provenance" {
		return s.origin(r)
	}
	if s.isNew(r) && s.view != viewNew {
		return s.env.S(s.env.T.Chart.NewMark) + " " + s.words(r).Title
	}
	if r.Released {
		return s.words(r).Title + " " + s.env.S(s.env.T.Chart.ReleasedMark)
	}
	return s.words(r).Title
}

// short is a record's title where there is one row: a drug by its generic name, whole,
// with what turns its meaning round; strength and form stand where it is opened.
func (s *Screen) short(r *ehrdesk.Record) string {
	title := s.title(r)
	if name := s.words(r).Name; name != "" {
		return strings.Replace(title, s.words(r).Title, name, 1)
	}
	return title
}

// status is how a record stands; of a booking that is past, that nobody has said whether
// it was kept.
func (s *Screen) status(r *ehrdesk.Record) string {
	words := s.words(r).Status
	if text.Unsettled(r) && s.language().Past(r) {
		return s.language().NotSettled()
	}
	return words
}

// source is where a record came from; among the hits of a search, after its type.
func (s *Screen) source(r *ehrdesk.Record) string {
	src := ehrdesk.CleanLine(r.Source)
	if s.query == nil && s.view == viewList {
		return src
	}
	kind := s.env.S(s.env.T.Types[r.Type()].Short)
	if src == "" {
		return kind
	}
	return kind + " · " + src
}
