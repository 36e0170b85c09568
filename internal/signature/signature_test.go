package signature_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk/internal/signature"
)

var at = time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)

// directory is whose keys are known.
type directory struct {
	ids   map[string]signature.Known
	roots []*x509.Certificate
	who   string
}

func (d directory) ByID(id string) (signature.Known, bool) { k, ok := d.ids[id]; return k, ok }

func (d directory) ByChain(chain []*x509.Certificate, at time.Time) (signature.Known, bool) {
	pool := x509.NewCertPool()
	for _, r := range d.roots {
		pool.AddCert(r)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{Roots: pool, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	return signature.Known{Key: chain[0].PublicKey, Who: d.who}, err == nil
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func signed(t *testing.T, resource string, by signature.Signer) []byte {
	t.Helper()
	s, err := signature.Sign([]byte(resource), by, at)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(s)
}

const record = `{"resourceType":"Observation","id":"o1","meta":{"versionId":"1"},"text":{"status":"generated","div":"<div>x</div>"},"status":"final","valueQuantity":{"value":1.10,"unit":"mmol/L"},"subject":{"reference":"Patient/p1"}}`

func TestTheCanonicalFormSortsAndLeavesNumbersAsTheyAreWritten(t *testing.T) {
	const in = ` { "b" : 1.10, "text":{"div":"x"}, "a":[ 1E2 , -0, 0.0 , 100000000000000000001 ], "meta":{ "x":1}, "c":{"z":"\u00e9\u0041\n\/","y":{}}, "signature":[{"data":"x"}] } `
	for form, want := range map[signature.Form]string{
		signature.Whole:  `{"a":[1E2,-0,0.0,100000000000000000001],"b":1.10,"c":{"y":{},"z":"éA\n/"},"meta":{"x":1},"text":{"div":"x"}}`,
		signature.Data:   `{"a":[1E2,-0,0.0,100000000000000000001],"b":1.10,"c":{"y":{},"z":"éA\n/"},"meta":{"x":1}}`,
		signature.Static: `{"a":[1E2,-0,0.0,100000000000000000001],"b":1.10,"c":{"y":{},"z":"éA\n/"}}`,
	} {
		got, known, err := signature.Canonical([]byte(in), form)
		if string(got) != want || !known || err != nil {
			t.Errorf("%s: %s, %v, %v\nwant %s", form, got, known, err, want)
		}
	}
	if _, known, _ := signature.Canonical([]byte(in), "urn:example:other"); known {
		t.Error("a form that nobody knows is known")
	}
	for _, bad := range []string{``, `[]`, `{`, `{"a":1,"a":2}`, "{\"a\":\"\xff\"}", `{"a":1} {}`} {
		if got, _, err := signature.Canonical([]byte(bad), signature.Static); err == nil {
			t.Errorf("%q has a canonical form: %s", bad, got)
		}
	}
}

func TestWhatASignatureIsWorth(t *testing.T) {
	key, other := newKey(t), newKey(t)
	known := directory{ids: map[string]signature.Known{"k1": {Key: key.Public(), Who: "Dr LEE"}, "k2": {Key: other.Public(), Who: "Dr NG"}}}
	good := signed(t, record, signature.Signer{Key: key, ID: "k1"})
	ended := directory{ids: map[string]signature.Known{"k1": {Key: key.Public(), Who: "Dr LEE", Until: at}}}
	since := directory{ids: map[string]signature.Known{"k1": {Key: key.Public(), Who: "Dr LEE", Since: at.Add(time.Second)}}}
	parts := strings.Split(string(good), ".")
	payload, _, err := signature.Canonical([]byte(record), signature.Static)
	if err != nil {
		t.Fatal(err)
	}
	attached := parts[0] + "." + base64.RawURLEncoding.EncodeToString(payload) + "." + parts[2]
	elsewhere := parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"other":1}`)) + "." + parts[2]
	as := func(head string) []byte {
		return []byte(base64.RawURLEncoding.EncodeToString([]byte(head)) + ".." + parts[2])
	}
	for _, c := range []struct {
		name, resource string
		data           []byte
		kind           string
		keys           directory
		state          signature.State
		why            signature.Reason
	}{
		{"as it was signed", record, good, "application/jose", known, signature.Valid, signature.NoReason},
		{"its kind not said", record, good, "", known, signature.Valid, signature.NoReason},
		{"spaced otherwise", strings.ReplaceAll(record, `":`, `" : `), good, "", known, signature.Valid, signature.NoReason},
		{"in another order", `{"id":"o1","resourceType":"Observation","subject":{"reference":"Patient/p1"},"valueQuantity":{"unit":"mmol/L","value":1.10},"status":"final"}`, good, "", known, signature.Valid, signature.NoReason},
		{"another version and narrative", strings.Replace(strings.Replace(record, `"1"`, `"7"`, 1), "<div>x", "<div>y", 1), good, "", known, signature.Valid, signature.NoReason},
		{"attached", record, []byte(attached), "", known, signature.Valid, signature.NoReason},
		{"attached, of something else", record, []byte(elsewhere), "", known, signature.Invalid, signature.Altered},
		{"a digit less", strings.Replace(record, "1.10", "1.1", 1), good, "", known, signature.Invalid, signature.Altered},
		{"another's record", strings.Replace(record, "p1", "p2", 1), good, "", known, signature.Invalid, signature.Altered},
		{"no record", `[]`, good, "", known, signature.Invalid, signature.Altered},
		{"by another key than it says", record, signed(t, record, signature.Signer{Key: other, ID: "k1"}), "", known, signature.Invalid, signature.Altered},
		{"nobody's key", record, signed(t, record, signature.Signer{Key: other, ID: "k9"}), "", known, signature.UnknownSigner, signature.NoReason},
		{"no key named", record, signed(t, record, signature.Signer{Key: key}), "", known, signature.UnknownSigner, signature.NoReason},
		{"when the key had ended", record, good, "", ended, signature.Invalid, signature.KeyEnded},
		{"before the key counted", record, good, "", since, signature.Invalid, signature.KeyEnded},
		{"none", record, nil, "", known, signature.None, signature.NoReason},
		{"an XML signature", record, []byte("<Signature/>"), "application/signature+xml", known, signature.Unchecked, signature.OtherKind},
		{"an image", record, []byte("\xff\xd8\xff"), "image/jpeg", known, signature.Unchecked, signature.OtherKind},
		{"something else without a kind", record, []byte("\x30\x82.."), "", known, signature.Unchecked, signature.OtherKind},
		{"no form stated", record, as(`{"alg":"ES256","kid":"k1"}`), "", known, signature.Unchecked, signature.NoForm},
		{"a form nobody knows", record, as(`{"alg":"ES256","kid":"k1","canon":"urn:x"}`), "", known, signature.Unchecked, signature.NoForm},
		{"unsecured", record, as(`{"alg":"none","canon":"http://hl7.org/fhir/canonicalization/json#static"}`), "", known, signature.Invalid, signature.Unreadable},
		{"by a secret", record, as(`{"alg":"HS256","kid":"k1","canon":"http://hl7.org/fhir/canonicalization/json#static"}`), "", known, signature.Unchecked, signature.OtherKind},
		{"of another algorithm", record, as(`{"alg":"EdDSA","kid":"k1","canon":"http://hl7.org/fhir/canonicalization/json#static"}`), "", known, signature.Unchecked, signature.OtherKind},
		{"with what has to be understood", record, as(`{"alg":"ES256","kid":"k1","crit":["sigD"],"sigD":{},"canon":"http://hl7.org/fhir/canonicalization/json#static"}`), "", known, signature.Unchecked, signature.OtherKind},
		{"its header another", record, as(`{"alg":"ES256","kid":"k1","canon":"http://hl7.org/fhir/canonicalization/json#static"}`), "", known, signature.Invalid, signature.Altered},
		{"its header twice", record, as(`{"alg":"ES256","alg":"ES256","kid":"k1"}`), "", known, signature.Invalid, signature.Unreadable},
		{"a chain that is none", record, as(`{"alg":"ES256","x5c":["AAAA"],"canon":"http://hl7.org/fhir/canonicalization/json#static"}`), "", known, signature.Invalid, signature.Unreadable},
		{"too long", record, append([]byte(parts[0]+".."), make([]byte, 65<<10)...), "", known, signature.Unchecked, signature.OtherKind},
	} {
		v := signature.Verify([]byte(c.resource), c.data, c.kind, c.keys)
		if v.State != c.state || v.Why != c.why || (v.State == signature.Valid) != (v.Who == "Dr LEE" && v.Why == signature.NoReason) {
			t.Errorf("%s: %+v, want state %d for reason %d", c.name, v, c.state, c.why)
		}
		if v.State == signature.Valid && !v.At.Equal(at) {
			t.Errorf("%s: signed at %s", c.name, v.At)
		}
	}
}

// A certificate of an authority that is believed says whose a key is; of another it is a signer that is not known, or, where
// the record was changed, wrong all the same.
func TestACertificatesChainSaysWhoSigned(t *testing.T) {
	root, leaf := newKey(t), newKey(t)
	big1 := big.NewInt(1)
	ca := &x509.Certificate{SerialNumber: big1, Subject: pkix.Name{CommonName: "root"}, NotBefore: at.AddDate(0, 0, -1), NotAfter: at.AddDate(1, 0, 0), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	made := func(t *testing.T, c, by *x509.Certificate, key crypto.PublicKey, signer crypto.Signer) *x509.Certificate {
		t.Helper()
		der, err := x509.CreateCertificate(rand.Reader, c, by, key, signer)
		if err != nil {
			t.Fatal(err)
		}
		out, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	rootCert := made(t, ca, ca, root.Public(), root)
	cert := made(t, &x509.Certificate{SerialNumber: big1, Subject: pkix.Name{CommonName: "Dr LEE"}, NotBefore: at.AddDate(0, 0, -1), NotAfter: at.AddDate(0, 1, 0)}, rootCert, leaf.Public(), root)
	data := signed(t, record, signature.Signer{Key: leaf, Chain: []*x509.Certificate{cert, rootCert}})
	believed, stranger := directory{roots: []*x509.Certificate{rootCert}, who: "Dr LEE"}, directory{}
	if v := signature.Verify([]byte(record), data, "", believed); v.State != signature.Valid || v.Who != "Dr LEE" {
		t.Errorf("of an authority that is believed: %+v", v)
	}
	if v := signature.Verify([]byte(record), data, "", stranger); v.State != signature.UnknownSigner || v.Who != "" {
		t.Errorf("of another: %+v", v)
	}
	if v := signature.Verify([]byte(strings.Replace(record, "1.10", "9.10", 1)), data, "", stranger); v.State != signature.Invalid {
		t.Errorf("changed, of another: %+v", v)
	}
}

func TestAnRSAKeySignsToo(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	known := directory{ids: map[string]signature.Known{"r": {Key: key.Public(), Who: "Lab"}}}
	if v := signature.Verify([]byte(record), signed(t, record, signature.Signer{Key: key, ID: "r"}), "application/jose", known); v.State != signature.Valid || v.Who != "Lab" {
		t.Errorf("%+v", v)
	}
	weak := directory{ids: map[string]signature.Known{"r": {Key: newKey(t).Public(), Who: "Lab"}}} // a key of another kind
	if v := signature.Verify([]byte(record), signed(t, record, signature.Signer{Key: key, ID: "r"}), "", weak); v.State != signature.Invalid {
		t.Errorf("%+v", v)
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := signature.Sign([]byte(record), signature.Signer{Key: p384}, at); err == nil {
		t.Errorf("a key of another curve signs: %s", s)
	}
}

// Whatever a record says, it is valid as it was signed, in any order and spacing, and invalid with any one byte of its
// canonical form changed.
func TestAnyChangeOfWhatWasSignedShows(t *testing.T) {
	key := newKey(t)
	known := directory{ids: map[string]signature.Known{"k": {Key: key.Public(), Who: "Dr LEE"}}}
	rapid.Check(t, func(r *rapid.T) {
		words := rapid.StringMatching(`[a-z0-9 .,éA-Z]{1,20}`).Draw(r, "words")
		n := rapid.StringMatching(`[1-9][0-9]{0,3}(\.[0-9]{1,3})?`).Draw(r, "n")
		doc := `{"resourceType":"Observation","note":[{"text":"` + words + `"}],"valueQuantity":{"value":` + n + `}}`
		data, err := signature.Sign([]byte(doc), signature.Signer{Key: key, ID: "k"}, at)
		if err != nil {
			r.Fatal(err)
		}
		turned := `{ "valueQuantity": {"value":` + n + `}, "note":[ {"text":"` + words + `"} ],"resourceType":"Observation","meta":{"versionId":"3"}}`
		if v := signature.Verify([]byte(turned), []byte(data), "", known); v.State != signature.Valid {
			r.Fatalf("turned round: %+v of %s", v, doc)
		}
		changed := []byte(doc)
		i := rapid.IntRange(0, len(changed)-1).Draw(r, "at")
		changed[i] = rapid.ByteRange(' ', '~').Filter(func(b byte) bool { return b != changed[i] }).Draw(r, "byte")
		want, _, _ := signature.Canonical([]byte(doc), signature.Static)
		got, _, err := signature.Canonical(changed, signature.Static)
		if v := signature.Verify(changed, []byte(data), "", known); err == nil && string(got) == string(want) != (v.State == signature.Valid) || err != nil && v.State != signature.Invalid {
			r.Fatalf("changed at %d: %+v of %s", i, v, changed)
		}
	})
}

func FuzzVerify(f *testing.F) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	good, err := signature.Sign([]byte(record), signature.Signer{Key: key, ID: "k"}, at)
	if err != nil {
		f.Fatal(err)
	}
	known := directory{ids: map[string]signature.Known{"k": {Key: key.Public(), Who: "Dr LEE"}}}
	f.Add([]byte(record), []byte(good))
	f.Add([]byte(`{}`), []byte("a.b.c"))
	f.Fuzz(func(t *testing.T, resource, data []byte) {
		v := signature.Verify(resource, data, "", known)
		if v.State != signature.Valid {
			return
		}
		want, _, _ := signature.Canonical([]byte(record), signature.Static)
		if got, _, err := signature.Canonical(resource, signature.Static); err != nil || string(got) != string(want) {
			t.Fatalf("valid for %s", resource)
		}
	})
}
