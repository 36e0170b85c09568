package cardreader

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk/cardreader/pcsc"
)

// Session is one card, connected and taken in one transaction. It has its own
// PC/SC context and one worker goroutine on which every call to the service
// runs: they block where nothing interrupts them, and the caller keeps its
// deadline by walking away. The worker then cleans up when the call returns.
//
// Any error ends a session: after one, the card in the reader may be another.
// A session is for one goroutine.
type Session struct {
	work chan func()
	quit chan struct{}
	gone chan struct{} // closed when the worker has ended
	once sync.Once
	over error // why no more is done; the caller's goroutine
	aid  []byte
	// verifier is the one whose exchange with a SAM runs, "" outside one: it may
	// send what nobody else may.
	verifier string

	// of the worker
	pc    Context
	card  Card
	taken bool
	end   pcsc.Disposition

	mu    sync.Mutex
	abort pcsc.Aborter
}

const opRead = "card.read"

// Open connects to the card in reader, shared, and takes the transaction.
//
// It waits while another program holds the card; at the end of ctx that is the
// error: Busy. A card that does not come up in time looks the same. With an
// error the session is closed and returned all the same, for its Gone.
func Open(ctx context.Context, establish Establish, reader string) (*Session, error) {
	return openIn(ctx, establish, "connect", func(Context) (string, error) { return reader, nil })
}

// openIn is Open in the reader that find names.
func openIn(ctx context.Context, establish Establish, step string, find func(Context) (string, error)) (*Session, error) {
	s := &Session{work: make(chan func()), quit: make(chan struct{}), gone: make(chan struct{}), end: pcsc.ResetCard}
	go s.run()
	err := s.do(ctx, step, func() error { return s.open(establish, find) })
	if err == nil {
		return s, nil
	}
	s.Close()
	if errors.Is(err, context.DeadlineExceeded) {
		return s, failure(opRead, Busy, step, context.DeadlineExceeded)
	}
	return s, err
}

// open runs on the worker.
func (s *Session) open(establish Establish, find func(Context) (string, error)) (err error) {
	if s.pc, err = establish(); err != nil {
		return err
	}
	if a, ok := s.pc.(pcsc.Aborter); ok {
		s.mu.Lock()
		s.abort = a
		s.mu.Unlock()
	}
	reader, err := find(s.pc)
	if err != nil {
		return err
	}
	if s.card, err = s.pc.Connect(reader, pcsc.Shared); err != nil {
		return err
	}
	if err = s.card.Begin(); err != nil {
		return err
	}
	s.taken = true
	return nil
}

// run is the worker.
func (s *Session) run() {
	defer close(s.gone)
	defer func() {
		if s.taken {
			_ = s.card.End(s.end)
		}
		if s.card != nil {
			_ = s.card.Disconnect(s.end)
		}
		if s.pc != nil {
			_ = s.pc.Release()
		}
	}()
	for {
		select {
		case f := <-s.work:
			f()
		case <-s.quit:
			return
		}
	}
}

// do runs f on the worker. When ctx ends first the session is over: do returns
// at once and breaks the call off where the backend can.
func (s *Session) do(ctx context.Context, step string, f func() error) error {
	if s.over != nil {
		return failed(opRead, step, s.over)
	}
	if err := ctx.Err(); err != nil {
		return failed(opRead, step, err)
	}
	result := make(chan error, 1)
	task := func() {
		err := f()
		switch classify(err) {
		case Removed, NoCard, NoReader, Link:
			// A reset after a removal leaves pcscd 1.9.9 with a card that is not
			// there, or resets the next patient's.
			if err != nil {
				s.end = pcsc.LeaveCard
			}
		default:
		}
		result <- err
	}
	select {
	case s.work <- task:
	case <-s.gone:
		return failure(opRead, Internal, step, errors.New("the session is closed"))
	}
	select {
	case err := <-result:
		s.over = err
		return failed(opRead, step, err)
	case <-ctx.Done():
		s.over = ctx.Err()
		s.stop()
		s.breakOff()
		return failed(opRead, step, ctx.Err())
	}
}

func (s *Session) stop() { s.once.Do(func() { close(s.quit) }) }

// Close ends the transaction and resets the card, so that nothing selected or
// unlocked is left for the next program, unless the card has gone. It waits for
// that, except where a call was abandoned at its deadline: then the worker does
// it when the card answers, and Gone tells when. A service that hangs is not
// waited for longer than a second.
func (s *Session) Close() {
	s.stop()
	if errors.Is(s.over, context.DeadlineExceeded) || errors.Is(s.over, context.Canceled) {
		return
	}
	hung := time.NewTimer(closing)
	defer hung.Stop()
	select {
	case <-s.gone:
	case <-hung.C:
		s.breakOff()
	}
}

const closing = time.Second

// breakOff ends the call in progress where the backend can.
func (s *Session) breakOff() {
	s.mu.Lock()
	a := s.abort
	s.mu.Unlock()
	if a != nil {
		a.Abort()
	}
}

// Gone is closed when nothing of the session is left.
func (s *Session) Gone() <-chan struct{} { return s.gone }

// Select chooses an application. found is false where the card has it not.
func (s *Session) Select(ctx context.Context, step string, aid []byte) (found bool, err error) {
	command := append([]byte{0, insSelect, 4, 0, byte(len(aid))}, aid...)
	answer, sw, err := s.Transmit(ctx, step, command)
	clear(answer)
	switch {
	case err != nil:
		return false, err
	case sw == 0x9000, sw>>8 == 0x62, sw>>8 == 0x63: // warnings: selected all the same
		s.aid = bytes.Clone(aid)
		return true, nil
	}
	s.aid = nil
	return false, nil
}

// exchange sends one command as it is and splits the answer.
func (s *Session) exchange(ctx context.Context, step string, command []byte) (data []byte, sw uint16, err error) {
	if !permitted(s.aid, command, sender{verifier: s.verifier}) {
		return nil, 0, failure(opRead, Forbidden, step, nil)
	}
	command = bytes.Clone(command)
	var answer []byte
	err = s.do(ctx, step, func() error {
		defer clear(command)
		c := command
		if s.card.T0() {
			c = withoutLe(c)
		}
		b, err := s.card.Transmit(c)
		if err != nil || len(b) < 2 {
			// A pull in the middle shows in many ways: ask for the card itself.
			switch status := s.card.Status(); classify(status) {
			case Removed, NoCard, NoReader, NoService, Reset:
				if status != nil {
					return status
				}
			default:
			}
			if err == nil {
				s.end = pcsc.LeaveCard // vpcd gives a pull as a success of no bytes
			}
		}
		answer = b
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	defer clear(answer[:cap(answer)])
	n := len(answer) - 2
	if n < 0 {
		return nil, 0, s.fail(Link, step, 0, errors.New("the answer has no status word"))
	}
	sw = uint16(answer[n])<<8 | uint16(answer[n+1])
	if sw>>12 != 6 && sw>>12 != 9 {
		return nil, 0, s.fail(Malformed, step, sw, errors.New("the status word is out of range"))
	}
	return bytes.Clone(answer[:n]), sw, nil
}

// fail ends the session.
func (s *Session) fail(k Kind, step string, sw uint16, cause error) error {
	s.over = fault(&Failure{Kind: k, Step: step, SW: sw, Cause: cause})
	return s.over
}
