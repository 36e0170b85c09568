package directory

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/internal/signature"
)

// signer is somebody with a key, pinned from day 1 until an end.
type signer struct {
	signature.Signer
	pin pin
}

func newSigner(t interface{ Fatal(...any) }, staff string, until time.Time) signer {
	k, err := fhir.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	jwk, err := k.Public().MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	id := KeyName(k.Public())
	return signer{signature.Signer{Key: k.Key.(crypto.Signer), ID: id}, pin{fhir.DirectoryKey{ID: id, JWK: jwk, Since: day(1), Until: until}, "1", staff, "Dr " + staff, "Clinic", day(2)}}
}

func known(of ...signer) *Keys {
	k := &Keys{pins: map[string]pin{}, doubted: map[string]bool{}, now: day(20)}
	for _, s := range of {
		k.pins[s.ID] = s.pin
	}
	return k
}

func record(id, value string) Resource {
	return Resource{ehrdesk.Ref{Resource: "Observation", ID: id}, "2", []byte(`{"resourceType":"Observation","id":"` + id + `","valueQuantity":{"value":` + value + `}}`)}
}

// signed is a Provenance with a signature over a record, of what it says that it is of.
func signedBy(t interface{ Fatal(...any) }, s signature.Signer, over Resource, at time.Time, targets ...string) Resource {
	jws, err := signature.Sign(over.Body, s, at)
	if err != nil {
		t.Fatal(err)
	}
	return provenanceOf(signature.Encoded(jws), targets...)
}

func provenanceOf(data string, targets ...string) Resource {
	var refs []string
	for _, to := range targets {
		refs = append(refs, `{"reference":"`+to+`"}`)
	}
	return Resource{Ref: ehrdesk.Ref{Resource: "Provenance", ID: "p"}, Body: fmt.Appendf(nil, `{"resourceType":"Provenance","id":"p","target":[%s],"signature":[{"sigFormat":"application/jose","data":%q}]}`, strings.Join(refs, ","), data)}
}

func TestASignatureIsHeldAgainstTheRecordThatItIsReadWith(t *testing.T) {
	lee, gone, stranger := newSigner(t, "lee", time.Time{}), newSigner(t, "gone", day(10)), newSigner(t, "x", time.Time{})
	a, b := record("a", "70.10"), record("b", "70.10")
	for name, c := range map[string]struct {
		by   Resource
		want ehrdesk.SignatureState
		why  ehrdesk.SignatureWhy
		who  string
	}{
		"as it was signed":               {signedBy(t, lee.Signer, a, day(5), "Observation/a"), ehrdesk.SignatureValid, "", "Dr lee · Clinic"},
		"of this version, by its number": {signedBy(t, lee.Signer, a, day(5), "Observation/a/_history/2"), ehrdesk.SignatureValid, "", "Dr lee · Clinic"},
		"the number is written shorter":  {signedBy(t, lee.Signer, record("a", "70.1"), day(5), "Observation/a"), ehrdesk.SignatureInvalid, ehrdesk.WhyAltered, ""},
		"of another version":             {signedBy(t, lee.Signer, record("a", "69"), day(5), "Observation/a/_history/1"), ehrdesk.SignatureOther, "", ""},
		"another record's, moved here":   {signedBy(t, lee.Signer, b, day(5), "Observation/a"), ehrdesk.SignatureInvalid, ehrdesk.WhyAltered, ""},
		"before the key's end":           {signedBy(t, gone.Signer, a, day(9), "Observation/a"), ehrdesk.SignatureValid, "", "Dr gone · Clinic"},
		"after the key's end":            {signedBy(t, gone.Signer, a, day(11), "Observation/a"), ehrdesk.SignatureInvalid, ehrdesk.WhyKeyEnded, "Dr gone · Clinic"},
		"before the key's beginning":     {signedBy(t, lee.Signer, a, day(1).AddDate(0, -1, 0), "Observation/a"), ehrdesk.SignatureInvalid, ehrdesk.WhyKeyEnded, "Dr lee · Clinic"},
		"by nobody who is known":         {signedBy(t, stranger.Signer, a, day(5), "Observation/a"), ehrdesk.SignatureUnknown, "", ""},
		"by a stranger with Lee's name":  {signedBy(t, signature.Signer{Key: stranger.Key, ID: lee.ID}, a, day(5), "Observation/a"), ehrdesk.SignatureInvalid, ehrdesk.WhyAltered, ""},
		"of several records at once":     {signedBy(t, lee.Signer, b, day(5), "Observation/a", "Observation/b"), ehrdesk.SignatureUnchecked, ehrdesk.WhyNoForm, ""},
		"without data":                   {provenanceOf("", "Observation/a"), ehrdesk.SignatureUnchecked, ehrdesk.WhyOtherKind, ""},
		"not a signature at all":         {provenanceOf("AAAA", "Observation/a"), ehrdesk.SignatureUnchecked, ehrdesk.WhyOtherKind, ""},
	} {
		got := known(lee, gone).Check(a, []Resource{c.by})
		if len(got) != 1 || got[0].State != c.want || got[0].Why != c.why || got[0].Who != c.who {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if got := known(lee).Check(a, []Resource{signedBy(t, lee.Signer, b, day(5), "Observation/b")}); got != nil {
		t.Errorf("of another record alone: %+v", got)
	}
}

// A record that was put right has the signature of before and that of now; without that of now it was altered.
func TestARecordThatWasPutRightIsNotSaidToBeForged(t *testing.T) {
	lee := newSigner(t, "lee", time.Time{})
	old, now := record("a", "70"), record("a", "71")
	before, after := signedBy(t, lee.Signer, old, day(5), "Observation/a"), signedBy(t, lee.Signer, now, day(6), "Observation/a")
	got := known(lee).Check(now, []Resource{after, before})
	if len(got) != 2 || got[0].State != ehrdesk.SignatureOther || got[1].State != ehrdesk.SignatureValid || Broken(got) {
		t.Errorf("%+v", got)
	}
	if got := known(lee).Check(now, []Resource{before}); !Broken(got) {
		t.Errorf("altered after it was signed: %+v", got)
	}
	if got := known(lee).Check(old, []Resource{after, before}); !Broken(got) { // put back to what it was
		t.Errorf("put back: %+v", got)
	}
}

// authority is one that the site believes, and a certificate of it.
func certified(t *testing.T, key crypto.Signer, usage x509.KeyUsage, until time.Time) (Site, []*x509.Certificate) {
	t.Helper()
	root, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	made := func(subject string, ca bool, usage x509.KeyUsage, parent *x509.Certificate, public crypto.PublicKey) *x509.Certificate {
		c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: subject, Organization: []string{"Other Hospital"}}, NotBefore: day(1), NotAfter: until, IsCA: ca, BasicConstraintsValid: true, KeyUsage: usage}
		if parent == nil {
			parent = c
		}
		der, err := x509.CreateCertificate(rand.Reader, c, parent, public, root)
		if err != nil {
			t.Fatal(err)
		}
		out, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	ca := made("Authority", true, x509.KeyUsageCertSign, nil, root.Public())
	pool := x509.NewCertPool()
	pool.AddCert(ca)
	return Site{Systems: pool}, []*x509.Certificate{made("Dr Ho", false, usage, ca, key.Public())}
}

// Of another system a signature counts by a chain of certificates to an authority that the site believes, ES256 and RS256.
func TestAnotherSystemsSignatureCountsByAnAuthorityThatTheSiteBelieves(t *testing.T) {
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	old, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	a := record("a", "70.10")
	for name, key := range map[string]crypto.Signer{"ES256": ec, "RS256": old} {
		site, chain := certified(t, key, x509.KeyUsageDigitalSignature, day(15))
		other, _ := certified(t, key, x509.KeyUsageDigitalSignature, day(15))
		_, sealing := certified(t, key, x509.KeyUsageKeyEncipherment, day(15))
		state := func(site Site, chain []*x509.Certificate, over Resource, at time.Time) ehrdesk.Signature {
			k := known()
			k.site = site
			return k.Check(a, []Resource{signedBy(t, signature.Signer{Key: key, Chain: chain}, over, at, "Observation/a")})[0]
		}
		if got := state(site, chain, a, day(5)); got.State != ehrdesk.SignatureValid || got.Who != "Dr Ho · Other Hospital" || !got.Seen.IsZero() {
			t.Errorf("%s: %+v", name, got)
		}
		if got := state(site, chain, record("a", "7"), day(5)); got.State != ehrdesk.SignatureInvalid {
			t.Errorf("%s, altered: %+v", name, got)
		}
		for why, got := range map[string]ehrdesk.Signature{"no authority": state(Site{}, chain, a, day(5)), "another authority": state(other, chain, a, day(5)),
			"the certificate had ended": state(site, chain, a, day(16)), "a certificate for something else": state(site, sealing, a, day(5))} {
			if got.State != ehrdesk.SignatureUnknown {
				t.Errorf("%s, %s: %+v", name, why, got)
			}
		}
	}
}

// Whatever bytes a record and a Provenance come with, nothing but what was signed by a pinned key is valid.
func TestNothingButWhatWasSignedIsValid(t *testing.T) {
	lee := newSigner(t, "lee", time.Time{})
	a := record("a", "70.10")
	by := signedBy(t, lee.Signer, a, day(5), "Observation/a")
	keys := known(lee)
	rapid.Check(t, func(t *rapid.T) {
		i, bit := rapid.IntRange(0, len(a.Body)-1).Draw(t, "at"), byte(1)<<rapid.IntRange(0, 7).Draw(t, "bit")
		spoilt := a
		spoilt.Body = append([]byte(nil), a.Body...)
		spoilt.Body[i] ^= bit
		for _, s := range keys.Check(spoilt, []Resource{by}) {
			if s.State == ehrdesk.SignatureValid {
				t.Fatalf("%s is said to be signed", spoilt.Body)
			}
		}
	})
}
