package signature

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"strings"
	"time"
)

// State is what a signature is worth.
type State uint8

// The states. None of them says that what is signed is right.
const (
	None          State = iota // there is none
	Valid                      // by a key that is known, over this resource as it stands
	Invalid                    // it does not hold: the resource, the signature or its time is another
	UnknownSigner              // it holds, or nobody can say, by a key that is not known here
	Unchecked                  // it cannot be checked: no canonical form is stated, or one that is not known here, or another kind of signature
)

// Known is a key whose owner is known.
type Known struct {
	Key   crypto.PublicKey
	Who   string    // as the directory names its owner
	Since time.Time // from when it counted; zero for always
	Until time.Time // until when; zero for still
}

// Keys says whose a key is.
type Keys interface {
	// ByID gives the key of an id; ok is false for one that is not known.
	ByID(id string) (k Known, ok bool)
	// ByChain gives the owner of the first certificate, whose chain leads to an authority that is believed, at a moment.
	ByChain(chain []*x509.Certificate, at time.Time) (k Known, ok bool)
}

// Verdict is what was found.
type Verdict struct {
	State State
	Who   string    // of Valid: as the directory names them
	At    time.Time // when it was signed, by its own word; zero where it says nothing
	Why   Reason    // of Invalid and Unchecked
	// Chain are the certificates that came along, the key's first. They are not judged where the key is known by its id.
	Chain []*x509.Certificate
}

// Reason is why a signature does not hold, or cannot be checked.
type Reason uint8

// The reasons.
const (
	NoReason   Reason = iota
	Altered           // the record is not what was signed, or the signature is not by this key
	KeyEnded          // signed when the key did not count, or not yet
	NoForm            // it does not say what canonical form it is over, or one that is not known
	OtherKind         // not a JWS, or of an algorithm that is not checked here
	Unreadable        // its bytes are no signature
)

const (
	mostSignature = 64 << 10 // bytes of a JWS with its chain
	mostChain     = 8
	leastRSA      = 2048 // bits
	mostRSA       = 8192
)

// Verify holds a signature against a resource. data is Signature.data decoded from base64, kind is Signature.sigFormat, "" where
// it is not said. What kind of signature is checked, and over what, is decided before whether it holds: one that cannot be
// checked is never said to be wrong.
func Verify(resource, data []byte, kind string, keys Keys) Verdict {
	if len(data) == 0 {
		return Verdict{}
	}
	if kind != "" && !strings.HasPrefix(kind, joseType) || len(data) > mostSignature {
		return Verdict{State: Unchecked, Why: OtherKind}
	}
	j, why := read(string(bytes.TrimSpace(data)))
	if why != NoReason {
		return Verdict{State: why.state(), Why: why}
	}
	v := Verdict{At: j.at(), Chain: j.chain}
	payload, known, err := Canonical(resource, Form(j.head.Canon))
	switch {
	case !known:
		v.State, v.Why = Unchecked, NoForm
		return v
	case err != nil || j.attached && !bytes.Equal(j.payload, payload):
		v.State, v.Why = Invalid, Altered
		return v
	}
	owner, key, ok := j.signer(keys, v.At)
	switch {
	case key == nil: // nobody can say
		v.State = UnknownSigner
	case !j.holds(payload, key):
		v.State, v.Why = Invalid, Altered
	case !ok:
		v.State = UnknownSigner
	case !owner.counts(v.At):
		v.State, v.Why, v.Who = Invalid, KeyEnded, owner.Who
	default:
		v.State, v.Who = Valid, owner.Who
	}
	return v
}

// state is what a reason comes to where nothing else is known.
func (r Reason) state() State {
	if r == NoForm || r == OtherKind {
		return Unchecked
	}
	return Invalid
}

// counts reports a key that counted when it signed. A signature without a time is taken to be made while the key counted only
// of a key that still does.
func (k *Known) counts(at time.Time) bool {
	if at.IsZero() {
		return k.Until.IsZero()
	}
	return (k.Since.IsZero() || !at.Before(k.Since)) && (k.Until.IsZero() || at.Before(k.Until))
}
