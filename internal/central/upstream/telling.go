package upstream

import (
	"cmp"
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/engine"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// together is how many resources are told before it is noted that they were.
const together = 64

// kinds are the types of which the engine is told one by one, in their order. A consent waits for none.
var kinds = [...]string{"AuditEvent", "Communication"}

// tell takes what waits of one type to the engine, in its order. What the engine refuses waits on and
// holds up nothing else; an engine that is not there ends it. What arrived and was not noted
// arrives again.
func (s *Store) tell(ctx context.Context, kind string) (failed error) {
	refused := map[ehrdesk.Ref]bool{} // what comes later of the same waits behind it
	err := s.debts.round(ctx, kind, func(due []store.Due) (at int64, gone error) {
		var done []int64
		for _, d := range due {
			at = d.Seq
			ref := ehrdesk.Ref{Resource: d.Type, ID: d.ID}
			if !refused[ref] {
				put := s.put(ctx, d)
				if put == nil {
					done = append(done, d.Seq)
					continue
				}
				if !isRefused(put) {
					gone = put
					break
				}
			}
			refused[ref], failed = true, engine.Strange()
		}
		return at, cmp.Or(gone, s.debts.done(ctx, done))
	})
	return cmp.Or(err, failed)
}

// isRefused reports an engine that is there and does not take what it was told.
func isRefused(err error) bool {
	f, ok := refusal.As(err)
	return ok && f.Issue == engine.Strange().Issue
}

// tellConsents takes the consents that wait to the engine, as tell does. One that the engine does not
// answer of in time holds up no other; after two it is the engine that is slow.
func (s *Store) tellConsents(ctx context.Context) (failed error) {
	told, slow := map[string]bool{}, 0
	err := s.debts.round(ctx, consentType, func(due []store.Due) (at int64, err error) {
		for _, d := range due {
			if at = d.Seq; told[d.ID] {
				continue
			}
			told[d.ID] = true
			err := s.tellConsent(ctx, d.ID)
			f, _ := refusal.As(err)
			switch {
			case err == nil:
			case isRefused(err):
				failed = err
			case f != nil && f.Issue == engine.Slow().Issue && slow == 0 && ctx.Err() == nil:
				slow++
				failed = err
			default:
				return at, err
			}
		}
		return at, nil
	})
	return cmp.Or(err, failed)
}

// consentType is what a sharing consent is at the engine.
const consentType = "Consent"

// tellConsent tells the engine of one consent what waits of it when its turn has come: whoever had the
// turn before may have told it.
func (s *Store) tellConsent(ctx context.Context, id string) error {
	release, err := s.turns.take(ctx, consentType+"/"+id)
	if err != nil {
		return err
	}
	defer release()
	due, err := s.debts.ripe(ctx, id)
	var done []int64
	for i := 0; err == nil && i < len(due); i++ {
		if err = s.put(ctx, due[i]); err == nil {
			done = append(done, due[i].Seq)
		}
	}
	return cmp.Or(err, s.debts.done(ctx, done))
}

// put has the engine keep a resource. A Consent that has ended there never begins again: what is
// there is read first, and where the engine heeds it the write is meant for that version alone.
func (s *Store) put(ctx context.Context, d store.Due) error {
	body, err := s.veil.open(ofDue, d.Body)
	if err != nil {
		return err
	}
	if d.Type == "Communication" {
		if body, err = s.addressed(ctx, body); body == nil {
			return err
		}
	}
	ref := ehrdesk.Ref{Resource: d.Type, ID: d.ID}
	if d.Type != consentType { // it says the same each time: what is there already is it
		conflict, err := s.engine.Put(ctx, ref, body, nil)
		if err != nil || !conflict {
			return err
		}
		if there, err := s.engine.Read(ctx, ref, ""); err != nil || there != nil {
			return err
		}
		return engine.Strange()
	}
	told, err := fhir.Read(body)
	if err != nil {
		return store.Err
	}
	for range 3 {
		there, err := s.engine.Read(ctx, ref, "")
		if err != nil {
			return err
		}
		if there != nil && (there.Gone || isOver(there.Resource) || told.Text("status") == "active") {
			return nil // it has ended there, or is as it was told before
		}
		if conflict, err := s.engine.Put(ctx, ref, body, there); err != nil || !conflict {
			return err
		}
	}
	return engine.Strange()
}

// Telling tells the engine what comes up until ctx ends; failed hears of what it could not be
// told, once until it can again.
func (s *Store) Telling(ctx context.Context, failed func(error)) {
	tick := time.NewTicker(retryEvery)
	defer tick.Stop()
	silent := false
	for {
		switch err := s.Tell(ctx); {
		case err == nil:
			silent = false
		case ctx.Err() == nil && !silent:
			silent = true
			failed(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.told:
		case <-tick.C:
		}
	}
}

// retryEvery is how often an engine that was not to be reached is tried again.
const retryEvery = 15 * time.Second

// Tell tells the engine all that waits, and how long the log is once its events are there. Errors: the
// engine's.
func (s *Store) Tell(ctx context.Context) (err error) {
	due, err := s.dueHeads(ctx)
	err = cmp.Or(s.standStill(ctx), s.tellConsents(ctx), s.withdrawAgain(ctx), err)
	for _, kind := range kinds {
		failed := s.tell(ctx, kind)
		if err = cmp.Or(failed, err); failed != nil && kind == "AuditEvent" {
			due = nil
		}
	}
	return cmp.Or(s.tellHead(ctx, due), err)
}
