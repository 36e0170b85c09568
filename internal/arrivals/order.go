package arrivals

import (
	"slices"
	"time"
)

// date gives each draft its day. In which order dates in digits stand, the person says,
// or a heading, or the lines as a whole: 13/4 can be meant in one way, and its neighbour
// 3/4 is meant in the same.
func (t *table) date(drafts []draft) {
	dated := slices.ContainsFunc(drafts, func(d draft) bool { return len(d.dates) > 0 })
	for i := range drafts {
		if !dated {
			drafts[i].dates = t.days
		}
	}
	orders := t.orders(drafts)
	loc := t.o.Now.Location()
	for _, d := range drafts {
		day, why := d.day(orders)
		switch {
		case why != "":
		case day != (civil{}):
			d.row.Day = day.in(loc)
			if !dated {
				t.r.Title = d.row.Day
			}
		case dated:
			why = NoDate
		default:
			d.row.Day = dayOf(t.o.Now)
		}
		if why != "" {
			t.r.no(d.row.Line, why)
			continue
		}
		d.row.At, d.row.End = at(d.row.Day, d.clock), at(d.row.Day, d.end)
		t.r.Rows = append(t.r.Rows, d.row)
	}
}

// orders are those in which dates in digits can be meant: all where the lines contradict
// one another, so that each has to say for itself.
func (t *table) orders(drafts []draft) []Order {
	if t.o.Order != "" {
		t.r.Order, t.r.OrderBy = t.o.Order, ByPerson
		return []Order{t.o.Order}
	}
	if t.layout != nil && t.layout.order != "" {
		t.r.Order, t.r.OrderBy = t.layout.order, ByHeading
		return []Order{t.layout.order}
	}
	orders := []Order{DayFirst, MonthFirst, YearFirst}
	digits := false
	for _, d := range drafts {
		for _, at := range d.dates {
			if _, plain := at[""]; plain {
				continue
			}
			digits = true
			orders = slices.DeleteFunc(orders, func(o Order) bool { _, can := at[o]; return !can })
		}
	}
	if digits && len(orders) == 1 {
		t.r.Order, t.r.OrderBy = orders[0], ByContent
	}
	if len(orders) == 0 {
		return []Order{DayFirst, MonthFirst, YearFirst}
	}
	return orders
}

// day is the one day that a line's dates say, none where it has none.
func (d *draft) day(orders []Order) (out civil, why Why) {
	for _, at := range d.dates {
		days := at.within(orders)
		switch {
		case len(days) == 0:
			return out, BadDate
		case len(days) > 1:
			return out, OpenDate
		case out != (civil{}) && out != days[0]:
			return out, TwoDates
		}
		out = days[0]
	}
	return out, ""
}

// at is a minute of a day, zero for none.
func at(day time.Time, minute int) time.Time {
	if minute == none {
		return time.Time{}
	}
	return time.Date(day.Year(), day.Month(), day.Day(), minute/60, minute%60, 0, 0, day.Location())
}
