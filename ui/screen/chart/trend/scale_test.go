package trend

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
)

// A value outside its limits is never drawn on a row of the band, whichever row it is
// rounded to; nor is a row with such a value ever part of the band.
func TestAValueOutsideTheRangeIsNeverInTheBand(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := scale{low: rapid.Float64Range(-50, 50).Draw(r, "low"), step: rapid.Float64Range(0.1, 20).Draw(r, "step"), steps: rapid.IntRange(1, 12).Draw(r, "steps"), per: rapid.IntRange(1, 3).Draw(r, "per")}
		low := rapid.Float64Range(-60, 200).Draw(r, "lower limit")
		high := low + rapid.Float64Range(0, 100).Draw(r, "width")
		hasLow, hasHigh := rapid.Bool().Draw(r, "has a lower"), rapid.Bool().Draw(r, "has an upper")
		from, to := s.within(hasLow, low, hasHigh, high)
		v := rapid.Float64Range(s.low, s.low+s.step*float64(s.steps)).Draw(r, "value")
		outside := hasLow && v < low-1e-9 || hasHigh && v > high+1e-9
		if row := s.row(v); outside && row >= from && row <= to {
			r.Fatalf("%v is outside %v–%v and lies on row %d of the band %d–%d", v, low, high, row, from, to)
		}
	})
}

func pointsOf(numbers ...string) (out []results.Point) {
	for _, n := range numbers {
		v, _ := strconv.ParseFloat(n, 64)
		out = append(out, results.Point{Number: n, Value: v})
	}
	return out
}

// display.md, Lab: no invented decimals, precision as recorded. It holds for the axis too.
func TestTheAxisInventsNoDecimals(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		decimals := rapid.IntRange(0, 3).Draw(r, "decimals")
		var numbers []string
		for range rapid.IntRange(1, 8).Draw(r, "n") {
			numbers = append(numbers, strconv.FormatFloat(rapid.Float64Range(0, 500).Draw(r, "v"), 'f', decimals, 64))
		}
		s := scaleOf(rapid.IntRange(3, 24).Draw(r, "rows"), pointsOf(numbers...))
		labels := 0
		for i := range s.rows() {
			label := s.tick(i)
			if label != "" {
				labels++
			}
			_, part, _ := strings.Cut(label, ".")
			if len(part) > decimals {
				r.Fatalf("%q on the axis of %v", label, numbers)
			}
			if v, err := strconv.ParseFloat(label, 64); err == nil && s.row(v) != i {
				r.Fatalf("%q stands at row %d, its value at %d", label, i, s.row(v))
			}
		}
		if labels < 2 || labels > 13 {
			r.Fatalf("%d labels on %d rows", labels, s.rows())
		}
	})
}

// A change of half a mmol/L shows on the eight rows that a small screen has.
func TestAChangeThatMattersShows(t *testing.T) {
	points := pointsOf("3.9", "7.5", "8.1", "8.9", "9.3")
	s := scaleOf(8, points)
	at := func(v float64) [2]int { return [2]int{s.row(v), s.part(v)} }
	for _, pair := range [][2]float64{{7.5, 8.0}, {8.1, 8.6}, {8.9, 9.3}} {
		if at(pair[0]) == at(pair[1]) {
			t.Errorf("%v and %v are drawn alike: %v", pair[0], pair[1], at(pair[0]))
		}
	}
}

// A higher value is never drawn below a lower one, nor lower in its cell.
func TestHigherValuesStandHigher(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a, b := rapid.Float64Range(0, 100).Draw(r, "a"), rapid.Float64Range(0, 100).Draw(r, "b")
		a, b = min(a, b), max(a, b)
		s := scaleOf(rapid.IntRange(3, 24).Draw(r, "rows"), pointsOf("0.0", "100.0"))
		if s.row(a) < s.row(b) || s.row(a) == s.row(b) && s.part(a) > s.part(b) {
			r.Fatalf("%v at %d %d, %v at %d %d", a, s.row(a), s.part(a), b, s.row(b), s.part(b))
		}
	})
}

// display.md, Graph: proportional time axis. Its marks are equal steps of the calendar,
// and a mark stands where its label has no room.
func TestTicksStandAtEqualCalendarSteps(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		to := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
		s := span{to: to, from: to.AddDate(0, 0, -rapid.IntRange(20, 30000).Draw(r, "days"))}
		g := plot{cols: rapid.IntRange(20, 180).Draw(r, "cols")}
		g.timeAxis(s, time.UTC)
		inner := g.ticks[1 : len(g.ticks)-1]
		var steps []int
		end := 0
		for i, k := range g.ticks {
			if k.words != "" {
				if k.at < end || k.at+len(k.words) > g.cols {
					r.Fatalf("labels overlap: %+v on %d", g.ticks, g.cols)
				}
				end = k.at + len(k.words) + 1
			}
			if i > 1 && i < len(g.ticks)-1 {
				steps = append(steps, k.x-g.ticks[i-1].x)
			}
		}
		if len(inner) == 0 && g.cols > 60 {
			r.Fatalf("no tick on %d columns", g.cols)
		}
		for _, n := range steps { // a month has 28 to 31 days, and cells are whole
			if least := steps[0]; n < least*28/31-2 || n > least*31/28+2 {
				r.Fatalf("steps of %v cells", steps)
			}
		}
	})
}

// Numbers that lie closer to one another than their decimals tell apart, or further than a
// number can, have an axis: the search for its step ends.
func TestAnyNumbersHaveAnAxis(t *testing.T) {
	for _, numbers := range [][]string{{"1e-300"}, {"0", "1e-300"}, {"0"}, {"1e300"}, {"-1e308", "1e308"}, {"5e-324", "0"}} {
		s := scaleOf(24, pointsOf(numbers...))
		if s.steps < 1 || s.rows() > 24 {
			t.Errorf("%v: %d steps, %d rows", numbers, s.steps, s.rows())
		}
	}
}
