package central_test

import (
	"database/sql"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/go-jose/go-jose/v4"
)

const everything = "/Patient/" + uuidA + "/$everything"

// shown asks for a record with what a thief or a faulty desk shows, and gives the status
// and the challenge.
func (d *desk) shown(scheme, token string, proofs ...string) (int, string) {
	d.w.t.Helper()
	req, err := http.NewRequestWithContext(d.w.t.Context(), "GET", d.w.base+everything, nil)
	if err != nil {
		d.w.t.Fatal(err)
	}
	req.Header.Set("Authorization", scheme+" "+token)
	for _, p := range proofs {
		req.Header.Add("DPoP", p)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		d.w.t.Fatal(err)
	}
	_ = res.Body.Close()
	d.hear(res)
	return res.StatusCode, res.Header.Get("WWW-Authenticate")
}

// A token that was taken opens nothing: it needs a proof of the key that it is bound to,
// made for this request, with a nonce of this centre, and once.
func TestATokenAloneOpensNothing(t *testing.T) {
	w, d := manyRecords(t, 1)
	thief := d.again(t)
	there := w.base + everything
	good := func(change func(*proving)) string {
		p := d.proving("GET", there, d.token)
		if change != nil {
			change(p)
		}
		return p.signed(t)
	}
	claim := func(name string, value any) string {
		return good(func(p *proving) {
			if p.claims[name] = value; value == nil {
				delete(p.claims, name)
			}
		})
	}
	elsewhere := newWorld(t)
	far := elsewhere.desk(elsewhere.hcp(central.HCP{Name: "Elsewhere"}), ehrdesk.Doctor)
	if status, challenge := d.shown("DPoP", d.token, good(nil)); status != 200 {
		t.Fatalf("its own proof: %d %s", status, challenge)
	}
	const invalid, nonce = `DPoP algs="ES256", error="invalid_dpop_proof"`, `DPoP algs="ES256", error="use_dpop_nonce"`
	for name, tc := range map[string]struct {
		scheme    string
		proofs    []string
		challenge string
	}{
		"no proof":                  {"DPoP", nil, invalid},
		"as a bearer token":         {"Bearer", nil, `DPoP algs="ES256"`},
		"as one, with a proof":      {"Bearer", []string{good(nil)}, `DPoP algs="ES256"`},
		"another desk's key":        {"DPoP", []string{good(func(p *proving) { p.key = thief.holder })}, invalid},
		"a key that has not signed": {"DPoP", []string{good(func(p *proving) { p.key, p.jwk = thief.holder, jose.JSONWebKey{Key: d.holder.Public()} })}, invalid},
		"the private key in it":     {"DPoP", []string{good(func(p *proving) { p.jwk = jose.JSONWebKey{Key: d.holder} })}, invalid},
		"no key in it":              {"DPoP", []string{good(func(p *proving) { p.jwk = map[string]any{} })}, invalid},
		"signed by nobody":          {"DPoP", []string{good(func(p *proving) { p.alg = "none" })}, invalid},
		"signed with a shared secret": {"DPoP", []string{good(func(p *proving) {
			p.alg, p.key, p.jwk = jose.HS256, []byte("secret"), map[string]any{"kty": "oct", "k": "c2VjcmV0"}
		})}, invalid},
		"of another type":        {"DPoP", []string{good(func(p *proving) { p.kind = "JWT" })}, invalid},
		"two proofs":             {"DPoP", []string{good(nil), good(nil)}, invalid},
		"another method":         {"DPoP", []string{claim("htm", "DELETE")}, invalid},
		"another path":           {"DPoP", []string{claim("htu", w.base+"/Patient/"+uuidB+"/$everything")}, invalid},
		"another host":           {"DPoP", []string{claim("htu", "https://elsewhere.example/fhir"+everything)}, invalid},
		"another token":          {"DPoP", []string{claim("ath", ath(thief.token))}, invalid},
		"no token":               {"DPoP", []string{claim("ath", nil)}, invalid},
		"no id":                  {"DPoP", []string{claim("jti", nil)}, invalid},
		"an endless id":          {"DPoP", []string{claim("jti", strings.Repeat("x", 257))}, invalid},
		"no time":                {"DPoP", []string{claim("iat", nil)}, invalid},
		"rubbish":                {"DPoP", []string{"a.b.c"}, invalid},
		"endless":                {"DPoP", []string{claim("more", strings.Repeat("x", 8<<10))}, invalid},
		"no nonce":               {"DPoP", []string{claim("nonce", nil)}, nonce},
		"another centre's nonce": {"DPoP", []string{claim("nonce", far.given)}, nonce},
	} {
		if status, challenge := d.shown(tc.scheme, d.token, tc.proofs...); status != http.StatusUnauthorized || challenge != tc.challenge {
			t.Errorf("%s: %d %s, want 401 %s", name, status, challenge, tc.challenge)
		}
	}
	if status, challenge := d.shown("DPoP", thief.token, good(nil)); status != 401 || challenge != invalid {
		t.Errorf("another's token: %d %s", status, challenge)
	}
	// A query and a fragment are no part of the address, and letters of the host are alike.
	for _, target := range []string{there + "?page=x#y", "HTTP" + strings.TrimPrefix(there, "http")} {
		if status, challenge := d.shown("DPoP", d.token, claim("htu", target)); status != 200 {
			t.Errorf("%s: %d %s", target, status, challenge)
		}
	}
}

// The desk's clock does not count where the nonce is good.
func TestAProofIsAsOldAsItsNonce(t *testing.T) {
	w, d := manyRecords(t, 1)
	for _, off := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		p := d.proving("GET", w.base+everything, d.token)
		p.claims["iat"] = w.clock.now().Add(off).Unix()
		if status, challenge := d.shown("DPoP", d.token, p.signed(t)); status != 200 {
			t.Errorf("a desk's clock %s off: %d %s", off, status, challenge)
		}
	}
	unused := d.proving("GET", w.base+everything, d.token).signed(t)
	first := d.given
	w.clock.advance(90 * time.Second) // still the last but one
	if status, challenge := d.shown("DPoP", d.token, d.proving("GET", w.base+everything, d.token).signed(t)); status != 200 || d.given == first {
		t.Errorf("the nonce before the newest: %d %s", status, challenge)
	}
	w.clock.advance(90 * time.Second)
	d.want(200, "GET", everything, "")
	for _, back := range []time.Duration{0, -3 * time.Minute} { // it does not come back with the clock
		w.clock.advance(back)
		if status, challenge := d.shown("DPoP", d.token, unused); status != 401 || !strings.Contains(challenge, "use_dpop_nonce") {
			t.Errorf("a nonce that is over, the clock set back by %s: %d %s", -back, status, challenge)
		}
	}
}

// A nonce that nobody asked for a new one in the place of ends all the same.
func TestANonceEndsAlsoWhereNobodyAsks(t *testing.T) {
	w, d := manyRecords(t, 1)
	unused := d.proving("GET", w.base+everything, d.token).signed(t)
	w.clock.advance(3 * time.Minute)
	if status, challenge := d.shown("DPoP", d.token, unused); status != 401 || !strings.Contains(challenge, "use_dpop_nonce") {
		t.Errorf("%d %s", status, challenge)
	}
}

// A proof is good once, at every process of a centre, and after its nonce for ever not.
func TestAProofIsGoodOnce(t *testing.T) {
	w, d := manyRecords(t, 1)
	second, err := central.Open(t.Context(), central.Options{Dir: w.dir, Store: w.store, Now: w.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	run, err := second.Start(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := run.Close(t.Context()); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
		if err := second.Close(); err != nil {
			t.Error(err)
		}
	})
	beside := *d
	beside.w = &world{t: t, base: run.Base}
	once := d.proving("GET", w.base+everything, d.token)
	there := *once
	there.claims = map[string]any{}
	for k, v := range once.claims {
		there.claims[k] = v
	}
	there.claims["htu"] = run.Base + everything // the same id and key, at the other process
	if status, challenge := d.shown("DPoP", d.token, once.signed(t)); status != 200 {
		t.Fatalf("%d %s", status, challenge)
	}
	replayed := func(when, want string) {
		t.Helper()
		if status, challenge := d.shown("DPoP", d.token, once.signed(t)); status != 401 || !strings.Contains(challenge, want) {
			t.Errorf("%s: %d %s", when, status, challenge)
		}
		if status, challenge := beside.shown("DPoP", d.token, there.signed(t)); status != 401 || !strings.Contains(challenge, want) {
			t.Errorf("%s, at another process: %d %s", when, status, challenge)
		}
	}
	replayed("at once", "use_dpop_nonce")
	w.clock.advance(time.Minute)
	d.want(200, "GET", everything, "")
	replayed("a minute later", "use_dpop_nonce")
	w.clock.advance(time.Minute)
	d.want(200, "GET", everything, "")
	replayed("after its nonce", "use_dpop_nonce")
	w.clock.advance(-2 * time.Minute)
	replayed("with the clock set back", "use_dpop_nonce")
}

// What is kept of proofs is bounded by two nonces, and nobody without a token adds to it.
func TestWhatIsKeptOfProofsIsBounded(t *testing.T) {
	w, d := manyRecords(t, 1)
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "proofs.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	kept := func(what string) (n int) {
		t.Helper()
		if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM "+what).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := kept("proof")
	for range 10 {
		stranger := d.proving("GET", w.base+everything, "no-such-token")
		d.shown("DPoP", "no-such-token", stranger.signed(t))
		d.shown("DPoP", d.token, d.proving("DELETE", w.base+everything, d.token).signed(t))
		d.revoke("no-such-token")
		d.asks("a.b.c", "a.b.c")
	}
	if got := kept("proof"); got != before {
		t.Errorf("who has no right to ask has %d proofs kept", got-before)
	}
	for range 6 {
		for range 5 {
			d.want(200, "GET", everything, "")
		}
		w.clock.advance(time.Minute)
		if d.signIn(); kept("nonce") > 2 || kept("proof") > 20 {
			t.Fatalf("%d nonces and %d proofs are kept", kept("nonce"), kept("proof"))
		}
	}
}

// A sign-in binds the key that the desk's assertion names, and no other.
func TestASignInBindsTheKeyThatTheDeskNames(t *testing.T) {
	w, d := manyRecords(t, 1)
	thief := &desk{w: w, given: d.given}
	thief.proving("POST", w.base, "")
	person := func() string { return w.assertion(d.key, d.staff+"@"+d.hcp, nil) }
	for name, tc := range map[string]struct {
		desk, proof string
		word        string
	}{
		"no proof":             {d.names(d.deskKey, d.client), "", "invalid_dpop_proof"},
		"a thief's key":        {d.names(d.deskKey, d.client), thief.proving("POST", w.base+"/token", "").signed(t), "invalid_dpop_proof"},
		"no key named":         {w.assertion(d.deskKey, d.client, nil), d.proving("POST", w.base+"/token", "").signed(t), "invalid_dpop_proof"},
		"for another endpoint": {d.names(d.deskKey, d.client), d.proving("POST", w.base+"/revoke", "").signed(t), "invalid_dpop_proof"},
		"an old nonce": {d.names(d.deskKey, d.client), func() string {
			p := d.proving("POST", w.base+"/token", "")
			p.claims["nonce"] = "of-before"
			return p.signed(t)
		}(), "use_dpop_nonce"},
	} {
		if status, answer := d.form("/token", d.tokenForm(person(), tc.desk), tc.proof); status != 400 || answer["error"] != tc.word {
			t.Errorf("%s: %d %v, want 400 %s", name, status, answer, tc.word)
		}
	}
	// An assertion is not used up by a nonce that is missing.
	desk, own := d.names(d.deskKey, d.client), person()
	stale := d.proving("POST", w.base+"/token", "")
	delete(stale.claims, "nonce")
	if status, answer := d.form("/token", d.tokenForm(own, desk), stale.signed(t)); status != 400 || answer["error"] != "use_dpop_nonce" || d.given == "" {
		t.Fatalf("%d %v", status, answer)
	}
	if status, answer := d.form("/token", d.tokenForm(own, desk), d.proving("POST", w.base+"/token", "").signed(t)); status != 200 || answer["token_type"] != "DPoP" {
		t.Errorf("with the nonce: %d %v", status, answer)
	}
}

// Who has the token and not its key ends nothing in somebody's name.
func TestOnlyTheHolderOfItsKeyEndsAToken(t *testing.T) {
	w, d := manyRecords(t, 1)
	thief := d.again(t)
	for name, proof := range map[string]string{"no proof": "", "another key": thief.proving("POST", w.base+"/revoke", d.token).signed(t), "for another token": d.proving("POST", w.base+"/revoke", thief.token).signed(t)} {
		if status, answer := d.form("/revoke", "token="+d.token, proof); status != 400 || answer["error"] != "invalid_dpop_proof" {
			t.Errorf("%s: %d %v", name, status, answer)
		}
	}
	d.want(200, "GET", everything, "")
	if status, _ := d.revoke(d.token); status != 200 {
		t.Fatal(status)
	}
	if status, challenge := d.shown("DPoP", d.token, d.proving("GET", w.base+everything, d.token).signed(t)); status != 401 || !strings.Contains(challenge, "invalid_token") {
		t.Errorf("after its end: %d %s", status, challenge)
	}
}

// Discovery and the CapabilityStatement name what the centre takes; discovery gives the
// first nonce.
func TestDiscoveryNamesTheProofs(t *testing.T) {
	w := newWorld(t)
	res, err := http.Get(w.base + "/.well-known/smart-configuration")
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	_, answer := w.get("/.well-known/smart-configuration")
	if algs, _ := answer["dpop_signing_alg_values_supported"].([]any); len(algs) != 1 || algs[0] != "ES256" || res.Header.Get("DPoP-Nonce") == "" {
		t.Errorf("%v, nonce %q", algs, res.Header.Get("DPoP-Nonce"))
	}
	if _, meta := w.get("/metadata"); !strings.Contains(fmt.Sprint(meta["rest"]), "DPoP, RFC 9449") {
		t.Errorf("metadata does not name it: %v", meta["rest"])
	}
}
