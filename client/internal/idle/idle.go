// Package idle does what can wait when nobody works. It promises to hold up nobody:
// whoever begins to work breaks it off and waits for nothing.
package idle

import (
	"context"
	"sync"
	"time"
)

// Idler does something when nobody has worked for a while, once for each while,
// and breaks it off as soon as somebody does.
type Idler struct {
	mu      sync.Mutex
	after   time.Duration
	rest    func(context.Context)
	busy    int // pieces of work under way
	timer   *time.Timer
	cancel  context.CancelFunc // of the rest under way
	done    chan struct{}      // closed when it is over
	stopped bool
}

// Do has rest done when nobody has worked for so long. It is said before the first
// Work.
func (i *Idler) Do(after time.Duration, rest func(context.Context)) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.after, i.rest = after, rest
}

// Work says that somebody works until the function it gives is called. It waits
// for nothing.
func (i *Idler) Work() (done func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.busy++
	if i.timer != nil {
		i.timer.Stop()
	}
	if i.cancel != nil {
		i.cancel()
	}
	return sync.OnceFunc(i.pause)
}

func (i *Idler) pause() {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.busy--; i.busy > 0 || i.stopped {
		return
	}
	if i.timer == nil {
		i.timer = time.AfterFunc(i.after, i.run)
	} else {
		i.timer.Reset(i.after)
	}
}

func (i *Idler) run() {
	i.mu.Lock()
	if i.busy > 0 || i.stopped {
		i.mu.Unlock()
		return
	}
	if i.cancel != nil { // the last rest, broken off, has not noticed yet
		i.timer.Reset(i.after)
		i.mu.Unlock()
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	i.cancel, i.done = cancel, done
	rest := i.rest
	i.mu.Unlock()
	rest(ctx)
	cancel()
	i.mu.Lock()
	i.cancel, i.done = nil, nil
	i.mu.Unlock()
	close(done)
}

// Stop ends it for good, and waits for a rest under way.
func (i *Idler) Stop() {
	i.mu.Lock()
	i.stopped = true
	if i.timer != nil {
		i.timer.Stop()
	}
	if i.cancel != nil {
		i.cancel()
	}
	done := i.done
	i.mu.Unlock()
	if done != nil {
		<-done
	}
}
