package cache

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strconv"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
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
	for file, known := range map[string]int{disk.JournalFile: s.newest, disk.RecordsFile: seal.RecordsFormat} {
		name := filepath.Join(s.dir, file)
		if info, err := os.Stat(name); err != nil || info.Size() == 0 {
			continue
		}
		db, err := sql.Open("sqlite", disk.PeekDSN(name))
		if err != nil {
			return disk.ErrStore
		}
		have, err := bearing(ctx, db)
		db.Close()
		if err == nil && have.format > known {
			return ehrdesk.E("cache.open", ehrdesk.CodeInvalid, errLater)
		}
	}
	return nil
}

// stamping is the statement that puts a format into the file's header as well, where
// the programs of before format 5 of the journal look first.
func stamping(format int) string { return "PRAGMA user_version = " + strconv.Itoa(format) }

// bears is what a database says of itself: its format, 0 where it has none yet,
// whose it is, and the format again as its file's header has it.
type bears struct {
	format  int
	install string
	stamp   int
}

// bearing asks a database what it says of itself.
// Errors: CodeTampered where it cannot be right.
func bearing(ctx context.Context, db *sql.DB) (b bears, err error) {
	ctx = uncancellable(ctx)
	var made bool
	err = db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'meta'), user_version FROM pragma_user_version").Scan(&made, &b.stamp)
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
	if !made && b.stamp == 0 {
		return b, nil // new
	}
	b.install = whose.String
	if b.format, err = strconv.Atoi(written.String); err != nil || b.format < 0 {
		return b, ehrdesk.E("cache.open", ehrdesk.CodeTampered, disk.ErrDamaged)
	}
	return b, nil
}

// claim binds a new database to this installation, with the tables of schema and
// at the format begin, and holds an old one against both; it gives the file's
// format. Errors: CodeTampered (another desk's), CodeInvalid (later than newest).
func (s *Store) claim(ctx context.Context, db *sql.DB, schema string, begin, newest int) (format int, err error) {
	const op = "cache.open"
	is, err := bearing(ctx, db)
	switch {
	case err != nil:
		return 0, err
	case is.install == "" && is.format == 0:
		return begin, s.begin(ctx, db, schema, begin)
	case is.format > newest:
		return 0, ehrdesk.E(op, ehrdesk.CodeInvalid, errLater)
	case is.install != s.ring.Install:
		return 0, ehrdesk.E(op, ehrdesk.CodeTampered, errForeign)
	case is.format == newest && is.stamp != newest: // from before there were stamps
		_, err = db.ExecContext(ctx, stamping(newest))
	}
	return is.format, err
}

// begin gives a new database its tables, its owner and its format: all or nothing.
func (s *Store) begin(ctx context.Context, db *sql.DB, schema string, format int) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return disk.Within(ctx, conn, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, disk.MetaSchema+";"+schema+";"+stamping(format)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO meta VALUES ('format', ?), ('install', ?)", format, s.ring.Install)
		return err
	})
}

// prepareJournal claims journal.db and takes it forward: what is in it exists
// nowhere else.
func (s *Store) prepareJournal(ctx context.Context, db *sql.DB) error {
	have, err := s.claim(ctx, db, "", 0, s.newest)
	if err != nil {
		return err
	}
	if have < s.newest {
		if err := s.migrate(ctx, db); err != nil {
			return err
		}
	} else if log, err := os.Stat(filepath.Join(s.dir, disk.JournalFile+"-wal")); err != nil || log.Size() == 0 {
		return nil
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	// What a step, or a change that was cut short, took out goes from the log too. A
	// store that was not changed opens on a full disk all the same.
	if err := disk.TruncateWAL(ctx, conn); err != nil && have < s.newest {
		return err
	}
	return nil
}

// prepareRecords claims records.db. Errors: errOlder, where a new one is begun.
func (s *Store) prepareRecords(ctx context.Context, db *sql.DB) error {
	have, err := s.claim(ctx, db, recordsSchema+generationSchema, seal.RecordsFormat, seal.RecordsFormat)
	if err == nil && have < seal.RecordsFormat {
		err = errOlder
	}
	return err
}

// replaceDamaged puts a records.db aside that does not open, and says so until
// somebody has settled it.
func (s *Store) replaceDamaged(ctx context.Context) error {
	high, err := markIn(ctx, s.journal)
	if err != nil {
		return err
	}
	if s.ring.Mark != nil {
		high.Generation = max(high.Generation, s.ring.Mark.Generation)
	}
	return s.quarantine(ctx, high.Generation, StaleDamaged)
}

// expendable reports an error that a new records.db would mend.
func expendable(err error) bool {
	return errors.Is(err, errOlder) || ehrdesk.CodeOf(disk.Fault("", err)) == ehrdesk.CodeTampered
}

// replaceRecords throws records.db away and begins a new one: the copies can be
// fetched again. So it goes with one of an older format. The keyring and the journal are never touched, but for new keys
// at the next unlock: what was thrown away is not to be opened later.
func (s *Store) replaceRecords(ctx context.Context) error {
	s.closeRecords()
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(filepath.Join(s.dir, disk.RecordsFile+suffix)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return disk.FileFault(err)
		}
	}
	if err := s.openRecords(ctx); err != nil {
		return err
	}
	return s.markRotate(ctx)
}

func (s *Store) closeRecords() {
	if s.read != nil {
		s.read.Close()
		s.read = nil
	}
	if s.records != nil {
		s.records.Close()
		s.records = nil
	}
}
