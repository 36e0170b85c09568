package central

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
)

// TLS is what a centre that speaks it itself shows, and asks of desks.
type TLS struct {
	certificate tls.Certificate
	clients     *x509.CertPool // authorities of desks; nil where no certificate is asked for
	read        func() (*TLS, error)
}

// Renew has read called again from time to time, with whoever connects, each minute at most:
// what it gives is shown and asked for from then on. While it gives an error, as of files of
// which one is exchanged and the other not yet, all stays as it was. It is set before the
// centre starts.
func (t *TLS) Renew(read func() (*TLS, error)) { t.read = read }

// renewEvery is how often files that may have been renewed are read, at most.
const renewEvery = time.Minute

// renewing is a TLS whose files are read again.
type renewing struct {
	read   func() (*TLS, error)
	now    func() time.Time
	failed func(error)

	mu     sync.Mutex
	looked time.Time
	was    *TLS
	config *tls.Config
}

// current is the configuration for who connects now: one and the same until something has
// changed, so that sessions are resumed under it alone.
func (r *renewing) current(*tls.ClientHelloInfo) (*tls.Config, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	if since := now.Sub(r.looked); since >= 0 && since < renewEvery {
		return r.config, nil
	}
	r.looked = now
	next, err := r.read()
	switch {
	case err != nil:
		r.failed(err)
	case next == nil || (next.clients == nil) != (r.was.clients == nil): // whether one is asked for is decided at the start
		r.failed(ehrdesk.Errorf("tls", ehrdesk.CodeInvalid, "other files than at the start"))
	case !next.same(r.was):
		r.was, r.config = next, next.fixed()
	}
	return r.config, nil
}

// same reports that nothing has changed.
func (t *TLS) same(o *TLS) bool {
	return slices.EqualFunc(t.certificate.Certificate, o.certificate.Certificate, bytes.Equal) && (t.clients == nil || t.clients.Equal(o.clients))
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
//
// Files are read again where Renew was called; failed is told when they cannot be.
func (t *TLS) config(now func() time.Time, failed func(error)) *tls.Config {
	c := t.fixed()
	if t.read != nil {
		r := &renewing{read: t.read, now: now, failed: failed, looked: now(), was: t, config: t.fixed()}
		c.GetConfigForClient = r.current
	}
	return c
}

func (t *TLS) fixed() *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{t.certificate}, NextProtos: []string{"http/1.1"}}
	if t.clients != nil {
		c.ClientCAs, c.ClientAuth = t.clients, tls.VerifyClientCertIfGiven
	}
	return c
}

// certified has h answer desks that have shown a certificate, where one is asked for.
func (c *Centre) certified(h http.HandlerFunc) http.HandlerFunc {
	if c.door.tls == nil || c.door.tls.clients == nil {
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
