// Package line is the way from this desk to one centre: whether it is up, how far the
// two clocks are apart, who signs for the requests, and what the centre says by itself.
// It promises that any answer counts as the line being up, a refusal too, and that
// keys and token leave memory when they are to be forgotten.
package line

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/internal/warnings"
)

// How long the desk waits before it says that the line is down. A look-up has
// a patient standing at the counter; a sync reports progress and may take long.
const (
	SignInWait = 10 * time.Second
	AskWait    = 15 * time.Second
	ActWait    = 30 * time.Second
)

// Line is the line of one session.
type Line struct {
	Tokens *Tokens
	Hints  *Hints

	now      func() time.Time
	warnings *warnings.Warnings

	mu    sync.Mutex
	link  ehrdesk.Link
	clock *Clock       // this desk's against the centre's; nil before it was ever heard
	ended *ehrdesk.End // what the centre last refused something for, nil for nothing
}

// New is a line of which nothing is known but the clock as it was last heard.
func New(now func() time.Time, clock *Clock, w *warnings.Warnings) *Line {
	return &Line{now: now, clock: clock, warnings: w}
}

// Link is the line to the centre as last seen.
func (l *Line) Link() ehrdesk.Link {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.link
}

// Heard keeps the state of the line: any answer, a refusal too, means it is up.
func (l *Line) Heard(err error) {
	now := l.now()
	if e := EndOf(err); e != nil {
		l.mu.Lock()
		l.ended = e
		l.mu.Unlock()
	}
	state := ehrdesk.Online
	switch ehrdesk.CodeOf(err) {
	case ehrdesk.CodeOffline, ehrdesk.CodeTimeout:
		state = ehrdesk.Offline
	case ehrdesk.CodeOther:
		if err != nil {
			return // cancelled, or nothing to do with the line
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.link.State != state {
		l.link.State, l.link.Since = state, now
	}
	if state == ehrdesk.Online {
		l.link.Last = now
	}
}

// EndOf is what ended, where the centre refuses something for that; nil for any other error.
func EndOf(err error) *ehrdesk.End {
	var e *ehrdesk.End
	errors.As(err, &e)
	return e
}

// Ended is the end for which the centre has refused something, nil for none since it gave
// a token.
func (l *Line) Ended() *ehrdesk.End {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ended
}

// Granted notes that the centre gave a token: nothing has ended.
func (l *Line) Granted() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = nil
}

// Ask asks the centre something within a time, and keeps what comes of it.
func Ask[T any](ctx context.Context, l *Line, wait time.Duration, ask func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	t, err := ask(ctx)
	l.Heard(err)
	return t, err
}

// Down reports an error that says the centre cannot be asked.
func Down(err error) bool {
	c := ehrdesk.CodeOf(err)
	return c == ehrdesk.CodeOffline || c == ehrdesk.CodeTimeout
}

// ErrLocked is what comes too late for a session gets.
var ErrLocked = ehrdesk.Errorf("session", ehrdesk.CodeLocked, "the desk is locked")
