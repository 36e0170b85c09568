package signin

import (
	"context"
	"net/http"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// revoke ends a token, as a desk asks with its last request before it is locked, by a
// proof of its key. A token that is none is answered alike. Source: RFC 7009 §2.
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
	p, err := s.proofOf(r, form.Get("token"))
	if err == nil {
		err = s.alive(r.Context(), w.Header(), p)
	}
	var who *store.Account
	if err == nil { // whoever has none is answered beside the one writing transaction
		err = s.store.Read(r.Context(), func(tx *store.Tx) error { who, _ = tx.Desks.Token(hashed(form.Get("token"))); return nil })
	}
	if err == nil && who != nil {
		err = s.store.Write(r.Context(), func(tx *store.Tx) error { return s.end(r.Context(), tx, w.Header(), p, form.Get("token")) })
	}
	if err != nil {
		s.unproved(w, r, err)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// end ends a token that is bound to the proof's key. Errors: 401 for one bound to another.
func (s *SignIn) end(ctx context.Context, tx *store.Tx, answer http.Header, p *proof, token string) error {
	who, key := tx.Desks.Token(hashed(token))
	if who == nil {
		return nil
	}
	if key != p.key {
		return refusal.InvalidProof()
	}
	if err := s.spend(ctx, answer, p); err != nil {
		return err
	}
	tx.Desks.EndToken(hashed(token))
	accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditSignOut, Who: who})
	return nil
}
