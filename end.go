package ehrdesk

import (
	"errors"
	"slices"
	"sync"
	"time"
)

// Why somebody works at a desk no more, whatever their provider may: the cause of a
// CodeDenied.
var (
	ErrAccountClosed = errors.New("this account is closed at the central service")
	ErrDeskEnded     = errors.New("this person's key on this desk was ended at the central service: a new activation code enrols here")
)

// EndOf is what ends: of an account, of its person, of their provider.
type EndOf string

// What can end. The words are on the wire and in the centre's store.
const (
	AccountEnds       EndOf = "account"      // the account itself
	RegistrationEnds  EndOf = "registration" // the person's registration with the board or council of their profession
	ProviderSuspended EndOf = "suspended"    // the provider, for a time
	ProviderWithdrawn EndOf = "withdrawn"    // the provider has left eHealth, or was made to
	ProviderLapses    EndOf = "lapsed"       // the provider's own registration
)

// EndsKnown are all that can end, those of a provider last.
func EndsKnown() []EndOf {
	return []EndOf{AccountEnds, RegistrationEnds, ProviderSuspended, ProviderWithdrawn, ProviderLapses}
}

// Valid reports whether of is one that this program knows.
func (of EndOf) Valid() bool { return slices.Contains(EndsKnown(), of) }

// OfProvider reports an end that is every account's of a provider.
func (of EndOf) OfProvider() bool {
	return of == ProviderSuspended || of == ProviderWithdrawn || of == ProviderLapses
}

// End is an end that is known, past or to come. As an error it is the cause of a
// CodeDenied: what ended, since when, and why.
type End struct {
	Of     EndOf     `json:"what"`
	Since  time.Time `json:"since"`
	Until  time.Time `json:"until,omitzero"`  // when all is as before; zero where that is not known
	Reason string    `json:"reason,omitzero"` // as it was given, in words; "" for none
}

// InForce reports whether it has ended at a time, and not begun again.
func (e End) InForce(at time.Time) bool {
	return !at.Before(e.Since) && (e.Until.IsZero() || at.Before(e.Until))
}

// Over reports that it is past: all has been as before since.
func (e End) Over(at time.Time) bool { return !e.Until.IsZero() && !at.Before(e.Until) }

// HongKong is where the days are counted by which something ends; the city keeps one time all
// year.
func HongKong() *time.Location { return hongKong() }

// hongKong is made once: rules ask for it with every record.
var hongKong = sync.OnceValue(func() *time.Location { return time.FixedZone("HKT", 8*60*60) })

// DayOf is the day of a moment in Hong Kong, YYYY-MM-DD.
func DayOf(t time.Time) string { return t.In(HongKong()).Format(time.DateOnly) }

// DaysLeft is on how many days, that of now among them, all is still as it was.
func (e End) DaysLeft(now time.Time) int {
	day := func(t time.Time) time.Time {
		y, m, d := t.In(HongKong()).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	last := day(e.Since.Add(-1)) // midnight ends the day before
	return max(0, int(last.Sub(day(now)).Hours()/24)+1)
}

// EndInForce is the end that is in force at a time, of several the one that began first; nil
// for none.
func EndInForce(ends []End, at time.Time) *End {
	var first *End
	for i := range ends {
		if ends[i].InForce(at) && (first == nil || ends[i].Since.Before(first.Since)) {
			first = &ends[i]
		}
	}
	return first
}

// EndWithin is the end that comes next within so many days from now on; nil for none.
func EndWithin(ends []End, now time.Time, days int) *End {
	var next *End
	for i := range ends {
		if e := &ends[i]; e.Since.After(now) && !e.Since.After(now.AddDate(0, 0, days)) && (next == nil || e.Since.Before(next.Since)) {
			next = e
		}
	}
	return next
}

// Error says what ended, in fixed words: the reason is the operator's, and is shown apart.
func (e *End) Error() string {
	since := " on " + e.Since.In(HongKong()).Format("02-Jan-2006 15:04")
	switch e.Of {
	case AccountEnds:
		return "this account ended" + since
	case RegistrationEnds:
		return "this person's professional registration ended" + since
	case ProviderSuspended:
		return "this provider was suspended from eHealth" + since
	case ProviderWithdrawn:
		return "this provider left eHealth" + since
	case ProviderLapses:
		return "this provider's registration with eHealth ended" + since
	}
	return "access ended" + since
}

// EndsAhead is how many days before an end people are told of it.
const EndsAhead = 30
