package upstream

import (
	"context"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/engine"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/resource"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// NotHere is the refusal of what only a centre does that keeps the records itself.
func NotHere() *refusal.Error {
	return refusal.New(405, "not-here", "This centre keeps no records: they are written where they are kept.")
}

// records are the engine's, one at a time. Lists of them are read beside the transaction, and
// nothing is written.
type records struct{ *view }

func (q records) Get(kind, id string) *store.Record {
	ref := ehrdesk.Ref{Resource: kind, ID: id}
	if q.closing && q.local && !q.has(ref) { // who withdraws is told on the contact that is known here
		return nil
	}
	found := q.get(ref)
	if kind == "Patient" && found != nil {
		found = q.theirs(id)
	}
	if found == nil {
		return nil
	}
	if _, err := resource.Scan(found.Bytes); err != nil { // who withdraws is known here
		if q.closing {
			return nil
		}
		q.abort(engine.Strange())
	}
	place := found.Place()
	r := &store.Record{Type: kind, ID: id, Version: 1, Kind: place.Kind, Linked: place.Linked, Labelled: found.Labelled(), Body: found.Bytes}
	if kind == "Patient" {
		r.Patient = id
	}
	return r
}

// Counts are what the whole list of the patient's records has, as it is given to desks.
func (q records) Counts(patient string) map[ehrdesk.Kind]store.Tally {
	q.had.mu.Lock()
	counts, asked := q.had.counts[patient]
	q.had.mu.Unlock()
	if !asked {
		q.fetch(func(ctx context.Context) error {
			counts, err := q.Store.counts(ctx, patient)
			if err == nil {
				q.had.mu.Lock()
				q.had.counts[patient] = counts
				q.had.mu.Unlock()
			}
			return err
		})
	}
	return counts
}

func (q records) Holder(string, string) (string, []byte, bool) {
	q.abort(NotHere())
	return "", nil, false
}

func (q records) Was(string, string, []byte) bool {
	q.abort(NotHere())
	return false
}

func (q records) Put(*store.Record, *store.Record, []ehrdesk.Ref) { q.abort(NotHere()) }
func (q records) Remove(*store.Record, int64, int64, int64)       { q.abort(NotHere()) }
func (q records) ReferredElsewhere(ehrdesk.Ref, string, string) bool {
	q.abort(NotHere())
	return false
}

func (q records) EachOf(string, string, string, func(string, []byte) error) error { return NotHere() }

// charts are none: lists are read from the engine, page by page.
type charts struct{ *view }

func (q charts) Total(string, store.Scope, int64) int {
	q.abort(NotHere())
	return 0
}

func (q charts) Own(string, store.Scope, int64, int64, int, func(*store.Row) error) error {
	return NotHere()
}

func (q charts) Shared(string, store.Scope, int64, int64, int, func(*store.Row) error) error {
	return NotHere()
}

func (q charts) Search(store.Query, func(*store.Row) error) error { return NotHere() }

func (q charts) Deleted(string, store.Scope, int64, func(*store.Gone) error) error { return NotHere() }

func (q charts) OutOfScope(string, store.Scope, int64, func(*store.Gone) error) error {
	return NotHere()
}

func (q charts) Versions(string, string, int64, int64, []ehrdesk.Kind, func(*store.Record) error) error {
	return NotHere()
}

func (q charts) History(string, []ehrdesk.Kind, int64, func(*store.Record) error) error {
	return NotHere()
}

func (q charts) Body(string, string, int64) []byte {
	q.abort(NotHere())
	return nil
}
