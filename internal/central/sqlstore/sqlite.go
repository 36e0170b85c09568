package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	_ "modernc.org/sqlite" // the store
)

// file is what SQLite says otherwise. A file has one writer, who needs no lock on a row.
var file = &dialect{
	spell: strings.NewReplacer("greatest(", "max(", "position(? IN body)", "instr(body, ?)", " FOR KEY SHARE", "").Replace,
	guarded: `SELECT (SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name IN ('audit_kept', 'audit_held', 'audit_head_kept', 'audit_head_held') AND sql LIKE '%RAISE(ABORT%') = 4
		AND coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'audit'), 0) = coalesce((SELECT max(seq) FROM audit), 0)`,
}

// Open opens the file at path and makes it where there is none, with what seed puts
// into a store of this or an earlier version that offers nothing yet.
// Errors: CodeTampered for a store that is damaged or from a later program.
func Open(ctx context.Context, path string, now func() time.Time, seed func(*store.Tx) error) (*Store, error) {
	const op = "central.store"
	s := &Store{now: now}
	var err error
	if s.w, err = connect(path, 1, writes, "&_pragma=synchronous(FULL)&_pragma=secure_delete(1)"); err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeOther, err)
	}
	if err := migrateInTurn(ctx, s.w.DB, now, migrations(seed)); err != nil {
		return nil, errors.Join(err, s.w.Close())
	}
	if s.r, err = connect(path, 8, reads, "&_pragma=query_only(1)&_pragma=mmap_size(268435456)"); err != nil {
		return nil, errors.Join(ehrdesk.E(op, ehrdesk.CodeOther, err), s.w.Close())
	}
	if s.p, err = connect(beside(path), 1, writes, "&_pragma=synchronous(NORMAL)"); err != nil {
		return nil, errors.Join(ehrdesk.E(op, ehrdesk.CodeOther, err), s.w.Close(), s.r.Close())
	}
	if err := migrateInTurn(ctx, s.p.DB, now, []migration{{tables: schemaProofs}}); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// How a transaction begins: one that will write takes its turn at once, and is never refused
// because another began to write since it has read.
const writes, reads = "BEGIN IMMEDIATE", "BEGIN"

// connect opens a file, and makes it where there is none, for so many connections on which
// transactions begin so, with what else its address says. Errors have fixed words.
func connect(path string, conns int, begin, extra string) (*line, error) {
	// SQLite gives its side files the mode of the database file.
	// One that is there is never opened here: to close a file gives up every lock that this process has on it
	// (fcntl), those of the connections before this one too, and another program then takes itself for the last
	// one at it and removes the log that this one goes on writing (SQLite, "How To Corrupt", 2.2).
	switch f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600); {
	case err == nil:
		f.Close()
	case !errors.Is(err, fs.ErrExist):
		return nil, errors.New("the store cannot be opened")
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, store.Err
	}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(abs), RawQuery: "_pragma=busy_timeout(15000)&_pragma=journal_mode(WAL)" +
		"&_pragma=foreign_keys(1)&_pragma=cache_size(-16384)" + extra}
	if begin == writes { // migrations begin theirs by the driver
		u.RawQuery += "&_txlock=immediate"
	}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, store.Err
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return newLine(db, file, conns, begin), nil
}
