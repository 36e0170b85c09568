package cardreader

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"github.com/ehrdesk/ehrdesk/cardreader/tlv"
)

// The applications of the closed training card and of its SAM; simcard describes
// both and what they say to each other.
const (
	closedAID = "F045485244434C31" // EHRDCL1
	samAID    = "F04548524453414D" // EHRDSAM

	closedIssuer = "ehrdesk closed card 1 issuer\x00"
	certificate  = 4 // the file with the chip's certificate, free to read
	toSAM        = 1 // INTERNAL AUTHENTICATE for the SAM, before the card is open
)

// Why a card and a SAM do not come together. Each holds for one of the two.
var (
	errCertificate = errors.New("no issuer that this desk trusts has certified the chip")
	errSpentCard   = errors.New("the card's challenge was answered before: an answer is good once")
	errSpentSAM    = errors.New("the SAM's challenge was answered before: an answer is good once")
	errSAMRefused  = errors.New("the card does not accept this SAM")
	errCardRefused = errors.New("the SAM does not accept the chip: a copy")
	errChallenge   = errors.New("a challenge of another length")
)

// openClosed has a closed training card and the SAM authenticate each other, each
// on a challenge of its own that is good once. The SAM goes first: it signs for
// nothing that is not a genuine chip, and then for that chip alone. The chip's
// answer to the caller's challenge comes after reading, from the verifier.
func openClosed(ctx context.Context, card, sam *Session, issuers []*ecdsa.PublicKey) error {
	const step = "SAM authentication"
	chip, err := card.readBinary(ctx, "chip certificate", certificate, 250)
	if err != nil {
		return err
	}
	if !certified(chip, issuers) {
		return failure(opRead, Untrusted, "chip certificate", errCertificate)
	}
	fresh, err := sam.challenge(ctx, step)
	if err != nil {
		return samFailed(step, err)
	}
	answer, err := card.ask(ctx, step, append(append([]byte{0, insAuthenticate, 0, toSAM, 32}, fresh...), 0))
	switch {
	case err != nil && KindOf(err) == Refused:
		return failure(opRead, Untrusted, step, errCardRefused)
	case err != nil:
		return err
	case len(chip)+len(answer) > 250:
		return card.fail(Malformed, step, 0, nil)
	}
	shown := tlv.Append(bytes.Clone(chip), 0x9E, answer)
	if err := sam.external(ctx, step, shown, Untrusted, errCardRefused, errSpentSAM); err != nil {
		return samFailed(step, err)
	}
	if fresh, err = card.challenge(ctx, step); err != nil {
		return err
	}
	if answer, err = sam.ask(ctx, step, append(append([]byte{0, insAuthenticate, 0, 0, 32}, fresh...), 0)); err != nil {
		return samFailed(step, err)
	}
	if len(answer) == 0 || len(answer) > 250 {
		return sam.fail(Malformed, step, 0, nil)
	}
	return card.external(ctx, step, answer, Refused, errSAMRefused, errSpentCard)
}

// challenge is GET CHALLENGE: 32 bytes.
func (s *Session) challenge(ctx context.Context, step string) ([]byte, error) {
	b, err := s.ask(ctx, step, []byte{0, insGetChallenge, 0, 0, 32})
	if err == nil && len(b) != 32 {
		return nil, s.fail(Malformed, step, 0, errChallenge)
	}
	return b, err
}

// external is EXTERNAL AUTHENTICATE: kind and refusal say what a wrong answer
// means, spent what it means that no challenge is open. ISO/IEC 7816-4: 63xx is
// verification failed, 6985 conditions of use not satisfied, 6A88 reference data
// not found, which for a SAM is the issuer's key.
func (s *Session) external(ctx context.Context, step string, answer []byte, kind Kind, refusal, spent error) error {
	_, sw, err := s.Transmit(ctx, step, append([]byte{0, insExternal, 0, 0, byte(len(answer))}, answer...))
	switch {
	case err != nil:
		return err
	case sw == 0x9000:
		return nil
	case sw == 0x6985:
		return fault(&Failure{Kind: Refused, Step: step, SW: sw, Cause: spent})
	case sw == 0x6A88:
		return fault(&Failure{Kind: Recognised, Step: step, SW: sw, Cause: errSAMIssuer})
	}
	return fault(&Failure{Kind: kind, Step: step, SW: sw, Cause: refusal})
}

// certified reports whether one of issuers signed the chip's certificate:
// 77 { 80 version, 86 the chip's public key, 9E the signature over 80 and 86 }.
func certified(b []byte, issuers []*ecdsa.PublicKey) bool {
	nodes, err := tlv.Parse(b, tlv.Card)
	if err != nil {
		return false
	}
	outer, ok, err := tlv.Find(nodes, 0x77)
	if err != nil || !ok || len(nodes) != 1 || len(outer.Kids) != 3 {
		return false
	}
	version, key, signature := outer.Kids[0], outer.Kids[1], outer.Kids[2]
	if version.Tag != 0x80 || !bytes.Equal(version.Value, []byte{1}) || key.Tag != 0x86 || signature.Tag != 0x9E {
		return false
	}
	if _, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), key.Value); err != nil {
		return false
	}
	digest := sha256.Sum256(append([]byte(closedIssuer), tlv.Append(tlv.Append(nil, 0x80, version.Value), 0x86, key.Value)...))
	for _, issuer := range issuers {
		if ecdsa.VerifyASN1(issuer, digest[:], signature.Value) {
			return true
		}
	}
	return false
}

func hexAID(s string) ([]byte, error) {
	b, err := hex.DecodeString(s)
	if err != nil {
		return nil, failure(opRead, Internal, "AID", err)
	}
	return b, nil
}
