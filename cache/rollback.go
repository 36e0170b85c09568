package cache

import (
	"context"
	"os"
	"slices"

	"github.com/ehrdesk/ehrdesk"
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
func (v *Vault) State(ctx context.Context) (at ehrdesk.AuditCheckpoint, err error) {
	err = v.changing(ctx, "cache.state", func(s *Store) error {
		if err := s.saveMark(ctx); err != nil {
			return err
		}
		m, err := s.present(ctx)
		at = ehrdesk.AuditCheckpoint{Log: s.ring.Install, N: m.Entries, Head: m.Head, Generation: m.Generation}
		return err
	})
	return at, err
}

// Quarantine puts every copy aside because the centre remembers more of this desk
// than the desk does; generation is the centre's. The keys are made anew at
// once. Errors: CodeLocked.
func (v *Vault) Quarantine(ctx context.Context, generation uint64) error {
	return v.changing(ctx, "cache.distrust", func(s *Store) error {
		ctx := context.WithoutCancel(ctx) // once begun, it is finished
		own, _, err := s.records.Generation(ctx)
		if err != nil {
			return err
		}
		if err := s.quarantine(ctx, max(own, generation), StaleCentre); err != nil {
			return err
		}
		return v.shred(ctx, nil)
	})
}

// AcknowledgeRollback says that what was found stale has been written down: what lay aside
// is destroyed, and the present state is remembered from now on.
// Errors: CodeLocked.
func (v *Vault) AcknowledgeRollback(ctx context.Context) error {
	return v.changing(ctx, "cache.settle", func(s *Store) error {
		if err := eachRecordsFile(s.dir, asideFile, os.Remove); err != nil {
			return err
		}
		if err := s.records.Acknowledge(ctx); err != nil {
			return err
		}
		s.stale = nil
		return s.remember(ctx)
	})
}
