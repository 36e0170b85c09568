package trend

import (
	"math"
	"strconv"
	"strings"

	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
)

// scale is the value axis: a step of 1, 2, 2.5 or 5 times a power of ten, so many rows
// for each.
type scale struct {
	low, step float64
	steps     int
	per       int // rows a step
	every     int // a number stands at each so manieth step
	decimals  int
}

// leastSpan is the part of the greatest value that an axis spans at least: a change of
// one in a hundred must not fill it.
const leastSpan = 0.15

// scaleOf is an axis of at most rows rows that holds all points ever, not those of the
// period alone, and the limits of their ranges: a change looks the same in each period.
// Its numbers have no more decimals than the values were sent with.
func scaleOf(rows int, all ...[]results.Point) scale {
	low, high, decimals := math.Inf(1), math.Inf(-1), 0
	for _, points := range all {
		for i := range points {
			x := &points[i]
			low, high, decimals = min(low, x.Value), max(high, x.Value), max(decimals, decimalsOf(x.Number))
			if x.Limits.Lower != "" {
				low, high = min(low, x.Limits.Low), max(high, x.Limits.Low)
			}
			if x.Limits.Upper != "" {
				low, high = min(low, x.Limits.High), max(high, x.Limits.High)
			}
		}
	}
	if math.IsInf(low, 0) || math.IsInf(high, 0) || math.IsNaN(low+high) || math.IsInf(high-low, 0) {
		low, high = 0, 1
	}
	if least := max(math.Abs(low), math.Abs(high)) * leastSpan; high-low < least {
		middle := (low + high) / 2
		if below := middle - least/2; low < 0 || below >= 0 {
			low, high = below, middle+least/2
		} else {
			low, high = 0, least
		}
	}
	if high <= low {
		high = low + 1
	}
	rows = max(rows, 3)
	power := math.Pow(10, max(-300, math.Floor(math.Log10((high-low)/float64(rows)))))
	for {
		for _, f := range [...]float64{1, 2, 2.5, 5} {
			step := f * power
			from, to := math.Floor(low/step+1e-9), math.Ceil(high/step-1e-9)
			to = max(to, from+1) // numbers closer to one another than what they were written with
			s := scale{low: from * step, step: step, decimals: max(0, -int(math.Floor(math.Log10(step)+1e-9)))}
			if f == 2.5 && step < 20 {
				s.decimals++
			}
			if n := to - from; n >= 1 && n <= float64(rows-1) && s.decimals <= decimals {
				s.steps, s.per, s.every = int(n), (rows-1)/int(n), 1
				if s.rows() > 12 && s.per == 1 {
					s.every = 2
				}
				return s
			}
		}
		power *= 10
	}
}

// rows is how many rows the axis takes.
func (s *scale) rows() int { return s.steps*s.per + 1 }

// row is the row of a value, 0 the uppermost.
func (s *scale) row(v float64) int {
	r := s.rows() - 1 - int(math.Round((v-s.low)/s.step*float64(s.per)))
	return min(max(r, 0), s.rows()-1)
}

// within is the first and the last row of which every value is within limits: a value
// outside them never lies on one of these rows, to whichever row it is rounded.
func (s *scale) within(hasLow bool, low float64, hasHigh bool, high float64) (from, to int) {
	half := s.step / float64(s.per) / 2
	from, to = 0, s.rows()-1
	for from <= to && hasHigh && s.at(from)+half > high {
		from++
	}
	for to >= from && hasLow && s.at(to)-half < low {
		to--
	}
	return from, to
}

// at is the value in the middle of a row.
func (s *scale) at(row int) float64 {
	return s.low + float64(s.rows()-1-row)*s.step/float64(s.per)
}

// part is where in its row a value lies: 1 in the upper third, -1 in the lower one, 0 in
// the middle. A row of one mmol/L tells 7.5 from 7.9 by it.
func (s *scale) part(v float64) int {
	at := (v - s.low) / s.step * float64(s.per)
	switch d := at - math.Round(at); {
	case d > 1./6:
		return 1
	case d < -1./6:
		return -1
	}
	return 0
}

// decimalsOf is how many decimals a number was sent with.
func decimalsOf(number string) int {
	_, part := apart(number)
	if strings.ContainsAny(part, "eE") {
		return 0
	}
	return max(0, len(part)-1)
}

// tick is the number printed at a row, "" for none.
func (s *scale) tick(row int) string {
	k := s.rows() - 1 - row
	if k%s.per != 0 || (int(math.Round(s.low/s.step))+k/s.per)%max(s.every, 1) != 0 {
		return ""
	}
	return strconv.FormatFloat(s.low+float64(k/s.per)*s.step, 'f', s.decimals, 64)
}
