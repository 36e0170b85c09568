package signin

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/standing"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

const (
	tokenLife     = 5 * time.Minute // what a desk without the line leaves behind, at most
	assertionLife = 5 * time.Minute
	clockLeeway   = 30 * time.Second
	jwtClient     = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
)

// token gives an access token for a person's assertion, on a desk that proves
// itself by its own (RFC 7523, sections 2.1 and 2.2).
func (s *SignIn) token(w http.ResponseWriter, r *http.Request) {
	body, err := rest.Body(w, r, 64<<10)
	if err != nil {
		s.rest.Fail(w, r, err)
		return
	}
	form, err := rest.ParseForm(r, body)
	if err != nil || form.Get("grant_type") != jwtBearer {
		s.rest.OAuth(w, http.StatusBadRequest, "unsupported_grant_type")
		return
	}
	if form.Get("client_assertion_type") != jwtClient {
		s.rest.OAuth(w, http.StatusUnauthorized, "invalid_client")
		return
	}
	p, err := s.proofOf(r, "")
	if err == nil {
		err = s.alive(r.Context(), w.Header(), p) // before the assertions are used up
	}
	if err != nil {
		s.unproved(w, r, err)
		return
	}
	var answer map[string]any
	status, word := 0, ""
	gone, ended := map[string]string(nil), (*ehrdesk.End)(nil)
	err = s.store.Write(r.Context(), func(tx *store.Tx) error {
		status, word, gone = http.StatusUnauthorized, "invalid_client", nil
		desk, err := provenDesk(tx, form.Get("client_assertion"), s.rest.Base(r)+"/token", p.key)
		if err != nil || desk == nil {
			return err
		}
		if err := s.spend(r.Context(), w.Header(), p); err != nil {
			return err
		}
		status, word = http.StatusBadRequest, "invalid_grant"
		t, keyEnded, err := provenPerson(tx, form.Get("assertion"), s.rest.Base(r)+"/token", desk)
		if err != nil {
			return err
		}
		switch { // who proves to be the person is told what is over, and nobody else
		case t == nil:
			accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditSignIn, Who: &store.Account{Client: desk.Client, HCP: desk.HCP}, Outcome: ehrdesk.CodeDenied})
			return nil
		case t.Closed || keyEnded:
			gone = map[string]string{"error": word, "desk": "ended"}
			reason := "desk-ended"
			if t.Closed {
				gone, reason = map[string]string{"error": word, "account": "closed"}, "account-closed"
			}
			accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditSignIn, Who: t, Reason: reason, Outcome: ehrdesk.CodeDenied})
			return nil
		}
		if ended = ehrdesk.EndInForce(t.Ends, tx.Now); ended != nil {
			accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditSignIn, Who: t, Reason: refusal.EndIssue(ended.Of), Outcome: ehrdesk.CodeDenied})
			return nil
		}
		answer = map[string]any{
			"access_token": issue(tx, t, p.key), "token_type": "DPoP", "expires_in": int(tokenLife.Seconds()),
			"staff": t.Staff, "name": t.Name, "role": string(t.Role), "hcp": t.HCP, "hcp_name": t.Provider.Name, "location": t.Location,
			"user_administrator": t.Administrator, "cache": CacheOf(&t.Provider),
		}
		if ends := standing.Coming(t.Ends, tx.Now); ends != nil {
			answer["ends"] = ends
		}
		accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditSignIn, Who: t})
		return nil
	})
	switch {
	case err != nil:
		s.unproved(w, r, err)
	case answer != nil:
		s.rest.JSON(w, http.StatusOK, answer)
	case gone != nil:
		s.rest.JSON(w, status, gone)
	case ended != nil:
		s.rest.JSON(w, status, map[string]any{"error": word, "ended": ended})
	default:
		s.rest.OAuth(w, status, word)
	}
}

// provenDesk is the desk that an assertion proves, nil for none. The assertion names the
// key that the token will be bound to (RFC 7800): who takes it on its way binds no other.
// Errors: 401 for another key.
func provenDesk(tx *store.Tx, assertion, audience, key string) (*store.Desk, error) {
	tok, claims, ok := unverified(assertion)
	if !ok {
		return nil, nil
	}
	d := tx.Desks.Get(claims.Issuer)
	if d == nil {
		return nil, nil
	}
	if ok, err := proven(tx, tok, d.Key, audience); !ok {
		return nil, err
	}
	var named struct {
		Confirmation struct {
			Thumbprint string `json:"jkt"`
		} `json:"cnf"`
	}
	if tok.UnsafeClaimsWithoutVerification(&named) != nil || named.Confirmation.Thumbprint != key { // proven above
		return nil, refusal.InvalidProof()
	}
	return d, nil
}

// provenPerson is the account, at a desk, that an assertion proves, nil for none. It
// may be closed, and the key by which it is proved may have ended: an account opened again
// brings no old key back.
func provenPerson(tx *store.Tx, assertion, audience string, desk *store.Desk) (who *store.Account, ended bool, err error) {
	tok, claims, ok := unverified(assertion)
	if !ok {
		return nil, false, nil
	}
	staff, at, _ := strings.Cut(claims.Issuer, "@")
	if at != desk.HCP {
		return nil, false, nil
	}
	_, key, ended := tx.Desks.PersonKey(desk.Client, staff)
	who = tx.Accounts.Get(desk.HCP, staff)
	if key == nil || who == nil {
		return nil, false, nil
	}
	if ok, err := proven(tx, tok, key, audience); !ok {
		return nil, false, err
	}
	who.Client = desk.Client
	return who, ended, nil
}

func unverified(assertion string) (*jwt.JSONWebToken, jwt.Claims, bool) {
	var claims jwt.Claims
	tok, err := jwt.ParseSigned(assertion, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil || tok.UnsafeClaimsWithoutVerification(&claims) != nil || claims.Issuer == "" || claims.Issuer != claims.Subject {
		return nil, claims, false
	}
	return tok, claims, true
}

// proven checks an assertion's signature, audience and times, and that it was
// never used before.
func proven(tx *store.Tx, tok *jwt.JSONWebToken, jwk []byte, audience string) (bool, error) {
	var key jose.JSONWebKey
	if err := key.UnmarshalJSON(jwk); err != nil {
		return false, store.Err
	}
	var claims jwt.Claims
	if tok.Claims(key.Key, &claims) != nil {
		return false, nil
	}
	if claims.ID == "" || claims.Expiry == nil || !slices.Contains(claims.Audience, audience) || len(claims.Audience) != 1 {
		return false, nil
	}
	if claims.ValidateWithLeeway(jwt.Expected{Time: tx.Now}, clockLeeway) != nil || claims.Expiry.Time().After(tx.Now.Add(assertionLife+clockLeeway)) {
		return false, nil
	}
	return tx.Desks.Once(hashed(claims.Issuer+"\x00"+claims.ID), claims.Expiry.Time(), tx.Now.Add(-2*clockLeeway)), nil
}

// issue makes a token, bound to a key.
func issue(tx *store.Tx, t *store.Account, key string) string {
	b := make([]byte, 32)
	rand.Read(b)
	token := base64.RawURLEncoding.EncodeToString(b)
	tx.Desks.AddToken(hashed(token), t, key, tx.Now.Add(tokenLife))
	return token
}
