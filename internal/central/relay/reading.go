package relay

import (
	"cmp"
	"context"
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

// read gives one record, or an earlier version of it. The record as it stands now is judged first,
// as at a centre that keeps its records: what was deleted, labelled, or is another's by now is given
// in no version. A version is judged once more by what it says itself, and a Patient by the person: an id
// may have been somebody else's.
func (s *Relay) read(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	ref := ehrdesk.Ref{Resource: r.PathValue("type"), ID: r.PathValue("id")}
	if !fhir.ValidType(ref.Resource) || !fhir.ValidID(ref.ID) {
		return refusal.NotFound()
	}
	if err := gate.Profession(r.Context(), s.store, accesslog.Event{Action: ehrdesk.AuditRead, Who: who, What: ref.String()}); err != nil {
		return err
	}
	found, owner, err := s.one(r, ref, "")
	if err != nil {
		return err
	}
	if err := gate.Record(r.Context(), s.store, who, owner, found.Place().Kind, found.Labelled(), ref.String()); err != nil {
		return err
	}
	if v := r.PathValue("v"); v != "" {
		if found, err = s.version(r, who, ref, v, owner); err != nil {
			return err
		}
	}
	if same, err := s.theirs(r.Context(), found.Resource); err != nil || !same {
		return cmp.Or(err, error(refusal.NotFound()))
	}
	for name, text := range map[string]string{"ETag": found.ETag, "Last-Modified": found.Modified} {
		if text != "" {
			w.Header().Set(name, text)
		}
	}
	s.rest.Send(w, r, http.StatusOK, found.Bytes)
	return nil
}

// one reads a record, or a version of it, and whose it is, "" for what others refer to.
func (s *Relay) one(r *http.Request, ref ehrdesk.Ref, version string) (found *engine.Found, owner string, err error) {
	found, err = s.engine.Read(r.Context(), ref, version)
	switch {
	case err != nil:
		return nil, "", err
	case found == nil:
		return nil, "", refusal.NotFound()
	case found.Gone:
		return nil, "", refusal.New(http.StatusGone, "", "The resource was withdrawn.")
	case engine.Own(found.Resource):
		return nil, "", refusal.NotFound()
	}
	place := found.Place()
	if owner, err = s.owner(r, found.Resource); err != nil {
		return nil, "", err
	}
	if !place.Sharable && !place.Linked { // it is no part of the shared record
		return nil, "", refusal.NotFound()
	}
	return found, owner, nil
}

// theirs reports, of a Patient, whether it is of who was registered by its id; of all else true.
func (s *Relay) theirs(ctx context.Context, r fhir.Resource) (bool, error) {
	if r.Type != "Patient" {
		return true, nil
	}
	return s.store.Is(ctx, r)
}

// version is one of a record that may be read as it stands: the same patient's, without a label, and
// of a kind that the profession is given.
func (s *Relay) version(r *http.Request, who *store.Account, ref ehrdesk.Ref, version, owner string) (*engine.Found, error) {
	found, of, err := s.one(r, ref, version)
	if err != nil {
		return nil, err
	}
	if of != owner || found.Labelled() || gate.Level(who, found.Place().Kind) != ehrdesk.General {
		return nil, refusal.NotFound()
	}
	return found, nil
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
		if rec.Whose(fhir.Person{}) == fhir.Nobodys && rec.Place().Linked && !namesOthers(&rec, "", &fhir.Person{Called: s.called()}) {
			return "", nil
		}
		return "", unclear()
	}
	err = s.store.Read(s.alone(r).Context(), func(tx *store.Tx) error {
		who := s.person(tx, named[0])
		if len(named) > 1 || rec.Whose(who) != fhir.Theirs || rec.Place().Linked && namesOthers(&rec, who.ID, &who) {
			return unclear()
		}
		return nil
	})
	return named[0], err
}
