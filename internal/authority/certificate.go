package authority

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"net/url"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/pin"
)

// Request asks for a certificate of a desk's key, in PEM, and names the key by its pin.
func Request(key crypto.Signer, d Desk) (request []byte, name string, err error) {
	const op = "certificate"
	if !plain(d.ID) || !plain(d.Provider) {
		return nil, "", ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a desk and its provider are named by letters, digits, hyphens and dots")
	}
	spki, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return nil, "", ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{URIs: d.uris()}, key)
	if err != nil {
		return nil, "", ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	return inPEM(requestType, der), pin.Of(spki), nil
}

// Certificate is one of a desk, as it was issued.
type Certificate struct {
	Desk
	Pin         string // of the desk's key
	Authority   string // its name
	From, Until time.Time
	Chain       [][]byte // DER, the desk's first
	Key         crypto.PublicKey
}

// Read reads a desk's certificate with those of its authority, in PEM. Errors: CodeInvalid
// for what is no desk's certificate, or not signed by the next one.
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
		return bad("not a desk's certificate with its authority's, in PEM")
	}
	leaf := chain[0]
	d, err := deskIn(leaf.URIs)
	if err != nil {
		return Certificate{}, err
	}
	if leaf.IsCA || len(leaf.ExtKeyUsage) != 1 || leaf.ExtKeyUsage[0] != x509.ExtKeyUsageClientAuth {
		return bad("the certificate is not one for a desk in TLS")
	}
	return Certificate{Desk: d, Pin: pin.Of(leaf.RawSubjectPublicKeyInfo), Authority: ehrdesk.CleanLine(leaf.Issuer.CommonName), From: leaf.NotBefore, Until: leaf.NotAfter, Chain: raw, Key: leaf.PublicKey}, nil
}

// mostChain is how many certificates are read at most.
const mostChain = 4

// deskIn is the desk that the names of a certificate or a request are of: both, and no other.
func deskIn(uris []*url.URL) (Desk, error) {
	var d Desk
	for _, u := range uris {
		id, isDesk := strings.CutPrefix(u.Opaque, deskURN)
		provider, isProvider := strings.CutPrefix(u.Opaque, providerURN)
		switch {
		case u.Scheme == "urn" && isDesk && d.ID == "":
			d.ID = id
		case u.Scheme == "urn" && isProvider && d.Provider == "":
			d.Provider = provider
		default:
			return Desk{}, ehrdesk.Errorf("certificate", ehrdesk.CodeInvalid, "the certificate names something else than a desk and its provider")
		}
	}
	if !plain(d.ID) || !plain(d.Provider) {
		return Desk{}, ehrdesk.Errorf("certificate", ehrdesk.CodeInvalid, "the certificate does not name a desk and its provider")
	}
	return d, nil
}

// plain reports a name of letters, digits, hyphens and dots.
func plain(s string) bool {
	return s != "" && len(s) <= 64 && !strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.')
	})
}
