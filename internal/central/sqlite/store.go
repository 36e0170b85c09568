// Package sqlite is the store of the program: the tables, how those of an earlier
// version are taken forward, and every SQL statement of the centre. Where Write returns
// nil, what it changed has reached the disk (WAL with synchronous=FULL), and readers
// never wait for the one writer. It decides nothing: rules are the other rooms'.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	json "github.com/go-json-experiment/json/v1"
	_ "modernc.org/sqlite" // the store
)

// Store is an open database file. It is safe for use by many goroutines, and several
// processes may have the same file open.
type Store struct {
	now func() time.Time
	w   *sql.DB // one connection: SQLite has one writer
	r   *sql.DB
}

var _ store.Store = (*Store)(nil)

// Open opens the file at path and makes it where there is none, with what seed puts
// into a store of this or an earlier version that offers nothing yet.
// Errors: CodeTampered for a store that is damaged or from a later program.
func Open(ctx context.Context, path string, now func() time.Time, seed func(*store.Tx) error) (*Store, error) {
	const op = "central.store"
	// SQLite gives its side files the mode of the database file.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeOther, "the store cannot be opened")
	}
	f.Close()
	open := func(conns int, extra string) (*sql.DB, error) {
		abs, err := filepath.Abs(path)
		if err != nil {
			return nil, err
		}
		u := url.URL{Scheme: "file", Path: filepath.ToSlash(abs), RawQuery: "_pragma=busy_timeout(15000)&_pragma=journal_mode(WAL)" +
			"&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=cache_size(-16384)" + extra}
		db, err := sql.Open("sqlite", u.String())
		if err != nil {
			return nil, err
		}
		db.SetMaxOpenConns(conns)
		db.SetMaxIdleConns(conns)
		return db, nil
	}
	s := &Store{now: now}
	if s.w, err = open(1, "&_txlock=immediate"); err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOther, store.Err)
	}
	if err := s.migrateInTurn(ctx, seed); err != nil {
		s.w.Close()
		return nil, err
	}
	if s.r, err = open(8, "&_pragma=query_only(1)&_pragma=mmap_size(268435456)"); err != nil {
		s.w.Close()
		return nil, ehrdesk.E(op, ehrdesk.CodeOther, store.Err)
	}
	return s, nil
}

// Close lets go of the file.
func (s *Store) Close() error { return errors.Join(s.r.Close(), s.w.Close()) }

// Write runs fn in the one writing transaction.
func (s *Store) Write(ctx context.Context, fn func(*store.Tx) error) error {
	under, err := s.w.BeginTx(ctx, nil)
	if err != nil {
		return storeError(err)
	}
	defer under.Rollback()
	q := newTx(ctx, under, s.now())
	refused := q.run(fn)
	if f, ok := refusal.As(refused); refused != nil && !(ok && f.Keep) {
		return storeError(refused)
	}
	if q.seq != 0 {
		if err := q.run(func(*store.Tx) error { q.exec("UPDATE change SET seq = ?, at = ?", q.seq, q.at); return nil }); err != nil {
			return storeError(err)
		}
	}
	if err := under.Commit(); err != nil {
		return storeError(err)
	}
	return refused
}

// Read runs fn in one snapshot.
func (s *Store) Read(ctx context.Context, fn func(*store.Tx) error) error {
	under, err := s.r.BeginTx(ctx, nil)
	if err != nil {
		return storeError(err)
	}
	defer under.Rollback()
	return storeError(newTx(ctx, under, s.now()).run(fn))
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

// tx is a transaction, reading or writing, with its statements prepared once.
type tx struct {
	ctx   context.Context
	under *sql.Tx // the transaction of the store's engine
	stmts map[string]*sql.Stmt
	now   time.Time // the clock when the transaction began

	seq, at int64 // last change handed out, 0 until the first
	failed  error // the statement that ended it
}

func newTx(ctx context.Context, under *sql.Tx, now time.Time) *tx {
	return &tx{ctx: ctx, under: under, stmts: map[string]*sql.Stmt{}, now: now}
}

// views is the transaction as the rules have it, each view held against its interface.
func (q *tx) views() *store.Tx {
	return &store.Tx{Now: q.now, Changes: changes{q}, Accounts: accounts{q}, Desks: desks{q}, Participants: participants{q}, Consents: consents{q}, Tries: tries{q},
		Cards: cards{q}, Releases: releases{q}, Offer: offer{q}, Records: records{q}, Charts: charts{q}, Log: log{q}, Checkpoints: checkpoints{q}}
}

// abort ends the transaction: fn of Read or Write does not go on.
func (q *tx) abort(err error) {
	q.failed = err
	panic(err)
}

// run gives fn the views, until it returns or a statement fails.
func (q *tx) run(fn func(*store.Tx) error) (err error) {
	defer func() {
		if q.failed != nil { // any other panic goes on
			_ = recover()
			err = q.failed
		}
	}()
	return fn(q.views())
}

func (q *tx) stmt(text string) *sql.Stmt {
	s := q.stmts[text]
	if s == nil {
		var err error
		if s, err = q.under.PrepareContext(q.ctx, text); err != nil {
			q.abort(err)
		}
		q.stmts[text] = s
	}
	return s
}

// exec changes rows, and reports whether there was one to change.
func (q *tx) exec(text string, args ...any) bool {
	res, err := q.stmt(text).ExecContext(q.ctx, args...)
	var n int64
	if err == nil {
		n, err = res.RowsAffected()
	}
	if err != nil {
		q.abort(err)
	}
	return n > 0
}

// row scans the first row into dest; found is false where there is none.
func (q *tx) row(text string, args []any, dest ...any) (found bool) {
	err := q.stmt(text).QueryRowContext(q.ctx, args...).Scan(dest...)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		q.abort(err)
	}
	return err == nil
}

// rows scans every row into dest, and calls each for it. An error of each ends it; one
// of the engine is given back too, as who lists may have begun to answer.
func (q *tx) rows(text string, args, dest []any, each func() error) error {
	rows, err := q.stmt(text).QueryContext(q.ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		if err := each(); err != nil {
			return err
		}
	}
	return rows.Err()
}

// has is whether there is a row.
func (q *tx) has(text string, args ...any) bool {
	var n any
	return q.row(text, args, &n)
}

// value is the one column of the first row, zero where there is none.
func value[T any](q *tx, text string, args ...any) (v T) {
	q.row(text, args, &v)
	return v
}

// one is v with the columns of the first row, which into has their places for; nil
// where there is none.
func one[T any](q *tx, v T, into func(*T) []any, text string, args ...any) *T {
	if !q.row(text, args, into(&v)...) {
		return nil
	}
	return &v
}

// each calls fn for every row, each in a value of its own.
func each[T any](q *tx, into func(*T) []any, fn func(*T) error, text string, args ...any) error {
	var v, none T
	return q.rows(text, args, into(&v), func() error {
		row := v
		v = none
		return fn(&row)
	})
}

// list is every row.
func list[T any](q *tx, into func(*T) []any, text string, args ...any) (out []T) {
	if err := each(q, into, func(v *T) error { out = append(out, *v); return nil }, text, args...); err != nil {
		q.abort(err)
	}
	return out
}

// self is a row of one column.
func self[T any](v *T) []any { return []any{v} }

// column reads what the store has in another form than the rules.
type column func(any) error

func (c column) Scan(v any) error { return c(v) }

// moment is a time, kept as microseconds.
func moment(to *time.Time) any {
	return column(func(v any) error { n, _ := v.(int64); *to = store.Time(n); return nil })
}

// names are kept in one text, separated by commas.
func names(to *[]string) any {
	return column(func(v any) error {
		if s, _ := v.(string); s != "" {
			*to = strings.Split(s, ",")
		}
		return nil
	})
}

// kinds are kept by their names: one that is not known is never taken for none.
func kinds(to *[]ehrdesk.Kind) any {
	return column(func(v any) error {
		s, _ := v.(string)
		if s == "" {
			return nil
		}
		var err error
		if *to, err = ehrdesk.ParseKinds(strings.Split(s, ",")...); err != nil {
			return store.Err
		}
		return nil
	})
}

// words are kept as JSON, by language.
func words(to *map[string]string) any {
	return column(func(v any) error {
		s, _ := v.(string)
		return json.Unmarshal([]byte(s), to)
	})
}
