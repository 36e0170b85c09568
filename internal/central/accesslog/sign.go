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

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// signer signs what the centre says of its own log and vouches for of the desks', ES256.
type signer struct{ key *ecdsa.PrivateKey }

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

// Key is the public part of the key that is derived from a store's secret, named as in its JWKS.
func Key(secret []byte) (jose.JSONWebKey, error) {
	key, err := signingKey(secret)
	if err != nil {
		return jose.JSONWebKey{}, err
	}
	return signer{key}.publicKey()
}

// named reports whether a key is the one of a name: its thumbprint.
func named(k *jose.JSONWebKey, name string) bool {
	sum, err := k.Thumbprint(crypto.SHA256)
	return err == nil && base64.RawURLEncoding.EncodeToString(sum) == name
}

// OpenHead reads the signed head of whichever centre's log, whose key, a JWK, is given and named; ok is false
// for one that it has not signed.
func OpenHead(signed, jwk, name string) (n int64, head []byte, ok bool) {
	var key jose.JSONWebKey
	if len(jwk) > maxSigned || key.UnmarshalJSON([]byte(jwk)) != nil || !named(&key, name) {
		return 0, nil, false
	}
	public, ok := key.Key.(*ecdsa.PublicKey)
	if !ok {
		return 0, nil, false
	}
	return openHead(signed, headType, public)
}

// publicKey is the centre's key as its JWKS gives it.
func (s signer) publicKey() (jose.JSONWebKey, error) {
	k := jose.JSONWebKey{Key: s.key.Public(), Algorithm: string(jose.ES256), Use: "sig"}
	sum, err := k.Thumbprint(crypto.SHA256)
	k.KeyID = base64.RawURLEncoding.EncodeToString(sum)
	return k, err
}

// jwt is what the centre says, as a JWT of a kind.
func (s signer) jwt(kind string, claims any) (string, error) {
	k, err := s.publicKey()
	if err != nil {
		return "", err
	}
	opt := (&jose.SignerOptions{}).WithType(jose.ContentType(kind)).WithHeader("kid", k.KeyID)
	by, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: s.key}, opt)
	if err != nil {
		return "", err
	}
	return jwt.Signed(by).Claims(claims).Serialize()
}

// Says is what the centre says, signed by its key as a JWT of a kind.
func (l *Log) Says(kind string, claims any) (string, error) { return l.sign.jwt(kind, claims) }

// headType is the type of a signed head: no other JWT of the centre is taken for one.
const headType = "ehrdesk-log-head+jwt"

// headClaims are what a signed head says.
type headClaims struct {
	IssuedAt jwt.NumericDate `json:"iat"`
	N        int64           `json:"n"`    // events
	Head     string          `json:"head"` // base64url, 32 bytes
}

// openHead reads what the centre signed of its own log. A word on a desk's log that says
// nothing of the centre's, as before there was a chain and in a refusal, has n 0.
func (s signer) openHead(signed, kind string) (n int64, head []byte, ok bool) {
	return openHead(signed, kind, &s.key.PublicKey)
}

func openHead(signed, kind string, by *ecdsa.PublicKey) (n int64, head []byte, ok bool) {
	tok, err := jwt.ParseSigned(signed, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil || len(signed) > maxSigned || len(tok.Headers) != 1 || tok.Headers[0].ExtraHeaders[jose.HeaderType] != kind {
		return 0, nil, false
	}
	var own headClaims
	var vouched checkpointClaims
	text := ""
	switch kind {
	case headType:
		err = tok.Claims(by, &own)
		n, text = own.N, own.Head
	default:
		err = tok.Claims(by, &vouched)
		n, text = vouched.CentreN, vouched.CentreHead
	}
	if err != nil {
		return 0, nil, false
	}
	if kind == vouchType && n == 0 && text == "" {
		return 0, nil, true
	}
	head, err = base64.RawURLEncoding.Strict().DecodeString(text)
	return n, head, err == nil && len(head) == sha256.Size && n > 0
}
