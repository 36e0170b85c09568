package simcard

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/tlv"
)

// SAM makes a module that opens the issuer's closed cards; closed.go says how.
func (i *Issuer) SAM() (*Card, error) {
	access, err := i.accessKey()
	if err != nil {
		return nil, ehrdesk.E("card.issue", ehrdesk.CodeOther, err)
	}
	return &Card{ATR: SAMATR, Applet: &SAM{issuer: i.Public(), access: access}}, nil
}

// SAM is the applet of the training SAM.
type SAM struct {
	issuer    *ecdsa.PublicKey
	access    *ecdsa.PrivateKey
	selected  bool
	challenge []byte
	accepted  []byte // SHA-256 of the certificate of the chip that is here
	queued    []byte
}

// Reset forgets the chip that was here.
func (a *SAM) Reset() { a.selected, a.challenge, a.accepted, a.queued = false, nil, nil, nil }

// APDU answers one command.
func (a *SAM) APDU(c []byte) []byte {
	data, expected, ok := split(c)
	switch {
	case !ok:
		return word(0x6700)
	case c[0] != 0:
		return word(0x6E00)
	case c[1] == 0xC0 && a.queued != nil:
		q := a.queued
		a.queued = nil
		return word(0x9000, q...)
	case c[1] == 0xA4:
		a.Reset()
		if c[2] != 4 || !bytes.Equal(data, SAMAID) {
			return word(0x6A82)
		}
		a.selected = true
		return word(0x9000)
	case !a.selected:
		return word(0x6985)
	}
	a.queued = nil
	switch {
	case c[1] == 0x84 && expected == 32:
		a.challenge, a.accepted = fresh(), nil
		return word(0x9000, a.challenge...)
	case c[1] == 0x82:
		return a.accept(data)
	case c[1] == 0x88 && len(data) == 32:
		return a.sign(data, expected)
	}
	return word(0x6D00)
}

// accept is EXTERNAL AUTHENTICATE: file 4 of the card, then 9E with its answer.
func (a *SAM) accept(shown []byte) []byte {
	challenge := a.challenge
	a.challenge, a.accepted = nil, nil
	if challenge == nil {
		return word(0x6985)
	}
	nodes, err := tlv.Parse(shown, tlv.Card)
	if err != nil || len(nodes) != 2 || nodes[0].Tag != 0x77 || nodes[1].Tag != 0x9E || len(nodes[0].Kids) != 3 {
		return word(0x6A80)
	}
	kids := nodes[0].Kids
	version, key, signature := kids[0], kids[1], kids[2]
	signed := tlv.Append(tlv.Append(nil, version.Tag, version.Value), key.Tag, key.Value)
	if version.Tag != 0x80 || key.Tag != 0x86 || signature.Tag != 0x9E || !holds(a.issuer, signature.Value, CertificateDomain, signed) {
		return word(0x6A88)
	}
	chip, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), key.Value)
	file := sha256.Sum256(tlv.Append(nil, 0x77, nodes[0].Value))
	if err != nil || !holds(chip, nodes[1].Value, ChipDoorDomain, challenge, file[:]) {
		return word(0x6300)
	}
	a.accepted = file[:]
	return word(0x9000)
}

// sign opens the chip that was accepted, once.
func (a *SAM) sign(challenge []byte, expected int) []byte {
	if a.accepted == nil {
		return word(0x6985)
	}
	signature, err := sign(a.access, SAMDoorDomain, challenge, a.accepted)
	a.accepted = nil
	switch {
	case err != nil:
		return word(0x6F00)
	case expected < 0: // T=0: the answer waits
		a.queued = signature
		return word(0x6100 | uint16(len(signature)))
	}
	return word(0x9000, signature...)
}
