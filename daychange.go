package ehrdesk

import (
	"context"
	"time"
)

// DayChangeKind is what of a line of the day is other than when somebody last looked at it.
type DayChangeKind string

// The kinds. None of them says why somebody comes.
const (
	ChangeAdded   DayChangeKind = "added"   // it was put down
	ChangeState   DayChangeKind = "state"   // how far it has come; of a call, what came of it
	ChangeTime    DayChangeKind = "time"    // when somebody is due
	ChangeDue     DayChangeKind = "due"     // by when a call is made
	ChangeConsent DayChangeKind = "consent" // how the person was registered and the consent stood when they were looked up
)

// DayChange is a change to a line of the day that another person, or the same at another desk, has made
// since somebody last looked at it.
type DayChange struct {
	What DayChangeKind
	By   Stamp // who said so, and when

	From, To               WorkState   // of ChangeState
	Outcome                CallOutcome // of ChangeState, what came of a call
	FromAt, ToAt           time.Time   // of ChangeTime, and of ChangeDue the days; zero for none
	FromConsent, ToConsent ConsentState
	ToParticipation        Participation
}

// Looker is a session that knows which lines of the day this person has looked at, and as what. What
// others have said since stands in the Changed of the lines that Tasks lists.
type Looker interface {
	// Looked notes that this person has looked at lines, of all where no ID is given, as they are now;
	// it is on the disk when it returns.
	Looked(ctx context.Context, ids ...string) error
}
