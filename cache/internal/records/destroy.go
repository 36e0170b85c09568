package records

import (
	"context"
	"database/sql"
	"errors"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
)

// deleteCopy deletes everything of one copy. secure_delete overwrites the rows.
func deleteCopy(ctx context.Context, tx *sql.Tx, n int64) error {
	for _, q := range []string{
		"DELETE FROM body WHERE id BETWEEN ?2 AND ?3",
		"DELETE FROM block WHERE id BETWEEN ?2 AND ?3",
		"DELETE FROM piece WHERE id BETWEEN ?2 AND ?3",
		"DELETE FROM said WHERE id BETWEEN ?2 AND ?3",
		"DELETE FROM chunk WHERE id BETWEEN ?2 AND ?3",
		"DELETE FROM lookup WHERE n = ?1",
		"DELETE FROM head WHERE n = ?1",
		"DELETE FROM patient WHERE n = ?1",
	} {
		if _, err := tx.ExecContext(ctx, q, n, rowID(n, 0), rowID(n, maxNo)); err != nil {
			return err
		}
	}
	return nil
}

// ErrRemains is a shred whose keys are gone and whose log is not emptied yet.
var ErrRemains = errors.New("what was to go is destroyed; the disk did not take that its sealed remains are overwritten, which is tried again later")

// shredding runs f in a transaction that is on the disk when it returns: the log
// is emptied behind it, which waits for the disk, so that the commit need not.
// Nobody reads meanwhile. Foreign keys are off meanwhile: f deletes what hangs on a copy by name, and
// with them a table of look-up keys would go row by row and not whole.
// Errors: ErrRemains where f's changes stand and the log could not be emptied.
func (rs *file) shredding(ctx context.Context, f func(*sql.Tx) error) (err error) {
	conn, err := rs.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "PRAGMA foreign_keys=OFF"); err != nil {
		return err
	}
	defer func() {
		if _, e := conn.ExecContext(ctx, "PRAGMA foreign_keys=ON"); err == nil {
			err = e
		}
	}()
	if err := disk.Within(ctx, conn, f); err != nil {
		return err
	}
	if disk.TruncateWAL(ctx, conn) != nil {
		return ErrRemains
	}
	return nil
}

// numbers gives the numbers of copies.
func (rs *file) numbers(ctx context.Context, query string, args ...any) ([]int64, error) {
	rows, err := rs.read.QueryContext(disk.Uncancellable(ctx), query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []int64
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, rows.Err()
}

// Expired is the copies past their very moment: for that, heads have to be opened.
// Only copies whose day is today can be.
func (rs *file) Expired(ctx context.Context, held Keys) (victims []int64, err error) {
	now := rs.clock.Time()
	err = rs.each(ctx, held, rs.read, " WHERE p.purge > 0 AND p.purge <= ?", func(c *chart, r *sealedChart, err error) error {
		if err == nil && c.head.expired(now) {
			victims = append(victims, r.n)
		}
		return nil // a damaged copy is reported when somebody asks for it
	}, day(now))
	return victims, err
}

// markRotate asks the next unlock to make the keys anew.
func markRotate(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO meta VALUES ('rotate', 1)")
	return err
}

// MarkRotate asks the next unlock to make the keys anew.
func (rs *file) MarkRotate(ctx context.Context) error {
	return rs.shredding(ctx, func(tx *sql.Tx) error { return markRotate(ctx, tx) })
}

// RotationWaits reports that it was asked to.
func (rs *file) RotationWaits(ctx context.Context) (bool, error) {
	var n int
	err := rs.read.QueryRowContext(disk.Uncancellable(ctx), "SELECT count(*) FROM meta WHERE k = 'rotate'").Scan(&n)
	return n > 0, err
}

// Destroy deletes copies without their keys, and asks the next unlock to make the keys
// anew: until then only their deletion keeps them from being opened.
func (rs *Records) Destroy(ctx context.Context, victims []int64) error {
	rs.charts.clear()
	return rs.shredding(ctx, func(tx *sql.Tx) error {
		if err := deleteCopies(ctx, tx, victims); err != nil {
			return err
		}
		return markRotate(ctx, tx)
	})
}

// DestroyEpoch deletes the copies under keys that nobody holds any more.
func (rs *Records) DestroyEpoch(ctx context.Context, epoch uint32) error {
	victims, err := rs.numbers(ctx, "SELECT n FROM patient WHERE epoch = ?", epoch)
	if err != nil {
		return err
	}
	rs.charts.clear()
	return rs.shredding(ctx, func(tx *sql.Tx) error { return deleteCopies(ctx, tx, victims) })
}

func deleteCopies(ctx context.Context, tx *sql.Tx, victims []int64) error {
	for _, n := range victims {
		if err := deleteCopy(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}

// OfSession is the copies that are kept for the session alone.
func (rs *file) OfSession(ctx context.Context) ([]int64, error) {
	return rs.numbers(ctx, "SELECT n FROM patient WHERE purge = 0")
}

// PastDay is the copies past their day, and those of a session.
func (rs *file) PastDay(ctx context.Context) ([]int64, error) {
	return rs.numbers(ctx, "SELECT n FROM patient WHERE purge < ?", max(day(rs.clock.Time()), 1))
}

// Number is the number of a copy that somebody with these keys may see.
// Errors: CodeNotFound.
func (rs *file) Number(ctx context.Context, held Keys, id PatientID) (n int64, err error) {
	uid, err := uuid.Parse(string(id))
	if err != nil {
		return 0, ehrdesk.E("cache.shred", ehrdesk.CodeNotFound, errNoPatient)
	}
	var epoch uint32
	err = rs.read.QueryRowContext(ctx, "SELECT n, epoch FROM patient WHERE id = ?", uid[:]).Scan(&n, &epoch)
	if errors.Is(err, sql.ErrNoRows) || (err == nil && held[epoch] == nil) {
		return 0, ehrdesk.E("cache.shred", ehrdesk.CodeNotFound, errNoPatient)
	}
	return n, err
}

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
