package cache

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	json "github.com/go-json-experiment/json/v1"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
)

// deleteCopy deletes everything of one copy. secure_delete overwrites the rows.
func deleteCopy(ctx context.Context, tx *sql.Tx, n int64) error {
	for _, q := range []string{
		"DELETE FROM body WHERE id BETWEEN ?2 AND ?3",
		"DELETE FROM block WHERE id BETWEEN ?2 AND ?3",
		"DELETE FROM piece WHERE id BETWEEN ?2 AND ?3",
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

// errRemains is a shred whose keys are gone and whose log is not emptied yet.
var errRemains = errors.New("what was to go is destroyed; the disk did not take that its sealed remains are overwritten, which is tried again later")

// shredding runs f in a transaction that is on the disk when it returns: the log
// is emptied behind it, which waits for the disk, so that the commit need not.
// The caller holds s.mu for writing, so nobody reads. Foreign keys are off meanwhile: f deletes what hangs on a copy by name, and
// with them a table of look-up keys would go row by row and not whole.
// Errors: errRemains where f's changes stand and the log could not be emptied.
func (s *Store) shredding(ctx context.Context, f func(*sql.Tx) error) (err error) {
	conn, err := s.records.Conn(ctx)
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
		return errRemains
	}
	return nil
}

// Shred destroys a copy: whatever was kept of records.db, from before or after,
// does not open with the keyring and the passphrases that exist afterwards. (A
// whole directory put aside earlier, its keyring included, stays as strong as
// the passphrases of its people: no file can prevent that.) It costs a few
// milliseconds, and some microseconds for every other copy, whose keys are all
// re-wrapped.
//
// Once begun it is finished, whatever becomes of ctx. An error means that the
// shred may not be complete; the next Unlock completes it.
// Errors: CodeNotFound, CodeLocked.
func (v *Vault) Shred(ctx context.Context, id PatientID) error {
	const op = "cache.shred"
	s := v.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := v.usable(ctx, op); err != nil {
		return err
	}
	uid, err := uuid.Parse(string(id))
	if err != nil {
		return ehrdesk.E(op, ehrdesk.CodeNotFound, errNoPatient)
	}
	var n int64
	var epoch uint32
	err = s.read.QueryRowContext(ctx, "SELECT n, epoch FROM patient WHERE id = ?", uid[:]).Scan(&n, &epoch)
	if errors.Is(err, sql.ErrNoRows) || (err == nil && v.keys[epoch] == nil) {
		return ehrdesk.E(op, ehrdesk.CodeNotFound, errNoPatient)
	}
	if err != nil {
		return disk.Fault(op, err)
	}
	return disk.Fault(op, v.shred(ctx, []int64{n}))
}

// shred rotates the keys away from under victims.
func (v *Vault) shred(ctx context.Context, victims []int64) error {
	people, _, err := v.recipients(v.s.admit)
	if err != nil {
		return err
	}
	return v.rotate(ctx, people, victims)
}

// ShredSession destroys every copy that is kept for the session alone.
func (v *Vault) ShredSession(ctx context.Context) error {
	const op = "cache.shred"
	v.s.mu.Lock()
	defer v.s.mu.Unlock()
	if err := v.usable(ctx, op); err != nil {
		return err
	}
	return disk.Fault(op, v.s.endSession(ctx))
}

// endSession shreds the copies kept for the session. The caller holds s.mu for
// writing.
func (s *Store) endSession(ctx context.Context) error {
	victims, err := s.find(ctx, "SELECT n FROM patient WHERE purge = 0")
	if err != nil || len(victims) == 0 {
		return err
	}
	return s.destroy(ctx, victims)
}

// destroy shreds victims with whatever keys are at hand; with none, the rows
// and wrapped keys go and a mark asks the next unlock for new keys.
func (s *Store) destroy(ctx context.Context, victims []int64) error {
	if v := s.holder(); v != nil {
		return v.shred(ctx, victims)
	}
	s.charts.clear()
	ctx = context.WithoutCancel(ctx)
	return s.shredding(ctx, func(tx *sql.Tx) error {
		for _, n := range victims {
			if err := deleteCopy(ctx, tx, n); err != nil {
				return err
			}
		}
		return markRotate(ctx, tx)
	})
}

// find gives the numbers of copies.
func (s *Store) find(ctx context.Context, query string, args ...any) ([]int64, error) {
	rows, err := s.read.QueryContext(disk.Uncancellable(ctx), query, args...)
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

// Purge destroys the copies whose last day is over, or whose very moment has come
// where somebody with keys has seen it, and says how many. Nobody has to be signed
// in; with somebody unlocked, the keys are made anew at once, otherwise at the next
// unlock. Open does it too, by the day.
func (s *Store) Purge(ctx context.Context) (int, error) {
	const op = "cache.purge"
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return 0, ehrdesk.E(op, ehrdesk.CodeLocked, errClosed)
	}
	n, err := s.purge(ctx)
	if e := s.journal.See(ctx, s.clock.Now()); err == nil { // a clock set back after this revives nothing
		err = e
	}
	return n, disk.Fault(op, err)
}

func (s *Store) purge(ctx context.Context) (int, error) {
	victims, err := s.overdue(ctx)
	if err != nil || len(victims) == 0 {
		return 0, err
	}
	if err := s.destroy(ctx, victims); err != nil {
		return 0, err
	}
	s.due.forget(victims)
	return len(victims), nil
}

// sweep destroys, at a start, the copies past their day and those that a session
// left behind.
func (s *Store) sweep(ctx context.Context) error {
	victims, err := s.find(ctx, "SELECT n FROM patient WHERE purge < ?", max(day(s.clock.time()), 1))
	if err != nil || len(victims) == 0 {
		return err
	}
	return s.destroy(ctx, victims)
}

// expired is the copies past their very moment: for that, heads have to be opened.
// Only copies whose day is today can be.
func (v *Vault) expired(ctx context.Context) (victims []int64, err error) {
	now := v.s.clock.time()
	err = v.each(ctx, v.s.read, " WHERE p.purge > 0 AND p.purge <= ?", func(c *chart, r *sealedChart, err error) error {
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

func (s *Store) markRotate(ctx context.Context) error {
	return s.shredding(ctx, func(tx *sql.Tx) error { return markRotate(ctx, tx) })
}

func (s *Store) rotationWaits(ctx context.Context) (bool, error) {
	var n int
	err := s.read.QueryRowContext(disk.Uncancellable(ctx), "SELECT count(*) FROM meta WHERE k = 'rotate'").Scan(&n)
	return n > 0, err
}

// epochList is the numbers of the epochs v holds, as JSON.
func (v *Vault) epochList() string {
	ns := make([]uint32, 0, len(v.keys))
	for n := range v.keys {
		ns = append(ns, n)
	}
	b, _ := json.Marshal(ns) // numbers always marshal
	return string(b)
}

// dropUnreadable deletes the copies and the epochs that nobody enrolled can
// open any more.
func (s *Store) dropUnreadable(ctx context.Context) error {
	var dead []uint32
	ring := s.ring.Clone()
	ring.Records = slices.DeleteFunc(ring.Records, func(e keyring.Epoch) bool {
		held := slices.ContainsFunc(e.Wrapped, func(x keyring.WrappedKey) bool { return len(x.Sealed) > 0 })
		if !held {
			dead = append(dead, e.N)
		}
		return !held
	})
	if len(dead) == 0 {
		return nil
	}
	for _, e := range dead {
		victims, err := s.find(ctx, "SELECT n FROM patient WHERE epoch = ?", e)
		if err != nil {
			return err
		}
		s.charts.clear()
		err = s.shredding(ctx, func(tx *sql.Tx) error {
			for _, n := range victims {
				if err := deleteCopy(ctx, tx, n); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return s.saveKeyring(ring)
}
