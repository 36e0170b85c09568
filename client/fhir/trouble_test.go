package fhir

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// certificate is one of our own making for names, until a moment.
func certificate(t *testing.T, until time.Time, names ...string) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "centre"}, DNSNames: names, NotBefore: until.Add(-48 * time.Hour), NotAfter: until,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(made)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// What Go's network and TLS say of real sockets is told apart.
func TestEachTroubleOfTheLineIsToldInItsOwnWords(t *testing.T) {
	outcome := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/fhir+json")
		_, _ = io.WriteString(w, `{"resourceType":"Basic","id":"1"}`)
	})
	plain := httptest.NewServer(outcome)
	defer plain.Close()
	secure := func(until time.Time, names ...string) (string, *x509.CertPool) {
		cert, pool := certificate(t, until, names...)
		s := httptest.NewUnstartedServer(outcome)
		s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
		s.Config.ErrorLog = log.New(io.Discard, "", 0) // of the handshakes that fail here
		s.StartTLS()
		t.Cleanup(s.Close)
		_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
		return "https://localhost:" + port, pool
	}
	shut := httptest.NewServer(outcome)
	shut.Close()
	silent, err := net.Listen("tcp", "127.0.0.1:0") // takes connections, and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	good, goodPool := secure(time.Now().Add(time.Hour), "localhost")
	old, oldPool := secure(time.Now().Add(-time.Hour), "localhost")
	other, otherPool := secure(time.Now().Add(time.Hour), "elsewhere.example")
	for name, tt := range map[string]struct {
		base string
		pool *x509.CertPool
		want ehrdesk.LineTrouble
		code ehrdesk.Code
	}{
		"as it should be":              {good, goodPool, "", ""},
		"an authority nobody knows":    {good, x509.NewCertPool(), ehrdesk.TroubleUntrusted, ehrdesk.CodeOffline},
		"a certificate that is over":   {old, oldPool, ehrdesk.TroubleExpired, ehrdesk.CodeOffline},
		"a certificate of another":     {other, otherPool, ehrdesk.TroubleOtherName, ehrdesk.CodeOffline},
		"nothing secure answers":       {"https" + plain.URL[len("http"):], nil, ehrdesk.TroubleInsecure, ehrdesk.CodeOffline},
		"nothing listens":              {shut.URL, nil, ehrdesk.TroubleRefused, ehrdesk.CodeOffline},
		"somebody listens and is mute": {"http://" + silent.Addr().String(), nil, ehrdesk.TroubleSilent, ehrdesk.CodeTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: tt.pool}}
			defer transport.CloseIdleConnections()
			c, err := NewClient(tt.base, &http.Client{Transport: transport}, nil)
			if err != nil {
				t.Fatal(err)
			}
			wait := 2 * time.Minute
			if tt.want == ehrdesk.TroubleSilent {
				wait = 100 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(t.Context(), wait)
			defer cancel()
			_, err = c.Get(ctx, "x", "Basic/1")
			if ehrdesk.TroubleOf(err) != tt.want || ehrdesk.CodeOf(err) != tt.code {
				t.Errorf("%v", err)
			}
		})
	}
}
