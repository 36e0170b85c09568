package central_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk/client/fhirtest"
)

// The engine is asked for a consent while the page is on its way: a page costs no round trip for it. What
// ended after that is heeded where more than a moment has gone by until the page had come.
func TestAConsentIsAskedForWhileThePageComes(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	// together has the page come when the consent has been asked for, and something done before it has.
	together := func(meanwhile func()) {
		asked := make(chan struct{}, 16)
		g.line.spoils(func(r *http.Request, res *http.Response) (*http.Response, error) {
			switch {
			case strings.Contains(r.URL.Path, "/Consent/") && r.Method == http.MethodGet:
				asked <- struct{}{}
			case strings.HasSuffix(r.URL.Path, "$everything"):
				select {
				case <-asked:
					meanwhile()
				case <-r.Context().Done():
					return nil, r.Context().Err()
				}
			}
			return res, nil
		})
	}
	g.c.SetFresh(time.Hour)
	g.line.asked()
	together(func() {})
	d.want(200, "GET", "/Patient/p/$everything", "")
	if got := g.line.asked(); len(got) != 3 { // the page, the consent, and whose it is
		t.Errorf("asked: %q", got)
	}
	g.c.SetFresh(time.Nanosecond)
	together(func() {
		for ref, body := range g.engine.All() {
			if ref.Resource == "Consent" {
				g.engine.Put(strings.Replace(string(body), `"status":"active"`, `"status":"inactive"`, 1))
			}
		}
	})
	if got := issue(t, d.want(403, "GET", "/Patient/p/$everything", "")); got != "consent-needed" {
		t.Errorf("ended while the page came: %s", got)
	}
}
