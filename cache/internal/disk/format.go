package disk

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strconv"

	"github.com/ehrdesk/ehrdesk"
)

var (
	errForeign = errors.New("the database belongs to another desk's store")
	errLater   = errors.New("this store was written by a later version of this program; use that version")
)

// RefuseLater looks at a folder's databases before any is touched, and reports one
// of a later format than is known of it. What cannot be read is left to whoever
// opens it. Errors: CodeInvalid.
func RefuseLater(ctx context.Context, dir string, newest map[string]int) error {
	for file, known := range newest {
		name := filepath.Join(dir, file)
		if info, err := os.Stat(name); err != nil || info.Size() == 0 {
			continue
		}
		db, err := sql.Open("sqlite", PeekDSN(name))
		if err != nil {
			return ErrStore
		}
		have, err := LabelOf(ctx, db)
		db.Close()
		if err == nil && have.Format > known {
			return ehrdesk.E("cache.open", ehrdesk.CodeInvalid, errLater)
		}
	}
	return nil
}

// Stamping is the statement that puts a format into the file's header as well, where
// the programs of before format 5 of the journal look first.
func Stamping(format int) string { return "PRAGMA user_version = " + strconv.Itoa(format) }

// Label is what a database says of itself: its format, 0 where it has none yet,
// whose it is, and the format again as its file's header has it.
type Label struct {
	Format  int
	Install string
	Stamp   int
}

// LabelOf asks a database what it says of itself.
// Errors: CodeTampered where it cannot be right.
func LabelOf(ctx context.Context, db *sql.DB) (b Label, err error) {
	ctx = Uncancellable(ctx)
	var made bool
	err = db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'meta'), user_version FROM pragma_user_version").Scan(&made, &b.Stamp)
	if err != nil {
		return b, err
	}
	var written, whose sql.NullString
	if made {
		err = db.QueryRowContext(ctx, "SELECT (SELECT v FROM meta WHERE k = 'format'), (SELECT v FROM meta WHERE k = 'install') WHERE EXISTS (SELECT 1 FROM meta)").Scan(&written, &whose)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return b, err
		}
		made = err == nil
	}
	if !made && b.Stamp == 0 {
		return b, nil // new
	}
	b.Install = whose.String
	if b.Format, err = strconv.Atoi(written.String); err != nil || b.Format < 0 {
		return b, ehrdesk.E("cache.open", ehrdesk.CodeTampered, ErrDamaged)
	}
	return b, nil
}

// Claim binds a new database to an installation, with the tables of schema and at
// the format begin, and holds an old one against both; it gives the file's format.
// Errors: CodeTampered (another desk's), CodeInvalid (later than newest).
func Claim(ctx context.Context, db *sql.DB, install, schema string, begin, newest int) (format int, err error) {
	const op = "cache.open"
	is, err := LabelOf(ctx, db)
	switch {
	case err != nil:
		return 0, err
	case is.Install == "" && is.Format == 0:
		return begin, beginFile(ctx, db, install, schema, begin)
	case is.Format > newest:
		return 0, ehrdesk.E(op, ehrdesk.CodeInvalid, errLater)
	case is.Install != install:
		return 0, ehrdesk.E(op, ehrdesk.CodeTampered, errForeign)
	case is.Format == newest && is.Stamp != newest: // from before there were stamps
		_, err = db.ExecContext(ctx, Stamping(newest))
	}
	return is.Format, err
}

// beginFile gives a new database its tables, its owner and its format: all or nothing.
func beginFile(ctx context.Context, db *sql.DB, install, schema string, format int) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return Within(ctx, conn, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, MetaSchema+";"+schema+";"+Stamping(format)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO meta VALUES ('format', ?), ('install', ?)", format, install)
		return err
	})
}

// Mark is what a database remembers of how far the store had come, nil for nothing.
func Mark(ctx context.Context, q Querier) (b []byte, err error) { return Remembered(ctx, q, "mark") }

// Remembered is what a database remembers by a name, nil for nothing.
func Remembered(ctx context.Context, q Querier, name string) (b []byte, err error) {
	err = q.QueryRowContext(ctx, "SELECT v FROM meta WHERE k = ?", name).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return b, err
}

// SetMark remembers how far the store has come.
func SetMark(ctx context.Context, q Execer, b []byte) error { return Remember(ctx, q, "mark", b) }

// Remember keeps something by a name.
func Remember(ctx context.Context, q Execer, name string, b []byte) error {
	_, err := q.ExecContext(ctx, "INSERT OR REPLACE INTO meta VALUES (?, ?)", name, b)
	return err
}
