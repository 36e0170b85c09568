package ehrdesk

import "slices"

// WorkState is how far a piece of work has come, by the codes of FHIR R4's Task.status. It is
// one for everything that somebody has to do at a clinic: who comes, a consent that is waited
// for, a telephone call.
type WorkState string

// The states. What they mean of somebody who comes is said beside them.
const (
	WorkRequested  WorkState = "requested"        // booked
	WorkAccepted   WorkState = "accepted"         // here: somebody has seen them come
	WorkInProgress WorkState = "in-progress"      // with the doctor
	WorkOnHold     WorkState = "on-hold"          // here, and waits for something else
	WorkCompleted  WorkState = "completed"        // seen
	WorkFailed     WorkState = "failed"           // did not come
	WorkRejected   WorkState = "rejected"         // whoever was asked will not do it
	WorkCancelled  WorkState = "cancelled"        // given up, by whoever asked for it
	WorkInError    WorkState = "entered-in-error" // ought never to have been on the list
)

// workSteps are the states that may follow each (FHIR R4, Task state machine, with what a
// clinic undoes: who was called seen, or away, by a slip is booked or here again). What was put
// down in error is that from any state, and from it nothing follows.
func workSteps() map[WorkState][]WorkState {
	return map[WorkState][]WorkState{
		WorkRequested:  {WorkAccepted, WorkInProgress, WorkOnHold, WorkCompleted, WorkFailed, WorkRejected, WorkCancelled},
		WorkAccepted:   {WorkRequested, WorkInProgress, WorkOnHold, WorkCompleted, WorkFailed, WorkCancelled},
		WorkInProgress: {WorkAccepted, WorkOnHold, WorkCompleted, WorkFailed, WorkCancelled},
		WorkOnHold:     {WorkAccepted, WorkInProgress, WorkCompleted, WorkFailed, WorkCancelled},
		WorkCompleted:  {WorkAccepted, WorkInProgress},
		WorkFailed:     {WorkRequested, WorkAccepted},
		WorkRejected:   {WorkRequested},
		WorkCancelled:  {WorkRequested, WorkAccepted},
		WorkInError:    nil,
	}
}

// Known reports whether s is one of the states.
func (s WorkState) Known() bool {
	_, ok := workSteps()[s]
	return ok
}

// Over reports whether nobody has to do anything more.
func (s WorkState) Over() bool {
	return slices.Contains([]WorkState{WorkCompleted, WorkFailed, WorkRejected, WorkCancelled, WorkInError}, s)
}

// Here reports whether somebody who was booked has come, and waits to be seen.
func (s WorkState) Here() bool { return s == WorkAccepted || s == WorkOnHold }

// Becomes reports whether next may follow s.
func (s WorkState) Becomes(next WorkState) bool {
	return s != WorkInError && next == WorkInError || slices.Contains(workSteps()[s], next)
}
