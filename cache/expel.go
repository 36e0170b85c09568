package cache

import (
	"context"
	"errors"
	"slices"

	"github.com/ehrdesk/ehrdesk"
)

var (
	errStranded    = errors.New("what this person wrote into the journal could be opened by nobody else")
	errNotTogether = errors.New("this person's keys are none of those that are held here")
)

// Expel takes a person off this desk whom the provider no longer has, as Remove
// does, but never at the price of the journal: not while it holds anything, were
// it only an entry of the access log, that then nobody could open. Somebody else
// who is unlocked and holds the keys can open it, and so can the recovery key.
//
// Errors: CodeNotFound, CodeConflict where something would be lost.
func (s *Store) Expel(ctx context.Context, staff string) error {
	const op = "cache.expel"
	return s.remove(ctx, op, staff, func() error { return s.mayExpel(ctx, op, staff) })
}

// Expel is Store.Expel by a colleague, who has to hold keys together with the
// person: somebody who was never let in takes nothing from anybody.
// Errors: as there, and CodeDenied, CodeLocked.
func (v *Vault) Expel(ctx context.Context, staff string) error {
	const op = "cache.expel"
	return v.s.remove(ctx, op, staff, func() error {
		if err := v.usable(ctx, op); err != nil {
			return err
		}
		if m, ok := v.s.ring.User(staff); ok {
			if known, err := v.held.Knows(v.s.ring, &m); err != nil || !known {
				return ehrdesk.E(op, ehrdesk.CodeDenied, errNotTogether)
			}
		}
		return v.s.mayExpel(ctx, op, staff)
	})
}

// mayExpel reports what would be lost. The caller holds s.mu.
func (s *Store) mayExpel(ctx context.Context, op, staff string) error {
	lost, err := s.stranded(ctx, staff)
	if err == nil && lost {
		err = ehrdesk.E(op, ehrdesk.CodeConflict, errStranded)
	}
	return err
}

// stranded reports that the journal holds what nobody but staff is sure to open.
// That others stand in a roster is not enough: they may not believe those keys.
// The caller holds s.mu.
func (s *Store) stranded(ctx context.Context, staff string) (bool, error) {
	used, err := s.journal.UsedEpochs(ctx)
	return slices.ContainsFunc(used, func(n uint32) bool { return s.ring.Holds(n, staff) && !s.heldBeside(n, staff) }), err
}

// heldBeside reports whether somebody unlocked other than staff, or the recovery
// key, opens journal epoch n.
func (s *Store) heldBeside(n uint32, staff string) bool {
	for v := range s.vaults {
		if v.held.Staff() != staff && v.held.Journal[n] != nil {
			return true
		}
	}
	return s.ring.RecoveryOpens(n)
}
