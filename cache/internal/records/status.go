package records

import (
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
)

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
			(SELECT coalesce(sum(length(ct)), 0) FROM piece WHERE id BETWEEN ?1 AND ?2) +
			(SELECT coalesce(sum(length(ct)), 0) FROM chunk WHERE id BETWEEN ?1 AND ?2)`,
			rowID(ns[i], 0), rowID(ns[i], maxNo)).Scan(&b)
		out[i].Bytes += b
	}
	return out, disk.Fault(op, err)
}
