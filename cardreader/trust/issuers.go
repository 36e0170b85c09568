package trust

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"

	"github.com/ehrdesk/ehrdesk"
)

const (
	maxIssuers = 16
	maxPEM     = 64 << 10
	publicKey  = "PUBLIC KEY" // SubjectPublicKeyInfo, RFC 7468 section 13
)

// ParseIssuers reads the public keys of issuers: PEM blocks "PUBLIC KEY"
// (SubjectPublicKeyInfo) of the curve P-256, at most 16. Everything in the file
// counts: one key that cannot be read, or a block of another kind, and none is
// taken. Errors: CodeInvalid.
func ParseIssuers(text []byte) ([]*ecdsa.PublicKey, error) {
	const op = "card.issuer"
	bad := func(words string) ([]*ecdsa.PublicKey, error) {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "%s", words)
	}
	if len(text) > maxPEM {
		return bad("the file of issuers is larger than 64 KiB")
	}
	begun := bytes.Count(text, []byte("-----BEGIN "))
	var out []*ecdsa.PublicKey
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != publicKey {
			return bad("the file holds something else than public keys; an issuer's own key stays with the issuer")
		}
		parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
		key, ok := parsed.(*ecdsa.PublicKey)
		if err != nil || !ok || key.Curve != elliptic.P256() {
			return bad("an issuer's key is not a P-256 public key")
		}
		if out = append(out, key); len(out) > maxIssuers {
			return bad("there are more than 16 issuers")
		}
	}
	switch {
	case len(out) == 0:
		return bad("the file holds no public key in PEM")
	case len(out) != begun: // what the decoder passed over
		return bad("a part of the file of issuers cannot be read")
	}
	return out, nil
}

// MarshalIssuer is key as ParseIssuers reads it; nil for a key that is none.
func MarshalIssuer(key *ecdsa.PublicKey) []byte {
	if key == nil || key.Curve != elliptic.P256() {
		return nil
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil
	}
	return pem.EncodeToMemory(&pem.Block{Type: publicKey, Bytes: der})
}

// Fingerprint tells issuers apart for people: the SHA-256 of the key's
// SubjectPublicKeyInfo in hexadecimal; "" for a key that is none.
func Fingerprint(key *ecdsa.PublicKey) string {
	block, _ := pem.Decode(MarshalIssuer(key))
	if block == nil {
		return ""
	}
	sum := sha256.Sum256(block.Bytes)
	return hex.EncodeToString(sum[:])
}
