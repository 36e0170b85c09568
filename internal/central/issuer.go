package central

import (
	"context"
	"crypto/ecdsa"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/trust"
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
func (c *Centre) AddCardIssuer(ctx context.Context, name string, pem []byte) error {
	const op = "issuer.add"
	if !isCode(name) {
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
	return c.write(ctx, func(q *tx) error {
		known, n := false, 0
		err := q.rows("SELECT name, key FROM card_issuer", nil, func(scan func(...any) error) error {
			var other string
			var has []byte
			err := scan(&other, &has)
			n++
			switch {
			case err != nil:
			case other == name && string(has) == string(key):
				known = true
			case other == name:
				err = ehrdesk.Errorf(op, ehrdesk.CodeConflict, "another issuer has this name")
			case string(has) == string(key):
				err = ehrdesk.Errorf(op, ehrdesk.CodeConflict, "this issuer is known by another name")
			}
			return err
		})
		switch {
		case err != nil || known:
			return err
		case n >= maxCardIssuers:
			return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "the centre knows 16 issuers already")
		}
		return q.exec("INSERT INTO card_issuer (name, key, since) VALUES (?,?,?)", name, key, q.now.UnixMicro())
	})
}

// RemoveCardIssuer ends the belief in an issuer's cards, from the next act on.
// What its cards proved before stays on record. Errors: CodeNotFound.
func (c *Centre) RemoveCardIssuer(ctx context.Context, name string) error {
	return c.write(ctx, func(q *tx) error {
		var n int
		found, err := q.row("SELECT 1 FROM card_issuer WHERE name = ?", []any{name}, &n)
		if err != nil {
			return err
		}
		if !found {
			return ehrdesk.Errorf("issuer.remove", ehrdesk.CodeNotFound, "no issuer has this name")
		}
		return q.exec("DELETE FROM card_issuer WHERE name = ?", name)
	})
}

// CardIssuers are those whose cards the centre believes, by name.
func (c *Centre) CardIssuers(ctx context.Context) ([]CardIssuer, error) {
	var out []CardIssuer
	err := c.read(ctx, func(q *tx) error {
		out = nil
		return q.eachIssuer(func(name string, key *ecdsa.PublicKey, since time.Time) {
			out = append(out, CardIssuer{Name: name, Fingerprint: trust.Fingerprint(key), Since: stamp(since)})
		})
	})
	return out, err
}

// issuers are the keys as they stand now: they are read for every act, so that
// one taken away counts at once.
func (q *tx) issuers() ([]*ecdsa.PublicKey, error) {
	var out []*ecdsa.PublicKey
	err := q.eachIssuer(func(_ string, key *ecdsa.PublicKey, _ time.Time) { out = append(out, key) })
	return out, err
}

func (q *tx) eachIssuer(each func(name string, key *ecdsa.PublicKey, since time.Time)) error {
	return q.rows("SELECT name, key, since FROM card_issuer ORDER BY name", nil, func(scan func(...any) error) error {
		var name string
		var text []byte
		var since int64
		if err := scan(&name, &text, &since); err != nil {
			return err
		}
		keys, err := trust.ParseIssuers(text)
		if err != nil || len(keys) != 1 {
			return errStore
		}
		each(name, keys[0], fromMicros(since))
		return nil
	})
}
