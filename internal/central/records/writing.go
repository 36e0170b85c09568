package records

import (
	"net/http"
	"strings"

	"github.com/ehrdesk/ehrdesk/internal/central/filing"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// Routes are what a desk signed in may ask for; a search among patients is Search.
func (s *Records) Routes() map[string]rest.Handler {
	return map[string]rest.Handler{
		"GET /fhir/Patient/{id}/$restricted": s.restricted,
		"GET /fhir/Patient/{id}/$everything": s.everything,
		"GET /fhir/Patient/{id}/$tombstones": s.tombstones,
		"GET /fhir/{type}/{id}":              s.readRecord,
		"GET /fhir/{type}/{id}/_history/{v}": s.readVersion,
		"GET /fhir/{type}/{id}/_history":     s.instanceHistory,
		"GET /fhir/{type}/_history":          s.typeHistory,
		"POST /fhir/{type}/_search":          s.search,
		"GET /fhir/{type}/_search":           s.searchPage,
		"GET /fhir/{type}":                   s.searchByGet,
		"POST /fhir/{type}":                  s.create,
		"PUT /fhir/{type}/{id}":              s.update,
		"DELETE /fhir/{type}/{id}":           s.delete,
		"POST /fhir":                         s.transaction,
		"POST /fhir/{$}":                     s.transaction,
	}
}

func (s *Records) create(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	return s.single(w, r, who, filing.Request{Method: "POST", URL: r.PathValue("type"), IfNoneExist: r.Header.Get("If-None-Exist")})
}

func (s *Records) update(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	return s.single(w, r, who, filing.Request{Method: "PUT", URL: r.PathValue("type") + "/" + r.PathValue("id"), IfMatch: r.Header.Get("If-Match")})
}

func (s *Records) delete(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	_, err := s.intake.One(r.Context(), who, filing.Request{Method: "DELETE", URL: r.PathValue("type") + "/" + r.PathValue("id"), IfMatch: r.Header.Get("If-Match")}, nil)
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
	}
	return err
}

// single takes one resource.
func (s *Records) single(w http.ResponseWriter, r *http.Request, who *store.Account, req filing.Request) error {
	body, err := rest.Body(w, r, rest.MaxBody)
	if err != nil {
		return err
	}
	d, err := s.intake.One(r.Context(), who, req, body)
	if err != nil {
		return err
	}
	if d.Warning != "" {
		return refusal.New(http.StatusUnprocessableEntity, "invalid", d.Warning)
	}
	w.Header().Set("Location", s.rest.Base(r)+"/"+d.Location())
	w.Header().Set("ETag", rest.ETag(d.Version))
	if d.Body == nil || strings.Contains(r.Header.Get("Prefer"), "return=minimal") {
		w.WriteHeader(d.Status)
		return nil
	}
	s.rest.Send(w, r, d.Status, d.Body)
	return nil
}

// transaction takes a whole Bundle: all of it or nothing, or, for a batch, each
// entry by itself.
func (s *Records) transaction(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	body, err := rest.Body(w, r, rest.MaxBody)
	if err != nil {
		return err
	}
	kind, out, err := s.intake.Bundle(r.Context(), who, body)
	if err != nil {
		return err
	}
	entries := make(rest.List, len(out))
	for i, d := range out {
		entries[i] = rest.Obj{"response": d.Response()}
	}
	answer := rest.Obj{"resourceType": "Bundle", "type": kind + "-response"}
	if len(entries) > 0 {
		answer["entry"] = entries
	}
	s.rest.FHIR(w, r, http.StatusOK, answer)
	return nil
}
