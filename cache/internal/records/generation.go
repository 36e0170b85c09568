package records

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
)

// generationSchema counts the changes of the copies: every one writes a head.
const generationSchema = `
CREATE TABLE IF NOT EXISTS generation (one INTEGER PRIMARY KEY CHECK (one = 1), n INTEGER NOT NULL);
INSERT OR IGNORE INTO generation VALUES (1, 0);
CREATE TRIGGER IF NOT EXISTS head_added AFTER INSERT ON head BEGIN UPDATE generation SET n = n + 1; END;
CREATE TRIGGER IF NOT EXISTS head_changed AFTER UPDATE ON head BEGIN UPDATE generation SET n = n + 1; END;
CREATE TRIGGER IF NOT EXISTS head_gone AFTER DELETE ON head BEGIN UPDATE generation SET n = n + 1; END;
`

// Generation is how often the copies were changed; fresh when the file has never held
// one.
func (rs *file) Generation(ctx context.Context) (gen uint64, fresh bool, err error) {
	var copies int
	err = rs.read.QueryRowContext(disk.Uncancellable(ctx), "SELECT n, (SELECT count(*) FROM patient) FROM generation").Scan(&gen, &copies)
	return gen, gen == 0 && copies == 0, err
}

// SetGeneration makes a file that has never held a copy go on counting from gen.
func (rs *file) SetGeneration(ctx context.Context, gen uint64) error {
	return rs.durably(ctx, "UPDATE generation SET n = ?", gen)
}

// Flush sees to it that every change is on the disk: a mark must never be ahead of
// what a power cut leaves.
func (rs *file) Flush(ctx context.Context) error {
	return rs.durably(ctx, "UPDATE generation SET n = n")
}

// durably changes the records, and what was changed before is then on the disk with it.
func (rs *file) durably(ctx context.Context, query string, args ...any) (err error) {
	conn, err := rs.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "PRAGMA synchronous=FULL"); err != nil {
		return err
	}
	defer func() {
		if _, e := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA synchronous=NORMAL"); err == nil {
			err = e
		}
	}()
	_, err = conn.ExecContext(ctx, query, args...)
	return err
}

// Mark is what the records remember of how far the store had come, nil for nothing.
func (rs *file) Mark(ctx context.Context) ([]byte, error) { return disk.Mark(ctx, rs.read) }

// SetMark remembers how far the store has come.
func (rs *file) SetMark(ctx context.Context, b []byte) error { return disk.SetMark(ctx, rs.db, b) }

// Found is what was found to be of an earlier day and is not acknowledged yet, nil for
// nothing.
func (rs *file) Found(ctx context.Context) (b []byte, err error) {
	err = rs.read.QueryRowContext(disk.Uncancellable(ctx), "SELECT v FROM meta WHERE k = 'stale'").Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return b, err
}

// BeginAfter begins a new file's generations beyond high, remembers what was found, and
// asks for new keys.
func (rs *file) BeginAfter(ctx context.Context, high uint64, found []byte) error {
	return rs.shredding(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO meta VALUES ('stale', ?)", found); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE generation SET n = ?", high+1); err != nil {
			return err
		}
		return markRotate(ctx, tx)
	})
}

// Acknowledge forgets what was found.
func (rs *file) Acknowledge(ctx context.Context) error {
	_, err := rs.db.ExecContext(ctx, "DELETE FROM meta WHERE k = 'stale'")
	return err
}

// Seen is the newest sync that the records remember, in seconds; zero where none.
func (rs *file) Seen(ctx context.Context) (time.Time, error) {
	var at int64
	err := rs.read.QueryRowContext(disk.Uncancellable(ctx), "SELECT v FROM meta WHERE k = 'clock'").Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return time.Unix(at, 0), err
}

// see remembers the newest sync.
func (rs *file) see(ctx context.Context, tx *sql.Tx, synced time.Time) error {
	if synced.IsZero() {
		return nil
	}
	rs.clock.Advance(synced)
	return rs.put.clock.exec(ctx, tx, synced.Unix())
}

// TakeBack forgets moments later than t.
func (rs *file) TakeBack(ctx context.Context, t time.Time) error {
	_, err := rs.db.ExecContext(ctx, "UPDATE meta SET v = min(v, ?) WHERE k = 'clock'", t.Unix())
	return err
}
