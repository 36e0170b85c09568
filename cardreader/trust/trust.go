// Package trust judges what a card has shown, from the evidence alone: the desk
// that read the card and the centre that never saw it ask the same code, so that
// the two cannot differ. It holds no keys: whoever asks brings those that it
// pinned itself.
//
// What each level is worth stands with ehrdesk.CardProof.
package trust

import (
	"crypto/ecdsa"
	"errors"

	"github.com/ehrdesk/ehrdesk"
)

// Training is the Scheme of the training card; package simcard describes the
// card.
const Training = "training-1"

// Verdict is what evidence shows. The zero value is: nothing.
type Verdict struct {
	Proof  ehrdesk.CardProof
	Face   ehrdesk.CardFace // as the issuer signed it, without the photo
	Issuer *ecdsa.PublicKey // the pinned key that signed
}

// Why evidence is refused. None holds anything that a card said.
var (
	ErrScheme   = errors.New("no rules are known for this card's evidence")
	ErrEvidence = errors.New("the card's evidence is not well formed")
	ErrIssuer   = errors.New("no issuer that is trusted here has signed the card")
	ErrOther    = errors.New("what was signed is not what was read")
	ErrFace     = errors.New("what the card says is not valid")
	ErrChip     = errors.New("the chip has not answered this challenge with the key that was signed: a copy, or an answer for something else")
)

// The most bytes that each part of the evidence may have. The first two are the
// limits of the training card's files, the last is the longest ASN.1 form of a
// P-256 signature.
const (
	MaxFace     = 1024
	MaxSigned   = 1024
	MaxResponse = 72
)

const op = "card.check"

func refused(why error) (Verdict, error) { return Verdict{}, ehrdesk.E(op, ehrdesk.CodeCard, why) }

// Check judges e by the rules of its Scheme and the pinned issuers. e.Proof is
// somebody's word and is not looked at; nor are Profile and Source. Whether
// e.Challenge is the one that was asked for is the caller's to know.
//
// Evidence of no scheme shows nothing: the zero Verdict, and no error. A card
// whose issuer signed a chip key and whose chip does not answer for it is
// refused: there is no weaker reading of it.
//
// Errors: CodeCard with one of the reasons above inside.
func Check(e ehrdesk.CardEvidence, issuers []*ecdsa.PublicKey) (Verdict, error) {
	switch e.Scheme {
	case "":
		return Verdict{}, nil
	case Training:
		return checkTraining(e, issuers)
	default:
		return refused(ErrScheme)
	}
}
