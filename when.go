package ehrdesk

import (
	"errors"
	"time"
)

// Precision is how much of a date was recorded.
type Precision uint8

// The precisions FHIR dates can have.
const (
	NoDate Precision = iota
	ToYear
	ToMonth
	ToDay
	ToMinute
	ToSecond
)

// When is a FHIR date, dateTime or instant as it was recorded: no precision is
// invented and none lost. The zero value is "not recorded".
// Rules: HL7 FHIR R4 datatypes; display NHS CUI date and time (DD-MMM-YYYY).
type When struct {
	Time      time.Time
	Precision Precision
	Zoneless  bool // a time that was sent without a zone: the time of some clock, shown as it stands
}

var whenLayouts = []struct {
	layout    string
	precision Precision
	zoneless  bool
}{
	{"2006-01-02", ToDay, false},
	{time.RFC3339Nano, ToSecond, false},
	{"2006-01-02T15:04Z07:00", ToMinute, false},
	{"2006-01", ToMonth, false},
	{"2006", ToYear, false},
	// Shapes that FHIR does not allow and senders send: their day must not be lost.
	{"2006-01-02T15:04:05.999999999", ToSecond, true},
	{"2006-01-02T15:04", ToMinute, true},
	{"2006-01-02T15:04:05.999999999Z0700", ToSecond, false},
	{"2006-01-02T15:04Z0700", ToMinute, false},
	{"2006-01-02T15:04:05.999999999Z07", ToSecond, false},
	{"2006-01-02 15:04:05.999999999Z07:00", ToSecond, false},
	{"2006-01-02 15:04:05.999999999", ToSecond, true},
	{"2006-01-02 15:04", ToMinute, true},
}

// ParseWhen reads a FHIR date, dateTime or instant. Errors: CodeInvalid.
func ParseWhen(s string) (When, error) {
	for _, l := range whenLayouts {
		if l.precision == ToDay && len(s) != len(l.layout) {
			continue // to be told so by Parse costs more than the next layout
		}
		if t, err := time.Parse(l.layout, s); err == nil && t.Year() > 0 && onEarth(t) {
			return When{Time: t, Precision: l.precision, Zoneless: l.zoneless}, nil
		}
	}
	return When{}, E("when", CodeInvalid, errors.New("not a FHIR date"))
}

// onEarth reports a zone's offset that a clock can have: none is a day off.
func onEarth(t time.Time) bool {
	_, offset := t.Zone()
	return offset > -maxOffset && offset < maxOffset
}

// At is the moment t to the second.
func At(t time.Time) When { return When{Time: t, Precision: ToSecond} }

// Day is the calendar day y-m-d.
func Day(y int, m time.Month, d int) When {
	return When{Time: time.Date(y, m, d, 0, 0, 0, 0, time.UTC), Precision: ToDay}
}

// IsZero reports whether nothing was recorded.
func (w When) IsZero() bool { return w.Precision == NoDate }

// In is the moment in a zone: of a time that was sent with one. A date stays the
// day it is, and a time without a zone the time of the clock it was read from.
func (w When) In(zone *time.Location) When {
	if w.Precision >= ToMinute && !w.Zoneless {
		w.Time = w.Time.In(zone)
	}
	return w
}

// Date is the form for people, "08-Apr-2026", "Apr-2026" or "2026": letters for
// the month, four digits for the year, whatever the locale. "" when unknown.
func (w When) Date() string {
	switch w.Precision {
	case NoDate:
		return ""
	case ToYear:
		return w.Time.Format("2006")
	case ToMonth:
		return w.Time.Format("Jan-2006")
	default:
		return w.Time.Format("02-Jan-2006")
	}
}

// DateTime is Date with "15:04" where a time was recorded.
func (w When) DateTime() string {
	if w.Precision < ToMinute {
		return w.Date()
	}
	return w.Time.Format("02-Jan-2006 15:04")
}

// String is the FHIR lexical form.
func (w When) String() string {
	switch w.Precision {
	case NoDate:
		return ""
	case ToYear:
		return w.Time.Format("2006")
	case ToMonth:
		return w.Time.Format("2006-01")
	case ToDay:
		return w.Time.Format("2006-01-02")
	case ToMinute:
		if w.Zoneless {
			return w.Time.Format("2006-01-02T15:04")
		}
		return w.Time.Format("2006-01-02T15:04Z07:00")
	default:
		if w.Zoneless {
			return w.Time.Format("2006-01-02T15:04:05.999999999")
		}
		return w.Time.Format(time.RFC3339Nano)
	}
}

// dayOf is the offset of the day that a date, and a time without a zone, is taken
// to be of when records are put in order, and when something begins or ends on it:
// Hong Kong's.
const dayOf = 8 * time.Hour

// Begins is the moment from which what was recorded is now: a day, a month or a year
// begins with the day in Hong Kong. Zero where nothing was recorded.
func (w When) Begins() time.Time {
	if !w.IsZero() && (w.Precision < ToMinute || w.Zoneless) {
		return w.Time.Add(-dayOf)
	}
	return w.Time
}

// Ends is the moment from which what was recorded is past: of a day, a month or a year
// when the whole of it is over in Hong Kong, of a time that moment itself. Zero where
// nothing was recorded.
func (w When) Ends() time.Time {
	switch w.Precision {
	case ToYear:
		w.Time = w.Time.AddDate(1, 0, 0)
	case ToMonth:
		w.Time = w.Time.AddDate(0, 1, 0)
	case ToDay:
		w.Time = w.Time.AddDate(0, 0, 1)
	case NoDate, ToMinute, ToSecond:
	}
	return w.Begins()
}

// Compare orders by time, unknown dates first. A date begins with its day in Hong
// Kong.
func (w When) Compare(o When) int {
	switch {
	case w.IsZero() && o.IsZero():
		return 0
	case w.IsZero():
		return -1
	case o.IsZero():
		return 1
	default:
		return w.Begins().Compare(o.Begins())
	}
}

// SameTime reports whether the other says the same moment, as precisely.
func (w When) SameTime(o When) bool {
	return w.Precision == o.Precision && w.Zoneless == o.Zoneless && w.Time.Equal(o.Time)
}

// MarshalText and UnmarshalText use the FHIR lexical form.
func (w When) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText reads the FHIR lexical form; empty is "not recorded".
func (w *When) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*w = When{}
		return nil
	}
	v, err := ParseWhen(string(b))
	*w = v
	return err
}
