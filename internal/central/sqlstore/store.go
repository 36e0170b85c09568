// Package sqlstore is the store of the program: the tables, how those of an earlier
// version are taken forward, and every SQL statement of the centre. Where Write returns
// nil, what it changed has reached the disk (WAL with synchronous=FULL), and readers
// never wait for the one writer. It decides nothing: rules are the other rooms'.
package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	_ "modernc.org/sqlite" // the store
)

// Store is an open database file. It is safe for use by many goroutines, and several
// processes may have the same file open.
type Store struct {
	now func() time.Time
	w   *line // one connection: SQLite has one writer
	r   *line
	p   *line // of the proofs, one connection
}

var _ store.Store = (*Store)(nil)

// Open opens the file at path and makes it where there is none, with what seed puts
// into a store of this or an earlier version that offers nothing yet.
// Errors: CodeTampered for a store that is damaged or from a later program.
func Open(ctx context.Context, path string, now func() time.Time, seed func(*store.Tx) error) (*Store, error) {
	const op = "central.store"
	s := &Store{now: now}
	var err error
	if s.w, err = connect(path, 1, writes, "&_pragma=synchronous(FULL)"); err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	if err := migrateInTurn(ctx, s.w.DB, now, migrations(seed)); err != nil {
		return nil, errors.Join(err, s.w.Close())
	}
	if s.r, err = connect(path, 8, reads, "&_pragma=query_only(1)&_pragma=mmap_size(268435456)"); err != nil {
		return nil, errors.Join(ehrdesk.E(op, ehrdesk.CodeOther, err), s.w.Close())
	}
	if s.p, err = connect(beside(path), 1, writes, "&_pragma=synchronous(NORMAL)"); err != nil {
		return nil, errors.Join(ehrdesk.E(op, ehrdesk.CodeOther, err), s.w.Close(), s.r.Close())
	}
	if err := migrateInTurn(ctx, s.p.DB, now, []migration{{tables: schemaProofs}}); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// How a transaction begins: one that will write takes its turn at once, and is never refused
// because another began to write since it has read.
const writes, reads = "BEGIN IMMEDIATE", "BEGIN"

// connect opens a file, and makes it where there is none, for so many connections on which
// transactions begin so, with what else its address says. Errors have fixed words.
func connect(path string, conns int, begin, extra string) (*line, error) {
	// SQLite gives its side files the mode of the database file.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, errors.New("the store cannot be opened")
	}
	f.Close()
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, store.Err
	}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(abs), RawQuery: "_pragma=busy_timeout(15000)&_pragma=journal_mode(WAL)" +
		"&_pragma=foreign_keys(1)&_pragma=cache_size(-16384)" + extra}
	if begin == writes { // migrations begin theirs by the driver
		u.RawQuery += "&_txlock=immediate"
	}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, store.Err
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return newLine(db, conns, begin), nil
}

// Close lets go of the files.
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
