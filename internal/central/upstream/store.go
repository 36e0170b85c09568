// Package upstream is a store in front of an engine that keeps the records: the rules ask it as
// they ask any, and what they ask of patients' records, and whether a consent still stands as it
// was given, is the engine's. Counters, codes, nonces and heads are those of the store beneath.
//
// No transaction waits for the engine. One that asks for what has not been fetched is undone,
// that is fetched, and it begins again; what was fetched is forgotten with the request. What a
// transaction has the engine told is kept, sealed, beside what it changed, and taken there
// afterwards: a consent before the answer goes out, an event or a notice soon.
package upstream

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"golang.org/x/sync/errgroup"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/engine"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/registry"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// Store is a store in front of an engine. It is safe for use by many goroutines.
type Store struct {
	store.Store
	engine *engine.Engine
	keys   *registry.Keys
	veil   *veil
	counts Counter
	key    jose.JSONWebKey // by which the heads of the log beneath are signed
	chain  string          // of that log: the key's name

	turns turns         // who tells the engine of what
	debts debts         // what it has yet to be told
	told  chan struct{} // something waits

	doubts doubts
}

// Counter counts a patient's records as the engine has them.
type Counter func(ctx context.Context, patient string) (map[ehrdesk.Kind]store.Tally, error)

var _ store.Store = (*Store)(nil)

// New puts a store in front of an engine; secret is what the store's copies of numbers and names
// are sealed by, 32 bytes, and key that by which its log is signed, which names it among those that the
// engine is told of.
func New(beneath store.Store, e *engine.Engine, keys *registry.Keys, secret []byte, key jose.JSONWebKey, counts Counter) (*Store, error) {
	v, err := newVeil(secret)
	if err != nil {
		return nil, err
	}
	return &Store{Store: beneath, engine: e, keys: keys, veil: v, debts: debts{beneath: beneath, veil: v}, key: key, chain: key.KeyID, counts: counts, told: make(chan struct{}, 1)}, nil
}

// most is how often a transaction may begin again: each time with one thing more at hand.
const most = 512

// Write runs fn in the one writing transaction.
func (s *Store) Write(ctx context.Context, fn func(*store.Tx) error) error {
	return s.run(ctx, s.Store.Write, fn)
}

// Read runs fn in one snapshot of the store beneath.
func (s *Store) Read(ctx context.Context, fn func(*store.Tx) error) error {
	return s.run(ctx, s.Store.Read, fn)
}

func (s *Store) run(ctx context.Context, in func(context.Context, func(*store.Tx) error) error, fn func(*store.Tx) error) error {
	had, only := heldBy(ctx), closing(ctx)
	var without error // why a transaction that only closes goes on without the engine
	until := time.Now().Add(closingWithin)
	for range most {
		v := &view{Store: s, had: had, local: ctx.Value(aloneKey{}) != nil || without != nil, closing: only, without: without}
		err := in(ctx, func(tx *store.Tx) error { return v.run(tx, fn) })
		switch {
		case v.lacks != nil && without == nil:
			fetching, stop := ctx, context.CancelFunc(func() {})
			if only {
				fetching, stop = context.WithDeadline(ctx, until)
			}
			err := v.lacks(fetching)
			stop()
			if err != nil && !(only && ctx.Err() == nil && troubled(err)) {
				return err
			}
			without = err
		case v.lacks != nil:
			return without
		default:
			return s.owing(ctx, v, err)
		}
	}
	return store.Err
}

// closingWithin is how long a transaction that only closes waits for the engine, in all, and how long once
// more for it to hear.
const closingWithin = 5 * time.Second

type closingKey struct{}

// Closing is a context in which what is done only ever closes: it waits for no engine. Where that is
// not to be reached, or says of the patient what cannot be followed here, as of one number at two ids, the
// store beneath says who is meant and how their consent stands, and the engine is told when it can be: no
// withdrawal is refused for what has become of the patient there.
func Closing(ctx context.Context) context.Context { return context.WithValue(ctx, closingKey{}, true) }

func closing(ctx context.Context) bool { return ctx.Value(closingKey{}) != nil }

// troubled reports whatever the engine, or what it says of a patient, is a reason to refuse for.
func troubled(err error) bool {
	_, refused := refusal.As(err)
	return refused
}

// owing has the engine told of what a transaction left for it. Of what only closes it is told before the
// answer, where it is there: that has happened, and is told when it can be.
func (s *Store) owing(ctx context.Context, v *view, err error) error {
	if !v.owes {
		return err
	}
	if f, refused := refusal.As(err); err != nil && !(refused && f.Keep) {
		return err
	}
	s.wake()
	if v.closing && v.without == nil {
		ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), closingWithin)
		defer stop()
		for id := range v.set {
			_ = s.tellConsent(ctx, id)
		}
	}
	return err
}

// wake says that something waits for the engine.
func (s *Store) wake() {
	select {
	case s.told <- struct{}{}:
	default:
	}
}

// held is what was fetched for one request.
type held struct {
	mu      sync.Mutex
	found   map[ehrdesk.Ref]*engine.Found // nil for what is not there
	asked   map[ehrdesk.Ref]time.Time     // when it was asked for
	numbers map[store.Number]string       // who has it; "" for nobody
	counts  map[string]map[ehrdesk.Kind]store.Tally
	done    map[string]bool   // what was done beside a transaction, by what it was of
	ids     map[string]string // of the consents that it gives, by patient and provider
	debts   map[string][]byte // what takes them back, by id
}

type heldKey struct{}

// Request is a context in which what one transaction had fetched is at hand for those after it:
// that of one request, and no longer.
func Request(ctx context.Context) context.Context {
	return context.WithValue(ctx, heldKey{}, newHeld())
}

func newHeld() *held {
	return &held{found: map[ehrdesk.Ref]*engine.Found{}, asked: map[ehrdesk.Ref]time.Time{}, numbers: map[store.Number]string{},
		counts: map[string]map[ehrdesk.Kind]store.Tally{}, done: map[string]bool{}, ids: map[string]string{}, debts: map[string][]byte{}}
}

func heldBy(ctx context.Context) *held {
	if h, ok := ctx.Value(heldKey{}).(*held); ok {
		return h
	}
	return newHeld()
}

type aloneKey struct{}

// Alone is a context in which the store beneath answers by itself, and the engine is asked for
// nothing: enough to refuse by, and not to let anybody in by.
func Alone(ctx context.Context) context.Context { return context.WithValue(ctx, aloneKey{}, true) }

// view is one transaction's.
type view struct {
	*Store
	tx    *store.Tx // beneath
	had   *held
	local bool                   // asks the engine for nothing
	quiet bool                   // and tells it of no consent
	same  map[*engine.Found]bool // whether a Patient is who was registered by its id

	closing bool          // only closes
	without error         // why that goes on without the engine
	meant   *store.Number // by which it was asked for then

	lacks  func(context.Context) error // fetches what has ended it
	failed error                       // that ended it otherwise
	owes   bool                        // the engine is to be told of something
	pairs  map[string][2]string        // consent to patient and provider, as they were read
	set    map[string]bool             // consents that this transaction writes
	giving []giving                    // of those the ones that it gives
}

func (v *view) run(tx *store.Tx, fn func(*store.Tx) error) (err error) {
	v.tx, v.pairs, v.set, v.giving, v.meant = tx, map[string][2]string{}, map[string]bool{}, nil, nil
	out := *tx
	out.Records, out.Charts, out.Participants, out.Consents = records{v}, charts{v}, participants{tx.Participants, v}, consents{tx.Consents, v}
	out.Log, out.Tries, out.Cards, out.Releases = accesses{tx.Log, v}, tries{tx.Tries, v}, cards{tx.Cards, v}, releases{tx.Releases, v}
	v.same = map[*engine.Found]bool{}
	out.Desks = desks{tx.Desks, v}
	defer func() {
		switch { // any other panic goes on
		case v.lacks != nil:
			_ = recover()
			err = store.Err
		case v.failed != nil:
			_ = recover()
			err = v.failed
		}
	}()
	if err = fn(&out); err == nil {
		err = v.given()
	}
	return err
}

// fetch ends the transaction until something has been fetched.
func (v *view) fetch(what func(context.Context) error) {
	v.lacks = what
	panic(store.Err)
}

// abort ends it for good.
func (v *view) abort(err error) {
	v.failed = err
	panic(err)
}

// get is a resource as the engine has it, nil where there is none.
func (v *view) get(ref ehrdesk.Ref) *engine.Found {
	v.had.mu.Lock()
	found, asked := v.had.found[ref]
	v.had.mu.Unlock()
	if !asked && v.local {
		v.abort(store.Err)
	}
	if !asked {
		v.fetch(func(ctx context.Context) error { return v.read(ctx, ref) })
	}
	if found != nil && found.Gone {
		return nil
	}
	return found
}

// has reports whether a resource was read for this request.
func (v *view) has(ref ehrdesk.Ref) bool {
	v.had.mu.Lock()
	defer v.had.mu.Unlock()
	_, asked := v.had.found[ref]
	return asked
}

// lanes are so many resources that are read from the engine at a time.
const lanes = 8

// all has resources at hand, those that are not yet read together.
func (v *view) all(refs []ehrdesk.Ref) {
	v.had.mu.Lock()
	refs = slices.DeleteFunc(refs, func(ref ehrdesk.Ref) bool { _, asked := v.had.found[ref]; return asked })
	v.had.mu.Unlock()
	if len(refs) == 0 || v.local {
		return
	}
	v.fetch(func(ctx context.Context) error {
		g, ctx := errgroup.WithContext(ctx)
		g.SetLimit(lanes)
		for _, ref := range refs {
			g.Go(func() error { return v.read(ctx, ref) })
		}
		return g.Wait()
	})
}

// read has one resource at hand.
func (v *view) read(ctx context.Context, ref ehrdesk.Ref) error {
	return v.had.read(ctx, v.engine, ref)
}

func (h *held) read(ctx context.Context, e *engine.Engine, ref ehrdesk.Ref) error {
	at := time.Now()
	found, err := e.Read(ctx, ref, "")
	if err == nil {
		h.mu.Lock()
		h.found[ref], h.asked[ref] = found, at
		h.mu.Unlock()
	}
	return err
}

// Fetch has a resource at hand for the rest of a request, before anything asks for it. Errors: the engine's.
func (s *Store) Fetch(ctx context.Context, ref ehrdesk.Ref) error {
	return heldBy(ctx).read(ctx, s.engine, ref)
}

// Forget has a resource read anew where it was asked for before an instant.
func (s *Store) Forget(ctx context.Context, ref ehrdesk.Ref, before time.Time) {
	h := heldBy(ctx)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.asked[ref].Before(before) {
		delete(h.found, ref)
	}
}
