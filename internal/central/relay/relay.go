// Package relay is what a gate gives of the records that an engine keeps: one, or a patient's list
// page by page. Each resource goes out as the bytes that came, or not at all: whose it is, of
// which kind and whether it is restricted is read from it here, whatever the engine was asked for.
// Nothing is kept.
package relay

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/engine"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Store is a store in front of an engine. What it fetched for a request is at hand for all of that.
type Store interface {
	store.Store
	// Fetch has a resource at hand as it stands at the engine.
	Fetch(ctx context.Context, ref ehrdesk.Ref) error
	// Forget has it read anew where it was asked for before an instant.
	Forget(ctx context.Context, ref ehrdesk.Ref, before time.Time)
	// Is reports whether a Patient, as the engine gave it, is of who was registered by its id.
	Is(ctx context.Context, patient fhir.Resource) (same bool, err error)
}

// fresh is how old the engine's word on a consent may be when a page is decided on by it.
const fresh = time.Second

// Relay is an engine's records, for desks.
type Relay struct {
	Fresh time.Duration // how old the engine's word on a consent may be

	rest   *rest.Server
	store  Store
	engine *engine.Engine
	alone  func(*http.Request) *http.Request // a request that asks the engine for nothing
}

// New is the records of an engine; alone makes a request one that the store answers by itself.
func New(rest *rest.Server, store Store, e *engine.Engine, alone func(*http.Request) *http.Request) *Relay {
	return &Relay{fresh, rest, store, e, alone}
}

// Routes are what a desk signed in may ask for.
func (s *Relay) Routes() map[string]rest.Handler {
	out := map[string]rest.Handler{
		"GET /fhir/Patient/{id}/$restricted": s.restricted,
		"GET /fhir/Patient/{id}/$everything": s.everything,
		"GET /fhir/Patient/{id}/$present":    s.present,
		"GET /fhir/{type}/{id}":              s.read,
		"GET /fhir/{type}/{id}/_history/{v}": s.read,
	}
	for _, pattern := range [...]string{"GET /fhir/Patient/{id}/$tombstones", "GET /fhir/{type}/{id}/_history", "GET /fhir/{type}/_history", "POST /fhir/{type}/_search", "GET /fhir/{type}/_search", "GET /fhir/{type}",
		"POST /fhir/{type}", "PUT /fhir/{type}/{id}", "DELETE /fhir/{type}/{id}", "POST /fhir", "POST /fhir/{$}"} {
		out[pattern] = notHere
	}
	return out
}

// Search refuses a search that is no look-up.
func (s *Relay) Search(http.ResponseWriter, *http.Request, *store.Account, string, url.Values) error {
	return notAtGate()
}

func notHere(http.ResponseWriter, *http.Request, *store.Account) error { return notAtGate() }

// notAtGate is the refusal of what a gate does not do: what was withdrawn it does not know,
// and what is written is written where the records are kept.
func notAtGate() *refusal.Error {
	return refusal.New(http.StatusNotFound, "not-here", "This centre keeps no records, and does not do this before the engine that keeps them.")
}
