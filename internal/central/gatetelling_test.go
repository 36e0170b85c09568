package central_test

import (
	"net/http"
	"path"
	"strings"
	"sync"
	"testing"

	"github.com/ehrdesk/ehrdesk/client/fhirtest"
)

// Some things that the engine never answers of, as something on the way takes offence at them, hold up
// nothing else for ever: neither consents that ended, nor events, nor notices.
func TestWhatIsNeverAnsweredHoldsUpNothingElse(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	d.grant(gateOther)
	third, fourth := "912345678929", "912345678937"
	for id, ehr := range map[string]string{"r": third, "s": fourth} {
		g.patient(id, ehr, "")
		d.grant(ehr)
	}
	if err := g.c.TellEngine(t.Context()); err != nil {
		t.Fatal(err)
	}
	lost := func(r *http.Request) *http.Response {
		return &http.Response{StatusCode: 503, Header: http.Header{}, Body: http.NoBody, Request: r}
	}
	g.line.replies(func(r *http.Request) (*http.Response, bool) { return lost(r), true })
	for _, ehr := range []string{gateEHR, gateOther, third, fourth} {
		d.want(200, "POST", "/Patient/$revoke-sharing-consent", withdrawing(ehr))
	}
	var mu sync.Mutex
	seen := map[string][]string{}
	g.line.replies(func(r *http.Request) (*http.Response, bool) { // the first two of each type
		kind := path.Base(path.Dir(r.URL.Path))
		if r.Method != http.MethodPut || kind == "Basic" {
			return nil, false
		}
		mu.Lock()
		defer mu.Unlock()
		if all := seen[kind]; len(all) < 2 && !strings.Contains(strings.Join(all, " "), r.URL.Path) {
			seen[kind] = append(all, r.URL.Path)
		}
		if strings.Contains(strings.Join(seen[kind], " "), r.URL.Path) {
			return lost(r), true
		}
		return nil, false
	})
	for range 4 {
		if err := g.c.TellEngine(t.Context()); err == nil {
			t.Error("all was told")
		}
	}
	inactive := 0
	for _, id := range []string{"p", "q", "r", "s"} {
		inactive += g.consents(id)["inactive"]
	}
	if inactive != 2 {
		t.Errorf("%d of 2 withdrawals were told", inactive)
	}
	withdrawn := 0
	for _, n := range g.communications() {
		if strings.Contains(n, "withdrawn") {
			withdrawn++
		}
	}
	if withdrawn != 2 {
		t.Errorf("%d of 2 notices were told", withdrawn)
	}
	g.line.replies(nil)
	if active, inactive := g.standing(); active != 0 || inactive != 4 {
		t.Errorf("at last the engine has %d that stand, and %d", active, inactive)
	}
	chains, err := g.c.Chains(t.Context())
	if err != nil || len(chains) != 1 || len(chains[0].Faults) > 0 {
		t.Errorf("%+v, %v", chains, err)
	}
}

// communications are the notices at the engine.
func (g *gateWorld) communications() (out []string) {
	for ref, b := range g.engine.All() {
		if ref.Resource == "Communication" {
			out = append(out, string(b))
		}
	}
	return out
}
