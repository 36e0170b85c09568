package sqlstore

import (
	"strconv"

	"github.com/jackc/pgx/v5"
)

// atOnce is how many rows of a list come at once: a server sends all that it is asked for,
// though whoever lists may have enough of the first.
const atOnce = 32

// fetched is each by a cursor of the transaction. Rows are held a few at a time, so that the
// connection is free for what fn asks.
func fetched[T any](q *tx, into func(*T) []any, fn func(*T) error, text string, args []any) error {
	name := "list" + strconv.Itoa(q.cursors)
	if _, err := q.do("DECLARE "+name+" NO SCROLL CURSOR FOR "+text, args); err != nil {
		return err
	}
	q.cursors++
	for {
		rows, err := q.under.query(q.ctx, "FETCH "+strconv.Itoa(atOnce)+" FROM "+name, pgx.QueryExecModeDescribeExec)
		if err != nil {
			return err
		}
		var held []T
		var v, none T
		if err := scanned(rows, into(&v), func() error { held = append(held, v); v = none; return nil }); err != nil {
			return err
		}
		for i := range held {
			if err := fn(&held[i]); err != nil {
				return q.closed(name, err)
			}
		}
		if len(held) < atOnce {
			return q.closed(name, nil)
		}
	}
}

// closed ends a list, so that another may have its name.
func (q *tx) closed(name string, because error) error {
	q.cursors--
	if _, err := q.stmt("CLOSE " + name).ExecContext(q.ctx); err != nil && because == nil {
		return err
	}
	return because
}
