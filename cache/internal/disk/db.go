package disk

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver
)

// MetaSchema is in both files: whose they are, and in which format.
const MetaSchema = "CREATE TABLE IF NOT EXISTS meta (k TEXT PRIMARY KEY, v) WITHOUT ROWID"

// Querier is a database or a transaction that is read.
type Querier interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
	QueryRowContext(context.Context, string, ...any) *sql.Row
}

// Execer is a database or a transaction that is changed.
type Execer interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
}

// Uncancellable is ctx for a statement that touches a row or two. The driver starts
// a goroutine for each statement that can be cancelled, which costs more than one row.
func Uncancellable(ctx context.Context) context.Context { return context.WithoutCancel(ctx) }

// OpenDB opens a database file with the store's settings, making it when
// missing. The file exists with its mode before SQLite first sees it; SQLite
// gives its -wal and -shm the same.
func OpenDB(dir, file, sync string) (*sql.DB, error) {
	name := filepath.Join(dir, file)
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, FileFault(err)
	}
	f.Close()
	db, err := sql.Open("sqlite", DSN(name, sync))
	if err != nil {
		return nil, ErrStore
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// PeekDSN opens a database to look at it and leave every byte as it is: what an
// unclean end left in the log is read too, and stays there.
func PeekDSN(name string) string {
	q := url.Values{"mode": {"ro"}}
	if log, err := os.Stat(name + "-wal"); err != nil || log.Size() == 0 {
		q.Set("immutable", "1")
	}
	return fileURL(name, q)
}

// DSN is a connection's settings; one without a sync reads only, and takes the
// file as the writer before it has set it up.
func DSN(name, sync string) string {
	q := url.Values{"_defensive": {"1"}, "_dqs": {"0"}}
	q["_pragma"] = []string{
		"busy_timeout(2000)",
		"temp_store(MEMORY)",
		"trusted_schema(OFF)",
		"cell_size_check(ON)",
	}
	if sync == "" {
		q["_pragma"] = append(q["_pragma"], "query_only(ON)")
		return fileURL(name, q)
	}
	q.Set("_txlock", "immediate")
	q["_pragma"] = append(q["_pragma"],
		"page_size(8192)",
		"journal_mode(WAL)",
		"secure_delete(ON)",
		"foreign_keys(ON)",
		"synchronous("+sync+")")
	return fileURL(name, q)
}

func fileURL(name string, q url.Values) string {
	return (&url.URL{Scheme: "file", Opaque: url.PathEscape(name), RawQuery: q.Encode()}).String()
}

var errBusy = errors.New("the write-ahead log could not be emptied: somebody still reads")

// TruncateWAL moves the log into the database and empties it. Deleted pages are
// only then gone from the log, so a log that stays is an error.
func TruncateWAL(ctx context.Context, c *sql.Conn) error {
	var busy, logged, moved int
	if err := c.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &logged, &moved); err != nil {
		return err
	}
	if busy != 0 {
		return errBusy
	}
	return nil
}

// Within runs f in one transaction on c: all of it or nothing.
func Within(ctx context.Context, c *sql.Conn, f func(*sql.Tx) error) error {
	tx, err := c.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing once it is committed; a panic in f keeps the connection from nobody
	if err := f(tx); err != nil {
		return err
	}
	return tx.Commit()
}
