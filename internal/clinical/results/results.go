package results

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
)

// Set is what the lists of a chart hold of results.
type Set struct {
	Series []Series // by panel, and in the order of the table of tests
	Words  []Words  // of laboratories, by name
	Panels []Panel  // in the order in which their series stand
}

// Panel is a group of tests. One that a report made has the report's name; one of the
// table of tests has the name of its group.
type Panel struct {
	Key    string
	Report *ehrdesk.Record // nil for a group of the table
	Group  string          // "" for what stands in none
}

// measuring are the types that hold measured values.
func measuring() []ehrdesk.RecordType {
	return []ehrdesk.RecordType{ehrdesk.LaboratoryRadiology, ehrdesk.ObservationLifestyle, ehrdesk.OtherInvestigation, ehrdesk.BirthImmunisation}
}

// Of gathers all results. list gives the records of a type.
func Of(list func(ehrdesk.RecordType) []ehrdesk.Record) *Set {
	var all []*ehrdesk.Record
	for _, t := range measuring() {
		records := list(t)
		for i := range records {
			if r := &records[i]; !r.Void() && (r.Resource == "Observation" || r.Resource == "DiagnosticReport") {
				all = append(all, r)
			}
		}
	}
	return of(all)
}

// of gathers the results of records; of each the facts are opened once.
func of(all []*ehrdesk.Record) *Set {
	g, in := newGather(), newMembers()
	each(all, func(r *ehrdesk.Record, f *ehrdesk.Facts) {
		if r.Resource == "DiagnosticReport" || len(f.Relations) > 0 {
			in.take(r, f)
		}
		if r.Resource == "Observation" {
			g.take(r, f)
		}
	})
	set := g.set()
	set.stages(in)
	set.panels(in)
	return set
}

// set is what was gathered, in order.
func (g *gather) set() *Set {
	set := &Set{}
	joined := map[[2]string]*Series{}
	for k, s := range g.series {
		k[0] = g.names.find(k[0])
		to := joined[k]
		if to == nil {
			s.key = k[0]
			joined[k] = s
			continue
		}
		if older(&s.Points[s.top], &to.Points[to.top]) > 0 {
			to.Name, to.Title, to.Unit, to.Kind = s.Name, s.Title, s.Unit, s.Kind
		}
		if older(&s.Points[s.top], &to.Points[to.top]) > 0 {
			to.top = len(to.Points) + s.top
		}
		to.Points = append(to.Points, s.Points...)
	}
	for _, s := range joined {
		if !slices.IsSortedFunc(s.Points, func(a, b Point) int { return older(&a, &b) }) {
			s.sort()
		}
		set.Series = append(set.Series, *s)
	}
	byWords := map[string]*Words{}
	for k, w := range g.words {
		if k = g.names.find(k); byWords[k] != nil {
			byWords[k].Records = append(byWords[k].Records, w.Records...)
			continue
		}
		byWords[k] = w
	}
	for k, w := range byWords {
		w.key = k
		slices.SortFunc(w.Records, func(a, b *ehrdesk.Record) int {
			return older(&Point{At: a.Date, Record: a}, &Point{At: b.Date, Record: b})
		})
		w.Title, w.Kind = w.Last().Title, w.Last().Kind
		set.Words = append(set.Words, *w)
	}
	slices.SortFunc(set.Words, func(a, b Words) int { return cmp.Or(strings.Compare(a.Title, b.Title), strings.Compare(a.key, b.key)) })
	return set
}

// sort puts points in order by their place, since a point is large.
func (s *Series) sort() {
	slices.Reverse(s.Points) // lists come newest first
	if slices.IsSortedFunc(s.Points, func(a, b Point) int { return older(&a, &b) }) {
		return
	}
	order := make([]int32, len(s.Points))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return older(&s.Points[a], &s.Points[b]) })
	points := make([]Point, len(order))
	for i, k := range order {
		points[i] = s.Points[k]
	}
	s.Points = points
}

// place is where a test stands in the table, behind all where it has none.
func place(t *terms.Term) int {
	if t == nil {
		return 1 << 20
	}
	for i := range terms.Analytes().Terms {
		if &terms.Analytes().Terms[i] == t {
			return i
		}
	}
	return 1 << 20
}

// Of are the series in which a record has a point, in the order of its results.
func (s *Set) Of(ref ehrdesk.Ref) (out []int) {
	for i := range s.Series {
		if s.Series[i].Holds(ref) {
			out = append(out, i)
		}
	}
	part := func(i int) int {
		for k := range s.Series[i].Points {
			if p := &s.Series[i].Points[k]; p.Record.Ref() == ref {
				return p.Part
			}
		}
		return 0
	}
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(part(a), part(b)) })
	return out
}

// Units are the series of the same test in other units.
func (s *Set) Units(i int) (out []int) {
	for k := range s.Series {
		if k != i && s.Series[k].key == s.Series[i].key {
			out = append(out, k)
		}
	}
	return out
}
