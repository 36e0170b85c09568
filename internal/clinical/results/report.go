package results

import (
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Report is a report with its results, or a result that no report has.
type Report struct {
	Record  *ehrdesk.Record
	Results []*ehrdesk.Record // in the report's order; of a result by itself none
	Lacking int               // results that it names and that are not here
	Said    bool              // it says something in words: a conclusion, findings
}

// Reports are the laboratory and imaging reports newest first, and the laboratory
// results that stand in none. What was entered in error is not among them.
func Reports(list func(ehrdesk.RecordType) []ehrdesk.Record) []Report {
	records := list(ehrdesk.LaboratoryRadiology)
	at := make(map[ehrdesk.Ref]*ehrdesk.Record, len(records))
	for i := range records {
		at[records[i].Ref()] = &records[i]
	}
	var out []Report
	in := map[ehrdesk.Ref]bool{}
	for i := range records {
		r := &records[i]
		if r.Void() || r.Linked || r.Resource != "DiagnosticReport" {
			continue
		}
		f := r.Facts()
		rep := Report{Record: r, Said: f.Text != "" || len(f.Outcomes) > 0}
		for _, ref := range Members(&f) {
			in[ref] = true
			switch m := at[ref]; {
			case m == nil:
				rep.Lacking++
			case !m.Void():
				rep.Results = append(rep.Results, m)
			}
		}
		out = append(out, rep)
	}
	for i := range records {
		r := &records[i]
		if r.Void() || r.Linked || r.Resource == "DiagnosticReport" || in[r.Ref()] {
			continue
		}
		out = append(out, Report{Record: r})
	}
	slices.SortFunc(out, func(a, b Report) int {
		switch {
		case later(a.Record, b.Record):
			return -1
		case later(b.Record, a.Record):
			return 1
		}
		return 0
	})
	return out
}

// awaitedDays is for how long a report that is not complete is waited for: after that it
// is old, and its list says so. It is general knowledge and waits for a physician's word.
const awaitedDays = 30

// Awaited are the reports of the last days that are not complete, newest first: something
// of them is yet to come, whatever what has come says.
func Awaited(list func(ehrdesk.RecordType) []ehrdesk.Record, now time.Time) (out []ehrdesk.Record) {
	for _, t := range [...]ehrdesk.RecordType{ehrdesk.LaboratoryRadiology, ehrdesk.OtherInvestigation} {
		for _, r := range list(t) {
			if r.Resource != "DiagnosticReport" || r.Void() || r.Linked || r.Date.IsZero() || StageOf(r.Status) != Preliminary {
				continue
			}
			if now.Sub(r.Date.Time) < awaitedDays*24*time.Hour {
				out = append(out, r)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b ehrdesk.Record) int { return b.Date.Compare(a.Date) })
	return out
}

// At is a point's place in a set.
type At struct{ Series, Point int }

// Index finds the points of a record.
func (s *Set) Index() map[ehrdesk.Ref][]At {
	n := 0
	for i := range s.Series {
		n += len(s.Series[i].Points)
	}
	out := make(map[ehrdesk.Ref][]At, n)
	for i := range s.Series {
		for k := range s.Series[i].Points {
			ref := s.Series[i].Points[k].Record.Ref()
			out[ref] = append(out[ref], At{i, k})
		}
	}
	return out
}
