package client_test

import (
	"bytes"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// asked is a request of the desk, as it left.
type asked struct {
	path, url, authorization, proof string
}

// asking remembers what the desk asks from now on.
func (w *world) asking() (all func() []asked) {
	var mu sync.Mutex
	var out []asked
	w.line.fails(func(r *http.Request) int {
		mu.Lock()
		defer mu.Unlock()
		out = append(out, asked{r.URL.Path, r.URL.String(), r.Header.Get("Authorization"), r.Header.Get("DPoP")})
		return 0
	})
	return func() []asked {
		mu.Lock()
		defer mu.Unlock()
		return append([]asked(nil), out...)
	}
}

// From sign-in to lock each request of a desk carries a proof of its own, and no token is
// a bearer's; what of it stood on the line opens nothing afterwards.
func TestWhatStoodOnTheLineOpensNothing(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	number, key := w.patient("Wong", 3)
	all := w.asking()
	s := w.signIn("drlee")
	defer s.Close()
	w.consent(s, number, key)
	w.chart(s, number)
	go func() { _, _ = s.NextHint(ctx) }()
	w.listening()
	replay := func(a asked, scheme string, proof bool) int {
		t.Helper()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, token, _ := strings.Cut(a.authorization, " ")
		req.Header.Set("Authorization", scheme+" "+token)
		if proof {
			req.Header.Set("DPoP", a.proof)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res.StatusCode
	}
	tried := 0
	for _, a := range all() {
		if !strings.Contains(a.path, "$everything") {
			continue
		}
		tried++
		for name, status := range map[string]int{"the token": replay(a, "DPoP", false), "as a bearer": replay(a, "Bearer", false), "with the proof again": replay(a, "DPoP", true), "as a bearer with it": replay(a, "Bearer", true)} {
			if status != http.StatusUnauthorized {
				t.Errorf("%s: %d", name, status)
			}
		}
	}
	if err := s.Lock(); err != nil {
		t.Fatal(err)
	}
	proofs, kinds := map[string]bool{}, map[string]bool{}
	for _, a := range all() {
		if strings.Contains(a.path, ".well-known") {
			continue
		}
		if a.proof == "" || proofs[a.proof] || a.authorization != "" && !strings.HasPrefix(a.authorization, "DPoP ") {
			t.Errorf("%s has the proof of another request or none, and %.7q", a.path, a.authorization)
		}
		proofs[a.proof] = true
		kinds[a.path[strings.LastIndex(a.path, "/")+1:]] = true
	}
	for _, kind := range []string{"token", "$everything", "$events", "$grant-sharing-consent", "revoke"} {
		if !kinds[kind] {
			t.Errorf("no %s was asked: %v", kind, kinds)
		}
	}
	if tried == 0 {
		t.Error("nothing was tried")
	}
}

// unbound is a line on which discovery no longer names proofs.
func unbound(r *http.Request, b []byte) []byte {
	if strings.HasSuffix(r.URL.Path, "smart-configuration") {
		return bytes.Replace(b, []byte(`"dpop_signing_alg_values_supported"`), []byte(`"nothing"`), 1)
	}
	return b
}

// A desk that knows that its centre binds tokens gives a token to nobody who does not:
// neither somebody who knew it, nor a colleague, nor somebody who enrols.
func TestADeskThatKnowsProofsFallsBackToNoBearer(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	w.line.set(false, unbound)
	refused := func(what string, err error) {
		t.Helper()
		if ehrdesk.CodeOf(err) != ehrdesk.CodeTampered || !strings.Contains(err.Error(), "binds") {
			t.Errorf("%s: %v", what, err)
		}
	}
	before := len(w.line.requests("/token")) + len(w.line.requests("/enrol"))
	_, err := w.desk.SignIn(ctx, "drlee", ehrdesk.NewSecret(pass))
	refused("a sign-in", err)
	code, err := w.centre.AddAccount(ctx, w.hcp, "drho", "", ehrdesk.Doctor)
	if err != nil {
		t.Fatal(err)
	}
	enrolment := ehrdesk.Enrolment{Central: w.base + "/", Staff: "drho", Code: ehrdesk.NewSecret(code), Passphrase: ehrdesk.NewSecret(pass)}
	_, err = w.desk.Enrol(ctx, enrolment)
	refused("an enrolment", err)
	if n := len(w.line.requests("/token")) + len(w.line.requests("/enrol")) - before; n > 0 {
		t.Errorf("%d requests with something to take", n)
	}
	w.line.set(false, nil)
	if _, err := w.desk.Enrol(ctx, enrolment); err != nil {
		t.Errorf("the code was used up: %v", err)
	}
	if err := w.signIn("drho").Close(); err != nil {
		t.Fatal(err)
	}
}

// Who was enrolled before there were proofs is bound by the first sign-in with them, and
// with that person the desk, over its end.
func TestTheFirstSignInWithProofsBindsTheDesk(t *testing.T) {
	w := newWorld(t, 24)
	w.line.set(false, unbound) // of a centre that has no proofs yet the desk knows nothing
	for _, staff := range []string{"drlee", "drho"} {
		w.enrol(staff, ehrdesk.Doctor)
	}
	if _, err := w.desk.SignIn(ctx, "drlee", ehrdesk.NewSecret(pass)); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied { // this centre takes no other
		t.Fatalf("a desk that knows nothing: %v", err)
	}
	w.line.set(false, nil)
	if err := w.signIn("drlee").Close(); err != nil {
		t.Fatal(err)
	}
	if err := w.desk.Close(); err != nil {
		t.Fatal(err)
	}
	w.open()
	w.line.set(false, unbound)
	for _, staff := range []string{"drlee", "drho"} {
		if _, err := w.desk.SignIn(ctx, staff, ehrdesk.NewSecret(pass)); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
			t.Errorf("%s falls back: %v", staff, err)
		}
	}
	w.line.set(false, nil)
	if err := w.signIn("drho").Close(); err != nil {
		t.Fatal(err)
	}
}
