// Package rows keeps the records as plain rows of any SQLite: one row a record,
// an index for the list, prepared statements, one connection, WAL and
// synchronous=NORMAL.
package rows

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// File is the database's name in the store's folder.
const File = "res.db"

var schema = []string{
	`CREATE TABLE res (id INTEGER PRIMARY KEY, pid INTEGER, typ TEXT, date TEXT, rid TEXT UNIQUE, ver TEXT, body BLOB)`,
	`CREATE INDEX res_list ON res (pid, date DESC, typ)`,
}

// Store is a worker.Store.
type Store struct {
	db                                 *sql.DB
	name                               string
	ins, all, find, upd, count, counts *sql.Stmt
}

// Open makes or opens the database through a driver of database/sql. One that is
// opened cold prepares the statement of One alone.
func Open(ctx context.Context, driver, dir string, cold bool) (*Store, error) {
	s := &Store{name: filepath.Join(dir, File)}
	_, err := os.Stat(s.name)
	fresh := errors.Is(err, fs.ErrNotExist)
	if s.db, err = sql.Open(driver, "file:"+s.name+"?_txlock=immediate"); err != nil {
		return nil, err
	}
	s.db.SetMaxOpenConns(1)
	first := []string{"PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL"}
	if fresh {
		first = append(first, schema...)
	}
	if err := s.exec(ctx, first...); err != nil {
		return nil, err
	}
	statements := map[**sql.Stmt]string{&s.find: "SELECT body FROM res WHERE rid = ?"}
	if !cold {
		statements[&s.ins] = "INSERT INTO res (pid, typ, date, rid, ver, body) VALUES (?, ?, ?, ?, ?, ?)"
		statements[&s.all] = "SELECT rid, ver, body FROM res WHERE pid = ? ORDER BY date DESC LIMIT 500"
		statements[&s.upd] = "UPDATE res SET ver = ?, body = ? WHERE rid = ?"
		statements[&s.count] = "SELECT typ, count(*) FROM res WHERE pid = ? GROUP BY typ"
		statements[&s.counts] = "SELECT typ, count(*) FROM res GROUP BY typ"
	}
	for stmt, query := range statements {
		if *stmt, err = s.db.PrepareContext(ctx, query); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *Store) exec(ctx context.Context, statements ...string) error {
	for _, q := range statements {
		if _, err := s.db.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// each runs one statement for each record, in one transaction.
func (s *Store) each(ctx context.Context, stmt *sql.Stmt, cs []cache.Change, values func(*cache.Change) []any) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to take back
	stmt = tx.StmtContext(ctx, stmt)
	for i := range cs {
		if _, err := stmt.ExecContext(ctx, values(&cs[i])...); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// Write inserts a patient's records in one transaction.
func (s *Store) Write(ctx context.Context, n int, all []cache.Change) error {
	return s.each(ctx, s.ins, all, func(c *cache.Change) []any {
		r := &c.Record
		return []any{n, r.Resource, r.Date.Time.Format(time.RFC3339), r.ID, r.Version, c.Body}
	})
}

// Update changes version and body of records in one transaction.
func (s *Store) Update(ctx context.Context, _ int, changed []cache.Change) error {
	return s.each(ctx, s.upd, changed, func(c *cache.Change) []any {
		return []any{c.Record.Version, c.Body, c.Record.ID}
	})
}

// Open reads a patient's 500 newest records, with bodies.
func (s *Store) Open(ctx context.Context, n int) (records int, err error) {
	rows, err := s.all.QueryContext(ctx, n)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var rid, ver string
		var body []byte
		if err := rows.Scan(&rid, &ver, &body); err != nil {
			return 0, err
		}
		records++
	}
	return records, rows.Err()
}

// Prepare does nothing: rows know no chart.
func (s *Store) Prepare(context.Context, int) error { return nil }

// One reads a record's body by its id.
func (s *Store) One(ctx context.Context, _ int, ref ehrdesk.Ref) error {
	var body []byte
	return s.find.QueryRowContext(ctx, ref.ID).Scan(&body)
}

// Count counts a patient's records by type.
func (s *Store) Count(ctx context.Context, n int) (records int, err error) {
	return sum(s.count.QueryContext(ctx, n))
}

// CountOpen is Count.
func (s *Store) CountOpen(ctx context.Context, n int) (records int, err error) {
	return s.Count(ctx, n)
}

// CountAll counts the records of all patients by type.
func (s *Store) CountAll(ctx context.Context) (records int, err error) {
	return sum(s.counts.QueryContext(ctx))
}

func sum(rows *sql.Rows, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	total := 0
	for rows.Next() {
		var typ string
		var n int
		if err := rows.Scan(&typ, &n); err != nil {
			return 0, err
		}
		total += n
	}
	return total, rows.Err()
}

// Shred is the nearest to it that rows have: they are overwritten in the file,
// and stand in every copy of it that was made before.
func (s *Store) Shred(ctx context.Context, n int) error {
	if err := s.exec(ctx, "PRAGMA secure_delete=ON"); err != nil {
		return err
	}
	if _, err := s.db.ExecContext(ctx, "DELETE FROM res WHERE pid = ?", n); err != nil {
		return err
	}
	return s.Checkpoint(ctx)
}

// Checkpoint moves the log into the file.
func (s *Store) Checkpoint(ctx context.Context) error {
	return s.exec(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
}

// Size is the database's, without its log.
func (s *Store) Size() (int64, error) {
	info, err := os.Stat(s.name)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
