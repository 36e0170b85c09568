package chart

import (
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
)

// list is a position in records newest first. The records are shared with the
// chart and never changed; only the rows on screen are ever looked at.
type list struct {
	records []ehrdesk.Record
	sel     int
	top     int // first record on screen; drawing moves it so that sel is seen
	page    int // records seen when last drawn
	zone    *time.Location
}

func (l *list) set(r []ehrdesk.Record) { *l = list{records: r, page: l.page, zone: l.zone} }

// yearOf is the year of a record by the clock of the desk.
func (l *list) yearOf(i int) int {
	at := l.records[i].Date
	if l.zone != nil {
		at = at.In(l.zone)
	}
	return at.Time.Year()
}

// replace takes newer records. It stays at the newest while nobody moved away
// from it, else, and where a record is being read, at the one selected.
func (l *list) replace(r []ehrdesk.Record, reading bool) {
	was, ok := l.selected()
	ok = ok && (reading || l.sel > 0)
	l.records = r
	if ok && !(l.sel < len(r) && r[l.sel].Ref() == was.Ref()) {
		l.sel = min(l.sel, max(0, len(r)-1))
		for i := range r {
			if r[i].ID == was.ID && r[i].Resource == was.Resource {
				l.top += i - l.sel
				l.sel = i
				break
			}
		}
	}
	l.top = min(max(l.top, 0), max(0, len(r)-1))
	l.sel = min(l.sel, max(0, len(r)-1))
}

func (l *list) selected() (ehrdesk.Record, bool) {
	if l.sel < 0 || l.sel >= len(l.records) {
		return ehrdesk.Record{}, false
	}
	return l.records[l.sel], true
}

func (l *list) move(id intent.ID) {
	switch id {
	case intent.Up:
		l.sel--
	case intent.Down:
		l.sel++
	case intent.PageUp:
		l.sel -= max(1, l.page-1)
	case intent.PageDown:
		l.sel += max(1, l.page-1)
	case intent.Top:
		l.sel = 0
	case intent.Bottom:
		l.sel = len(l.records) - 1
	}
	l.sel = min(max(l.sel, 0), max(0, len(l.records)-1))
}

// source goes to the next record (1), or the one before (-1), of another institution.
func (l *list) source(d int) bool {
	r, ok := l.selected()
	if !ok {
		return false
	}
	for i := l.sel + d; i >= 0 && i < len(l.records); i += d {
		if l.records[i].Source != r.Source {
			l.sel = i
			return true
		}
	}
	return false
}

// year goes to the newest record of the year before (-1) or the newest of the
// year after (1); false where there is none.
func (l *list) year(d int) bool {
	r, ok := l.selected()
	if !ok || r.Date.IsZero() {
		return false
	}
	y := l.yearOf(l.sel)
	if d < 0 {
		for i := l.sel + 1; i < len(l.records) && !l.records[i].Linked; i++ {
			if !l.records[i].Date.IsZero() && l.yearOf(i) < y {
				l.sel = i
				return true
			}
		}
		return false
	}
	for i := l.sel - 1; i >= 0; i-- {
		if l.records[i].Date.IsZero() || l.yearOf(i) <= y {
			continue
		}
		for i > 0 && l.yearOf(i-1) == l.yearOf(i) {
			i--
		}
		l.sel = i
		return true
	}
	return false
}
