package upstream

import (
	"bytes"
	"context"
	"math"
	"slices"
	"sync"
	"time"

	json "github.com/go-json-experiment/json/v1"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// debts are what the engine has yet to be told, as they stand sealed in the store beneath.
type debts struct {
	beneath store.Store
	veil    *veil
	places  places
}

// places are where the next round of each type begins. The zero value is ready.
type places struct {
	mu sync.Mutex
	at map[string]int64
}

func (p *places) get(kind string) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.at[kind]
}

func (p *places) set(kind string, at int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.at == nil {
		p.at = map[string]int64{}
	}
	p.at[kind] = at
}

// round goes once through what waits of a type, some at a time, until some ends it with where that was. The
// next one begins behind it and comes to it last: of one thing that the engine never answers of nobody
// can tell that it is not the engine which is not there, and it holds up nothing else for ever.
func (d *debts) round(ctx context.Context, kind string, some func(due []store.Due) (at int64, err error)) error {
	from := d.places.get(kind)
	for _, part := range [...][2]int64{{from, math.MaxInt64}, {0, from}} {
		for after := part[0]; ; {
			var due []store.Due
			err := d.beneath.Read(ctx, func(tx *store.Tx) error { due = tx.Log.Owed().Next(kind, after, together); return nil })
			if err != nil {
				return err
			}
			due = slices.DeleteFunc(due, func(one store.Due) bool { return one.Seq > part[1] })
			if len(due) == 0 {
				break
			}
			after = due[len(due)-1].Seq
			if at, err := some(due); err != nil {
				d.places.set(kind, at)
				return err
			}
		}
	}
	d.places.set(kind, 0)
	return nil
}

// done notes what the engine was told.
func (d *debts) done(ctx context.Context, seqs []int64) error {
	if len(seqs) == 0 {
		return nil
	}
	return d.beneath.Write(ctx, func(tx *store.Tx) error {
		for _, seq := range seqs {
			tx.Log.Owed().Done(seq)
		}
		return nil
	})
}

// waits reports whether the engine is yet to be told of a resource.
func (d *debts) waits(ctx context.Context, ref ehrdesk.Ref) (found bool, err error) {
	err = d.beneath.Read(ctx, func(tx *store.Tx) error {
		found = len(tx.Log.Owed().Of(ref.Resource, ref.ID)) > 0
		return nil
	})
	return found, err
}

// ripe is what waits of a consent as far as it may be told now: what takes one back that may be being
// given is left alone, and is claimed before it is told.
func (d *debts) ripe(ctx context.Context, id string) (due []store.Due, err error) {
	var waits []store.Due
	var now time.Time
	err = d.beneath.Read(ctx, func(tx *store.Tx) error {
		waits, now = tx.Log.Owed().Of(consentType, id), tx.Now
		return nil
	})
	for _, one := range waits {
		body, bad := d.veil.open(ofDue, one.Body)
		if bad != nil {
			return due, bad
		}
		o := fhir.ObjectOf(body)
		if o.Text("status") == undone && o.Has("dateTime") {
			if made := o.When("dateTime").Time; now.Before(made.Add(undoAfter)) && made.Before(now.Add(undoWithin)) {
				break
			}
			claimed, err := d.claim(ctx, one, body)
			if err != nil || claimed == nil {
				return due, err
			}
			one = *claimed
		}
		due = append(due, one)
	}
	return due, err
}

// again has a debt stand once more.
func (d *debts) again(ctx context.Context, one store.Due) error {
	return d.beneath.Write(ctx, func(tx *store.Tx) error {
		tx.Log.Owed().Add(one)
		return nil
	})
}

// claim puts another debt, without its time, in the place of one that takes a consent back: who was giving
// that finds it so, however long they were away and whatever their clock says, and it is never both given
// and taken back. nil is one that is not there any more.
func (d *debts) claim(ctx context.Context, one store.Due, body []byte) (claimed *store.Due, err error) {
	var r rest.Obj
	if json.Unmarshal(body, &r) != nil {
		return nil, store.Err
	}
	delete(r, "dateTime")
	if body, err = json.Marshal(r); err != nil {
		return nil, store.Err
	}
	err = d.beneath.Write(ctx, func(tx *store.Tx) error {
		claimed = nil
		owed := tx.Log.Owed()
		same := func(o store.Due) bool { return o.Seq == one.Seq && bytes.Equal(o.Body, one.Body) }
		if !slices.ContainsFunc(owed.Of(one.Type, one.ID), same) {
			return nil
		}
		owed.Done(one.Seq)
		owed.Add(store.Due{Type: one.Type, ID: one.ID, Body: d.veil.bytes(ofDue, body)})
		all := owed.Of(one.Type, one.ID)
		claimed = &all[len(all)-1]
		return nil
	})
	return claimed, err
}
