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

// Routes are what a desk signed in may ask for.
func (s *SignIn) Routes() map[string]rest.Handler {
	return map[string]rest.Handler{"GET /fhir/$staff": s.staffList}
}

// Open are the routes that need no token.
func (s *SignIn) Open() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"GET /fhir/.well-known/smart-configuration": s.smartConfiguration,
		"POST /fhir/enrol":                          s.enrol,
		"POST /fhir/token":                          s.token,
	}
}

// hashed is how tokens, codes and one-time ids are kept: they are random, so a
// plain digest is enough, and a stolen store signs nobody in.
func hashed(s string) []byte { sum := sha256.Sum256([]byte(s)); return sum[:] }

func (s *SignIn) smartConfiguration(w http.ResponseWriter, r *http.Request) {
	base := s.rest.Base(r)
	s.rest.JSON(w, http.StatusOK, map[string]any{
		"issuer":                                base,
		"token_endpoint":                        base + "/token",
		"enrolment_endpoint":                    base + "/enrol",
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

// staffList is the asking provider's accounts. An open one comes with the keys its
// person is enrolled by: a desk gives its own keys to nobody else. A closed one
// says so, and a desk takes its keys back.
func (s *SignIn) staffList(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	var out rest.List
	err := s.store.Read(r.Context(), func(tx *store.Tx) error {
		var person rest.Obj
		var parts rest.List
		put := func() {
			if person != nil {
				person["part"] = parts
				out = append(out, person)
			}
		}
		last := ""
		err := tx.Accounts.Staff(who.HCP, func(k *store.StaffKey) error {
			if person == nil || k.Staff != last {
				put()
				last, person = k.Staff, rest.Obj{"name": "staff"}
				parts = rest.List{rest.Param("staff", "valueString", k.Staff), rest.Param("name", "valueString", k.Name), rest.Param("role", "valueCode", string(k.Role))}
			}
			if k.Closed {
				if len(parts) == 3 {
					parts = append(parts, rest.Param("closed", "valueBoolean", true))
				}
				return nil
			}
			if k.Key != "" {
				parts = append(parts, rest.Param("key", "valueString", k.Key))
			}
			return nil
		})
		put()
		return err
	})
	if err != nil {
		return err
	}
	s.rest.FHIR(w, r, http.StatusOK, rest.Obj{"resourceType": "Parameters", "parameter": out})
	return nil
}
