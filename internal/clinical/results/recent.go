package results

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// How long a result speaks for today. Both limits are general knowledge and wait for a
// physician's word.
const (
	recentMonths = 12
	// OlderYears is after how long a result that was not repeated stands apart.
	OlderYears = 2
)

// Months are the whole months from a result to now, 0 for one that is to come or whose
// day nobody knows.
func Months(at ehrdesk.When, now time.Time) int {
	if at.IsZero() {
		return 0
	}
	from, to := at.Time, now.In(at.Time.Location())
	n := (to.Year()-from.Year())*12 + int(to.Month()) - int(from.Month())
	if to.Day() < from.Day() {
		n--
	}
	return max(0, n)
}

// Recent reports a result of the last twelve months. One whose day nobody knows is not.
func Recent(at ehrdesk.When, now time.Time) bool {
	return !at.IsZero() && Months(at, now) < recentMonths
}

// Weeks are the whole weeks from a result to now, 0 for one that is to come or whose day
// nobody knows.
func Weeks(at ehrdesk.When, now time.Time) int {
	if at.IsZero() {
		return 0
	}
	return max(0, int(now.Sub(at.Time)/(7*24*time.Hour)))
}

// repeatDays is by when a critical result ought to have been repeated and told: the next
// day, and one more for the report to come. It is general knowledge and waits for a
// physician's word.
const repeatDays = 2

// Unrepeated are the whole days for which a critical result is the newest of its test, 0
// for one that is not critical, or of late.
func Unrepeated(last *Point, now time.Time) int {
	if !last.Critical() || last.At.IsZero() {
		return 0
	}
	if days := int(now.Sub(last.At.Time) / (24 * time.Hour)); days > repeatDays {
		return days
	}
	return 0
}

// Apart puts what speaks for today before what is old, and gives by themselves the tests
// whose newest result is older than OlderYears: nobody repeated them. A test that is
// watched is never among those, and stands with the recent ones however old it is, since
// that nobody looked is what matters. One whose day nobody knows is not among them either.
// Nothing is left out.
//
// Within each the critical come first where they are recent, then the watched, then the
// newest.
func Apart(all []Latest, now time.Time) (told, older []Latest) {
	for _, l := range all {
		if at := l.Series.Last().At; !l.Watched && !at.IsZero() && Months(at, now) >= OlderYears*12 {
			older = append(older, l)
			continue
		}
		told = append(told, l)
	}
	for _, part := range [...][]Latest{told, older} {
		slices.SortStableFunc(part, func(a, b Latest) int { return compare(&a, &b, now) })
	}
	return told, older
}

func compare(a, b *Latest, now time.Time) int {
	x, y := a.Series.Last(), b.Series.Last()
	return cmp.Or(a.place(now)-b.place(now), y.At.Compare(x.At), strings.Compare(a.Series.key, b.Series.key), strings.Compare(a.Series.unit, b.Series.unit))
}

// place is which of the groups a result stands in.
func (l *Latest) place(now time.Time) int {
	last := l.Series.Last()
	switch recent := Recent(last.At, now); {
	case recent && last.Critical():
		return 0
	case l.Watched:
		return 1
	case recent:
		return 2
	}
	return 3
}
