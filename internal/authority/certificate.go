package authority

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/pin"
)

// Request asks for a certificate of a key, in PEM, and names the key by its pin.
func Request(key crypto.Signer, h Holder) (request []byte, name string, err error) {
	const op = "certificate"
	if !h.named() {
		return nil, "", ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a desk or a person and their provider are named by letters, digits, hyphens, dots and underscores")
	}
	spki, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return nil, "", ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{URIs: h.uris()}, key)
	if err != nil {
		return nil, "", ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	return inPEM(requestType, der), pin.Of(spki), nil
}

// Certificate is one of a desk or a person, as it was issued.
type Certificate struct {
	Holder
	Pin         string // of the key
	Authority   string // its name
	From, Until time.Time
	Chain       [][]byte // DER, the holder's first
	Key         crypto.PublicKey
}

// Read reads a certificate with those of its authority, in PEM. Errors: CodeInvalid for what
// is no certificate of a desk or a person, or not signed by the next one.
func Read(b []byte) (Certificate, error) {
	const op = "certificate"
	bad := func(words string) (Certificate, error) {
		return Certificate{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "%s", words)
	}
	var chain []*x509.Certificate
	var raw [][]byte
	for len(chain) < mostChain {
		var block *pem.Block
		if block, b = pem.Decode(b); block == nil {
			break
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if block.Type != certificateType || err != nil {
			return bad("not a certificate in PEM")
		}
		if n := len(chain); n > 0 && chain[n-1].CheckSignatureFrom(c) != nil {
			return bad("a certificate of the chain is not signed by the next one")
		}
		chain, raw = append(chain, c), append(raw, c.Raw)
	}
	if len(chain) < 2 {
		return bad("not a certificate with its authority's, in PEM")
	}
	leaf := chain[0]
	h, err := HolderOf(leaf)
	if err != nil {
		return Certificate{}, err
	}
	return Certificate{Holder: h, Pin: pin.Of(leaf.RawSubjectPublicKeyInfo), Authority: ehrdesk.CleanLine(leaf.Issuer.CommonName), From: leaf.NotBefore, Until: leaf.NotAfter, Chain: raw, Key: leaf.PublicKey}, nil
}

// mostChain is how many certificates are read at most.
const mostChain = 4
