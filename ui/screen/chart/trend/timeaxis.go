package trend

import "time"

// tick is a moment of the time axis; its label, "" where there is no room, begins at at.
type tick struct {
	x, at int
	words string
}

// calendar is a step of the time axis: so many weeks, or so many months.
type calendar struct {
	weeks, months int
	form          string
}

var calendars = [...]calendar{
	{1, 0, "02-Jan-2006"}, {2, 0, "02-Jan-2006"}, {0, 1, "Jan-2006"}, {0, 2, "Jan-2006"}, {0, 3, "Jan-2006"}, {0, 6, "Jan-2006"}, {0, 12, "Jan-2006"},
	{0, 24, "Jan-2006"}, {0, 60, "Jan-2006"}, {0, 120, "Jan-2006"}, {0, 240, "Jan-2006"}, {0, 600, "Jan-2006"},
}

// after is the first step behind a moment: a Monday, or the first of a month that is a
// whole number of steps from the beginning of our era.
func (k calendar) after(at time.Time) time.Time {
	day := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, at.Location())
	if k.weeks > 0 {
		return day.AddDate(0, 0, 1+(7-int(day.Weekday()))%7)
	}
	n := (at.Year()*12+int(at.Month())-1)/k.months + 1
	return time.Date(n*k.months/12, time.Month(n*k.months%12+1), 1, 0, 0, 0, 0, at.Location())
}

func (k calendar) next(at time.Time) time.Time { return at.AddDate(0, k.months, 7*k.weeks) }

// timeAxis sets the moments that are marked: the ends, and between them equal steps of
// the calendar, the shortest whose labels have room. Every step has its mark; a label
// that the date of an end is in the way of is left out.
func (g *plot) timeAxis(s span, zone *time.Location) {
	first, last := s.from.In(zone), s.to.In(zone)
	from, to := first.Format("02-Jan-2006"), last.Format("02-Jan-2006")
	free, end := len(from)+1, g.cols-len(to)
	if free >= end {
		from, free = "", 0
	}
	g.ticks = append(g.ticks, tick{words: from})
	for _, k := range calendars {
		var steps []tick
		for at := k.after(first); at.Before(last) && len(steps) <= g.cols; at = k.next(at) {
			steps = append(steps, tick{x: s.x(at, g.cols), words: at.Format(k.form)})
		}
		if len(steps)*(len(k.form)+2) > g.cols {
			continue
		}
		for _, t := range steps {
			if t.at = t.x; t.at < free || t.at+len(t.words) >= end {
				t.words = ""
			} else {
				free = t.at + len(t.words) + 1
			}
			g.ticks = append(g.ticks, t)
		}
		break
	}
	g.ticks = append(g.ticks, tick{x: g.cols - 1, at: max(0, end), words: to})
}
