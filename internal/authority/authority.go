// Package authority is a provider's own X.509 authority: it certifies the keys of its desks,
// for the centre, or a gateway before it, to know them by in TLS, and the keys by which its
// people sign records. It promises that what it certifies is one key that whoever runs it has
// named, as one desk's for a client in TLS or as one person's for signing records and for
// nothing else, and that its own key is never written but sealed. No I/O.
package authority

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"math/big"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/agefile"
	"github.com/ehrdesk/ehrdesk/internal/pin"
)

const (
	rootLife = 10 * 365 * 24 * time.Hour
	// Life is how long a certificate lasts.
	Life = 365 * 24 * time.Hour
	// Ahead is how long before its end a desk is told to renew it.
	Ahead = 30 * 24 * time.Hour
	// before is how far clocks may differ.
	before = 5 * time.Minute
	most   = 16 << 10 // bytes of a sealed authority
)

// Authority is one, with its key.
type Authority struct {
	root *x509.Certificate
	key  *ecdsa.PrivateKey
}

// New makes an authority of a provider's name.
func New(name string, now time.Time) (*Authority, error) {
	const op = "authority"
	if name = ehrdesk.CleanLine(name); name == "" || len(name) > 64 {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "an authority has a name of 64 bytes at most")
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	t := &x509.Certificate{SerialNumber: serial(), Subject: pkix.Name{CommonName: name}, NotBefore: now.Add(-before), NotAfter: now.Add(rootLife),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign}
	root, err := sign(t, t, key, key)
	if err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	return &Authority{root, key}, nil
}

func serial() *big.Int {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // it does not fail
	b[0] &= 0x7f
	return new(big.Int).SetBytes(b)
}

func sign(t, parent *x509.Certificate, key any, by *ecdsa.PrivateKey) (*x509.Certificate, error) {
	public := key
	if own, ok := key.(*ecdsa.PrivateKey); ok {
		public = own.Public()
	}
	der, err := x509.CreateCertificate(rand.Reader, t, parent, public, by)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// Root is the authority's certificate, in PEM: what a centre is told to take.
func (a *Authority) Root() []byte { return inPEM(certificateType, a.root.Raw) }

const (
	certificateType = "CERTIFICATE"
	requestType     = "CERTIFICATE REQUEST"
	keyType         = "PRIVATE KEY"
)

func inPEM(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// Seal is the authority with its key, sealed by a passphrase.
func (a *Authority) Seal(passphrase []byte, cost agefile.Cost) ([]byte, error) {
	const op = "authority"
	der, err := x509.MarshalPKCS8PrivateKey(a.key)
	if err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	defer clear(der)
	plain := append(a.Root(), inPEM(keyType, der)...)
	defer clear(plain)
	sealed, err := agefile.Seal(plain, passphrase, cost)
	if err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	return sealed, nil
}

// Open opens a sealed authority. Errors: CodeNotSignedIn for another passphrase,
// CodeTampered for what is none.
func Open(sealed, passphrase []byte) (*Authority, error) {
	const op = "authority"
	damaged := ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the authority's file is damaged, or is none")
	plain, err := agefile.Open(sealed, passphrase, most)
	switch {
	case errors.Is(err, agefile.ErrPassphrase):
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeNotSignedIn, "the passphrase does not open the authority")
	case err != nil:
		return nil, damaged
	}
	defer clear(plain)
	certificate, rest := pem.Decode(plain)
	if certificate == nil {
		return nil, damaged
	}
	private, _ := pem.Decode(rest)
	if private == nil {
		return nil, damaged
	}
	defer clear(private.Bytes)
	root, err := x509.ParseCertificate(certificate.Bytes)
	if err != nil || !root.IsCA {
		return nil, damaged
	}
	key, err := x509.ParsePKCS8PrivateKey(private.Bytes)
	own, ok := key.(*ecdsa.PrivateKey)
	if err != nil || !ok || !own.PublicKey.Equal(root.PublicKey) {
		return nil, damaged
	}
	return &Authority{root, own}, nil
}

// Issue certifies the key of a request, in PEM, which whoever runs the authority names by
// its pin: a request that was exchanged on its way is another key's. staff is the person
// whose key for signing records it is, "" for a desk's in TLS: nobody gets a certificate of
// another person by asking for it. Of the request nothing counts but the key and whose it is.
// The certificate lasts a year, and no longer than the authority. Errors: CodeInvalid,
// CodeDenied for another key or another person's.
func (a *Authority) Issue(request []byte, key, staff string, now time.Time) ([]byte, error) {
	const op = "authority"
	block, rest := pem.Decode(request)
	if block == nil || block.Type != requestType || len(rest) > 0 {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "not one certificate request in PEM")
	}
	r, err := x509.ParseCertificateRequest(block.Bytes)
	if err != nil || r.CheckSignature() != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the request is not signed by its own key")
	}
	public, ok := r.PublicKey.(*ecdsa.PublicKey)
	if !ok || public.Curve != elliptic.P256() {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the request's key is not one of a desk (P-256)")
	}
	holder, err := holderIn(r.URIs)
	switch {
	case err != nil:
		return nil, err
	case pin.Of(r.RawSubjectPublicKeyInfo) != key:
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "the request is of another key than was named: compare with what the desk shows")
	case holder.Staff != staff && staff == "":
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "the request is for signing records: name whose key it is with --staff")
	case holder.Staff != staff:
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "the request is not of the key by which that person signs records")
	case !now.Before(a.root.NotAfter):
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "the authority's own certificate has ended")
	}
	until := now.Add(Life)
	if until.After(a.root.NotAfter) {
		until = a.root.NotAfter
	}
	t := &x509.Certificate{SerialNumber: serial(), URIs: holder.uris(), NotBefore: now.Add(-before), NotAfter: until, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature}
	if holder.Staff != "" {
		t.Subject, t.UnknownExtKeyUsage = pkix.Name{CommonName: "person " + holder.Staff}, []asn1.ObjectIdentifier{documentSigning()}
	} else {
		t.Subject, t.ExtKeyUsage = pkix.Name{CommonName: "desk " + holder.Desk}, []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	}
	leaf, err := sign(t, a.root, public, a.key)
	if err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	return append(inPEM(certificateType, leaf.Raw), a.Root()...), nil
}
