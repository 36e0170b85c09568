package journal

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"io/fs"

	"github.com/ehrdesk/ehrdesk/cache/internal/disk"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

// journalSteps takes journal.db from nothing to the format of today: step n makes
// format n. What was released is never changed; a new format is a new step.
//
//go:embed migrations/*.sql
var journalSteps embed.FS

// Steps are the steps of the format.
func Steps() fs.FS {
	f, err := fs.Sub(journalSteps, "migrations")
	if err != nil {
		panic(err) // the name is fixed
	}
	return f
}

// Newest is the format that steps lead to.
func Newest(steps fs.FS) (int, error) {
	names, err := fs.Glob(steps, "*.sql")
	return len(names), err
}

// migrate brings the journal up to the format of today, each step in a transaction
// of its own together with its number: a crash leaves a format that was, or the
// next, and the next Open goes on from there.
func migrate(ctx context.Context, db *sql.DB, steps fs.FS) error {
	p, err := goose.NewProvider(goose.DialectCustom, db, steps, goose.WithStore(ledger{}), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}

// ledger is where goose reads and writes the format: the meta table, which every
// version of this program looks at before it touches a file. So one that does not
// know a step refuses what the step has changed.
type ledger struct{}

var errBackward = errors.New("a journal only goes forward")

func (ledger) Tablename() string { return "meta" }

func (ledger) TableExists(ctx context.Context, q database.DBTxConn) (is bool, err error) {
	err = q.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema WHERE name = 'meta'").Scan(&is)
	return is, err
}

// CreateVersionTable is never reached: the store claims the file before.
func (ledger) CreateVersionTable(context.Context, database.DBTxConn) error { return disk.ErrDamaged }

func (ledger) Insert(ctx context.Context, q database.DBTxConn, r database.InsertRequest) error {
	_, err := q.ExecContext(ctx, "UPDATE meta SET v = ? WHERE k = 'format'", r.Version)
	if err == nil {
		_, err = q.ExecContext(ctx, disk.Stamping(int(r.Version)))
	}
	return err
}

func (ledger) Delete(context.Context, database.DBTxConn, int64) error { return errBackward }

func (ledger) GetLatestVersion(ctx context.Context, q database.DBTxConn) (n int64, err error) {
	err = q.QueryRowContext(ctx, "SELECT v FROM meta WHERE k = 'format'").Scan(&n)
	return n, err
}

func (l ledger) GetMigration(ctx context.Context, q database.DBTxConn, version int64) (*database.GetMigrationResult, error) {
	n, err := l.GetLatestVersion(ctx, q)
	if err != nil {
		return nil, err
	}
	if version > n {
		return nil, database.ErrVersionNotFound
	}
	return &database.GetMigrationResult{IsApplied: true}, nil
}

func (l ledger) ListMigrations(ctx context.Context, q database.DBTxConn) (out []*database.ListMigrationsResult, err error) {
	n, err := l.GetLatestVersion(ctx, q)
	for ; err == nil && n >= 0; n-- {
		out = append(out, &database.ListMigrationsResult{Version: n, IsApplied: true})
	}
	return out, err
}
