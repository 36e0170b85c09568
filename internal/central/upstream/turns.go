package upstream

import (
	"context"
	"sync"

	"github.com/ehrdesk/ehrdesk/internal/central/engine"
)

// turns has one at a time tell the engine of a thing, so that it hears of that in order. Who waits
// for something waits for no other, and no longer than they have time. The zero value is ready.
type turns struct {
	mu    sync.Mutex
	taken map[string]chan struct{} // closed when it is over
}

// take waits for the turn at a thing. Errors: the engine's slowness where the time ran out.
func (t *turns) take(ctx context.Context, what string) (release func(), err error) {
	for {
		over, mine := t.at(what)
		if mine {
			return func() { t.release(what) }, nil
		}
		select {
		case <-over:
		case <-ctx.Done():
			return nil, engine.Late(ctx)
		}
	}
}

// at takes the turn where nobody has it, and else gives when it is over.
func (t *turns) at(what string) (over chan struct{}, mine bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if over = t.taken[what]; over != nil {
		return over, false
	}
	if t.taken == nil {
		t.taken = map[string]chan struct{}{}
	}
	t.taken[what] = make(chan struct{})
	return nil, true
}

func (t *turns) release(what string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	close(t.taken[what])
	delete(t.taken, what)
}
