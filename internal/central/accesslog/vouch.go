package accesslog

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// JWKSPath is where the centre's public keys stand, below the base.
const JWKSPath = "/.well-known/jwks.json"

// The two kinds of signed checkpoint: no other JWT of a desk or of the centre
// can be taken for one.
const (
	checkpointType = "ehrdesk-checkpoint+jwt"
	vouchType      = "ehrdesk-vouch+jwt"
)

// maxSigned bounds a signed checkpoint, in bytes.
const maxSigned = 4 << 10

// checkpointClaims are what either side signs.
type checkpointClaims struct {
	Issuer     string          `json:"iss"` // the signer: a client id, or the centre's base
	Subject    string          `json:"sub"` // the desk: a client id
	IssuedAt   jwt.NumericDate `json:"iat"`
	Log        string          `json:"log"`
	N          int64           `json:"n"`
	Head       string          `json:"head"` // base64url, 32 bytes
	Generation uint64          `json:"generation"`
}

// signingKey is derived from the store's secret: a centre restored from its
// backup signs as before. A scalar out of range is as likely as 2^-32.
func signingKey(secret []byte) (*ecdsa.PrivateKey, error) {
	for try := range 8 {
		raw, err := hkdf.Key(sha256.New, secret, nil, fmt.Sprintf("ehrcentral sign %d", try), 32)
		if err != nil {
			return nil, err
		}
		if key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), raw); err == nil {
			return key, nil
		}
	}
	return nil, errors.New("no key can be derived from the secret")
}

// publicSigningKey is the centre's key as its JWKS gives it.
func (d *Desks) publicKey() (jose.JSONWebKey, error) {
	k := jose.JSONWebKey{Key: d.sign.Public(), Algorithm: string(jose.ES256), Use: "sig"}
	sum, err := k.Thumbprint(crypto.SHA256)
	k.KeyID = base64.RawURLEncoding.EncodeToString(sum)
	return k, err
}

// JWKS answers with the centre's public keys.
func (d *Desks) JWKS(w http.ResponseWriter, r *http.Request) {
	k, err := d.publicKey()
	if err != nil {
		d.rest.Fail(w, r, err)
		return
	}
	d.rest.JSON(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{k}})
}

// vouch is the centre's signature over what it knows of a desk's log.
func (d *Desks) vouch(base, client string, a ehrdesk.AuditCheckpoint, at time.Time) (string, error) {
	k, err := d.publicKey()
	if err != nil {
		return "", err
	}
	opt := (&jose.SignerOptions{}).WithType(vouchType).WithHeader("kid", k.KeyID)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: d.sign}, opt)
	if err != nil {
		return "", err
	}
	return jwt.Signed(signer).Claims(checkpointClaims{Issuer: base, Subject: client, IssuedAt: *jwt.NewNumericDate(at),
		Log: a.Log, N: a.N, Head: base64.RawURLEncoding.EncodeToString(a.Head), Generation: a.Generation}).Serialize()
}

var errCheckpoint = errors.New("not a checkpoint of this desk")

// openCheckpoint reads what a desk signed, by the key it is enrolled with.
func openCheckpoint(signed string, jwk []byte, client string) (ehrdesk.AuditCheckpoint, error) {
	var none ehrdesk.AuditCheckpoint
	if len(signed) > maxSigned {
		return none, errCheckpoint
	}
	tok, err := jwt.ParseSigned(signed, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil || len(tok.Headers) != 1 || tok.Headers[0].ExtraHeaders[jose.HeaderType] != checkpointType {
		return none, errCheckpoint
	}
	var key jose.JSONWebKey
	if err := key.UnmarshalJSON(jwk); err != nil {
		return none, store.Err
	}
	var in checkpointClaims
	if tok.Claims(key.Key, &in) != nil || in.Issuer != client || in.Subject != client {
		return none, errCheckpoint
	}
	head, err := base64.RawURLEncoding.Strict().DecodeString(in.Head)
	if err != nil || len(head) != sha256.Size || in.N < 0 || in.Generation > 1<<62 {
		return none, errCheckpoint
	}
	return ehrdesk.AuditCheckpoint{Log: in.Log, N: in.N, Head: head, Generation: in.Generation}, nil
}
