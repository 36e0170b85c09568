package chart

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// listed reports a view that is a list of records, of one type or of all.
func (v view) listed() bool { return v == viewList || v == viewTimeline || v == viewNew }

// across are the records of all types by date, the newest first: all of them, or those
// that are fresh. What records refer to is none, nor is what is in the personal data.
func (s *Screen) across(fresh bool) []ehrdesk.Record {
	var out []ehrdesk.Record
	for _, t := range ehrdesk.RecordTypes() {
		if t == ehrdesk.Demographics {
			continue
		}
		for _, r := range s.chart.List(t) {
			if !r.Linked && (!fresh || s.isNew(&r)) {
				out = append(out, r)
			}
		}
	}
	slices.SortFunc(out, func(a, b ehrdesk.Record) int {
		return cmp.Or(b.Date.Compare(a.Date), cmp.Compare(a.Kind, b.Kind), strings.Compare(a.ID, b.ID))
	})
	return out
}

// seenBefore is until when this person had seen the chart before; zero where the desk
// does not know.
func seenBefore(chart ehrdesk.Chart) time.Time {
	if c, ok := chart.(ehrdesk.Remembering); ok {
		last, _ := c.Seen()
		return last
	}
	return time.Time{}
}

// isNew reports a record that came or changed since this person last had the chart open.
func (s *Screen) isNew(r *ehrdesk.Record) bool {
	return !s.seen.IsZero() && r.Updated.After(s.seen)
}

// noneNew says why no record is marked as new.
func (s *Screen) noneNew() string {
	if s.seen.IsZero() {
		return s.env.S(s.env.T.Chart.NewFirst)
	}
	return sprintf(s.env.S(s.env.T.Chart.NewNone), s.moment(s.seen))
}

func (s *Screen) moment(t time.Time) string {
	return ehrdesk.At(t.In(s.env.Now().Location())).DateTime()
}

// listTitle is what the list holds.
func (s *Screen) listTitle() string {
	t := &s.env.T.Chart
	switch {
	case s.view == viewTimeline:
		return s.env.S(t.Timeline)
	case s.view == viewNew && !s.seen.IsZero():
		return sprintf(s.env.S(t.NewSince), s.moment(s.seen))
	case s.view == viewNew:
		return s.env.S(t.New)
	}
	return s.env.S(s.env.T.Types[s.typ].Full)
}

// newOf counts the new records by type, once for a set of lists.
func (s *Screen) newOf(t ehrdesk.RecordType) int {
	if s.newCount == nil {
		s.newCount = map[ehrdesk.RecordType]int{}
		if !s.seen.IsZero() {
			for _, typ := range ehrdesk.RecordTypes() {
				for _, r := range s.chart.List(typ) {
					if !r.Linked && s.isNew(&r) {
						s.newCount[typ]++
					}
				}
			}
		}
	}
	return s.newCount[t]
}
