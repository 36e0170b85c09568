package signin

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// proof is what a request proves its token by (DPoP, RFC 9449), its signature checked.
type proof struct {
	key    string // thumbprint of what signed it (RFC 7638)
	id     string
	method string
	target string
	token  string // base64url of the token's SHA-256, "" for a request without one
	nonce  string
}

// Bounds of what is read of a proof, in bytes.
const (
	longestProof   = 4 << 10
	longestProofID = 256
)

// parseProof reads a proof, and checks that the key in it has signed it. That it is of
// this request and with a nonce of ours is not yet looked at. Any fault is one refusal.
func parseProof(text string) (*proof, error) {
	if len(text) > longestProof {
		return nil, refusal.InvalidProof()
	}
	obj, err := jose.ParseSignedCompact(text, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil || len(obj.Signatures) != 1 {
		return nil, refusal.InvalidProof()
	}
	head := obj.Signatures[0].Protected
	if head.ExtraHeaders[jose.HeaderType] != "dpop+jwt" || head.JSONWebKey == nil {
		return nil, refusal.InvalidProof()
	}
	key, ok := head.JSONWebKey.Key.(*ecdsa.PublicKey) // a private one is somebody's secret, sent about
	if !ok || key.Curve != elliptic.P256() {
		return nil, refusal.InvalidProof()
	}
	body, err := obj.Verify(key)
	if err != nil {
		return nil, refusal.InvalidProof()
	}
	var claims struct {
		ID     string   `json:"jti"`
		Method string   `json:"htm"`
		Target string   `json:"htu"`
		Issued *float64 `json:"iat"` // has to be there; the nonce says how old the proof is
		Token  string   `json:"ath"`
		Nonce  string   `json:"nonce"`
	}
	if json.Unmarshal(body, &claims) != nil || claims.ID == "" || len(claims.ID) > longestProofID || claims.Method == "" || claims.Target == "" || claims.Issued == nil {
		return nil, refusal.InvalidProof()
	}
	public := jose.JSONWebKey{Key: key}
	print, err := public.Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, refusal.InvalidProof()
	}
	return &proof{key: base64.RawURLEncoding.EncodeToString(print), id: claims.ID, method: claims.Method, target: claims.Target, token: claims.Token, nonce: claims.Nonce}, nil
}

// proofOf is the one proof of a request, of this method, address and token. Errors: 401.
func (s *SignIn) proofOf(r *http.Request, token string) (*proof, error) {
	given := r.Header.Values("DPoP")
	if len(given) != 1 {
		return nil, refusal.InvalidProof()
	}
	p, err := parseProof(given[0])
	if err != nil {
		return nil, err
	}
	digest := ""
	if token != "" {
		digest = base64.RawURLEncoding.EncodeToString(hashed(token))
	}
	here := s.rest.Base(r) + strings.TrimPrefix(r.URL.EscapedPath(), "/fhir")
	if p.method != r.Method || p.token != digest || !sameTarget(p.target, here) {
		return nil, refusal.InvalidProof()
	}
	return p, nil
}

// sameTarget compares two addresses without query and fragment (RFC 9449, 4.3).
func sameTarget(a, b string) bool {
	x, err1 := url.Parse(a)
	y, err2 := url.Parse(b)
	return err1 == nil && err2 == nil && origin(x) == origin(y) && x.EscapedPath() == y.EscapedPath()
}

// origin is scheme and host in one spelling.
func origin(u *url.URL) string {
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	switch scheme {
	case "https":
		host = strings.TrimSuffix(host, ":443")
	case "http":
		host = strings.TrimSuffix(host, ":80")
	}
	return scheme + "://" + host
}

// nonceFresh is how long a nonce is the newest. It is good for as long again, so that who
// was given it can use it.
const nonceFresh = time.Minute

// nonceHeader gives a desk the nonce for its next proofs.
const nonceHeader = "DPoP-Nonce"

// newest is the nonce to give out now. One that is too old, or of another time than the
// clock tells, has its place taken.
func newest(p store.Proofs, now time.Time) string {
	last, keep := p.Newest(), 1
	if last != nil {
		age := now.Sub(store.Time(last.At)).Abs()
		if age < nonceFresh {
			return last.Value
		}
		if age < 2*nonceFresh {
			keep = 2
		}
	}
	b := make([]byte, 24)
	rand.Read(b)
	next := store.Nonce{Value: base64.RawURLEncoding.EncodeToString(b), At: now.UnixMicro()}
	p.Add(next)
	p.Keep(keep)
	return next.Value
}

// nonce is the one to give out now.
func (s *SignIn) nonce(ctx context.Context) (out string, err error) {
	err = s.store.Proofs(ctx, func(p store.Proofs) error { out = newest(p, s.rest.Now()); return nil })
	return out, err
}

// alive refuses a proof whose nonce is none of ours, or is over, and gives the one to use.
// Errors: 401.
func (s *SignIn) alive(ctx context.Context, answer http.Header, p *proof) error {
	return s.check(ctx, answer, p, func(store.Proofs) error { return nil })
}

// spend takes a proof, once. Errors: 401, as alive, and for one that was used: of a reading it
// asks for another, as a balancer sends a reading once more when a centre that had taken the
// proof is gone. Whoever else sends one again cannot make another.
func (s *SignIn) spend(ctx context.Context, answer http.Header, p *proof) error {
	return s.check(ctx, answer, p, func(known store.Proofs) error {
		if known.Use(p.nonce, hashed(p.key+"\x00"+p.id)) {
			return nil
		}
		if p.method != http.MethodGet {
			return refusal.InvalidProof().Kept()
		}
		answer.Set(nonceHeader, p.nonce)
		return refusal.UseNonce().Kept()
	})
}

// check has then look at a proof whose nonce is good. Where there is another to use from
// now on, it goes into answer.
func (s *SignIn) check(ctx context.Context, answer http.Header, p *proof, then func(store.Proofs) error) error {
	next := ""
	err := s.store.Proofs(ctx, func(known store.Proofs) error {
		next = newest(known, s.rest.Now())
		if !known.Known(p.nonce) {
			return refusal.UseNonce().Kept() // and the nonce with it
		}
		return then(known)
	})
	if next != p.nonce {
		answer.Set(nonceHeader, next)
	}
	return err
}

// unproved answers a refusal at the token's own endpoints (RFC 9449, 5): the word for what
// is wrong with a proof.
func (s *SignIn) unproved(w http.ResponseWriter, r *http.Request, err error) {
	if f, ok := refusal.As(err); ok && f.Proof != "" {
		s.rest.OAuth(w, http.StatusBadRequest, f.Proof)
		return
	}
	s.rest.Fail(w, r, err)
}
