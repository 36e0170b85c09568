package cardreader

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"errors"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/tlv"
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
	issuers   []*ecdsa.PublicKey // pinned at this desk, never from the card
	challenge [32]byte
}

var verifiers = map[string]verifier{
	"": {nil, func(context.Context, *Session, proving) (ehrdesk.CardProof, ehrdesk.CardEvidence, error) {
		return ehrdesk.CardUnverified, ehrdesk.CardEvidence{}, nil
	}},
	"training-1": {[]string{"face", "photo", "proof"}, verifyTraining},
	// behind its door it is a training card: see openers
	"training-sam-1": {[]string{"face", "photo", "proof"}, verifyTraining},
}

// What the training card's signatures begin with; simcard describes the card.
const (
	trainingIssuer = "ehrdesk training card 1 issuer\x00"
	trainingChip   = "ehrdesk training card 1 chip\x00"
)

var errIssuer = errors.New("no issuer that this desk trusts has signed the card")

// verifyTraining holds the issuer's signature over face, photo and chip key
// against the pinned keys, then has the chip sign the challenge. A card that
// fails at either is refused: there is no weaker reading of a training card.
func verifyTraining(ctx context.Context, s *Session, with proving) (ehrdesk.CardProof, ehrdesk.CardEvidence, error) {
	const step = "issuer signature"
	untrusted := func(step string, err error) (ehrdesk.CardProof, ehrdesk.CardEvidence, error) {
		return ehrdesk.CardUnverified, ehrdesk.CardEvidence{}, failure(opRead, Untrusted, step, err)
	}
	signed, err := parseTrainingProof(with.read["proof"])
	if err != nil {
		return untrusted(step, err)
	}
	face, photo := sha256.Sum256(with.read["face"]), sha256.Sum256(with.read["photo"])
	if !bytes.Equal(face[:], signed.face) || !bytes.Equal(photo[:], signed.photo) {
		return untrusted(step, errors.New("what was signed is not what was read"))
	}
	digest := sha256.Sum256(append([]byte(trainingIssuer), signed.body...))
	trusted := false
	for _, key := range with.issuers {
		trusted = trusted || ecdsa.VerifyASN1(key, digest[:], signed.signature)
	}
	if !trusted {
		return untrusted(step, errIssuer)
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), signed.key)
	if err != nil {
		return untrusted(step, errors.New("the chip's key is not one"))
	}

	const challenge = "challenge"
	command := append([]byte{0, insAuthenticate, 0, 0, 32}, with.challenge[:]...)
	response, err := s.ask(ctx, challenge, append(command, 0))
	switch {
	case KindOf(err) == Refused && err != nil:
		return untrusted(challenge, errors.New("the chip does not hold the key: a copy"))
	case err != nil:
		return ehrdesk.CardUnverified, ehrdesk.CardEvidence{}, err
	}
	file := sha256.Sum256(with.read["proof"])
	digest = sha256.Sum256(append(append([]byte(trainingChip), with.challenge[:]...), file[:]...))
	if !ecdsa.VerifyASN1(key, digest[:], response) {
		return untrusted(challenge, errors.New("the chip holds another key: a copy"))
	}
	return ehrdesk.CardGenuineChip, ehrdesk.CardEvidence{Challenge: with.challenge, Response: response, Signed: bytes.Clone(with.read["proof"])}, nil
}

// trainingProof is file 3 of the training card; all are slices of it.
type trainingProof struct{ body, face, photo, key, signature []byte }

func parseTrainingProof(b []byte) (trainingProof, error) {
	var p trainingProof
	nodes, err := tlv.Parse(b, tlv.Card)
	if err != nil {
		return p, err
	}
	outer, ok, err := tlv.Find(nodes, 0x77)
	if err != nil || !ok {
		return p, errors.Join(err, errIssuer)
	}
	var rebuilt []byte
	for _, part := range []struct {
		tag uint32
		to  *[]byte
	}{{0x80, new([]byte)}, {0x81, &p.face}, {0x82, &p.photo}, {0x86, &p.key}, {0x9E, &p.signature}} {
		n, ok, err := tlv.Find(outer.Kids, part.tag)
		if err != nil || !ok || (part.tag == 0x80 && !bytes.Equal(n.Value, []byte{1})) {
			return p, errors.Join(err, errIssuer)
		}
		*part.to = n.Value
		if part.tag == 0x9E {
			p.body = bytes.Clone(rebuilt)
		}
		rebuilt = tlv.Append(rebuilt, part.tag, n.Value)
	}
	if !bytes.Equal(rebuilt, outer.Value) { // nothing else, and in this order alone
		return p, errIssuer
	}
	return p, nil
}

// newChallenge is 32 bytes that nobody has seen.
func newChallenge() (c [32]byte) {
	_, _ = rand.Read(c[:]) // never fails: crypto/rand
	return c
}
