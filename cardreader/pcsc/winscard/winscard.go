//go:build windows || (cgo && (darwin || (linux && libpcsclite)))

// Package winscard reaches the smart-card service through the system's own
// library, with github.com/ebfe/scard: winscard.dll on Windows, without cgo; the
// PCSC framework on macOS; libpcsclite on Linux, only under the build tag
// libpcsclite, so that no build and no go vet fails for want of its headers.
//
// Its GetStatusChange keeps reader names in a map that two waiting contexts
// share and overwrite under each other (a use after free when both wait on one
// name). The rule above this package, one monitor a process, is what makes it
// safe; nothing else calls Wait.
package winscard

import (
	"errors"
	"sync"
	"time"

	"github.com/ebfe/scard"

	"github.com/ehrdesk/ehrdesk/cardreader/pcsc"
)

// lists is held while libpcsclite changes what it keeps of contexts and cards: it looks a
// card up in the lists of all contexts, and takes into and out of one under that context's
// own lock alone, so that a card that is let go while another is taken can be read from
// memory that is no more (a crash seen with four readers). None of the calls waits for
// another program.
var lists sync.Mutex

type context struct{ c *scard.Context }

// Establish connects to the service. Errors: pcsc.ErrDenied where pcsc-lite
// accepts and hangs up twice, which is how polkit's refusal arrives; a daemon
// that just ended does so once.
func Establish() (pcsc.Context, error) {
	c, err := scard.EstablishContext()
	if errors.Is(code(err), pcsc.ErrComm) {
		if c, err = scard.EstablishContext(); errors.Is(code(err), pcsc.ErrComm) {
			return nil, pcsc.ErrDenied
		}
	}
	if err != nil {
		return nil, code(err)
	}
	return &context{c}, nil
}

// code gives the library's error as the one of package pcsc.
func code(err error) error {
	var e scard.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &e):
		return pcsc.Error(e)
	default:
		return pcsc.ErrInvalidParam
	}
}

// Readers asks again where a reader came between the library's two calls.
func (x *context) Readers() ([]string, error) {
	var names []string
	var err error
	for range 3 {
		names, err = x.c.ListReaders()
		if !errors.Is(code(err), pcsc.ErrShortBuffer) {
			break
		}
	}
	if errors.Is(code(err), pcsc.ErrNoReaders) {
		return nil, nil
	}
	return names, code(err)
}

func (x *context) Wait(states []pcsc.ReaderState, timeout time.Duration) error {
	if len(states) == 0 { // the library would index an empty slice
		return pcsc.ErrInvalidParam
	}
	s := make([]scard.ReaderState, len(states))
	for i, r := range states {
		s[i] = scard.ReaderState{Reader: r.Reader, CurrentState: scard.StateFlag(r.Current)}
	}
	if err := code(x.c.GetStatusChange(s, timeout)); err != nil {
		return err
	}
	for i := range states {
		states[i].Event = pcsc.State(s[i].EventState)
		states[i].ATR = s[i].Atr
	}
	return nil
}

func (x *context) Cancel() error { return code(x.c.Cancel()) }

func (x *context) Release() error {
	lists.Lock()
	defer lists.Unlock()
	return code(x.c.Release())
}

func (x *context) Connect(reader string, share pcsc.Share) (pcsc.Card, error) {
	lists.Lock()
	defer lists.Unlock()
	k, err := x.c.Connect(reader, scard.ShareMode(share), scard.ProtocolAny)
	if err := code(err); err != nil {
		return nil, err
	}
	return &card{k}, nil
}

type card struct{ k *scard.Card }

func (k *card) Begin() error                 { return code(k.k.BeginTransaction()) }
func (k *card) End(d pcsc.Disposition) error { return code(k.k.EndTransaction(scard.Disposition(d))) }
func (k *card) Disconnect(d pcsc.Disposition) error {
	lists.Lock()
	defer lists.Unlock()
	return code(k.k.Disconnect(scard.Disposition(d)))
}
func (k *card) T0() bool { return k.k.ActiveProtocol() == scard.ProtocolT0 }

func (k *card) Status() error {
	_, err := k.k.Status()
	return code(err)
}

func (k *card) Transmit(command []byte) ([]byte, error) {
	if len(command) < 4 {
		return nil, pcsc.ErrInvalidParam
	}
	switch k.k.ActiveProtocol() {
	case scard.ProtocolT0, scard.ProtocolT1:
	default: // the library would panic
		return nil, pcsc.ErrProtoMismatch
	}
	answer, err := k.k.Transmit(command)
	return answer, code(err)
}
