package main

import (
	"context"
	"sync"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/pcsc/fake"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
)

// slot is where training cards are put in: the reader in memory, or a virtual
// reader of a real card service.
type slot interface {
	// put puts a card in, in the place of any other. out is closed when it left.
	put(ctx context.Context, c *simcard.Card) (out <-chan struct{}, err error)
	pull()
}

// memorySlot is a reader of the card service in memory.
type memorySlot struct {
	service *fake.Service
	reader  string
}

func (s memorySlot) put(_ context.Context, c *simcard.Card) (<-chan struct{}, error) {
	s.service.Insert(s.reader, c)
	return s.service.Left(s.reader), nil
}

func (s memorySlot) pull() { s.service.Pull(s.reader) }

// vpcdSlot is a virtual reader that listens at addr.
type vpcdSlot struct {
	addr string

	mu sync.Mutex
	in *simcard.Inserted
}

func (s *vpcdSlot) put(ctx context.Context, c *simcard.Card) (<-chan struct{}, error) {
	s.pull()
	in, err := c.Insert(ctx, s.addr)
	if err != nil {
		return nil, ehrdesk.E("card.simulate", ehrdesk.CodeCard, ehrdesk.FaultNoReader)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.in = in
	return in.Out(), nil
}

func (s *vpcdSlot) pull() {
	s.mu.Lock()
	in := s.in
	s.in = nil
	s.mu.Unlock()
	if in != nil {
		in.Pull()
	}
}
