package records

import (
	"net/http"
	"strconv"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/gate"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// admitted lets a record be read: its patient's consent, the profession's access
// to its kind, an audit event, and a notice where the access is a new one.
func (s *Records) admitted(r *http.Request, who *store.Account, owner string, kind ehrdesk.Kind, labelled bool) error {
	return s.store.Write(r.Context(), func(tx *store.Tx) error {
		e := accesslog.Event{Action: ehrdesk.AuditRead, Who: who, Patient: owner, Kinds: []ehrdesk.Kind{kind}}
		p, err := tx.Participants.Get(owner)
		if err != nil {
			return err
		}
		if f, ok := refusal.As(gate.MayKind(who, p, kind, labelled, tx.Now)); ok {
			e.Outcome = f.Code()
			if err := accesslog.Add(tx, e); err != nil {
				return err
			}
			return f.Kept()
		}
		if owner == "" {
			return accesslog.Add(tx, e)
		}
		_, _, err = gate.Admit(tx, e, false)
		return err
	})
}

// lookRecord finds a record that who may read. A deleted one comes as it is.
// That an id exists is not a secret, and a desk must be able to tell "gone"
// from "no longer yours": 404 and 403 differ.
func (s *Records) lookRecord(r *http.Request, who *store.Account) (*store.Record, error) {
	kind, id := r.PathValue("type"), r.PathValue("id")
	find := func(tx *store.Tx) (*store.Record, error) {
		rec, err := tx.Records.Get(kind, id)
		if err == nil && rec == nil {
			err = refusal.NotFound()
		}
		return rec, err
	}
	var rec *store.Record
	err := s.store.Read(r.Context(), func(tx *store.Tx) (err error) {
		rec, err = find(tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := s.admitted(r, who, rec.Patient, rec.Kind, rec.Labelled); err != nil {
		return nil, err
	}
	err = s.store.Read(r.Context(), func(tx *store.Tx) (err error) { // once more, with consent, in one snapshot
		if rec, err = find(tx); err != nil {
			return err
		}
		var p *store.Participant
		if rec.Patient != "" {
			if p, _, err = gate.MayRead(tx, who, rec.Patient); err != nil {
				return err
			}
		}
		return gate.MayKind(who, p, rec.Kind, rec.Labelled, tx.Now) // it may have changed in between
	})
	return rec, err
}

func (s *Records) readRecord(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	rec, err := s.lookRecord(r, who)
	if err != nil {
		return err
	}
	if rec.Deleted {
		return refusal.New(http.StatusGone, "", "The resource was withdrawn.")
	}
	s.resource(w, r, http.StatusOK, rec.Version, rec.Updated, rec.Body)
	return nil
}

func (s *Records) resource(w http.ResponseWriter, r *http.Request, status int, version, updated int64, body []byte) {
	w.Header().Set("ETag", rest.ETag(version))
	w.Header().Set("Last-Modified", store.Time(updated).Format(http.TimeFormat))
	s.rest.Send(w, r, status, body)
}

func (s *Records) readVersion(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	want, err := strconv.ParseInt(r.PathValue("v"), 10, 64)
	if err != nil {
		return refusal.NotFound()
	}
	rec, err := s.lookRecord(r, who)
	if err != nil {
		return err
	}
	versions, _, err := s.versions(r, who, rec, want)
	if err != nil {
		return err
	}
	for _, v := range versions {
		switch {
		case v.Version != want:
		case v.Deleted:
			return refusal.New(http.StatusGone, "", "The resource was withdrawn in this version.")
		default:
			s.resource(w, r, http.StatusOK, v.Version, v.Updated, v.Body)
			return nil
		}
	}
	return refusal.NotFound()
}
