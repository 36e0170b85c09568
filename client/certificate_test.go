package client_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/cachetest"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	ownca "github.com/ehrdesk/ehrdesk/internal/authority"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// behindTLS is a desk at a FHIR server behind a gateway that may ask for the desk's
// certificate.
type behindTLS struct {
	*elsewhere
	base  string
	ahead time.Duration // of the desk's clock

	mu    sync.Mutex
	asks  *x509.CertPool // nil: for no certificate
	shown []*x509.Certificate
}

func newBehindTLS(t *testing.T) *behindTLS {
	e := newElsewhere(t, fhirtest.Quirks{})
	e.desk.Close()
	b := &behindTLS{elsewhere: e}
	ca := newAuthority(t)
	to, err := url.Parse(e.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	to.Path = ""
	through := httputil.NewSingleHostReverseProxy(to)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.mu.Lock()
		b.shown = append(b.shown, r.TLS.PeerCertificates...)
		b.mu.Unlock()
		through.ServeHTTP(w, r)
	}))
	s.TLS = &tls.Config{MinVersion: tls.VersionTLS13, GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
		b.mu.Lock()
		defer b.mu.Unlock()
		c := &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{ca.leafPair}}
		if b.asks != nil {
			c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, b.asks
		}
		return c, nil
	}}
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // of handshakes that are to fail
	s.StartTLS()
	t.Cleanup(s.Close)
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	b.base = "https://localhost:" + port + "/fhir"
	web, err := client.Trust{Roots: ca.pem}.HTTP()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(web.CloseIdleConnections)
	b.desk = client.New(client.Options{Dir: filepath.Join(b.dir, "desk"), HTTP: web, Patience: time.Minute, Cost: cachetest.Cost(), Site: b.site, Certificates: client.Certificates{Show: true},
		Now: func() time.Time { return time.Now().Add(b.ahead) }})
	in := b.enrolment("drlee", ehrdesk.Doctor)
	in.Central = b.base
	if _, err := b.desk.Enrol(ctx, in); err != nil {
		t.Fatal(err)
	}
	return b
}

// takes has the gateway ask for certificates of an authority from now on.
func (b *behindTLS) takes(a *ownca.Authority) {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(a.Root())
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asks, b.shown = pool, nil
}

func (b *behindTLS) certified(a *ownca.Authority, at time.Time) {
	b.t.Helper()
	request, pin, err := b.desk.Certificates().Request(ctx, "drlee", ehrdesk.NewSecret(pass))
	if err != nil {
		b.t.Fatal(err)
	}
	pem, err := a.Issue(request, pin, "", at)
	if err != nil {
		b.t.Fatal(err)
	}
	b.ahead = time.Until(at) // a certificate that has ended is not installed
	defer func() { b.ahead = 0 }()
	if c, err := b.desk.Certificates().Install(ctx, "drlee", ehrdesk.NewSecret(pass), pem); err != nil || c.Pin != pin {
		b.t.Fatalf("%+v, %v", c, err)
	}
}

// finds signs in and looks somebody up; the trouble is what the line is told to have.
func (b *behindTLS) finds() ehrdesk.LineTrouble {
	b.t.Helper()
	s := b.signIn("drlee")
	defer s.Close()
	_, err := s.Find(ctx, b.number)
	if err == nil {
		return ""
	}
	if ehrdesk.CodeOf(err) != ehrdesk.CodeOffline {
		b.t.Errorf("%v", err)
	}
	return ehrdesk.TroubleOf(err)
}

func newProvider(t *testing.T, name string, at time.Time) *ownca.Authority {
	t.Helper()
	a, err := ownca.New(name, at)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// A server that asks for the desk's certificate gets the one that the provider's authority
// issued; what is the matter with none, one that has ended and another authority's is told
// in its own words.
func TestADeskShowsItsCertificateWhereOneIsAskedFor(t *testing.T) {
	long := time.Now().AddDate(-3, 0, 0)
	b := newBehindTLS(t)
	ours, namesake, other := newProvider(t, "Clinic", long), newProvider(t, "Clinic", long), newProvider(t, "Another", long)
	if got := b.finds(); got != "" {
		t.Fatalf("without a certificate, where none is asked for: %s", got)
	}
	b.takes(ours)
	if got := b.finds(); got != ehrdesk.TroubleOwnNone {
		t.Errorf("none: %q", got)
	}
	b.certified(other, time.Now())
	if got := b.finds(); got != ehrdesk.TroubleOwnNone { // an authority that is not asked for is told nothing
		t.Errorf("of an authority that is not taken: %q", got)
	}
	b.certified(namesake, time.Now())
	if got := b.finds(); got != ehrdesk.TroubleOwnBad {
		t.Errorf("of an authority of the same name: %q", got)
	}
	b.certified(ours, time.Now().AddDate(-2, 0, 0))
	if got := b.finds(); got != ehrdesk.TroubleOwnBad {
		t.Errorf("one that has ended: %q", got)
	}
	b.certified(ours, time.Now())
	if got := b.finds(); got != "" || len(b.shown) == 0 {
		t.Fatalf("the right one: %q, %d shown", got, len(b.shown))
	}
	first := b.shown[0].SerialNumber
	b.takes(ours)
	request, pin, err := b.desk.Certificates().Request(ctx, "drlee", ehrdesk.NewSecret(pass)) // renewed: the old one serves until then
	if err != nil {
		t.Fatal(err)
	}
	if got := b.finds(); got != "" || b.shown[0].SerialNumber.Cmp(first) != 0 {
		t.Errorf("while it is renewed: %q", got)
	}
	b.takes(ours)
	again, same, err := b.desk.Certificates().Request(ctx, "drlee", ehrdesk.NewSecret(pass))
	if err != nil || same != pin || bytes.Equal(again, nil) {
		t.Errorf("asked twice, it is another key: %v", err)
	}
	pem, err := ours.Issue(request, pin, "", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.desk.Certificates().Install(ctx, "drlee", ehrdesk.NewSecret(pass), pem); err != nil {
		t.Fatal(err)
	}
	if got := b.finds(); got != "" || b.shown[0].SerialNumber.Cmp(first) == 0 {
		t.Errorf("renewed: %q", got)
	}
	if all, err := b.desk.Certificates().All(ctx); err != nil || len(all) != 1 || all[0].Staff != "drlee@kwai-chung-family-clinic" || all[0].Pin != pin {
		t.Errorf("%+v, %v", all, err)
	}
	_, err = b.desk.Certificates().Install(ctx, "drlee", ehrdesk.NewSecret(pass), pem)
	if ehrdesk.CodeOf(err) != ehrdesk.CodeConflict { // no key waits for it
		t.Errorf("installed twice: %v", err)
	}
}

// The key of a certificate is in no file but sealed, and a lock ends its use.
func TestTheKeyOfACertificateNeverLeavesTheSealedStore(t *testing.T) {
	b := newBehindTLS(t)
	ours := newProvider(t, "Clinic", time.Now())
	b.takes(ours)
	b.certified(ours, time.Now())
	s := b.signIn("drlee")
	if _, err := s.Find(ctx, b.number); err != nil {
		t.Fatal(err)
	}
	if err := s.Lock(); err != nil {
		t.Fatal(err)
	}
	b.mu.Lock()
	b.shown = nil
	b.mu.Unlock()
	if _, err := s.Find(ctx, b.number); err == nil || len(b.shown) > 0 {
		t.Errorf("a locked desk shows its certificate: %v", err)
	}
	s.Close()
	if _, err := b.desk.Certificates().Install(ctx, "drlee", ehrdesk.NewSecret("no passphrase of hers"), nil); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("%v", err)
	}
	if _, _, err := b.desk.Certificates().Request(ctx, "drlee", ehrdesk.NewSecret("no passphrase of hers")); ehrdesk.CodeOf(err) != ehrdesk.CodeNotSignedIn {
		t.Errorf("%v", err)
	}
	b.desk.Close()
	seen := 0
	err := filepath.WalkDir(b.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(path)
		seen++
		for _, mark := range []string{"PRIVATE KEY", `"d":"`} { // in PEM, and of a JWK
			if bytes.Contains(body, []byte(mark)) {
				t.Errorf("a private key is in %s", path)
			}
		}
		return err
	})
	if err != nil || seen == 0 {
		t.Errorf("%d files, %v", seen, err)
	}
}

// centreByTLS is our own centre, which speaks TLS itself and asks for certificates of desks.
func centreByTLS(t *testing.T, desks *ownca.Authority) (c *central.Centre, base string, roots []byte) {
	t.Helper()
	ca := newAuthority(t)
	key, err := x509.MarshalPKCS8PrivateKey(ca.leafPair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	inPEM := func(kind string, der []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}) }
	own, err := central.NewTLS(append(inPEM("CERTIFICATE", ca.leaf.Raw), ca.pem...), inPEM("PRIVATE KEY", key), desks.Root())
	if err != nil {
		t.Fatal(err)
	}
	if c, err = central.Open(ctx, central.Options{Dir: t.TempDir(), TLS: own}); err != nil {
		t.Fatal(err)
	}
	run, err := c.Start(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = run.Close(ctx); _ = c.Close() })
	return c, run.Base, ca.pem
}

// Our own centre enrols a desk without a certificate, and from then on answers it with one
// alone.
func TestOurCentreAsksForADesksCertificate(t *testing.T) {
	ours, namesake := newProvider(t, "Clinic", time.Now().AddDate(-3, 0, 0)), newProvider(t, "Clinic", time.Now())
	centre, base, roots := centreByTLS(t, ours)
	hcp, err := centre.AddHCP(ctx, central.HCP{Name: "Harbour Light", CacheHours: 24})
	if err != nil {
		t.Fatal(err)
	}
	code, err := centre.AddAccount(ctx, hcp, "drlee", "Dr Lee", ehrdesk.Doctor)
	if err != nil {
		t.Fatal(err)
	}
	web, err := client.Trust{Roots: roots}.HTTP()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(web.CloseIdleConnections)
	b := &behindTLS{elsewhere: &elsewhere{t: t}}
	hkic, err := ehrdesk.ParseHKIC("A123456(3)")
	if err != nil {
		t.Fatal(err)
	}
	b.number = ehrdesk.Number{HKIC: hkic}
	b.desk = client.New(client.Options{Dir: t.TempDir(), HTTP: web, Patience: time.Minute, Cost: cachetest.Cost(), Certificates: client.Certificates{Show: true}, Now: func() time.Time { return time.Now().Add(b.ahead) }})
	t.Cleanup(func() { _ = b.desk.Close() })
	if _, err := b.desk.Enrol(ctx, ehrdesk.Enrolment{Central: base, Staff: "drlee", Code: ehrdesk.NewSecret(code), Passphrase: ehrdesk.NewSecret(pass)}); err != nil {
		t.Fatal(err)
	}
	asks := func() (ehrdesk.LineTrouble, error) {
		s := b.signIn("drlee")
		defer s.Close()
		_, err := s.Find(ctx, b.number)
		return ehrdesk.TroubleOf(err), err
	}
	if got, err := asks(); got != ehrdesk.TroubleOwnNone {
		t.Errorf("none: %v", err)
	}
	b.certified(namesake, time.Now())
	if got, err := asks(); got != ehrdesk.TroubleOwnBad {
		t.Errorf("of an authority of the same name: %v", err)
	}
	b.certified(ours, time.Now().AddDate(-2, 0, 0))
	if got, err := asks(); got != ehrdesk.TroubleOwnBad {
		t.Errorf("one that has ended: %v", err)
	}
	b.certified(ours, time.Now())
	if _, err := asks(); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound { // nobody of that number is registered: the centre's own word
		t.Errorf("the right one: %v", err)
	}
}
