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

// kinds are the types that the engine is told of. A consent waits for no event.
var kinds = [...]string{"Consent", "AuditEvent", "Communication"}

// tell takes what waits to the engine, of one type, in its order. What the
// engine refuses waits on and holds up nothing else; an engine that is not there ends it. The
// error is of what was asked for by its id in mine, or of anything where that is nil. What arrived
// and was not noted arrives again.
func (s *Store) tell(ctx context.Context, kind string, mine map[string]bool) error {
	turn := s.telling[kind]
	turn.Lock()
	defer turn.Unlock()
	var failed error
	refused := map[ehrdesk.Ref]bool{} // what comes later of the same waits behind it
	for after := int64(0); ; {
		var due []store.Due
		err := s.Store.Read(ctx, func(tx *store.Tx) error { due = tx.Log.Owed().Next(kind, after, together); return nil })
		if err != nil || len(due) == 0 {
			return cmp.Or(err, failed)
		}
		var done []int64
		var gone error
		for _, d := range due {
			after = d.Seq
			ref := ehrdesk.Ref{Resource: d.Type, ID: d.ID}
			err := engine.Strange()
			if !refused[ref] {
				put := s.put(ctx, d)
				if put == nil {
					done = append(done, d.Seq)
					continue
				}
				if f, ok := refusal.As(put); !ok || f.Issue != err.Issue {
					gone = put
					break
				}
			}
			refused[ref] = true
			if mine == nil || mine[d.ID] {
				failed = err
			}
		}
		err = s.Store.Write(ctx, func(tx *store.Tx) error {
			for _, seq := range done {
				tx.Log.Owed().Done(seq)
			}
			return nil
		})
		if gone != nil || err != nil {
			return cmp.Or(gone, err)
		}
	}
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
	if d.Type != "Consent" { // it says the same each time: what is there already is it
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
		if there != nil && (there.Gone || there.Text("status") != "active" || told.Text("status") == "active") {
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
	for _, kind := range kinds {
		failed := s.tell(ctx, kind, nil)
		if err = cmp.Or(failed, err); failed != nil && kind == "AuditEvent" {
			due = nil
		}
	}
	return cmp.Or(s.tellHead(ctx, due), err)
}
