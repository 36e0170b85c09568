package journal

import (
	"context"
	"database/sql"

	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
)

// settledKept is how many of the last acts keep their ids once they are settled, so
// that none of them is queued again; settledAtOnce bounds how many older ones go
// with one that is settled.
const (
	settledKept   = 1000
	settledAtOnce = 64
)

// forgetSettled deletes settled acts of long ago. One that is settled by its column
// alone stays: the outbox index says that it waits.
func (j *outbox) forgetSettled(ctx context.Context, tx *sql.Tx, keys *keyring.JournalKeys) error {
	m, _, err := j.outboxIndexOf(ctx, tx, keys)
	if err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, "SELECT seq, op FROM outbox WHERE epoch = ? AND state IN (2, 7) AND seq <= (SELECT max(seq) FROM outbox) - ? ORDER BY seq LIMIT ?", keys.N, settledKept, settledAtOnce)
	if err != nil {
		return err
	}
	defer rows.Close()
	var old []int64
	for rows.Next() {
		var seq int64
		var id []byte
		if err := rows.Scan(&seq, &id); err != nil {
			return err
		}
		if m.at(id) < 0 {
			old = append(old, seq)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, seq := range old {
		if _, err := tx.ExecContext(ctx, "DELETE FROM outbox WHERE seq = ?", seq); err != nil {
			return err
		}
	}
	return nil
}
