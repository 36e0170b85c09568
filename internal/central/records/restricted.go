package records

import (
	"net/http"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/gate"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// restricted gives the restricted records that a leave opens, as $everything
// gives the others. Every page asks for the leave anew, and is written down.
func (s *Records) restricted(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	id := r.PathValue("id")
	where := "restricted/" + id
	form := r.URL.Query()
	var cur rest.Cursor
	if page := form.Get("page"); page != "" {
		var err error
		if cur, err = s.rest.Unseal(page, who, where); err != nil {
			return err
		}
	} else {
		var err error
		if cur.Count, err = rest.Count(form.Get("_count"), defaultPage, maxPage); err != nil {
			return err
		}
		cur.Search = form.Get("release")
	}
	err := s.store.Write(r.Context(), func(tx *store.Tx) error {
		l, err := gate.LeaveOf(tx, who, id, cur.Search)
		if f, ok := refusal.As(err); ok {
			e := accesslog.Event{Action: ehrdesk.AuditRead, Who: who, Reason: "restricted records, release over", Outcome: f.Code()}
			if p, err := tx.Participants.Get(id); err != nil {
				return err
			} else if p != nil {
				e.Patient = id
			}
			if err := accesslog.Add(tx, e); err != nil {
				return err
			}
			return f.Kept()
		}
		if err != nil {
			return err
		}
		if cur.At == 0 {
			if _, cur.At, err = tx.Changes.Next(); err != nil {
				return err
			}
		}
		return accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditRead, Who: who, Patient: id, Kinds: l.Kinds, Reason: "restricted records, release " + l.ID})
	})
	if err != nil {
		return err
	}
	return s.store.Read(r.Context(), func(tx *store.Tx) error {
		l, err := gate.LeaveOf(tx, who, id, cur.Search)
		if err != nil {
			return err
		}
		return s.writeRecords(w, r, tx, who, id, l.Scope(who), cur, where, "/Patient/"+id+"/$restricted")
	})
}
