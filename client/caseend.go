package client

import (
	"context"
	"sync"

	"github.com/ehrdesk/ehrdesk"
)

// running is what a session does about its cases now. With the end of the session it is broken off, and over before the keys leave
// memory.
type running struct {
	mu      sync.Mutex
	next    int
	cancels map[int]context.CancelFunc
	over    bool
	all     sync.WaitGroup
}

// begin is called as something begins; its context ends with the session. Errors: CodeLocked.
func (r *running) begin(ctx context.Context) (context.Context, func(), error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over {
		return nil, nil, ehrdesk.Errorf("case", ehrdesk.CodeLocked, "this desk is locked")
	}
	ctx, cancel := context.WithCancel(ctx)
	if r.cancels == nil {
		r.cancels = map[int]context.CancelFunc{}
	}
	n := r.next
	r.next++
	r.cancels[n] = cancel
	r.all.Add(1)
	return ctx, func() {
		cancel()
		r.mu.Lock()
		delete(r.cancels, n)
		r.mu.Unlock()
		r.all.Done()
	}, nil
}

// end breaks off what runs and waits until it is over. Nothing begins after it.
func (r *running) end() {
	r.mu.Lock()
	r.over = true
	for _, cancel := range r.cancels {
		cancel()
	}
	r.mu.Unlock()
	r.all.Wait()
}

// during does something about the cases of a session, as long as that is neither locked nor closed.
func during[T any](ctx context.Context, w *casing, do func(context.Context) (T, error)) (T, error) {
	ctx, done, err := w.now.begin(ctx)
	if err != nil {
		var none T
		return none, err
	}
	defer done()
	return do(ctx)
}

// doing is during of what gives nothing.
func doing(ctx context.Context, w *casing, do func(context.Context) error) error {
	_, err := during(ctx, w, func(ctx context.Context) (struct{}, error) { return struct{}{}, do(ctx) })
	return err
}

// end ends what is done about cases, with the session.
func (w *casing) end() {
	w.now.end()
	w.cases.Pass() // what passes is gone from memory too
}

// deliver sends what waits in cases, and gives how much was sent.
func (w *casing) deliver(ctx context.Context) (int, error) { return during(ctx, w, w.cases.Deliver) }
