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
)

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
	At            time.Time // when somebody is due, waits since, is expected by, was done
	Added         time.Time
	Checked       time.Time // when the centre last said how it stands
	Staff         string
	Reference     string // the centre's receipt
	Why           Code   // of a refusal
}

// Due reports whether the task still asks for somebody's eye.
func (t Task) Due() bool { return t.State != TaskEnded && t.Kind != TaskDone }

// Ending is a sharing consent to this provider that runs out soon.
type Ending struct {
	Patient Patient
	Consent SharingConsent
}

// Worklist is the front desk's day, kept on this desk and sealed.
type Worklist interface {
	// Tasks lists today's tasks in the order they were added, and the acts of
	// this person that the centre has not answered.
	Tasks(ctx context.Context) ([]Task, error)
	// PutTask keeps an arrival or a wait, on the disk when it returns; without an
	// ID it is a new one. Errors: CodeInvalid without a number.
	PutTask(ctx context.Context, t Task) (Task, error)
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
