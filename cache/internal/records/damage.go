package records

import (
	"context"
	"database/sql"
	"errors"

	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
)

// One copy that does not open says nothing of the others: it is left out where
// copies are listed, and destroyed the next time keys are made, as the centre has
// it. How many went that way stands in records.db until somebody has written it
// down.

// LostCount is how many copies of this store were destroyed because they did not open,
// and are not accounted for.
func (rs *file) LostCount(ctx context.Context) (n int, err error) {
	const op = "cache.lost"
	err = rs.read.QueryRowContext(disk.Uncancellable(ctx), "SELECT v FROM meta WHERE k = 'lost'").Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return n, disk.Fault(op, err)
}

// AcknowledgeLost says that n of the lost copies have been written down.
func (rs *file) AcknowledgeLost(ctx context.Context, n int) error {
	const op = "cache.lost"
	rs.write.Lock()
	defer rs.write.Unlock()
	_, err := rs.db.ExecContext(ctx, "UPDATE meta SET v = max(0, v - ?) WHERE k = 'lost'", n)
	return disk.Fault(op, err)
}

func noteLost(ctx context.Context, tx *sql.Tx, n int) error {
	if n == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO meta VALUES ('lost', ?1) ON CONFLICT (k) DO UPDATE SET v = v + ?1", n)
	return err
}
