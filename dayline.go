package ehrdesk

import (
	"bytes"
	"cmp"
	"slices"
	"time"
)

// Limits of a line of a provider's day.
const (
	MaxSteps    = 64       // of its states; the oldest beyond are forgotten
	MaxSealed   = 16 << 10 // bytes
	MaxDayLines = 500      // in one exchange with the centre
)

// StampsAhead is how far before the centre's clock a stamp may be that it takes.
const StampsAhead = 5 * time.Minute

// DayLine is a line of a provider's day, as each of its desks and the centre have it: who comes
// and when, how far it has come, and, sealed for the desks, what more is to be said. Each part
// has the moment it was last said: two lines of one ID make one, whichever came first.
type DayLine struct {
	ID     string // UUID, chosen by the desk that puts it down
	Kind   TaskKind
	Booked Booked
	Steps  []Step // oldest first, one of a stamp; never empty
	Sealed SealedWords
}

// Booked is whom a line is about, and when.
type Booked struct {
	Number  Number
	Day     string    // YYYY-MM-DD, where the clinic is
	At      time.Time // zero where nobody said when
	Booking string    // the clinic's own name of it, "" for none
	Stamp   Stamp
}

// Step is a state that a line came to.
type Step struct {
	State   WorkState
	Stamp   Stamp
	Outcome CallOutcome // of a call, what came of it; "" for nothing
	Via     string      // who told the centre, where that was another person of the desk
}

// SealedWords is what a line says beside the booking, for the provider's desks alone.
type SealedWords struct {
	Key   string // of the list's keys, by which it is sealed
	Bytes []byte
	Stamp Stamp
}

// Stamp is when something was said and by whom. No two people say two things at one instant of
// one desk, as a desk's stamps only grow.
type Stamp struct {
	At   time.Time // to the millisecond, by the centre's clock as far as the desk knows it
	By   string    // staff id
	Desk string    // name of the desk's key
}

// Unshared is why the centre does not take what a desk says of the provider's list, "" for taken.
type Unshared string

// What keeps a line at its desk.
const (
	UnsharedDay   Unshared = "day"   // it is of a day too far off
	UnsharedClock Unshared = "clock" // it was said at a time that is yet to come: the desk's clock was ahead
	UnsharedSize  Unshared = "size"  // it says too much
	UnsharedFull  Unshared = "full"  // the list has no room
	UnsharedStaff Unshared = "staff" // who said it is not of the provider
	UnsharedOther Unshared = "other" // the centre gives a reason that this desk does not know
)

// Known is the reason, or that it is another.
func (u Unshared) Known() Unshared {
	switch u {
	case UnsharedDay, UnsharedClock, UnsharedSize, UnsharedFull, UnsharedStaff, UnsharedOther:
		return u
	}
	return UnsharedOther
}

// IsZero reports whether nothing was said.
func (s Stamp) IsZero() bool { return s.At.IsZero() }

// Day reports whether something was said on the day of a moment, where that is.
func (s Stamp) Day(of time.Time) bool {
	return s.At.In(of.Location()).Format(time.DateOnly) == of.Format(time.DateOnly)
}

// Compare orders stamps: by time, then by who.
func (s Stamp) Compare(o Stamp) int {
	return cmp.Or(s.At.Compare(o.At), cmp.Compare(s.By, o.By), cmp.Compare(s.Desk, o.Desk))
}

// State is the state said last.
func (l DayLine) State() WorkState {
	if len(l.Steps) == 0 {
		return WorkInError
	}
	return l.Steps[len(l.Steps)-1].State
}

// Last is when anything of it was last said, and by whom.
func (l DayLine) Last() Stamp {
	last := l.Booked.Stamp
	for _, s := range []Stamp{l.Sealed.Stamp, l.since()} {
		if s.Compare(last) > 0 {
			last = s
		}
	}
	return last
}

func (l DayLine) since() Stamp {
	if len(l.Steps) == 0 {
		return Stamp{}
	}
	return l.Steps[len(l.Steps)-1].Stamp
}

// Stamps are those of all that was said of it.
func (l DayLine) Stamps() []Stamp {
	out := []Stamp{l.Booked.Stamp, l.Sealed.Stamp}
	for _, s := range l.Steps {
		out = append(out, s.Stamp)
	}
	return slices.DeleteFunc(out, Stamp.IsZero)
}

// Restamp is the line with each moment at which something was said put to another.
func (l DayLine) Restamp(to func(Stamp) Stamp) DayLine {
	l.Booked.Stamp = to(l.Booked.Stamp)
	if !l.Sealed.Stamp.IsZero() {
		l.Sealed.Stamp = to(l.Sealed.Stamp)
	}
	steps := slices.Clone(l.Steps)
	for i := range steps {
		steps[i].Stamp = to(steps[i].Stamp)
	}
	l.Steps = mergeSteps(nil, steps)
	return l
}

// Merge is what two desks say of one line, together: of the booking and the sealed words what was
// said last, of the states all. It is the same in whatever order, and however often, lines are
// merged, so that desks which were apart come to the same list.
func (l DayLine) Merge(o DayLine) DayLine {
	out := l
	if c := cmp.Or(o.Booked.Stamp.Compare(l.Booked.Stamp), o.Booked.compare(l.Booked)); c > 0 {
		out.Booked = o.Booked
	}
	if c := cmp.Or(o.Sealed.Stamp.Compare(l.Sealed.Stamp), cmp.Compare(o.Sealed.Key, l.Sealed.Key), bytes.Compare(o.Sealed.Bytes, l.Sealed.Bytes)); c > 0 {
		out.Sealed = o.Sealed
	}
	out.Kind = max(l.Kind, o.Kind)
	out.Steps = mergeSteps(l.Steps, o.Steps)
	return out
}

// Come is the line with one state more that it came to.
func (l DayLine) Come(s Step) DayLine {
	l.Steps = mergeSteps(l.Steps, []Step{s})
	return l
}

// compare orders bookings of one stamp, so that it does not matter which came first.
func (b Booked) compare(o Booked) int {
	return cmp.Or(cmp.Compare(b.Number.Printed(), o.Number.Printed()), cmp.Compare(b.Day, o.Day), b.At.Compare(o.At), cmp.Compare(b.Booking, o.Booking))
}

func mergeSteps(a, b []Step) []Step {
	all := slices.Concat(a, b)
	slices.SortFunc(all, func(x, y Step) int {
		return cmp.Or(x.Stamp.Compare(y.Stamp), cmp.Compare(x.State, y.State), cmp.Compare(x.Outcome, y.Outcome), cmp.Compare(x.Via, y.Via))
	})
	out := all[:0:0]
	for _, s := range all {
		if n := len(out); n > 0 && out[n-1].Stamp.Compare(s.Stamp) == 0 {
			out[n-1] = s // the greater of the two
			continue
		}
		out = append(out, s)
	}
	return out[max(0, len(out)-MaxSteps):]
}

// Adds reports whether o says anything that l does not.
func (l DayLine) Adds(o DayLine) bool { return !l.Merge(o).Equal(l) }

// Equal reports whether both say the same.
func (l DayLine) Equal(o DayLine) bool {
	return l.ID == o.ID && l.Kind == o.Kind && l.Booked.Stamp.Compare(o.Booked.Stamp) == 0 && l.Booked.compare(o.Booked) == 0 &&
		l.Sealed.Stamp.Compare(o.Sealed.Stamp) == 0 && l.Sealed.Key == o.Sealed.Key && bytes.Equal(l.Sealed.Bytes, o.Sealed.Bytes) &&
		slices.EqualFunc(l.Steps, o.Steps, func(x, y Step) bool {
			return x.State == y.State && x.Outcome == y.Outcome && x.Via == y.Via && x.Stamp.Compare(y.Stamp) == 0
		})
}
