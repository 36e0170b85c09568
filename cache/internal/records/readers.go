package records

import (
	"context"
	"database/sql"
	"path/filepath"
	"sync"

	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
)

// readers are the connections that read records.db beside its writer, for which
// in WAL mode they never wait, and the statements that are asked again and again.
type readers struct {
	*sql.DB
	body, block, piece, byKey, byID, chunks, blocks, said finder
}

// openReaders opens no connection yet: that is left to whoever asks first.
func openReaders(dir string) (*readers, error) {
	db, err := sql.Open("sqlite", disk.DSN(filepath.Join(dir, disk.RecordsFile), ""))
	if err != nil {
		return nil, disk.ErrStore
	}
	db.SetMaxOpenConns(2)
	db.SetMaxIdleConns(2)
	r := &readers{DB: db}
	for f, query := range map[*finder]string{
		&r.body:   "SELECT ct FROM body WHERE id = ?",
		&r.block:  "SELECT ct FROM block WHERE id = ?",
		&r.piece:  "SELECT ct FROM piece WHERE id = ?",
		&r.byKey:  chartQuery + " WHERE p.n = (SELECT n FROM lookup WHERE bi = ?)",
		&r.byID:   chartQuery + " WHERE p.id = ?",
		&r.chunks: "SELECT id, ct FROM chunk WHERE id BETWEEN ? AND ?",
		&r.said:   "SELECT id, ct FROM said WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1",
		&r.blocks: "SELECT id, ct FROM block WHERE id BETWEEN ? AND ?",
	} {
		f.db, f.query = db, query
	}
	return r, nil
}

// writers are the statements that every batch needs. They are prepared before its
// transaction begins: the writer has one connection.
type writers struct{ head, clock, chunk, block finder }

func newWriters(db *sql.DB) *writers {
	w := &writers{}
	for f, query := range map[*finder]string{
		&w.head:  "UPDATE head SET ct = ? WHERE n = ?",
		&w.clock: "INSERT INTO meta VALUES ('clock', ?) ON CONFLICT (k) DO UPDATE SET v = max(v, excluded.v)",
		&w.chunk: "INSERT OR REPLACE INTO chunk (id, ct) VALUES (?, ?)",
		&w.block: "INSERT INTO block (id, ct) VALUES (?, ?)",
	} {
		f.db, f.query = db, query
	}
	return w
}

func (w *writers) prepare(ctx context.Context) (err error) {
	for _, f := range []*finder{&w.head, &w.clock, &w.chunk, &w.block} {
		if _, e := f.prepared(ctx); e != nil {
			err = e
		}
	}
	return err
}

// exec runs the statement, which has been prepared, in a transaction.
func (f *finder) exec(ctx context.Context, tx *sql.Tx, args ...any) error {
	_, err := tx.StmtContext(ctx, f.stmt).ExecContext(ctx, args...)
	return err
}

// finder is a statement that is prepared when it is first needed.
type finder struct {
	db    *sql.DB
	query string
	mu    sync.Mutex
	stmt  *sql.Stmt
}

func (f *finder) prepared(ctx context.Context) (_ *sql.Stmt, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.stmt == nil {
		f.stmt, err = f.db.PrepareContext(disk.Uncancellable(ctx), f.query)
	}
	return f.stmt, err
}

// rows asks with a context that does not end: see quick.
func (f *finder) rows(ctx context.Context, args ...any) (*sql.Rows, error) {
	stmt, err := f.prepared(ctx)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(disk.Uncancellable(ctx), args...)
}

// scanned is where one row goes.
type scanned interface{ Scan(...any) error }

// row asks for one row. Errors: sql.ErrNoRows.
func (f *finder) row(ctx context.Context, args ...any) scanned {
	stmt, err := f.prepared(ctx)
	if err != nil {
		return unasked{err}
	}
	return stmt.QueryRowContext(disk.Uncancellable(ctx), args...)
}

// unasked is the row of a question that could not be put.
type unasked struct{ err error }

func (u unasked) Scan(...any) error { return u.err }
