package ehrdesk

import (
	"context"
	"slices"
	"time"
)

// CallOutcome is what came of an attempt to reach a patient by telephone, and of the call as a
// whole.
type CallOutcome string

// The outcomes. None of them says why somebody had been booked.
const (
	CallTaken    CallOutcome = "taken"         // somebody has taken the call over, and makes it
	CallReached  CallOutcome = "reached"       // spoken to: nothing more is to be done
	CallNoAnswer CallOutcome = "no-answer"     // to be called again
	CallBooked   CallOutcome = "new-booking"   // comes on another day
	CallDeclined CallOutcome = "will-not-come" // does not want to come
	CallGivenUp  CallOutcome = "given-up"      // nobody calls any more
	CallCame     CallOutcome = "came"          // came after all; a desk says so by itself
	CallSeen     CallOutcome = "acknowledged"  // of what came new: somebody has taken note of it, in the chart
	CallGone     CallOutcome = "withdrawn"     // of what came new: its record or the consent is gone, or another record has taken its place; a desk says so
)

// CallOutcomes are those that a person notes, in the order in which they are offered.
func CallOutcomes() []CallOutcome {
	return []CallOutcome{CallTaken, CallReached, CallNoAnswer, CallBooked, CallDeclined, CallGivenUp}
}

// Known reports whether o is an outcome, noted by a person or by a desk.
func (o CallOutcome) Known() bool {
	return o == CallCame || o == CallSeen || o == CallGone || slices.Contains(CallOutcomes(), o)
}

// Work is how far a call has come with an outcome.
func (o CallOutcome) Work() WorkState {
	switch o {
	case CallTaken:
		return WorkAccepted
	case CallNoAnswer:
		return WorkOnHold
	case CallGivenUp:
		return WorkCancelled
	case CallReached, CallBooked, CallDeclined, CallCame, CallSeen, CallGone:
	}
	return WorkCompleted
}

// Call is what is to be known of a patient who has to be called, beside whom: a booking of theirs
// came to nothing.
type Call struct {
	Missed  time.Time // the day that the booking was for; its date counts, in whatever zone
	At      time.Time // when it was for, zero where nobody said
	Due     time.Time // the day by which somebody calls, likewise
	History []Step    // oldest first; the first is that the call was put down

	What   FollowKind // of one that a record has led to; "" for a booking on the list that came to nothing
	Record Ref        // the record, zero for who may not see it

	// Of what came new, and of a report, of which At is when the centre had it:
	Kind  Kind      // of the record: who is not given that kind is told of nothing
	Mark  string    // the record as it stood; it says nothing of the patient
	Until time.Time // the end of the consent, zero for none

	Report Report // of a report that a rule has somebody look at
}

// Report is why somebody looks at a report, and who.
type Report struct {
	For   []Profession // that it is for
	Rule  string       // the name of the rule, "" where that is not to be told
	Says  LocalName    // what the report is
	Again ReportAgain
}

// ReportAgain is why a report is looked at again.
type ReportAgain string

// The reasons.
const (
	ReportFirst     ReportAgain = ""
	ReportNewer     ReportAgain = "newer"     // it says something else, or more, than when it first came
	ReportCorrected ReportAgain = "corrected" // and says itself that it was corrected
)

// ReportOutcomes are those that a person notes of a report, in the order in which they are offered.
func ReportOutcomes() []CallOutcome { return []CallOutcome{CallTaken, CallReached, CallGivenUp} }

// Offers are the outcomes that a person notes of a line of such a kind.
func (f FollowKind) Offers() []CallOutcome {
	if f == FollowReport {
		return ReportOutcomes()
	}
	return CallOutcomes()
}

// Owner is who has taken the call over last, else who has tried last; "" while nobody has.
func (c Call) Owner() (staff string) {
	for _, s := range slices.Backward(c.History) {
		switch s.Outcome {
		case CallTaken:
			return s.Stamp.By
		case CallReached, CallNoAnswer, CallBooked, CallDeclined, CallGivenUp, CallSeen:
			if staff == "" {
				staff = s.Stamp.By
			}
		case CallCame, CallGone, "":
		}
	}
	return staff
}

// Outcome is what came of it last, "" while nobody has tried.
func (c Call) Outcome() CallOutcome {
	for _, s := range slices.Backward(c.History) {
		if s.Outcome != "" && s.Outcome != CallTaken {
			return s.Outcome
		}
	}
	return ""
}

// Reopened reports whether somebody has taken it up again after the patient had come.
func (c Call) Reopened() bool {
	for _, s := range slices.Backward(c.History) {
		if s.Outcome == CallCame {
			return false
		}
		if s.Outcome != "" && slices.ContainsFunc(c.History, func(s Step) bool { return s.Outcome == CallCame }) {
			return true
		}
	}
	return false
}

// Days is how many days a call is due from now; what is overdue is less than none.
func (c Call) Days(now time.Time) int {
	day := func(t time.Time) time.Time {
		y, m, d := t.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(day(c.Due).Sub(day(now)).Hours() / 24)
}

// WorkingDayAfter is the first moment of the first day after a moment's that is neither a Sunday nor
// a general holiday. In a year whose holidays are not known Sundays alone are left out: what is due
// on a holiday then is overdue the day after, and nothing is lost.
func WorkingDayAfter(t time.Time) time.Time {
	y, m, d := t.Date()
	for n := 1; ; n++ {
		if next := time.Date(y, m, d+n, 0, 0, 0, 0, t.Location()); next.Weekday() != time.Sunday && !GeneralHoliday(next) {
			return next
		}
	}
}

// Caller is a session that keeps whom the clinic has to call.
type Caller interface {
	// Calls lists the calls that nobody has concluded, and those concluded in the last days.
	Calls(ctx context.Context) ([]Task, error)
	// Missed lists the calls that closing the day would make: of those who were marked as not
	// come, and of those who are booked still and whose time is over, of today and of the days
	// before that nobody closed. It changes nothing.
	Missed(ctx context.Context) ([]Task, error)
	// CloseDay makes those of the calls that are to be made still, on the disk when it returns,
	// and gives them. What another desk has made is not made again.
	CloseDay(ctx context.Context, ids []string) ([]Task, error)
	// NoteCall notes what came of a call, on the disk when it returns. Where it is to be made
	// again, due is by when, zero for the next working day.
	// Errors: CodeNotFound, CodeInvalid, CodeConflict where that does not follow what was said last.
	NoteCall(ctx context.Context, id string, outcome CallOutcome, due time.Time) (Task, error)
}
