package fake

import (
	"strings"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk/cardreader/pcsc"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
)

// context is one program's connection; its fields are under the service's lock.
type context struct {
	s       *Service
	dead    chan struct{}
	once    sync.Once
	waiting bool
	cancel  chan struct{}
}

// abortable is a context that can be broken off.
type abortable struct{ *context }

// Abort ends every call in progress.
func (a abortable) Abort() { a.s.change(func() { a.drop() }) }

func (c *context) die() { c.once.Do(func() { close(c.dead) }) }

// drop forgets the context and what it holds; the service's lock is held.
func (c *context) drop() {
	c.die()
	delete(c.s.contexts, c)
	for _, r := range c.s.readers {
		if r.holder != nil && r.holder.c == c {
			r.holder = nil
		}
	}
}

func (c *context) gone() bool {
	select {
	case <-c.dead:
		return true
	default:
		return false
	}
}

func (c *context) Release() error {
	c.s.change(func() { c.drop() })
	return nil
}

func (c *context) Readers() ([]string, error) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if c.gone() {
		return nil, pcsc.ErrServiceStopped
	}
	var names []string
	for _, r := range c.s.readers {
		names = append(names, r.name)
	}
	return names, nil
}

// Cancel does nothing where nobody waits, as SCardCancel.
func (c *context) Cancel() error {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.calls["cancel"]++
	if c.waiting {
		close(c.cancel)
		c.cancel = make(chan struct{})
		c.waiting = false
	}
	return nil
}

func (c *context) Wait(states []pcsc.ReaderState, timeout time.Duration) error {
	var end <-chan time.Time
	if timeout >= 0 {
		t := time.NewTimer(timeout)
		defer t.Stop()
		end = t.C
	}
	defer func() {
		c.s.mu.Lock()
		c.waiting = false
		c.s.mu.Unlock()
	}()
	for {
		c.s.mu.Lock()
		if c.gone() {
			c.s.mu.Unlock()
			return pcsc.ErrServiceStopped
		}
		found, err := c.compare(states)
		changed, cancel := c.s.changed, c.cancel
		c.waiting = !found && err == nil
		c.s.mu.Unlock()
		if found || err != nil {
			return err
		}
		select {
		case <-changed:
		case <-cancel:
			return pcsc.ErrCancelled
		case <-c.dead:
			return pcsc.ErrServiceStopped
		case <-end:
			return pcsc.ErrTimeout
		}
	}
}

func (c *context) compare(states []pcsc.ReaderState) (bool, error) {
	found := false
	for i := range states {
		s := &states[i]
		r := c.s.find(s.Reader)
		var ev pcsc.State
		switch {
		case strings.EqualFold(s.Reader, pcsc.PnP):
			if c.s.noPnP {
				return false, pcsc.ErrUnknownReader
			}
			ev = pcsc.State(len(c.s.readers) << 16)
			if s.Current.Count() != ev.Count() {
				ev |= pcsc.Changed
			}
		case r == nil:
			return false, pcsc.ErrUnknownReader
		default:
			ev, s.ATR = r.state()
			if s.Current == pcsc.Unaware || (s.Current^ev)&(pcsc.Present|pcsc.Mute) != 0 || s.Current.Count() != ev.Count() {
				ev |= pcsc.Changed
			}
		}
		s.Event = ev
		found = found || ev&pcsc.Changed != 0
	}
	return found, nil
}

func (r *reader) state() (pcsc.State, []byte) {
	ev := pcsc.State(r.count) << 16
	switch {
	case r.card == nil:
		return ev | pcsc.Empty, nil
	case r.mute:
		return ev | pcsc.Present | pcsc.Mute, nil
	default:
		return ev | pcsc.Present, r.card.ATR
	}
}

// handle is a card as one context sees it.
type handle struct {
	c      *context
	r      *reader
	card   *simcard.Card
	pulled chan struct{}
	resets int
}

// until waits for ready under the service's lock, which it leaves held; it
// reports an error, without the lock, where the context or the card went first.
func (c *context) until(pulled chan struct{}, ready func() bool) error {
	for {
		c.s.mu.Lock()
		if c.gone() {
			c.s.mu.Unlock()
			return pcsc.ErrServiceStopped
		}
		if ready() {
			return nil
		}
		changed := c.s.changed
		c.s.mu.Unlock()
		select {
		case <-changed:
		case <-c.dead:
			return pcsc.ErrServiceStopped
		case <-pulled:
			return pcsc.ErrRemoved
		}
	}
}

func (c *context) Connect(name string, _ pcsc.Share) (pcsc.Card, error) {
	err := c.until(nil, func() bool {
		r := c.s.find(name)
		return r == nil || r.card == nil || (r.holder == nil && !r.outside)
	})
	if err != nil {
		return nil, err
	}
	defer c.s.mu.Unlock()
	c.s.calls["connect"]++
	r := c.s.find(name)
	switch {
	case r == nil:
		return nil, pcsc.ErrUnknownReader
	case r.card == nil:
		return nil, pcsc.ErrNoCard
	case r.mute:
		return nil, pcsc.ErrUnresponsive
	}
	return &handle{c: c, r: r, card: r.card, pulled: r.pulled, resets: r.resets}, nil
}

// check is the handle's state; the service's lock is held.
func (h *handle) check() error {
	switch {
	case h.c.gone():
		return pcsc.ErrServiceStopped
	case h.r.card != h.card || h.r.pulled != h.pulled:
		return pcsc.ErrRemoved
	case h.r.resets != h.resets:
		return pcsc.ErrReset
	}
	return nil
}

func (h *handle) Begin() error {
	err := h.c.until(h.pulled, func() bool {
		return h.check() != nil || ((h.r.holder == nil || h.r.holder == h) && !h.r.outside)
	})
	if err != nil {
		return err
	}
	defer h.c.s.mu.Unlock()
	if err := h.check(); err != nil {
		return err
	}
	h.r.holder = h
	return nil
}

func (h *handle) End(d pcsc.Disposition) error {
	err := pcsc.Error(0)
	h.c.s.change(func() {
		if h.r.holder == h {
			h.r.holder = nil
		}
		h.dispose(d)
		if h.check() != nil {
			err = pcsc.ErrRemoved
		}
	})
	if err != 0 {
		return err
	}
	return nil
}

func (h *handle) dispose(d pcsc.Disposition) {
	if d == pcsc.LeaveCard {
		h.c.s.calls["leave"]++
		return
	}
	h.c.s.calls["reset"]++
	if h.r.card != nil { // whichever card is in now, as pcscd 1.9.9 does
		h.r.card.Power()
	}
}

func (h *handle) Disconnect(d pcsc.Disposition) error { return h.End(d) }

func (h *handle) T0() bool { return false }

func (h *handle) Status() error {
	h.c.s.mu.Lock()
	defer h.c.s.mu.Unlock()
	return h.check()
}

func (h *handle) Transmit(command []byte) ([]byte, error) {
	h.c.s.mu.Lock()
	h.c.s.calls["transmit"]++
	if err := h.check(); err != nil {
		h.c.s.mu.Unlock()
		return nil, err
	}
	h.c.s.mu.Unlock()
	answer, f := h.card.Answer(command)
	if f.Pull {
		h.c.s.Pull(h.r.name)
		if f.Broken {
			return nil, pcsc.ErrNotTransacted
		}
		return nil, nil // vpcd reports a success of no bytes
	}
	var late <-chan time.Time
	if f.Delay > 0 {
		t := time.NewTimer(f.Delay)
		defer t.Stop()
		late = t.C
	}
	if f.Delay > 0 || f.Mute {
		select {
		case <-late:
		case <-h.pulled:
			return nil, pcsc.ErrRemoved
		case <-h.dead():
			return nil, pcsc.ErrServiceStopped
		}
	}
	return answer, nil
}

// dead is the end of the context, except for one that cannot be broken off.
func (h *handle) dead() <-chan struct{} { return h.c.dead }
