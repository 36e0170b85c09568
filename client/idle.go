package client

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// restAfter is how long nothing has to happen before the desk counts as idle.
const restAfter = 3 * time.Second

// idler does something when nobody has worked for a while, once for each while,
// and breaks it off as soon as somebody does.
type idler struct {
	after time.Duration
	rest  func(context.Context)

	mu      sync.Mutex
	busy    int // pieces of work under way
	timer   *time.Timer
	cancel  context.CancelFunc // of the rest under way
	done    chan struct{}      // closed when it is over
	stopped bool
}

// work says that somebody works until the function it gives is called. It waits
// for nothing.
func (i *idler) work() (done func()) {
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

func (i *idler) pause() {
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

func (i *idler) run() {
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

// stop ends it for good, and waits for a rest under way.
func (i *idler) stop() {
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

// markForCompaction remembers a copy that may have something to compact.
func (s *Session) markForCompaction(id cache.PatientID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.needsCompaction[id] = struct{}{}
}

func (s *Session) settled(id cache.PatientID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.needsCompaction, id)
}

// tidy compacts the copies of open charts, step by step, until ctx ends: what
// is left then waits for the next rest. Where there is nothing to compact,
// nothing is written.
func (s *Session) tidy(ctx context.Context) {
	s.mu.Lock()
	ids := slices.Sorted(maps.Keys(s.needsCompaction))
	s.mu.Unlock()
	for _, id := range ids {
		for more := true; more; {
			var err error
			if more, err = s.vault.Copies().Compact(ctx, id); ctx.Err() != nil {
				return
			}
			if err != nil && ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound { // whoever reads the copy is told
				s.desk.opt.Log.Warn("copy not compacted", "code", string(ehrdesk.CodeOf(err)))
			}
		}
		s.settled(id)
	}
}
