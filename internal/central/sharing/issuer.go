package sharing

import (
	"context"
	"crypto/ecdsa"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/trust"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// CardIssuer is a key whose cards this centre believes.
type CardIssuer struct {
	Name        string `json:"name"`
	Fingerprint string `json:"fingerprint"` // SHA-256 of the key's SubjectPublicKeyInfo, hexadecimal
	Since       string `json:"since"`
}

const maxCardIssuers = 16

// AddCardIssuer has the centre believe cards of an issuer: one P-256 public key
// in PEM, under a name of 1 to 64 letters, digits, dots, hyphens or underscores.
// A key that stands under that name already changes nothing.
// Errors: CodeInvalid, CodeConflict where name or key stand for something else.
func (o *Operator) AddCardIssuer(ctx context.Context, name string, pem []byte) error {
	const op = "issuer.add"
	if !rest.IsCode(name) {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "an issuer's name has 1 to 64 letters, digits, dots, hyphens or underscores")
	}
	keys, err := trust.ParseIssuers(pem)
	if err != nil {
		return err
	}
	if len(keys) != 1 {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "one name is for one issuer's key")
	}
	key := trust.MarshalIssuer(keys[0])
	return o.s.store.Write(ctx, func(tx *store.Tx) error {
		others, err := tx.Cards.Issuers()
		if err != nil {
			return err
		}
		for _, other := range others {
			switch sameName, sameKey := other.Name == name, string(other.Key) == string(key); {
			case sameName && sameKey:
				return nil
			case sameName:
				return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "another issuer has this name")
			case sameKey:
				return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "this issuer is known by another name")
			}
		}
		if len(others) >= maxCardIssuers {
			return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "the centre knows 16 issuers already")
		}
		return tx.Cards.AddIssuer(store.Issuer{Name: name, Key: key, Since: tx.Now.UnixMicro()})
	})
}

// RemoveCardIssuer ends the belief in an issuer's cards, from the next act on.
// What its cards proved before stays on record. Errors: CodeNotFound.
func (o *Operator) RemoveCardIssuer(ctx context.Context, name string) error {
	return o.s.store.Write(ctx, func(tx *store.Tx) error {
		found, err := tx.Cards.RemoveIssuer(name)
		if err == nil && !found {
			err = ehrdesk.Errorf("issuer.remove", ehrdesk.CodeNotFound, "no issuer has this name")
		}
		return err
	})
}

// CardIssuers are those whose cards the centre believes, by name.
func (o *Operator) CardIssuers(ctx context.Context) ([]CardIssuer, error) {
	var out []CardIssuer
	err := o.s.store.Read(ctx, func(tx *store.Tx) error {
		out = nil
		return eachIssuer(tx, func(name string, key *ecdsa.PublicKey, since time.Time) {
			out = append(out, CardIssuer{Name: name, Fingerprint: trust.Fingerprint(key), Since: rest.Stamp(since)})
		})
	})
	return out, err
}

// issuers are the keys as they stand now: they are read for every act, so that
// one taken away counts at once.
func issuers(tx *store.Tx) ([]*ecdsa.PublicKey, error) {
	var out []*ecdsa.PublicKey
	err := eachIssuer(tx, func(_ string, key *ecdsa.PublicKey, _ time.Time) { out = append(out, key) })
	return out, err
}

func eachIssuer(tx *store.Tx, each func(name string, key *ecdsa.PublicKey, since time.Time)) error {
	all, err := tx.Cards.Issuers()
	for _, i := range all {
		keys, err := trust.ParseIssuers(i.Key)
		if err != nil || len(keys) != 1 {
			return store.Err
		}
		each(i.Name, keys[0], store.Time(i.Since))
	}
	return err
}
