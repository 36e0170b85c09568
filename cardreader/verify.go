package cardreader

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"errors"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/trust"
)

// verifier is code that a profile names, for whatever has keys or state: a
// profile cannot express it and so cannot get it wrong. It runs within the
// transaction in which the card was read.
type verifier struct {
	needs []string // buffers that the profile must read
	run   func(context.Context, *Session, proving) (ehrdesk.CardProof, ehrdesk.CardEvidence, error)
}

// proving is what a verifier has to go by.
type proving struct {
	read      buffers
	face      ehrdesk.CardFace   // as the profile decoded it
	issuers   []*ecdsa.PublicKey // pinned at this desk, never from the card
	challenge [32]byte
}

var verifiers = map[string]verifier{
	"": {nil, func(context.Context, *Session, proving) (ehrdesk.CardProof, ehrdesk.CardEvidence, error) {
		return ehrdesk.CardUnverified, ehrdesk.CardEvidence{}, nil
	}},
	trust.Training: {[]string{"face", "photo", "proof"}, verifyTraining},
	// behind its door it is a training card: see openers
	"training-sam-1": {[]string{"face", "photo", "proof"}, verifyTraining},
}

// verifyTraining holds the issuer's signature over face, photo and chip key
// against the pinned keys, then has the chip sign the challenge. What that shows
// is for package trust to say, which the centre asks too: a reading that the
// desk accepts is one that the centre can accept. A static card has no chip key
// and is signed data at best; any other that does not answer is refused.
func verifyTraining(ctx context.Context, s *Session, with proving) (proof ehrdesk.CardProof, e ehrdesk.CardEvidence, err error) {
	const issuer, challenge = "issuer signature", "challenge"
	e = ehrdesk.CardEvidence{Scheme: trust.Training, Challenge: with.challenge, Signed: bytes.Clone(with.read["proof"]), Face: bytes.Clone(with.read["face"])}
	defer func() {
		if err != nil {
			clear(e.Face)
			proof, e = ehrdesk.CardUnverified, ehrdesk.CardEvidence{}
		}
	}()
	untrusted := func(step string, err error) (ehrdesk.CardProof, ehrdesk.CardEvidence, error) {
		return proof, e, failure(opRead, Untrusted, step, err)
	}
	signed, err := trust.OpenTraining(e.Signed, with.issuers)
	if err != nil {
		return untrusted(issuer, errors.Unwrap(err))
	}
	// The picture stays at the desk, so nobody else can look at it.
	if sha256.Sum256(e.Face) != signed.Face || sha256.Sum256(with.read["photo"]) != signed.Photo {
		return untrusted(issuer, trust.ErrOther)
	}
	if signed.Key != nil {
		command := append([]byte{0, insAuthenticate, 0, 0, 32}, with.challenge[:]...)
		e.Response, err = s.ask(ctx, challenge, append(command, 0))
		switch {
		case KindOf(err) == Refused && err != nil:
			return untrusted(challenge, errors.New("the chip does not hold the key: a copy"))
		case err != nil:
			return proof, e, err
		}
	}
	v, err := trust.Check(e, with.issuers)
	switch {
	case errors.Is(err, trust.ErrFace) || (err == nil && !sameFace(v.Face, with.face)):
		return proof, e, failure(opRead, BadData, issuer, trust.ErrFace)
	case err != nil:
		return untrusted(challenge, errors.Unwrap(err))
	}
	return v.Proof, e, nil
}

// sameFace holds what was proved against what the profile made of the same
// bytes: the screen shows the one, the centre compares the other.
func sameFace(a, b ehrdesk.CardFace) bool {
	return a.HKIC == b.HKIC && a.Other == b.Other && a.Name == b.Name && a.LocalName == b.LocalName &&
		a.Born.String() == b.Born.String() && a.Sex == b.Sex && a.Issued.String() == b.Issued.String()
}

// newChallenge is 32 bytes that nobody has seen.
func newChallenge() (c [32]byte) {
	_, _ = rand.Read(c[:]) // never fails: crypto/rand
	return c
}
