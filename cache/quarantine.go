package cache

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"github.com/ehrdesk/ehrdesk/cache/internal/disk"

	json "github.com/go-json-experiment/json/v1"
)

// asideFile is what records.db is renamed to when it is no longer believed.
const asideFile = disk.RecordsFile + ".aside"

// quarantine puts the copies aside and begins an empty file whose generation is
// beyond high. Every patient has then to be fetched again, which asks the centre
// for the consent first: one that was withdrawn does not come back. The next
// unlock makes the keys anew, and what lies aside opens with none of them.
//
// A crash in between leaves a new file without the finding, or the old file:
// what was found is found again. The caller holds s.mu for writing.
func (s *files) quarantine(ctx context.Context, high uint64, found ...string) error {
	s.closeRecords()
	for _, suffix := range []string{"-wal", "-shm", "-journal", ""} { // the log never stands beside another file
		err := os.Rename(filepath.Join(s.dir, disk.RecordsFile+suffix), filepath.Join(s.dir, asideFile+suffix))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return disk.FileFault(err)
		}
	}
	if err := s.openRecords(ctx); err != nil {
		return err
	}
	for _, f := range found {
		if !slices.Contains(s.stale, f) {
			s.stale = append(s.stale, f)
		}
	}
	b, err := json.Marshal(s.stale)
	if err != nil {
		return err
	}
	return s.records.BeginAfter(ctx, high, b)
}
