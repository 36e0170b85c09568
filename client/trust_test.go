package client_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// authority is one of a hospital's own, with a certificate that it gave to "localhost" and 127.0.0.1.
type authority struct {
	pem      []byte
	root     *x509.Certificate
	leaf     *x509.Certificate
	leafPair tls.Certificate
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	make := func(template, parent *x509.Certificate, key, by *ecdsa.PrivateKey) *x509.Certificate {
		der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), by)
		if err != nil {
			t.Fatal(err)
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	key := func() *ecdsa.PrivateKey {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	rootKey, leafKey := key(), key()
	from, until := time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	rootT := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Hospital CA"}, NotBefore: from, NotAfter: until, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	var a authority
	a.root = make(rootT, rootT, rootKey, rootKey)
	a.leaf = make(&x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "centre"}, DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotBefore: from, NotAfter: until, KeyUsage: x509.KeyUsageDigitalSignature}, a.root, leafKey, rootKey)
	a.pem = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.root.Raw})
	a.leafPair = tls.Certificate{Certificate: [][]byte{a.leaf.Raw, a.root.Raw}, PrivateKey: leafKey}
	return a
}

// serves answers as a centre with the authority's certificate, in at most a version of TLS.
func (a authority) serves(t *testing.T, version uint16) string {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/fhir+json")
		_, _ = io.WriteString(w, `{"resourceType":"Basic","id":"1"}`)
	}))
	s.TLS = &tls.Config{Certificates: []tls.Certificate{a.leafPair}, MaxVersion: version}
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	return "https://localhost:" + port
}

// Whom a desk takes for a centre is the site's to say: a public authority's word is worth
// nothing beside the site's own, of each set of pins one has to be there, and nothing
// older than TLS 1.3 is spoken.
func TestOnlyWhomTheSiteTrustsIsACentre(t *testing.T) {
	ours, other := newAuthority(t), newAuthority(t)
	at := ours.serves(t, tls.VersionTLS13)
	leaf, root, foreign := fhir.Pin(ours.leaf), fhir.Pin(ours.root), fhir.Pin(other.root)
	for name, tt := range map[string]struct {
		at    string
		trust client.Trust
		want  ehrdesk.LineTrouble
	}{
		"the operating system's authorities":         {at, client.Trust{}, ehrdesk.TroubleUntrusted},
		"the site's authority":                       {at, client.Trust{Roots: ours.pem}, ""},
		"another's":                                  {at, client.Trust{Roots: other.pem}, ehrdesk.TroubleUntrusted},
		"and its own key":                            {at, client.Trust{Roots: ours.pem, Pins: [][]string{{foreign, leaf}}}, ""},
		"and its authority's key":                    {at, client.Trust{Roots: ours.pem, Pins: [][]string{{root}}}, ""},
		"and another key":                            {at, client.Trust{Roots: ours.pem, Pins: [][]string{{foreign}}}, ehrdesk.TroubleUnpinned},
		"two sets, of which one is there":            {at, client.Trust{Roots: ours.pem, Pins: [][]string{{leaf}, {foreign}}}, ehrdesk.TroubleUnpinned},
		"two sets, of which both are":                {at, client.Trust{Roots: ours.pem, Pins: [][]string{{leaf}, {root, foreign}}}, ""},
		"a pin alone makes no authority":             {at, client.Trust{Pins: [][]string{{leaf}}}, ehrdesk.TroubleUntrusted},
		"a centre that speaks nothing but TLS 1.2":   {ours.serves(t, tls.VersionTLS12), client.Trust{Roots: ours.pem}, ehrdesk.TroubleInsecure},
		"a set of none is a set that is never there": {at, client.Trust{Roots: ours.pem, Pins: [][]string{{}}}, ehrdesk.TroubleUnpinned},
	} {
		t.Run(name, func(t *testing.T) {
			web, err := tt.trust.HTTP()
			if err != nil {
				t.Fatal(err)
			}
			defer web.CloseIdleConnections()
			c, err := fhir.NewClient(tt.at, web, nil)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // and where the session is resumed
				_, err = c.Get(t.Context(), "x", "Basic/1")
				if ehrdesk.TroubleOf(err) != tt.want || (err == nil) != (tt.want == "") {
					t.Errorf("%v", err)
				}
				web.CloseIdleConnections()
			}
		})
	}
	for name, bad := range map[string]client.Trust{
		"no PEM": {Roots: []byte("hello")}, "an empty file": {Roots: []byte{}}, "no pin": {Pins: [][]string{{"md5/AAAA"}}},
		"a short pin": {Pins: [][]string{{"sha256/AAAA"}}}, "a bare hash": {Pins: [][]string{{leaf[len("sha256/"):]}}},
	} {
		if _, err := bad.HTTP(); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("%s is taken: %v", name, err)
		}
	}
}
