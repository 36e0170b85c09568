package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// tx is a transaction, reading or writing, with its statements prepared once.
type tx struct {
	ctx   context.Context
	under *sql.Tx // the transaction of the store's engine
	stmts map[string]*sql.Stmt
	now   time.Time // the clock when the transaction began

	seq, at int64 // last change handed out, 0 until the first
}

func newTx(ctx context.Context, under *sql.Tx, now time.Time) *tx {
	return &tx{ctx: ctx, under: under, stmts: map[string]*sql.Stmt{}, now: now}
}

// views is the transaction as the rules have it, each view held against its interface.
func (q *tx) views() *store.Tx {
	return &store.Tx{Now: q.now, Changes: changes{q}, Accounts: accounts{q}, Desks: desks{q}, Participants: participants{q}, Consents: consents{q}, Tries: tries{q},
		Cards: cards{q}, Releases: releases{q}, Offer: offer{q}, Records: records{q}, Charts: charts{q}, Log: log{q}, Checkpoints: checkpoints{q}}
}

func (q *tx) stmt(text string) (*sql.Stmt, error) {
	if s := q.stmts[text]; s != nil {
		return s, nil
	}
	s, err := q.under.PrepareContext(q.ctx, text)
	if err == nil {
		q.stmts[text] = s
	}
	return s, err
}

func (q *tx) exec(text string, args ...any) error {
	s, err := q.stmt(text)
	if err == nil {
		_, err = s.ExecContext(q.ctx, args...)
	}
	return err
}

// changed is exec, and whether there was a row to change.
func (q *tx) changed(text string, args ...any) (bool, error) {
	s, err := q.stmt(text)
	if err != nil {
		return false, err
	}
	res, err := s.ExecContext(q.ctx, args...)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// row scans the first row into dest; found is false where there is none.
func (q *tx) row(text string, args []any, dest ...any) (found bool, err error) {
	s, err := q.stmt(text)
	if err != nil {
		return false, err
	}
	err = s.QueryRowContext(q.ctx, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// rows calls each for every row; each scans with the function it is given.
func (q *tx) rows(text string, args []any, each func(scan func(...any) error) error) error {
	s, err := q.stmt(text)
	if err != nil {
		return err
	}
	rows, err := s.QueryContext(q.ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// list is the rows that read makes of what it scans.
func list[T any](q *tx, text string, args []any, read func(scan func(...any) error) (T, error)) (out []T, err error) {
	err = q.rows(text, args, func(scan func(...any) error) error {
		row, err := read(scan)
		out = append(out, row)
		return err
	})
	return out, err
}
