package changes

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
	"github.com/ehrdesk/ehrdesk/internal/clinical/summary"
)

// Result is a test with fresh results.
type Result struct {
	Series  results.Series
	Before  *results.Point // the point before the newest, fresh or not; nil for none
	Earlier *results.Point // the newest that is not fresh, where that is another than Before
	Worst   *results.Point // graver than the newest: the newest fresh one before it that is critical, or that is abnormal where the newest is not; nil for none
	Fresh   int            // how many are
	last    bool           // the newest of all is fresh
}

// Vitals are the vital signs with fresh values. A sign whose value is abnormal stands
// among the results.
type Vitals struct {
	Pressure *ehrdesk.Record
	Before   *ehrdesk.Record // the pressure before it, nil for none
	Series   []Result
}

// Len is how many lines they are.
func (v *Vitals) Len() int {
	if v.Pressure == nil {
		return len(v.Series)
	}
	return len(v.Series) + 1
}

// resultOf is what a series has that is fresh, and what it had before.
func resultOf(series results.Series, fresh Fresh) Result {
	r := Result{Series: series}
	last := series.Last()
	for k := range series.Points {
		p := &series.Points[k]
		if p != last {
			r.Before = p
		}
		if !fresh(p.Record, p.At) {
			r.Earlier = p
			continue
		}
		r.Fresh++
		if p == last {
			r.last = true
		} else if p.Critical() && !last.Critical() || p.Abnormal() && !last.Abnormal() {
			r.Worst = p
		}
	}
	if r.Earlier == r.Before || r.Earlier == last {
		r.Earlier = nil
	}
	return r
}

// told reports a result that stands in a line of its own: it is abnormal, or it was at
// some time since or before and is not any more.
func (r *Result) told() bool {
	last := r.Series.Last()
	was := func(p *results.Point) bool { return p != nil && p.Abnormal() }
	return r.last && last.Abnormal() || r.Worst != nil || r.last && last.Assessed && (was(r.Before) || was(r.Earlier))
}

// results are the tests with fresh points. One that came late, of a day before what was
// known, counts as well.
func (s *Sections) results(set *results.Set, measured []ehrdesk.Record, fresh Fresh) {
	signs := summary.VitalsOf(measured)
	if p := signs.Pressure; p != nil && fresh(&p.Record, p.Record.Date) {
		s.Vitals.Pressure = &p.Record
		if signs.Before != nil {
			s.Vitals.Before = &signs.Before.Record
		}
	}
	for i := range set.Series {
		series := &set.Series[i]
		if series.Other {
			continue
		}
		r := resultOf(*series, fresh)
		switch {
		case r.Fresh == 0:
		case r.told():
			s.Results = append(s.Results, r)
		case r.last && isSign(series, signs.Series):
			s.Vitals.Series = append(s.Vitals.Series, r)
		case r.last && s.Vitals.Pressure != nil && series.Last().Record.Ref() == s.Vitals.Pressure.Ref(): // told as one
		case series.Last().Assessed:
			s.Quiet++
		default:
			s.Unjudged++
		}
	}
	for i := range set.Words {
		if last := set.Words[i].Last(); fresh(last, last.Date) {
			s.Unjudged++
		}
	}
	slices.SortStableFunc(s.Results, func(a, b Result) int {
		x, y := a.Series.Last(), b.Series.Last()
		if x.Critical() != y.Critical() {
			if x.Critical() {
				return -1
			}
			return 1
		}
		return cmp.Or(y.At.Compare(x.At), strings.Compare(a.Series.Title, b.Series.Title), compare(x.Record, y.Record))
	})
}

// isSign reports the series of a vital sign.
func isSign(series *results.Series, signs []results.Series) bool {
	return slices.ContainsFunc(signs, func(s results.Series) bool { return s.Test() == series.Test() && s.SameUnit(series) })
}
