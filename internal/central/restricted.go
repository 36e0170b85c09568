package central

import (
	"net/http"

	"github.com/ehrdesk/ehrdesk"
)

// restricted gives the restricted records that a leave opens, as $everything
// gives the others. Every page asks for the leave anew, and is written down.
func (s *server) restricted(w http.ResponseWriter, r *http.Request, who *token) error {
	id := r.PathValue("id")
	where := "restricted/" + id
	form := r.URL.Query()
	var cur cursor
	if page := form.Get("page"); page != "" {
		var err error
		if cur, err = s.c.unseal(page, who, where); err != nil {
			return err
		}
	} else {
		var err error
		if cur.Count, err = count(form.Get("_count"), defaultPage, maxPage); err != nil {
			return err
		}
		cur.Search = form.Get("release")
	}
	err := s.c.write(r.Context(), func(q *tx) error {
		l, err := q.leaveOf(who, id, cur.Search)
		if f, ok := asFault(err); ok {
			e := event{action: ehrdesk.AuditRead, who: who, reason: "restricted records, release over", outcome: f.code()}
			if p, err := q.participant(id); err != nil {
				return err
			} else if p != nil {
				e.patient = id
			}
			if err := q.audit(e); err != nil {
				return err
			}
			return f.kept()
		}
		if err != nil {
			return err
		}
		if cur.At == 0 {
			if _, cur.At, err = q.change(); err != nil {
				return err
			}
		}
		return q.audit(event{action: ehrdesk.AuditRead, who: who, patient: id, kinds: l.kinds, reason: "restricted records, release " + l.id})
	})
	if err != nil {
		return err
	}
	return s.c.read(r.Context(), func(q *tx) error {
		l, err := q.leaveOf(who, id, cur.Search)
		if err != nil {
			return err
		}
		return s.writeRecords(w, r, q, who, id, l.scope(who), cur, where, "/Patient/"+id+"/$restricted")
	})
}
