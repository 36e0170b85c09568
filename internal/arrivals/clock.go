package arrivals

import (
	"regexp"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// none is no minute of the day.
const none = -1

// moment is what a cell says of when: a date, a time, or both. Midnight is how
// programs write that there is no time.
type moment struct {
	date  dated
	clock int // minutes of the day, none where it says none
	end   int
}

func (m moment) empty() bool { return m.date == nil && m.clock == none }

var (
	instant  = regexp.MustCompile(`^(\d{4}-?\d{2}-?\d{2})[t ](\d{2}:?\d{2})(?::?\d{2}(?:[.,]\d+)?)? ?(z|[+-]\d{2}:?\d{2})$`)
	weekday  = regexp.MustCompile(`[(]?(?:星期|禮拜|礼拜|週|周)[一二三四五六日天][)]?|[(][一二三四五六日][)]|\b(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:day|nesday|sday|rsday|urday)?\b[.,]?`)
	dots     = strings.NewReplacer("a.m.", "am", "p.m.", "pm", "a.m", "am", "p.m", "pm", "︰", ":", "﹕", ":", "∶", ":")
	through  = regexp.MustCompile(` *(?:-|–|—|~|至|到|to) *`)
	withEra  = regexp.MustCompile(`^(?:(am|pm|上午|下午|早上|朝早|凌晨|清晨|中午|正午|傍晚|晚上|夜晚|晚間|晚间) *)?(.*?)(?: *(am|pm))?$`)
	colons   = regexp.MustCompile(`^(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?$`)
	hanClock = regexp.MustCompile(`^(\d{1,2}) ?[時时點点](?: ?(\d{1,2}) ?分?(?: ?\d{1,2}秒)?|(半)|正|整)?$`)
	dotted   = regexp.MustCompile(`^(\d{1,2})\.(\d{2})$`)
	letterH  = regexp.MustCompile(`^(\d{1,2})h(\d{2})$`)
	hours    = regexp.MustCompile(`^(\d{2})(\d{2}) ?(?:hrs?|h|hours)\.?$`)
	compact  = regexp.MustCompile(`^(\d{1,2})(\d{2})$`)
	hour     = regexp.MustCompile(`^(\d{1,2})$`)
)

// momentOf reads a cell. digits: the heading says that it is a date or a time, so that
// digits alone are one. ok is false where it is neither; a cell without any digit, such
// as "walk-in", says nothing, and is ok.
func momentOf(cell string, digits bool, now time.Time) (m moment, ok bool) {
	m = moment{clock: none, end: none}
	if len(cell) > longest {
		return m, false
	}
	s := unprotected(strings.Join(strings.Fields(strings.ToLower(norm.NFKC.String(cell))), " "))
	s = dots.Replace(s)
	if !strings.ContainsFunc(s, unicode.IsDigit) {
		return m, true
	}
	if x := instant.FindStringSubmatch(s); x != nil {
		return fromInstant(x, now)
	}
	s = strings.Join(strings.Fields(weekday.ReplaceAllString(s, " ")), " ")
	s = strings.TrimLeft(s, ", ")
	if digits {
		if d, minute, ok := serial(s); ok {
			m.date, m.clock = d, minute
			return m, true
		}
	}
	d, rest, dates := dateAt(s, digits, now)
	if !dates {
		if m.clock, m.end, ok = span(s, digits); ok {
			return m, true
		}
		return lateDate(s, digits, now)
	}
	if rest != "" {
		if m.clock, m.end, ok = span(rest, digits); !ok {
			return m, false
		}
	}
	for _, c := range d {
		if c.y == 1899 || c.y == 1900 { // before a spreadsheet's first day: a time alone
			d = nil
			break
		}
	}
	m.date = d
	return m, d != nil || m.clock != none
}

// dateAt takes the date that a text begins with.
func dateAt(s string, digits bool, now time.Time) (d dated, rest string, ok bool) {
	for _, f := range forms {
		if f.digits && !digits {
			continue
		}
		x := f.re.FindStringSubmatch(s)
		if x == nil {
			continue
		}
		if d := f.read(x, now); len(d) > 0 {
			return d, strings.TrimSpace(strings.TrimPrefix(s[len(x[0]):], ",")), true
		}
	}
	return nil, "", false
}

// lateDate reads a time with the date after it.
func lateDate(s string, digits bool, now time.Time) (moment, bool) {
	for i, c := range s {
		if c != ' ' {
			continue
		}
		clock, end, ok := span(strings.TrimRight(s[:i], ","), false)
		if !ok {
			continue
		}
		if d, rest, ok := dateAt(s[i+1:], digits, now); ok && rest == "" {
			return moment{d, clock, end}, true
		}
	}
	return moment{clock: none, end: none}, false
}

// fromInstant is a moment of any zone, in the clinic's.
func fromInstant(x []string, now time.Time) (moment, bool) {
	zone := strings.ToUpper(strings.ReplaceAll(x[3], ":", ""))
	layout, text := "20060102T1504", strings.ReplaceAll(x[1], "-", "")+"T"+strings.ReplaceAll(x[2], ":", "")
	if zone == "Z" {
		zone = "+0000"
	}
	t, err := time.Parse(layout+"-0700", text+zone)
	if err != nil {
		return moment{clock: none, end: none}, false
	}
	t = t.In(now.Location())
	y, month, d := t.Date()
	day := sole(y, int(month), d)
	return moment{day, noMidnight(t.Hour()*60 + t.Minute()), none}, day != nil
}

func noMidnight(minute int) int {
	if minute == 0 {
		return none
	}
	return minute
}

// span reads a time, or two with something between them.
func span(s string, digits bool) (from, to int, ok bool) {
	if c, ok := clockOf(s, "", digits); ok {
		return noMidnight(c), none, true
	}
	parts := through.Split(s, -1)
	if len(parts) != 2 {
		return none, none, false
	}
	// Of "2:30-2:45 PM" both are of the afternoon, of "11:30-12:15 PM" and "9:00 AM-1:00" one.
	first, last := eraOf(parts[0]), eraOf(parts[1])
	for _, eras := range [][2]string{{last, first}, {"am", last}, {first, "pm"}} {
		if first+last == "" && eras[0]+eras[1] != "" {
			break
		}
		from, ok = clockOf(parts[0], eras[0], digits)
		if !ok {
			continue
		}
		if to, ok = clockOf(parts[1], eras[1], digits); ok && from < to {
			return noMidnight(from), to, true
		}
	}
	return none, none, false
}

// eraOf is the half of the day that a time names itself.
func eraOf(s string) string {
	m := withEra.FindStringSubmatch(s)
	return m[1] + m[3]
}

// clockOf reads a time of the day as minutes. era is the half of the day where it names
// none itself.
func clockOf(s, era string, digits bool) (minute int, ok bool) {
	m := withEra.FindStringSubmatch(strings.TrimSpace(s))
	body := strings.TrimSpace(m[2])
	if m[1] != "" && m[3] != "" {
		return none, false
	}
	if own := m[1] + m[3]; own != "" {
		era = own
	}
	h, min := none, 0
	switch {
	case colons.MatchString(body):
		h, min = parts(colons, body)
	case letterH.MatchString(body):
		h, min = parts(letterH, body)
	case hours.MatchString(body):
		h, min = parts(hours, body)
	case hanClock.MatchString(body):
		x := hanClock.FindStringSubmatch(body)
		h = number(x[1])
		if x[2] != "" {
			min = number(x[2])
		}
		if x[3] != "" {
			min = 30
		}
	case (digits || m[1]+m[3] != "") && dotted.MatchString(body) && !strings.HasPrefix(body, "0."):
		h, min = parts(dotted, body)
	case digits && compact.MatchString(body) && len(body) >= 3:
		h, min = parts(compact, body)
	case m[1]+m[3] != "" && hour.MatchString(body):
		h = number(body)
	}
	if h == none || h > 23 || min > 59 {
		return none, false
	}
	return inEra(h, min, era)
}

func parts(re *regexp.Regexp, s string) (a, b int) {
	x := re.FindStringSubmatch(s)
	return number(x[1]), number(x[2])
}

// inEra makes an hour of the day of one of its half.
func inEra(h, min int, era string) (int, bool) {
	switch era {
	case "":
	case "am", "上午", "凌晨":
		if h > 12 {
			return none, false
		}
		h %= 12
	case "早上", "朝早", "清晨":
		if h >= 12 {
			return none, false
		}
	case "中午", "正午":
		switch {
		case h >= 11 && h <= 14:
		case h <= 2:
			h += 12
		default:
			return none, false
		}
	case "pm", "下午":
		if h < 12 {
			h += 12
		}
	default: // the evening, whose 12 o'clock may be either day's
		switch {
		case h == 12:
			return none, false
		case h < 12:
			h += 12
		}
	}
	return h*60 + min, true
}
