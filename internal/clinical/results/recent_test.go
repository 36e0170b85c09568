package results_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
)

// latest is the newest result of a test, of so many days ago.
func latest(id string, days int, flag ehrdesk.Flag, watched bool) results.Latest {
	r := ehrdesk.Record{Resource: "Observation", ID: id}
	return results.Latest{Watched: watched, Series: results.Series{Points: []results.Point{{At: ehrdesk.At(ago(days)), Flag: flag, Record: &r}}}}
}

func ids(all []results.Latest) (out []string) {
	for i := range all {
		out = append(out, all[i].Series.Last().Record.ID)
	}
	return out
}

func TestWhatSpeaksForTodayStandsBeforeWhatIsOld(t *testing.T) {
	undated := latest("undated", 0, ehrdesk.FlagHigh, false)
	undated.Series.Points[0].At = ehrdesk.When{}
	for name, c := range map[string]struct {
		in          []results.Latest
		told, older []string
	}{
		"the newest first": {[]results.Latest{latest("b", 40, "H", false), latest("a", 3, "L", false)}, []string{"a", "b"}, nil},
		"a recent one before a critical of last year": {[]results.Latest{latest("old", 500, ehrdesk.FlagCriticalHigh, false), latest("new", 300, "H", false)}, []string{"new", "old"}, nil},
		"a critical one of this year first":           {[]results.Latest{latest("high", 1, "H", false), latest("critical", 20, ehrdesk.FlagCriticalLow, false)}, []string{"critical", "high"}, nil},
		"seven years ago, by itself":                  {[]results.Latest{latest("white count", 2600, "H", false), latest("a", 3, "H", false)}, []string{"a"}, []string{"white count"}},
		"critical seven years ago, by itself":         {[]results.Latest{latest("a", 2600, ehrdesk.FlagCriticalHigh, false)}, nil, []string{"a"}},
		"one that is watched, however old":            {[]results.Latest{latest("high", 1, "H", false), latest("INR", 1500, "", true)}, []string{"INR", "high"}, nil},
		"one whose day nobody knows, last":            {[]results.Latest{undated, latest("old", 600, "H", false)}, []string{"old", "undated"}, nil},
	} {
		told, older := results.Apart(c.in, now)
		if !slices.Equal(ids(told), c.told) || !slices.Equal(ids(older), c.older) {
			t.Errorf("%s: %v, older %v", name, ids(told), ids(older))
		}
	}
}

func TestAResultIsRecentForTwelveMonths(t *testing.T) {
	for _, c := range []struct {
		at     ehrdesk.When
		months int
		recent bool
	}{
		{ehrdesk.At(now), 0, true}, {ehrdesk.At(now.AddDate(0, 0, 20)), 0, true}, {ehrdesk.At(now.AddDate(-1, 0, 1)), 11, true}, {ehrdesk.At(now.AddDate(-1, 0, 0)), 12, false},
		{ehrdesk.At(now.AddDate(-7, -1, 0)), 85, false}, {ehrdesk.When{}, 0, false},
	} {
		if n := results.Months(c.at, now); n != c.months || results.Recent(c.at, now) != c.recent {
			t.Errorf("%s: %d months, recent %t", c.at, n, !c.recent)
		}
	}
}

// Whatever there is: nothing is left out, what is apart is old, nothing old stands before
// what is recent unless it is watched, and the order of the records changes nothing.
func TestNoResultIsDroppedForItsAge(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var all []results.Latest
		for i := range rapid.IntRange(0, 20).Draw(rt, "n") {
			all = append(all, latest(fmt.Sprint(i), i+30*rapid.IntRange(-2, 120).Draw(rt, "days"), rapid.SampledFrom([]ehrdesk.Flag{"", "H", ehrdesk.FlagCriticalHigh}).Draw(rt, "flag"), rapid.Bool().Draw(rt, "watched")))
		}
		told, older := results.Apart(all, now)
		if got := append(ids(told), ids(older)...); len(got) != len(all) {
			rt.Fatalf("%d of %d", len(got), len(all))
		} else if slices.Sort(got); len(slices.Compact(got)) != len(all) {
			rt.Fatal("one stands twice")
		}
		limit := now.AddDate(-results.OlderYears, 0, 0)
		for i := range older {
			if older[i].Watched || older[i].Series.Last().At.Time.After(limit) {
				rt.Fatalf("%s stands apart", older[i].Series.Last().At)
			}
		}
		old := false
		for i := range told {
			recent := results.Recent(told[i].Series.Last().At, now)
			if old && recent {
				rt.Fatalf("%v: an old one pushes a recent one down", ids(told))
			}
			old = old || !recent && !told[i].Watched
		}
		again, _ := results.Apart(rapid.Permutation(all).Draw(rt, "shuffled"), now)
		for i := range again {
			if again[i].Series.Last().At.Time.Sub(told[i].Series.Last().At.Time).Abs() > time.Minute {
				rt.Fatalf("%v, %v", ids(told), ids(again))
			}
		}
	})
}

// A critical result that nobody repeated says so: a day of grace for the repeat and one for
// its report.
func TestACriticalResultThatNobodyRepeatedIsToldSo(t *testing.T) {
	for _, c := range []struct {
		flag       ehrdesk.Flag
		days, want int
	}{{ehrdesk.FlagCriticalHigh, 62, 62}, {ehrdesk.FlagCriticalLow, 3, 3}, {ehrdesk.FlagCriticalHigh, 2, 0}, {ehrdesk.FlagHigh, 62, 0}, {ehrdesk.FlagCriticalHigh, -3, 0}} {
		if got := results.Unrepeated(&results.Point{At: ehrdesk.At(ago(c.days)), Flag: c.flag}, ago(0)); got != c.want {
			t.Errorf("flag %v of %d days ago: %d, want %d", c.flag, c.days, got, c.want)
		}
	}
	if results.Unrepeated(&results.Point{Flag: ehrdesk.FlagCriticalHigh}, ago(0)) != 0 {
		t.Error("a result without a day has an age")
	}
}
