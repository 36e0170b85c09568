package trend

import (
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// periods are the presets of the time axis, which ends today. The last one begins with
// the first result.
var periods = []struct {
	months int
	name   func(*text.Laboratory) text.T
}{
	{1, func(t *text.Laboratory) text.T { return t.Month }},
	{6, func(t *text.Laboratory) text.T { return t.HalfYear }},
	{12, func(t *text.Laboratory) text.T { return t.Year }},
	{60, func(t *text.Laboratory) text.T { return t.FiveYears }},
	{0, func(t *text.Laboratory) text.T { return t.All }},
}

// span is the time that an axis shows.
type span struct{ from, to time.Time }

// spanOf is the axis of a preset: to today, and to the last point where that is dated
// later.
func (p *Page) spanOf(period int) span {
	now := p.b.Env.Now()
	s := span{to: now}
	if m := periods[period].months; m > 0 {
		s.from = now.AddDate(0, -m, 0)
	}
	for _, x := range p.points() {
		if !dated(x.At) {
			continue
		}
		if x.At.Time.After(s.to) {
			s.to = x.At.Time
		}
		if s.from.IsZero() || periods[period].months == 0 && x.At.Time.Before(s.from) {
			s.from = x.At.Time
		}
	}
	if s.from.IsZero() || !s.from.Before(s.to) {
		s.from = s.to.AddDate(0, -1, 0)
	}
	return s
}

func dated(w ehrdesk.When) bool { return !w.IsZero() }

func (s span) holds(at ehrdesk.When) bool {
	return dated(at) && !at.Time.Before(s.from) && !at.Time.After(s.to)
}

// x is where a moment stands on w columns.
func (s span) x(at time.Time, w int) int {
	return int(float64(at.Sub(s.from)) / float64(s.to.Sub(s.from)) * float64(w-1))
}

// fitting is the shortest preset from a year on that shows three points or all.
func (p *Page) fitting() int {
	all := p.points()
	for i := 2; i < len(periods); i++ {
		s, n := p.spanOf(i), 0
		for k := range all {
			if s.holds(all[k].At) {
				n++
			}
		}
		if n >= min(3, len(all)) {
			return i
		}
	}
	return len(periods) - 1
}
