package cardreader

import (
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Proof is what a reading has shown, from nothing to a live genuine chip.
type Proof uint8

// The levels, and what each is worth.
const (
	// Unverified: the card said so. It stops slips of the keyboard and nobody
	// else; a blank card or a program can say the same.
	Unverified Proof = iota
	// SignedData: the issuer signed what was read. It stops invented data, and
	// not a copy of a whole card.
	SignedData
	// GenuineChip: and the chip holds the key that the issuer signed, shown on a
	// fresh challenge within the same transaction. It stops copies, and not a
	// card that is stolen or lent: the holder is checked by a person.
	GenuineChip
)

// String is a token for audit and translation.
func (p Proof) String() string {
	switch p {
	case SignedData:
		return "signed-data"
	case GenuineChip:
		return "genuine-chip"
	default:
		return "unverified"
	}
}

// Face is what is printed on a card, as far as its layout holds it. Every text
// passed a decoder that refuses what could act on a terminal or an eye, and is
// otherwise as the card has it. It prints itself as a mask.
type Face struct {
	HKIC       ehrdesk.HKIC
	Other      ehrdesk.Document // number of another place's card, Type "NID"
	CardNumber string           // of the card itself, where it has one
	Name       string           // in Latin letters
	LocalName  string           // in the card's other script
	Born       ehrdesk.When
	Sex        ehrdesk.Gender // "" where the card does not hold it
	Issued     ehrdesk.When
	Expires    ehrdesk.When
	Photo      []byte // JPEG
}

// Format prints a mask under every verb: a face is never logged by accident.
func (f Face) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "card face ********") }

// LogValue is the mask for structured logs.
func (f Face) LogValue() slog.Value { return slog.StringValue("card face ********") }

// Reading is one card read once.
type Reading struct {
	Profile  string // which layout it was read by
	Reader   string
	At       time.Time
	Proof    Proof
	Evidence Evidence // zero below GenuineChip
	Face     Face
}

// Evidence is what a third party can check a genuine chip by, later and without
// the card: the issuer's signature is in Signed with the hash of the face and
// the chip's public key, and Response is that chip's signature over Challenge.
// It names nobody.
type Evidence struct {
	Challenge [32]byte
	Response  []byte
	Signed    []byte
}

// Wipe clears what can be cleared. Go strings cannot: hold a Reading no longer
// than its card is in.
func (r *Reading) Wipe() {
	if r == nil {
		return
	}
	clear(r.Face.Photo)
	r.Face = Face{}
}
