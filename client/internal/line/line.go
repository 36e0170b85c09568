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
	AskWait = 15 * time.Second
	ActWait = 30 * time.Second
)

// Line is the line of one session.
type Line struct {
	Tokens *Tokens
	Hints  *Hints

	breaker  *Breaker
	now      func() time.Time
	warnings *warnings.Warnings

	mu    sync.Mutex
	link  ehrdesk.Link
	clock *Clock       // this desk's against the centre's; nil before it was ever heard
	ended *ehrdesk.End // what the centre last refused something for, nil for nothing
}

// New is a line of which nothing is known but what b knows, and the clock as it was last
// heard. End lets go of b.
func New(b *Breaker, now func() time.Time, clock *Clock, w *warnings.Warnings) *Line {
	l := &Line{breaker: b, now: now, clock: clock, warnings: w}
	b.tell(l, l.note)
	return l
}

// End hears of the line no more.
func (l *Line) End() { l.breaker.tell(l, nil) }

// Link is the line to the centre as last seen.
func (l *Line) Link() ehrdesk.Link {
	l.mu.Lock()
	defer l.mu.Unlock()
	link := l.link
	link.Hears = link.State == ehrdesk.Online && l.Hints != nil && l.Hints.open.Load()
	return link
}

// Heard keeps the state of the line: any answer, a refusal too, means it is up.
func (l *Line) Heard(err error) {
	if e := EndOf(err); e != nil {
		l.mu.Lock()
		l.ended = e
		l.mu.Unlock()
	}
	state, why := ehrdesk.Online, ehrdesk.LineTrouble("")
	switch code := ehrdesk.CodeOf(err); {
	case Down(err):
		state, why = ehrdesk.Offline, ehrdesk.TroubleOf(err)
	case code == ehrdesk.CodeOther:
		if err != nil {
			return // cancelled, or nothing to do with the line
		}
	}
	l.note(state, why)
}

// note keeps the state of the line. Who waits to hear of the centre's events tries at
// once when it is back.
func (l *Line) note(state ehrdesk.LinkState, why ehrdesk.LineTrouble) {
	now := l.now()
	l.mu.Lock()
	back := l.link.State == ehrdesk.Offline && state == ehrdesk.Online
	if l.link.State != state {
		l.link.State, l.link.Since = state, now
	}
	l.link.Why = why
	if state == ehrdesk.Online {
		l.link.Last = now
	}
	hints := l.Hints
	l.mu.Unlock()
	if back && hints != nil {
		hints.wake()
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
	began := time.Now()
	t, err := ask(ctx)
	if !l.breaker.old(began, err) {
		l.Heard(err)
	}
	return t, err
}

// AskOrShow asks the centre something for whoever has something else to show: until a
// moment, and not at all while the line is in doubt. Its error is of the line then, and
// late, where it is not nil, gets what the centre says all the same; with nil the request
// is given up.
func AskOrShow[T any](ctx context.Context, l *Line, until time.Time, ask func(context.Context) (T, error), late func(T, error)) (none T, err error) {
	if err := l.breaker.glance(ctx, "line"); err != nil {
		l.Heard(err)
		return none, err
	}
	doubt := l.breaker.Doubtful()
	if doubt && late == nil {
		return none, troubleOf("line", ehrdesk.TroubleSilent)
	}
	type answer struct {
		t   T
		err error
	}
	asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), AskWait)
	came, left := make(chan answer), make(chan struct{})
	began := time.Now()
	go func() {
		defer cancel()
		t, err := ask(asking)
		if !l.breaker.old(began, err) {
			l.Heard(err)
		}
		select {
		case came <- answer{t, err}:
		case <-left:
			if late != nil {
				late(t, err)
			}
		}
	}()
	if doubt {
		until = time.Now()
	}
	wait := time.NewTimer(time.Until(until))
	defer wait.Stop()
	select {
	case a := <-came:
		return a.t, a.err
	case <-wait.C:
		close(left)
		l.breaker.Waited()
		if late == nil {
			cancel()
		}
		err = troubleOf("line", ehrdesk.TroubleSilent)
		l.Heard(err)
		return none, err
	case <-ctx.Done():
		close(left)
		cancel()
		return none, ehrdesk.E("line", ehrdesk.CodeOther, ctx.Err())
	}
}

// Patience is how long whoever has something else to show waits.
func (l *Line) Patience() time.Duration { return l.breaker.Patience }
