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

// claim binds a new database to this installation and format, and holds an old
// one against them. Errors: CodeTampered (another desk's), CodeInvalid (a later
// version's), errOlder, errDamaged.
func (s *Store) claim(ctx context.Context, db *sql.DB, version int) error {
	const op = "cache.open"
	if _, err := db.ExecContext(ctx, metaSchema); err != nil {
		return err
	}
	var install, written sql.NullString
	err := db.QueryRowContext(ctx, "SELECT (SELECT v FROM meta WHERE k = 'install'), (SELECT v FROM meta WHERE k = 'format') WHERE EXISTS (SELECT 1 FROM meta)").Scan(&install, &written)
	if errors.Is(err, sql.ErrNoRows) {
		_, err = db.ExecContext(ctx, "INSERT INTO meta VALUES ('format', ?), ('install', ?)", version, s.ring.Install)
		return err
	}
	if err != nil {
		return err
	}
	have, err := strconv.Atoi(written.String)
	switch {
	case err != nil:
		return ehrdesk.E(op, ehrdesk.CodeTampered, errDamaged)
	case have > version:
		return ehrdesk.E(op, ehrdesk.CodeInvalid, errLater)
	case install.String != s.ring.Install:
		return ehrdesk.E(op, ehrdesk.CodeTampered, errForeign)
	case have < version:
		return errOlder
	}
	return nil
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
			return errDisk
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
