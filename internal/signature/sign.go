package signature

import (
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/cryptosigner"

	"github.com/ehrdesk/ehrdesk"
)

// recordType keeps a signature on a record from being taken for anything else that the same key signs, and the other way
// round.
const recordType = "ehrdesk-record+jws"

// Header members beside RFC 7515's: the canonical form (FHIR R4, "Digital Signatures") and when it was signed, by the signer's
// own clock (ETSI TS 119 182-1, 5.2.1).
const (
	canonHeader = "canon"
	timeHeader  = "sigT"
)

// Signer is who signs: a key that may lie in this program, in a card or in a server, and how others know it.
type Signer struct {
	Key   crypto.Signer       // P-256, or RSA
	ID    string              // the key's id, by which it is looked up
	Chain []*x509.Certificate // the key's certificate first; nil for a key that is known by its id alone
}

// Sign signs a resource in its static form: a detached JWS (RFC 7515, appendix F), without the payload. Errors: CodeInvalid for
// what is no resource or a key of another kind, CodeOther where the key does not sign.
func Sign(resource []byte, by Signer, at time.Time) (string, error) {
	const op = "sign"
	payload, _, err := Canonical(resource, Static)
	if err != nil {
		return "", ehrdesk.E(op, ehrdesk.CodeInvalid, err)
	}
	opaque := cryptosigner.Opaque(by.Key)
	var alg jose.SignatureAlgorithm
	for _, a := range opaque.Algs() {
		if a == jose.ES256 || a == jose.RS256 {
			alg = a
			break
		}
	}
	if alg == "" {
		return "", ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the key is neither P-256 nor RSA")
	}
	opt := (&jose.SignerOptions{}).WithType(recordType).WithHeader(canonHeader, string(Static)).WithHeader(timeHeader, at.UTC().Format(time.RFC3339))
	if by.ID != "" {
		opt = opt.WithHeader("kid", by.ID)
	}
	if len(by.Chain) > 0 {
		var chain []string
		for _, c := range by.Chain {
			chain = append(chain, base64.StdEncoding.EncodeToString(c.Raw))
		}
		opt = opt.WithHeader("x5c", chain)
	}
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: opaque}, opt)
	if err != nil {
		return "", ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	signed, err := s.Sign(payload)
	if err != nil {
		return "", ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	out, err := signed.DetachedCompactSerialize()
	if err != nil {
		return "", ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	return out, nil
}

// Encoded is a JWS as FHIR R4's Signature.data has it: base64 of its characters.
func Encoded(jws string) string {
	return base64.StdEncoding.EncodeToString([]byte(strings.TrimSpace(jws)))
}
