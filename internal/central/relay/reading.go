package relay

import (
	"net/http"
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/engine"
	"github.com/ehrdesk/ehrdesk/internal/central/gate"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// read gives one record, or one version of it: it is read first, and goes out where the patient
// whose it says it is has consented, and the profession is given its kind.
func (s *Relay) read(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	ref := ehrdesk.Ref{Resource: r.PathValue("type"), ID: r.PathValue("id")}
	if !fhir.ValidType(ref.Resource) || !fhir.ValidID(ref.ID) {
		return refusal.NotFound()
	}
	if err := gate.Profession(r.Context(), s.store, accesslog.Event{Action: ehrdesk.AuditRead, Who: who, What: ref.String()}); err != nil {
		return err
	}
	found, err := s.engine.Read(r.Context(), ref, r.PathValue("v"))
	switch {
	case err != nil:
		return err
	case found == nil:
		return refusal.NotFound()
	case found.Gone:
		return refusal.New(http.StatusGone, "", "The resource was withdrawn.")
	case engine.Own(found.Resource):
		return refusal.NotFound()
	}
	owner, err := s.owner(r, found.Resource)
	if err != nil {
		return err
	}
	place := found.Place()
	if !place.Sharable && !place.Linked { // it is no part of the shared record
		return refusal.NotFound()
	}
	if err := gate.Record(r.Context(), s.store, who, owner, place.Kind, found.Labelled(), ref.String()); err != nil {
		return err
	}
	for name, text := range map[string]string{"ETag": found.ETag, "Last-Modified": found.Modified} {
		if text != "" {
			w.Header().Set(name, text)
		}
	}
	s.rest.Send(w, r, http.StatusOK, found.Bytes)
	return nil
}

// unclear is the refusal of a record of which nobody can tell whose it is.
func unclear() *refusal.Error {
	return refusal.New(http.StatusForbidden, "owner-unclear", "Whose this record is does not stand in it: it is given to nobody.")
}

// owner is the participant whose a record is, "" for what is nobody's and others refer to.
func (s *Relay) owner(r *http.Request, rec fhir.Resource) (owner string, err error) {
	var named []string
	if rec.Type == "Patient" {
		named = []string{rec.ID}
	}
	claims, _ := rec.Claims()
	for _, c := range claims {
		if _, kind, id, _ := fhir.SplitReference(c.Literal); kind == "Patient" && !slices.Contains(named, id) {
			named = append(named, id)
		}
	}
	if len(named) == 0 {
		if rec.Whose(fhir.Person{}) == fhir.Nobodys && rec.Place().Linked && nobodys(&rec) {
			return "", nil
		}
		return "", unclear()
	}
	err = s.store.Read(s.alone(r).Context(), func(tx *store.Tx) error {
		who := s.person(tx, named[0])
		if len(named) > 1 || rec.Whose(who) != fhir.Theirs {
			return unclear()
		}
		return nil
	})
	return named[0], err
}
