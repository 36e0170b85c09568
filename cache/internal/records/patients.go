package records

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

// Lookup finds a copy by one of its keys. A copy past its time is not found.
// Errors: CodeTampered.
func (rs *Records) Lookup(ctx context.Context, held Keys, key string) (Copy, bool, error) {
	const op = "cache.lookup"
	var r sealedChart
	found := false
	for _, k := range held {
		err := r.scan(rs.read.byKey.row(ctx, k.Blind(key)))
		if err == nil && r.epoch == k.N {
			found = true
			break
		}
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return Copy{}, false, disk.Fault(op, err)
		}
	}
	if !found {
		return Copy{}, false, nil
	}
	c, err := r.open(rs.install, held[r.epoch], true)
	if err == nil && !slices.Contains(c.head.keys, key) {
		err = seal.ErrSealed
	}
	if err != nil {
		return Copy{}, false, disk.Fault(op, err)
	}
	if c.head.expired(rs.clock.Time()) {
		return Copy{}, false, nil
	}
	return c.head.copy(c.id), true, nil
}

// Get gives a copy by its ID. A copy past its time is not found.
// Errors: CodeNotFound, CodeTampered.
func (rs *Records) Get(ctx context.Context, held Keys, id PatientID) (Copy, error) {
	const op = "cache.get"
	rs.write.Lock()
	defer rs.write.Unlock()
	c, err := rs.load(ctx, held, op, id, false)
	if err != nil {
		return Copy{}, err
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.head.expired(rs.clock.Time()) {
		return Copy{}, ehrdesk.E(op, ehrdesk.CodeNotFound, errNoPatient)
	}
	return c.head.copy(id), nil
}

// Patients lists the copies this person may see, but none past its time. damaged
// is how many more there are that do not open: Repair destroys them.
func (rs *Records) Patients(ctx context.Context, held Keys) (list []Copy, damaged int, err error) {
	const op = "cache.patients"
	now := rs.clock.Time()
	err = rs.each(ctx, held, rs.read, "", func(c *chart, _ *sealedChart, err error) error {
		switch {
		case err != nil:
			damaged++
		case !c.head.expired(now):
			list = append(list, c.head.copy(c.id))
		}
		return nil
	})
	return list, damaged, disk.Fault(op, err)
}

// each opens the head of every copy whose epoch v holds, and gives f the chart or what was
// wrong with it.
func (rs *file) each(ctx context.Context, held Keys, q disk.Querier, where string, f func(*chart, *sealedChart, error) error, args ...any) error {
	rows, err := q.QueryContext(ctx, chartQuery+where, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var r sealedChart
		var c *chart
		err := r.scan(rows)
		switch k := held[r.epoch]; {
		case err == nil && k == nil:
			continue
		case err == nil:
			c, err = r.open(rs.install, k, true)
		case !errors.Is(err, seal.ErrSealed):
			return err
		}
		if err := f(c, &r, err); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Put makes a copy (ID empty), or replaces an existing one's header, keys and purge
// time. Synced and Records are not taken from c: Apply keeps them. It returns the copy
// as it is now.
//
// Errors: CodeConflict when a key belongs to another copy, CodeNotFound for an ID
// without one, CodeInvalid without keys.
func (rs *Records) Put(ctx context.Context, held Keys, c Copy, keys []string) (Copy, error) {
	const op = "cache.put"
	if len(keys) == 0 || slices.Contains(keys, "") {
		return Copy{}, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a copy needs a key to be found by")
	}
	keys = slices.Compact(slices.Sorted(slices.Values(keys)))
	rs.write.Lock()
	defer rs.write.Unlock()
	var x *chart
	var h head
	if c.ID != "" {
		var err error
		if x, err = rs.load(ctx, held, op, c.ID, false); err != nil {
			return Copy{}, err
		}
		h = x.head
	}
	h.header, h.keys, h.purgeAfter = bytes.Clone(c.Header), keys, c.PurgeAfter.UTC().Round(0)
	if c.PurgeAfter.IsZero() {
		h.purgeAfter = time.Time{}
	}
	conn, err := rs.db.Conn(ctx)
	if err != nil {
		return Copy{}, disk.Fault(op, err)
	}
	defer conn.Close()
	err = disk.Within(ctx, conn, func(tx *sql.Tx) (err error) {
		if x == nil {
			if x, err = rs.create(ctx, held, tx, &h); err != nil {
				return err
			}
		}
		return rs.writeCopy(ctx, held, tx, x, &h)
	})
	if err != nil {
		rs.charts.drop(c.ID)
		return Copy{}, disk.Fault(op, err)
	}
	x.mu.Lock()
	x.head = h
	x.mu.Unlock()
	rs.charts.put(x)
	rs.set(x.n, h.purgeAfter)
	return h.copy(x.id), nil
}

// create makes a patient's key and row.
func (rs *Records) create(ctx context.Context, held Keys, tx *sql.Tx, h *head) (*chart, error) {
	id := uuid.New()
	k := held.Newest()
	x := &chart{id: PatientID(id.String()), uid: id[:], epoch: k.N, idx: newIndex()}
	dek := seal.NewKey()
	defer clear(dek)
	var err error
	if x.boxes, err = newBoxes(dek, false); err != nil {
		return nil, err
	}
	res, err := tx.ExecContext(ctx, "INSERT INTO patient (id, epoch, dek, purge) VALUES (?, ?, x'', ?)", x.uid, x.epoch, purgeDay(h.purgeAfter))
	if err != nil {
		return nil, err
	}
	if x.n, err = res.LastInsertId(); err != nil {
		return nil, err
	}
	if x.n >= 1<<31 {
		return nil, ehrdesk.Errorf("cache.put", ehrdesk.CodeOther, "this store has no numbers left")
	}
	ct, err := k.KEK.Encrypt(dek, keyData(rs.install, x.uid, x.n, x.epoch))
	if err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE patient SET dek = ? WHERE n = ?", ct, x.n); err != nil {
		return nil, err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO head VALUES (?, x'')", x.n)
	return x, err
}

var errKeyTaken = errors.New("another copy on this desk has this key")

// writeCopy writes the purge day, the look-up keys and the head.
func (rs *Records) writeCopy(ctx context.Context, held Keys, tx *sql.Tx, x *chart, h *head) error {
	if _, err := tx.ExecContext(ctx, "UPDATE patient SET purge = ? WHERE n = ?", purgeDay(h.purgeAfter), x.n); err != nil {
		return err
	}
	if !slices.Equal(x.head.keys, h.keys) {
		if _, err := tx.ExecContext(ctx, "DELETE FROM lookup WHERE n = ?", x.n); err != nil {
			return err
		}
		for _, key := range h.keys {
			res, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO lookup VALUES (?, ?)", held[x.epoch].Blind(key), x.n)
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil || n == 0 {
				return ehrdesk.E("cache.put", ehrdesk.CodeConflict, errKeyTaken)
			}
		}
	}
	_, err := tx.ExecContext(ctx, "UPDATE head SET ct = ? WHERE n = ?", x.sealHead(rs.install, h), x.n)
	return err
}

// CopyStatus is what one copy takes and how long it stays. It names nobody.
type CopyStatus struct {
	ID         PatientID
	Bytes      int64 // sealed, on the disk
	Records    int
	PurgeAfter time.Time // zero: the session only
	Synced     time.Time
}

// Status describes every copy this person may see and that opens.
func (rs *file) Status(ctx context.Context, held Keys) ([]CopyStatus, error) {
	const op = "cache.status"
	var out []CopyStatus
	var ns []int64
	err := rs.each(ctx, held, rs.read, "", func(c *chart, r *sealedChart, err error) error {
		if err != nil {
			return nil
		}
		ns = append(ns, r.n)
		out = append(out, CopyStatus{ID: c.id, Bytes: int64(len(r.ct) + len(r.dek)), Records: c.head.live.All(),
			PurgeAfter: c.head.purgeAfter, Synced: c.head.synced})
		return nil
	})
	for i := range ns {
		if err != nil {
			break
		}
		var b int64
		err = rs.read.QueryRowContext(ctx, `SELECT
			(SELECT coalesce(sum(length(ct)), 0) FROM body WHERE id BETWEEN ?1 AND ?2) +
			(SELECT coalesce(sum(length(ct)), 0) FROM block WHERE id BETWEEN ?1 AND ?2) +
			(SELECT coalesce(sum(length(ct)), 0) FROM said WHERE id BETWEEN ?1 AND ?2) +
			(SELECT coalesce(sum(length(ct)), 0) FROM piece WHERE id BETWEEN ?1 AND ?2) +
			(SELECT coalesce(sum(length(ct)), 0) FROM chunk WHERE id BETWEEN ?1 AND ?2)`,
			rowID(ns[i], 0), rowID(ns[i], maxNo)).Scan(&b)
		out[i].Bytes += b
	}
	return out, disk.Fault(op, err)
}
