package fhir

import (
	"crypto"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
)

// Prover proves with each request that who sends an access token is who it was given to
// (DPoP, RFC 9449). Its key is made for one session and leaves memory with it: what it
// proves is worth nothing once the token has ended (adr/0036). It remembers the nonce
// that the centre last gave.
type Prover struct {
	print string
	now   func() time.Time // this desk's clock; the centre goes by its nonce

	mu     sync.Mutex
	signer jose.Signer // nil once it has ended
	nonce  string
}

// proofType keeps a proof from being taken for anything else that is signed.
const proofType = "dpop+jwt"

// NewProver makes a key of its own (P-256, ES256). nonce is for the first proof, "" where
// none is known.
func NewProver(nonce string, now func() time.Time) (*Prover, error) {
	key, err := NewKey()
	if err != nil {
		return nil, err
	}
	public := key.Public()
	sum, err := public.Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, ehrdesk.E("key", ehrdesk.CodeOther, err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key.Key}, (&jose.SignerOptions{EmbedJWK: true}).WithType(proofType))
	if err != nil {
		return nil, ehrdesk.E("key", ehrdesk.CodeOther, err)
	}
	return &Prover{print: base64.RawURLEncoding.EncodeToString(sum), now: now, signer: signer, nonce: nonce}, nil
}

// Thumbprint names the key (RFC 7638): the centre binds tokens to it.
func (p *Prover) Thumbprint() string { return p.print }

// End drops the key: nothing is proved from then on.
func (p *Prover) End() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.signer = nil
}

// heard remembers a nonce, where it is one.
func (p *Prover) heard(nonce string) {
	if p == nil || nonce == "" {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.nonce = nonce
}

// proofClaims are those of RFC 9449, 4.2.
type proofClaims struct {
	ID       string `json:"jti"`
	Method   string `json:"htm"`
	Target   string `json:"htu"`
	IssuedAt int64  `json:"iat"`
	Token    string `json:"ath,omitzero"`
	Nonce    string `json:"nonce,omitzero"`
}

// proof is for one request, with a token or, where that is "", for one. The query of the
// target is no part of it. Errors: CodeLocked once p has ended.
func (p *Prover) proof(op, method, target, token string) (string, error) {
	u, err := url.Parse(target)
	if err != nil {
		return "", ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "not a request")
	}
	claims := proofClaims{ID: uuid.NewString(), Method: method, Target: u.Scheme + "://" + u.Host + u.EscapedPath(), IssuedAt: p.now().Unix()}
	if token != "" {
		sum := sha256.Sum256([]byte(token))
		claims.Token = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	p.mu.Lock()
	signer := p.signer
	claims.Nonce = p.nonce
	p.mu.Unlock()
	if signer == nil {
		return "", ehrdesk.Errorf(op, ehrdesk.CodeLocked, "the desk is locked")
	}
	body, err := json.Marshal(claims)
	if err != nil {
		return "", ehrdesk.Errorf(op, ehrdesk.CodeOther, "the proof cannot be written")
	}
	signed, err := signer.Sign(body)
	if err != nil {
		return "", ehrdesk.Errorf(op, ehrdesk.CodeOther, "the proof could not be signed")
	}
	return signed.CompactSerialize()
}

// Token is an access token with what proves whose it is.
type Token struct {
	Value  string
	Prover *Prover // nil where the centre takes the token alone (RFC 6750)
}

// Authorize puts the token into a request's header, and the proof of it.
func (t Token) Authorize(op string, req *http.Request) error { return t.authorize(op, req, false) }

// authorize puts the token into a request's header, and the proof of it; alone, the proof
// alone, where the token stands in the body or is yet to be had.
func (t Token) authorize(op string, req *http.Request, alone bool) error {
	if t.Prover != nil {
		proof, err := t.Prover.proof(op, req.Method, req.URL.String(), t.Value)
		if err != nil {
			return err
		}
		req.Header.Set("DPoP", proof)
	}
	if t.Value != "" && !alone {
		req.Header.Set("Authorization", t.Prover.tokenType()+" "+t.Value)
	}
	return nil
}

// longestNonce is the longest nonce that is taken, in bytes.
const longestNonce = 512

// nonceOf is the nonce that an answer gives for the next proof, "" for none.
func nonceOf(h http.Header) string {
	n := h.Get("DPoP-Nonce")
	if len(n) > longestNonce || strings.IndexFunc(n, func(r rune) bool { return r < '!' || r > '~' || r == '"' || r == '\\' }) >= 0 {
		return ""
	}
	return n
}

// useNonce is the error by which a centre asks for its nonce in a proof (RFC 9449, 8 and 9).
const useNonce = "use_dpop_nonce"

// asksNonce reports whether the centre did nothing but ask for a proof with its nonce, and
// gave one.
func asksNonce(status int, h http.Header, body []byte) bool {
	if nonceOf(h) == "" {
		return false
	}
	switch status {
	case http.StatusUnauthorized:
		return slices.ContainsFunc(h.Values("WWW-Authenticate"), func(c string) bool {
			scheme, rest, _ := strings.Cut(strings.TrimSpace(c), " ")
			return strings.EqualFold(scheme, "DPoP") && strings.Contains(rest, `error="`+useNonce+`"`)
		})
	case http.StatusBadRequest:
		var e struct {
			Error string `json:"error"`
		}
		return json.Unmarshal(body, &e) == nil && e.Error == useNonce
	}
	return false
}

// errNonces is what comes of a centre that asks for a nonce again and again.
func errNonces(op string) error {
	return ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the central service takes no proof that this desk holds its token")
}

// tokenType is what a token is called that p has to be asked for with.
func (p *Prover) tokenType() string {
	if p == nil {
		return "Bearer"
	}
	return "DPoP"
}
