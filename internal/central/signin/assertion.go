package signin

import (
	"bytes"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// assertion is one whose signature, audience and times are good (RFC 7523, 3). That it was
// never used before is for the transaction that does something by it.
type assertion struct {
	at      *store.Desk // whose it is, or where its person is
	staff   string      // "" for the desk's own
	key     []byte      // JWK that it was signed by
	id      []byte      // its one-time id, as it is kept
	expires time.Time
}

// proved are the desk's assertion and its person's, nil for one that proves nothing. The
// desk's names the key that the token will be bound to (RFC 7800): who takes it on its way
// binds no other. Errors: 401 for another key.
func proved(tx *store.Tx, form url.Values, audience, key string) (desk, person *assertion, err error) {
	tok, claims, ok := unverified(form.Get("client_assertion"))
	if !ok {
		return nil, nil, nil
	}
	d := tx.Desks.Get(claims.Issuer)
	if d == nil {
		return nil, nil, nil
	}
	if desk, err = signed(tx, tok, &assertion{at: d, key: d.Key}, audience); desk == nil {
		return nil, nil, err
	}
	var named struct {
		Confirmation struct {
			Thumbprint string `json:"jkt"`
		} `json:"cnf"`
	}
	if tok.UnsafeClaimsWithoutVerification(&named) != nil || named.Confirmation.Thumbprint != key { // signed, as was seen above
		return nil, nil, refusal.InvalidProof()
	}
	tok, claims, ok = unverified(form.Get("assertion"))
	staff, at, _ := strings.Cut(claims.Issuer, "@")
	if !ok || at != d.HCP {
		return desk, nil, nil
	}
	if _, jwk, _ := tx.Desks.PersonKey(d.Client, staff); jwk != nil {
		person, err = signed(tx, tok, &assertion{at: d, staff: staff, key: jwk}, audience)
	}
	return desk, person, err
}

// whoProves is the account, at a desk, that an assertion proves, nil for none. It may be
// closed, and the key by which it is proved may have ended: an account opened again brings no
// old key back. A key that was replaced since it was seen proves nothing any more.
func whoProves(tx *store.Tx, a, desk *assertion) (who *store.Account, ended bool) {
	if a == nil {
		return nil, false
	}
	_, key, ended := tx.Desks.PersonKey(desk.at.Client, a.staff)
	who = tx.Accounts.Get(desk.at.HCP, a.staff)
	if who == nil || !bytes.Equal(key, a.key) || !a.once(tx) {
		return nil, false
	}
	who.Client = desk.at.Client
	return who, ended
}

func unverified(assertion string) (*jwt.JSONWebToken, jwt.Claims, bool) {
	var claims jwt.Claims
	tok, err := jwt.ParseSigned(assertion, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil || tok.UnsafeClaimsWithoutVerification(&claims) != nil || claims.Issuer == "" || claims.Issuer != claims.Subject {
		return nil, claims, false
	}
	return tok, claims, true
}

// signed checks an assertion's signature by its key, its audience and its times; nil where
// one of them is not right.
func signed(tx *store.Tx, tok *jwt.JSONWebToken, a *assertion, audience string) (*assertion, error) {
	var key jose.JSONWebKey
	if err := key.UnmarshalJSON(a.key); err != nil {
		return nil, store.Err
	}
	var claims jwt.Claims
	if tok.Claims(key.Key, &claims) != nil {
		return nil, nil
	}
	if claims.ID == "" || claims.Expiry == nil || !slices.Contains(claims.Audience, audience) || len(claims.Audience) != 1 {
		return nil, nil
	}
	if claims.ValidateWithLeeway(jwt.Expected{Time: tx.Now}, clockLeeway) != nil || claims.Expiry.Time().After(tx.Now.Add(assertionLife+clockLeeway)) {
		return nil, nil
	}
	a.id, a.expires = hashed(claims.Issuer+"\x00"+claims.ID), claims.Expiry.Time()
	return a, nil
}

// once uses an assertion up, and reports whether it was never used before.
func (a *assertion) once(tx *store.Tx) bool {
	return tx.Desks.Once(a.id, a.expires, tx.Now.Add(-2*clockLeeway))
}
