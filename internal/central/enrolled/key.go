package enrolled

import (
	"crypto/ecdsa"
	"errors"
	"net/http"

	"github.com/go-jose/go-jose/v4"

	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// KeyOf is the key by which somebody is enrolled at the desk that they ask from. Errors: 403 where they are not.
func KeyOf(tx *store.Tx, who *store.Account) (sealed.One, error) {
	print, jwk, ended := tx.Desks.PersonKey(who.Client, who.Staff)
	var k jose.JSONWebKey
	if print == "" || ended {
		return sealed.One{}, refusal.New(http.StatusForbidden, "signature", "Who asks is not enrolled at this desk.")
	}
	if err := k.UnmarshalJSON(jwk); err != nil {
		return sealed.One{}, store.Err
	}
	public, ok := k.Key.(*ecdsa.PublicKey)
	if !ok {
		return sealed.One{}, store.Err
	}
	return sealed.One{Of: sealed.Person{Provider: who.HCP, Staff: who.Staff}, Name: print, Key: public}, nil
}

// Unsigned is a refusal of what was not signed by who asks.
func Unsigned(err error) error {
	if errors.Is(err, sealed.ErrUnreadable) {
		return refusal.Invalid("What was signed cannot be read.")
	}
	return refusal.New(http.StatusForbidden, "signature", "It is not signed by the key that who asks is enrolled by at this desk.")
}
