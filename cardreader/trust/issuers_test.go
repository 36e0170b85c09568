package trust_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/trust"
)

func TestIssuersAreReadWholeOrNotAtAll(t *testing.T) {
	one, two := issuer(t), issuer(t)
	a, b := trust.MarshalIssuer(one.Public()), trust.MarshalIssuer(two.Public())
	if got, err := trust.ParseIssuers(bytes.Join([][]byte{[]byte("# ours\n"), a, b}, nil)); err != nil || len(got) != 2 || !got[0].Equal(one.Public()) || !got[1].Equal(two.Public()) {
		t.Fatalf("two issuers: %d, %v", len(got), err)
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	edwards, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	spki := func(key any) []byte {
		der, err := x509.MarshalPKIXPublicKey(key)
		if err != nil {
			t.Fatal(err)
		}
		return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	}
	block, _ := pem.Decode(a)
	for name, text := range map[string][]byte{
		"nothing":                       nil,
		"no PEM":                        []byte("hello"),
		"another curve":                 spki(&p384.PublicKey),
		"another kind of key":           spki(edwards),
		"a private key":                 pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: block.Bytes}),
		"a certificate":                 pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: block.Bytes}),
		"a good key and a cut one":      append(bytes.Clone(a), b[:len(b)-30]...),
		"a good key and a spoilt one":   append(bytes.Clone(a), bytes.Replace(b, []byte("MFkw"), []byte("MFk*"), 1)...),
		"bytes behind the key":          pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: append(bytes.Clone(block.Bytes), 0)}),
		"a point that is not on it":     pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: append(bytes.Clone(block.Bytes[:len(block.Bytes)-1]), block.Bytes[len(block.Bytes)-1]^1)}),
		"seventeen":                     bytes.Repeat(a, 17),
		"a file of more than 64 KiB":    append(bytes.Clone(a), strings.Repeat("\n", 64<<10)...),
		"a key and words after a BEGIN": append(bytes.Clone(a), "-----BEGIN "...),
	} {
		if got, err := trust.ParseIssuers(text); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid || got != nil {
			t.Errorf("%s: %d issuers, %v", name, len(got), err)
		}
	}
	if trust.MarshalIssuer(nil) != nil || trust.MarshalIssuer(&p384.PublicKey) != nil || trust.Fingerprint(nil) != "" {
		t.Error("what is no issuer's key is written down")
	}
	if f := trust.Fingerprint(one.Public()); len(f) != 64 || f == trust.Fingerprint(two.Public()) {
		t.Errorf("fingerprint %q", f)
	}
}

// FuzzParseIssuers: what is read can be written and read again.
func FuzzParseIssuers(f *testing.F) {
	f.Add(read(f, "issuer.pem"))
	f.Add([]byte("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n"))
	f.Add([]byte("-----BEGIN PUBLIC KEY-----\nProc-Type: 4,ENCRYPTED\n\nMFkw\n-----END PUBLIC KEY-----\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		keys, err := trust.ParseIssuers(text)
		if err != nil {
			if keys != nil || ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
				t.Fatalf("%d keys with %v", len(keys), err)
			}
			return
		}
		for _, k := range keys {
			if again, err := trust.ParseIssuers(trust.MarshalIssuer(k)); err != nil || len(again) != 1 || !again[0].Equal(k) {
				t.Fatalf("a key that cannot be written: %v", err)
			}
		}
	})
}
