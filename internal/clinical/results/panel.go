package results

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// Members are the records that a report puts together, in its order.
func Members(f *ehrdesk.Facts) (out []ehrdesk.Ref) {
	for i := range f.Relations {
		if l := &f.Relations[i]; (l.Role == "result" || l.Role == "hasMember") && l.Ref.ID != "" {
			out = append(out, l.Ref)
		}
	}
	return out
}

// report is a report that puts several results together.
type report struct {
	record *ehrdesk.Record
	key    string
}

// members are the newest report of each result: of those that put several together, and
// of all.
type members struct {
	panel  map[ehrdesk.Ref]report
	newest map[ehrdesk.Ref]*ehrdesk.Record
}

func newMembers() members {
	return members{map[ehrdesk.Ref]report{}, map[ehrdesk.Ref]*ehrdesk.Record{}}
}

func (in members) take(r *ehrdesk.Record, f *ehrdesk.Facts) {
	of := Members(f)
	if r.Resource == "DiagnosticReport" {
		for _, ref := range of {
			if had := in.newest[ref]; had == nil || later(r, had) {
				in.newest[ref] = r
			}
		}
	}
	if len(of) < 2 {
		return
	}
	key := "report " + strings.ToLower(f.Code.Words())
	for _, k := range f.Code.Codings {
		if k.Code != "" {
			key = "report " + k.System + "|" + k.Code
			break
		}
	}
	for _, ref := range of {
		if had, ok := in.panel[ref]; !ok || later(r, had.record) {
			in.panel[ref] = report{r, key}
		}
	}
}

func later(a, b *ehrdesk.Record) bool {
	return cmp.Or(a.Date.Compare(b.Date), a.Updated.Compare(b.Updated), strings.Compare(a.Resource, b.Resource), strings.Compare(a.ID, b.ID)) > 0
}

// stages marks what the newest report of a result says of it: of a corrected report the
// results that say so themselves are corrected, and where none does all of them, since any
// may be; a report that is not complete has others yet to come.
func (s *Set) stages(in members) {
	if len(in.newest) == 0 {
		return
	}
	named := map[*ehrdesk.Record]bool{} // reports of which a result says itself that it is corrected
	for i := range s.Series {
		for k := range s.Series[i].Points {
			if p := &s.Series[i].Points[k]; p.Stage == Corrected {
				named[in.newest[p.Record.Ref()]] = true
			}
		}
	}
	for i := range s.Series {
		for k := range s.Series[i].Points {
			p := &s.Series[i].Points[k]
			r := in.newest[p.Record.Ref()]
			if r == nil {
				continue
			}
			switch StageOf(r.Status) {
			case Corrected:
				if p.Stage == Final && !named[r] {
					p.Stage = Corrected
				}
			case Preliminary:
				p.Awaited = true
			case Final, Unsure:
			}
		}
	}
}

// panels says where each series stands: in the panel of the newest of its results that
// a report has, else in the table's group.
func (s *Set) panels(in members) {
	found, reported := make([]Panel, len(s.Series)), map[string]Panel{}
	for i := range s.Series {
		x := &s.Series[i]
		for k := len(x.Points) - 1; k >= 0; k-- {
			if r, ok := in.panel[x.Points[k].Record.Ref()]; ok {
				found[i] = Panel{Key: r.key, Report: r.record}
				if had, ok := reported[x.key]; !ok || later(r.record, had.Report) {
					reported[x.key] = found[i]
				}
				break
			}
		}
	}
	at := map[string]*Panel{}
	first := map[string]int{} // the place of a panel: that of its first test
	places := make([]int, len(s.Series))
	for i := range s.Series {
		x := &s.Series[i]
		p := found[i]
		if p.Report == nil { // the same test in another unit stands beside it
			p = reported[x.key]
		}
		if p.Report == nil && x.Term != nil {
			p = Panel{Key: "group " + x.Term.Group, Group: x.Term.Group}
		}
		x.Panel = p.Key
		places[i] = place(x.Term)
		if had := at[p.Key]; had == nil {
			at[p.Key], first[p.Key] = &p, places[i]
		} else {
			first[p.Key] = min(first[p.Key], places[i])
			if p.Report != nil && later(p.Report, had.Report) {
				had.Report = p.Report
			}
		}
	}
	order := make([]int, len(s.Series))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		x, y := &s.Series[a], &s.Series[b]
		return cmp.Or(cmp.Compare(first[x.Panel], first[y.Panel]), strings.Compare(x.Panel, y.Panel), cmp.Compare(places[a], places[b]),
			strings.Compare(testName(x), testName(y)), strings.Compare(x.key, y.key), cmp.Compare(len(y.Points), len(x.Points)), // the unit most used first
			strings.Compare(x.Title, y.Title), strings.Compare(x.key, y.key), strings.Compare(x.unit, y.unit))
	})
	sorted := make([]Series, len(order))
	for i, k := range order {
		sorted[i] = s.Series[k]
		if i == 0 || sorted[i-1].Panel != sorted[i].Panel {
			s.Panels = append(s.Panels, *at[sorted[i].Panel])
		}
	}
	s.Series = sorted
}

// testName orders tests that the table does not have.
func testName(s *Series) string {
	if s.Term != nil {
		return ""
	}
	return strings.ToLower(s.Title)
}
