package journal

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
)

// Seen is the latest moment that the journal remembers, in seconds; zero where none.
func (j *file) Seen(ctx context.Context) (time.Time, error) {
	var at int64
	err := j.db.QueryRowContext(disk.Uncancellable(ctx), "SELECT v FROM meta WHERE k = 'seen'").Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return time.Unix(at, 0), err
}

// See remembers that it is t.
func (j *file) See(ctx context.Context, t time.Time) error { return j.see(ctx, j.db, t) }

func (j *file) see(ctx context.Context, q disk.Execer, t time.Time) error {
	j.clock.Advance(t)
	_, err := q.ExecContext(ctx, "INSERT INTO meta VALUES ('seen', ?) ON CONFLICT (k) DO UPDATE SET v = max(v, excluded.v)", t.Unix())
	return err
}

// TakeBack forgets moments later than t.
func (j *file) TakeBack(ctx context.Context, t time.Time) error {
	_, err := j.db.ExecContext(ctx, "UPDATE meta SET v = min(v, ?) WHERE k = 'seen'", t.Unix())
	return err
}

// LastEntry is the time of the newest entry of the access log that opens, which
// nobody without keys can have changed; zero for none. Newer ones that do not open,
// because they are damaged or of other keys, take nothing away from it; that they are
// damaged is for whoever reads the log.
func (j *accessLog) LastEntry(ctx context.Context, keys Keys) (at time.Time, err error) {
	rows, err := j.db.QueryContext(ctx, "SELECT seq, epoch, ct FROM audit ORDER BY seq DESC")
	if err != nil {
		return at, err
	}
	defer rows.Close()
	for rows.Next() {
		var seq int64
		var epoch uint32
		var ct []byte
		if err := rows.Scan(&seq, &epoch, &ct); err != nil {
			return at, err
		}
		k := keys[epoch]
		if k == nil {
			continue
		}
		if e, err := openAudit(j.install, k, seq, ct); err == nil && !e.At.IsZero() {
			return e.At, nil
		}
	}
	return at, rows.Err()
}
