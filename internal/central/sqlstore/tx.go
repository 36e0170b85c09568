package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	json "github.com/go-json-experiment/json/v1"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// tx is a transaction, reading or writing, on a connection that has its statements prepared.
type tx struct {
	ctx   context.Context
	under preparer
	now   time.Time // the clock when the transaction began

	cursors int   // how many lists are open at a server
	seq, at int64 // last change handed out, 0 until the first
	failed  error // the statement that ended it
}

// preparer has the statements of a transaction, as its engine spells them.
type preparer interface {
	prepared(ctx context.Context, text string) (*sql.Stmt, error)
	engine() *dialect
	// query is for what is no statement to be prepared.
	query(ctx context.Context, text string, args ...any) (*sql.Rows, error)
}

func newTx(ctx context.Context, under preparer, now time.Time) *tx {
	return &tx{ctx: ctx, under: under, now: now}
}

// abort ends the transaction: fn of Read or Write does not go on.
func (q *tx) abort(err error) {
	q.failed = err
	panic(err)
}

// run runs fn until it returns or a statement fails.
func (q *tx) run(fn func() error) (err error) {
	defer func() {
		if q.failed != nil { // any other panic goes on
			_ = recover()
			err = q.failed
		}
	}()
	return fn()
}

func (q *tx) stmt(text string) *sql.Stmt {
	s, err := q.under.prepared(q.ctx, text)
	if err != nil {
		q.abort(err)
	}
	return s
}

// plain has what is true or not as the number that the tables keep. A text that not every
// engine takes is refused by each, so that a centre behaves alike over either.
func plain(args []any) ([]any, error) {
	for i, a := range args {
		switch a := a.(type) {
		case bool:
			args[i] = 0
			if a {
				args[i] = 1
			}
		case string:
			if strings.IndexByte(a, 0) >= 0 || !utf8.ValidString(a) {
				return nil, refusal.New(http.StatusUnprocessableEntity, "invalid", "A text that was sent holds what is no character.")
			}
		}
	}
	return args, nil
}

// exec changes rows, and reports whether there was one to change.
func (q *tx) exec(text string, args ...any) bool {
	res, err := q.do(text, args)
	var n int64
	if err == nil {
		n, err = res.RowsAffected()
	}
	if err != nil {
		q.abort(err)
	}
	return n > 0
}

func (q *tx) do(text string, args []any) (sql.Result, error) {
	args, err := plain(args)
	if err != nil {
		return nil, err
	}
	return q.stmt(text).ExecContext(q.ctx, args...)
}

// row scans the first row into dest; found is false where there is none.
func (q *tx) row(text string, args []any, dest ...any) (found bool) {
	args, err := plain(args)
	if err == nil {
		err = q.stmt(text).QueryRowContext(q.ctx, args...).Scan(dest...)
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		q.abort(err)
	}
	return err == nil
}

// rows scans every row into dest, and calls each for it. An error of each ends it; one
// of the engine is given back too, as who lists may have begun to answer.
func (q *tx) rows(text string, args, dest []any, each func() error) error {
	args, err := plain(args)
	if err != nil {
		return err
	}
	rows, err := q.stmt(text).QueryContext(q.ctx, args...)
	if err != nil {
		return err
	}
	return scanned(rows, dest, each)
}

// scanned scans rows into dest and calls each for it, and closes them.
func scanned(rows *sql.Rows, dest []any, each func() error) error {
	defer func() { _ = rows.Close() }()
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

// each calls fn for every row, each in a value of its own. fn may ask for more.
func each[T any](q *tx, into func(*T) []any, fn func(*T) error, text string, args ...any) error {
	if q.under.engine().cursors {
		return fetched(q, into, fn, text, args)
	}
	var v, none T
	return q.rows(text, args, into(&v), func() error {
		row := v
		v = none
		return fn(&row)
	})
}

// list is every row.
func list[T any](q *tx, into func(*T) []any, text string, args ...any) (out []T) {
	var v, none T
	if err := q.rows(text, args, into(&v), func() error { out = append(out, v); v = none; return nil }); err != nil {
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

// handouts are kept by their names.
func handouts(to *[]ehrdesk.Handout) any {
	return column(func(v any) error {
		s, _ := v.(string)
		var err error
		if *to, err = ehrdesk.ParseHandouts(s); err != nil {
			return store.Err
		}
		return nil
	})
}

// oneWords are kept by their names.
func oneWords(to *[]ehrdesk.OneWord) any {
	return column(func(v any) error {
		s, _ := v.(string)
		if s == "" {
			return nil
		}
		var err error
		if *to, err = ehrdesk.ParseOneWords(strings.Split(s, ",")); err != nil {
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
