package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

// movedVersion is the version of a file whose store was moved to a server: no program opens it
// as a store again, for a centre that went on from it would take consents for given that have ended since.
const movedVersion = 1 << 30

// stays are the tables of a server that a move does not fill: what only a server has, and what proofs
// are made with, of which a desk asks for a new one.
var stays = [...]string{"store_version", "audit_most", "nonce", "proof"}

// Moved is what a move has taken along.
type Moved struct{ Records, Versions, Events, Rows int64 }

// Move takes the store in a file to a server, where there is none yet, in one transaction, and marks
// the file as moved. tell is told of each table that was taken along, with its rows; it may be nil.
//
// A centre over the file must not run: it would go on writing. Where a move has ended between the server's
// last word and the file's mark, the next one marks the file. Errors: CodeNotFound for no file, CodeLocked
// while another program has it open, CodeConflict where the server has a centre that is not this one,
// CodeTampered where the file is damaged or was moved before, and those of OpenServer.
func Move(ctx context.Context, path, address string, now func() time.Time, seed func(*store.Tx) error, tell func(table string, rows int64)) (Moved, error) {
	const op = "central.move"
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return Moved{}, ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "there is no store in the state folder")
	}
	// A file of an earlier version is taken forward first.
	forward, err := Open(ctx, path, now, seed)
	if err != nil {
		return Moved{}, err
	}
	if err := forward.Close(); err != nil {
		return Moved{}, storeError(err)
	}
	from, conn, err := alone(ctx, path)
	if err != nil {
		return Moved{}, err
	}
	defer func() { _ = from.Close() }()
	defer func() { _ = conn.Close() }()
	to, err := dial(ctx, address, now)
	if err != nil {
		return Moved{}, err
	}
	defer func() { _ = to.Close() }()
	m := &mover{from: conn, tell: tell}
	if err := m.take(ctx, to); err != nil {
		return Moved{}, err
	}
	if _, err := conn.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", movedVersion)); err != nil {
		return m.moved, ehrdesk.E(op, ehrdesk.CodeOther, errors.New("the store is at the server, but its file could not be marked as moved: run this once more"))
	}
	if _, err := conn.ExecContext(ctx, "COMMIT"); err != nil {
		return m.moved, ehrdesk.E(op, ehrdesk.CodeOther, errors.New("the store is at the server, but its file could not be marked as moved: run this once more"))
	}
	return m.moved, nil
}

// alone opens the file so that no other program has it open, nor can, and begins the transaction in which it
// is read and marked.
func alone(ctx context.Context, path string) (*sql.DB, *sql.Conn, error) {
	const op = "central.move"
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, nil, ehrdesk.E(op, ehrdesk.CodeOther, store.Err)
	}
	// Before the first access: with it SQLite takes the file for one process alone, or says that another has it.
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(abs), RawQuery: "mode=rw&_pragma=locking_mode(EXCLUSIVE)&_pragma=synchronous(FULL)"}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, nil, ehrdesk.E(op, ehrdesk.CodeOther, store.Err)
	}
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err == nil {
		_, err = conn.ExecContext(ctx, "BEGIN EXCLUSIVE")
	}
	var failed *sqlite.Error
	switch {
	case err == nil:
		return db, conn, nil
	case errors.As(err, &failed) && failed.Code()&0xff == sqlite3.SQLITE_BUSY:
		err = ehrdesk.E(op, ehrdesk.CodeLocked, errors.New("another program has the store open: stop the centre first"))
	default:
		err = ehrdesk.E(op, ehrdesk.CodeTampered, store.Err)
	}
	if conn != nil {
		_ = conn.Close()
	}
	_ = db.Close()
	return nil, nil, err
}

// mover takes tables from a file to a server.
type mover struct {
	from  *sql.Conn
	tell  func(string, int64)
	moved Moved
}

// take fills a server that has no store, or finds that it has been filled by this file.
func (m *mover) take(ctx context.Context, to *Store) error {
	const op = "central.move"
	under, leave, err := to.w.begin(ctx)
	if err != nil {
		return storeError(err)
	}
	defer leave()
	q := newTx(ctx, under, to.now())
	there := false
	if err := q.run(func() error { there = q.has("SELECT 1 WHERE to_regclass('store_version') IS NOT NULL"); return nil }); err != nil {
		return storeError(err)
	}
	if there {
		return m.same(ctx, q)
	}
	for _, step := range serverSteps(nil) {
		if err := server.run(ctx, under.conn, step.tables); err != nil {
			return ehrdesk.E(op, ehrdesk.CodeOther, errors.New("the tables cannot be made: the user of the database needs a schema of its own"))
		}
	}
	tables, err := texts(under.query(ctx, "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' ORDER BY oid")) // as they were made: what others refer to first
	if err != nil {
		return storeError(err)
	}
	for _, table := range tables {
		if slices.Contains(stays[:], table) {
			continue
		}
		n, err := m.table(ctx, under, table)
		if err != nil {
			return err
		}
		switch table {
		case "record":
			m.moved.Records = n
		case "history":
			m.moved.Versions = n
		case "audit":
			m.moved.Events = n
		}
		m.moved.Rows += n
		if m.tell != nil {
			m.tell(table, n)
		}
	}
	if err := m.counters(ctx, under); err != nil {
		return err
	}
	if err := server.run(ctx, under.conn, fmt.Sprintf("UPDATE store_version SET version = %d", schemaVersion)); err != nil {
		return storeError(err)
	}
	return storeError(under.commit(ctx))
}

// same is nil where the server's store is the file's, with nothing done since.
func (m *mover) same(ctx context.Context, q *tx) error {
	const op = "central.move"
	const what = "SELECT coalesce((SELECT CAST(seq AS TEXT) FROM change), '') || ' ' || coalesce((SELECT id FROM audit ORDER BY seq DESC LIMIT 1), '')"
	var here, there string
	if err := m.from.QueryRowContext(ctx, what).Scan(&here); err != nil {
		return ehrdesk.E(op, ehrdesk.CodeTampered, store.Err)
	}
	if err := q.run(func() error { there = value[string](q, what); return nil }); err != nil {
		return storeError(err)
	}
	if here != there || here == "0 " {
		return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "the database has a centre already")
	}
	return nil
}

// table takes one table along, and gives its rows.
func (m *mover) table(ctx context.Context, under *session, table string) (int64, error) {
	const op = "central.move"
	columns, err := texts(under.query(ctx, "SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum", table))
	if err != nil {
		return 0, storeError(err)
	}
	if err := server.run(ctx, under.conn, "DELETE FROM "+quoted(table)); err != nil { // the one row that some tables begin with; nothing else has any yet
		return 0, storeError(err)
	}
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = quoted(c)
	}
	rows, err := m.from.QueryContext(ctx, "SELECT "+strings.Join(names, ", ")+" FROM "+quoted(table))
	if err != nil {
		return 0, ehrdesk.E(op, ehrdesk.CodeTampered, store.Err)
	}
	defer func() { _ = rows.Close() }()
	var n int64
	err = under.conn.Raw(func(c any) error {
		var err error
		n, err = c.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{table}, columns, &source{rows: rows, width: len(columns)})
		return err
	})
	if err := errors.Join(err, rows.Err(), rows.Close()); err != nil {
		if ctx.Err() != nil {
			return 0, storeError(ctx.Err())
		}
		return 0, ehrdesk.E(op, ehrdesk.CodeOther, fmt.Errorf("the table %s cannot be taken along", table))
	}
	var want int64
	if err := m.from.QueryRowContext(ctx, "SELECT count(*) FROM "+quoted(table)).Scan(&want); err != nil || n != want {
		return 0, ehrdesk.E(op, ehrdesk.CodeOther, fmt.Errorf("of the table %s %d rows of %d were taken along", table, n, want))
	}
	return n, nil
}

// counters has the server go on counting where the file had come to, also where its last rows are gone.
func (m *mover) counters(ctx context.Context, under *session) error {
	const op = "central.move"
	counted, err := texts(under.query(ctx, `SELECT c.relname || ' ' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
		WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attidentity <> ''`))
	if err != nil {
		return storeError(err)
	}
	reached := func(table string) (n int64, err error) {
		err = m.from.QueryRowContext(ctx, "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = ?), 0)", table).Scan(&n)
		return n, err
	}
	for _, of := range counted {
		table, column, _ := strings.Cut(of, " ")
		n, err := reached(table)
		if err != nil {
			return ehrdesk.E(op, ehrdesk.CodeTampered, store.Err)
		}
		// The next number is one after what is set here.
		text := fmt.Sprintf(`SELECT setval(pg_get_serial_sequence('%s', '%s'), greatest(%d, coalesce((SELECT max(%s) FROM %s), 0)) + 1, false)`, quoted(table), column, n, quoted(column), quoted(table))
		if err := server.run(ctx, under.conn, text); err != nil {
			return storeError(err)
		}
	}
	n, err := reached("audit") // beyond the last event where somebody has taken events away: audit verify goes on saying so
	if err != nil {
		return ehrdesk.E(op, ehrdesk.CodeTampered, store.Err)
	}
	return storeError(server.run(ctx, under.conn, fmt.Sprintf("UPDATE audit_most SET most = greatest(most, %d)", n)))
}

// source gives a file's rows to a server's COPY.
type source struct {
	rows  *sql.Rows
	width int
}

func (s *source) Next() bool { return s.rows.Next() }
func (s *source) Err() error { return s.rows.Err() }

func (s *source) Values() ([]any, error) {
	row, to := make([]any, s.width), make([]any, s.width)
	for i := range row {
		to[i] = &row[i]
	}
	err := s.rows.Scan(to...)
	for i := range row {
		if b, is := row[i].([]byte); is && b == nil { // nothing is NULL in a store: the driver's word for no bytes
			row[i] = []byte{}
		}
	}
	return row, err
}

// texts are the rows of a query for one text.
func texts(rows *sql.Rows, err error) (out []string, _ error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// quoted is a name of the schema as both engines read it.
func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
