package client

import (
	"context"
	"sync"

	"github.com/ehrdesk/ehrdesk"
)

// fetching is what a session fetches ahead.
type fetching struct {
	mu    sync.Mutex
	stop  context.CancelFunc // of what is under way; nil for nothing
	done  chan struct{}      // closed when that is over
	over  bool               // the session was locked or closed
	tried map[string]attempt // by line of the list
}

// attempt is what came of fetching somebody's record. It is tried again when the line says
// something else: of how far they have come, or of their consent.
type attempt struct {
	said ehrdesk.Stamp
	of   string // the consent
	why  ehrdesk.Refusal
}

func attempted(t ehrdesk.Task) attempt {
	return attempt{said: t.Marked, of: t.Consent.ID + " " + string(t.Consent.State)}
}

// begin takes the turn: one fetches at a time. ok is false where another has it, and after end.
func (f *fetching) begin(ctx context.Context) (_ context.Context, done func(), ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.over || f.stop != nil {
		return nil, nil, false
	}
	ctx, stop := context.WithCancel(ctx)
	over := make(chan struct{})
	f.stop, f.done = stop, over
	return ctx, func() {
		stop()
		f.mu.Lock()
		f.stop, f.done = nil, nil
		f.mu.Unlock()
		close(over)
	}, true
}

// yield breaks off what is under way and waits for it to be over. What is left is fetched the next
// time.
func (f *fetching) yield() {
	f.mu.Lock()
	stop, done := f.stop, f.done
	f.mu.Unlock()
	if stop != nil {
		stop()
		<-done
	}
}

// end is yield for good.
func (f *fetching) end() {
	f.mu.Lock()
	f.over, f.tried = true, nil
	f.mu.Unlock()
	f.yield()
}

func (f *fetching) note(t ehrdesk.Task, why ehrdesk.Refusal) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.over {
		return
	}
	if f.tried == nil {
		f.tried = map[string]attempt{}
	}
	a := attempted(t)
	a.why = why
	f.tried[t.ID] = a
}

// last is what came of the last attempt, of a line as it is now. ok is false for none.
func (f *fetching) last(t ehrdesk.Task) (why ehrdesk.Refusal, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	a, ok := f.tried[t.ID]
	now := attempted(t)
	return a.why, ok && a.said.Compare(now.said) == 0 && a.of == now.of
}
