package arrivals

import (
	"bytes"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// A calendar is read as RFC 5545 has it: lines that are folded, names with parameters,
// times of a zone, of none, or in UTC, and days without a time.

// property is one line of a calendar.
type property struct {
	line   int // where it begins
	name   string
	params map[string]string
	value  string
}

// readCalendar reads the events of a calendar.
func readCalendar(r *Reading, text string, now time.Time) error {
	r.Format = Calendar
	var event []property
	in, depth, events := false, 0, 0
	method := ""
	for _, p := range properties(text) {
		switch {
		case p.name == "METHOD":
			method = strings.ToUpper(p.value)
		case p.name == "BEGIN" && strings.EqualFold(p.value, "VEVENT"):
			in, event = true, []property{p}
			if events++; events > MaxLines {
				return ErrTooLarge
			}
		case p.name == "END" && strings.EqualFold(p.value, "VEVENT"):
			if in {
				eventRow(r, event, method, now)
			}
			in, depth = false, 0
		case p.name == "BEGIN" && in:
			depth++ // an alarm within the event
		case p.name == "END" && in:
			depth = max(0, depth-1)
		case in && depth == 0:
			event = append(event, p)
		}
	}
	if events == 0 {
		return ErrEmpty
	}
	return nil
}

// calendar reports the bytes of a calendar in an encoding that has ASCII's.
func calendar(body []byte) bool {
	return hasFold(firstWord(string(body[:min(len(body), 256)])), "BEGIN:VCALENDAR")
}

// unfold joins the lines that were folded, which may be within a character. Empty lines
// keep the numbers of those that follow.
func unfold(body []byte) []byte {
	out := make([]byte, 0, len(body))
	folded := 0
	for line := range bytes.Lines(body) {
		if line[0] == ' ' || line[0] == '\t' {
			out = append(bytes.TrimRight(out, "\r\n"), line[1:]...)
			folded++
			continue
		}
		for ; folded > 0; folded-- {
			out = append(out, '\n')
		}
		out = append(out, line...)
	}
	return out
}

// properties cuts each line into its parts.
func properties(text string) (out []property) {
	n := 0
	for s := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		n++
		if p, ok := propertyOf(strings.TrimRight(s, "\r\n")); ok {
			p.line = n
			out = append(out, p)
		}
	}
	return out
}

// propertyOf cuts "DTSTART;TZID=Asia/Hong_Kong:20261130T090500" into its parts.
func propertyOf(s string) (p property, ok bool) {
	quoted, from := false, 0
	var head []string
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == ';' || c == ':':
			head = append(head, s[from:i])
			from = i + 1
			if c == ':' {
				p.name, p.value, p.params = strings.ToUpper(head[0]), s[i+1:], map[string]string{}
				for _, h := range head[1:] {
					k, v, _ := strings.Cut(h, "=")
					p.params[strings.ToUpper(k)] = strings.Trim(v, `"`)
				}
				return p, true
			}
		}
	}
	return p, false
}

var escapes = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\N`, "\n", `\,`, ",", `\;`, ";")

// eventRow takes one event.
func eventRow(r *Reading, event []property, method string, now time.Time) {
	row, why := Row{Line: event[0].line}, Why("")
	var words []string
	clock, end := none, none
	started := false
	part := ""
	for _, p := range event[1:] {
		if why != "" {
			break
		}
		switch p.name {
		case "UID":
			row.Booking = ehrdesk.CleanLine(p.value)
		case "RECURRENCE-ID":
			part = "/" + ehrdesk.CleanLine(p.value)
		case "STATUS":
			row.Status = statusOf(p.value)
		case "RRULE", "RDATE":
			why = Recurring
		case "SUMMARY", "DESCRIPTION":
			words = append(words, escapes.Replace(p.value))
		case "ATTENDEE":
			words = append(words, p.params["CN"])
		case "DTSTART":
			started = true
			row.Day, clock, why = calendarTime(p, now)
		case "DTEND":
			if day, c, bad := calendarTime(p, now); bad == "" && day.Equal(row.Day) {
				end = c
			}
		}
	}
	if method == "CANCEL" {
		row.Status = Cancelled
	}
	row.Booking += part
	if why == "" && !started {
		why = BadDate
	}
	if why == "" {
		why = unfit(row.Booking)
	}
	if why == "" {
		row.Number, why = numbersIn(strings.Join(words, "\n"))
	}
	if why != "" {
		r.no(row.Line, why)
		return
	}
	row.At, row.End = at(row.Day, clock), at(row.Day, end)
	r.Rows = append(r.Rows, row)
}

// zonesOfMicrosoft are names that its programs give to zones, for those of China.
var zonesOfMicrosoft = map[string]string{"China Standard Time": "Asia/Hong_Kong", "Hong Kong Standard Time": "Asia/Hong_Kong", "Taipei Standard Time": "Asia/Taipei",
	"Singapore Standard Time": "Asia/Singapore", "(UTC+08:00) Beijing, Chongqing, Hong Kong, Urumqi": "Asia/Hong_Kong"}

// calendarTime is a calendar's moment in the clinic's zone.
func calendarTime(p property, now time.Time) (day time.Time, clock int, why Why) {
	loc := now.Location()
	v := strings.ToUpper(strings.TrimSpace(p.value))
	if p.params["VALUE"] == "DATE" || len(v) == len("20261130") {
		t, err := time.ParseInLocation("20060102", v, loc)
		if err != nil {
			return day, none, BadDate
		}
		return t, none, ""
	}
	from := loc
	if id := p.params["TZID"]; id != "" {
		if name, ok := zonesOfMicrosoft[id]; ok {
			id = name
		}
		z, err := zone(id, loc)
		if err != nil {
			return day, none, BadTime
		}
		from = z
	}
	if z, ok := strings.CutSuffix(v, "Z"); ok {
		v, from = z, time.UTC
	}
	t, err := time.ParseInLocation("20060102T150405", v, from)
	if err != nil {
		return day, none, BadTime
	}
	t = t.In(loc)
	return dayOf(t), noMidnight(t.Hour()*60 + t.Minute()), ""
}

// zone is a zone by its name. Those of the house need no table of zones.
func zone(id string, loc *time.Location) (*time.Location, error) {
	if strings.HasPrefix(id, "/") { // a registry's name before the zone's
		parts := strings.Split(id, "/")
		id = strings.Join(parts[max(0, len(parts)-2):], "/")
	}
	switch id {
	case "Asia/Hong_Kong", "Asia/Shanghai", "Asia/Macau", "Asia/Taipei", "Asia/Singapore", "Hongkong", "PRC":
		return ehrdesk.HongKong(), nil
	}
	if strings.Contains(id, "/") && !strings.HasPrefix(id, "/") || id == "UTC" {
		return time.LoadLocation(id)
	}
	return loc, ErrNoList
}
