// Package smartserver is an OpenID provider of somebody else's (zitadel/oidc) in front of a
// fhirtest.Server, as SMART App Launch has it, for tests of whoever signs in there. It
// promises that the FHIR server answers nobody without a token in force, and that a test can
// say who sits at the browser.
package smartserver

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"github.com/ehrdesk/ehrdesk/client/fhirtest"
)

// ClientID is the desk's at the provider.
const ClientID = "ehrdesk"

// The people who have an account there.
const (
	Somebody = "test-user@127.0.0.1"
	Another  = "test-user2"
)

// Server is the provider.
type Server struct {
	// URL is where it is, and its name as the issuer.
	URL   string
	store *store
	http  *httptest.Server

	mu     sync.Mutex
	user   string
	silent bool
	asked  []string
}

// app is the desk there: what it asks for is given.
type app struct{ op.Client }

// IsScopeAllowed implements op.Client.
func (app) IsScopeAllowed(scope string) bool {
	return scope == "fhirUser" || strings.HasPrefix(scope, "user/")
}

// store knows the desk as an app, and which refresh tokens there are.
type store struct {
	*storage.Storage
	mu    sync.Mutex
	given map[string]string // whose each is
}

// CreateAccessAndRefreshTokens implements op.Storage.
func (s *store) CreateAccessAndRefreshTokens(ctx context.Context, r op.TokenRequest, current string) (access, refresh string, until time.Time, err error) {
	access, refresh, until, err = s.Storage.CreateAccessAndRefreshTokens(ctx, r, current)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.given[refresh] = r.GetSubject()
	return access, refresh, until, err
}

// GetClientByClientID implements op.Storage.
func (s *store) GetClientByClientID(ctx context.Context, id string) (op.Client, error) {
	c, err := s.Storage.GetClientByClientID(ctx, id)
	if err != nil {
		return nil, err
	}
	return app{c}, nil
}

// New puts a provider in front of a FHIR server. It ends with the test.
func New(t testing.TB, fhir *fhirtest.Server) *Server {
	t.Helper()
	s := &Server{user: Somebody}
	var handler http.Handler
	s.http = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.Method+" "+r.URL.Path)
		silent := s.silent && r.URL.Path != "/userinfo" // which this package asks
		s.mu.Unlock()
		if silent {
			panic(http.ErrAbortHandler)
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(s.http.Close)
	s.URL = s.http.URL
	s.store = &store{given: map[string]string{}, Storage: storage.NewStorageWithClients(storage.NewUserStore(s.URL), map[string]*storage.Client{ClientID: storage.NativeClient(ClientID, "http://127.0.0.1/callback")})}
	c := op.Config{CodeMethodS256: true, GrantTypeRefreshToken: true, SupportedScopes: []string{oidc.ScopeOpenID, oidc.ScopeOfflineAccess, "fhirUser", "user/*.rs"}}
	_, _ = rand.Read(c.CryptoKey[:]) // it does not fail
	provider, err := op.NewProvider(&c, s.store, op.StaticIssuer(s.URL), op.WithAllowInsecure(), op.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	back := op.AuthCallbackURL(provider)
	mux := http.NewServeMux()
	mux.Handle("/", provider)
	mux.Handle("/login/username", op.NewIssuerInterceptor(provider.IssuerFromRequest).HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.FormValue("authRequestID")
		if err := s.store.CheckUsernamePassword(s.who(), "verysecure", id); err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		http.Redirect(w, r, back(r.Context(), id), http.StatusFound)
	}))
	handler = mux
	statement, err := json.Marshal(map[string]any{"issuer": s.URL, "jwks_uri": s.URL + "/keys", "authorization_endpoint": s.URL + "/authorize", "token_endpoint": s.URL + "/oauth/token", "revocation_endpoint": s.URL + "/revoke",
		"capabilities": []string{"launch-standalone", "client-public", "sso-openid-connect", "permission-user", "permission-v2"}, "code_challenge_methods_supported": []string{"S256"}})
	if err != nil {
		t.Fatal(err)
	}
	fhir.Publish(".well-known/smart-configuration", string(statement))
	fhir.Admit(func(r *http.Request) bool {
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		return scheme == "Bearer" && s.Takes(token)
	})
	return s
}

func (s *Server) who() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.user
}

// Sits has another person sit at the browser.
func (s *Server) Sits(user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.user = user
}

// Hang has it hang up on whoever signs in.
func (s *Server) Hang(up bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.silent = up
}

// Asked is how often a path was asked for, "POST /oauth/token".
func (s *Server) Asked(what string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.asked {
		if a == what {
			n++
		}
	}
	return n
}

// SignOut ends every token of a person, as an administrator does.
func (s *Server) SignOut(t testing.TB, user string) {
	t.Helper()
	id := map[string]string{Somebody: "id1", Another: "id2"}[user]
	if err := s.store.TerminateSession(t.Context(), id, ClientID); err != nil {
		t.Fatal(err)
	}
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	for token, whose := range s.store.given { // which outlast their access tokens
		if whose == id {
			_ = s.store.RevokeToken(t.Context(), token, id, ClientID) // one that is used up is none
		}
	}
}

// Takes reports whether a token is in force, as the provider says itself.
func (s *Server) Takes(token string) bool {
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, s.URL+"/userinfo", nil)
	if err != nil {
		panic(fmt.Sprintf("smartserver: %v", err))
	}
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := s.http.Client().Do(r)
	if err != nil {
		return false
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// Browse opens an address as a browser does whose person signs in, and gives the status of
// the last page.
func (s *Server) Browse(address string) (int, error) {
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, address, nil)
	if err != nil {
		return 0, err
	}
	res, err := (&http.Client{Transport: s.http.Client().Transport}).Do(r)
	if err != nil {
		return 0, err
	}
	return res.StatusCode, res.Body.Close()
}
