package smart_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhir/smart"
)

// One sign-in from end to end: what the page is asked, what the token endpoint, and who it
// was.
func TestSomebodySignsInAtTheServersPage(t *testing.T) {
	l := newLying(t)
	c := l.mustApp(smart.Options{})
	login, err := l.signIn(c, smart.Who{})
	if err != nil {
		t.Fatal(err)
	}
	who := smart.Who{Issuer: l.url, Subject: "somebody", User: "Practitioner/7"}
	if diff := cmp.Diff(smart.Login{Access: "access", ExpiresIn: 10 * time.Minute, Refresh: "refresh-0", Keep: true, Who: who}, login); diff != "" {
		t.Error(diff)
	}
	q := l.asked
	for name, want := range map[string]string{"response_type": "code", "client_id": "desk-1", "aud": l.url + "/fhir", "scope": "openid fhirUser user/*.rs offline_access", "code_challenge_method": "S256"} {
		if q.Get(name) != want {
			t.Errorf("the page was asked with %s %q", name, q.Get(name))
		}
	}
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || back.Hostname() != "127.0.0.1" || back.Scheme != "http" || len(q.Get("state")) < 22 || len(q.Get("nonce")) < 22 || q.Get("nonce") == q.Get("state") {
		t.Errorf("%v, %v", q, err)
	}
	if form := l.tokens[0]; form.Get("client_id") != "desk-1" || form.Has("client_secret") || len(form.Get("code_verifier")) < 43 {
		t.Errorf("the token endpoint was sent %v", slices.Collect(keysOf(form)))
	}
	again, err := c.Refresh(t.Context(), login)
	if err != nil || again.Refresh != "refresh-1" || again.Who != who || !again.Keep {
		t.Errorf("%+v, %v", again, err)
	}
	if _, err := c.Refresh(t.Context(), login); ehrdesk.SignInTroubleOf(err) != ehrdesk.SignInOver || ehrdesk.CodeOf(err) != ehrdesk.CodeNotSignedIn { // used up
		t.Errorf("%v", err)
	}
	c.End(t.Context(), again)
	c.Forget(t.Context(), again.Refresh)
	if diff := cmp.Diff([]string{"access", "refresh-1"}, l.ended); diff != "" {
		t.Error(diff)
	}
}

func keysOf(form url.Values) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range form {
			if !yield(k) {
				return
			}
		}
	}
}

// Nobody is sent to a page that cannot sign them in: what is lacking is said, all of it.
func TestWhatAServerLacksIsSaidExactly(t *testing.T) {
	l := newLying(t)
	for name, tt := range map[string]struct {
		says func(map[string]any)
		code ehrdesk.Code
		want string
	}{
		"a launch of its own alone": {func(s map[string]any) {
			s["capabilities"] = []string{"launch-ehr", "client-public", "sso-openid-connect"}
		}, ehrdesk.CodeInvalid, "lacks launch-standalone"},
		"a challenge in the clear, no keys": {func(s map[string]any) {
			s["code_challenge_methods_supported"] = []string{"plain"}
			delete(s, "jwks_uri")
		}, ehrdesk.CodeInvalid, "lacks code_challenge_methods_supported: S256, jwks_uri"},
		"nothing":                            {func(s map[string]any) { clear(s) }, ehrdesk.CodeInvalid, "lacks launch-standalone, client-public, sso-openid-connect, code_challenge_methods_supported: S256, authorization_endpoint, token_endpoint, issuer, jwks_uri"},
		"a token endpoint without TLS":       {func(s map[string]any) { s["token_endpoint"] = "http://token.example/token" }, ehrdesk.CodeTampered, "https"},
		"a page that is a file":              {func(s map[string]any) { s["authorization_endpoint"] = "file:///etc/passwd" }, ehrdesk.CodeTampered, "https"},
		"a revocation at another place":      {func(s map[string]any) { s["revocation_endpoint"] = "https://elsewhere.example/revoke" }, ehrdesk.CodeTampered, "another place"},
		"keys with a name of a user in them": {func(s map[string]any) { s["jwks_uri"] = "https://a:b@keys.example/" }, ehrdesk.CodeTampered, "https"},
	} {
		l.says = tt.says
		if _, err := l.app(smart.Options{}); ehrdesk.CodeOf(err) != tt.code || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	l.says = nil
	bare := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }))
	defer bare.Close()
	wire, err := fhir.NewClient(bare.URL, bare.Client(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := smart.Look(t.Context(), wire); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("%v", err)
	}
}

// The page may stand at another host than the server, and so may the token endpoint: what
// the server names is where a token goes, and nowhere else.
func TestACodeAndATokenAreSentWhereTheServerSaysAlone(t *testing.T) {
	var heard sync.Map
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { heard.Store(r.URL.Path, true) }))
	defer elsewhere.Close()
	l, page := newLying(t), newLying(t)
	l.says = func(s map[string]any) { s["authorization_endpoint"] = page.url + "/authorize" }
	c := l.mustApp(smart.Options{})
	page.answers = func(back url.Values) { l.codes[back.Get("code")] = page.asked }
	login, err := l.signIn(c, smart.Who{})
	if err != nil {
		t.Fatal(err)
	}
	l.token = func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL+"/stolen", http.StatusTemporaryRedirect)
	}
	if _, err := c.Refresh(t.Context(), login); ehrdesk.TroubleOf(err) != ehrdesk.TroubleStranger {
		t.Errorf("%v", err)
	}
	heard.Range(func(path, _ any) bool { t.Errorf("another host was sent %v", path); return true })
}

// What does not prove who signed in signs nobody in, and its tokens are ended.
func TestAnIDTokenThatProvesNothingSignsNobodyIn(t *testing.T) {
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	set := func(name string, value any) func(map[string]any) {
		return func(c map[string]any) { c[name] = value }
	}
	bound := smart.Who{Subject: "somebody", User: "Practitioner/7"}
	for name, tt := range map[string]struct {
		claims func(map[string]any)
		signs  func(*lying, map[string]any) string
		gives  func(map[string]any)
		want   ehrdesk.SignInTrouble
	}{
		"of another app":          {claims: set("aud", "another-desk"), want: ehrdesk.SignInUnproven},
		"of two apps":             {claims: set("aud", []string{"desk-1", "another"}), want: ehrdesk.SignInUnproven},
		"given to another":        {claims: set("azp", "another"), want: ehrdesk.SignInUnproven},
		"of another issuer":       {claims: set("iss", "https://evil.example"), want: ehrdesk.SignInUnproven},
		"of another sign-in":      {claims: set("nonce", "that of yesterday"), want: ehrdesk.SignInUnproven},
		"without a nonce":         {claims: func(c map[string]any) { delete(c, "nonce") }, want: ehrdesk.SignInUnproven},
		"that has expired":        {claims: set("exp", time.Now().Add(-time.Second).Unix()), want: ehrdesk.SignInUnproven},
		"of nobody":               {claims: set("sub", ""), want: ehrdesk.SignInUnproven},
		"of another person":       {claims: set("sub", "somebody else"), want: ehrdesk.SignInOther},
		"of another practitioner": {claims: set("fhirUser", "Practitioner/8"), want: ehrdesk.SignInOther},
		"beside another's token":  {claims: set("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), want: ehrdesk.SignInUnproven},
		"that is not there":       {gives: func(m map[string]any) { delete(m, "id_token") }, want: ehrdesk.SignInUnproven},
		"signed by somebody else": {signs: func(l *lying, c map[string]any) string {
			return signed(l.t, jose.SigningKey{Algorithm: jose.ES256, Key: other}, c)
		}, want: ehrdesk.SignInUnproven},
		"signed by nobody":           {signs: func(_ *lying, _ map[string]any) string { return "eyJhbGciOiJub25lIn0.e30." }, want: ehrdesk.SignInUnproven},
		"signed by the public key":   {signs: hmacWithPublicKey, want: ehrdesk.SignInUnproven},
		"of a token of another kind": {gives: func(m map[string]any) { m["token_type"] = "mac" }},
		"with no leave to records":   {gives: func(m map[string]any) { m["scope"] = "openid profile" }, want: ehrdesk.SignInNoLeave},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLying(t)
			l.claims, l.gives = tt.claims, tt.gives
			if tt.signs != nil {
				l.signs = func(c map[string]any) string { return tt.signs(l, c) }
			}
			who := bound
			who.Issuer = l.url
			got, err := l.signIn(l.mustApp(smart.Options{}), who)
			if err == nil || ehrdesk.SignInTroubleOf(err) != tt.want || got != (smart.Login{}) {
				t.Errorf("%+v, %v", got, err)
			}
			if !slices.Contains(l.ended, "access") {
				t.Error("the token of nobody goes on")
			}
		})
	}
}

func hmacWithPublicKey(l *lying, c map[string]any) string {
	der, err := x509.MarshalPKIXPublicKey(l.key.Public())
	if err != nil {
		l.t.Fatal(err)
	}
	return signed(l.t, jose.SigningKey{Algorithm: jose.HS256, Key: der}, c)
}

// A server changes the keys that it signs with.
func TestAnIssuersNewKeyIsAskedFor(t *testing.T) {
	l := newLying(t)
	c := l.mustApp(smart.Options{})
	login, err := l.signIn(c, smart.Who{})
	if err != nil {
		t.Fatal(err)
	}
	if l.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Refresh(t.Context(), login); err != nil {
		t.Error(err)
	}
}

// The door takes the answer of the browser that was sent there, once, and nobody else's.
func TestTheDoorTakesOneAnswer(t *testing.T) {
	l := newLying(t)
	c := l.mustApp(smart.Options{})
	hand := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	ask := func(address string, change func(*http.Request)) (int, *url.URL) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		if change != nil {
			change(r)
		}
		res, err := hand.Do(r)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			return 0, nil
		}
		_ = res.Body.Close()
		to, _ := res.Location()
		return res.StatusCode, to
	}
	var wait sync.WaitGroup
	defer wait.Wait()
	login, err := c.SignIn(t.Context(), smart.Who{}, func(p ehrdesk.SignInPage) {
		wait.Go(func() {
			_, page := ask(p.Address, nil)
			_, back := ask(page.String(), nil)
			root := "http://" + back.Host
			forged := *back
			forged.RawQuery = url.Values{"code": {"injected"}, "state": {"guessed"}}.Encode()
			twice := *back
			twice.RawQuery += "&state=guessed"
			for name, tt := range map[string]struct {
				at     string
				change func(*http.Request)
				want   int
			}{
				"a state that was guessed":      {forged.String(), nil, http.StatusBadRequest},
				"two states":                    {twice.String(), nil, http.StatusBadRequest},
				"no query":                      {root + "/callback", nil, http.StatusBadRequest},
				"another path":                  {root + "/", nil, http.StatusNotFound},
				"a name that leads here":        {back.String(), func(r *http.Request) { r.Host = "rebound.example:" + back.Port() }, http.StatusMisdirectedRequest},
				"localhost, which is a name":    {back.String(), func(r *http.Request) { r.Host = "localhost:" + back.Port() }, http.StatusMisdirectedRequest},
				"a form of another page":        {back.String(), func(r *http.Request) { r.Method = http.MethodPost }, http.StatusMethodNotAllowed},
				"a script of another page":      {back.String(), func(r *http.Request) { r.Header.Set("Sec-Fetch-Mode", "no-cors") }, http.StatusForbidden},
				"a script that would be let in": {p.Address, func(r *http.Request) { r.Header.Set("Sec-Fetch-Mode", "cors") }, http.StatusForbidden},
			} {
				if got, _ := ask(tt.at, tt.change); got != tt.want {
					t.Errorf("%s: %d", name, got)
				}
			}
			var first, second int
			var both sync.WaitGroup
			both.Go(func() { first, _ = tryAsk(hand, back.String()) })
			second, _ = tryAsk(hand, back.String())
			both.Wait()
			if first == http.StatusOK && second == http.StatusOK {
				t.Error("one code was taken twice")
			}
		})
	})
	if err != nil || login.Access != "access" || len(l.tokens) != 1 {
		t.Errorf("%+v, %v, %d requests", login, err, len(l.tokens))
	}
}

// tryAsk is for a door that may be closed by now.
func tryAsk(c *http.Client, address string) (int, error) {
	res, err := c.Get(address)
	if err != nil {
		return 0, err
	}
	return res.StatusCode, res.Body.Close()
}

// What the browser brings back that is no code of this sign-in signs nobody in.
func TestAnAnswerOfAnotherSignInSignsNobodyIn(t *testing.T) {
	set := func(name string, values ...string) func(url.Values) {
		return func(back url.Values) { back[name] = values }
	}
	for name, tt := range map[string]struct {
		answers func(url.Values)
		names   bool
		want    ehrdesk.SignInTrouble
	}{
		"refused at the page":              {func(b url.Values) { b.Del("code"); b.Set("error", "access_denied") }, false, ehrdesk.SignInRefused},
		"refused, with a code":             {set("error", "access_denied"), false, ehrdesk.SignInRefused},
		"the code of another challenge":    {set("code", "of somebody else"), false, ehrdesk.SignInRefused},
		"two codes":                        {set("code", "a", "b"), false, ehrdesk.SignInUnproven},
		"of another server":                {set("iss", "https://evil.example"), false, ehrdesk.SignInUnproven},
		"of a server that does not say":    {func(url.Values) {}, true, ehrdesk.SignInUnproven},
		"refused by a server of that name": {func(b url.Values) { b.Set("error", "x"); b.Set("iss", "https://evil.example") }, true, ehrdesk.SignInUnproven},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLying(t)
			l.answers = tt.answers
			l.says = func(s map[string]any) { s["authorization_response_iss_parameter_supported"] = tt.names }
			l.codes["of somebody else"] = url.Values{"code_challenge": {"of somebody else"}}
			_, err := l.signIn(l.mustApp(smart.Options{}), smart.Who{})
			if ehrdesk.SignInTroubleOf(err) != tt.want || strings.Contains(err.Error(), "A123456") {
				t.Errorf("%v", err)
			}
		})
	}
	l := newLying(t)
	l.says = func(s map[string]any) { s["authorization_response_iss_parameter_supported"] = true }
	l.answers = func(b url.Values) { b.Set("iss", l.url) }
	if _, err := l.signIn(l.mustApp(smart.Options{}), smart.Who{}); err != nil {
		t.Errorf("the server's own name: %v", err)
	}
}

// Who gives up closes the door, and so does time.
func TestTheDoorIsClosedBehindWhoGivesUp(t *testing.T) {
	l := newLying(t)
	c := l.mustApp(smart.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	var address string
	_, err := c.SignIn(ctx, smart.Who{}, func(p ehrdesk.SignInPage) { address = p.Address; cancel() })
	if !errors.Is(err, context.Canceled) || ehrdesk.CodeOf(err) != ehrdesk.CodeOther {
		t.Errorf("%v", err)
	}
	if status, err := tryAsk(http.DefaultClient, address); err == nil {
		t.Errorf("the door stands open: %d", status)
	}
	_, err = l.mustApp(smart.Options{Wait: time.Nanosecond}).SignIn(t.Context(), smart.Who{}, func(p ehrdesk.SignInPage) { address = p.Address })
	if ehrdesk.SignInTroubleOf(err) != ehrdesk.SignInLate || ehrdesk.CodeOf(err) != ehrdesk.CodeNotSignedIn {
		t.Errorf("%v", err)
	}
	if status, err := tryAsk(http.DefaultClient, address); err == nil {
		t.Errorf("the door stands open: %d", status)
	}
	busy, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	taken := l.mustApp(smart.Options{App: smart.App{ClientID: "desk-1", Port: busy.Addr().(*net.TCPAddr).Port}})
	if _, err := taken.SignIn(t.Context(), smart.Who{}, func(ehrdesk.SignInPage) { t.Error("a page without a door is shown") }); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("%v", err)
	}
}

// through answers a path in the server's place.
type through struct {
	path string
	with func(*http.Request) (*http.Response, error)
}

func (x through) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path == x.path {
		return x.with(r)
	}
	return http.DefaultTransport.RoundTrip(r)
}

// What stands on the line to the token endpoint is told as it is of any other line, and
// what the endpoint says is never shown.
func TestATokenEndpointInTrouble(t *testing.T) {
	answer := func(status int, kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}
	}
	for name, tt := range map[string]struct {
		token http.HandlerFunc
		code  ehrdesk.Code
		line  ehrdesk.LineTrouble
	}{
		"down":                     {answer(503, "application/json", `{"error":"temporarily_unavailable"}`), ehrdesk.CodeOffline, ehrdesk.TroubleServer},
		"a page of the network":    {answer(511, "text/html", "<p>log in</p>"), ehrdesk.CodeOffline, ehrdesk.TroubleServer},
		"a page for people":        {answer(404, "text/html", "<p>log in</p>"), ehrdesk.CodeOffline, ehrdesk.TroubleStranger},
		"an app it does not know":  {answer(401, "application/json", `{"error":"invalid_client","error_description":"A123456(3)"}`), ehrdesk.CodeDenied, ""},
		"no token":                 {answer(200, "application/json", `{"A123456(3)":1}`), ehrdesk.CodeTampered, ""},
		"no JSON":                  {answer(200, "application/json", "A123456(3)"), ehrdesk.CodeTampered, ""},
		"more than is ever needed": {answer(200, "application/json", `{"access_token":"`+strings.Repeat("a", 2<<20)+`"}`), ehrdesk.CodeTampered, ""},
	} {
		l := newLying(t)
		l.token = tt.token
		_, err := l.signIn(l.mustApp(smart.Options{}), smart.Who{})
		if ehrdesk.CodeOf(err) != tt.code || ehrdesk.TroubleOf(err) != tt.line || strings.Contains(err.Error(), "A123456") {
			t.Errorf("%s: %v", name, err)
		}
	}
	l := newLying(t)
	silent := through{"/token", func(r *http.Request) (*http.Response, error) {
		if at, ok := r.Context().Deadline(); !ok || time.Until(at) > 30*time.Second {
			t.Error("a token endpoint that is silent is waited for without an end")
		}
		return nil, context.DeadlineExceeded
	}}
	_, err := l.signIn(l.mustApp(smart.Options{HTTP: &http.Client{Transport: silent}}), smart.Who{})
	if ehrdesk.TroubleOf(err) != ehrdesk.TroubleSilent || ehrdesk.CodeOf(err) != ehrdesk.CodeTimeout {
		t.Errorf("%v", err)
	}
}

// A site's file that cannot be meant is refused before anybody is sent anywhere.
func TestAnAppIsChecked(t *testing.T) {
	good := smart.App{ClientID: "desk", Scopes: []string{"user/Patient.rs", "offline_access"}, Port: 8765, Browser: "/usr/bin/xdg-open"}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*smart.App){
		"no client":                func(a *smart.App) { a.ClientID = "" },
		"a port of the system's":   func(a *smart.App) { a.Port = 80 },
		"no port":                  func(a *smart.App) { a.Port = 70000 },
		"a browser by its name":    func(a *smart.App) { a.Browser = "xdg-open" },
		"two scopes as one":        func(a *smart.App) { a.Scopes = []string{"user/*.rs openid"} },
		"a patient chosen by them": func(a *smart.App) { a.Scopes = []string{"launch/patient"} },
	} {
		a := good
		change(&a)
		if err := a.Check(); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
