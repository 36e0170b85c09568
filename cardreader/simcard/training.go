package simcard

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/tlv"
)

// The training card. Its application identifier is in the range that
// needs no registration (first half-byte F, ISO/IEC 7816-5) and its ATR carries
// its own historical bytes: neither is any real card's.
//
// Files, by short identifier, free to read:
//
//	1  70 { 5F20 name, DF21 Chinese name in UTF-8, DF22 HKIC number as printed,
//	        5F2B born in BCD, 5F35 sex of ISO/IEC 5218, 5F26 issued in BCD }
//	2  the photo, a JPEG
//	3  77 { 80 version, 81 SHA-256 of file 1, 82 SHA-256 of file 2,
//	        86 the chip's public key, 9E the issuer's signature }
//
// The issuer signs SignatureDomain and the objects before 9E as they stand. The
// chip proves that it holds the key of 86 by signing ChallengeDomain, the 32
// bytes of INTERNAL AUTHENTICATE and the SHA-256 of file 3. Keys are P-256,
// signatures ECDSA over SHA-256 in ASN.1.
//
// Version 1 has a chip key. Version 2 is a static card: it has none, so 86 is
// not there, INTERNAL AUTHENTICATE fails, and a full copy of it reads like the
// card itself.
var (
	TrainingAID = []byte{0xF0, 'E', 'H', 'R', 'D', 'E', 'S', 'K'}
	TrainingATR = withCheck(0x3B, 0x87, 0x81, 0x31, 0xFE, 0x45, 'E', 'H', 'R', 'D', 'S', 'K', '1')
)

// What keeps a signature of one kind from passing for another.
const (
	SignatureDomain = "ehrdesk training card 1 issuer\x00"
	ChallengeDomain = "ehrdesk training card 1 chip\x00"
)

// Person is what is printed on a training card.
type Person struct {
	Name    string // "CHAN, Tai Man"
	Chinese string
	HKIC    ehrdesk.HKIC
	Born    string // YYYYMMDD
	Sex     ehrdesk.Gender
	Issued  string // YYYYMMDD
	Photo   []byte // JPEG, at most 32 KiB
}

// Face is file 1.
func (p Person) Face() []byte {
	sex := map[ehrdesk.Gender]string{ehrdesk.Male: "1", ehrdesk.Female: "2", ehrdesk.Other: "9"}[p.Sex]
	if sex == "" {
		sex = "0"
	}
	b := tlv.Append(nil, 0x5F20, []byte(p.Name))
	if p.Chinese != "" {
		b = tlv.Append(b, 0xDF21, []byte(p.Chinese))
	}
	b = tlv.Append(b, 0xDF22, []byte(p.HKIC.Printed()))
	b = tlv.Append(b, 0x5F2B, bcd(p.Born))
	b = tlv.Append(b, 0x5F35, []byte(sex))
	b = tlv.Append(b, 0x5F26, bcd(p.Issued))
	return tlv.Append(nil, 0x70, b)
}

func bcd(digits string) []byte {
	b, err := hex.DecodeString(digits)
	if err != nil {
		return nil // a card without the date; the desk refuses it
	}
	return b
}

// Training is the applet. Files may be changed before the card is put in, to
// make one that was tampered with.
type Training struct {
	Files map[byte][]byte
	T0    bool // answer with 61xx and 6Cxx, as a T=0 card must

	key      *ecdsa.PrivateKey // nil on a clone and on a static card
	selected bool
	current  byte
	queued   []byte
}

// Clone is what somebody makes who read the whole card: every file, and not the
// key, which never leaves a chip.
func (a *Training) Clone() *Training {
	files := map[byte][]byte{}
	for sfi, b := range a.Files {
		files[sfi] = bytes.Clone(b)
	}
	return &Training{Files: files, T0: a.T0}
}

// Evidence is what a desk that reads this card fills in of ehrdesk.CardEvidence,
// without a reader, for the tests of those who judge it: Proof is left to them.
// The response is empty where the chip gives none.
func (a *Training) Evidence(challenge [32]byte) ehrdesk.CardEvidence {
	e := ehrdesk.CardEvidence{Profile: "training-1", Source: "reader", Scheme: "training-1", Challenge: challenge,
		Signed: bytes.Clone(a.Files[3]), Face: bytes.Clone(a.Files[1])}
	if answer := a.authenticate(challenge[:], 0); len(answer) > 2 {
		e.Response = answer[:len(answer)-2]
	}
	return e
}

// Reset forgets what was selected.
func (a *Training) Reset() { a.selected, a.current, a.queued = false, 0, nil }

// APDU answers one command.
func (a *Training) APDU(c []byte) []byte {
	data, expected, ok := split(c)
	switch {
	case !ok:
		return word(0x6700)
	case c[0] != 0:
		return word(0x6E00)
	case c[1] == 0xC0:
		return a.response(expected)
	}
	a.queued = nil
	switch {
	case c[1] == 0xA4:
		a.selected = c[2] == 4 && bytes.Equal(data, TrainingAID)
		if !a.selected {
			return word(0x6A82)
		}
		return a.out(tlv.Append(nil, 0x6F, tlv.Append(nil, 0x84, TrainingAID)), expected)
	case !a.selected:
		return word(0x6985)
	case c[1] == 0xB0:
		return a.read(c[2], c[3], expected)
	case c[1] == 0x88:
		return a.authenticate(data, expected)
	}
	return word(0x6D00)
}

// read is READ BINARY; bit 8 of P1 chooses a file by its short identifier.
func (a *Training) read(p1, p2 byte, expected int) []byte {
	offset := int(p1)<<8 | int(p2)
	if p1&0x80 != 0 {
		a.current, offset = p1&0x1F, int(p2)
	}
	f, ok := a.Files[a.current]
	switch {
	case !ok:
		return word(0x6A82)
	case offset > len(f):
		return word(0x6B00)
	}
	rest := f[offset:]
	if expected <= 0 {
		expected = 256
	}
	switch {
	case len(rest) >= expected:
		return word(0x9000, rest[:expected]...)
	case a.T0 && len(rest) > 0:
		return word(0x6C00 | uint16(len(rest)))
	default:
		return word(0x6282, rest...) // the file ends before Le bytes
	}
}

func (a *Training) authenticate(challenge []byte, expected int) []byte {
	switch {
	case a.key == nil:
		return word(0x6A88)
	case len(challenge) != 32:
		return word(0x6A80)
	}
	file := sha256.Sum256(a.Files[3])
	digest := sha256.Sum256(append(append([]byte(ChallengeDomain), challenge...), file[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, digest[:])
	if err != nil {
		return word(0x6F00)
	}
	return a.out(signature, expected)
}

// out applies the expected length: in T=0 the data waits for GET RESPONSE.
func (a *Training) out(data []byte, expected int) []byte {
	if a.T0 && expected < 0 {
		a.queued = data
		return word(0x6100 | uint16(min(len(data), 255)))
	}
	if a.T0 && expected < 256 && expected != len(data) && len(data) < 256 {
		return word(0x6C00 | uint16(len(data)))
	}
	return word(0x9000, data...)
}

// response is GET RESPONSE.
func (a *Training) response(expected int) []byte {
	if a.queued == nil {
		return word(0x6985)
	}
	n := min(len(a.queued), max(expected, 0))
	part := a.queued[:n]
	if a.queued = a.queued[n:]; len(a.queued) == 0 {
		a.queued = nil
		return word(0x9000, part...)
	}
	return word(0x6100|uint16(min(len(a.queued), 255)), part...)
}
