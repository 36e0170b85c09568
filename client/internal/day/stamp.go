package day

import (
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Stamps of this desk only grow, and are later than each that it has heard of: a hybrid logical
// clock. It is bound by the centre's own clock wherever that is known: a stamp that is further ahead
// than the centre takes any is no order to follow, and what this desk said so is said again by the
// centre's clock, as nobody else has heard of it.

// tooFar is how far a stamp may be before the centre's clock, as the desk knows that. The centre takes
// a little less: of what lies between it may have taken a part.
const tooFar = ehrdesk.StampsAhead + time.Minute

// Stamp is now, said by whoever is signed in here: later than a stamp, than every one of this desk
// before, and than each that this desk has heard of.
func (s *Share) Stamp(after ehrdesk.Stamp) ehrdesk.Stamp {
	now, _, _ := s.Line.Centre()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = max(now.UnixMilli(), s.last+1)
	at := time.UnixMilli(s.last).UTC()
	if !at.After(after.At) {
		at = after.At.Add(time.Millisecond)
	}
	return ehrdesk.Stamp{At: at, By: s.Self.Account().Staff, Desk: s.Store.Install()}
}

// Heard notes a stamp of another's: what is said here from now on is later.
func (s *Share) Heard(stamp ehrdesk.Stamp) {
	now, _, sure := s.Line.Centre()
	if sure && stamp.At.After(now.Add(tooFar)) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = max(s.last, stamp.At.UnixMilli())
}

// Settle forgets what was last said here where that was far ahead of the centre's clock. All that
// this desk has is to be heard again afterwards.
func (s *Share) Settle() {
	now, _, sure := s.Line.Centre()
	s.mu.Lock()
	defer s.mu.Unlock()
	if sure && s.last > now.Add(tooFar).UnixMilli() {
		s.last = 0
	}
}

// Restamp is a line of which the centre has yet to hear, with what was said here far ahead of its clock
// said by that clock, in the order in which it was said. again is false where there is nothing of the
// kind, or the centre's clock is not known.
func (s *Share) Restamp(l ehrdesk.DayLine) (out ehrdesk.DayLine, again bool) {
	now, ahead, sure := s.Line.Centre()
	if !sure {
		return l, false
	}
	limit, desk := now.Add(tooFar), s.Store.Install()
	var far []ehrdesk.Stamp
	floor := time.Time{}
	for _, at := range l.Stamps() {
		switch {
		case at.Desk == desk && at.At.After(limit):
			far = append(far, at)
		case at.At.After(floor):
			floor = at.At
		}
	}
	if len(far) == 0 {
		return l, false
	}
	slices.SortFunc(far, ehrdesk.Stamp.Compare)
	anew := map[ehrdesk.Stamp]ehrdesk.Stamp{}
	for _, old := range slices.Compact(far) {
		at := old.At.Add(-ahead) // when it was, where the clock is wrong still
		if at.After(now) {
			at = now
		}
		if at = at.Truncate(time.Millisecond); !at.After(floor) {
			at = floor.Add(time.Millisecond)
		}
		floor = at
		anew[old] = ehrdesk.Stamp{At: at, By: old.By, Desk: old.Desk}
	}
	return l.Restamp(func(old ehrdesk.Stamp) ehrdesk.Stamp {
		if at, ok := anew[old]; ok {
			return at
		}
		return old
	}), true
}
