package signin

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/standing"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
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
	if err != nil {
		s.unproved(w, r, err)
		return
	}
	var desk, person *assertion // as they prove themselves, beside the one writing transaction
	err = s.store.Read(r.Context(), func(tx *store.Tx) (err error) {
		desk, person, err = proved(tx, form, s.rest.Base(r)+"/token", p.key)
		return err
	})
	switch {
	case err != nil:
		s.unproved(w, r, err)
		return
	case desk == nil:
		s.rest.OAuth(w, http.StatusUnauthorized, "invalid_client")
		return
	}
	if err := s.alive(r.Context(), w.Header(), p); err != nil { // before the assertions are used up
		s.unproved(w, r, err)
		return
	}
	var answer map[string]any
	status, word := 0, ""
	gone, ended := map[string]string(nil), (*ehrdesk.End)(nil)
	err = s.store.Write(r.Context(), func(tx *store.Tx) error {
		status, word, gone, ended = http.StatusUnauthorized, "invalid_client", nil, nil
		if !desk.once(tx) {
			return nil
		}
		if err := s.spend(r.Context(), w.Header(), p); err != nil {
			return err
		}
		status, word = http.StatusBadRequest, "invalid_grant"
		t, keyEnded := whoProves(tx, person, desk)
		switch { // who proves to be the person is told what is over, and nobody else
		case t == nil:
			accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditSignIn, Who: &store.Account{Client: desk.at.Client, HCP: desk.at.HCP}, Outcome: ehrdesk.CodeDenied})
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

// issue makes a token, bound to a key.
func issue(tx *store.Tx, t *store.Account, key string) string {
	b := make([]byte, 32)
	rand.Read(b)
	token := base64.RawURLEncoding.EncodeToString(b)
	tx.Desks.AddToken(hashed(token), t, key, tx.Now.Add(tokenLife))
	return token
}
