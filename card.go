package ehrdesk

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// CardProof is what reading a card has shown, from nothing to a live genuine chip.
type CardProof uint8

// The levels, and what each is worth.
const (
	// CardUnverified: the card said so. It stops slips of the keyboard and nobody
	// else; a blank card or a program can say the same.
	CardUnverified CardProof = iota
	// CardSignedData: the issuer signed what was read. It stops invented data, and
	// not a copy of a whole card.
	CardSignedData
	// CardGenuineChip: and the chip holds the key that the issuer signed, shown on
	// a fresh challenge within the same transaction. It stops copies, and not a
	// card that is stolen or lent: the holder is checked by a person.
	CardGenuineChip
)

// String is a token for audit and translation.
func (p CardProof) String() string {
	switch p {
	case CardSignedData:
		return "signed-data"
	case CardGenuineChip:
		return "genuine-chip"
	default:
		return "unverified"
	}
}

// ParseCardProof reads a token. Errors: CodeInvalid.
func ParseCardProof(s string) (CardProof, error) {
	for p := CardUnverified; p <= CardGenuineChip; p++ {
		if p.String() == s {
			return p, nil
		}
	}
	return CardUnverified, Errorf("card", CodeInvalid, "no such level of proof")
}

// CardFace is what is printed on a card, as far as its layout holds it. Every
// text passed a decoder that refuses what could act on a terminal or an eye, and
// is otherwise as the card has it. It prints itself as a mask.
type CardFace struct {
	HKIC       HKIC
	Other      Document // number of another place's card, Type "NID"
	CardNumber string   // of the card itself, where it has one
	Name       string   // in Latin letters
	LocalName  string   // in the card's other script
	Born       When
	Sex        Gender // "" where the card does not hold it: the HKIC of 2003 does not
	Issued     When
	Expires    When
	Photo      []byte // JPEG
}

// Number is what the card's holder is looked up by; zero where it holds none.
func (f CardFace) Number() Number {
	if !f.HKIC.IsZero() {
		return Number{HKIC: f.HKIC}
	}
	return Number{Document: f.Other}
}

// Format prints a mask under every verb: a face is never logged by accident.
func (f CardFace) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "card face "+mask) }

// LogValue is the mask for structured logs.
func (f CardFace) LogValue() slog.Value { return slog.StringValue("card face " + mask) }

// CardEvidence is what somebody who was not there can judge a reading by, later
// and without the card. What stands in Scheme decides how: for the training card
// the issuer's signature is in Signed, with the hash of Face and the chip's
// public key, and Response is that chip's signature over Challenge.
type CardEvidence struct {
	Profile   string    // the layout it was read by
	Source    string    // "reader", or the bridge program's name
	Scheme    string    // whose rules it is checked by; "" for none: nothing is proved
	Proof     CardProof // what the desk found; others check for themselves
	Challenge [32]byte
	Response  []byte
	Signed    []byte
	// Face is the part of the card that Signed covers. It names the person: it
	// goes to the centre with the consent, and into no log.
	Face []byte
}

// WithoutFace is the evidence as an access log keeps it: it names nobody.
func (e CardEvidence) WithoutFace() *CardEvidence {
	e.Face = nil
	return &e
}

// Format prints a mask: the face is in it.
func (e CardEvidence) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "card evidence "+mask) }

// LogValue is the mask for structured logs.
func (e CardEvidence) LogValue() slog.Value { return slog.StringValue("card evidence " + mask) }

// CardReading is one card read once.
type CardReading struct {
	Profile  string // the layout it was read by
	Reader   string
	At       time.Time
	Proof    CardProof
	Face     CardFace
	Evidence CardEvidence
}

// Wipe clears what can be cleared. Go strings cannot: hold a reading no longer
// than its card is in.
func (r *CardReading) Wipe() {
	if r == nil {
		return
	}
	clear(r.Face.Photo)
	clear(r.Evidence.Face)
	r.Face, r.Evidence.Face = CardFace{}, nil
}

// CardNonce is the centre's part in a consent by card: it is good for one act of
// one provider, and for a few minutes.
type CardNonce struct {
	Value   [32]byte
	Expires time.Time // the centre's clock
}

// CardChallenge is what the chip signs for one act: the centre's nonce makes it
// fresh, the request and the provider make it this act's and no other's.
func CardChallenge(nonce [32]byte, requestID, provider string) [32]byte {
	h := sha256.New()
	_, _ = io.WriteString(h, "ehrdesk sharing consent by card 1\x00") // a hash never fails
	_, _ = h.Write(nonce[:])
	_, _ = io.WriteString(h, requestID+"\x00"+provider)
	return [32]byte(h.Sum(nil))
}

// CardEventKind is what happened at the readers.
type CardEventKind uint8

// The events. Of one reader they come in order: added, inserted, removed,
// inserted, …, removed, gone. When the service goes, every card is removed and
// every reader gone before CardServiceDown is told.
const (
	CardServiceUp CardEventKind = iota
	CardServiceDown
	CardReaderAdded
	CardReaderGone
	CardInserted
	CardRemoved
	CardMute // present without a valid answer to reset
)

func (k CardEventKind) String() string {
	return [...]string{"service-up", "service-down", "reader-added", "reader-gone", "card-inserted", "card-removed", "card-mute"}[k]
}

// CardEvent is one thing that happened at the readers, as a desk sees it.
type CardEvent struct {
	Kind   CardEventKind
	Reader string
	// Insertion numbers the cards from 1, for CardInserted, CardMute and
	// CardRemoved. Whatever a reading gives belongs to one insertion: when that
	// card is removed, what comes late is dropped.
	Insertion uint64
	Allowed   bool              // this desk uses the reader
	Staff     bool              // the reader is the staff's, not the patient's
	Profile   string            // of CardInserted: which card it may be, "" for an unknown one
	Card      map[string]string // what people call it: en, zh-Hant, zh-Hans
	Readable  bool              // the desk can read its face
	Fault     CardFault         // of CardServiceDown
	At        time.Time
}

// Cards is what a workstation can do with its card readers. It works without
// any: then nothing is ever told but a service that is down.
type Cards interface {
	// Next waits for the next event. ok is false when there will be none any
	// more, or ctx has ended.
	Next(ctx context.Context) (e CardEvent, ok bool)
	// Read reads the card of one insertion. challenge is what a genuine chip is
	// to sign, nil for one that nobody else knows. When that card is removed the
	// reading ends, and what was read is wiped.
	// Errors: CodeCard, with a CardFault inside.
	Read(ctx context.Context, insertion uint64, challenge *[32]byte) (*CardReading, error)
}
