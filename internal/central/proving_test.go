package central_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// proving is a proof as a test makes it, good until the test spoils it.
type proving struct {
	key    any // what signs
	alg    jose.SignatureAlgorithm
	kind   string // of the header
	jwk    any    // nil is the key that signs, public
	claims map[string]any
}

// proving is a good proof of a request of d, by the key that its token is bound to.
func (d *desk) proving(method, target, token string) *proving {
	d.w.t.Helper()
	if d.holder == nil {
		d.holder = newKey(d.w.t)
	}
	u, err := url.Parse(target)
	if err != nil {
		d.w.t.Fatal(err)
	}
	p := &proving{key: d.holder, alg: jose.ES256, kind: "dpop+jwt",
		claims: map[string]any{"jti": uuid.NewString(), "htm": method, "htu": u.Scheme + "://" + u.Host + u.EscapedPath(), "iat": d.w.clock.now().Unix(), "nonce": d.given}}
	if token != "" {
		p.claims["ath"] = ath(token)
	}
	return p
}

func ath(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// signed is the proof as it is sent. The head is written by hand, as no library signs
// what a test has to spoil.
func (p *proving) signed(t testing.TB) string {
	t.Helper()
	head := map[string]any{"alg": p.alg, "typ": p.kind, "jwk": p.jwk}
	if k, ok := p.key.(*ecdsa.PrivateKey); ok && p.jwk == nil {
		head["jwk"] = jose.JSONWebKey{Key: k.Public()}
	}
	h, err := json.Marshal(head)
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(p.claims)
	if err != nil {
		t.Fatal(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	text := encode(h) + "." + encode(body)
	if p.alg == "none" {
		return text + "."
	}
	sum := sha256.Sum256([]byte(text))
	var sig []byte
	switch k := p.key.(type) { // RFC 7518, 3.2 and 3.4
	case *ecdsa.PrivateKey:
		r, s, err := ecdsa.Sign(rand.Reader, k, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		sig = append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	case []byte:
		mac := hmac.New(sha256.New, k)
		mac.Write([]byte(text))
		sig = mac.Sum(nil)
	default:
		t.Fatal("no such key")
	}
	return text + "." + encode(sig)
}

// authorize has a request carry d's token and a good proof of it.
func (d *desk) authorize(req *http.Request) {
	d.w.t.Helper()
	if d.token == "" {
		return
	}
	req.Header.Set("Authorization", "DPoP "+d.token)
	req.Header.Set("DPoP", d.proving(req.Method, req.URL.String(), d.token).signed(d.w.t))
}

// hear keeps the nonce that an answer gives.
func (d *desk) hear(res *http.Response) {
	if n := res.Header.Get("DPoP-Nonce"); n != "" {
		d.given = n
	}
}

// names is the assertion of a desk's key that names what its token is to be bound to.
func (d *desk) names(key *ecdsa.PrivateKey, client string) string {
	d.w.t.Helper()
	d.proving("POST", d.w.base, "") // there is a key
	return d.w.assertion(key, client, nil, map[string]any{"cnf": map[string]string{"jkt": thumbprint(d.w.t, d.holder)}})
}

func thumbprint(t testing.TB, key *ecdsa.PrivateKey) string {
	t.Helper()
	k := jose.JSONWebKey{Key: key.Public()}
	sum, err := k.Thumbprint(crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(sum)
}

// form posts a form with a proof, which is d's own for none given.
func (d *desk) form(path, form, proof string) (int, map[string]any) {
	d.w.t.Helper()
	req, err := http.NewRequestWithContext(d.w.t.Context(), "POST", d.w.base+path, strings.NewReader(form))
	if err != nil {
		d.w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if proof != "" {
		req.Header.Set("DPoP", proof)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		d.w.t.Fatal(err)
	}
	defer res.Body.Close()
	d.hear(res)
	var answer map[string]any
	_ = json.NewDecoder(res.Body).Decode(&answer) // a revocation has none
	return res.StatusCode, answer
}

// asks asks for a token with two assertions, once more where the centre wants its nonce.
func (d *desk) asks(person, client string) (int, map[string]any) {
	d.w.t.Helper()
	for try := 0; ; try++ {
		status, answer := d.form("/token", d.tokenForm(person, client), d.proving("POST", d.w.base+"/token", "").signed(d.w.t))
		if answer["error"] != "use_dpop_nonce" || try > 0 {
			return status, answer
		}
	}
}

// revoke ends a token.
func (d *desk) revoke(token string) (int, map[string]any) {
	d.w.t.Helper()
	for try := 0; ; try++ {
		status, answer := d.form("/revoke", url.Values{"token": {token}}.Encode(), d.proving("POST", d.w.base+"/revoke", token).signed(d.w.t))
		if answer["error"] != "use_dpop_nonce" || try > 0 {
			return status, answer
		}
	}
}

// Whoever proves nothing takes no turn at the one writing transaction: while another has it,
// they are refused at once, and do not stand in the way of those who wait.
func TestWhoProvesNothingTakesNoWritingTransaction(t *testing.T) {
	w := newWorld(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	unlock := w.writing()
	other, subject := newKey(t), d.staff+"@"+d.hcp
	good := func() (person, desk string) { return w.assertion(d.key, subject, nil), d.names(d.deskKey, d.client) }
	person, desk := good()
	old := func(c *jwt.Claims) { c.Expiry = jwt.NewNumericDate(w.clock.now().Add(-time.Hour)) }
	for name, of := range map[string][2]string{
		"no assertion":                 {"", ""},
		"no desk that there is":        {person, d.names(d.deskKey, uuid.NewString())},
		"another key's signature":      {person, d.names(other, d.client)},
		"a time that is over":          {person, w.assertion(d.deskKey, d.client, old, map[string]any{"cnf": map[string]string{"jkt": thumbprint(t, d.holder)}})},
		"an assertion of no such form": {person, desk + "x"},
	} {
		if status, answer := d.asks(of[0], of[1]); status != http.StatusUnauthorized || answer["error"] != "invalid_client" {
			t.Errorf("%s: %d %v", name, status, answer)
		}
	}
	if status, answer := d.asks(person, w.assertion(d.deskKey, d.client, nil, map[string]any{"cnf": map[string]string{"jkt": "another"}})); status != http.StatusBadRequest || answer["error"] != "invalid_dpop_proof" {
		t.Errorf("for another key: %d %v", status, answer)
	}
	if status, _ := d.revoke("a token that is none"); status != http.StatusOK {
		t.Errorf("a token that is none: %d", status)
	}
	// Who names the provider has wrong tries counted, where there is a code to count them at.
	stranger := d.stranger()
	if status, answer := stranger.enrolAt("ABCD-EFGH-JKMN-PQRS", d.hcp); status != http.StatusForbidden || answer["error"] != "invalid_code" {
		t.Errorf("a code that is none: %d %v", status, answer)
	}
	if status, answer := w.post("/enrol", "application/json", `{"activation_code":"ABCD-EFGH-JKMN-PQRS","staff":"`+d.staff+`","hcp":"`+d.hcp+`","check":true}`); status != http.StatusForbidden || answer["error"] != "invalid_code" {
		t.Errorf("asking whose it is: %d %v", status, answer)
	}
	unlock()
	if status, answer := d.asks(good()); status != http.StatusOK {
		t.Errorf("who is right, afterwards: %d %v", status, answer)
	}
}

// writing holds the one writing transaction, as another process of the centre would.
func (w *world) writing() (leave func()) {
	w.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "centre.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = db.Close() })
	conn, err := db.Conn(w.t.Context())
	if err == nil {
		_, err = conn.ExecContext(w.t.Context(), "BEGIN IMMEDIATE")
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return func() {
		if _, err := conn.ExecContext(w.t.Context(), "ROLLBACK"); err != nil {
			w.t.Error(err)
		}
	}
}

// stranger is a desk with the name of somebody who has no code left.
func (d *desk) stranger() *desk {
	return &desk{w: d.w, hcp: d.hcp, staff: d.staff, deskKey: newKey(d.w.t), key: newKey(d.w.t)}
}
