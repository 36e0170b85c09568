package smart_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/go-json-experiment/json"
	"golang.org/x/oauth2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	"github.com/ehrdesk/ehrdesk/client/fhir/smart"
)

// lying is an authorization server that tells the truth but for what a test has it say.
type lying struct {
	t      *testing.T
	url    string
	key    *ecdsa.PrivateKey
	client string

	mu       sync.Mutex
	says     func(statement map[string]any)
	answers  func(redirect url.Values)
	claims   func(claims map[string]any)
	signs    func(claims map[string]any) string // instead of the key that it publishes
	gives    func(token map[string]any)
	token    http.HandlerFunc // instead of its own
	asked    url.Values       // of the authorization endpoint
	tokens   []url.Values     // of the token endpoint
	ended    []string
	codes    map[string]url.Values
	rotation int
}

func newLying(t *testing.T) *lying {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	l := &lying{t: t, key: key, client: "desk-1", codes: map[string]url.Values{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /fhir/.well-known/smart-configuration", func(w http.ResponseWriter, _ *http.Request) {
		l.mu.Lock()
		defer l.mu.Unlock()
		s := map[string]any{"issuer": l.url, "jwks_uri": l.url + "/keys", "authorization_endpoint": l.url + "/authorize", "token_endpoint": l.url + "/token", "revocation_endpoint": l.url + "/revoke",
			"capabilities": []string{"launch-standalone", "client-public", "sso-openid-connect", "permission-v2"}, "code_challenge_methods_supported": []string{"S256"}}
		if l.says != nil {
			l.says(s)
		}
		write(w, s)
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		write(w, map[string]any{"keys": []any{map[string]any{"kty": "none of this year's"}, jose.JSONWebKey{Key: l.key.Public(), KeyID: "1", Use: "sig"}}})
	})
	mux.HandleFunc("GET /authorize", func(w http.ResponseWriter, r *http.Request) {
		l.mu.Lock()
		defer l.mu.Unlock()
		q := r.URL.Query()
		l.asked = q
		code := rand.Text()
		l.codes[code] = q
		back := url.Values{"code": {code}, "state": {q.Get("state")}}
		if l.answers != nil {
			l.answers(back)
		}
		http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
	})
	mux.HandleFunc("POST /token", l.exchange)
	mux.HandleFunc("POST /revoke", func(_ http.ResponseWriter, r *http.Request) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.ended = append(l.ended, r.FormValue("token"))
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	l.url = s.URL
	return l
}

func write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	_, _ = w.Write(b)
}

// exchange holds a code against its challenge, as servers do.
func (l *lying) exchange(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.token != nil {
		l.token(w, r)
		return
	}
	_ = r.ParseForm()
	l.tokens = append(l.tokens, r.PostForm)
	refuse := func() {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"error":"invalid_grant","error_description":"the code A123456(3)"}`)
	}
	nonce := ""
	switch r.PostForm.Get("grant_type") {
	case "authorization_code":
		q, ok := l.codes[r.PostForm.Get("code")]
		delete(l.codes, r.PostForm.Get("code"))
		if !ok || q.Get("code_challenge") != oauth2.S256ChallengeFromVerifier(r.PostForm.Get("code_verifier")) || q.Get("redirect_uri") != r.PostForm.Get("redirect_uri") {
			refuse()
			return
		}
		nonce = q.Get("nonce")
	case "refresh_token":
		if r.PostForm.Get("refresh_token") != l.refresh() {
			refuse()
			return
		}
		l.rotation++
	}
	now := time.Now()
	claims := map[string]any{"iss": l.url, "aud": l.client, "sub": "somebody", "fhirUser": "Practitioner/7", "nonce": nonce, "iat": now.Unix(), "exp": now.Add(time.Hour).Unix()}
	if l.claims != nil {
		l.claims(claims)
	}
	sign := l.sign
	if l.signs != nil {
		sign = l.signs
	}
	out := map[string]any{"access_token": "access", "token_type": "bearer", "expires_in": 600, "scope": "openid fhirUser user/*.rs offline_access", "refresh_token": l.refresh(), "id_token": sign(claims)}
	if l.gives != nil {
		l.gives(out)
	}
	write(w, out)
}

func (l *lying) refresh() string { return "refresh-" + string(rune('0'+l.rotation)) }

func (l *lying) sign(claims map[string]any) string {
	return signed(l.t, jose.SigningKey{Algorithm: jose.ES256, Key: l.key}, claims)
}

func signed(t *testing.T, key jose.SigningKey, claims map[string]any) string {
	s, err := jose.NewSigner(key, nil)
	if err != nil {
		t.Error(err)
		return ""
	}
	out, err := jwt.Signed(s).Claims(claims).Serialize()
	if err != nil {
		t.Error(err)
	}
	return out
}

// app is the desk at the server.
func (l *lying) app(opt smart.Options) (*smart.Client, error) {
	opt.Now = time.Now
	if opt.HTTP == nil {
		opt.HTTP = &http.Client{}
	}
	var err error
	if opt.Wire, err = fhir.NewClient(l.url+"/fhir", opt.HTTP, nil); err != nil {
		return nil, err
	}
	if opt.App.ClientID == "" {
		opt.App = smart.App{ClientID: l.client, Scopes: []string{"user/*.rs", "offline_access"}}
	}
	return smart.New(l.t.Context(), opt)
}

func (l *lying) mustApp(opt smart.Options) *smart.Client {
	l.t.Helper()
	c, err := l.app(opt)
	if err != nil {
		l.t.Fatal(err)
	}
	return c
}

// browse opens an address as a browser does, and gives the last status.
func browse(t *testing.T, address string) int {
	res, err := http.Get(address)
	if err != nil {
		t.Error(err)
		return 0
	}
	_ = res.Body.Close()
	return res.StatusCode
}

// signIn signs in with a browser that does as it is told.
func (l *lying) signIn(c *smart.Client, want smart.Who) (smart.Login, error) {
	var wait sync.WaitGroup
	defer wait.Wait()
	return c.SignIn(l.t.Context(), want, func(p ehrdesk.SignInPage) {
		wait.Go(func() { browse(l.t, p.Address) })
	})
}
