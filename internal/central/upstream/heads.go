package upstream

import (
	"context"
	"strconv"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/accesslog"
	"github.com/ehrdesk/ehrdesk/internal/central/engine"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/rest"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Whoever can delete events at the engine can take the last ones of a chain, and what is left still
// follows. So each gate puts the newest head that it signed of its log there, one Basic with its
// key, and whoever follows the chains holds each against its head, and that against what was seen
// before: no head of another gate's can be made anew, and an old one is known to be old.

// heads is the type that a head is.
const heads = "Basic"

// The extensions of a head beside the chain's name and number.
const (
	headSigned = "chain-head"
	headKey    = "chain-key"
)

// AddHead keeps a head that was signed; the engine is told of it.
func (q accesses) AddHead(h store.LogHead) {
	q.Log.AddHead(h)
	key, err := q.v.key.MarshalJSON()
	if err != nil {
		q.v.abort(store.Err)
	}
	q.v.owe(rest.Obj{"resourceType": heads, "id": headID(q.v.chain), "code": rest.Obj{"text": "How far an access log has come"},
		"extension": rest.List{rest.Extension(chainName, "valueString", q.v.chain), rest.Extension(chainNumber, "valueString", strconv.FormatInt(h.N, 10)),
			rest.Extension(headSigned, "valueString", h.Signed), rest.Extension(headKey, "valueString", string(key))}})
}

// headID is the id of a chain's head at the engine.
func headID(chain string) string { return engine.HeadID + registry.MadeID("head", chain) }

// dueHeads are the heads that the engine is yet to be told of.
func (s *Store) dueHeads(ctx context.Context) (due []store.Due, err error) {
	err = s.Store.Read(ctx, func(tx *store.Tx) error {
		for after := int64(0); ; after = due[len(due)-1].Seq {
			next := tx.Log.Owed().Next(heads, after, together)
			if due = append(due, next...); len(next) == 0 {
				return nil
			}
		}
	})
	return due, err
}

// tellHead puts the newest of the heads at the engine, in the place of an older one. Errors: the engine's.
func (s *Store) tellHead(ctx context.Context, due []store.Due) error {
	if len(due) == 0 {
		return nil
	}
	release, err := s.turns.take(ctx, heads)
	if err != nil {
		return err
	}
	defer release()
	if err := s.putHead(ctx, due[len(due)-1]); err != nil {
		return err
	}
	var told []int64
	for _, d := range due {
		told = append(told, d.Seq)
	}
	return s.debts.done(ctx, told)
}

func (s *Store) putHead(ctx context.Context, d store.Due) error {
	body, err := s.veil.open(ofDue, d.Body)
	if err != nil {
		return err
	}
	told, err := fhir.Read(body)
	if err != nil {
		return store.Err
	}
	ref := ehrdesk.Ref{Resource: d.Type, ID: d.ID}
	for range 3 {
		there, err := s.engine.Read(ctx, ref, "")
		if err != nil {
			return err
		}
		if there != nil && !there.Gone && numberOf(there.Resource) > numberOf(told) && headOf(there.Resource).ok {
			return nil // another gate of this store was first
		}
		if conflict, err := s.engine.Put(ctx, ref, body, there); err != nil || !conflict {
			return err
		}
	}
	return engine.Strange()
}

// said are the extensions of a resource by their names.
func said(r fhir.Resource) map[string]string {
	out := map[string]string{}
	fhir.Each(r.Raw("extension"), func(v fhir.Value) {
		out[fhir.TextAt(v, "url")] = fhir.TextAt(v, "valueString")
	})
	return out
}

// numberOf is how many events a head counts, as far as it says so.
func numberOf(r fhir.Resource) int64 {
	n, _ := strconv.ParseInt(said(r)[ehrdesk.ExtensionPrefix+chainNumber], 10, 64)
	return n
}

// head is how far a chain has come, as its gate has signed it.
type head struct {
	n    int64
	hash []byte
	ok   bool
}

// headOf reads a head; ok is false where its chain's key has not signed it.
func headOf(r fhir.Resource) (h head) {
	at := said(r)
	h.n, h.hash, h.ok = accesslog.OpenHead(at[ehrdesk.ExtensionPrefix+headSigned], at[ehrdesk.ExtensionPrefix+headKey], at[ehrdesk.ExtensionPrefix+chainName])
	return h
}
