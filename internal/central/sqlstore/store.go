// Package sqlstore is the store of the program: the tables, how those of an earlier
// version are taken forward, and every SQL statement of the centre. A statement is written
// once, as PostgreSQL has it with ? for what it is given; what SQLite says otherwise is its
// dialect. Where Write returns nil, what it changed has reached the disk, and readers never
// wait for the one writer. It decides nothing: rules are the other rooms'.
package sqlstore

import (
	"context"
	"errors"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// Store is an open store. It is safe for use by many goroutines, and several processes may
// have the same one open.
type Store struct {
	now func() time.Time
	w   *line // one connection: there is one writer
	r   *line
	p   *line // of the proofs
}

var _ store.Store = (*Store)(nil)

// Close lets go of the store.
func (s *Store) Close() error { return errors.Join(s.r.Close(), s.w.Close(), s.p.Close()) }

// Write runs fn in the one writing transaction.
func (s *Store) Write(ctx context.Context, fn func(*store.Tx) error) error {
	under, leave, err := s.w.begin(ctx)
	if err != nil {
		return storeError(err)
	}
	defer leave()
	q := newTx(ctx, under, s.now())
	refused := q.run(func() error { return fn(views(q)) })
	if undone(refused) {
		return storeError(refused)
	}
	if q.seq != 0 {
		if err := q.run(func() error { q.exec("UPDATE change SET seq = ?, at = ?", q.seq, q.at); return nil }); err != nil {
			return storeError(err)
		}
	}
	if err := under.commit(ctx); err != nil {
		return storeError(err)
	}
	return refused
}

// undone reports whether what came of a transaction undoes it.
func undone(err error) bool {
	f, ok := refusal.As(err)
	return err != nil && !(ok && f.Keep)
}

// Read runs fn in one snapshot.
func (s *Store) Read(ctx context.Context, fn func(*store.Tx) error) error {
	under, leave, err := s.r.begin(ctx)
	if err != nil {
		return storeError(err)
	}
	defer leave()
	q := newTx(ctx, under, s.now())
	return storeError(q.run(func() error { return fn(views(q)) }))
}

// storeError keeps our own errors and gives every other one fixed words: those
// of the database may quote a value.
func storeError(err error) error {
	var e *ehrdesk.Error
	_, refused := refusal.As(err)
	switch {
	case err == nil, refused, errors.As(err, &e):
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return ehrdesk.E("central.store", ehrdesk.CodeTimeout, errors.New("the request ended before the store answered"))
	default:
		return ehrdesk.E("central.store", ehrdesk.CodeOther, store.Err)
	}
}
