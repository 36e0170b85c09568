// Package pcsc is the smallest part of PC/SC that a desk needs to watch readers
// and read cards: two interfaces, their flags and their errors. Backends
// implement it (pcscd, winscard, fake); cardreader chooses one at build time and
// nothing above it knows which.
//
// Source: PC/SC Workgroup part 5 and pcsc-lite's winscard.h, whose values the
// constants are.
package pcsc

import (
	"fmt"
	"time"
)

// PnP is the name that stands for "a reader came or went" in a Wait.
const PnP = `\\?PnP?\Notification`

// MaxWatched is how many readers one Wait can hold beside PnP: pcsc-lite takes
// sixteen states (PCSCLITE_MAX_READERS_CONTEXTS).
const MaxWatched = 15

// State is what a reader is in. The upper word is an event counter where the
// service keeps one; it must be given back as it came.
type State uint32

// The states of a reader.
const (
	Unaware     State = 0x0000
	Ignore      State = 0x0001
	Changed     State = 0x0002
	Unknown     State = 0x0004
	Unavailable State = 0x0008
	Empty       State = 0x0010
	Present     State = 0x0020
	Exclusive   State = 0x0080
	InUse       State = 0x0100
	Mute        State = 0x0200
)

// Count is the event counter in the upper word, 0 where there is none.
func (s State) Count() uint16 { return uint16(s >> 16) }

// ReaderState is one line of a Wait: what the caller believes and what is so.
type ReaderState struct {
	Reader  string
	Current State  // what the caller last saw
	Event   State  // what Wait found, with Changed where it differs
	ATR     []byte // answer to reset, while a card is present
}

// Share says whether others may use the card at the same time.
type Share uint32

// The ways to share. The desk always shares and takes a transaction.
const (
	Alone  Share = 1
	Shared Share = 2
)

// Disposition is what becomes of the card at the end.
type Disposition uint32

// The dispositions.
const (
	LeaveCard   Disposition = 0
	ResetCard   Disposition = 1
	UnpowerCard Disposition = 2
)

// Context is one connection to the smart-card service. Its calls may run from
// one goroutine at a time, Cancel alone from any: with libpcsclite every other
// call waits while Wait holds the context.
type Context interface {
	// Readers lists the readers' names, none without an error.
	Readers() ([]string, error)
	// Wait blocks until a reader's state differs from Current, timeout has
	// passed (ErrTimeout) or Cancel was called (ErrCancelled). timeout < 0 is
	// for ever.
	Wait(states []ReaderState, timeout time.Duration) error
	// Cancel ends a Wait in progress. PC/SC forgets one that comes between two
	// waits, so callers repeat it until their waiter is back.
	Cancel() error
	// Connect powers the card and gives a handle. It blocks while anybody holds
	// a transaction on the reader.
	Connect(reader string, share Share) (Card, error)
	// Release ends the connection.
	Release() error
}

// Card is a handle to one card in one reader.
type Card interface {
	// Begin takes the card for this handle alone, waiting for others to end.
	Begin() error
	End(Disposition) error
	// Transmit sends one command APDU; the answer is data and status word.
	Transmit(command []byte) ([]byte, error)
	// Status is nil while the card of this handle is in the reader.
	Status() error
	// T0 reports the byte protocol T=0, in which a command with data cannot
	// also say how much it expects.
	T0() bool
	Disconnect(Disposition) error
}

// Aborter is a Context that another goroutine can break off at once, without
// waiting for a card. What blocks in C cannot be.
type Aborter interface{ Abort() }

// Establish connects to the smart-card service.
type Establish func() (Context, error)

// Error is a PC/SC return code. Its text is the code's name.
type Error uint32

// The codes that the desk tells apart.
const (
	ErrCancelled       Error = 0x80100002
	ErrInvalidHandle   Error = 0x80100003
	ErrInvalidParam    Error = 0x80100004
	ErrShortBuffer     Error = 0x80100008
	ErrUnknownReader   Error = 0x80100009
	ErrTimeout         Error = 0x8010000A
	ErrSharing         Error = 0x8010000B
	ErrNoCard          Error = 0x8010000C
	ErrProtoMismatch   Error = 0x8010000F
	ErrNotReady        Error = 0x80100010
	ErrSystemCancelled Error = 0x80100012
	ErrComm            Error = 0x80100013
	ErrNotTransacted   Error = 0x80100016
	ErrUnavailable     Error = 0x80100017
	ErrNoService       Error = 0x8010001D
	ErrServiceStopped  Error = 0x8010001E
	ErrUnsupported     Error = 0x8010001F
	ErrNoReaders       Error = 0x8010002E
	ErrUnresponsive    Error = 0x80100066
	ErrUnpowered       Error = 0x80100067
	ErrReset           Error = 0x80100068
	ErrRemoved         Error = 0x80100069
	ErrDenied          Error = 0x8010006A
)

var names = map[Error]string{
	ErrCancelled: "SCARD_E_CANCELLED", ErrInvalidHandle: "SCARD_E_INVALID_HANDLE",
	ErrInvalidParam: "SCARD_E_INVALID_PARAMETER", ErrShortBuffer: "SCARD_E_INSUFFICIENT_BUFFER",
	ErrUnknownReader: "SCARD_E_UNKNOWN_READER", ErrTimeout: "SCARD_E_TIMEOUT",
	ErrSharing: "SCARD_E_SHARING_VIOLATION", ErrNoCard: "SCARD_E_NO_SMARTCARD",
	ErrProtoMismatch: "SCARD_E_PROTO_MISMATCH", ErrNotReady: "SCARD_E_NOT_READY",
	ErrSystemCancelled: "SCARD_E_SYSTEM_CANCELLED", ErrComm: "SCARD_F_COMM_ERROR",
	ErrNotTransacted: "SCARD_E_NOT_TRANSACTED", ErrUnavailable: "SCARD_E_READER_UNAVAILABLE",
	ErrNoService: "SCARD_E_NO_SERVICE", ErrServiceStopped: "SCARD_E_SERVICE_STOPPED",
	ErrUnsupported: "SCARD_E_UNSUPPORTED_FEATURE", ErrNoReaders: "SCARD_E_NO_READERS_AVAILABLE",
	ErrUnresponsive: "SCARD_W_UNRESPONSIVE_CARD", ErrUnpowered: "SCARD_W_UNPOWERED_CARD",
	ErrReset: "SCARD_W_RESET_CARD", ErrRemoved: "SCARD_W_REMOVED_CARD",
	ErrDenied: "SCARD_W_SECURITY_VIOLATION",
}

func (e Error) Error() string {
	if n, ok := names[e]; ok {
		return n
	}
	return fmt.Sprintf("PC/SC error 0x%08X", uint32(e))
}
