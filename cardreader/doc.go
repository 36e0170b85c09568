// Package cardreader watches smart-card readers and reads card faces: which
// readers there are, which card was put in, what is printed on it and what that
// proves. It stands alone: it knows nothing of consent, screens or the network.
//
// A Monitor, one a process, tells of readers and cards. A Station reads: it
// matches the card's answer to reset against profiles, takes the card for one
// short transaction, runs the profile's few steps, decodes the fields and has
// them verified. Every Reading says what it proves. A reading that proves
// nothing is worth as much as typing: it fills in a search box and never shows
// that a person or even a genuine card was there.
//
// A card that opens only to a key of its issuer's is opened by a SAM, a card of
// the issuer's in a reader of its own; which commands that takes is code, as a
// verifier that the profile names.
//
// A real Hong Kong identity card is recognised and never spoken to. Its chip
// opens itself only to readers with the Government's keys. Where a site has a
// licensed component for that, a Bridge starts it and takes its answer: Station
// and Bridge are each a FaceSource.
//
// The backend is chosen at build time; Backend names it:
//
//	linux                       own client of pcscd, no cgo       pcsc/pcscd
//	linux with tag libpcsclite  libpcsclite through ebfe/scard    pcsc/winscard
//	windows, macOS with cgo     the system's, through ebfe/scard  pcsc/winscard
//	elsewhere                   none; says so
package cardreader

import "github.com/ehrdesk/ehrdesk/cardreader/pcsc"

// Context, Card and Establish are what a backend is; see package pcsc.
type (
	Context   = pcsc.Context
	Card      = pcsc.Card
	Establish = pcsc.Establish
)

// Backend names the way this build reaches the smart-card service.
func Backend() string { return backend }

// System is the backend of this build.
func System() Establish { return establish }
