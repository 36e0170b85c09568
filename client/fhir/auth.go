package fhir

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Endpoints are where a centre lets desks enrol and sign in.
type Endpoints struct {
	Token     string `json:"token_endpoint"`
	Enrolment string `json:"enrolment_endpoint"`
	Keys      string `json:"jwks_uri"` // what the centre signs with; "" where it signs nothing

	Revocation string `json:"revocation_endpoint"` // RFC 7009; "" where tokens end by themselves alone

	Proofs []string `json:"dpop_signing_alg_values_supported"` // RFC 9449; none where a token alone is taken
	Nonce  string   `json:"-"`                                 // for the first proof, "" where none was given
}

// Proves reports whether each request has to prove that its token is this desk's.
func (e Endpoints) Proves() bool { return len(e.Proofs) > 0 }

// ErrNoCentre is the cause where what answers is no central service that desks enrol with.
var ErrNoCentre = errors.New("what answers at this address is no central service that desks enrol with")

// Discover reads the SMART configuration. Endpoints on another origin than the
// base are refused. Errors: CodeNotFound with ErrNoCentre, CodeOffline, CodeTimeout,
// CodeTampered, CodeDenied where it asks for proofs of a kind that this desk does not make.
func (c *Client) Discover(ctx context.Context) (Endpoints, error) {
	ans, err := c.Get(ctx, "discover", ".well-known/smart-configuration")
	if err != nil && ans.Status >= 400 && ans.Status < 500 && ans.Status != http.StatusTooManyRequests {
		err = ehrdesk.E("discover", ehrdesk.CodeNotFound, ErrNoCentre)
	}
	if err != nil {
		return Endpoints{}, err
	}
	var e Endpoints
	switch err := json.Unmarshal(ans.Body, &e); {
	case !jsontext.Value(ans.Body).IsValid(): // an empty answer too
		return Endpoints{}, trouble("discover", ehrdesk.TroubleStranger)
	case err != nil:
		return Endpoints{}, ehrdesk.Errorf("discover", ehrdesk.CodeTampered, "not a central service")
	case e.Token == "":
		return Endpoints{}, ehrdesk.E("discover", ehrdesk.CodeNotFound, ErrNoCentre)
	}
	for _, u := range [...]string{e.Token, e.Enrolment, e.Keys, e.Revocation} {
		if u == "" {
			continue
		}
		if _, err := c.resolve(u); err != nil {
			return Endpoints{}, ehrdesk.E("discover", ehrdesk.CodeTampered, err)
		}
	}
	if e.Proves() && !slices.Contains(e.Proofs, string(jose.ES256)) {
		return Endpoints{}, ehrdesk.Errorf("discover", ehrdesk.CodeDenied, "the central service asks for proofs of a kind that this desk does not make")
	}
	e.Nonce = ans.nonce
	return e, nil
}

// Key is a key in its JSON form (RFC 7517), as go-jose writes and reads it.
type Key struct{ jose.JSONWebKey }

// Public is the public half.
func (k Key) Public() Key { return Key{k.JSONWebKey.Public()} }

func (k Key) MarshalJSON() ([]byte, error)  { return k.JSONWebKey.MarshalJSON() }
func (k *Key) UnmarshalJSON(b []byte) error { return k.JSONWebKey.UnmarshalJSON(b) }

// NewKey makes a signing key (P-256, ES256).
func NewKey() (Key, error) {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Key{}, ehrdesk.E("key", ehrdesk.CodeOther, err)
	}
	return Key{jose.JSONWebKey{Key: k, KeyID: uuid.NewString(), Algorithm: string(jose.ES256), Use: "sig"}}, nil
}

// EnrolRequest registers a desk and a person with a one-time activation code.
type EnrolRequest struct {
	Code      ehrdesk.Secret
	Staff     string
	HCP       string // whose code it is meant to be; "" for whoever's it is
	Install   string
	DeskKey   Key
	PersonKey Key
}

// Enrolled is the centre's answer.
type Enrolled struct {
	ClientID string             `json:"client_id"`
	Staff    string             `json:"staff"`
	Name     string             `json:"name"`
	Role     ehrdesk.Profession `json:"role"`
	HCP      string             `json:"hcp"`
	HCPName  string             `json:"hcp_name"`
	Location string             `json:"location"`
}

// Enrol sends the public halves of both keys with the code.
// Errors: CodeDenied (wrong, used or expired code), CodeConflict, CodeOffline.
func (c *Client) Enrol(ctx context.Context, endpoint string, r EnrolRequest) (Enrolled, error) {
	in := map[string]any{
		"activation_code": r.Code.Reveal(), "staff": r.Staff, "install": r.Install,
		"desk_key": r.DeskKey.Public(), "person_key": r.PersonKey.Public(),
	}
	if r.HCP != "" {
		in["hcp"] = r.HCP
	}
	body, err := json.Marshal(in)
	if err != nil {
		return Enrolled{}, ehrdesk.Errorf("enrol", ehrdesk.CodeOther, "the request cannot be written")
	}
	ans, err := c.send(ctx, call{op: "enrol", method: http.MethodPost, contentType: "application/json", body: body}, endpoint, Token{})
	if err != nil {
		return Enrolled{}, err
	}
	switch ans.Status {
	case http.StatusCreated, http.StatusOK:
	case http.StatusForbidden, http.StatusUnauthorized, http.StatusBadRequest:
		if !oauthError(ans.Body) && !outcomeIn(ans.Body) {
			return Enrolled{}, unspoken("enrol", ans)
		}
		return Enrolled{}, errCode(ans)
	case http.StatusConflict:
		return Enrolled{}, ehrdesk.Errorf("enrol", ehrdesk.CodeConflict, "this person is enrolled already")
	default:
		return Enrolled{}, outcomeError("enrol", ans)
	}
	var e Enrolled
	if json.Unmarshal(ans.Body, &e) != nil || e.ClientID == "" || !PlainID(e.HCP) {
		return Enrolled{}, ehrdesk.Errorf("enrol", ehrdesk.CodeTampered, "the centre's answer cannot be read")
	}
	e.Name, e.HCPName, e.Location = ehrdesk.CleanLine(e.Name), ehrdesk.CleanLine(e.HCPName), ehrdesk.CleanLine(e.Location)
	return e, nil
}

// CodeOf asks which provider an activation code is of, without using it: "" where the centre
// does not say. Errors: CodeDenied as Enrol, CodeOffline, CodeTimeout.
func (c *Client) CodeOf(ctx context.Context, endpoint, staff string, code ehrdesk.Secret) (hcp string, err error) {
	body, err := json.Marshal(map[string]any{"activation_code": code.Reveal(), "staff": staff, "check": true})
	if err != nil {
		return "", ehrdesk.Errorf("enrol", ehrdesk.CodeOther, "the request cannot be written")
	}
	ans, err := c.send(ctx, call{op: "enrol", method: http.MethodPost, contentType: "application/json", body: body}, endpoint, Token{})
	if err != nil {
		return "", err
	}
	var e struct {
		HCP string `json:"hcp"`
	}
	switch {
	case ans.Status == http.StatusForbidden:
		return "", errCode(ans)
	case ans.Status != http.StatusOK || json.Unmarshal(ans.Body, &e) != nil || !PlainID(e.HCP):
		return "", nil // one of before, which took it for an enrolment without keys
	}
	return e.HCP, nil
}

func errCode(ans Answer) error {
	if e := endIn(ans.Body); e != nil { // the code is good
		return ehrdesk.E("enrol", ehrdesk.CodeDenied, e)
	}
	return ehrdesk.Errorf("enrol", ehrdesk.CodeDenied, "the activation code is wrong, used or expired")
}

// PlainID keeps an id that becomes a folder name to letters, digits and hyphen.
func PlainID(s string) bool { return r4.ValidID(s) && !strings.Contains(s, ".") }

// Signer is who signs in: the person's key and the desk's.
type Signer struct {
	Subject   string // staff@hcp
	PersonKey Key
	ClientID  string
	DeskKey   Key
}

// CachePolicy is what a provider lets its desks keep.
type CachePolicy struct {
	Mode         string   `json:"mode"` // "off", "session", "hours"
	Hours        int      `json:"hours"`
	OfflineHours int      `json:"offline_hours"`
	Never        []string `json:"never,omitempty"`       // types or kinds of record that are never kept
	Handout      []string `json:"handout,omitempty"`     // ways in which records may be handed out; none by default
	Ahead        bool     `json:"fetch_ahead,omitempty"` // records of who is marked as here may be fetched before they are opened
}

// Grant is an access token with what the centre says of its holder.
type Grant struct {
	Token     string             `json:"access_token"`
	Type      string             `json:"token_type"`
	ExpiresIn int                `json:"expires_in"`
	Name      string             `json:"name"`
	Role      ehrdesk.Profession `json:"role"`
	HCPName   string             `json:"hcp_name"`
	Location  string             `json:"location"`
	// Administrator is whether the person administers their provider's accounts; nil where
	// the centre does not say.
	Administrator *bool         `json:"user_administrator"`
	Cache         CachePolicy   `json:"cache"`
	Ends          []ehrdesk.End `json:"ends"` // what is to end of the person or their provider
	At            time.Time     `json:"-"`    // the centre's clock, zero where it gave none
}

// goneIn is why a refusal is final: the centre knows the person, who proved it, and their
// account is closed, or their key on this desk has ended; nil for any other refusal.
func goneIn(body []byte) error {
	var a struct {
		Error   string `json:"error"`
		Account string `json:"account"`
		Desk    string `json:"desk"`
	}
	switch {
	case json.Unmarshal(body, &a) != nil || a.Error != "invalid_grant":
		return nil
	case a.Account == "closed":
		return ehrdesk.ErrAccountClosed
	case a.Desk == "ended":
		return ehrdesk.ErrDeskEnded
	}
	return nil
}

// endIn is what ended, where a refusal names it; nil for none.
func endIn(body []byte) *ehrdesk.End {
	var a struct {
		Ended *ehrdesk.End `json:"ended"`
	}
	if json.Unmarshal(body, &a) != nil || a.Ended == nil {
		return nil
	}
	cleanEnd(a.Ended)
	return a.Ended
}

// mostEnds is how many ends are kept of one person: there are five kinds.
const mostEnds = 16

// mostReason is how much of a reason is kept, in characters.
const mostReason = 200

// cleanEnd makes what came from outside fit to be kept and shown.
func cleanEnd(e *ehrdesk.End) {
	if !e.Of.Valid() {
		e.Of = ""
	}
	if r := []rune(ehrdesk.CleanLine(e.Reason)); len(r) > mostReason {
		e.Reason = string(r[:mostReason])
	} else {
		e.Reason = string(r)
	}
}

// EndFrom is an end as the wire has it. A time that cannot be read is none.
func EndFrom(of ehrdesk.EndOf, since, until, reason string) ehrdesk.End {
	e := ehrdesk.End{Of: of, Reason: reason}
	e.Since, _ = time.Parse(time.RFC3339Nano, since)
	e.Until, _ = time.Parse(time.RFC3339Nano, until)
	cleanEnd(&e)
	return e
}

// SignIn exchanges two assertions for an access token (RFC 7523: the person's JWT is the
// grant, the desk's JWT authenticates the client). With a prover the token is bound to
// its key, which the desk's assertion names: who takes both on their way binds no other.
// Errors: CodeDenied (account or desk not accepted), CodeTampered (a token of another kind
// than was asked for), CodeOffline, CodeTimeout.
func (c *Client) SignIn(ctx context.Context, endpoint string, s Signer, p *Prover, now time.Time) (Grant, error) {
	var ans Answer
	for try := 0; ; try++ { // both assertions are for one use
		form, err := s.ask(endpoint, p, now)
		if err != nil {
			return Grant{}, err
		}
		ans, err = c.once(ctx, call{op: "sign-in", method: http.MethodPost, contentType: "application/x-www-form-urlencoded", body: []byte(form.Encode())}, endpoint, Token{Prover: p})
		if err != nil {
			return Grant{}, err
		}
		if !ans.nonceOnly {
			break
		}
		if try > 0 {
			return Grant{}, errNonces("sign-in")
		}
	}
	switch {
	case ans.Status == http.StatusForbidden && outcomeIn(ans.Body): // of what stands before the sign-in: the desk's certificate
		return Grant{}, outcomeError("sign-in", ans)
	case ans.Status == http.StatusBadRequest && goneIn(ans.Body) != nil:
		return Grant{}, ehrdesk.E("sign-in", ehrdesk.CodeDenied, goneIn(ans.Body))
	case ans.Status == http.StatusBadRequest && endIn(ans.Body) != nil:
		return Grant{}, ehrdesk.E("sign-in", ehrdesk.CodeDenied, endIn(ans.Body))
	case ans.Status >= 300 && !oauthError(ans.Body) && !outcomeIn(ans.Body): // whoever stands on the line
		return Grant{}, unspoken("sign-in", ans)
	case ans.Status == http.StatusBadRequest || ans.Status == http.StatusUnauthorized || ans.Status == http.StatusForbidden:
		return Grant{}, ehrdesk.Errorf("sign-in", ehrdesk.CodeDenied, "the central service does not accept this account or desk")
	case ans.Status >= 300:
		return Grant{}, outcomeError("sign-in", ans)
	}
	var g Grant
	if !jsontext.Value(ans.Body).IsValid() {
		return Grant{}, trouble("sign-in", ehrdesk.TroubleStranger)
	}
	if json.Unmarshal(ans.Body, &g) != nil || g.Token == "" {
		return Grant{}, ehrdesk.Errorf("sign-in", ehrdesk.CodeTampered, "the centre's answer cannot be read")
	}
	if want := p.tokenType(); !strings.EqualFold(g.Type, want) {
		return Grant{}, ehrdesk.Errorf("sign-in", ehrdesk.CodeTampered, "the central service gave a token of another kind than was asked for")
	}
	g.At = ans.Date
	g.Ends = g.Ends[:min(len(g.Ends), mostEnds)]
	for i := range g.Ends {
		cleanEnd(&g.Ends[i])
	}
	g.Name, g.HCPName, g.Location = ehrdesk.CleanLine(g.Name), ehrdesk.CleanLine(g.HCPName), ehrdesk.CleanLine(g.Location)
	return g, nil
}

// ask is the form that asks for a token.
func (s Signer) ask(endpoint string, p *Prover, now time.Time) (url.Values, error) {
	person, err := assertion(s.PersonKey, s.Subject, endpoint, nil, now)
	if err != nil {
		return nil, err
	}
	desk, err := assertion(s.DeskKey, s.ClientID, endpoint, p, now)
	if err != nil {
		return nil, err
	}
	return url.Values{
		"grant_type":            {"urn:ietf:params:oauth:grant-type:jwt-bearer"},
		"assertion":             {person},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		"client_assertion":      {desk},
	}, nil
}

// Revoke ends an access token at the centre (RFC 7009). Errors: CodeOffline, CodeTimeout,
// and those of a refusal.
func (c *Client) Revoke(ctx context.Context, endpoint string, token Token) error {
	form := url.Values{"token": {token.Value}, "token_type_hint": {"access_token"}}
	ans, err := c.send(ctx, call{op: "sign-out", method: http.MethodPost, contentType: "application/x-www-form-urlencoded", body: []byte(form.Encode()), proofAlone: true}, endpoint, token)
	if err == nil && ans.Status >= 300 {
		err = outcomeError("sign-out", ans)
	}
	return err
}

// assertion signs that key's holder asks at audience. With a prover it names its key
// (RFC 7800).
func assertion(key Key, subject, audience string, p *Prover, now time.Time) (string, error) {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key.JSONWebKey}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", ehrdesk.Errorf("sign-in", ehrdesk.CodeTampered, "the signing key cannot be used")
	}
	claims := jwt.Signed(signer).Claims(jwt.Claims{
		Issuer: subject, Subject: subject, Audience: jwt.Audience{audience}, ID: uuid.NewString(),
		IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(4 * time.Minute)),
	})
	if p != nil {
		claims = claims.Claims(map[string]any{"cnf": map[string]string{"jkt": p.Thumbprint()}})
	}
	out, err := claims.Serialize()
	if err != nil {
		return "", ehrdesk.Errorf("sign-in", ehrdesk.CodeOther, "the assertion could not be signed")
	}
	return out, nil
}
