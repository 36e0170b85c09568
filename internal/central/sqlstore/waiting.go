package sqlstore

import (
	"context"
	"slices"
	"sync"
)

// sessions are those that nobody uses, and who waits for one. Who waits has the next in the
// order in which they came. Where nobody waits, the session used last is used next: it has
// its statements and its pages, and a quiet store opens no more connections than it needs.
type sessions struct {
	mu      sync.Mutex
	free    []*session
	waiting []chan *session
	shut    bool // who leaves lets go of the connection
}

// take is a session in one's turn. Errors: the context's.
func (p *sessions) take(ctx context.Context) (*session, error) {
	p.mu.Lock()
	if last := len(p.free) - 1; last >= 0 && ctx.Err() == nil {
		s := p.free[last]
		p.free = p.free[:last]
		p.mu.Unlock()
		return s, nil
	}
	turn := make(chan *session, 1)
	p.waiting = append(p.waiting, turn)
	p.mu.Unlock()
	select {
	case s := <-turn:
		return s, nil
	case <-ctx.Done():
	}
	p.mu.Lock()
	if at := slices.Index(p.waiting, turn); at >= 0 {
		p.waiting = slices.Delete(p.waiting, at, at+1)
		p.mu.Unlock()
		return nil, ctx.Err()
	}
	p.mu.Unlock()
	p.put(<-turn) // it was ours just now: the next has it
	return nil, ctx.Err()
}

// put gives a session back.
func (p *sessions) put(s *session) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shut {
		s.drop()
	}
	if len(p.waiting) > 0 {
		p.waiting[0] <- s
		p.waiting = slices.Delete(p.waiting, 0, 1)
		return
	}
	p.free = append(p.free, s)
}

// close lets go of the connections that nobody uses; whoever comes now hears that the store is
// closed.
func (p *sessions) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.shut = true
	for _, s := range p.free {
		s.drop()
	}
}
