package records

import (
	"net/http"

	"github.com/ehrdesk/ehrdesk/internal/central/gate"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// tombstones names what left a patient's record as this profession sees it:
// what was withdrawn, and what became a kind that it may not see.
func (s *Records) tombstones(w http.ResponseWriter, r *http.Request, who *store.Account) error {
	id := r.PathValue("id")
	from, err := rest.Since(r)
	if err != nil {
		return err
	}
	_, at, err := gate.Access(r.Context(), s.store, who, id)
	if err != nil {
		return err
	}
	entries := rest.List{}
	add := func(reason string) func(store.Gone) error {
		return func(g store.Gone) error {
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
