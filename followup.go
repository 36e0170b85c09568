package ehrdesk

import "time"

// FollowKind is what of a record somebody has to follow up.
type FollowKind string

// The kinds.
const (
	FollowMissed   FollowKind = "missed"   // a booking of this clinic that nobody came for
	FollowReferral FollowKind = "referral" // a referral of this clinic that nobody has answered
	FollowTest     FollowKind = "test"     // a test that this clinic ordered and that has not come back

	// FollowMonitor is of no record by itself: somebody who acknowledged a safety finding said that it is to be measured.
	FollowMonitor FollowKind = "monitor"

	// FollowAct and FollowKnow are what came new of somebody on the day's list: a record of which something is to be done,
	// and one that is to be known.
	FollowAct  FollowKind = "act"
	FollowKnow FollowKind = "know"

	// FollowReport is a report that newly came and that a rule has somebody look at.
	FollowReport FollowKind = "report"

	// FollowUnsaid is all that is said of any of them to who may not see the record.
	FollowUnsaid FollowKind = "follow-up"
)

// FollowKinds are the kinds that records lead to.
func FollowKinds() []FollowKind { return []FollowKind{FollowMissed, FollowReferral, FollowTest} }

// Task is the kind of line that somebody who follows it up has: the patient is called, or a doctor looks.
func (f FollowKind) Task() TaskKind {
	if f == FollowTest || f == FollowMonitor || f.Came() {
		return TaskReview
	}
	return TaskCall
}

// Reviews reports whether a profession is shown what a doctor has to look at: who sees referrals, and the
// results of laboratories, without asking.
func (p Profession) Reviews() bool {
	return p.Clinical() && AccessOf(p, KindReferral) == General && AccessOf(p, KindLaboratory) == General
}

// LooseEnd is something that a record leaves to be followed up.
type LooseEnd struct {
	What FollowKind
	Ref  Ref
	Day  time.Time // that it was for, or ordered on; its date counts
	Due  time.Time // the last day that it had time; likewise
	Old  bool      // it is so old that it is no news any more
}
