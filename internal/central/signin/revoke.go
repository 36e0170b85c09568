package signin

import (
	"net/http"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// revoke ends a token, as a desk asks with its last request before it is locked. Who holds
// the token may end it: nobody learns anything by it, and a token that is none is answered
// alike. Source: RFC 7009 §2.
func (s *SignIn) revoke(w http.ResponseWriter, r *http.Request) {
	body, err := rest.Body(w, r, 64<<10)
	if err != nil {
		s.rest.Fail(w, r, err)
		return
	}
	form, err := rest.ParseForm(r, body)
	if err != nil || form.Get("token") == "" {
		s.rest.OAuth(w, http.StatusBadRequest, "invalid_request")
		return
	}
	digest := hashed(form.Get("token"))
	err = s.store.Write(r.Context(), func(tx *store.Tx) error {
		if who := tx.Desks.Token(digest); who != nil {
			tx.Desks.EndToken(digest)
			accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditSignOut, Who: who})
		}
		return nil
	})
	if err != nil {
		s.rest.Fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusOK)
}
