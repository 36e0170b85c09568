package trust

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/tlv"
)

// What keeps a signature of one kind from passing for another.
const (
	issuerDomain = "ehrdesk training card 1 issuer\x00"
	chipDomain   = "ehrdesk training card 1 chip\x00"
)

// The versions of the training card's signed file.
const (
	withChip = 1
	static   = 2 // no chip key: whoever reads it whole can copy it whole
)

// Signed is the training card's file 3, once a pinned issuer's signature over
// it holds.
type Signed struct {
	Face   [32]byte         // SHA-256 of file 1
	Photo  [32]byte         // SHA-256 of file 2
	Key    *ecdsa.PublicKey // the chip's; nil on a static card
	Issuer *ecdsa.PublicKey
}

// OpenTraining reads file 3 and holds its signature against the issuers. The
// version is signed with the rest, so that taking the key away or calling a
// static card another makes no card at all. Errors: CodeCard with ErrEvidence
// or ErrIssuer inside.
func OpenTraining(file []byte, issuers []*ecdsa.PublicKey) (Signed, error) {
	p, err := parseTraining(file)
	if err != nil {
		return Signed{}, ehrdesk.E(op, ehrdesk.CodeCard, err)
	}
	out := Signed{Face: [32]byte(p.face), Photo: [32]byte(p.photo)}
	digest := sha256.Sum256(append([]byte(issuerDomain), p.body...))
	for _, key := range issuers {
		if key != nil && ecdsa.VerifyASN1(key, digest[:], p.signature) {
			out.Issuer = key
			break
		}
	}
	if out.Issuer == nil {
		return Signed{}, ehrdesk.E(op, ehrdesk.CodeCard, ErrIssuer)
	}
	if p.version == static {
		return out, nil
	}
	if out.Key, err = ecdsa.ParseUncompressedPublicKey(elliptic.P256(), p.key); err != nil {
		return Signed{}, ehrdesk.E(op, ehrdesk.CodeCard, ErrEvidence)
	}
	return out, nil
}

func checkTraining(e ehrdesk.CardEvidence, issuers []*ecdsa.PublicKey) (Verdict, error) {
	if len(e.Face) > MaxFace || len(e.Signed) > MaxSigned || len(e.Response) > MaxResponse {
		return refused(ErrEvidence)
	}
	signed, err := OpenTraining(e.Signed, issuers)
	if err != nil {
		return Verdict{}, err
	}
	if sha256.Sum256(e.Face) != signed.Face {
		return refused(ErrOther)
	}
	v := Verdict{Proof: ehrdesk.CardSignedData, Issuer: signed.Issuer}
	if v.Face, err = trainingFace(e.Face); err != nil {
		return refused(err)
	}
	switch {
	case signed.Key == nil && len(e.Response) > 0: // there is no key that could have given it
		return refused(ErrEvidence)
	case signed.Key == nil:
		return v, nil
	}
	file := sha256.Sum256(e.Signed)
	digest := sha256.Sum256(append(append([]byte(chipDomain), e.Challenge[:]...), file[:]...))
	if !ecdsa.VerifyASN1(signed.Key, digest[:], e.Response) {
		return refused(ErrChip)
	}
	v.Proof = ehrdesk.CardGenuineChip
	return v, nil
}

// trainingParts are slices of file 3; body is what the issuer signed.
type trainingParts struct {
	version                           byte
	body, face, photo, key, signature []byte
}

// parseTraining takes file 3 in its one form: these objects in this order, the
// chip key in version 1 alone, and nothing else.
func parseTraining(b []byte) (trainingParts, error) {
	var p trainingParts
	if len(b) > MaxSigned {
		return p, ErrEvidence
	}
	nodes, err := tlv.Parse(b, tlv.Card)
	if err != nil || len(nodes) != 1 || nodes[0].Tag != 0x77 {
		return p, ErrEvidence
	}
	kids := nodes[0].Kids
	take := func(tag uint32, size int) (value []byte) {
		if len(kids) == 0 || kids[0].Tag != tag || (size > 0 && len(kids[0].Value) != size) {
			err = ErrEvidence
			return nil
		}
		value, kids = kids[0].Value, kids[1:]
		p.body = tlv.Append(p.body, tag, value)
		return value
	}
	version := take(0x80, 1)
	p.face, p.photo = take(0x81, sha256.Size), take(0x82, sha256.Size)
	if err != nil {
		return p, err
	}
	switch p.version = version[0]; p.version {
	case withChip:
		p.key = take(0x86, 65)
	case static:
	default:
		return p, ErrEvidence
	}
	if err != nil || len(kids) != 1 || kids[0].Tag != 0x9E {
		return p, ErrEvidence
	}
	p.signature = kids[0].Value
	whole := tlv.Append(bytes.Clone(p.body), 0x9E, p.signature)
	if !bytes.Equal(tlv.Append(nil, 0x77, whole), b) { // no padding, no other way to write a length
		return p, ErrEvidence
	}
	return p, nil
}
