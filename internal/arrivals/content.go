package arrivals

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// told is a table without headings: a line's cells are known by what they are.
type told struct{ by map[Column]int }

// draft takes the one number of a line, its date and its times. Digits alone are
// neither date nor time here: they may be a queue's number or a fee.
func (t *told) draft(rec record, now time.Time) draft {
	d := draft{row: Row{Line: rec.line}, clock: none, end: none}
	var found finder
	for i, cell := range rec.cells {
		cell = strings.TrimSpace(cell)
		if cell == "" {
			continue
		}
		if why := unfit(cell); why != "" {
			if d.why == "" && (why != TooLong || i < 2) {
				d.why = why
			}
			continue
		}
		n, why := numberOf(cell)
		if found.take(n, why); why == "" {
			t.count(i, AsNumber)
			continue
		}
		if why == NoNumber && strings.ContainsFunc(cell, unicode.IsDigit) {
			t.when(&d, i, cell, now)
		}
	}
	if d.why == "" {
		d.row.Number, d.why = found.number()
	}
	return d
}

// when takes a cell that is a date or a time.
func (t *told) when(d *draft, i int, cell string, now time.Time) {
	m, ok := momentOf(cell, false, now)
	switch {
	case !ok && strings.ContainsFunc(cell, unicode.IsLetter):
		return // words
	case !ok && clockLike(cell):
		d.why = cmp.Or(d.why, BadTime)
	case !ok || m.empty():
		return
	case m.date != nil && !m.date.about(now):
		return // a date of birth
	}
	if m.date != nil {
		d.dates = append(d.dates, m.date)
		t.count(i, AsDate)
	}
	switch {
	case m.clock == none:
	case d.clock == none:
		d.clock, d.end = m.clock, m.end
		t.count(i, AsTime)
	case d.end == none && m.clock > d.clock:
		d.end = m.clock
		t.count(i, AsEnd)
	default:
		d.why = cmp.Or(d.why, TwoTimes)
	}
}

// clockLike reports what was meant as a time of the day: digits and a colon.
func clockLike(cell string) bool {
	a, b, ok := strings.Cut(cell, ":")
	return ok && len(a) <= 2 && len(b) >= 1 && strings.Trim(a+strings.ReplaceAll(b, ":", ""), "0123456789") == ""
}

// about reports a date within a year of now.
func (d dated) about(now time.Time) bool {
	for _, c := range d {
		if far := c.in(now.Location()).Sub(now).Abs(); far < 366*24*time.Hour {
			return true
		}
	}
	return false
}

func (t *told) count(i int, as Role) {
	if t.by == nil {
		t.by = map[Column]int{}
	}
	t.by[Column{At: i + 1, As: as, By: ByContent}]++
}

// columns are what columns were taken for in most of the lines.
func (t *told) columns(lines int) (out []Column) {
	for c, n := range t.by {
		if 2*n > lines {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b Column) int { return cmp.Or(a.At-b.At, strings.Compare(string(a.As), string(b.As))) })
	return out
}
