package ehrdesk

import (
	"context"
	"time"
)

// Opening is that somebody here has opened an abnormal result. It is of the result as it stood: a corrected one is
// another, and is opened anew.
type Opening struct {
	Mark   string // what it is of; it says nothing of the patient
	Record Ref
	By     string // staff id
	At     time.Time
}

// ResultWatching is a session that keeps who here has opened an abnormal result, and who has acknowledged it. Both
// outlive the copy of the record.
type ResultWatching interface {
	// Openings are those of the last UnseenDays of a patient whose chart is open, oldest first.
	// Errors: CodeDenied where none is.
	Openings(ctx context.Context, patient string) ([]Opening, error)
	// NoteOpening keeps that whoever is signed in has opened a record: of an abnormal result, or of the report that holds
	// it. Of any other record nothing is kept. Errors: CodeDenied where no chart of the patient is open.
	NoteOpening(ctx context.Context, patient string, ref Ref) error
	// CloseResult keeps that whoever is signed in has taken note of a result and what is to become of it; it is on the
	// disk, and in the access log, when it returns, and is among what Acknowledged gives.
	// Errors: CodeDenied for a profession that does not answer for results and where no chart of the patient is open,
	// CodeConflict for a result that is not complete, CodeNotFound for one that is another by now, CodeInvalid for a
	// reason that is too long.
	CloseResult(ctx context.Context, patient, mark, reason string) error
}

// UnseenDays is for how long a result that nobody has opened is told, as a critical one is in the banner.
const UnseenDays = 90

// SeesResults reports whether a profession is shown the results of laboratories without asking.
func (p Profession) SeesResults() bool {
	return p.Clinical() && AccessOf(p, KindLaboratory) == General
}

// AnswersForResults reports whether a profession acknowledges a result: who orders tests does. Others who see results
// read them. The rule is ours, to be confirmed.
func (p Profession) AnswersForResults() bool {
	return (p == Doctor || p == "dentist") && p.SeesResults()
}
