package keylog

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// Head is how long a log was at a moment, to the second, and the hash of all of it, as the centre signed it.
type Head struct {
	N    int64
	Hash []byte // SHA-256
	At   time.Time
}

// HeadType is the type of a signed head: nothing else that the centre signs is taken for one.
const HeadType = "ehrdesk-key-log-head+jwt"

// Claims are what a signed head says.
type Claims struct {
	IssuedAt jwt.NumericDate `json:"iat"`
	N        int64           `json:"n"`
	Head     string          `json:"head"` // base64url
}

// Claims are those of a head.
func (h Head) Claims() Claims {
	return Claims{jwt.NumericDate(h.At.Unix()), h.N, base64.RawURLEncoding.EncodeToString(h.Hash)}
}

// ReadHead reads a head that the centre signed (JWT, ES256). Errors: ErrHead.
func ReadHead(signed string, by *ecdsa.PublicKey) (Head, error) {
	if by == nil || by.Curve != elliptic.P256() || len(signed) > 4<<10 {
		return Head{}, ErrHead
	}
	tok, err := jwt.ParseSigned(signed, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil || len(tok.Headers) != 1 || tok.Headers[0].ExtraHeaders[jose.HeaderType] != HeadType {
		return Head{}, ErrHead
	}
	var c Claims
	if tok.Claims(by, &c) != nil {
		return Head{}, ErrHead
	}
	hash, err := base64.RawURLEncoding.Strict().DecodeString(c.Head)
	if err != nil || len(hash) != sha256.Size || c.N < 0 || c.IssuedAt <= 0 {
		return Head{}, ErrHead
	}
	return Head{N: c.N, Hash: hash, At: c.IssuedAt.Time().UTC()}, nil
}
