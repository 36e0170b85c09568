package records

import (
	"context"
	"database/sql"

	"github.com/klauspost/compress/zstd"

	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
)

// Open opens records.db in dir, making it when missing.
// Errors: ErrOlder, CodeTampered (damaged, or another desk's), CodeInvalid (of a later
// version). What is open then is closed again.
func Open(ctx context.Context, dir, install string, clock Clock) (rs *Records, err error) {
	f := &file{install: install, clock: clock}
	rs = &Records{file: f, cells: cells{file: f}, dues: dues{file: f}}
	defer func() {
		if err != nil {
			rs.Close()
		}
	}()
	if rs.zip, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false)); err != nil {
		return rs, err
	}
	if rs.unzip, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxMemory(MaxBody)); err != nil {
		return rs, err
	}
	if rs.db, err = disk.OpenDB(dir, disk.RecordsFile, "NORMAL"); err != nil {
		return rs, err
	}
	rs.put = newWriters(rs.db)
	if rs.read, err = openReaders(dir); err != nil {
		return rs, err
	}
	db := rs.db
	if is, err := disk.LabelOf(ctx, rs.read.DB); err == nil && is.Format == Format && is.Stamp == is.Format {
		db = rs.read.DB // as it was left: the writer's connection is opened when something is written
	}
	have, err := disk.Claim(ctx, db, install, recordsSchema+generationSchema, Format, Format)
	switch {
	case err != nil || have == Format:
		return rs, err
	case have < readable:
		return rs, ErrOlder
	}
	return rs, rs.takeForward(ctx)
}

// takeForward gives the file today's number and the table it lacks: what it holds is
// read as it is.
func (rs *file) takeForward(ctx context.Context) error {
	conn, err := rs.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return disk.Within(ctx, conn, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, saidSchema+"UPDATE meta SET v = ? WHERE k = 'format'; "+disk.Stamping(Format), Format)
		return err
	})
}

// Close overwrites what memory holds of copies, and gives the file back.
func (rs *Records) Close() {
	rs.charts.clear()
	if rs.read != nil {
		_ = rs.read.Close() // nothing waits in it
	}
	if rs.db != nil {
		_ = rs.db.Close()
	}
	if rs.unzip != nil {
		rs.unzip.Close()
	}
}

// Forget overwrites what memory holds of all copies.
func (rs *Records) Forget() { rs.charts.clear() }

// Empty reports that memory holds nothing of any copy.
func (rs *Records) Empty() bool { return rs.charts.empty() }

// DB is the open database, for tests to damage it; Reader is the one that reads, for
// its check.
func (rs *file) DB() *sql.DB { return rs.db }

// Reader is the database beside the writer's connection.
func (rs *file) Reader() *sql.DB { return rs.read.DB }
