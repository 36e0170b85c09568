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
	MaxSealed   = 16 << 10 // bytes of its sealed words, of all its parts
	MaxParts    = 24       // of its sealed words, with what they were before
	MaxBefore   = 3        // of what it said before, of the booking and of the name
	MaxDayLines = 500      // in one exchange with the centre
)

// StampsAhead is how far before the centre's clock a stamp may be that it takes.
const StampsAhead = 5 * time.Minute

// DayLine is a line of a provider's day, as each of its desks and the centre have it: who comes
// and when, how far it has come, and, sealed for the desks, what more is to be said. Each part
// has the moment it was last said: two lines of one ID make one, whichever came first, and what was
// said apart of different parts is both kept.
type DayLine struct {
	ID     string // UUID, chosen by the desk that puts it down
	Kind   TaskKind
	Booked Booked
	Before []Before      // when it was booked for before, oldest first
	Steps  []Step        // oldest first, one of a stamp; never empty
	Words  []SealedWords // by part, and of a part oldest first
}

// Booked is whom a line is about, and when.
type Booked struct {
	Number  Number
	Day     string    // YYYY-MM-DD, where the clinic is
	At      time.Time // zero where nobody said when
	Booking string    // the clinic's own name of it, "" for none
	Stamp   Stamp
	Named   Stamp // when Booking was said; as Stamp where that is zero
}

// Before is when a line was booked for, and who had said so.
type Before struct {
	Day   string
	At    time.Time
	Stamp Stamp
}

// Step is a state that a line came to.
type Step struct {
	State   WorkState
	Stamp   Stamp
	Outcome CallOutcome // of a call, what came of it; "" for nothing
	Via     string      // who told the centre, where that was another person of the desk
}

// SealedWords is a part of what a line says beside the booking, for the provider's desks alone.
type SealedWords struct {
	Part  WordsPart
	Key   string // of the list's keys, by which it is sealed
	Bytes []byte
	Stamp Stamp
}

// WordsPart is a part of the words of a line that is said by itself.
type WordsPart string

// The parts.
const (
	WordsWhole    WordsPart = "" // of before there were parts: all of them
	WordsLine     WordsPart = "line"
	WordsName     WordsPart = "name"     // as the clinic's list has it
	WordsPatient  WordsPart = "patient"  // as looked up
	WordsStanding WordsPart = "standing" // with eHealth, and of the consent
	WordsAct      WordsPart = "act"
	WordsCall     WordsPart = "call"
)

// kept is how many of a part stay: of the name what it was before as well.
func (p WordsPart) kept() int {
	if p == WordsName {
		return 1 + MaxBefore
	}
	return 1
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
func (l DayLine) Last() (last Stamp) {
	for _, s := range l.Stamps() {
		if s.Compare(last) > 0 {
			last = s
		}
	}
	return last
}

// Stamps are those of all that is said of it now.
func (l DayLine) Stamps() []Stamp {
	out := []Stamp{l.Booked.Stamp, l.Booked.Named}
	for _, s := range l.Steps {
		out = append(out, s.Stamp)
	}
	for _, w := range l.Words {
		out = append(out, w.Stamp)
	}
	return slices.DeleteFunc(out, Stamp.IsZero)
}

// Restamp is the line with each moment at which something was said put to another.
func (l DayLine) Restamp(to func(Stamp) Stamp) DayLine {
	l.Booked.Stamp = to(l.Booked.Stamp)
	if !l.Booked.Named.IsZero() {
		l.Booked.Named = to(l.Booked.Named)
	}
	steps, words, before := slices.Clone(l.Steps), slices.Clone(l.Words), slices.Clone(l.Before)
	for i := range steps {
		steps[i].Stamp = to(steps[i].Stamp)
	}
	for i := range words {
		words[i].Stamp = to(words[i].Stamp)
	}
	for i := range before {
		before[i].Stamp = to(before[i].Stamp)
	}
	l.Steps, l.Words, l.Before = mergeSteps(nil, steps), mergeWords(nil, words), before
	return l
}

// Merge is what two desks say of one line, together: of the booking and of each part of the sealed
// words what was said last, of the states all. It is the same in whatever order, and however often,
// lines are merged, so that desks which were apart come to the same list.
func (l DayLine) Merge(o DayLine) DayLine {
	out := l
	out.Booked, out.Before = mergeBooked(l, o)
	out.Kind = max(l.Kind, o.Kind)
	out.Steps, out.Words = mergeSteps(l.Steps, o.Steps), mergeWords(l.Words, o.Words)
	return out.tidied()
}

// Come is the line with one state more that it came to.
func (l DayLine) Come(s Step) DayLine {
	l.Steps = mergeSteps(l.Steps, []Step{s})
	return l.tidied()
}

// Book is the line with another booking; it keeps when it was booked for before.
func (l DayLine) Book(b Booked) DayLine {
	l.Booked, l.Before = mergeBooked(l, DayLine{Booked: b})
	return l.tidied()
}

// Say is the line with a part of its words said anew. What this desk had said of that part and has told
// nobody, as it is sealed by no key, is not what it was before.
func (l DayLine) Say(part WordsPart, at Stamp) DayLine {
	l.Words = slices.DeleteFunc(slices.Clone(l.Words), func(w SealedWords) bool { return w.Part == part && w.Key == "" })
	l.Words = mergeWords(l.Words, []SealedWords{{Part: part, Stamp: at}})
	return l
}

// Said is what was last said of a part; ok is false where nothing was.
func (l DayLine) Said(part WordsPart) (last SealedWords, ok bool) {
	for _, w := range l.Words {
		if (w.Part == part || w.Part == WordsWhole) && (!ok || w.Stamp.Compare(last.Stamp) > 0) {
			last, ok = w, true
		}
	}
	return last, ok
}

// tidied is the line without what was said of it before it was last taken off: that goes.
func (l DayLine) tidied() DayLine {
	i := len(l.Steps) - 1
	for ; i >= 0 && l.Steps[i].State != WorkInError; i-- {
	}
	if i < 0 {
		return l
	}
	off := l.Steps[i].Stamp
	l.Words = slices.DeleteFunc(slices.Clone(l.Words), func(w SealedWords) bool { return w.Stamp.Compare(off) < 0 })
	l.Before = slices.DeleteFunc(slices.Clone(l.Before), func(b Before) bool { return b.Stamp.Compare(off) < 0 })
	return l
}

// mergeBooked is the booking that was said last, with the clinic's own name of it, and those before.
func mergeBooked(l, o DayLine) (Booked, []Before) {
	last, other := l.Booked, o.Booked
	if cmp.Or(other.Stamp.Compare(last.Stamp), other.compare(last)) > 0 {
		last, other = other, last
	}
	if c := cmp.Or(other.named().Compare(last.named()), cmp.Compare(other.Booking, last.Booking)); c > 0 {
		last.Booking, last.Named = other.Booking, other.named()
	}
	if last.Named.Compare(last.Stamp) == 0 {
		last.Named = Stamp{}
	}
	all := slices.Concat(l.Before, o.Before)
	for _, b := range [...]Booked{l.Booked, o.Booked} {
		if !b.Stamp.IsZero() {
			all = append(all, Before{b.Day, b.At, b.Stamp})
		}
	}
	slices.SortFunc(all, func(a, b Before) int {
		return cmp.Or(a.Stamp.Compare(b.Stamp), cmp.Compare(a.Day, b.Day), a.At.Compare(b.At))
	})
	var before []Before
	for _, b := range all {
		switch n := len(before); {
		case b.Stamp.Compare(last.Stamp) >= 0: // what it is now
		case n > 0 && before[n-1].Stamp.Compare(b.Stamp) == 0:
			before[n-1] = b // the greater of the two
		default:
			before = append(before, b)
		}
	}
	return last, before[max(0, len(before)-MaxBefore):]
}

func mergeWords(a, b []SealedWords) []SealedWords {
	all := slices.Concat(a, b)
	slices.SortFunc(all, func(x, y SealedWords) int {
		return cmp.Or(cmp.Compare(x.Part, y.Part), x.Stamp.Compare(y.Stamp), cmp.Compare(x.Key, y.Key), bytes.Compare(x.Bytes, y.Bytes))
	})
	var out []SealedWords
	first := 0 // of the part
	for _, w := range all {
		n := len(out)
		switch {
		case n > first && out[n-1].Part == w.Part && out[n-1].Stamp.Compare(w.Stamp) == 0:
			out[n-1] = w // the greater of the two
			continue
		case n > 0 && out[n-1].Part != w.Part:
			first = n
		case n-first == w.Part.kept():
			out = slices.Delete(out, first, first+1)
		}
		out = append(out, w)
	}
	return out
}

// compare orders bookings of one stamp, so that it does not matter which came first.
func (b Booked) compare(o Booked) int {
	return cmp.Or(cmp.Compare(b.Number.Printed(), o.Number.Printed()), cmp.Compare(b.Day, o.Day), b.At.Compare(o.At))
}

// named is when the clinic's own name was said.
func (b Booked) named() Stamp {
	if b.Named.IsZero() {
		return b.Stamp
	}
	return b.Named
}

func mergeSteps(a, b []Step) []Step {
	all := slices.Concat(a, b)
	slices.SortFunc(all, func(x, y Step) int {
		return cmp.Or(x.Stamp.Compare(y.Stamp), x.State.off()-y.State.off(), cmp.Compare(x.State, y.State), cmp.Compare(x.Outcome, y.Outcome), cmp.Compare(x.Via, y.Via))
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

// off is 1 of a line that was taken off: of what was said at one moment that counts.
func (s WorkState) off() int {
	if s == WorkInError {
		return 1
	}
	return 0
}

// Adds reports whether o says anything that l does not.
func (l DayLine) Adds(o DayLine) bool { return !l.Merge(o).Equal(l) }

// Equal reports whether both say the same.
func (l DayLine) Equal(o DayLine) bool {
	return l.ID == o.ID && l.Kind == o.Kind && l.Booked.Stamp.Compare(o.Booked.Stamp) == 0 && l.Booked.compare(o.Booked) == 0 &&
		l.Booked.Booking == o.Booked.Booking && l.Booked.named().Compare(o.Booked.named()) == 0 &&
		slices.EqualFunc(l.Before, o.Before, func(x, y Before) bool {
			return x.Day == y.Day && x.At.Equal(y.At) && x.Stamp.Compare(y.Stamp) == 0
		}) &&
		slices.EqualFunc(l.Words, o.Words, func(x, y SealedWords) bool {
			return x.Part == y.Part && x.Stamp.Compare(y.Stamp) == 0 && x.Key == y.Key && bytes.Equal(x.Bytes, y.Bytes)
		}) &&
		slices.EqualFunc(l.Steps, o.Steps, func(x, y Step) bool {
			return x.State == y.State && x.Outcome == y.Outcome && x.Via == y.Via && x.Stamp.Compare(y.Stamp) == 0
		})
}
