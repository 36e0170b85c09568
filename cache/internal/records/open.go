package records

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"

	json "github.com/go-json-experiment/json/v1"
)

// Records is records.db, open in this process. Its methods may be called from
// several goroutines. Lock order: write, charts.mu, chart.mu.
type Records struct {
	install string
	clock   Clock
	db      *sql.DB // one connection, writes
	put     *writers
	read    *readers // beside it
	write   sync.Mutex
	charts  charts
	due     dues
	zip     *zstd.Encoder
	unzip   *zstd.Decoder
}

// Clock is the store's: the time that never goes back, and the moments that are known
// to be past.
type Clock interface {
	Time() time.Time
	Advance(past time.Time)
}

// Keys are the keys of copies that somebody holds, by epoch.
type Keys = keyring.RecordSet

// epochs is the numbers of the epochs, as JSON.
func epochs(k Keys) string {
	ns := make([]uint32, 0, len(k))
	for n := range k {
		ns = append(ns, n)
	}
	b, _ := json.Marshal(ns) // numbers always marshal
	return string(b)
}

// Format is records.db's. 1 had no blocks, 2 counted no kinds, 3 had sentences in place
// of facts, 4 knew less of what qualifies them, 5 had no parts of the list index.
const Format = 6

// readable is the oldest format that is taken forward: Open writes the newer number, so
// that the program of before refuses the file in place of finding it damaged.
const readable = 5

// ErrOlder is a file of an older format: a new one is to be begun.
var ErrOlder = errors.New("the database has an older format")

// Open opens records.db in dir, making it when missing.
// Errors: ErrOlder, CodeTampered (damaged, or another desk's), CodeInvalid (of a later
// version). What is open then is closed again.
func Open(ctx context.Context, dir, install string, clock Clock) (rs *Records, err error) {
	rs = &Records{install: install, clock: clock}
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

// takeForward gives the file today's number: what it holds is read as it is.
func (rs *Records) takeForward(ctx context.Context) error {
	conn, err := rs.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return disk.Within(ctx, conn, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE meta SET v = ? WHERE k = 'format'; "+disk.Stamping(Format), Format)
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
func (rs *Records) DB() *sql.DB { return rs.db }

// Reader is the database beside the writer's connection.
func (rs *Records) Reader() *sql.DB { return rs.read.DB }
