package client

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/internal/directory"
	"github.com/ehrdesk/ehrdesk/internal/pin"
)

// Trust is what this desk asks of whoever answers as a centre, beside TLS 1.3.
type Trust struct {
	// Roots are the authorities whose certificates are taken, in PEM; nil for those of the
	// operating system.
	Roots []byte
	// Pins are sets of public keys: of each set one stands in the chain of certificates.
	// A key is "sha256/" and the base64 of the SHA-256 of its SubjectPublicKeyInfo (as in
	// RFC 7469, 2.4). They hold for every centre of this desk.
	Pins [][]string
}

// HTTP is an http.Client with limits for a clinic's line, which talks to nobody else.
// Errors: CodeInvalid for roots or pins that cannot be read.
func (t Trust) HTTP() (*http.Client, error) {
	const op = "trust"
	c := &tls.Config{MinVersion: tls.VersionTLS13}
	if t.Roots != nil {
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(t.Roots) {
			return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the file of roots holds no certificate in PEM")
		}
	}
	for _, set := range t.Pins {
		for _, key := range set {
			if !pin.Valid(key) {
				return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, `a pin is "sha256/" and 44 characters of base64`)
			}
		}
	}
	if len(t.Pins) > 0 {
		c.VerifyConnection = func(s tls.ConnectionState) error { return fhir.Pinned(s, t.Pins) }
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = c
	transport.ResponseHeaderTimeout = 30 * time.Second
	transport.MaxIdleConnsPerHost = 4
	transport.Proxy = http.ProxyFromEnvironment
	return &http.Client{Transport: transport}, nil
}

// Signers are the authorities whose certificates of signers a site believes.
type Signers = directory.Site

// ReadSigners reads a site's files of them, in PEM: of other systems, nil for none, and of providers by their numbers. Errors:
// CodeInvalid.
func ReadSigners(systems []byte, providers map[string][]byte) (Signers, error) {
	return directory.Signers(systems, providers)
}

// Words says what is asked beside TLS 1.3, "" for nothing.
func (t Trust) Words() string {
	var out []string
	if t.Roots != nil {
		out = append(out, "the authorities of the site alone")
	}
	if len(t.Pins) > 0 {
		out = append(out, "pinned keys")
	}
	return strings.Join(out, ", ")
}

// Pin names a certificate's public key as a site pins it.
func Pin(c *x509.Certificate) string { return fhir.Pin(c) }

// TroubleOf is what stands on the line by an error of the http.Client.
func TroubleOf(err error) ehrdesk.LineTrouble { return fhir.TroubleOf(err) }
