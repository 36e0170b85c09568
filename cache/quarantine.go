package cache

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"github.com/ehrdesk/ehrdesk/cache/internal/disk"

	"github.com/ehrdesk/ehrdesk"
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
func (s *Store) quarantine(ctx context.Context, high uint64, found ...string) error {
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

// Quarantine puts every copy aside because the centre remembers more of this desk
// than the desk does; generation is the centre's. The keys are made anew at
// once. Errors: CodeLocked.
func (v *Vault) Quarantine(ctx context.Context, generation uint64) error {
	const op = "cache.distrust"
	s := v.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := v.usable(ctx, op); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx) // once begun, it is finished
	own, _, err := s.records.Generation(ctx)
	if err != nil {
		return disk.Fault(op, err)
	}
	if err := s.quarantine(ctx, max(own, generation), StaleCentre); err != nil {
		return disk.Fault(op, err)
	}
	people, _, err := v.recipients(s.admit)
	if err == nil {
		err = v.rotate(ctx, people, nil)
	}
	return disk.Fault(op, err)
}

// AcknowledgeRollback says that what was found stale has been written down: what lay aside
// is destroyed, and the present state is remembered from now on.
// Errors: CodeLocked.
func (v *Vault) AcknowledgeRollback(ctx context.Context) error {
	const op = "cache.settle"
	s := v.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := v.usable(ctx, op); err != nil {
		return err
	}
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(filepath.Join(s.dir, asideFile+suffix)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return ehrdesk.E(op, ehrdesk.CodeOther, disk.FileFault(err))
		}
	}
	if err := s.records.Acknowledge(ctx); err != nil {
		return disk.Fault(op, err)
	}
	s.stale = nil
	return disk.Fault(op, s.remember(ctx))
}
