package cardreader

import (
	"context"
	"errors"
	"fmt"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/pcsc"
)

// Kind is what went wrong, in the few ways that a person acts on. It is an
// error itself: errors.Is(err, cardreader.Removed).
type Kind uint8

// The kinds, and what the person or the program does about each.
const (
	Internal      Kind = iota // a fault of ours
	Unsupported               // this build reads no cards: type
	NoService                 // the service is not there: it is tried again
	Denied                    // the service refuses this user: polkit rule
	NoReader                  // plug the reader in
	ReaderRefused             // a reader this desk must not use: a virtual one in production
	NoCard                    // insert
	Removed                   // it was there and has gone: insert again, partial data dropped
	Mute                      // present, but no valid answer: turn the card over
	Busy                      // another program holds the reader: close it
	Reset                     // another program reset the card: tried once more
	Link                      // the link to the card broke, often a pull not noticed yet: tried once more
	Late                      // our deadline passed
	Cancelled                 // our caller gave up
	Unknown                   // no profile for this card: type
	Recognised                // known and not for us to read (HKIC): type or scan
	Refused                   // the card answered with a status word that is not success
	Malformed                 // the answer breaks ISO 7816 or TLV rules
	TooLarge                  // the answer is larger than allowed
	BadData                   // a field is not what it must be
	Untrusted                 // a signature or the chip's answer does not hold
	Forbidden                 // a command that may not be sent; nothing was sent
)

var kinds = [...]struct{ token, words string }{
	Internal:      {"internal", "the card part of this program failed"},
	Unsupported:   {"unsupported", "this build reads no cards"},
	NoService:     {"no-service", "the smart-card service is not running"},
	Denied:        {"denied", "this user is not allowed to use the card reader"},
	NoReader:      {"no-reader", "no card reader is connected"},
	ReaderRefused: {"reader-refused", "this desk does not use that reader"},
	NoCard:        {"no-card", "there is no card in the reader"},
	Removed:       {"removed", "the card was removed"},
	Mute:          {"mute", "the card does not answer; turn it over"},
	Busy:          {"busy", "another program holds the reader"},
	Reset:         {"reset", "another program reset the card"},
	Link:          {"link", "the link to the card broke"},
	Late:          {"late", "the card did not answer in time"},
	Cancelled:     {"cancelled", "the reading was given up"},
	Unknown:       {"unknown-card", "this desk does not know this card"},
	Recognised:    {"recognised", "the card is recognised and cannot be read here; type or scan the number"},
	Refused:       {"refused", "the card refused a command"},
	Malformed:     {"malformed", "the card's answer is not well formed"},
	TooLarge:      {"too-large", "the card's answer is larger than allowed"},
	BadData:       {"bad-data", "what the card says is not valid"},
	Untrusted:     {"untrusted", "the card could not prove that it is genuine"},
	Forbidden:     {"forbidden", "a command that may not be sent to a card was not sent"},
}

// String is a token for logs, audit and translation: "removed", "busy".
func (k Kind) String() string {
	if int(k) < len(kinds) {
		return kinds[k].token
	}
	return kinds[Internal].token
}

// Error is the kind in words.
func (k Kind) Error() string {
	if int(k) < len(kinds) {
		return kinds[k].words
	}
	return kinds[Internal].words
}

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
