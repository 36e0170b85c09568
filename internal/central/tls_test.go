package central_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// What is no certificate with its key serves nobody.
func TestATLSThatCannotBeMeantIsRefused(t *testing.T) {
	for name, in := range map[string][2]string{"nothing": {"", ""}, "no PEM": {"certificate", "key"}} {
		if _, err := central.NewTLS([]byte(in[0]), []byte(in[1]), nil); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// certified is a certificate, its key, and what they stand in, in PEM.
type certified struct {
	pair      tls.Certificate
	cert, key []byte
}

// certificate is one that signs itself, or that by signs, with a number.
func certificate(t *testing.T, number int64, by *certified) certified {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	of := &x509.Certificate{SerialNumber: big.NewInt(number), NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: by == nil, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, Subject: pkix.Name{CommonName: fmt.Sprint("n", number)}}
	parent, signer := of, crypto.Signer(key)
	if by != nil {
		of.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
		parent, signer = by.pair.Leaf, by.pair.PrivateKey.(crypto.Signer)
	}
	der, err := x509.CreateCertificate(rand.Reader, of, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	c := certified{cert: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), key: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})}
	if c.pair, err = tls.X509KeyPair(c.cert, c.key); err != nil {
		t.Fatal(err)
	}
	return c
}

// A certificate that was renewed is shown without a new start, and so are desks of another
// authority asked for; while the files do not fit one another all stays as it was.
func TestARenewedCertificateIsShownWithoutANewStart(t *testing.T) {
	var files, now atomic.Value
	now.Store(time.Now())
	put := func(cert, key, clients []byte) { files.Store([3][]byte{cert, key, clients}) }
	var reads atomic.Int32
	read := func() (*central.TLS, error) {
		reads.Add(1)
		f := files.Load().([3][]byte)
		return central.NewTLS(f[0], f[1], f[2])
	}
	first, second, desks, others := certificate(t, 1, nil), certificate(t, 2, nil), certificate(t, 3, nil), certificate(t, 4, nil)
	put(first.cert, first.key, desks.cert)
	own, err := read()
	if err != nil {
		t.Fatal(err)
	}
	own.Renew(read)
	var log safeBuffer
	c, err := central.Open(t.Context(), central.Options{Dir: t.TempDir(), TLS: own, Now: func() time.Time { return now.Load().(time.Time) }, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	run, err := c.Start(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = run.Close(context.WithoutCancel(t.Context())); _ = c.Close() })
	// asks is what a desk with a certificate of an authority is shown, and whether it is answered.
	asks := func(of certified) (number int64, answered bool) {
		t.Helper()
		own := certificate(t, 9, &of).pair
		web := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true, //nolint:gosec // what is shown is the question
			GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &own, nil }, // also where it is of no authority that is asked for
			VerifyConnection:     func(s tls.ConnectionState) error { number = s.PeerCertificates[0].SerialNumber.Int64(); return nil }}}
		defer web.CloseIdleConnections()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, run.Base+"/metadata", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		res, err := web.RoundTrip(req)
		if err != nil {
			return number, false
		}
		_ = res.Body.Close()
		return number, res.StatusCode == http.StatusOK
	}
	want := func(when string, number int64, of certified, answered bool) {
		t.Helper()
		if n, ok := asks(of); n != number || ok != answered {
			t.Errorf("%s: certificate %d, answered %t; want %d, %t", when, n, ok, number, answered)
		}
	}
	later := func() { now.Store(now.Load().(time.Time).Add(time.Minute)) }
	want("at the start", 1, desks, true)
	want("at the start, of another authority", 1, others, false)
	put(second.cert, first.key, desks.cert)
	want("within the minute", 1, desks, true)
	later()
	want("half renewed", 1, desks, true)
	if !strings.Contains(log.String(), "the one before stays") {
		t.Errorf("nothing is said: %s", log.String())
	}
	put(second.cert, second.key, desks.cert)
	later()
	want("renewed", 2, desks, true)
	put(second.cert, second.key, others.cert)
	later()
	want("another authority", 2, desks, false)
	want("of that authority", 2, others, true)
	put(second.cert, second.key, nil)
	later()
	want("no authority any more", 2, desks, false)
	before := reads.Load()
	for range 5 {
		want("in one minute", 2, others, true)
	}
	if n := reads.Load() - before; n != 0 {
		t.Errorf("the files were read %d times more in one minute", n)
	}
}
