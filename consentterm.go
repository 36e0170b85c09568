package ehrdesk

import "time"

// RunsOutWithin is how long before its end a consent is said to run out soon. Whoever renews it
// then loses nothing of what is left.
const RunsOutWithin = 30 * 24 * time.Hour

// Anew is until when a consent of a term runs that is given at now in the place of c, zero for
// without an end: a year is counted from the end of one that runs out soon, and from now
// before that. ok is false where c is not in force, has no end, or would end no later.
func (c SharingConsent) Anew(term Term, now time.Time) (until time.Time, ok bool) {
	switch {
	case c.StateAt(now) != ConsentActive || c.Until.IsZero():
		return time.Time{}, false
	case term != OneYear:
		return time.Time{}, true
	case c.RunsOutSoon(now):
		return c.Until.AddDate(1, 0, 0), true
	}
	until = now.AddDate(1, 0, 0)
	return until, until.After(c.Until)
}

// RunsOutSoon reports a consent whose end is near.
func (c SharingConsent) RunsOutSoon(now time.Time) bool {
	return !c.Until.IsZero() && !c.Until.After(now.Add(RunsOutWithin))
}
