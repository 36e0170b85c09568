package upstream

import (
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/engine"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// asTheEngineHas is a consent that stands in the store, as the engine has it beside.
//
// What has ended there is written into the store before anybody hears of it, with its event and its
// notice, so that it never begins again whatever is written at the engine later. A Consent that was
// deleted has ended. One that is not there at all is a question of which engine it is that answers:
// it opens nothing, and has ended where the patient is there without it and it was told before.
func (v *view) asTheEngineHas(c *store.Consent, patient, hcp string) *store.Consent {
	ref, who := ehrdesk.Ref{Resource: "Consent", ID: c.ID}, ehrdesk.Ref{Resource: "Patient", ID: patient}
	v.all([]ehrdesk.Ref{ref, who})
	found, gone := v.read404(ref)
	if found == nil {
		c.State = ehrdesk.ConsentNone
		switch {
		case gone:
			v.ends(c, patient, hcp, v.tx.Now)
		case v.get(who) != nil:
			v.misses(c, patient, hcp)
		}
		return c
	}
	word, at, until := heed(found.Resource, patient, hcp, v.tx.Now)
	switch {
	case word == ended:
		if at.IsZero() || at.After(v.tx.Now) {
			at = v.tx.Now
		}
		if at.Before(c.Since) {
			at = c.Since
		}
		v.ends(c, patient, hcp, at)
	case word == closed:
		c.State = ehrdesk.ConsentNone
	case v.isAnother(c, patient):
	case !until.IsZero() && (c.Until.IsZero() || until.Before(c.Until)):
		c.Until = until
	}
	return c
}

// isAnother closes a consent whose patient's id does not stand for who gave it.
func (v *view) isAnother(c *store.Consent, patient string) bool {
	if c.Closed = v.unlike(patient); c.Closed != "" {
		c.State = ehrdesk.ConsentNone
	}
	return c.Closed != ""
}

// read404 is what the engine has under a reference, and whether it says that there was something.
func (v *view) read404(ref ehrdesk.Ref) (found *engine.Found, gone bool) {
	if found = v.get(ref); found != nil {
		return found, false
	}
	v.had.mu.Lock()
	defer v.had.mu.Unlock()
	return nil, v.had.found[ref] != nil
}

// ends has a consent end in the store, once for a request: the transaction begins again with it.
func (v *view) ends(c *store.Consent, patient, hcp string, at time.Time) {
	c.State, c.Ended = ehrdesk.ConsentWithdrawn, at
	known := v.known(patient)
	v.once(c.ID, func(ctx context.Context) error { return v.Store.end(ctx, patient, hcp, c.ID, at, known) })
}

// misses ends a consent whose resource is not at the engine though it was told: it is looked for once
// more after the store has said that nothing of it waits to be told.
func (v *view) misses(c *store.Consent, patient, hcp string) {
	ref, known := ehrdesk.Ref{Resource: "Consent", ID: c.ID}, v.known(patient)
	v.once(c.ID, func(ctx context.Context) error {
		waits, err := v.debts.waits(ctx, ref)
		if err != nil || waits {
			return err
		}
		found, err := v.engine.Read(ctx, ref, "")
		if err != nil || found != nil {
			return err
		}
		return v.Store.end(ctx, patient, hcp, ref.ID, time.Time{}, known)
	})
}

// once runs what has to be done beside the transaction, which then begins again, once for a request.
func (v *view) once(of string, what func(context.Context) error) {
	v.had.mu.Lock()
	done := v.had.done[of]
	v.had.mu.Unlock()
	if done || v.local {
		return
	}
	v.fetch(func(ctx context.Context) error {
		if err := what(ctx); err != nil {
			return err
		}
		v.had.mu.Lock()
		defer v.had.mu.Unlock()
		v.had.done[of] = true
		return nil
	})
}

// byEngine is who acts where it was not a desk: what has changed where the records are kept.
func byEngine(h *store.HCP) *store.Account {
	return &store.Account{HCP: h.ID, Provider: *h, Staff: "engine"}
}

// end writes into the store that a consent has ended at the engine, at an instant or just now, with its
// event and the patient's notice, which who declined notices of accesses has at one of the contacts that
// are known; one that has ended here meanwhile, or that another took the place of, is left as it is.
func (s *Store) end(ctx context.Context, patient, hcp, id string, at time.Time, known []store.Contact) error {
	return s.beneath(ctx, func(tx *store.Tx) error {
		c, h, p := tx.Consents.Last(patient, hcp), tx.Accounts.Provider(hcp), tx.Participants.Get(patient)
		if c == nil || c.ID != id || !c.StateAt(tx.Now).Allows() {
			return nil
		}
		if h == nil || p == nil {
			return store.Err
		}
		if at.IsZero() {
			at = tx.Now
		}
		c.State, c.Ended = ehrdesk.ConsentWithdrawn, at
		tx.Consents.Set(c, true)
		accesslog.Add(tx, accesslog.Event{Action: ehrdesk.AuditRevoke, Who: byEngine(h), Patient: patient, Reason: "it ended where the records are kept"})
		withdrawn(tx, p, h, at, known)
		return nil
	})
}

// withdrawn tells a patient that a consent has ended, which nobody declines to be told.
func withdrawn(tx *store.Tx, p *store.Participant, h *store.HCP, at time.Time, known []store.Contact) {
	accesslog.NotifyDeclinedAt(tx, p, accesslog.ToldOfConsents(p, known), "eHealth: sharing consent to "+h.Name+" was withdrawn at "+accesslog.Local(at)+". Enquiries: 3467 6300.")
}

// beneath changes the store without a word to the engine of a consent; events and notices it is told.
func (s *Store) beneath(ctx context.Context, fn func(*store.Tx) error) error {
	var v *view
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		v = &view{Store: s, had: newHeld(), local: true, quiet: true}
		return v.run(tx, fn)
	})
	if err == nil && v.owes {
		s.wake()
	}
	return err
}
