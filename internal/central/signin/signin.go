// Package signin is who asks: the providers, their people and the codes to enrol by, the
// desks and the keys that people are enrolled with, and the tokens that both prove
// themselves for (SMART backend services, RFC 7523). A code, a token and a one-time id
// are kept as digests, so that a stolen store signs nobody in.
package signin

import (
	"crypto/sha256"
	"net/http"
	"strings"

	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
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
		"scopes_supported": []string{"system/*.rs"},
		"capabilities":     []string{"client-confidential-asymmetric"},
	})
}

// Account finds who asks. Errors: 401.
func (s *SignIn) Account(r *http.Request) (who *store.Account, err error) {
	bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || bearer == "" {
		return nil, refusal.New(http.StatusUnauthorized, "", "Sign in first.")
	}
	err = s.store.Read(r.Context(), func(tx *store.Tx) error { who = tx.Desks.Token(hashed(bearer)); return nil })
	if err == nil && who == nil {
		err = refusal.New(http.StatusUnauthorized, "", "Sign in again.")
	}
	return who, err
}
