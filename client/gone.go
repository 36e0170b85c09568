package client

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// Somebody whose account the centre has closed loses this desk's keys: at their
// own sign-in, when the centre says so, or as soon as a colleague's session hears
// it in the staff list. Only the centre's plain word counts: a refusal, silence or
// a name that is missing takes nothing from anybody. What exists nowhere else is
// never the price (cache.Store.Expel).

// staffEvery is how often a session asks who is gone.
const staffEvery = time.Hour

// expelGone takes the desk's keys from those whom the centre names as gone. The list
// is believed only where the asker stands in it, open.
func (s *Session) expelGone(ctx context.Context) error {
	d := s.desk
	s.mu.Lock()
	me, now := s.account, d.opt.Now()
	due := s.asked.IsZero() || now.Sub(s.asked).Abs() >= staffEvery
	s.mu.Unlock()
	d.mu.Lock()
	store := d.stores[me.Provider]
	d.mu.Unlock()
	if !due || store == nil || len(store.People()) < 2 {
		return nil
	}
	staff, err := staffOf(ctx, s.centre)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.asked = now
	s.mu.Unlock()
	gone, known := map[string]bool{}, false
	for _, m := range staff {
		gone[m.Staff] = m.Closed
		known = known || (m.Staff == me.Staff && !m.Closed)
	}
	if !known {
		return nil
	}
	var failed error // the first
	for _, p := range store.People() {
		if !gone[p.Staff] {
			continue
		}
		e := ehrdesk.AuditEvent{Action: ehrdesk.AuditEnrol, Detail: "the keys of this desk were taken from " + p.Staff + ": account closed"}
		if err := s.vault.Expel(ctx, p.Staff); err != nil {
			e.Outcome, e.Detail = ehrdesk.CodeOf(err), "the keys of this desk are to be taken from "+p.Staff+": account closed"
			if s.recordedOnce(e.Detail) {
				continue
			}
		}
		failed = cmp.Or(failed, s.record(ctx, e))
	}
	return failed
}

// recordedOnce reports that this session has written a thing down before.
func (s *Session) recordedOnce(what string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.once[what]
	if s.once == nil {
		s.once = map[string]bool{}
	}
	s.once[what] = true
	return before
}

// closeAccount is what a desk does when the centre says, to a person who proved who they
// are, that their account is closed. The vault is still open.
func (s *Session) closeAccount(ctx context.Context, store *cache.Store) error {
	staff := s.Account().Staff
	s.amend(ctx, func(p *person) { p.Closed = true }) // so that they do not work here without the line
	if err := s.record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditSignIn, Outcome: ehrdesk.CodeDenied, Detail: "account closed"}); err != nil {
		return err
	}
	err := store.Expel(ctx, staff)
	if ehrdesk.CodeOf(err) == ehrdesk.CodeConflict && len(store.People()) == 1 {
		_, err = s.PurgeAll(ctx) // the journal stays; copies can be fetched again
	}
	if err != nil && ehrdesk.CodeOf(err) != ehrdesk.CodeConflict { // a colleague who signs in has the keys to do it
		s.desk.opt.Log.Warn("keys of a closed account not removed", "code", string(ehrdesk.CodeOf(err)))
	}
	return nil
}

var errClosedHere = errors.New("this account was closed at the central service; without the line nothing opens")

// mayWorkOffline refuses somebody of whom the centre has said that they are gone.
func (s *Session) mayWorkOffline() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known.Closed {
		return ehrdesk.E("sign-in", ehrdesk.CodeDenied, errClosedHere)
	}
	return nil
}

// accountClosed reports the centre's word that an account is closed.
func accountClosed(err error) bool { return errors.Is(err, fhir.ErrAccountClosed) }
