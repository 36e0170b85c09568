package line

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// plainCentre is somebody else's FHIR server, which knows no proofs.
type plainCentre struct {
	*httptest.Server
	mu   sync.Mutex
	seen []*http.Request
}

func (p *plainCentre) of(path string) (out []*http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range p.seen {
		if strings.Contains(r.URL.Path, path) {
			out = append(out, r)
		}
	}
	return out
}

// tokens are those of a session at p, and the way to p with them.
func (p *plainCentre) tokens(t *testing.T, must bool) (*Tokens, *fhir.Client) {
	t.Helper()
	person, err := fhir.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	desk, err := fhir.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	bare, err := fhir.NewClient(p.URL+"/fhir", p.Client(), nil)
	if err != nil {
		t.Fatal(err)
	}
	tokens := NewTokens(bare, fhir.Signer{Subject: "s@h", PersonKey: person, ClientID: "c", DeskKey: desk}, must, time.Now)
	wire, err := fhir.NewClient(p.URL+"/fhir", p.Client(), tokens)
	if err != nil {
		t.Fatal(err)
	}
	return tokens, wire
}

func newPlainCentre(t *testing.T) *plainCentre {
	t.Helper()
	p := &plainCentre{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.seen = append(p.seen, r)
		p.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		switch base := "http://" + r.Host + "/fhir"; {
		case strings.HasSuffix(r.URL.Path, "smart-configuration"):
			_, _ = io.WriteString(w, `{"token_endpoint":"`+base+`/token","revocation_endpoint":"`+base+`/revoke"}`)
		case strings.HasSuffix(r.URL.Path, "/token"):
			_, _ = io.WriteString(w, `{"access_token":"t","token_type":"bearer","expires_in":300}`)
		default:
			_, _ = io.WriteString(w, `{"resourceType":"Basic","id":"1"}`)
		}
	}))
	t.Cleanup(p.Close)
	return p
}

// A centre that knows no proofs is worked with as any OAuth client does.
func TestACentreWithoutProofsGetsABearerToken(t *testing.T) {
	p := newPlainCentre(t)
	tokens, wire := p.tokens(t, false)
	if _, err := wire.Get(t.Context(), "x", "Basic/1"); err != nil {
		t.Fatal(err)
	}
	if tokens.Bound() {
		t.Error("the centre is taken for one that binds")
	}
	tokens.End(true)
	for path, want := range map[string]string{"/Basic/1": "Bearer t", "/token": "", "/revoke": ""} {
		asked := p.of(path)
		if len(asked) != 1 || asked[0].Header.Get("Authorization") != want || asked[0].Header.Get("DPoP") != "" {
			t.Errorf("%s: %+v", path, asked)
		}
	}
}

// One that is known to bind tokens, and no longer says so, is asked for none.
func TestACentreThatNoLongerBindsIsAskedForNoToken(t *testing.T) {
	p := newPlainCentre(t)
	tokens, wire := p.tokens(t, true)
	_, err := wire.Get(t.Context(), "x", "Basic/1")
	if ehrdesk.CodeOf(err) != ehrdesk.CodeTampered || len(p.of("/token"))+len(p.of("/Basic")) > 0 || !tokens.Bound() {
		t.Errorf("%v; %d requests", err, len(p.of("")))
	}
}

// After the end nothing of the session asks any more, by no kind of token.
func TestAfterItsEndASessionHasNoToken(t *testing.T) {
	p := newPlainCentre(t)
	tokens, wire := p.tokens(t, false)
	if _, err := wire.Get(t.Context(), "x", "Basic/1"); err != nil {
		t.Fatal(err)
	}
	tokens.End(false)
	before := len(p.of(""))
	if _, err := wire.Get(t.Context(), "x", "Basic/1"); err == nil || len(p.of("")) != before {
		t.Errorf("%v; %d requests", err, len(p.of(""))-before)
	}
}
