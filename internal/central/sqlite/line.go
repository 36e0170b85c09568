package sqlite

import (
	"context"
	"database/sql"
)

// line is the connections to a file, and who waits for one: whoever came first has the
// next. A pool of database/sql gives it to any of those who wait, so that under load some
// wait for seconds while others do not wait at all.
type line struct {
	*sql.DB
	turn chan struct{}
}

// begin is a transaction in its turn; leave undoes it where it is not committed, and lets
// the next one in.
func (l *line) begin(ctx context.Context) (*sql.Tx, func(), error) {
	select {
	case l.turn <- struct{}{}: // those who wait to send are let go in their order
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	tx, err := l.BeginTx(ctx, nil)
	if err != nil {
		<-l.turn
		return nil, nil, err
	}
	return tx, func() {
		_ = tx.Rollback()
		<-l.turn
	}, nil
}
