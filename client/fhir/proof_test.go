package fhir

import (
	"context"
	"crypto"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
)

// holder is a client's token, and how often the client gave it up.
type holder struct {
	token    Token
	rejected int
}

func (h *holder) Token(context.Context) (Token, error) { return h.token, nil }
func (h *holder) Reject(string)                        { h.rejected++ }

func newHolder(t testing.TB, nonce string) *holder {
	t.Helper()
	p, err := NewProver(nonce, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return &holder{token: Token{"the-token", p}}
}

// far is a centre that answers as a test has it do, and remembers what it was asked.
type far struct {
	*httptest.Server
	mu   sync.Mutex
	seen []*http.Request
}

func newFar(t testing.TB, answer func(w http.ResponseWriter, r *http.Request, n int)) *far {
	t.Helper()
	f := &far{}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		f.seen = append(f.seen, r)
		n := len(f.seen)
		f.mu.Unlock()
		answer(w, r, n)
	}))
	t.Cleanup(f.Close)
	return f
}

func (f *far) requests() []*http.Request {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]*http.Request(nil), f.seen...)
}

func (f *far) client(t testing.TB, tokens TokenSource) *Client {
	t.Helper()
	c, err := NewClient(f.URL+"/fhir", f.Client(), tokens)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// asking are the ways in which a client asks: each once, with its token.
func (f *far) asking(c *Client, t Token) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"read": func(ctx context.Context) error { _, err := c.Get(ctx, "x", "Basic/1?_count=2"); return err },
		"page": func(ctx context.Context) error {
			_, err := c.Get(ctx, "x", f.URL+"/fhir/Patient/1/$everything?page=abc")
			return err
		},
		"search": func(ctx context.Context) error {
			_, err := c.Search(ctx, "x", "Patient", url.Values{"identifier": {"1"}})
			return err
		},
		"deposit": func(ctx context.Context) error { _, err := c.Put(ctx, "x", "Basic/1", []byte("{}")); return err },
		"act": func(ctx context.Context) error {
			_, _, err := c.Submit(ctx, "x", "Patient/$x", Parameters{})
			return err
		},
		"events":   func(ctx context.Context) error { _, err := c.Events(ctx, "$events", ""); return err },
		"sign-out": func(ctx context.Context) error { return c.Revoke(ctx, f.URL+"/fhir/revoke", t) },
		"sign-in": func(ctx context.Context) error {
			_, err := c.SignIn(ctx, f.URL+"/fhir/token", signer(), t.Prover, time.Now())
			return err
		},
	}
}

func signer() Signer {
	person, _ := NewKey()
	desk, _ := NewKey()
	return Signer{Subject: "s@h", PersonKey: person, ClientID: "c", DeskKey: desk}
}

// proofOf is what a request proves, its signature checked by the key in it.
func proofOf(t testing.TB, r *http.Request) (c proofClaims, print string) {
	t.Helper()
	if n := len(r.Header.Values("DPoP")); n != 1 {
		t.Fatalf("%s %s has %d proofs", r.Method, r.URL, n)
	}
	obj, err := jose.ParseSignedCompact(r.Header.Get("DPoP"), []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		t.Fatal(err)
	}
	key := obj.Signatures[0].Protected.JSONWebKey
	body, err := obj.Verify(key)
	if err != nil || !key.IsPublic() || json.Unmarshal(body, &c) != nil {
		t.Fatalf("%s: %v", body, err)
	}
	sum, err := key.Thumbprint(crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	return c, base64.RawURLEncoding.EncodeToString(sum)
}

// Every request carries a proof of its own: of this method, address and token, with the
// nonce last heard. No query is in one.
func TestEveryRequestProvesItsToken(t *testing.T) {
	f := newFar(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		w.Header().Set("DPoP-Nonce", fmt.Sprint("nonce-", n))
		w.Header().Set("Content-Type", "application/fhir+json")
		_, _ = io.WriteString(w, `{"resourceType":"Parameters","parameter":[]}`)
	})
	h := newHolder(t, "nonce-0")
	c := f.client(t, h)
	ids := map[string]bool{}
	sum := sha256.Sum256([]byte("the-token"))
	for name, ask := range f.asking(c, h.token) {
		before := len(f.requests())
		_ = ask(t.Context()) // what comes of the answer is not tried here
		all := f.requests()
		if len(all) != before+1 {
			t.Fatalf("%s: %d requests", name, len(all)-before)
		}
		r := all[before]
		p, print := proofOf(t, r)
		want := proofClaims{ID: p.ID, Method: r.Method, Target: f.URL + r.URL.EscapedPath(), IssuedAt: p.IssuedAt,
			Token: base64.RawURLEncoding.EncodeToString(sum[:]), Nonce: fmt.Sprint("nonce-", before)}
		authorization := "DPoP the-token"
		if name == "sign-in" {
			want.Token = ""
		}
		if name == "sign-in" || name == "sign-out" {
			authorization = ""
		}
		if p != want || print != h.token.Prover.Thumbprint() || r.Header.Get("Authorization") != authorization || ids[p.ID] || p.ID == "" {
			t.Errorf("%s: %+v with %q, want %+v", name, p, r.Header.Get("Authorization"), want)
		}
		ids[p.ID] = true
	}
}

// A centre that asks for a nonce is answered once: with the nonce that it gave.
func TestTheNonceThatIsAskedForIsUsedOnce(t *testing.T) {
	refuse := func(w http.ResponseWriter, r *http.Request, nonce string) {
		if nonce != "" {
			w.Header().Set("DPoP-Nonce", nonce)
		}
		w.Header().Set("WWW-Authenticate", `DPoP algs="ES256", error="use_dpop_nonce"`)
		w.Header().Set("Content-Type", "application/json")
		status := http.StatusUnauthorized
		if p := r.URL.Path; strings.HasSuffix(p, "/token") || strings.HasSuffix(p, "/revoke") {
			status = http.StatusBadRequest
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"error":"use_dpop_nonce"}`)
	}
	once := newFar(t, func(w http.ResponseWriter, r *http.Request, n int) {
		if n%2 == 1 {
			refuse(w, r, fmt.Sprint("nonce-", n))
			return
		}
		w.Header().Set("Content-Type", "application/fhir+json")
		_, _ = io.WriteString(w, `{"resourceType":"Parameters","parameter":[]}`)
	})
	h := newHolder(t, "")
	for name, ask := range once.asking(once.client(t, h), h.token) {
		before := len(once.requests())
		_ = ask(t.Context())
		all := once.requests()[before:]
		if len(all) != 2 {
			t.Fatalf("%s: %d requests", name, len(all))
		}
		first, _ := proofOf(t, all[0])
		second, _ := proofOf(t, all[1])
		if second.Nonce != fmt.Sprint("nonce-", before+1) || first.ID == second.ID {
			t.Errorf("%s: %+v, then %+v", name, first, second)
		}
	}
	for what, nonce := range map[string]string{"asks for ever": "another", "asks and gives none": "", "gives one that is none": "a\"b"} {
		lying := newFar(t, func(w http.ResponseWriter, r *http.Request, n int) {
			if nonce == "another" {
				refuse(w, r, fmt.Sprint(nonce, n))
				return
			}
			refuse(w, r, nonce)
		})
		h := newHolder(t, "")
		for name, ask := range lying.asking(lying.client(t, h), h.token) {
			before := len(lying.requests())
			err := ask(t.Context())
			// Where no nonce is given there is nothing to try again with: it is a refusal like
			// any other, after which a new token is tried once.
			if n := len(lying.requests()) - before; err == nil || n > 2 {
				t.Errorf("%s, %s: %d requests, %v", what, name, n, err)
			}
			if nonce == "another" && (ehrdesk.CodeOf(err) != ehrdesk.CodeTampered || h.rejected > 0) {
				t.Errorf("%s, %s: %v, %d tokens given up", what, name, err, h.rejected)
			}
		}
	}
}

// Neither token nor proof goes where a redirect points.
func TestARedirectGetsNeitherTokenNorProof(t *testing.T) {
	elsewhere := newFar(t, func(http.ResponseWriter, *http.Request, int) {})
	for _, status := range []int{301, 302, 303, 307, 308} {
		f := newFar(t, func(w http.ResponseWriter, r *http.Request, _ int) {
			http.Redirect(w, r, elsewhere.URL+r.URL.Path, status)
		})
		h := newHolder(t, "n")
		for name, ask := range f.asking(f.client(t, h), h.token) {
			if err := ask(t.Context()); err == nil {
				t.Errorf("%s: a redirect is an answer", name)
			}
		}
	}
	if n := len(elsewhere.requests()); n > 0 {
		t.Errorf("%d requests went elsewhere", n)
	}
}

// A token of another kind than was asked for is none.
func TestATokenOfAnotherKindIsRefused(t *testing.T) {
	for kind, bound := range map[string]bool{"Bearer": true, "": true, "DPoP": false, "mac": false} {
		f := newFar(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"access_token":"t","token_type":"`+kind+`","expires_in":300}`)
		})
		var p *Prover
		if bound {
			p = newHolder(t, "").token.Prover
		}
		if _, err := f.client(t, nil).SignIn(t.Context(), f.URL+"/fhir/token", signer(), p, time.Now()); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
			t.Errorf("%q where a key was shown (%v): %v", kind, bound, err)
		}
	}
}

// The desk's assertion names the key that the token is to be bound to.
func TestTheDesksAssertionNamesTheKey(t *testing.T) {
	p := newHolder(t, "").token.Prover
	form, err := signer().ask("https://centre.example/token", p, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for field, want := range map[string]string{"client_assertion": p.Thumbprint(), "assertion": ""} {
		body, err := base64.RawURLEncoding.DecodeString(strings.Split(form.Get(field), ".")[1])
		var claims struct {
			Cnf struct {
				Jkt string `json:"jkt"`
			} `json:"cnf"`
		}
		if err != nil || json.Unmarshal(body, &claims) != nil || claims.Cnf.Jkt != want {
			t.Errorf("%s: %s, %v", field, body, err)
		}
	}
}

// Once the session has ended nothing is proved, and no token is sent without its proof.
func TestNothingIsProvedAfterTheEnd(t *testing.T) {
	f := newFar(t, func(http.ResponseWriter, *http.Request, int) {})
	h := newHolder(t, "n")
	h.token.Prover.End()
	for name, ask := range f.asking(f.client(t, h), h.token) {
		if err := ask(t.Context()); ehrdesk.CodeOf(err) != ehrdesk.CodeLocked {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(f.requests()); n > 0 {
		t.Errorf("%d requests", n)
	}
}

// Discovery that asks for proofs of another kind is no leave to send none.
func TestProofsOfAnotherKindAreNoLeaveToSendNone(t *testing.T) {
	for algs, want := range map[string]ehrdesk.Code{`["ES512"]`: ehrdesk.CodeDenied, `["RS256","ES256"]`: "", `[]`: "", `"ES256"`: ehrdesk.CodeTampered} {
		f := newFar(t, func(w http.ResponseWriter, r *http.Request, _ int) {
			_, _ = io.WriteString(w, `{"token_endpoint":"http://`+r.Host+`/fhir/token","dpop_signing_alg_values_supported":`+algs+`}`)
		})
		e, err := f.client(t, nil).Discover(t.Context())
		if ehrdesk.CodeOf(err) != want || err == nil && e.Proves() != (algs != "[]") {
			t.Errorf("%s: %+v, %v", algs, e, err)
		}
	}
}

// BenchmarkProof is what each request costs the desk more than with a bare token.
func BenchmarkProof(b *testing.B) {
	h := newHolder(b, "nonce-of-the-centre-of-32-letters")
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, "https://centre.example/fhir/Patient/1/$everything?_count=500", nil)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := h.token.Authorize("x", req); err != nil {
			b.Fatal(err)
		}
	}
}
