package medication

import (
	"strconv"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// stateOf is how the drug stands by one record's own words.
func stateOf(r *ehrdesk.Record, f *ehrdesk.Facts, k kind) (State, Remark) {
	remarks := Remark(0)
	if f.Forbids || r.Flag == ehrdesk.FlagDoNot {
		remarks |= Forbidden
	}
	if s, ok := f.State(ehrdesk.StateIntent); ok {
		switch s.Code() {
		case "proposal", "plan", "option":
			remarks |= Proposed
		}
	}
	status := strings.ToLower(r.Status)
	switch status {
	case "draft":
		return NotStarted, remarks | Proposed
	case "active", "in-progress":
		if remarks.Has(Proposed) {
			return NotStarted, remarks
		}
		if k == supply { // it is being prepared
			return NotStarted, remarks
		}
		return Started, remarks
	case "intended", "preparation":
		return NotStarted, remarks
	case "on-hold", "suspended":
		return Suspended, remarks
	case "completed":
		return Completed, remarks
	case "stopped":
		return Discontinued, remarks
	case "cancelled", "declined":
		return NotStarted, remarks | Cancelled
	case "not-taken", "not-done":
		return NotStarted, remarks | NotTaken
	}
	return Unknown, remarks
}

// times are when a course began, when it ends, and how long its supply lasts.
func (e *entry) times(f *ehrdesk.Facts) {
	for i := range f.Times {
		t := &f.Times[i]
		if t.Until.IsZero() || t.Name == "validityPeriod" {
			continue
		}
		e.until = t.Until
		if e.from.IsZero() {
			e.from = t.From
		}
	}
	if e.until.IsZero() && e.kind == order {
		e.until = e.boundsOf(f.Dosages)
	}
	if days := length(f.Supply.Days); days > 0 && !e.from.IsZero() {
		if n, err := strconv.Atoi(f.Supply.Repeats); err == nil && n > 0 && n < 100 && e.kind == order {
			days *= time.Duration(n + 1)
		}
		e.supply, e.runs = days, e.from.Time.Add(days)
	}
}

// boundsOf is the end that the dosages give themselves: the latest day, or the steps one
// after another. Where one of them has no end, the course has none.
func (e *entry) boundsOf(list []ehrdesk.Dosage) (end ehrdesk.When) {
	total, step := time.Duration(0), time.Duration(0)
	for i := range list {
		b := &list[i].Timing.Bounds
		long := time.Duration(0)
		switch b.Kind {
		case ehrdesk.IsPeriod:
			if b.Until.IsZero() {
				return ehrdesk.When{}
			}
			if end.Compare(b.Until) < 0 {
				end = b.Until
			}
			if e.from.IsZero() {
				e.from = b.From
			}
			continue
		case ehrdesk.IsQuantity:
			long = length(b.Low)
		case ehrdesk.IsRange:
			long = length(b.High)
		default:
		}
		if long == 0 {
			return ehrdesk.When{}
		}
		if i > 0 && list[i].Sequence != list[i-1].Sequence {
			total, step = total+step, 0
		}
		step = max(step, long)
	}
	if total += step; total > 0 && !e.from.IsZero() {
		if by := dayOf(e.from.Time.Add(total)); end.Compare(by) < 0 {
			end = by
		}
	}
	return end
}

// dayOf is the day of a moment in Hong Kong.
func dayOf(t time.Time) ehrdesk.When {
	y, m, d := t.UTC().Add(hongKong).Date()
	return ehrdesk.Day(y, m, d)
}

// length is a quantity of time, 0 for another.
func length(q ehrdesk.Quantity) time.Duration {
	if q.Number == "" {
		return 0
	}
	n, err := strconv.ParseFloat(q.Number, 64)
	if err != nil || n <= 0 || n > 100_000 {
		return 0
	}
	unit := q.Code
	if unit == "" {
		unit = strings.ToLower(q.Unit)
	}
	day := 24 * float64(time.Hour)
	switch unit {
	case "d", "day", "days":
		return time.Duration(n * day)
	case "wk", "week", "weeks":
		return time.Duration(n * 7 * day)
	case "mo", "month", "months":
		return time.Duration(n * 30.4375 * day)
	case "a", "year", "years":
		return time.Duration(n * 365.25 * day)
	case "h", "hour", "hours":
		return time.Duration(n * float64(time.Hour))
	}
	return 0
}

// doseOf is one number for a dosage as it is written, so that a change is seen: amounts
// as numbers (1.50 is 1.5), words without regard to case. 0 where nothing says one.
func doseOf(f *ehrdesk.Facts) uint64 {
	h := hash(offset)
	some := false
	for i := range f.Dosages {
		d := &f.Dosages[i]
		h = h.text(d.Sequence).text(d.Text).text(d.Patient)
		some = some || d.Text != "" || d.Patient != "" || len(d.Doses) > 0 || !d.Timing.IsZero()
		for j := range d.Doses {
			h = h.value(&d.Doses[j].Dose).value(&d.Doses[j].Rate)
		}
		t := &d.Timing
		h = h.number(t.Frequency).number(t.FrequencyMax).number(t.Period).number(t.PeriodMax).text(t.PeriodUnit).text(t.Offset).text(t.Code.Words())
		for _, list := range [...][]string{t.Days, t.Times, t.When} {
			for _, s := range list {
				h = h.text(s)
			}
			h = h.mark()
		}
		if d.AsNeeded {
			h = h.text("prn")
		}
	}
	if !some {
		if f.NoteText == "" {
			return 0
		}
		h = h.text(f.NoteText)
	}
	return max(uint64(h), 1)
}

// hash is FNV-1a of 64 bits.
type hash uint64

const (
	offset hash = 14695981039346656037
	prime  hash = 1099511628211
)

func (h hash) mark() hash { return (h ^ 0xff) * prime }

// text adds words without regard to case and to gaps.
func (h hash) text(s string) hash {
	for i := range len(s) {
		b := s[i]
		if b == ' ' {
			continue
		}
		if b >= 'A' && b <= 'Z' {
			b += 'a' - 'A'
		}
		h = (h ^ hash(b)) * prime
	}
	return h.mark()
}

// number adds a number without zeros at its end.
func (h hash) number(s string) hash {
	if strings.IndexByte(s, '.') >= 0 && strings.IndexByte(s, 'e') < 0 {
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	return h.text(s)
}

func (h hash) value(v *ehrdesk.Value) hash {
	return h.quantity(&v.Low).quantity(&v.High).text(v.Text).text(v.Concept.Words())
}

func (h hash) quantity(q *ehrdesk.Quantity) hash {
	unit := q.Unit
	if unit == "" {
		unit = q.Code
	}
	return h.text(q.Comparator).number(q.Number).text(unit)
}

// step is the dosage that holds now, of dosages that follow one another from the day the
// course began, each for a time; 0 where they are not so, or all have passed.
func step(list []ehrdesk.Dosage, from ehrdesk.When, now time.Time) (n int, since, until ehrdesk.When) {
	if len(list) < 2 || from.Precision < ehrdesk.ToDay || now.Before(from.Time) {
		return 0, ehrdesk.When{}, ehrdesk.When{}
	}
	end := from.Time
	for i := range list {
		b := &list[i].Timing.Bounds
		long := length(b.Low)
		if b.Kind != ehrdesk.IsQuantity || long == 0 || list[i].Sequence == "" || i > 0 && list[i].Sequence == list[i-1].Sequence {
			return 0, ehrdesk.When{}, ehrdesk.When{}
		}
		began := end
		if end = end.Add(long); n == 0 && now.Before(end) {
			n, since, until = i+1, dayOf(began), dayOf(end)
		}
	}
	return n, since, until
}
