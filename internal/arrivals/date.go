package arrivals

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// civil is a day of the calendar.
type civil struct{ y, m, d int }

func (c civil) real() bool {
	if c.m < 1 || c.m > 12 || c.d < 1 || c.y < 1 || c.y > 9999 {
		return false
	}
	return time.Date(c.y, time.Month(c.m), c.d, 0, 0, 0, 0, time.UTC).Day() == c.d
}

func (c civil) in(loc *time.Location) time.Time {
	return time.Date(c.y, time.Month(c.m), c.d, 0, 0, 0, 0, loc)
}

func civilOf(t time.Time) civil {
	y, m, d := t.Date()
	return civil{y, int(m), d}
}

// dated is a date as it is written: one day, or one for each order in which its digits
// can be meant.
type dated map[Order]civil

// sole is a date that can be meant in one way.
func sole(y, m, d int) dated {
	c := civil{y, m, d}
	if !c.real() {
		return nil
	}
	return dated{"": c}
}

// within are the days of it that some of the orders make, each once.
func (d dated) within(orders []Order) (days []civil) {
	for o, c := range d {
		if (o == "" || slices.Contains(orders, o)) && !slices.Contains(days, c) {
			days = append(days, c)
		}
	}
	return days
}

// form is a way to write a date. Its expression begins the cell and leaves the rest.
type form struct {
	re     *regexp.Regexp
	digits bool // digits alone: a date under a heading that says so
	read   func(m []string, now time.Time) dated
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

// republic is the year before the first of the Republic of China's calendar.
const republic = 1911

var months = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

func monthOf(s string) int {
	if len(s) < 3 {
		return 0
	}
	return 1 + slices.Index(months, s[:3])
}

// year makes four digits of two.
func year(s string) int {
	if n := number(s); len(s) > 2 {
		return n
	}
	return 2000 + number(s)
}

const after = `(?:t|\b[ ,]*|$)` // what may come after a date

var forms = []form{
	{regexp.MustCompile(`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})` + after), false,
		func(m []string, _ time.Time) dated { return sole(number(m[1]), number(m[2]), number(m[3])) }},
	{regexp.MustCompile(`^(?:公元|西元)?(\d{4})年 ?(\d{1,2})月 ?(\d{1,2})[日号號]? *`), false,
		func(m []string, _ time.Time) dated { return sole(number(m[1]), number(m[2]), number(m[3])) }},
	{regexp.MustCompile(`^(?:(?:中華)?民國|(?:中华)?民国) ?(\d{2,3}) ?[年/.-] ?(\d{1,2}) ?[月/.-] ?(\d{1,2})[日号號]? *`), false,
		func(m []string, _ time.Time) dated { return sole(republic+number(m[1]), number(m[2]), number(m[3])) }},
	{regexp.MustCompile(`^(1\d\d)[/.-](\d{1,2})[/.-](\d{1,2})` + after), false,
		func(m []string, _ time.Time) dated { return sole(republic+number(m[1]), number(m[2]), number(m[3])) }},
	{regexp.MustCompile(`^(1\d\d)年 ?(\d{1,2})月 ?(\d{1,2})[日号號]? *`), false,
		func(m []string, _ time.Time) dated { return sole(republic+number(m[1]), number(m[2]), number(m[3])) }},
	{regexp.MustCompile(`^(\d{1,2})月 ?(\d{1,2})[日号號] *`), false,
		func(m []string, now time.Time) dated { return nearest(number(m[1]), number(m[2]), now) }},
	{regexp.MustCompile(`^(\d{1,2})(?:st|nd|rd|th)?[-/. ]+([a-z]{3,9})[-/., ]+(\d{4}|\d{2})` + after), false,
		func(m []string, _ time.Time) dated { return sole(year(m[3]), monthOf(m[2]), number(m[1])) }},
	{regexp.MustCompile(`^(\d{1,2})-([a-z]{3,9})$`), false,
		func(m []string, now time.Time) dated { return nearest(monthOf(m[2]), number(m[1]), now) }},
	{regexp.MustCompile(`^([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})` + after), false,
		func(m []string, _ time.Time) dated { return sole(number(m[3]), monthOf(m[1]), number(m[2])) }},
	{regexp.MustCompile(`^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})` + after), false,
		func(m []string, _ time.Time) dated {
			return dated{DayFirst: {number(m[3]), number(m[2]), number(m[1])}, MonthFirst: {number(m[3]), number(m[1]), number(m[2])}}.real()
		}},
	{regexp.MustCompile(`^(\d{1,2})[-/.](\d{1,2})[-/.](\d{2})` + after), false,
		func(m []string, now time.Time) dated {
			d := dated{DayFirst: {year(m[3]), number(m[2]), number(m[1])}, MonthFirst: {year(m[3]), number(m[1]), number(m[2])}, YearFirst: {year(m[1]), number(m[2]), number(m[3])}}
			for o, c := range d {
				if c.y < now.Year()-1 || c.y > now.Year()+1 {
					delete(d, o)
				}
			}
			return d.real()
		}},
	{regexp.MustCompile(`^(20\d{2})(\d{2})(\d{2})` + after), true,
		func(m []string, _ time.Time) dated { return sole(number(m[1]), number(m[2]), number(m[3])) }},
	{regexp.MustCompile(`^(1\d{2})(\d{2})(\d{2})` + after), true,
		func(m []string, _ time.Time) dated { return sole(republic+number(m[1]), number(m[2]), number(m[3])) }},
}

// real leaves out the days that no calendar has.
func (d dated) real() dated {
	for o, c := range d {
		if !c.real() {
			delete(d, o)
		}
	}
	return d
}

// nearest is a date without a year: the one that lies nearest to today.
func nearest(m, d int, now time.Time) dated {
	var best dated
	least := math.MaxFloat64
	for y := now.Year() - 1; y <= now.Year()+1; y++ {
		c := sole(y, m, d)
		if c == nil {
			continue
		}
		if far := math.Abs(c[""].in(now.Location()).Sub(now).Hours()); far < least {
			best, least = c, far
		}
	}
	return best
}

// Days as a spreadsheet counts them, from 30 December 1899: about 1982 to 2064.
const firstSerial, lastSerial = 30000, 60000

// serial reads a spreadsheet's own number of a moment: days, and the fraction of one.
func serial(s string) (d dated, minute int, ok bool) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || strings.ContainsAny(s, "eExXpP_nN+-") || v <= 0 {
		return nil, none, false
	}
	day, part := math.Modf(v)
	switch {
	case day == 0 && strings.Contains(s, "."):
	case day >= firstSerial && day < lastSerial && !strings.HasPrefix(s, "0"):
		t := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(day))
		d = dated{"": civilOf(t)}
	default:
		return nil, none, false
	}
	seconds := int(math.Round(part * 24 * 60 * 60))
	if seconds >= 24*60*60 { // a second before midnight is no appointment
		return nil, none, false
	}
	minute = seconds / 60
	if minute == 0 {
		minute = none
	}
	if minute == none && d == nil {
		return nil, none, false
	}
	return d, minute, true
}
