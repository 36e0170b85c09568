package signin

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// signedProof is a proof with a key embedded, of whatever the body is.
func signedProof(t testing.TB, kind, body string) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, (&jose.SignerOptions{EmbedJWK: true}).WithType(jose.ContentType(kind)))
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

const proofBody = `{"jti":"i","htm":"GET","htu":"https://h/fhir/x","iat":1,"ath":"a","nonce":"n"}`

// FuzzProof feeds headers from outside: none may end the program, and what is taken is
// bounded, says what a proof has to say, and was signed as it stands.
func FuzzProof(f *testing.F) {
	good := signedProof(f, "dpop+jwt", proofBody)
	if p, err := parseProof(good); err != nil || p.method != "GET" || p.nonce != "n" || len(p.key) != 43 {
		f.Fatalf("a good proof: %+v, %v", p, err)
	}
	f.Add(good)
	f.Add(signedProof(f, "JWT", proofBody))
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Add("...")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := parseProof(text)
		if err != nil {
			return
		}
		if len(text) > longestProof || p.id == "" || len(p.id) > longestProofID || p.method == "" || p.target == "" || len(p.key) != 43 {
			t.Fatalf("taken: %+v", p)
		}
		parts := strings.Split(text, ".")
		if _, err := parseProof(parts[0] + "." + parts[1] + "x." + parts[2]); err == nil {
			t.Fatal("taken with another body")
		}
	})
}

// FuzzProofBody feeds what a key that nobody knows has signed: it is read without a fault,
// and the address in it compared.
func FuzzProofBody(f *testing.F) {
	for _, body := range []string{proofBody, `{}`, `[]`, `{"jti":1}`, `{"jti":"i","jti":"j","htm":"GET","htu":"x","iat":1}`, `{"jti":"i","htm":"GET","htu":"%zz","iat":1e400}`} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		p, err := parseProof(signedProof(t, "dpop+jwt", body))
		if err != nil {
			return
		}
		if p.id == "" || p.method == "" || p.target == "" {
			t.Fatalf("taken: %+v", p)
		}
		if sameTarget(p.target, "https://centre.example/fhir/x") && !strings.Contains(strings.ToLower(p.target), "centre.example") {
			t.Fatalf("%q is taken for another address", p.target)
		}
	})
}

func TestAddressesAreComparedWithoutWhatAProofLeavesOut(t *testing.T) {
	const here = "https://centre.example/fhir/Patient/1/$everything"
	for target, same := range map[string]bool{
		here: true, here + "?_count=1": true, here + "#f": true, "HTTPS://Centre.Example:443/fhir/Patient/1/$everything": true,
		"http://centre.example/fhir/Patient/1/$everything": false, "https://centre.example:8443/fhir/Patient/1/$everything": false,
		"https://centre.example/fhir/Patient/2/$everything": false, here + "/": false, "https://centre.example/fhir/Patient%2F1/$everything": false,
		"https://centre.example.elsewhere/fhir/Patient/1/$everything": false, "//centre.example/fhir/Patient/1/$everything": false, "": false, "%": false,
		"https://user@elsewhere/fhir/Patient/1/$everything": false,
	} {
		if got := sameTarget(target, here); got != same {
			t.Errorf("%s: %v", target, got)
		}
	}
}
