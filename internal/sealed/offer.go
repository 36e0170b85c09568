package sealed

import (
	"crypto"
	"time"
)

// TypeOffer is of a key that a desk offers to be sealed to.
const TypeOffer = "ehrdesk-offered-key+jws"

// OfferKind is how often an offered key is sealed to.
type OfferKind string

// The kinds.
const (
	OfferOnce OfferKind = "once" // a prekey: to one envelope, and its private half goes with that
	OfferLast OfferKind = "last" // the prekey that is given where no other is left: until the desk offers another
	OfferCase OfferKind = "case" // to every envelope of a case, from when the desk has heard of it
)

// Offer is a key that a person's desk offers to be sealed to, as that person signs it: whoever hands it on can put none of their own
// in its place.
type Offer struct {
	Of   Person    `json:"of"`
	Desk string    `json:"desk"` // as the centre names it
	Kind OfferKind `json:"kind"`
	Case string    `json:"case,omitempty"` // of OfferCase
	Key  string    `json:"key"`            // a Public
	At   time.Time `json:"at"`
}

// SignOffer signs an offer.
func SignOffer(o *Offer, by Signer) (string, error) { return Sign(o, TypeOffer, by) }

// ReadOffer reads an offer that the person whose key it is signed, and the key. Errors: those of Read.
func ReadOffer(compact string, keys Signers) (o Offer, key Public, err error) {
	err = Read(compact, TypeOffer, keys, &o, func() (Person, time.Time) { return o.Of, o.At })
	if err != nil {
		return Offer{}, Public{}, err
	}
	switch o.Kind {
	case OfferOnce, OfferLast:
		err = offered(o.Case == "" && o.Desk != "")
	case OfferCase:
		err = offered(o.Case != "" && o.Desk != "")
	default:
		err = ErrUnreadable
	}
	if err == nil {
		key, err = ParsePublic(o.Key)
	}
	if err != nil {
		return Offer{}, Public{}, ErrUnreadable
	}
	return o, key, nil
}

func offered(whole bool) error {
	if whole {
		return nil
	}
	return ErrUnreadable
}

// One is the one key that somebody signs by, whenever.
type One struct {
	Of   Person
	Name string
	Key  crypto.PublicKey
}

// Signer is of Signers.
func (o One) Signer(name string, _ time.Time) (Person, crypto.PublicKey, bool) {
	return o.Of, o.Key, name == o.Name
}
