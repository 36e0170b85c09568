package central

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	json "github.com/go-json-experiment/json/v1"
	"github.com/google/uuid"
)

const (
	tokenLife     = 15 * time.Minute
	assertionLife = 5 * time.Minute
	clockLeeway   = 30 * time.Second
	jwtBearer     = "urn:ietf:params:oauth:grant-type:jwt-bearer"
	jwtClient     = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
)

// token is who is asking: an account on a desk.
type token struct {
	client, hcp, staff string
	name, location     string
	role               ehrdesk.Profession
	provider           HCP
	closed             bool
}

// authenticate finds the account behind a bearer token.
func (q *tx) authenticate(bearer string) (*token, error) {
	var t token
	var expires int64
	found, err := q.row(`SELECT t.client, t.hcp, t.staff, t.expires, a.name, a.location, a.role, h.name, h.chinese, h.kind, h.cache_hours, h.deemed
		FROM token t JOIN account a ON a.hcp = t.hcp AND a.staff = t.staff JOIN hcp h ON h.id = t.hcp WHERE t.hash = ? AND a.closed = 0`,
		[]any{hashed(bearer)}, &t.client, &t.hcp, &t.staff, &expires, &t.name, &t.location, &t.role,
		&t.provider.Name, &t.provider.Chinese, &t.provider.Kind, &t.provider.CacheHours, &t.provider.Deemed)
	if err != nil || !found || q.now.UnixMicro() >= expires {
		return nil, err
	}
	t.provider.ID = t.hcp
	return &t, nil
}

func (s *server) smartConfiguration(w http.ResponseWriter, r *http.Request) {
	base := s.base(r)
	s.json(w, http.StatusOK, map[string]any{
		"issuer":                                base,
		"token_endpoint":                        base + "/token",
		"enrolment_endpoint":                    base + "/enrol",
		"jwks_uri":                              base + jwksPath,
		"events_endpoint":                       base + "/$events",
		"grant_types_supported":                 []string{jwtBearer},
		"token_endpoint_auth_methods_supported": []string{"private_key_jwt"},
		"token_endpoint_auth_signing_alg_values_supported": []string{"ES256"},
		"scopes_supported": []string{"system/*.rs"},
		"capabilities":     []string{"client-confidential-asymmetric"},
	})
}

type enrolment struct {
	Code      string          `json:"activation_code"`
	Staff     string          `json:"staff"`
	Install   string          `json:"install"`
	DeskKey   json.RawMessage `json:"desk_key"`
	PersonKey json.RawMessage `json:"person_key"`
}

// enrol registers a desk and a person's key on it against an activation code.
// A new code for somebody enrolled on this desk with another key replaces that
// key: it is how a forgotten passphrase is put right.
func (s *server) enrol(w http.ResponseWriter, r *http.Request) {
	var in enrolment
	body, err := s.body(w, r, 64<<10)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if json.Unmarshal(body, &in) != nil {
		s.oauth(w, http.StatusBadRequest, "invalid_request")
		return
	}
	deskKey, deskPrint, err1 := publicKey(in.DeskKey)
	personKey, personPrint, err2 := publicKey(in.PersonKey)
	if err1 != nil || err2 != nil || deskPrint == personPrint || !isStaff(in.Staff) || len(in.Install) > 128 {
		s.oauth(w, http.StatusBadRequest, "invalid_request")
		return
	}
	var answer map[string]any
	status, word := http.StatusForbidden, "invalid_code"
	err = s.c.write(r.Context(), func(q *tx) error {
		status, word = http.StatusForbidden, "invalid_code"
		hcp, ok, err := q.spendable(in.Code, in.Staff)
		if err != nil || !ok {
			return err
		}
		client, err := q.deskOf(hcp, deskPrint, in.Install, deskKey)
		if err != nil {
			return err
		}
		var had string
		if _, err := q.row("SELECT print FROM person WHERE client = ? AND staff = ?", []any{client, in.Staff}, &had); err != nil {
			return err
		}
		if had == personPrint {
			status, word = http.StatusConflict, "already_enrolled"
			return nil
		}
		if err := q.exec("UPDATE activation SET used = 1 WHERE hash = ?", hashed(plainCode(in.Code))); err != nil {
			return err
		}
		if err := q.exec("INSERT OR REPLACE INTO person (client, staff, print, jwk) VALUES (?,?,?,?)", client, in.Staff, personPrint, personKey); err != nil {
			return err
		}
		if err := q.exec("DELETE FROM token WHERE client = ? AND staff = ?", client, in.Staff); err != nil {
			return err
		}
		var name, role, location, hcpName string
		if _, err := q.row("SELECT a.name, a.role, a.location, h.name FROM account a JOIN hcp h ON h.id = a.hcp WHERE a.hcp = ? AND a.staff = ?",
			[]any{hcp, in.Staff}, &name, &role, &location, &hcpName); err != nil {
			return err
		}
		who := token{client: client, hcp: hcp, staff: in.Staff, role: ehrdesk.Profession(role), location: location}
		if err := q.audit(event{action: ehrdesk.AuditEnrol, who: &who}); err != nil {
			return err
		}
		answer = map[string]any{"client_id": client, "staff": in.Staff, "name": name, "role": role, "hcp": hcp, "hcp_name": hcpName, "location": location}
		return nil
	})
	switch {
	case err != nil:
		s.fail(w, r, err)
	case answer != nil:
		s.json(w, http.StatusCreated, answer)
	default:
		s.oauth(w, status, word)
	}
}

// spendable reports whether a code is good for staff, and whose provider it is
// of. A wrong one counts against every open code of that staff id, so that none
// can be guessed at.
func (q *tx) spendable(code, staff string) (hcp string, ok bool, err error) {
	found, err := q.row("SELECT hcp FROM activation WHERE hash = ? AND staff = ? AND used = 0 AND expires > ? AND tries < ?",
		[]any{hashed(plainCode(code)), staff, q.now.UnixMicro(), codeMaxTries}, &hcp)
	if err != nil || found {
		return hcp, found, err
	}
	return "", false, q.exec("UPDATE activation SET tries = tries + 1 WHERE staff = ? AND used = 0", staff)
}

func (q *tx) deskOf(hcp, print, install string, jwk []byte) (client string, err error) {
	found, err := q.row("SELECT client FROM desk WHERE hcp = ? AND print = ?", []any{hcp, print}, &client)
	if err != nil || found {
		return client, err
	}
	client = uuid.NewString()
	return client, q.exec("INSERT INTO desk (client, hcp, install, print, jwk) VALUES (?,?,?,?,?)", client, hcp, install, print, jwk)
}

// publicKey reads a P-256 public key and gives it back alone, with its
// thumbprint (RFC 7638).
func publicKey(raw json.RawMessage) (jwk []byte, print string, err error) {
	var k jose.JSONWebKey
	if err := k.UnmarshalJSON(raw); err != nil {
		return nil, "", errors.New("not a JWK")
	}
	pub, ok := k.Key.(*ecdsa.PublicKey)
	if !ok || pub.Curve != elliptic.P256() {
		return nil, "", errors.New("not a P-256 public key")
	}
	only := jose.JSONWebKey{Key: pub, Algorithm: string(jose.ES256), Use: "sig"}
	sum, err := only.Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, "", err
	}
	jwk, err = only.MarshalJSON()
	return jwk, base64.RawURLEncoding.EncodeToString(sum), err
}

// token gives an access token for a person's assertion, on a desk that proves
// itself by its own (RFC 7523, sections 2.1 and 2.2).
func (s *server) token(w http.ResponseWriter, r *http.Request) {
	body, err := s.body(w, r, 64<<10)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	form, err := parseForm(r, body)
	if err != nil || form.Get("grant_type") != jwtBearer {
		s.oauth(w, http.StatusBadRequest, "unsupported_grant_type")
		return
	}
	if form.Get("client_assertion_type") != jwtClient {
		s.oauth(w, http.StatusUnauthorized, "invalid_client")
		return
	}
	var answer map[string]any
	status, word := 0, ""
	closed := false
	err = s.c.write(r.Context(), func(q *tx) error {
		status, word = http.StatusUnauthorized, "invalid_client"
		client, hcp, ok, err := q.provenDesk(form.Get("client_assertion"), s.base(r)+"/token")
		if err != nil || !ok {
			return err
		}
		status, word = http.StatusBadRequest, "invalid_grant"
		t, ok, err := q.provenPerson(form.Get("assertion"), s.base(r)+"/token", client, hcp)
		if err != nil {
			return err
		}
		if !ok {
			closed = t != nil && t.closed
			return q.audit(event{action: ehrdesk.AuditSignIn, who: &token{client: client, hcp: hcp}, outcome: ehrdesk.CodeDenied})
		}
		bearer, err := q.issue(t)
		if err != nil {
			return err
		}
		answer = map[string]any{
			"access_token": bearer, "token_type": "Bearer", "expires_in": int(tokenLife.Seconds()),
			"staff": t.staff, "name": t.name, "role": string(t.role), "hcp": t.hcp, "hcp_name": t.provider.Name, "location": t.location,
			"cache": t.provider.Cache(),
		}
		return q.audit(event{action: ehrdesk.AuditSignIn, who: t})
	})
	switch {
	case err != nil:
		s.fail(w, r, err)
	case answer != nil:
		s.json(w, http.StatusOK, answer)
	case closed:
		s.json(w, status, map[string]string{"error": word, "account": "closed"})
	default:
		s.oauth(w, status, word)
	}
}

func (q *tx) provenDesk(assertion, audience string) (client, hcp string, ok bool, err error) {
	tok, claims, ok := unverified(assertion)
	if !ok {
		return "", "", false, nil
	}
	var jwk []byte
	found, err := q.row("SELECT hcp, jwk FROM desk WHERE client = ?", []any{claims.Issuer}, &hcp, &jwk)
	if err != nil || !found {
		return "", "", false, err
	}
	ok, err = q.proven(tok, jwk, audience)
	return claims.Issuer, hcp, ok, err
}

func (q *tx) provenPerson(assertion, audience, client, hcp string) (*token, bool, error) {
	tok, claims, ok := unverified(assertion)
	if !ok {
		return nil, false, nil
	}
	staff, at, _ := strings.Cut(claims.Issuer, "@")
	if at != hcp {
		return nil, false, nil
	}
	t := token{client: client, hcp: hcp, staff: staff}
	var jwk []byte
	found, err := q.row(`SELECT p.jwk, a.name, a.location, a.role, a.closed FROM person p JOIN account a ON a.hcp = ? AND a.staff = p.staff
		WHERE p.client = ? AND p.staff = ?`, []any{hcp, client, staff}, &jwk, &t.name, &t.location, &t.role, &t.closed)
	if err != nil || !found {
		return nil, false, err
	}
	if ok, err = q.proven(tok, jwk, audience); err != nil || !ok {
		return nil, false, err
	}
	if t.closed { // who proves to be the person is told so, and nobody else
		return &t, false, nil
	}
	h, err := q.hcp(hcp)
	if err != nil || h == nil {
		return nil, false, err
	}
	t.provider = *h
	return &t, true, nil
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
func (q *tx) proven(tok *jwt.JSONWebToken, jwk []byte, audience string) (bool, error) {
	var key jose.JSONWebKey
	if err := key.UnmarshalJSON(jwk); err != nil {
		return false, errStore
	}
	var claims jwt.Claims
	if tok.Claims(key.Key, &claims) != nil {
		return false, nil
	}
	if claims.ID == "" || claims.Expiry == nil || !slices.Contains(claims.Audience, audience) || len(claims.Audience) != 1 {
		return false, nil
	}
	if claims.ValidateWithLeeway(jwt.Expected{Time: q.now}, clockLeeway) != nil || claims.Expiry.Time().After(q.now.Add(assertionLife+clockLeeway)) {
		return false, nil
	}
	hash := hashed(claims.Issuer + "\x00" + claims.ID)
	var n int
	used, err := q.row("SELECT 1 FROM jti WHERE hash = ?", []any{hash}, &n)
	if err != nil || used {
		return false, err
	}
	if err := q.exec("DELETE FROM jti WHERE expires < ?", q.now.Add(-2*clockLeeway).UnixMicro()); err != nil {
		return false, err
	}
	return true, q.exec("INSERT INTO jti (hash, expires) VALUES (?,?)", hash, claims.Expiry.Time().UnixMicro())
}

func (q *tx) issue(t *token) (string, error) {
	b := make([]byte, 32)
	rand.Read(b)
	bearer := base64.RawURLEncoding.EncodeToString(b)
	if err := q.exec("DELETE FROM token WHERE expires < ?", q.now.UnixMicro()); err != nil {
		return "", err
	}
	return bearer, q.exec("INSERT INTO token (hash, client, hcp, staff, expires) VALUES (?,?,?,?,?)",
		hashed(bearer), t.client, t.hcp, t.staff, q.now.Add(tokenLife).UnixMicro())
}

// parseForm reads a form body; the query string is no part of it.
func parseForm(r *http.Request, body []byte) (url.Values, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, malformed("The body is to be a form.")
	}
	form, err := url.ParseQuery(string(bytes.TrimSpace(body)))
	if err != nil {
		return nil, malformed("The form is malformed.")
	}
	return form, nil
}

// account finds who asks. Errors: 401.
func (s *server) account(ctx context.Context, r *http.Request) (*token, error) {
	bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || bearer == "" {
		return nil, refuse(http.StatusUnauthorized, "", "Sign in first.")
	}
	var t *token
	err := s.c.read(ctx, func(q *tx) (err error) {
		t, err = q.authenticate(bearer)
		return err
	})
	if err == nil && t == nil {
		err = refuse(http.StatusUnauthorized, "", "Sign in again.")
	}
	return t, err
}
