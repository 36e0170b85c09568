package ehrdesk

import (
	"context"
	"slices"
	"time"
)

// LogFilter is which entries of an access log somebody wants to see; what is empty leaves all.
type LogFilter struct {
	By           string // staff id
	Patient      string // the centre's logical id
	Purpose      Purpose
	Since, Until time.Time // from this instant on, and before that one
	Restricted   bool      // about records that need the patient's own leave
}

// IsZero reports whether nothing is asked for.
func (f LogFilter) IsZero() bool { return f == LogFilter{} }

// Fits reports whether an entry is meant. One that cannot be read fits always: nobody can
// say that it is not meant. One without a time is in every period, for the same reason.
func (f LogFilter) Fits(e *AuditEvent) bool {
	if e.Action == AuditSealed || e.Action == AuditDamaged && e.At.IsZero() {
		return true
	}
	if !e.At.IsZero() && (e.At.Before(f.Since) || !f.Until.IsZero() && !e.At.Before(f.Until)) {
		return false
	}
	if e.Action == AuditDamaged {
		return true
	}
	return (f.By == "" || f.By == e.Staff) && (f.Patient == "" || f.Patient == e.Patient) && (f.Purpose == "" || f.Purpose == e.Purpose) && (!f.Restricted || e.Restricted())
}

// Restricted reports whether an entry is about records that need the patient's own leave.
func (e *AuditEvent) Restricted() bool { return e.Action == AuditRelease }

// CentreEntry is an event of the centre's own log, as a security officer of the provider
// reads it.
type CentreEntry struct {
	AuditEvent           // At is when it was done
	Told       time.Time // when a desk told of it later; zero where the centre was asked
	What       string    // the operation or the resource
	Reporter   string    // who told of it, where that is somebody else
	Marks      []string  // why an officer looks at it
	Times      int       // how often it was found: an incident at a desk is one event
	Last       time.Time // when last, where that was more than once
	Log        string    // which desk's access log it belongs to, "" where that is not known yet
}

// markDrawn is of an act that was drawn for an officer to compare with its form.
const markDrawn = "sampled"

// Unusual reports whether an officer looks at an event, for more than that it was drawn.
func (e *CentreEntry) Unusual() bool {
	return e.Action == AuditIncident || slices.ContainsFunc(e.Marks, func(m string) bool { return m != markDrawn })
}

// Difference is how what the centre wrote down of an act and what this desk did are not the
// same.
type Difference string

// The differences. An act that was refused at the desk, or could not reach the centre, is
// no fault; nor is one that waits in the outbox, or was done at another desk.
const (
	NoDifference Difference = ""
	OnlyRefused  Difference = "only-here-refused"     // refused or failed at this desk
	OnlyWaiting  Difference = "only-here-waiting"     // not yet reported
	OnlyHere     Difference = "only-here"             // the centre was asked or told, and has no entry
	OtherDesk    Difference = "only-centre-elsewhere" // by another desk
	NotInThisLog Difference = "only-centre-this-desk" // from this desk, and not in its log
	OtherTime    Difference = "other-time"
	OtherPurpose Difference = "other-purpose"
	OtherPerson  Difference = "other-person" // one report, two people or patients
)

// Differences lists them, the gravest first.
func Differences() []Difference {
	return []Difference{NotInThisLog, OnlyHere, OtherPerson, OtherPurpose, OtherTime, OnlyWaiting, OnlyRefused, OtherDesk}
}

// Fault reports whether somebody has to look into a difference. Another time is none: of an
// act whose answer never came a desk learns later.
func (d Difference) Fault() bool {
	return slices.Contains([]Difference{NotInThisLog, OnlyHere, OtherPerson, OtherPurpose}, d)
}

// LogComparer is a session that holds the desk's access log against the centre's.
type LogComparer interface {
	// CompareLogs holds a period of both against each other. Errors: CodeDenied for anybody
	// but a security officer, CodeNotFound where the centre tells nobody what it wrote down,
	// CodeOffline, CodeTimeout.
	CompareLogs(ctx context.Context, since, until time.Time) (LogComparison, error)
}

// Compared is one act as the desk, the centre, or both wrote it down; what is nil is not
// there.
type Compared struct {
	Here       *LogEntry
	Centre     *CentreEntry
	Difference Difference
	By         time.Duration // how far the centre's time is after the desk's
}

// At is when it was done: by the desk's clock, where the desk has it.
func (c *Compared) At() time.Time {
	if c.Here != nil {
		return c.Here.At
	}
	return c.Centre.At
}

// Event is the act as it is shown and filtered: as the desk wrote it down, where it has, with
// the patient as the centre knows them where the desk's entry could not name them.
func (c *Compared) Event() AuditEvent {
	switch {
	case c.Here == nil:
		return c.Centre.AuditEvent
	case c.Centre == nil || c.Here.Patient != "":
		return c.Here.AuditEvent
	}
	e := c.Here.AuditEvent
	e.Patient = c.Centre.Patient
	return e
}

// LogComparison is the two logs of a period beside each other, and the centre's own events
// of the provider in it.
type LogComparison struct {
	Since, Until time.Time
	Rows         []Compared    // in the order of their times
	Centre       []CentreEntry // all of them, oldest first: looking and reading too
	Unreadable   int           // entries of the desk that are sealed to others, or damaged
}
