package cache

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

// Repair makes the keys anew, and with them what copies are found by. Copies that
// this person's keys should open and do not are destroyed and counted as lost.
// Errors: CodeLocked; where the disk takes nothing, they are there still.
func (v *Vault) Repair(ctx context.Context) error {
	const op = "cache.mend"
	v.s.mu.Lock()
	defer v.s.mu.Unlock()
	if err := v.usable(ctx, op); err != nil {
		return err
	}
	return disk.Fault(op, v.shred(ctx, nil)) // what does not open is not carried over
}

// LostCount is how many copies of this store were destroyed because they did not open,
// and are not accounted for.
func (v *Vault) LostCount(ctx context.Context) (n int, err error) {
	const op = "cache.lost"
	v.s.mu.RLock()
	defer v.s.mu.RUnlock()
	if err := v.usable(ctx, op); err != nil {
		return 0, err
	}
	err = v.s.read.QueryRowContext(disk.Uncancellable(ctx), "SELECT v FROM meta WHERE k = 'lost'").Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return n, disk.Fault(op, err)
}

// AcknowledgeLost says that n of the lost copies have been written down.
func (v *Vault) AcknowledgeLost(ctx context.Context, n int) error {
	const op = "cache.lost"
	v.s.mu.RLock()
	defer v.s.mu.RUnlock()
	if err := v.usable(ctx, op); err != nil {
		return err
	}
	v.s.write.Lock()
	defer v.s.write.Unlock()
	_, err := v.s.records.ExecContext(ctx, "UPDATE meta SET v = max(0, v - ?) WHERE k = 'lost'", n)
	return disk.Fault(op, err)
}

func noteLost(ctx context.Context, tx *sql.Tx, n int) error {
	if n == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO meta VALUES ('lost', ?1) ON CONFLICT (k) DO UPDATE SET v = v + ?1", n)
	return err
}
