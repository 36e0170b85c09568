package cache

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/records"
)

// replaceDamaged puts a records.db aside that does not open, and says so until
// somebody has settled it.
func (s *files) replaceDamaged(ctx context.Context) error {
	high, err := s.journalMark(ctx)
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
	return errors.Is(err, records.ErrOlder) || ehrdesk.CodeOf(disk.Fault("", err)) == ehrdesk.CodeTampered
}

// replaceRecords throws records.db away and begins a new one: the copies can be
// fetched again. So it goes with one of an older format. The keyring and the journal are never touched, but for new keys
// at the next unlock: what was thrown away is not to be opened later.
func (s *files) replaceRecords(ctx context.Context) error {
	s.closeRecords()
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(filepath.Join(s.dir, disk.RecordsFile+suffix)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return disk.FileFault(err)
		}
	}
	if err := s.openRecords(ctx); err != nil {
		return err
	}
	return s.records.MarkRotate(ctx)
}

func (s *files) closeRecords() {
	if s.records != nil {
		s.records.Close()
		s.records = nil
	}
}
