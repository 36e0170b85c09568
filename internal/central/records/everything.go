package records

import (
	"net/http"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/gate"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/google/uuid"
)

const (
	defaultPage = 1000
	maxPage     = 5000
)

// everything gives a patient's records in the order they were stored, then the
// shared resources they refer to. A record changed while pages are being
// fetched comes once more on a later page, in its new version; one that comes
// after the last page is later than the bundle's timestamp, and a sync with
// that as _since gets it.
func (s *Records) everything(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	id := r.PathValue("id")
	where := "everything/" + id
	var cur rest.Cursor
	if page := r.URL.Query().Get("page"); page != "" {
		var err error
		if cur, err = s.rest.Unseal(page, who, where); err != nil {
			return err
		}
		if _, _, err = gate.Access(r.Context(), s.store, accesslog.Event{Action: ehrdesk.AuditRead, Who: who, Patient: id, Access: cur.Access, What: "$everything"}); err != nil {
			return err
		}
	} else {
		var err error
		if cur.Since, err = rest.Since(r); err != nil {
			return err
		}
		if cur.Count, err = rest.Count(r.URL.Query().Get("_count"), defaultPage, maxPage); err != nil {
			return err
		}
		var p *store.Participant
		cur.Access = uuid.NewString()
		if p, cur.At, err = gate.Access(r.Context(), s.store, accesslog.Event{ID: cur.Access, Action: ehrdesk.AuditRead, Who: who, Patient: id, What: "$everything"}); err != nil {
			return err
		}
		cur.Since = flowing(p, cur.Since)
	}
	return s.answer(w, r, who, func(tx *store.Tx, b *bundleWriter) error {
		p, _, err := gate.MayRead(tx, who, id)
		if err != nil {
			return err
		}
		return s.records(tx, b, who, id, store.Plainly(gate.Given(who, p, tx.Now)), cur, where, "/Patient/"+id+"/$everything")
	})
}

// answer makes a Bundle in one snapshot and sends it once that is let go of: a client that
// reads slowly, or not at all, holds no transaction.
func (s *Records) answer(w http.ResponseWriter, r *http.Request, who *store.Account, fill func(tx *store.Tx, b *bundleWriter) error) error {
	return s.rest.Page(w, r, who, func() ([]byte, error) {
		b := &bundleWriter{base: s.rest.Base(r)}
		err := s.store.Read(r.Context(), func(tx *store.Tx) error { return fill(tx, b) })
		return b.bytes(), err
	})
}

// records puts one page of a patient's records of a scope into b. where seals the next
// page, path is what it is asked for by.
func (s *Records) records(tx *store.Tx, b *bundleWriter, who *store.Account, id string, of store.Scope, cur rest.Cursor, where, path string) error {
	if cur.Total == 0 && cur.Phase == 0 && cur.After == 0 {
		cur.Total = tx.Charts.Total(id, of, cur.Since)
	}
	if err := b.everything(tx, id, of, &cur); err != nil {
		return err
	}
	return b.end(s.rest, cur, who, where, path)
}

// flowing is the instant that a list of changes begins at: all that was there when
// records began to flow counts as changed at that moment.
func flowing(p *store.Participant, from int64) int64 {
	if from <= p.Expected {
		return 0
	}
	return from
}

// tombstones names what left a patient's record as this profession sees it:
// what was withdrawn, and what became a kind that it may not see.
func (s *Records) tombstones(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	id := r.PathValue("id")
	from, err := rest.Since(r)
	if err != nil {
		return err
	}
	_, at, err := gate.Access(r.Context(), s.store, accesslog.Event{Action: ehrdesk.AuditRead, Who: who, Patient: id, What: "$tombstones"})
	if err != nil {
		return err
	}
	entries := rest.List{}
	add := func(reason string) func(*store.Gone) error {
		return func(g *store.Gone) error {
			name := g.Resource + "/" + g.ID
			entries = append(entries, rest.Obj{"extension": rest.List{rest.Extension("tombstone-reason", "valueCode", reason)},
				"fullUrl": s.rest.Base(r) + "/" + name, "request": rest.Obj{"method": "DELETE", "url": name},
				"response": rest.Obj{"status": "204", "lastModified": rest.Instant(g.At)}})
			return nil
		}
	}
	err = s.store.Read(r.Context(), func(tx *store.Tx) error {
		p, _, err := gate.MayRead(tx, who, id)
		if err != nil {
			return err
		}
		of := store.Plainly(gate.Given(who, p, tx.Now))
		if err := tx.Charts.Deleted(id, of, from, add("deleted")); err != nil {
			return err
		}
		return tx.Charts.OutOfScope(id, of, from, add("out-of-scope"))
	})
	if err != nil {
		return err
	}
	out := rest.Obj{"resourceType": "Bundle", "type": "history", "timestamp": rest.Instant(at), "total": len(entries)}
	if len(entries) > 0 {
		out["entry"] = entries
	}
	s.rest.FHIR(w, r, http.StatusOK, out)
	return nil
}

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
	begun := cur.Access
	if begun == "" {
		cur.Access = uuid.NewString()
	}
	e := accesslog.Event{Action: ehrdesk.AuditRead, Who: who, Patient: id, What: "$restricted", Access: begun}
	if begun == "" {
		e.ID = cur.Access
	}
	err := s.store.Write(r.Context(), func(tx *store.Tx) error {
		at, err := gate.Leaving(tx, e, cur.Search)
		if cur.At == 0 {
			cur.At = at
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.answer(w, r, who, func(tx *store.Tx, b *bundleWriter) error {
		l, err := gate.LeaveOf(tx, who, id, cur.Search)
		if err != nil {
			return err
		}
		return s.records(tx, b, who, id, l.Scope(who), cur, where, "/Patient/"+id+"/$restricted")
	})
}
