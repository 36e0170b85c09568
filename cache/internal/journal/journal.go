package journal

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
)

// file is journal.db, open.
type file struct {
	db      *sql.DB // one connection
	install string
	clock   Clock
	known   func(epoch uint32) bool
}

// outbox is the acts that wait in the file, and those that are being sent.
type outbox struct {
	*file
	claims claims
}

// accessLog is the chain of entries. Each remembers how far the outbox had come.
type accessLog struct {
	*file
	outbox *outbox
	tip    tip
}

// worklists are the desk's own lists.
type worklists struct{ *file }

// Journal is journal.db, open in this process. Its methods may be called from
// several goroutines; its two locks are taken one at a time.
type Journal struct {
	*file
	*outbox
	accessLog
	worklists
}

// Clock is the store's: this machine's time, and the moments that are known to be
// past.
type Clock interface {
	Now() time.Time
	Advance(past time.Time)
}

// Keys are the journal's keys that somebody holds, by epoch.
type Keys = keyring.JournalSet

// Options are what a journal hangs on.
type Options struct {
	Install string // whose it is
	Clock   Clock
	Known   func(epoch uint32) bool // reports an epoch of keys that this desk has had
	Steps   fs.FS                   // of the format: Steps, but for tests
}

// Open opens journal.db in dir, making it when missing, and takes it forward to the
// format of today. Errors: CodeTampered (damaged, or another desk's), CodeInvalid (of
// a later version).
func Open(ctx context.Context, dir string, o Options) (*Journal, error) {
	db, err := disk.OpenDB(dir, disk.JournalFile, "FULL")
	if err != nil {
		return nil, err
	}
	if err := prepare(ctx, db, dir, o); err != nil {
		db.Close()
		return nil, fault(err)
	}
	f := &file{db: db, install: o.Install, clock: o.Clock, known: o.Known}
	box := &outbox{file: f}
	return &Journal{file: f, outbox: box, accessLog: accessLog{file: f, outbox: box}, worklists: worklists{f}}, nil
}

// Close gives the file back.
func (j *file) Close() error { return j.db.Close() }

// DB is the open database, for its check, and for tests to damage it.
func (j *file) DB() *sql.DB { return j.db }

// prepare claims journal.db and takes it forward: what is in it exists nowhere else.
func prepare(ctx context.Context, db *sql.DB, dir string, o Options) error {
	newest, err := Newest(o.Steps)
	if err != nil {
		return err
	}
	have, err := disk.Claim(ctx, db, o.Install, "", 0, newest)
	if err != nil {
		return err
	}
	if have < newest {
		if err := migrate(ctx, db, o.Steps); err != nil {
			return err
		}
	} else if log, err := os.Stat(filepath.Join(dir, disk.JournalFile+"-wal")); err != nil || log.Size() == 0 {
		return nil
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	// What a step, or a change that was cut short, took out goes from the log too. A
	// store that was not changed opens on a full disk all the same.
	if err := disk.TruncateWAL(ctx, conn); err != nil && have < newest {
		return err
	}
	return nil
}

// logAfter says what becomes of the journal's write-ahead log after a change.
type logAfter bool

const (
	keepLog  logAfter = false
	emptyLog logAfter = true // what was deleted is to be gone from it too
)

// change runs f in one transaction, which is on the disk when it returns.
func (j *file) change(ctx context.Context, after logAfter, f func(*sql.Tx) error) error {
	conn, err := j.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	err = disk.Within(ctx, conn, f)
	if err == nil && after == emptyLog {
		err = disk.TruncateWAL(context.WithoutCancel(ctx), conn)
	}
	return err
}

// look runs f in one transaction that changes nothing.
func (j *file) look(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := j.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	return f(tx)
}

// errDamaged is what somebody can do about a journal that does not open: it holds
// what exists nowhere else, so nothing of it is thrown away.
var errDamaged = errors.New("journal.db is damaged: it holds the access log and the acts that wait. Keep the whole folder as it is, fetch journal.db from a backup if there is one, and tell your administrator")

// fault names the journal where an error is of its damage.
func fault(err error) error {
	if f := disk.Fault("", err); ehrdesk.CodeOf(f) == ehrdesk.CodeTampered && ehrdesk.Message(f) == disk.ErrDamaged.Error() {
		return ehrdesk.E("cache.open", ehrdesk.CodeTampered, errDamaged)
	}
	return err
}

// UsedEpochs are the epochs under which the journal holds anything that is not
// settled.
func (j *file) UsedEpochs(ctx context.Context) ([]uint32, error) {
	return j.epochs(ctx, "SELECT epoch FROM audit UNION SELECT epoch FROM slip UNION SELECT epoch FROM outbox WHERE "+notSettled)
}

func (j *file) epochs(ctx context.Context, query string) (out []uint32, err error) {
	rows, err := j.db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var n uint32
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, rows.Err()
}
