package signature

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-json-experiment/json"
)

// joseType is what Signature.sigFormat says of a JWS.
const joseType = "application/jose"

// header is what of a JWS's protected header decides (RFC 7515, 4.1).
type header struct {
	Alg   string   `json:"alg"`
	Kid   string   `json:"kid"`
	Crit  []string `json:"crit"`
	X5C   [][]byte `json:"x5c"`
	Canon string   `json:"canon"`
	SigT  string   `json:"sigT"`
}

// jws is a JWS in its compact form, read and not checked.
type jws struct {
	head     header
	chain    []*x509.Certificate
	attached bool
	payload  []byte
	detached *jose.JSONWebSignature
}

// read takes a compact JWS apart. why is NoReason for one that can be checked.
func read(text string) (j jws, why Reason) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return j, OtherKind
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil {
		return j, OtherKind
	}
	if json.Unmarshal(raw, &j.head) != nil {
		return j, Unreadable
	}
	if j.head.Alg == "none" { // RFC 7515: an unsecured JWS is no signature
		return j, Unreadable
	}
	alg := jose.SignatureAlgorithm(j.head.Alg)
	if !slices.Contains(algorithms(), alg) || slices.ContainsFunc(j.head.Crit, func(c string) bool { return c != "b64" }) {
		return j, OtherKind
	}
	if len(j.head.X5C) > mostChain {
		return j, Unreadable
	}
	for _, der := range j.head.X5C {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return j, Unreadable
		}
		j.chain = append(j.chain, c)
	}
	if j.attached = parts[1] != ""; j.attached {
		if j.payload, err = base64.RawURLEncoding.DecodeString(parts[1]); err != nil {
			return j, Unreadable
		}
	}
	if j.detached, err = jose.ParseDetached(parts[0]+".."+parts[2], []byte{}, algorithms()); err != nil || len(j.detached.Signatures) != 1 {
		return j, Unreadable
	}
	return j, NoReason
}

// algorithms are those that are checked.
func algorithms() []jose.SignatureAlgorithm {
	return []jose.SignatureAlgorithm{jose.ES256, jose.RS256}
}

// at is when it was signed, by its own word.
func (j *jws) at() time.Time {
	t, _ := time.Parse(time.RFC3339, j.head.SigT) // none where it says nothing that can be read
	return t
}

// signer is whose key it says it is by: the one of its id where that is known, whatever certificates come along, else the
// certificate's. key is nil where there is none to hold it against; ok is false where nobody knows the key's owner.
func (j *jws) signer(keys Keys, at time.Time) (k Known, key crypto.PublicKey, ok bool) {
	if k, ok = keys.ByID(j.head.Kid); ok {
		return k, k.Key, true
	}
	if len(j.chain) == 0 {
		return k, nil, false
	}
	k, ok = keys.ByChain(j.chain, at)
	return k, j.chain[0].PublicKey, ok
}

// holds reports a signature over the payload by a key of the kind that its algorithm takes.
func (j *jws) holds(payload []byte, key crypto.PublicKey) bool {
	switch k := key.(type) {
	case *ecdsa.PublicKey:
		if j.head.Alg != string(jose.ES256) || k.Curve != elliptic.P256() {
			return false
		}
	case *rsa.PublicKey:
		if bits := k.N.BitLen(); j.head.Alg != string(jose.RS256) || bits < leastRSA || bits > mostRSA {
			return false
		}
	default:
		return false
	}
	return j.detached.DetachedVerify(payload, key) == nil
}
