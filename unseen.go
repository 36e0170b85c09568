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

// ResultsWaiting are the abnormal results of one patient that one person ordered and that nobody here has acknowledged:
// how many and how old, and nothing of what they say.
type ResultsWaiting struct {
	Patient   Patient
	By        string // who ordered them, as the orders say; "" where no record says
	ByID      string // by which id the orders know them, "" for none
	Own       bool   // that is whoever is signed in
	Results   int
	NotOpened int       // of these, that nobody here has opened
	Critical  int       // that are critical; the others are abnormal
	Partial   int       // that are not complete: they cannot be acknowledged yet
	Since     time.Time // of the oldest; zero where none has a date
}

// ResultListing is a session that lists the results that wait, of everybody of whom this desk keeps a copy.
type ResultListing interface {
	// WaitingResults are those, as the copies were when they were last in step: the critical first, then the oldest.
	// Errors: CodeDenied for a profession that sees no results.
	WaitingResults(ctx context.Context) ([]ResultsWaiting, error)
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
