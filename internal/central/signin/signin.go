// Package signin is who asks: the providers, their people and the codes to enrol by, the
// desks and the keys that people are enrolled with, and the tokens that both prove
// themselves for (SMART backend services, RFC 7523). A code, a token and a one-time id
// are kept as digests, so that a stolen store signs nobody in.
package signin

import (
	"context"
	"crypto/sha256"
	"net/http"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/standing"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// SignIn is how desks sign in, and who asks.
type SignIn struct {
	rest  *rest.Server
	store store.Store
}

// New is the sign-in of a store.
func New(rest *rest.Server, store store.Store) *SignIn { return &SignIn{rest, store} }

// jwtBearer is the grant that desks ask by (RFC 7523).
const jwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer"

// hashed is how tokens, codes and one-time ids are kept: they are random, so a
// plain digest is enough, and a stolen store signs nobody in.
func hashed(s string) []byte { sum := sha256.Sum256([]byte(s)); return sum[:] }

func (s *SignIn) smartConfiguration(w http.ResponseWriter, r *http.Request) {
	base := s.rest.Base(r)
	nonce, err := s.nonce(r.Context())
	if err != nil {
		s.rest.Fail(w, r, err)
		return
	}
	w.Header().Set(nonceHeader, nonce) // so that a desk's first proof has it
	s.rest.JSON(w, http.StatusOK, map[string]any{
		"issuer":                                base,
		"token_endpoint":                        base + "/token",
		"enrolment_endpoint":                    base + "/enrol",
		"revocation_endpoint":                   base + "/revoke",
		"jwks_uri":                              base + accesslog.JWKSPath,
		"events_endpoint":                       base + "/$events",
		"grant_types_supported":                 []string{jwtBearer},
		"token_endpoint_auth_methods_supported": []string{"private_key_jwt"},
		"token_endpoint_auth_signing_alg_values_supported": []string{"ES256"},
		"dpop_signing_alg_values_supported":                []string{"ES256"},
		"scopes_supported":                                 []string{"system/*.rs"},
		"capabilities":                                     []string{"client-confidential-asymmetric"},
	})
}

// Account finds who asks, by a token and the proof that it is theirs: a token alone opens
// nothing. A nonce for the next proof goes into answer. Errors: 401.
func (s *SignIn) Account(answer http.Header, r *http.Request) (*store.Account, error) {
	token, err := presented(r)
	if err != nil {
		return nil, err
	}
	who, key, err := s.holder(r, token)
	if err != nil {
		return nil, err
	}
	p, err := s.proofOf(r, token)
	if err != nil {
		return nil, err
	}
	if p.key != key {
		return nil, refusal.InvalidProof()
	}
	if err := s.spend(r.Context(), answer, p); err != nil {
		return nil, err
	}
	return who, s.stands(r.Context(), who)
}

// stands refuses whom an end concerns, who has proved who they are. Errors: 403.
func (s *SignIn) stands(ctx context.Context, who *store.Account) error {
	e := ehrdesk.EndInForce(who.Ends, s.rest.Now())
	if e == nil {
		return nil
	}
	if err := s.store.Write(ctx, func(tx *store.Tx) error { standing.Note(tx, who, e); return nil }); err != nil {
		return err
	}
	return refusal.Ended(e)
}

// Still is who asked with a request that was proved, while their token lasts and nothing of
// theirs has ended. Errors: 401, 403.
func (s *SignIn) Still(r *http.Request) (*store.Account, error) {
	token, err := presented(r)
	if err != nil {
		return nil, err
	}
	who, _, err := s.holder(r, token)
	if err != nil {
		return nil, err
	}
	return who, s.stands(r.Context(), who)
}

// presented is the token of a request. One that comes as a Bearer token is refused, as all
// that there are are bound to a key (RFC 9449, 7.1).
func presented(r *http.Request) (string, error) {
	given := r.Header.Values("Authorization")
	if len(given) != 1 {
		return "", refusal.New(http.StatusUnauthorized, "", "Sign in first.")
	}
	scheme, token, _ := strings.Cut(given[0], " ")
	if !strings.EqualFold(scheme, "DPoP") || token == "" {
		return "", refusal.New(http.StatusUnauthorized, "", "Sign in first, with a token that is bound to a key.")
	}
	return token, nil
}

// holder is whose a token is, with the thumbprint of the key that it is bound to.
func (s *SignIn) holder(r *http.Request, token string) (who *store.Account, key string, err error) {
	err = s.store.Read(r.Context(), func(tx *store.Tx) error { who, key = tx.Desks.Token(hashed(token)); return nil })
	if err == nil && who == nil {
		err = &refusal.Error{Status: http.StatusUnauthorized, Text: "Sign in again.", Proof: "invalid_token"}
	}
	return who, key, err
}
