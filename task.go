package ehrdesk

import (
	"context"
	"time"
)

// TaskKind is what a line of the desk's day is about.
type TaskKind string

// The kinds. None of them holds clinical content.
const (
	TaskArrival  TaskKind = "arrival"  // somebody who comes today
	TaskWait     TaskKind = "wait"     // a consent by the patient's own act, in the app or by telephone
	TaskExpected TaskKind = "expected" // an identity was verified: records begin to flow
	TaskAct      TaskKind = "act"      // an act of this desk that the centre has not answered
	TaskDone     TaskKind = "done"     // an act that is on record
	TaskCall     TaskKind = "call"     // somebody to be called, as a booking of theirs came to nothing, or something is to be followed up
	TaskReview   TaskKind = "review"   // somebody whose record a doctor has to look at
	TaskReport   TaskKind = "report"   // accesses without the line that are yet to be reported, all in one
)

// Called reports a kind that somebody works at until it is concluded: it has an owner, a day by which, and
// a history.
func (k TaskKind) Called() bool { return k == TaskCall || k == TaskReview }

// TaskState is how far a task has come.
type TaskState string

// The states of a task.
const (
	TaskOpen    TaskState = "open"    // to be done, or waited for
	TaskQueued  TaskState = "queued"  // kept on this desk until the line is back
	TaskUnknown TaskState = "unknown" // sent, and not known whether it is on record
	TaskRefused TaskState = "refused" // the centre did not take it: somebody has to look
	TaskDamaged TaskState = "damaged" // an act that was changed on the desk from outside: it cannot be sent
	TaskEnded   TaskState = "ended"   // nothing more happens to it
	TaskHeld    TaskState = "held"    // kept on this desk until a second person has approved it
)

// Task is a line of the front desk's day. It outlives the program: what is
// waited for today is waited for after a restart.
type Task struct {
	ID            string // UUID; of an act its request id
	Kind          TaskKind
	State         TaskState
	Number        Number
	Patient       Patient // as last looked up; zero before
	Participation Participation
	Consent       SharingConsent
	Act           AuditAction // AuditGrant, AuditRevoke or AuditVerify
	Channel       Channel
	Form          string    // the signed form's reference
	At            time.Time // when somebody is due, zero where nobody said; waits since, is expected by; when an act was taken
	Added         time.Time // of an act that is on record, when that was known
	Checked       time.Time // when the centre last said how it stands
	Staff         string
	Reference     string // the centre's receipt
	Why           Refusal
	Second        Seconded // of an act that a second person approves, or has refused
	Count         int      // of a report, how many accesses; of a deposit, how many records
	Booking       Booking
	Call          Call        // of TaskCall and TaskReview
	Work          WorkState   // how far somebody who comes, or a call, has come; as a desk of the provider last said
	Marked        Stamp       // when that was said, and by whom
	Unshared      Unshared    // why the provider's other desks do not see it, or not as it is here; "" for no reason
	Was           []Was       // what it said before of when, and by which name, oldest first
	Changed       []DayChange // what others have said of it since this person last looked; of a list that Tasks gives
	Said          Stamp       // when anything of it was last said, and by whom; zero where that is not known
}

// Was is what a line said before: a name, or, where that is "", when somebody was booked.
type Was struct {
	Name string
	Day  string    // YYYY-MM-DD
	At   time.Time // zero where nobody had said when
	Said Stamp     // when, and by whom
}

// Booking is what a clinic's list said of an arrival.
type Booking struct {
	ID   string    // the list's own, "" for none
	Name string    // as the list has it: nobody vouches for it
	Day  time.Time // the first moment of the day that it is for; zero: the day it was put down
}

// On reports whether an arrival is for the day of now, or for an earlier one.
func (b Booking) On(now time.Time) bool { return !b.Day.After(now) }

// Due reports whether the task still asks for somebody's eye. What was opened without the
// line is reported whether or not anybody looks.
func (t Task) Due() bool {
	return t.State != TaskEnded && t.Kind != TaskDone && (t.Kind != TaskReport || t.State == TaskRefused)
}

// unwaited is how long an act is under way at the most that did not wait for the line.
const unwaited = time.Minute

// Waited is how long an act that is on record had waited for the line, 0 where it did not.
func (t Task) Waited() time.Duration {
	if d := t.Added.Sub(t.At); t.Kind == TaskDone && d >= unwaited {
		return d
	}
	return 0
}

// Ending is a sharing consent to this provider that runs out soon.
type Ending struct {
	Patient Patient
	Consent SharingConsent
}

// Worklist is the front desk's day, kept on this desk and sealed.
type Worklist interface {
	// Tasks lists today's tasks in the order they were added, the acts of this desk that
	// the centre has not answered, whoever took them, and the accesses to be reported.
	// Arrivals of another day are kept until it comes.
	Tasks(ctx context.Context) ([]Task, error)
	// Booked lists the arrivals of today and of the days to come.
	Booked(ctx context.Context) ([]Task, error)
	// Book keeps arrivals and takes others off by ID: all of it or nothing. Without an ID
	// one is new. Errors: CodeInvalid without a number.
	Book(ctx context.Context, put []Task, off []string) error
	// PutTask keeps an arrival or a wait, on the disk when it returns; without an
	// ID it is a new one. An arrival without a time gets none.
	// Errors: CodeInvalid without a number.
	PutTask(ctx context.Context, t Task) (Task, error)
	// Mark says how far somebody who comes has come, on the disk when it returns.
	// Errors: CodeNotFound, CodeConflict where that does not follow what was said last.
	Mark(ctx context.Context, id string, to WorkState) (Task, error)
	// DropTask forgets a task. An act that waits for the line is withdrawn with
	// it; one under way is not. Errors: CodeNotFound, CodeConflict.
	DropTask(ctx context.Context, id string) error
	// Poll asks the centre about what is waited for, sends what waits for the
	// line, and gives the tasks whose state has changed.
	// Errors: CodeOffline, CodeTimeout.
	Poll(ctx context.Context) ([]Task, error)
	// Endings lists the consents to this provider that run out within a time,
	// soonest first. Errors: CodeOffline, CodeDenied.
	Endings(ctx context.Context, within time.Duration) ([]Ending, error)
}

// How long what was done at a desk may wait for the centre.
const (
	UnsentLong    = 72 * time.Hour      // then whoever works here is told to bring the line back
	UnsentTooLong = 30 * 24 * time.Hour // then the administrator takes it out with the recovery key
)

// Overdue is whether something has waited too long.
type Overdue string

// The grades of it.
const (
	InTime         Overdue = ""
	OverdueLong    Overdue = "long"
	OverdueTooLong Overdue = "too-long"
)

// OverdueAt is how something stands at now that has waited since.
func OverdueAt(since, now time.Time) Overdue {
	switch d := now.Sub(since); {
	case d > UnsentTooLong:
		return OverdueTooLong
	case d > UnsentLong:
		return OverdueLong
	}
	return InTime
}
