package smart

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/subtle"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/oauth2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// Who is a person as their server knows them.
type Who struct {
	Issuer  string `json:"iss"`
	Subject string `json:"sub"`
	User    string `json:"fhir_user,omitempty"` // the FHIR resource that is them, where the server says
}

// is reports whether two are one person. A server may begin to say of somebody which
// resource they are, and may not say another.
func (w Who) is(other Who) bool {
	return w.Issuer == other.Issuer && w.Subject == other.Subject && (w.User == other.User || w.User == "" || other.User == "")
}

// algorithms are those that an ID token may be signed by: of keys that the server alone
// has.
var algorithms = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA}

// who is who signed in, by the ID token. Errors: CodeTampered with SignInUnproven,
// CodeDenied with SignInOther, CodeOffline, CodeTimeout.
func (c *Client) who(ctx context.Context, t *oauth2.Token, want Who, nonce string) (Who, error) {
	const op = "sign-in"
	unproven := ehrdesk.NotSignedIn(op, ehrdesk.SignInUnproven)
	raw, _ := t.Extra("id_token").(string)
	if raw == "" && nonce == "" {
		return want, nil
	}
	id, err := c.verify(ctx, raw)
	if err != nil {
		return Who{}, err
	}
	var claims struct {
		User  string `json:"fhirUser"`
		Party string `json:"azp"`
	}
	switch {
	case id.Claims(&claims) != nil || id.Subject == "":
		return Who{}, unproven
	case claims.Party != "" && claims.Party != c.opt.App.ClientID, claims.Party == "" && len(id.Audience) > 1: // OpenID Connect Core, 3.1.3.7
		return Who{}, unproven
	case nonce != "" && subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(nonce)) != 1:
		return Who{}, unproven
	case id.AccessTokenHash != "" && id.VerifyAccessToken(t.AccessToken) != nil:
		return Who{}, unproven
	}
	who := Who{Issuer: id.Issuer, Subject: id.Subject, User: claims.User}
	if want != (Who{}) && !want.is(who) {
		return Who{}, ehrdesk.NotSignedIn(op, ehrdesk.SignInOther)
	}
	return who, nil
}

// verify checks an ID token's signature, issuer, audience and time. An issuer changes its
// keys: it is asked once more for them.
func (c *Client) verify(ctx context.Context, raw string) (*oidc.IDToken, error) {
	for asked := false; ; asked = true {
		if c.signs != nil {
			id, err := oidc.NewVerifier(c.server.issuer, c.signs, &oidc.Config{ClientID: c.opt.App.ClientID, SupportedSigningAlgs: algorithms, Now: c.opt.Now}).Verify(ctx, raw)
			if err == nil {
				return id, nil
			}
		}
		if asked {
			return nil, ehrdesk.NotSignedIn("sign-in", ehrdesk.SignInUnproven)
		}
		if err := c.learn(ctx); err != nil {
			return nil, err
		}
	}
}

// mostKeys is how many keys of an issuer are looked at.
const mostKeys = 32

// learn asks for the keys that the issuer signs with.
func (c *Client) learn(ctx context.Context) error {
	const op = "sign-in"
	wire, err := fhir.NewClient(origin(c.server.keys), c.opt.HTTP, nil)
	if err != nil {
		return err
	}
	ans, err := wire.Get(ctx, op, c.server.keys)
	if err != nil {
		return err
	}
	var set struct {
		Keys []jsontext.Value `json:"keys"`
	}
	if json.Unmarshal(ans.Body, &set) != nil {
		return ehrdesk.NotSignedIn(op, ehrdesk.SignInUnproven)
	}
	c.signs = &oidc.StaticKeySet{}
	for _, raw := range set.Keys[:min(len(set.Keys), mostKeys)] {
		var k jose.JSONWebKey
		if k.UnmarshalJSON(raw) != nil || k.Use != "" && k.Use != "sig" { // of a kind that nobody here reads
			continue
		}
		switch k.Key.(type) {
		case *rsa.PublicKey, *ecdsa.PublicKey, ed25519.PublicKey:
			c.signs.PublicKeys = append(c.signs.PublicKeys, k.Key)
		}
	}
	return nil
}
