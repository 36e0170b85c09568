package form

import (
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// compare orders two values where the order can be told: numbers by their value,
// quantities of one unit, dates where all of one is before all of the other. ok is
// false where it cannot.
func compare(a, b Value) (order int, ok bool) {
	switch {
	case numeric(a.Kind) && numeric(b.Kind), a.Kind == IsQuantity && (numeric(b.Kind) || b.Kind == IsQuantity && sameUnit(a.Unit, b.Unit) && a.Compares == b.Compares):
		x, ok1 := number(a.Text)
		y, ok2 := number(b.Text)
		if !ok1 || !ok2 {
			return 0, false
		}
		return x.Cmp(y), true
	case dated(a.Kind) && dated(b.Kind):
		return compareDates(a.Text, b.Text)
	case a.Kind == IsTime && b.Kind == IsTime:
		return strings.Compare(timeOf(a.Text), timeOf(b.Text)), validTime(a.Text) && validTime(b.Text)
	case a.Kind == IsString && b.Kind == IsString:
		return strings.Compare(a.Text, b.Text), true
	}
	return 0, false
}

func numeric(k Kind) bool { return k == IsDecimal || k == IsInteger }

func dated(k Kind) bool { return k == IsDate || k == IsDateTime }

// same reports that an answer is the value: of a code its words do not matter, and where
// the value names no system neither does that.
func same(answer, value Value) bool {
	switch {
	case answer.Kind == IsCoding && value.Kind == IsCoding:
		a, v := answer.Coding, value.Coding
		if v.Code == "" {
			return a.Code == "" && a.Display == v.Display
		}
		return a.Code == v.Code && (v.System == "" || a.System == v.System)
	case answer.Kind == IsReference && value.Kind == IsReference:
		return answer.Ref.Reference == value.Ref.Reference && (answer.Ref.Reference != "" || answer.Ref.Display == value.Ref.Display)
	case answer.Kind == IsBoolean && value.Kind == IsBoolean, answer.Kind == IsURI && value.Kind == IsURI:
		return answer.Text == value.Text
	case answer.Kind == IsAttachment || value.Kind == IsAttachment:
		return answer == value
	}
	n, ok := compare(answer, value)
	return ok && n == 0
}

func sameUnit(a, b ehrdesk.Coding) bool {
	if a.Code != "" && b.Code != "" {
		return a.Code == b.Code && a.System == b.System
	}
	return a.Display != "" && a.Display == b.Display || a == b
}

// compareDates compares what was recorded: 2026-05 is before 2026-06-01, and neither
// before nor after 2026-05-10.
func compareDates(a, b string) (int, bool) {
	x, err1 := ehrdesk.ParseWhen(a)
	y, err2 := ehrdesk.ParseWhen(b)
	switch {
	case err1 != nil || err2 != nil:
		return 0, false
	case x.SameTime(y):
		return 0, true
	case !x.Ends().After(y.Begins()):
		return -1, true
	case !y.Ends().After(x.Begins()):
		return 1, true
	}
	return 0, false
}

// validDate reports a FHIR date: a year, a month or a day that there is.
func validDate(s string) bool {
	for _, layout := range [...]string{"2006-01-02", "2006-01", "2006"} {
		if len(s) == len(layout) {
			t, err := time.Parse(layout, s)
			return err == nil && t.Year() > 0
		}
	}
	return false
}

// validDateTime reports a FHIR dateTime: a date, or a moment to the second with its zone.
func validDateTime(s string) bool {
	if validDate(s) {
		return true
	}
	w, err := ehrdesk.ParseWhen(s)
	return err == nil && w.Precision == ehrdesk.ToSecond && !w.Zoneless && len(s) > 10 && s[10] == 'T' && (s[len(s)-1] == 'Z' || len(s) > 6 && s[len(s)-3] == ':')
}

// validTime reports a FHIR time, to the second.
func validTime(s string) bool {
	if len(s) < 8 || len(s) > 18 || strings.ContainsAny(s, ", ") {
		return false
	}
	_, err := time.Parse("15:04:05", s) // a fraction is taken as well
	return err == nil && s[len(s)-1] != '.'
}

// timeOf is a time in a form that compares as text.
func timeOf(s string) string {
	if strings.Contains(s, ".") {
		return strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}
