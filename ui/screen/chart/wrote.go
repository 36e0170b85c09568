package chart

import (
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
)

// Wrote is what this provider has written into the chart and nobody has taken back, newest first.
func (s *Screen) Wrote() []screen.Wrote {
	return s.named(func(r *ehrdesk.Record) bool {
		return s.book.Marks(r.Ref()).Has(ehrdesk.MarkOwn) && !r.Linked && !r.Void()
	})
}

// Records is what stands in the chart and can be named to others, newest first: what is restricted cannot, released or not.
func (s *Screen) Records() []screen.Wrote {
	return s.named(func(r *ehrdesk.Record) bool { return !r.Linked && !r.Released })
}

// Entered is the record that is open, and entered, where it can be named to others; zero for none.
func (s *Screen) Entered() screen.Wrote {
	r, ok := s.selected()
	if !ok || s.pane != paneDetail {
		return screen.Wrote{}
	}
	ref := r.Ref()
	if n := len(s.followed); n > 0 {
		ref = s.followed[n-1].Ref()
	}
	all := s.Records()
	if i := slices.IndexFunc(all, func(w screen.Wrote) bool { return w.Ref == ref }); i >= 0 {
		return all[i]
	}
	return screen.Wrote{}
}

// named are the records for which ok holds and that are not restricted, newest first.
func (s *Screen) named(ok func(*ehrdesk.Record) bool) (out []screen.Wrote) {
	var all []*ehrdesk.Record
	for _, t := range ehrdesk.RecordTypes() {
		records := s.chart.List(t)
		for i := range records {
			if r := &records[i]; !r.Restricted && ok(r) {
				all = append(all, r)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *ehrdesk.Record) int { return b.Updated.Compare(a.Updated) })
	for _, r := range all {
		row := s.words(r)
		out = append(out, screen.Wrote{Ref: r.Ref(), Words: strings.TrimSpace(row.Day + " " + row.Title)})
	}
	return out
}
