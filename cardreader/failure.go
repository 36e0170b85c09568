package cardreader

import (
	"context"
	"errors"
	"fmt"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/pcsc"
)

// Kind is what went wrong; the names below are this room's for it.
type Kind = ehrdesk.CardFault

// The kinds: see ehrdesk.CardFault.
const (
	Internal      = ehrdesk.FaultInternal
	Unsupported   = ehrdesk.FaultUnsupported
	NoService     = ehrdesk.FaultNoService
	Denied        = ehrdesk.FaultDenied
	NoReader      = ehrdesk.FaultNoReader
	ReaderRefused = ehrdesk.FaultReaderRefused
	NoCard        = ehrdesk.FaultNoCard
	Removed       = ehrdesk.FaultRemoved
	Mute          = ehrdesk.FaultMute
	Busy          = ehrdesk.FaultBusy
	Reset         = ehrdesk.FaultReset
	Link          = ehrdesk.FaultLink
	Late          = ehrdesk.FaultLate
	Cancelled     = ehrdesk.FaultCancelled
	Unknown       = ehrdesk.FaultUnknown
	Recognised    = ehrdesk.FaultRecognised
	Refused       = ehrdesk.FaultRefused
	Malformed     = ehrdesk.FaultMalformed
	TooLarge      = ehrdesk.FaultTooLarge
	BadData       = ehrdesk.FaultBadData
	Untrusted     = ehrdesk.FaultUntrusted
	Forbidden     = ehrdesk.FaultForbidden
)

// Failure is the cause inside every *ehrdesk.Error of this room. It holds where
// it happened and the status word, and never anything that a card said.
type Failure struct {
	Kind  Kind
	Step  string // "connect", "training-1 step 2", "field born"
	SW    uint16 // the card's status word, 0 where there is none
	Cause error  // a PC/SC code, the context's end, or fixed words
}

func (f *Failure) Error() string {
	s := f.Kind.Error()
	switch {
	case f.Step != "" && f.SW != 0:
		s += fmt.Sprintf(" (%s, SW %04X)", f.Step, f.SW)
	case f.Step != "":
		s += " (" + f.Step + ")"
	}
	if f.Cause != nil {
		s += ": " + f.Cause.Error()
	}
	return s
}

// Unwrap gives the kind and the cause.
func (f *Failure) Unwrap() []error {
	if f.Cause == nil {
		return []error{f.Kind}
	}
	return []error{f.Kind, f.Cause}
}

// KindOf is the kind of any error, Internal where it is none of this room's.
func KindOf(err error) Kind {
	var f *Failure
	if errors.As(err, &f) {
		return f.Kind
	}
	return classify(err)
}

// failure makes the error that this room gives: op and CodeCard around a
// Failure. What is one already stays as it is.
func failure(op string, k Kind, step string, cause error) error {
	return ehrdesk.E(op, ehrdesk.CodeCard, &Failure{Kind: k, Step: step, Cause: cause})
}

// failed classifies a backend's or a context's error.
func failed(op, step string, err error) error {
	var f *Failure
	switch {
	case err == nil:
		return nil
	case errors.As(err, &f):
		return err
	default:
		return failure(op, classify(err), step, err)
	}
}

// classify tells what a code of PC/SC means here. Sources: measured against
// pcscd 1.9.9, 2.3.3 and 2.5.1; winscard.h.
func classify(err error) Kind {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return Late
	case errors.Is(err, context.Canceled):
		return Cancelled
	}
	var e pcsc.Error
	if !errors.As(err, &e) {
		return Internal
	}
	switch e {
	case pcsc.ErrUnsupported:
		return Unsupported
	case pcsc.ErrNoService, pcsc.ErrServiceStopped, pcsc.ErrInvalidHandle, pcsc.ErrSystemCancelled:
		return NoService
	case pcsc.ErrDenied:
		return Denied
	case pcsc.ErrNoReaders, pcsc.ErrUnknownReader, pcsc.ErrUnavailable:
		return NoReader
	case pcsc.ErrNoCard:
		return NoCard
	case pcsc.ErrRemoved:
		return Removed
	case pcsc.ErrUnresponsive, pcsc.ErrUnpowered, pcsc.ErrNotReady:
		return Mute
	case pcsc.ErrSharing:
		return Busy
	case pcsc.ErrReset:
		return Reset
	case pcsc.ErrCancelled:
		return Cancelled
	case pcsc.ErrTimeout:
		return Late
	case pcsc.ErrNotTransacted, pcsc.ErrComm, pcsc.ErrProtoMismatch:
		return Link // Removed, where the service already knows: see Session
	}
	return Internal
}
