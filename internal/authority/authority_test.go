package authority_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/agefile"
	"github.com/ehrdesk/ehrdesk/internal/authority"
)

var desk = authority.Holder{Desk: "0b9a6c1e-1111-4222-8333-444455556666", Provider: "9265486345"}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// A provider's authority is sealed, opened, and certifies a desk's key for a year as a
// client in TLS and nothing else.
func TestAnAuthorityCertifiesADesk(t *testing.T) {
	now := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	made, err := authority.New("Kwai Chung Family Clinic 葵涌家庭診所", now)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := made.Seal([]byte("harbour light ferry pier"), agefile.Nothing())
	if err != nil || bytes.Contains(sealed, []byte("PRIVATE KEY")) {
		t.Fatal(err)
	}
	if _, err := authority.Open(sealed, []byte("another")); ehrdesk.CodeOf(err) != ehrdesk.CodeNotSignedIn {
		t.Errorf("%v", err)
	}
	if _, err := authority.Open(sealed[:len(sealed)-9], []byte("harbour light ferry pier")); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
		t.Errorf("%v", err)
	}
	a, err := authority.Open(sealed, []byte("harbour light ferry pier"))
	if err != nil || !bytes.Equal(a.Root(), made.Root()) {
		t.Fatal(err)
	}
	key := newKey(t)
	request, name, err := authority.Request(key, desk)
	if err != nil {
		t.Fatal(err)
	}
	issued, err := a.Issue(request, name, "", now)
	if err != nil {
		t.Fatal(err)
	}
	c, err := authority.Read(issued)
	if err != nil || c.Holder != desk || c.Pin != name || !c.Until.Equal(now.Add(authority.Life)) || !strings.HasPrefix(c.Authority, "Kwai Chung") || !key.PublicKey.Equal(c.Key) {
		t.Fatalf("%+v, %v", c, err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(a.Root())
	leaf, err := x509.ParseCertificate(c.Chain[0])
	if err != nil {
		t.Fatal(err)
	}
	for usage, want := range map[x509.ExtKeyUsage]bool{x509.ExtKeyUsageClientAuth: true, x509.ExtKeyUsageServerAuth: false, x509.ExtKeyUsageCodeSigning: false} {
		if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{usage}}); (err == nil) != want {
			t.Errorf("usage %v: %v", usage, err)
		}
	}
	if leaf.CheckSignatureFrom(leaf) == nil || leaf.IsCA {
		t.Error("a desk's certificate certifies others")
	}
	late := now.Add(10*365*24*time.Hour - 24*time.Hour)
	if issued, err = a.Issue(request, name, "", late); err != nil {
		t.Fatal(err)
	}
	if c, err = authority.Read(issued); err != nil || c.Until.Sub(late) > 24*time.Hour {
		t.Errorf("a certificate outlasts its authority: %v, %v", c.Until, err)
	}
	if _, err := a.Issue(request, name, "", late.Add(48*time.Hour)); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("an authority that has ended certifies: %v", err)
	}
}

// The key by which a person signs is certified for that alone, as the person's whom whoever runs the authority named.
func TestAnAuthorityCertifiesThePersonThatWasNamed(t *testing.T) {
	now := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	a, err := authority.New("Clinic", now)
	if err != nil {
		t.Fatal(err)
	}
	lee := authority.Holder{Staff: "dr_lee", Provider: desk.Provider}
	key := newKey(t)
	request, name, err := authority.Request(key, lee)
	if err != nil {
		t.Fatal(err)
	}
	ofDesk, deskKey, err := authority.Request(newKey(t), desk)
	if err != nil {
		t.Fatal(err)
	}
	for what, tt := range map[string]struct {
		request     []byte
		name, staff string
	}{"nobody was named": {request, name, ""}, "another was named": {request, name, "dr_wong"}, "a desk's key, as somebody's": {ofDesk, deskKey, "dr_lee"}} {
		if _, err := a.Issue(tt.request, tt.name, tt.staff, now); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
			t.Errorf("%s: %v", what, err)
		}
	}
	issued, err := a.Issue(request, name, "dr_lee", now)
	if err != nil {
		t.Fatal(err)
	}
	c, err := authority.Read(issued)
	if err != nil || c.Holder != lee || c.Pin != name || !key.PublicKey.Equal(c.Key) {
		t.Fatalf("%+v, %v", c, err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(a.Root())
	leaf, err := x509.ParseCertificate(c.Chain[0])
	if err != nil {
		t.Fatal(err)
	}
	for usage, want := range map[x509.ExtKeyUsage]bool{x509.ExtKeyUsageAny: true, x509.ExtKeyUsageClientAuth: false, x509.ExtKeyUsageServerAuth: false} {
		if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{usage}}); (err == nil) != want {
			t.Errorf("usage %v: %v", usage, err)
		}
	}
	for _, h := range []authority.Holder{{}, {Staff: "dr_lee"}, {Staff: "dr lee", Provider: "p"}, {Staff: "dr_lee", Desk: "d", Provider: "p"}} {
		if _, _, err := authority.Request(key, h); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("%+v: %v", h, err)
		}
	}
}

// What is asked for beside a desk's key gets nothing.
func TestAnAuthorityCertifiesNothingElse(t *testing.T) {
	now := time.Now()
	a, err := authority.New("Clinic", now)
	if err != nil {
		t.Fatal(err)
	}
	asks := func(key any, uris ...string) []byte {
		r := &x509.CertificateRequest{DNSNames: []string{"centre.example"}}
		for _, u := range uris {
			parsed, err := url.Parse(u)
			if err != nil {
				t.Fatal(err)
			}
			r.URIs = append(r.URIs, parsed)
		}
		der, err := x509.CreateCertificateRequest(rand.Reader, r, key)
		if err != nil {
			t.Fatal(err)
		}
		return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der})
	}
	good, name, err := authority.Request(newKey(t), desk)
	if err != nil {
		t.Fatal(err)
	}
	exchanged, _, err := authority.Request(newKey(t), desk)
	if err != nil {
		t.Fatal(err)
	}
	old, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(good)
	block.Bytes[len(block.Bytes)-1] ^= 1
	for what, tt := range map[string]struct {
		request []byte
		want    ehrdesk.Code
	}{
		"a request that was exchanged":  {exchanged, ehrdesk.CodeDenied},
		"one that was changed":          {pem.EncodeToMemory(block), ehrdesk.CodeInvalid},
		"two":                           {append(bytes.Clone(good), good...), ehrdesk.CodeInvalid},
		"a certificate":                 {a.Root(), ehrdesk.CodeInvalid},
		"nothing":                       {nil, ehrdesk.CodeInvalid},
		"a key of another kind":         {asks(old, "urn:ehrdesk:desk:d", "urn:ehrdesk:provider:p"), ehrdesk.CodeInvalid},
		"a server's name":               {asks(newKey(t), "https://centre.example/"), ehrdesk.CodeInvalid},
		"two desks":                     {asks(newKey(t), "urn:ehrdesk:desk:d", "urn:ehrdesk:desk:e", "urn:ehrdesk:provider:p"), ehrdesk.CodeInvalid},
		"a desk and a person":           {asks(newKey(t), "urn:ehrdesk:desk:d", "urn:ehrdesk:staff:lee", "urn:ehrdesk:provider:p"), ehrdesk.CodeInvalid},
		"no provider":                   {asks(newKey(t), "urn:ehrdesk:desk:d"), ehrdesk.CodeInvalid},
		"a name with a terminal's code": {asks(newKey(t), "urn:ehrdesk:desk:d%1b", "urn:ehrdesk:provider:p"), ehrdesk.CodeInvalid},
	} {
		if _, err := a.Issue(tt.request, name, "", now); ehrdesk.CodeOf(err) != tt.want {
			t.Errorf("%s: %v", what, err)
		}
	}
	for what, b := range map[string][]byte{"an authority alone": a.Root(), "a request": good, "nothing": nil, "no chain": append(a.Root(), a.Root()...)} {
		if _, err := authority.Read(b); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("%s is read as a desk's certificate: %v", what, err)
		}
	}
	for _, bad := range []string{"", "\x1b", strings.Repeat("x", 65)} {
		if _, err := authority.New(bad, now); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
