package ehrdesk

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"
	"unicode"
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

// CardFault is what went wrong, in the few ways that a person acts on. It is an
// error itself: errors.Is(err, ehrdesk.FaultRemoved).
type CardFault uint8

// The faults, and what the person or the program does about each.
const (
	FaultInternal      CardFault = iota // a fault of ours
	FaultUnsupported                    // this build reads no cards: type
	FaultNoService                      // the service is not there: it is tried again
	FaultDenied                         // the service refuses this user: polkit rule
	FaultNoReader                       // plug the reader in
	FaultReaderRefused                  // a reader this desk must not use: a virtual one in production
	FaultNoCard                         // insert
	FaultRemoved                        // it was there and has gone: insert again, partial data dropped
	FaultMute                           // present, but no valid answer: turn the card over
	FaultBusy                           // another program holds the reader: close it
	FaultReset                          // another program reset the card: tried once more
	FaultLink                           // the link to the card broke, often a pull not noticed yet: tried once more
	FaultLate                           // our deadline passed
	FaultCancelled                      // our caller gave up
	FaultUnknown                        // no profile for this card: type
	FaultRecognised                     // known and not for us to read (HKIC): type or scan
	FaultRefused                        // the card answered with a status word that is not success
	FaultMalformed                      // the answer breaks ISO 7816 or TLV rules
	FaultTooLarge                       // the answer is larger than allowed
	FaultBadData                        // a field is not what it must be
	FaultUntrusted                      // a signature or the chip's answer does not hold
	FaultForbidden                      // a command that may not be sent; nothing was sent
)

var cardFaults = [...]struct{ token, words string }{
	FaultInternal:      {"internal", "the card part of this program failed"},
	FaultUnsupported:   {"unsupported", "this build reads no cards"},
	FaultNoService:     {"no-service", "the smart-card service is not running"},
	FaultDenied:        {"denied", "this user is not allowed to use the card reader"},
	FaultNoReader:      {"no-reader", "no card reader is connected"},
	FaultReaderRefused: {"reader-refused", "this desk does not use that reader"},
	FaultNoCard:        {"no-card", "there is no card in the reader"},
	FaultRemoved:       {"removed", "the card was removed"},
	FaultMute:          {"mute", "the card does not answer; turn it over"},
	FaultBusy:          {"busy", "another program holds the reader"},
	FaultReset:         {"reset", "another program reset the card"},
	FaultLink:          {"link", "the link to the card broke"},
	FaultLate:          {"late", "the card did not answer in time"},
	FaultCancelled:     {"cancelled", "the reading was given up"},
	FaultUnknown:       {"unknown-card", "this desk does not know this card"},
	FaultRecognised:    {"recognised", "the card is recognised and cannot be read here; type or scan the number"},
	FaultRefused:       {"refused", "the card refused a command"},
	FaultMalformed:     {"malformed", "the card's answer is not well formed"},
	FaultTooLarge:      {"too-large", "the card's answer is larger than allowed"},
	FaultBadData:       {"bad-data", "what the card says is not valid"},
	FaultUntrusted:     {"untrusted", "the card could not prove that it is genuine"},
	FaultForbidden:     {"forbidden", "a command that may not be sent to a card was not sent"},
}

// String is a token for logs, audit and translation: "removed", "busy".
func (k CardFault) String() string {
	if int(k) < len(cardFaults) {
		return cardFaults[k].token
	}
	return cardFaults[FaultInternal].token
}

// Error is the kind in words.
func (k CardFault) Error() string {
	if int(k) < len(cardFaults) {
		return cardFaults[k].words
	}
	return cardFaults[FaultInternal].words
}

// CardFaults lists all.
func CardFaults() []CardFault {
	out := make([]CardFault, len(cardFaults))
	for i := range out {
		out[i] = CardFault(i)
	}
	return out
}

// CardFaultOf is the fault inside err, FaultInternal where it holds none.
func CardFaultOf(err error) CardFault {
	var k CardFault
	if errors.As(err, &k) {
		return k
	}
	return FaultInternal
}

// CardAgreement is how one field of a card stands to the centre's record.
type CardAgreement uint8

// The outcomes of comparing a field.
const (
	CardAgrees  CardAgreement = iota
	CardDiffers               // both hold it, and not the same
	CardSilent                // the card or the centre does not hold it
)

// CardField is one field of a card beside the centre's record. Its texts are
// for the screen alone.
type CardField struct {
	Name      string // "number", "name", "local-name", "born", "sex"
	Card      string
	Centre    string
	Agreement CardAgreement
}

// CardMatch compares a card with the centre's record of a patient field by
// field, in the order number, name, name in the other script, birth, sex.
type CardMatch []CardField

// CompareCard compares f with p. Names agree when their letters do, whatever
// their case and punctuation; dates agree as far as both are recorded.
func CompareCard(f CardFace, p Patient) CardMatch {
	number := CardField{Name: "number", Card: f.Number().Printed(), Centre: p.Number().Printed(), Agreement: CardDiffers}
	switch {
	case !f.HKIC.IsZero() && f.HKIC == p.HKIC:
		number.Agreement, number.Centre = CardAgrees, number.Card
	case f.HKIC.IsZero() && f.Other.Number != "":
		for _, d := range p.Documents {
			if d == f.Other {
				number.Agreement, number.Centre = CardAgrees, number.Card
			}
		}
	}
	return CardMatch{
		number,
		compareName("name", f.Name, p.Name.Latin(), p.Name.Suffix, p.Name.Former),
		compareName("local-name", f.LocalName, p.Name.Chinese, "", p.Name.FormerChinese),
		compare("born", f.Born.Date(), p.Born.Date(), sameDay(f.Born, p.Born)),
		compare("sex", string(f.Sex), string(p.Gender), f.Sex == p.Gender || f.Sex == Unknown || p.Gender == Unknown),
	}
}

// compareName compares a name by its letters; a card has no suffix. Of a name that
// the person no longer bears a card that agrees is an old card; one that differs
// shows nothing, since the centre does not hold the name in force.
func compareName(name, card, centre, suffix string, former bool) CardField {
	c := compare(name, card, centre, letters(card) == letters(centre) || letters(card)+letters(suffix) == letters(centre))
	if former && c.Agreement == CardDiffers {
		c.Agreement = CardSilent
	}
	return c
}

func compare(name, card, centre string, same bool) CardField {
	c := CardField{Name: name, Card: card, Centre: centre, Agreement: CardDiffers}
	switch {
	case card == "" || centre == "":
		c.Agreement = CardSilent
	case same:
		c.Agreement = CardAgrees
	}
	return c
}

// Holds reports that the card is the patient's as far as fields can tell: the
// number agrees and nothing differs.
func (m CardMatch) Holds() bool {
	for _, f := range m {
		if f.Agreement == CardDiffers {
			return false
		}
	}
	return len(m) > 0 && m[0].Agreement == CardAgrees
}

// OtherPerson reports that the card's number is not the patient's.
func (m CardMatch) OtherPerson() bool { return len(m) > 0 && m[0].Agreement != CardAgrees }

// letters is a name without case, spaces and punctuation.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, s)
}

func sameDay(a, b When) bool {
	ay, am, ad := a.Time.Date()
	by, bm, bd := b.Time.Date()
	switch precision := min(a.Precision, b.Precision, ToDay); precision {
	case ToYear:
		return ay == by
	case ToMonth:
		return ay == by && am == bm
	default:
		return ay == by && am == bm && ad == bd
	}
}
