package upstream

import (
	"bytes"
	"cmp"
	"context"
	"time"

	json "github.com/go-json-experiment/json/v1"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/engine"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// A consent that is given is put at the engine before it is written here: where either fails nothing has
// happened, no form is used up, nobody is told, and who was told that it failed finds it given by
// nobody later. What the engine may have got of it all the same is a debt that stands in the store
// before the engine is asked, and that goes with the transaction which writes the consent.

// undone is the status of a Consent that was not given after all.
const undone = "entered-in-error"

// undoAfter is how long after it was made such a one is left alone: whoever gives it is done by then, and
// so is a slow engine that was given up.
const undoAfter = 2 * time.Minute

// undoWithin is how far ahead the clock may have been that it was made by: of one from a later time, as by a
// clock that was put right, nobody waits for that.
const undoWithin = time.Hour

// giving is a consent that a transaction gives.
type giving struct {
	id             string
	body, retracts []byte // as the engine is told of it, and of its not being given
}

// ID is the same for each try of one request: the engine is told of a consent by it before the one that
// is written.
func (q consents) ID(patient, hcp string) string {
	q.v.had.mu.Lock()
	defer q.v.had.mu.Unlock()
	of := patient + "/" + hcp
	if q.v.had.ids[of] == "" {
		q.v.had.ids[of] = uuid.NewString()
	}
	return q.v.had.ids[of]
}

// gives has a consent put at the engine when all else is as it has to be.
func (v *view) gives(patient, hcp string, c ehrdesk.SharingConsent, notices string) {
	marshalled := func(r rest.Obj) []byte {
		b, err := json.Marshal(tagged(r))
		if err != nil {
			v.abort(store.Err)
		}
		return b
	}
	g := giving{id: c.ID, body: marshalled(v.consent(patient, hcp, store.Consent{SharingConsent: c}, notices))}
	c.State = ehrdesk.ConsentNone
	without := v.consent(patient, hcp, store.Consent{SharingConsent: c}, notices)
	without["status"] = undone
	g.retracts = marshalled(without)
	v.giving = append(v.giving, g)
}

// given is what a transaction that gives consents ends with: it begins again once the engine has them, and
// is then free of what would have taken them back.
func (v *view) given() error {
	for _, g := range v.giving {
		v.had.mu.Lock()
		there, debt := v.had.done[consentType+"/"+g.id], v.had.debts[g.id]
		v.had.mu.Unlock()
		if !there {
			v.lacks = func(ctx context.Context) error { return v.put(ctx, g) }
			return store.Err
		}
		due := v.tx.Log.Owed().Of(consentType, g.id)
		if len(due) != 1 || !bytes.Equal(due[0].Body, debt) {
			// Where it heeds no If-None-Match the engine may have it all the same: it is taken back once more.
			v.lacks = func(ctx context.Context) error {
				err := v.debts.again(ctx, store.Due{Type: consentType, ID: g.id, Body: debt})
				return cmp.Or(err, error(refusal.New(503, "upstream-busy", "This took too long: ask again.")))
			}
			return store.Err
		}
		v.tx.Log.Owed().Done(due[0].Seq)
	}
	return nil
}

// put has the engine keep a consent that is given, and the store know beforehand how that is undone.
func (v *view) put(ctx context.Context, g giving) error {
	debt := v.veil.bytes(ofDue, g.retracts)
	err := v.Store.Store.Write(ctx, func(tx *store.Tx) error {
		tx.Log.Owed().Add(store.Due{Type: consentType, ID: g.id, Body: debt})
		return nil
	})
	if err != nil {
		return err
	}
	conflict, err := v.engine.Put(ctx, ehrdesk.Ref{Resource: consentType, ID: g.id}, g.body, nil)
	if err == nil && conflict {
		err = engine.Strange()
	}
	if err != nil {
		return err
	}
	v.had.mu.Lock()
	defer v.had.mu.Unlock()
	v.had.done[consentType+"/"+g.id], v.had.debts[g.id] = true, debt
	return nil
}
