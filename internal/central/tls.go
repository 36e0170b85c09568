package central

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
)

// TLS is what a centre that speaks it itself shows, and asks of desks.
type TLS struct {
	certificate tls.Certificate
	clients     *x509.CertPool // authorities of desks; nil where no certificate is asked for
}

// NewTLS reads a certificate and its key, and the authorities of which a desk has to show a
// certificate, all in PEM; nil for clients asks for none. Errors: CodeInvalid.
func NewTLS(certificate, key, clients []byte) (*TLS, error) {
	const op = "tls"
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the certificate and the key are not a pair in PEM")
	}
	t := &TLS{certificate: pair}
	if clients != nil {
		t.clients = x509.NewCertPool()
		if !t.clients.AppendCertsFromPEM(clients) {
			return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the file of desks' authorities holds no certificate in PEM")
		}
	}
	return t, nil
}

// config is TLS 1.3 and nothing older. A certificate that is shown has to be one of the
// authorities'; that one is shown is asked route by route, as a desk that is to be enrolled
// has none.
func (t *TLS) config() *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{t.certificate}, NextProtos: []string{"http/1.1"}}
	if t.clients != nil {
		c.ClientCAs, c.ClientAuth = t.clients, tls.VerifyClientCertIfGiven
	}
	return c
}

// certified has h answer desks that have shown a certificate, where one is asked for.
func (c *Centre) certified(h http.HandlerFunc) http.HandlerFunc {
	if c.tls == nil || c.tls.clients == nil {
		return h
	}
	return func(w http.ResponseWriter, r *http.Request) {
		if r.TLS == nil || len(r.TLS.VerifiedChains) == 0 {
			c.rest.Fail(w, r, refusal.New(http.StatusForbidden, "certificate-needed", "The desk's certificate is needed."))
			return
		}
		h(w, r)
	}
}
