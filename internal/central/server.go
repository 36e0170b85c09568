package central

import (
	"maps"
	"net/http"
	"net/url"

	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/capability"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// Handler serves the FHIR base at /fhir.
func (c *Centre) Handler() http.Handler { return c.handler(nil) }

// handler is Handler with streams that end when ending is closed; nil for ones that
// only their clients end.
func (c *Centre) handler(ending <-chan struct{}) http.Handler {
	mux := http.NewServeMux()
	for _, room := range []map[string]http.HandlerFunc{capability.Routes(c.rest, c.before == nil), c.signIn.Open(), c.links.Open(), {"GET /fhir" + accesslog.JWKSPath: c.logs.JWKS}} {
		for pattern, h := range room {
			if pattern == "POST /fhir/token" || pattern == "POST /fhir/revoke" {
				h = c.certified(h)
			}
			mux.HandleFunc(pattern, h)
		}
	}
	for pattern, h := range c.routes(ending) {
		mux.HandleFunc(pattern, c.certified(c.rest.SignedIn(c.signIn.Account, c.before.request(h))))
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		c.rest.Fail(w, r, refusal.New(http.StatusNotFound, "", "There is no such route."))
	})
	return c.rest.Outer(mux)
}

// routes are those that need a token. The tests walk them all.
func (c *Centre) routes(ending <-chan struct{}) map[string]rest.Handler {
	search := func(w http.ResponseWriter, r *http.Request, who *store.Account, form url.Values) error {
		return c.records.Search(w, r, who, "Patient", form)
	}
	out := map[string]rest.Handler{"GET /fhir/$events": func(w http.ResponseWriter, r *http.Request, _ *store.Account) error {
		return c.events.Follow(w, r, ending)
	}}
	for _, room := range []map[string]rest.Handler{c.logs.Routes(), c.signIn.Routes(), c.sharing.Routes(search), c.records.Routes(), c.days.Routes(), c.links.Routes(), c.people.Routes(c.records.Search), c.asked.Routes(), c.cases.Routes()} {
		maps.Copy(out, room)
	}
	const read = "GET /fhir/{type}/{id}"
	out[read] = c.people.Before(out[read])
	return out
}
