package simcard

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/tlv"
)

// Issuer makes training cards.
type Issuer struct{ key *ecdsa.PrivateKey }

// NewIssuer takes the key that desks pin; nil makes a new one.
func NewIssuer(key *ecdsa.PrivateKey) (*Issuer, error) {
	if key == nil {
		var err error
		if key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
			return nil, ehrdesk.E(opIssue, ehrdesk.CodeOther, err)
		}
	}
	return &Issuer{key}, nil
}

// Public is what desks and the centre pin.
func (i *Issuer) Public() *ecdsa.PublicKey { return &i.key.PublicKey }

const opIssue = "card.issue"

// Issue makes a genuine card for p, with a key of its own.
func (i *Issuer) Issue(p Person) (*Card, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, ehrdesk.E(opIssue, ehrdesk.CodeOther, err)
	}
	return i.issue(p, key)
}

// IssueStatic makes a card for p that is signed and has no chip key. Reading it
// shows signed data and never a genuine chip.
func (i *Issuer) IssueStatic(p Person) (*Card, error) { return i.issue(p, nil) }

func (i *Issuer) issue(p Person, key *ecdsa.PrivateKey) (*Card, error) {
	face := p.Face()
	faceHash, photoHash := sha256.Sum256(face), sha256.Sum256(p.Photo)
	version := byte(1)
	if key == nil {
		version = 2
	}
	signed := tlv.Append(nil, 0x80, []byte{version})
	signed = tlv.Append(signed, 0x81, faceHash[:])
	signed = tlv.Append(signed, 0x82, photoHash[:])
	if key != nil {
		public, err := key.PublicKey.Bytes()
		if err != nil {
			return nil, ehrdesk.E(opIssue, ehrdesk.CodeOther, err)
		}
		signed = tlv.Append(signed, 0x86, public)
	}
	digest := sha256.Sum256(append([]byte(SignatureDomain), signed...))
	signature, err := ecdsa.SignASN1(rand.Reader, i.key, digest[:])
	if err != nil {
		return nil, ehrdesk.E(opIssue, ehrdesk.CodeOther, err)
	}
	proof := tlv.Append(nil, 0x77, tlv.Append(signed, 0x9E, signature))
	return &Card{ATR: TrainingATR, Applet: &Training{
		Files: map[byte][]byte{1: face, 2: bytes.Clone(p.Photo), 3: proof}, key: key,
	}}, nil
}
