package laboratory

import (
	"cmp"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
)

// group is a panel of the table: its tests, and the dates that they have results of,
// the newest last. Each panel has its own dates, so that none of its columns is blank.
type group struct {
	panel  results.Panel
	series []int // places in the set
	words  []int // results in words, in a group without dates of their own
	cols   []column
	at     [][]int32 // of each series, of each point the column
	await  []bool    // of each column, a report of it is not complete
}

// column is a date, or a time of day where a test was done twice on one date.
type column struct {
	at    ehrdesk.When
	timed bool
}

// day tells one date from another, as precisely as it was recorded.
type day struct {
	precision ehrdesk.Precision
	y, yd     int
}

func dayOf(w ehrdesk.When) day {
	d := day{precision: min(w.Precision, ehrdesk.ToDay), y: w.Time.Year()}
	switch d.precision {
	case ehrdesk.NoDate:
		d.y = 0
	case ehrdesk.ToMonth:
		d.yd = int(w.Time.Month())
	case ehrdesk.ToYear:
	default:
		d.yd = w.Time.YearDay()
	}
	return d
}

// groupsOf sorts the laboratory's series into the groups of the table. zone is the
// desk's: a date begins there.
func groupsOf(set *results.Set, zone *time.Location) (out []group) {
	for i := range set.Panels {
		g := group{panel: set.Panels[i]}
		for k := range set.Series {
			if s := &set.Series[k]; s.Panel == g.panel.Key && s.Kind == ehrdesk.KindLaboratory {
				g.series = append(g.series, k)
			}
		}
		if len(g.series) > 0 {
			g.columns(set, zone)
			out = append(out, g)
		}
	}
	if n := len(set.Words); n > 0 {
		g := group{words: make([]int, n)}
		for i := range g.words {
			g.words[i] = i
		}
		out = append(out, g)
	}
	return out
}

// spot is a point, and when it was in the desk's zone.
type spot struct {
	series, point int
	at            ehrdesk.When
	nth           int // of the points that its series has at this very time
}

func (g *group) columns(set *results.Set, zone *time.Location) {
	days := map[day][]spot{}
	twice := map[day]bool{}
	for i, s := range g.series {
		points := set.Series[s].Points
		g.at = append(g.at, make([]int32, len(points)))
		var before spot
		for k := range points {
			x := spot{series: i, point: k, at: points[k].At.In(zone)}
			d := dayOf(x.at)
			if k > 0 && dayOf(before.at) == d {
				twice[d] = true
				if minute(before.at).Equal(minute(x.at)) {
					x.nth = before.nth + 1
				}
			}
			days[d] = append(days[d], x)
			before = x
		}
	}
	type key struct {
		day  day
		time time.Time
		nth  int
	}
	found := map[key][]spot{}
	for d, spots := range days {
		for _, x := range spots {
			k := key{day: d}
			if twice[d] {
				k.time, k.nth = minute(x.at), x.nth
			}
			found[k] = append(found[k], x)
		}
	}
	keys := make([]key, 0, len(found))
	first := map[key]ehrdesk.When{}
	for k, spots := range found {
		keys = append(keys, k)
		first[k] = slices.MinFunc(spots, func(a, b spot) int { return a.at.Compare(b.at) }).at
	}
	slices.SortFunc(keys, func(a, b key) int {
		return cmp.Or(first[a].Compare(first[b]), cmp.Compare(a.day.precision, b.day.precision), cmp.Compare(a.nth, b.nth))
	})
	for i, k := range keys {
		wait := false
		g.cols = append(g.cols, column{first[k], twice[k.day] && first[k].Precision >= ehrdesk.ToMinute})
		for _, x := range found[k] {
			g.at[x.series][x.point] = int32(i)
			wait = wait || set.Series[g.series[x.series]].Points[x.point].Awaited
		}
		g.await = append(g.await, wait)
	}
}

func minute(w ehrdesk.When) time.Time { return w.Time.Truncate(time.Minute) }

// pending reports that a test has no value in a column, in any unit, and that a report
// of the column may yet bring one.
func (g *group) pending(set *results.Set, row, col int) bool {
	if !g.await[col] {
		return false
	}
	for i, k := range g.series {
		if set.Series[k].Test() == set.Series[g.series[row]].Test() && slices.Contains(g.at[i], int32(col)) {
			return false
		}
	}
	return true
}
