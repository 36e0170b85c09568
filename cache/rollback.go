package cache

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
)

// RollbackDetected names what of this store was found to be of an earlier day, since
// somebody last settled it; the copies have then been put aside. Nobody has to
// be signed in.
func (s *Store) RollbackDetected() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.stale)
}

// Remembered is how many entries of the access log this store remembers having
// had; there may be more by now.
func (s *Store) Remembered() int64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.ring.Mark == nil {
		return 0
	}
	return s.ring.Mark.Entries
}

// State is how far the store has come, remembered durably in the keyring and in
// the journal before it is given. Errors: CodeLocked.
func (v *Vault) State(ctx context.Context) (ehrdesk.AuditCheckpoint, error) {
	const op = "cache.state"
	s := v.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := v.usable(ctx, op); err != nil {
		return ehrdesk.AuditCheckpoint{}, err
	}
	if err := s.saveMark(ctx); err != nil {
		return ehrdesk.AuditCheckpoint{}, disk.Fault(op, err)
	}
	m, err := s.present(ctx)
	return ehrdesk.AuditCheckpoint{Log: s.ring.Install, N: m.Entries, Head: m.Head, Generation: m.Generation}, disk.Fault(op, err)
}

// RollbackDetected is Store.RollbackDetected for whoever holds a vault.
func (v *Vault) RollbackDetected() []string { return v.s.RollbackDetected() }

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
