package directory

import (
	"crypto/x509"
	"encoding/pem"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/authority"
	"github.com/ehrdesk/ehrdesk/internal/signature"
)

// provider is one with an authority of its own, older than any key.
func provider(t *testing.T, name string) *authority.Authority {
	t.Helper()
	a, err := authority.New(name, day(1).AddDate(-2, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// issued is the certificate of a key for a holder, from a day on.
func issued(t *testing.T, a *authority.Authority, key signer, h authority.Holder, from time.Time) []*x509.Certificate {
	t.Helper()
	request, pin, err := authority.Request(key.Key, h)
	if err != nil {
		t.Fatal(err)
	}
	b, err := a.Issue(request, pin, h.Staff, from)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(b)
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return []*x509.Certificate{c}
}

// A certificate beside a signature is held against the key that this desk knows, the person whose it is and their provider's own
// authority. A bad one is said, and the signature then counts as one without.
func TestACertificateBesideASignatureIsHeldAgainstWhomTheDirectoryKnows(t *testing.T) {
	lee, wong := newSigner(t, "lee", time.Time{}), newSigner(t, "wong", time.Time{})
	own, other, stranger := provider(t, "Clinic"), provider(t, "Another clinic"), provider(t, "Clinic")
	name := authority.Holder{Staff: "lee", Provider: "1"}
	site, err := Signers(nil, map[string][]byte{"1": own.Root(), "2": other.Root()})
	if err != nil {
		t.Fatal(err)
	}
	a := record("a", "70.10")
	good := issued(t, own, lee, name, day(2))
	for what, c := range map[string]struct {
		site  Site
		chain []*x509.Certificate
		at    time.Time
		want  ehrdesk.SignatureCertificate
	}{
		"none":                              {site, nil, day(5), ""},
		"the provider's":                    {site, good, day(5), ehrdesk.CertificateGood},
		"the provider's, with its root":     {site, append(good[:1:1], parsed(t, own.Root())), day(5), ehrdesk.CertificateGood},
		"ended when it was signed":          {site, issued(t, own, lee, name, day(2).Add(-authority.Life)), day(5), ehrdesk.CertificateEnded},
		"issued after it was signed":        {site, issued(t, own, lee, name, day(6)), day(5), ehrdesk.CertificateEnded},
		"of another provider's authority":   {site, issued(t, other, lee, name, day(2)), day(5), ehrdesk.CertificateStranger},
		"of a stranger of the same name":    {site, issued(t, stranger, lee, name, day(2)), day(5), ehrdesk.CertificateStranger},
		"of a stranger who brings a root":   {site, append(issued(t, stranger, lee, name, day(2)), parsed(t, stranger.Root())), day(5), ehrdesk.CertificateStranger},
		"the site names no authority":       {Site{}, good, day(5), ehrdesk.CertificateUnknown},
		"the site names another's alone":    {Site{Providers: map[string]*x509.CertPool{"2": site.Providers["2"]}}, good, day(5), ehrdesk.CertificateUnknown},
		"of another person's key":           {site, issued(t, own, wong, name, day(2)), day(5), ehrdesk.CertificateOther},
		"of this key as another person's":   {site, issued(t, own, lee, authority.Holder{Staff: "wong", Provider: "1"}, day(2)), day(5), ehrdesk.CertificateOther},
		"of this key at another provider":   {site, issued(t, other, lee, authority.Holder{Staff: "lee", Provider: "2"}, day(2)), day(5), ehrdesk.CertificateOther},
		"of this key as a desk's in TLS":    {site, issued(t, own, lee, authority.Holder{Desk: "lee", Provider: "1"}, day(2)), day(5), ehrdesk.CertificateOther},
		"the authority itself":              {site, []*x509.Certificate{parsed(t, own.Root())}, day(5), ehrdesk.CertificateOther},
		"without the time it was signed at": {site, good, time.Time{}, ehrdesk.CertificateGood},
	} {
		k := known(lee, wong)
		k.site = c.site
		by := signature.Signer{Key: lee.Key, ID: lee.ID, Chain: c.chain}
		got := k.Check(a, []Resource{signedBy(t, by, a, c.at, "Observation/a")})[0]
		if c.at.IsZero() {
			if beside := k.certificate(&lee.pin, c.chain, c.at); beside != c.want {
				t.Errorf("%s: %q", what, beside)
			}
			continue
		}
		if got.State != ehrdesk.SignatureValid || got.Who != "Dr lee · Clinic" || got.Provider != "1" || got.Certificate != c.want {
			t.Errorf("%s: %+v, want %q", what, got, c.want)
		}
	}
}

func parsed(t *testing.T, b []byte) *x509.Certificate {
	t.Helper()
	block, _ := pem.Decode(b)
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A certificate makes nothing better: a key that is not known stays so, also where the site takes the provider's authority for that
// of another system, one that had ended stays ended, and what another key signed in somebody's name does not hold.
func TestACertificateMakesNoSignatureBetter(t *testing.T) {
	lee, gone, unknown := newSigner(t, "lee", time.Time{}), newSigner(t, "gone", day(4)), newSigner(t, "new", time.Time{})
	own := provider(t, "Clinic")
	site, err := Signers(own.Root(), map[string][]byte{"1": own.Root()})
	if err != nil {
		t.Fatal(err)
	}
	a := record("a", "70.10")
	for what, c := range map[string]struct {
		by   signature.Signer
		over Resource
		want ehrdesk.SignatureState
	}{
		"a key that is not known":         {signature.Signer{Key: unknown.Key, ID: unknown.ID, Chain: issued(t, own, unknown, authority.Holder{Staff: "new", Provider: "1"}, day(2))}, a, ehrdesk.SignatureUnknown},
		"a desk's key in TLS":             {signature.Signer{Key: unknown.Key, Chain: issued(t, own, unknown, authority.Holder{Desk: "d", Provider: "1"}, day(2))}, a, ehrdesk.SignatureUnknown},
		"a key that had ended":            {signature.Signer{Key: gone.Key, ID: gone.ID, Chain: issued(t, own, gone, authority.Holder{Staff: "gone", Provider: "1"}, day(2))}, a, ehrdesk.SignatureInvalid},
		"another key in Lee's name":       {signature.Signer{Key: unknown.Key, ID: lee.ID, Chain: issued(t, own, unknown, authority.Holder{Staff: "lee", Provider: "1"}, day(2))}, a, ehrdesk.SignatureInvalid},
		"a record that was put otherwise": {signature.Signer{Key: lee.Key, ID: lee.ID, Chain: issued(t, own, lee, authority.Holder{Staff: "lee", Provider: "1"}, day(2))}, record("a", "70.1"), ehrdesk.SignatureInvalid},
	} {
		k := known(lee, gone)
		k.site = site
		got := k.Check(a, []Resource{signedBy(t, c.by, c.over, day(5), "Observation/a")})[0]
		if got.State != c.want || got.Certificate != "" {
			t.Errorf("%s: %+v", what, got)
		}
	}
}
