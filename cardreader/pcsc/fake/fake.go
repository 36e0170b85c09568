// Package fake is a smart-card service in memory, for tests and for a simulated
// card tray: readers come and go, cards are put in and pulled, the service
// stops, refuses or is held by another program. It keeps PC/SC's bad habits: a
// Cancel without a waiter is lost, Connect blocks while another handle holds a
// transaction, a pull shows in different codes at different moments.
//
// It blocks on channels alone, so testing/synctest can run it on a fake clock.
package fake

import (
	"sync"

	"github.com/ehrdesk/ehrdesk/cardreader/pcsc"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
)

// Service is the smart-card service. The zero value is not usable: see New.
type Service struct {
	mu       sync.Mutex
	up       bool
	denied   bool
	stuck    bool
	noPnP    bool
	readers  []*reader
	contexts map[*context]bool
	changed  chan struct{} // closed and replaced at every change
	calls    map[string]int
}

type reader struct {
	name    string
	card    *simcard.Card
	pulled  chan struct{} // closed when the card is pulled; nil without a card
	mute    bool
	count   uint16
	resets  int
	holder  *handle // of the transaction
	outside bool    // another program holds a transaction
}

// New is a running service with these readers.
func New(readers ...string) *Service {
	s := &Service{up: true, contexts: map[*context]bool{}, changed: make(chan struct{}), calls: map[string]int{}}
	for _, name := range readers {
		s.readers = append(s.readers, &reader{name: name})
	}
	return s
}

// change runs f and wakes everybody who waits.
func (s *Service) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *Service) find(name string) *reader {
	for _, r := range s.readers {
		if r.name == name {
			return r
		}
	}
	return nil
}

// Stop ends the service: every context is dead from here on.
func (s *Service) Stop() {
	s.change(func() {
		s.up = false
		for c := range s.contexts {
			c.die()
		}
	})
}

// Start starts it again, with the readers and cards as they are.
func (s *Service) Start() { s.change(func() { s.up = true }) }

// Deny makes the service refuse this user, as polkit does.
func (s *Service) Deny(no bool) { s.change(func() { s.denied = no }) }

// Stuck makes contexts that cannot be broken off, as those of a C library.
func (s *Service) Stuck(yes bool) { s.change(func() { s.stuck = yes }) }

// NoPnP makes the service forget the PnP name, as macOS does.
func (s *Service) NoPnP() { s.change(func() { s.noPnP = true }) }

// Plug connects a reader; Unplug takes it away with the card in it.
func (s *Service) Plug(name string) {
	s.change(func() { s.readers = append(s.readers, &reader{name: name}) })
}

// Unplug takes the reader away.
func (s *Service) Unplug(name string) {
	s.change(func() {
		for i, r := range s.readers {
			if r.name == name {
				r.out()
				s.readers = append(s.readers[:i:i], s.readers[i+1:]...)
				return
			}
		}
	})
}

// Insert puts a card into a reader, in the place of any other.
func (s *Service) Insert(name string, card *simcard.Card) { s.insert(name, card, false) }

// InsertMute puts a card in that does not answer to reset.
func (s *Service) InsertMute(name string) { s.insert(name, &simcard.Card{}, true) }

func (s *Service) insert(name string, card *simcard.Card, mute bool) {
	s.change(func() {
		r := s.find(name)
		if r == nil {
			return
		}
		r.out()
		r.card, r.mute, r.pulled = card, mute, make(chan struct{})
		r.count++
		if !mute {
			card.Put()
			card.Power()
		}
	})
}

// Pull takes the card out of a reader.
func (s *Service) Pull(name string) {
	s.change(func() {
		if r := s.find(name); r != nil {
			r.out()
		}
	})
}

// Left is closed when the card that is in a reader has left, at once for an
// empty one.
func (s *Service) Left(name string) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.find(name); r != nil && r.pulled != nil {
		return r.pulled
	}
	gone := make(chan struct{})
	close(gone)
	return gone
}

func (r *reader) out() {
	if r.card == nil {
		return
	}
	r.card, r.holder, r.mute = nil, nil, false
	close(r.pulled)
	r.pulled = nil
	r.count++
}

// Hold lets another program take a transaction on a reader, until release.
func (s *Service) Hold(name string) (release func()) {
	set := func(v bool) {
		s.change(func() {
			if r := s.find(name); r != nil {
				r.outside = v
			}
		})
	}
	set(true)
	return func() { set(false) }
}

// ResetCard lets another program reset the card in a reader.
func (s *Service) ResetCard(name string) {
	s.change(func() {
		if r := s.find(name); r != nil && r.card != nil {
			r.resets++
			r.card.Power()
		}
	})
}

// Contexts is how many contexts are open: a program that cleaned up leaves none.
func (s *Service) Contexts() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.contexts)
}

// Calls is how often something was called: "establish", "connect", "transmit",
// "cancel", "reset" for a reset at the end and "leave" for none.
func (s *Service) Calls(what string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[what]
}

// Establish is the service's pcsc.Establish.
func (s *Service) Establish() (pcsc.Context, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls["establish"]++
	switch {
	case !s.up:
		return nil, pcsc.ErrNoService
	case s.denied:
		return nil, pcsc.ErrDenied
	}
	c := &context{s: s, dead: make(chan struct{}), cancel: make(chan struct{})}
	s.contexts[c] = true
	if s.stuck {
		return c, nil
	}
	return abortable{c}, nil
}
