package screen

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
)

// Job is a running command of a screen. The zero value is "none running".
type Job struct {
	req    uint64
	since  time.Time
	cancel context.CancelFunc
}

// Done is the result of a job. A screen takes it only while its job of the same
// number still runs and the patient is still the one it was asked for.
type Done[V any] struct {
	Req   uint64
	Who   string // the patient's id at the centre, "" where there is none
	Value V
	Err   error
}

// Discard frees what a result holds that nobody waits for any more: it closes a
// chart and wipes a card.
func (d Done[V]) Discard() {
	if w, ok := any(d.Value).(Wiper); ok {
		w.Wipe()
	}
	if c, ok := any(d.Value).(Held); ok && d.Err == nil {
		_ = c.Close()
	}
}

// Failure is the error of a result.
func (d Done[V]) Failure() error { return d.Err }

// Discarder is a message that holds something to be freed.
type Discarder interface{ Discard() }

// Background is a command that the program does not wait for: a timer, or a
// listener to something that may never speak. Tests that wait for idleness
// leave it out of account.
type Background struct{ Cmd tea.Cmd }

// InBackground marks c.
func InBackground(c tea.Cmd) tea.Cmd {
	if c == nil {
		return nil
	}
	return func() tea.Msg { return Background{c} }
}

// BackgroundCmd gives the command itself to a test harness.
func (b Background) BackgroundCmd() tea.Cmd { return b.Cmd }

// Start runs f outside the event loop with a deadline.
func Start[V any](e *Env, limit time.Duration, who string, f func(context.Context) (V, error)) (Job, tea.Cmd) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	e.seq++
	req := e.seq
	return Job{req, e.Now(), cancel}, func() (msg tea.Msg) {
		defer cancel()
		defer func() {
			if r := recover(); r != nil { // the value may hold data of a patient: it is dropped
				msg = Done[V]{Req: req, Who: who, Err: ehrdesk.E("ui.job", ehrdesk.CodeOther, nil)}
			}
		}()
		v, err := f(ctx)
		if err != nil && ctx.Err() == context.DeadlineExceeded && ehrdesk.CodeOf(err) == ehrdesk.CodeOther {
			err = ehrdesk.E("ui.job", ehrdesk.CodeTimeout, nil)
		}
		return Done[V]{Req: req, Who: who, Value: v, Err: err}
	}
}

// Running reports whether a result is still awaited.
func (j *Job) Running() bool { return j.req != 0 }

// Since is when the job began.
func (j *Job) Since() time.Time { return j.since }

// Stop cancels the job; its result will be too late.
func (j *Job) Stop() {
	if j.cancel != nil {
		j.cancel()
	}
	*j = Job{}
}

// Drop no longer waits for the job and lets it go on: whoever turns to something else does not
// take back what they had written down.
func (j *Job) Drop() { *j = Job{} }

// Takes reports whether req is this job's result, and ends the job if so.
func (j *Job) Takes(req uint64) bool {
	if j.req == 0 || j.req != req {
		return false
	}
	j.cancel()
	*j = Job{}
	return true
}
