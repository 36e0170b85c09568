package cache

import (
	"context"
	"database/sql"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
)

// CheckFiles reads every page of both databases and holds them against each
// other, as SQLite can without a key. Nobody has to be signed in.
// Errors: CodeTampered, naming the file.
func (s *Store) CheckFiles(ctx context.Context) error {
	const op = "cache.check"
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return ehrdesk.E(op, ehrdesk.CodeLocked, errClosed)
	}
	for _, f := range []struct {
		name string
		db   *sql.DB
	}{{disk.JournalFile, s.journal.DB()}, {disk.RecordsFile, s.records.Reader()}} {
		var found string
		err := f.db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&found)
		if err == nil && found != "ok" {
			err = ehrdesk.E(op, ehrdesk.CodeTampered, disk.ErrDamaged)
		}
		if ehrdesk.CodeOf(disk.Fault(op, err)) == ehrdesk.CodeTampered {
			return ehrdesk.Errorf(op, ehrdesk.CodeTampered, "%s is damaged", f.name)
		}
		if err != nil {
			return disk.Fault(op, err)
		}
	}
	return nil
}
