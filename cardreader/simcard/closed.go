package simcard

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/tlv"
)

// The closed training card: a training card behind a door, as cards of places
// are that let nobody read who holds no key of theirs. Its files 1 to 3 and its
// answer to a challenge are the training card's, and are refused with 6982 until
// a SAM of the issuer's has authenticated itself. Free to read is file
//
//	4  77 { 80 version, 86 the chip's key for the door, 9E the issuer's signature }
//
// The issuer signs CertificateDomain and the objects 80 and 86. Card and SAM
// authenticate each other on fresh challenges of 32 bytes, each good for one try:
//
//	SAM   84                GET CHALLENGE: a
//	card  88 P2=01, a       signs ChipDoorDomain, a and the SHA-256 of file 4
//	SAM   82, file 4 and 9E {that}: a genuine chip is here
//	card  84                GET CHALLENGE: b
//	SAM   88, b             signs SAMDoorDomain, b and the SHA-256 of file 4
//	card  82, that          open, until it is reset or an application is selected
//
// So a SAM signs for nothing but a genuine chip, and what it signs opens that
// chip alone and once. Keys are P-256, signatures ECDSA over SHA-256 in ASN.1.
// What a SAM holds is the issuer's access key, from which no card can be made.
var (
	ClosedAID = []byte{0xF0, 'E', 'H', 'R', 'D', 'C', 'L', '1'}
	ClosedATR = withCheck(0x3B, 0x87, 0x81, 0x31, 0xFE, 0x45, 'E', 'H', 'R', 'D', 'C', 'L', '1')
	SAMAID    = []byte{0xF0, 'E', 'H', 'R', 'D', 'S', 'A', 'M'}
	SAMATR    = withCheck(0x3B, 0x87, 0x81, 0x31, 0xFE, 0x45, 'E', 'H', 'R', 'D', 'S', 'A', 'M')
)

// What keeps a signature of one kind from passing for another.
const (
	CertificateDomain = "ehrdesk closed card 1 issuer\x00"
	ChipDoorDomain    = "ehrdesk closed card 1 chip\x00"
	SAMDoorDomain     = "ehrdesk closed card 1 SAM\x00"
)

const doorFile = 4

// accessKey opens the issuer's closed cards. It comes from the issuer's key, so
// that one issuer's cards and SAMs fit whenever they were made.
func (i *Issuer) accessKey() (*ecdsa.PrivateKey, error) {
	own, err := i.key.Bytes()
	if err != nil {
		return nil, err
	}
	b, err := hkdf.Key(sha256.New, own, nil, "ehrdesk closed card 1 access", 32)
	if err != nil {
		return nil, err
	}
	return ecdsa.ParseRawPrivateKey(elliptic.P256(), b) // fails for one key in 2^32
}

// IssueClosed makes a genuine closed card for p.
func (i *Issuer) IssueClosed(p Person) (*Card, error) {
	const op = "card.issue"
	inner, err := i.Issue(p)
	if err != nil {
		return nil, err
	}
	access, err := i.accessKey()
	if err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	public, err := key.PublicKey.Bytes()
	if err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	signed := tlv.Append(tlv.Append(nil, 0x80, []byte{1}), 0x86, public)
	signature, err := sign(i.key, CertificateDomain, signed)
	if err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	return &Card{ATR: ClosedATR, Applet: &Closed{
		Inner: inner.Applet.(*Training), Certificate: tlv.Append(nil, 0x77, tlv.Append(signed, 0x9E, signature)),
		key: key, access: &access.PublicKey,
	}}, nil
}

func sign(key *ecdsa.PrivateKey, domain string, parts ...[]byte) ([]byte, error) {
	digest := sha256.Sum256(append([]byte(domain), bytes.Join(parts, nil)...))
	return ecdsa.SignASN1(rand.Reader, key, digest[:])
}

func holds(key *ecdsa.PublicKey, signature []byte, domain string, parts ...[]byte) bool {
	digest := sha256.Sum256(append([]byte(domain), bytes.Join(parts, nil)...))
	return ecdsa.VerifyASN1(key, digest[:], signature)
}

// Closed is the applet. Inner and Certificate may be changed before the card is
// put in, to make one that was tampered with.
type Closed struct {
	Inner       *Training // what is behind the door
	Certificate []byte    // file 4

	key       *ecdsa.PrivateKey // for the door; nil on a clone
	access    *ecdsa.PublicKey
	selected  bool
	open      bool
	challenge []byte
	queued    []byte
}

// Clone is what somebody makes who read the whole card with a SAM.
func (a *Closed) Clone() *Closed {
	return &Closed{Inner: a.Inner.Clone(), Certificate: bytes.Clone(a.Certificate), access: a.access}
}

// Reset closes the card.
func (a *Closed) Reset() {
	a.Inner.Reset()
	a.selected, a.open, a.challenge, a.queued = false, false, nil, nil
}

// APDU answers one command.
func (a *Closed) APDU(c []byte) []byte {
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
		if c[2] != 4 || !bytes.Equal(data, ClosedAID) {
			return word(0x6A82)
		}
		a.Inner.APDU(append([]byte{0, 0xA4, 4, 0, byte(len(TrainingAID))}, TrainingAID...))
		a.selected = true
		return word(0x9000)
	case !a.selected:
		return word(0x6985)
	}
	a.queued = nil
	switch {
	case c[1] == 0xB0 && c[2] == 0x80|doorFile && c[3] == 0:
		return word(0x6282, a.Certificate...) // the file ends before Le bytes
	case c[1] == 0x84 && expected == 32:
		a.challenge = fresh()
		return word(0x9000, a.challenge...)
	case c[1] == 0x82:
		return a.knock(data)
	case c[1] == 0x88 && c[3] == 1:
		return a.toSAM(data, expected)
	case !a.open:
		return word(0x6982)
	}
	return a.Inner.APDU(c)
}

// knock is EXTERNAL AUTHENTICATE. The challenge is spent, whatever comes of it.
func (a *Closed) knock(answer []byte) []byte {
	if a.challenge == nil {
		return word(0x6985)
	}
	b, file := a.challenge, sha256.Sum256(a.Certificate)
	a.challenge = nil
	if a.open = holds(a.access, answer, SAMDoorDomain, b, file[:]); !a.open {
		return word(0x6300)
	}
	return word(0x9000)
}

func (a *Closed) toSAM(challenge []byte, expected int) []byte {
	if a.key == nil || len(challenge) != 32 {
		return word(0x6A80)
	}
	file := sha256.Sum256(a.Certificate)
	signature, err := sign(a.key, ChipDoorDomain, challenge, file[:])
	switch {
	case err != nil:
		return word(0x6F00)
	case expected < 0: // T=0: the answer waits
		a.queued = signature
		return word(0x6100 | uint16(len(signature)))
	}
	return word(0x9000, signature...)
}

func fresh() []byte {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: crypto/rand
	return b
}
