package cache

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
	errOlder   = errors.New("the database has an older format")
	errLater   = errors.New("this store was written by a later version of this program; use that version")
)

// refuseLater looks at both databases before either is touched, and reports one
// that a later version wrote. What cannot be read is left to whoever opens it.
// Errors: CodeInvalid.
func (s *Store) refuseLater(ctx context.Context) error {
	journal, err := s.journalFormat()
	if err != nil {
		return err
	}
	for file, known := range map[string]int{journalFile: journal, recordsFile: recordsFormat} {
		name := filepath.Join(s.dir, file)
		if info, err := os.Stat(name); err != nil || info.Size() == 0 {
			continue
		}
		db, err := sql.Open("sqlite", peekDSN(name))
		if err != nil {
			return errStore
		}
		have, _, err := bearing(ctx, db)
		db.Close()
		if err == nil && have > known {
			return ehrdesk.E("cache.open", ehrdesk.CodeInvalid, errLater)
		}
	}
	return nil
}

// bearing is a database's format and whose it is; 0 and nobody where it has
// neither yet. Errors: CodeTampered where they cannot be right.
func bearing(ctx context.Context, db *sql.DB) (format int, install string, err error) {
	var made bool
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema WHERE name = 'meta'").Scan(&made); err != nil || !made {
		return 0, "", err
	}
	var written, whose sql.NullString
	err = db.QueryRowContext(ctx, "SELECT (SELECT v FROM meta WHERE k = 'format'), (SELECT v FROM meta WHERE k = 'install') WHERE EXISTS (SELECT 1 FROM meta)").Scan(&written, &whose)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, "", nil
	}
	if err != nil {
		return 0, "", err
	}
	if format, err = strconv.Atoi(written.String); err != nil || format < 0 {
		return 0, "", ehrdesk.E("cache.open", ehrdesk.CodeTampered, errDamaged)
	}
	return format, whose.String, nil
}

// claim binds a new database to this installation, at the format begin, and holds
// an old one against both; it gives the file's format.
// Errors: CodeTampered (another desk's), CodeInvalid (later than newest).
func (s *Store) claim(ctx context.Context, db *sql.DB, begin, newest int) (format int, err error) {
	const op = "cache.open"
	format, whose, err := bearing(ctx, db)
	switch {
	case err != nil:
		return 0, err
	case whose == "" && format == 0:
		conn, err := db.Conn(ctx)
		if err != nil {
			return 0, err
		}
		defer conn.Close()
		return begin, within(ctx, conn, func(tx *sql.Tx) error {
			if _, err := tx.ExecContext(ctx, metaSchema); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, "INSERT INTO meta VALUES ('format', ?), ('install', ?)", begin, s.ring.Install)
			return err
		})
	case format > newest:
		return 0, ehrdesk.E(op, ehrdesk.CodeInvalid, errLater)
	case whose != s.ring.Install:
		return 0, ehrdesk.E(op, ehrdesk.CodeTampered, errForeign)
	}
	return format, nil
}

// prepareJournal claims journal.db and takes it forward: what is in it exists
// nowhere else.
func (s *Store) prepareJournal(ctx context.Context, db *sql.DB) error {
	newest, err := s.journalFormat()
	if err != nil {
		return err
	}
	have, err := s.claim(ctx, db, 0, newest)
	if err != nil || have == newest {
		return err
	}
	return s.migrate(ctx, db)
}

// prepareRecords claims records.db. Errors: errOlder, where a new one is begun.
func (s *Store) prepareRecords(ctx context.Context, db *sql.DB) error {
	have, err := s.claim(ctx, db, recordsFormat, recordsFormat)
	if err != nil {
		return err
	}
	if have < recordsFormat {
		return errOlder
	}
	_, err = db.ExecContext(ctx, recordsSchema+generationSchema)
	return err
}

// expendable reports an error that a new records.db would mend.
func expendable(err error) bool {
	return errors.Is(err, errOlder) || ehrdesk.CodeOf(fault("", err)) == ehrdesk.CodeTampered
}

// replaceRecords throws records.db away and begins a new one: the copies can be
// fetched again. So it goes with a damaged file, another desk's, or one of an
// older format. The keyring and the journal are never touched, but for new keys
// at the next unlock: what was thrown away is not to be opened later.
func (s *Store) replaceRecords(ctx context.Context) error {
	s.closeRecords()
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(filepath.Join(s.dir, recordsFile+suffix)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return diskFault(err)
		}
	}
	if err := s.openRecords(ctx); err != nil {
		return err
	}
	return s.markRotate(ctx)
}

func (s *Store) closeRecords() {
	for _, stmt := range []**sql.Stmt{&s.findBody, &s.findBlock, &s.findPiece, &s.findCopy} {
		if *stmt != nil {
			(*stmt).Close()
			*stmt = nil
		}
	}
	for _, db := range []**sql.DB{&s.read, &s.records} {
		if *db != nil {
			(*db).Close()
			*db = nil
		}
	}
}
