package cache

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/records"

	json "github.com/go-json-experiment/json/v1"
)

// asideFile is what records.db is renamed to when it is no longer believed.
const asideFile = disk.RecordsFile + ".aside"

// eachRecordsFile does f to the files of a database of that name, as far as there are
// any, its log first: that never stands beside another file.
func eachRecordsFile(dir, name string, f func(string) error) error {
	for _, suffix := range []string{"-wal", "-shm", "-journal", ""} {
		if err := f(filepath.Join(dir, name+suffix)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return disk.FileFault(err)
		}
	}
	return nil
}

// quarantine puts the copies aside and begins an empty file whose generation is
// beyond high. Every patient has then to be fetched again, which asks the centre
// for the consent first: one that was withdrawn does not come back. The next
// unlock makes the keys anew, and what lies aside opens with none of them.
//
// A crash in between leaves a new file without the finding, or the old file:
// what was found is found again. The caller holds s.mu for writing.
func (s *files) quarantine(ctx context.Context, high uint64, found ...string) error {
	s.closeRecords()
	err := eachRecordsFile(s.dir, disk.RecordsFile, func(name string) error {
		return os.Rename(name, filepath.Join(s.dir, asideFile+strings.TrimPrefix(filepath.Base(name), disk.RecordsFile)))
	})
	if err != nil {
		return err
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
	if err := eachRecordsFile(s.dir, disk.RecordsFile, os.Remove); err != nil {
		return err
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
