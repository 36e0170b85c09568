package trend

import (
	"testing"

	"pgregory.net/rapid"
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
