package central

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/ehrdesk/ehrdesk"

	"modernc.org/sqlite" // the store
	sqlite3 "modernc.org/sqlite/lib"
)

// Each makes a store of one version from the version before; none is changed
// once it has been released.
var (
	//go:embed schema.sql
	schema string
	//go:embed schema-cards.sql
	schemaCards string
	//go:embed schema-desks.sql
	schemaDesks string
	//go:embed schema-offer.sql
	schemaOffer string
	//go:embed schema-restricted.sql
	schemaRestricted string
	//go:embed schema-events.sql
	schemaEvents string
	//go:embed schema-cache.sql
	schemaCache string
	//go:embed schema-links.sql
	schemaLinks string
)

// schemaVersion is the store's PRAGMA user_version.
const schemaVersion = 8

// migration is one step: the tables, and what cannot be said in SQL.
type migration struct {
	tables string
	fill   func(q *tx) error
}

func migrations() [schemaVersion]migration {
	return [schemaVersion]migration{{tables: schema}, {tables: schemaCards}, {tables: schemaDesks}, {schemaOffer, seedOffer}, {schemaRestricted, findLabels}, {tables: schemaEvents},
		{tables: schemaCache}, {schemaLinks, relink}}
}

// openStore opens the two pools. WAL with synchronous=FULL: an answer is given
// only after the log is on disk, and readers never wait for the writer.
func (c *Centre) openStore(ctx context.Context, path string) error {
	const op = "central.store"
	// SQLite gives its side files the mode of the database file.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return ehrdesk.Errorf(op, ehrdesk.CodeOther, "the store cannot be opened")
	}
	f.Close()
	open := func(conns int, extra string) (*sql.DB, error) {
		abs, err := filepath.Abs(path)
		if err != nil {
			return nil, err
		}
		u := url.URL{Scheme: "file", Path: filepath.ToSlash(abs), RawQuery: "_pragma=busy_timeout(15000)&_pragma=journal_mode(WAL)" +
			"&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=cache_size(-16384)" + extra}
		db, err := sql.Open("sqlite", u.String())
		if err != nil {
			return nil, err
		}
		db.SetMaxOpenConns(conns)
		db.SetMaxIdleConns(conns)
		return db, nil
	}
	if c.w, err = open(1, "&_txlock=immediate"); err != nil {
		return ehrdesk.E(op, ehrdesk.CodeOther, errStore)
	}
	if err := c.migrateInTurn(ctx); err != nil {
		c.w.Close()
		return err
	}
	if c.r, err = open(8, "&_pragma=query_only(1)&_pragma=mmap_size(268435456)"); err != nil {
		c.w.Close()
		return ehrdesk.E(op, ehrdesk.CodeOther, errStore)
	}
	return nil
}

var errStore = errors.New("the store could not be read or written")

// How long, and how often, a program waits for another that is making the same
// store: while a new file becomes a WAL one, SQLite does not wait by itself.
const (
	turnWait = 15 * time.Second
	turnStep = 10 * time.Millisecond
)

var errTurn = errors.New("another program is making the store")

func (c *Centre) migrateInTurn(ctx context.Context) error {
	for until := time.Now().Add(turnWait); ; {
		err := c.migrate(ctx)
		if !errors.Is(err, errTurn) || time.Now().After(until) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(turnStep):
		}
	}
}

func (c *Centre) migrate(ctx context.Context) error {
	const op = "central.store"
	under, err := c.w.BeginTx(ctx, nil)
	var failed *sqlite.Error
	switch {
	case errors.As(err, &failed) && failed.Code()&0xff == sqlite3.SQLITE_BUSY:
		return ehrdesk.E(op, ehrdesk.CodeOther, errTurn)
	case err != nil:
		return ehrdesk.E(op, ehrdesk.CodeTampered, errStore)
	}
	defer under.Rollback()
	var version int
	if err := under.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return ehrdesk.E(op, ehrdesk.CodeTampered, errStore)
	}
	switch {
	case version == schemaVersion:
		return nil
	case version > schemaVersion:
		return ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the store is from a later version of this program")
	}
	steps := migrations()
	for _, step := range steps[max(version, 0):] {
		if _, err := under.ExecContext(ctx, step.tables); err != nil {
			return ehrdesk.E(op, ehrdesk.CodeTampered, errStore)
		}
		if step.fill == nil {
			continue
		}
		if err := step.fill(&tx{ctx: ctx, under: under, stmts: map[string]*sql.Stmt{}, now: c.now()}); err != nil {
			return ehrdesk.E(op, ehrdesk.CodeTampered, errStore)
		}
	}
	if _, err := under.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", schemaVersion)); err != nil {
		return ehrdesk.E(op, ehrdesk.CodeTampered, errStore)
	}
	if err := under.Commit(); err != nil {
		return ehrdesk.E(op, ehrdesk.CodeTampered, errStore)
	}
	return nil
}

// tx is a transaction, reading or writing, with its statements prepared once.
type tx struct {
	ctx   context.Context
	under *sql.Tx // the transaction of the store's engine
	stmts map[string]*sql.Stmt
	now   time.Time // the clock when the transaction began

	seq, at int64 // last change handed out, 0 until the first
}

func (q *tx) stmt(text string) (*sql.Stmt, error) {
	if s := q.stmts[text]; s != nil {
		return s, nil
	}
	s, err := q.under.PrepareContext(q.ctx, text)
	if err == nil {
		q.stmts[text] = s
	}
	return s, err
}

func (q *tx) exec(text string, args ...any) error {
	s, err := q.stmt(text)
	if err == nil {
		_, err = s.ExecContext(q.ctx, args...)
	}
	return err
}

// row scans the first row into dest; found is false where there is none.
func (q *tx) row(text string, args []any, dest ...any) (found bool, err error) {
	s, err := q.stmt(text)
	if err != nil {
		return false, err
	}
	err = s.QueryRowContext(q.ctx, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// rows calls each for every row; each scans with the function it is given.
func (q *tx) rows(text string, args []any, each func(scan func(...any) error) error) error {
	s, err := q.stmt(text)
	if err != nil {
		return err
	}
	rows, err := s.QueryContext(q.ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// change hands out the next change: a number one higher and an instant, in
// microseconds, later than every one before it in this store.
func (q *tx) change() (seq, at int64, err error) {
	if q.seq == 0 {
		if _, err := q.row("SELECT seq, at FROM change", nil, &q.seq, &q.at); err != nil {
			return 0, 0, err
		}
	}
	q.seq++
	q.at = max(q.at+1, q.now.UnixMicro())
	return q.seq, q.at, nil
}

// write runs fn in the one writing transaction. Its changes are on disk when
// write returns. A refusal that must leave a trace (a wrong key counted, an
// audit event) is marked keep and commits all the same.
func (c *Centre) write(ctx context.Context, fn func(q *tx) error) error {
	under, err := c.w.BeginTx(ctx, nil)
	if err != nil {
		return storeError(err)
	}
	defer under.Rollback()
	q := &tx{ctx: ctx, under: under, stmts: map[string]*sql.Stmt{}, now: c.now()}
	refused := fn(q)
	var f *apiError
	if refused != nil && !(errors.As(refused, &f) && f.keep) {
		return storeError(refused)
	}
	if q.seq != 0 {
		if err := q.exec("UPDATE change SET seq = ?, at = ?", q.seq, q.at); err != nil {
			return storeError(err)
		}
	}
	if err := under.Commit(); err != nil {
		return storeError(err)
	}
	return refused
}

// read runs fn in one snapshot.
func (c *Centre) read(ctx context.Context, fn func(q *tx) error) error {
	under, err := c.r.BeginTx(ctx, nil)
	if err != nil {
		return storeError(err)
	}
	defer under.Rollback()
	return storeError(fn(&tx{ctx: ctx, under: under, stmts: map[string]*sql.Stmt{}, now: c.now()}))
}

// storeError keeps our own errors and gives every other one fixed words: those
// of the database may quote a value.
func storeError(err error) error {
	var f *apiError
	var e *ehrdesk.Error
	switch {
	case err == nil, errors.As(err, &f), errors.As(err, &e):
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return ehrdesk.E("central.store", ehrdesk.CodeTimeout, errors.New("the request ended before the store answered"))
	default:
		return ehrdesk.E("central.store", ehrdesk.CodeOther, errStore)
	}
}

// instant is the FHIR form of a stored time.
func instant(micros int64) string {
	return time.UnixMicro(micros).UTC().Format("2006-01-02T15:04:05.000000Z")
}
