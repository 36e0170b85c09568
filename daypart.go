package ehrdesk

// DayPart is a part of a day's list, by how far those on it have come.
type DayPart string

// The parts, in the order of a visit.
const (
	PartBooked  DayPart = "booked"      // are yet to come
	PartHere    DayPart = "here"        // have come, and are not with the doctor yet
	PartWaiting DayPart = "waiting"     // are here and wait for something else, or for a consent of their own act
	PartIn      DayPart = "with-doctor" // are with the doctor
	PartDone    DayPart = "done"        // were seen; acts on record, calls concluded
	PartAway    DayPart = "not-come"    // did not come
	PartCalls   DayPart = "calls"       // are to be called
	PartReviews DayPart = "reviews"     // whose record a doctor has to look at
	PartNews    DayPart = "news"        // of whom something came new that waits to be acknowledged
)

// DayParts are the parts in the order in which they are offered.
func DayParts() []DayPart {
	return []DayPart{PartBooked, PartHere, PartWaiting, PartIn, PartDone, PartAway, PartCalls, PartReviews, PartNews}
}

// Has reports whether a line of the day belongs to the part. No line belongs to two.
func (p DayPart) Has(t Task) bool {
	switch {
	case t.Kind == TaskArrival:
		return p == arrivalPart(t.Work)
	case t.Kind == TaskWait && t.State == TaskOpen:
		return p == PartWaiting
	case t.Kind == TaskCall && !t.Work.Over():
		return p == PartCalls
	case t.Call.What.News():
		return p == PartNews && !t.Work.Over()
	case t.Kind == TaskReview && !t.Work.Over():
		return p == PartReviews
	case t.Kind.Called(), t.Kind == TaskDone, t.Kind == TaskWait:
		return p == PartDone
	}
	return false
}

// arrivalPart is the part of somebody who comes, "" for none.
func arrivalPart(w WorkState) DayPart {
	switch w {
	case WorkRequested, "":
		return PartBooked
	case WorkAccepted:
		return PartHere
	case WorkOnHold:
		return PartWaiting
	case WorkInProgress:
		return PartIn
	case WorkCompleted:
		return PartDone
	case WorkFailed:
		return PartAway
	case WorkRejected, WorkCancelled, WorkInError:
	}
	return ""
}
