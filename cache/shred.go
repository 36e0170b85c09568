package cache

import (
	"context"
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
	"github.com/ehrdesk/ehrdesk/cache/internal/records"
)

// Shred destroys a copy: whatever was kept of records.db, from before or after,
// does not open with the keyring and the passphrases that exist afterwards. (A
// whole directory put aside earlier, its keyring included, stays as strong as
// the passphrases of its people: no file can prevent that.) It costs a few
// milliseconds, and some microseconds for every other copy, whose keys are all
// re-wrapped.
//
// Once begun it is finished, whatever becomes of ctx. An error means that the
// shred may not be complete; the next Unlock completes it.
// Errors: CodeNotFound, CodeLocked.
func (v *Vault) Shred(ctx context.Context, id PatientID) error {
	return v.changing(ctx, "cache.shred", func(s *Store) error {
		n, err := s.records.Number(ctx, v.held.Records, id)
		if err != nil {
			return err
		}
		return v.shred(ctx, []int64{n})
	})
}

// shred rotates the keys away from under victims.
func (v *Vault) shred(ctx context.Context, victims []int64) error {
	people, _, err := v.recipients(v.s.admit)
	if err != nil {
		return err
	}
	return v.rotate(ctx, people, victims)
}

// ShredSession destroys every copy that is kept for the session alone.
func (v *Vault) ShredSession(ctx context.Context) error {
	return v.changing(ctx, "cache.shred", func(s *Store) error { return s.endSession(ctx) })
}

// endSession shreds the copies kept for the session. The caller holds s.mu for
// writing.
func (s *Store) endSession(ctx context.Context) error {
	victims, err := s.records.OfSession(ctx)
	if err != nil || len(victims) == 0 {
		return err
	}
	return s.destroy(ctx, victims)
}

// destroy shreds victims with whatever keys are at hand; with none, the rows
// and wrapped keys go and a mark asks the next unlock for new keys.
func (s *Store) destroy(ctx context.Context, victims []int64) error {
	if v := s.holder(); v != nil {
		return v.shred(ctx, victims)
	}
	return s.records.Destroy(context.WithoutCancel(ctx), victims)
}

// Purge destroys the copies whose last day is over, or whose very moment has come
// where somebody with keys has seen it, and says how many. Nobody has to be signed
// in; with somebody unlocked, the keys are made anew at once, otherwise at the next
// unlock. Open does it too, by the day.
func (s *Store) Purge(ctx context.Context) (int, error) {
	const op = "cache.purge"
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return 0, ehrdesk.E(op, ehrdesk.CodeLocked, errClosed)
	}
	n, err := s.purge(ctx)
	if e := s.journal.See(ctx, s.clock.Now()); err == nil { // a clock set back after this revives nothing
		err = e
	}
	return n, disk.Fault(op, err)
}

func (s *Store) purge(ctx context.Context) (int, error) {
	victims, err := s.overdue(ctx)
	if err != nil || len(victims) == 0 {
		return 0, err
	}
	if err := s.destroy(ctx, victims); err != nil {
		return 0, err
	}
	s.records.Gone(victims)
	return len(victims), nil
}

// sweep destroys, at a start, the copies past their day and those that a session
// left behind.
func (s *Store) sweep(ctx context.Context) error {
	victims, err := s.records.PastDay(ctx)
	if err != nil || len(victims) == 0 {
		return err
	}
	return s.destroy(ctx, victims)
}

// dropUnreadable deletes the copies and the epochs that nobody enrolled can
// open any more.
func (s *files) dropUnreadable(ctx context.Context) error {
	var dead []uint32
	ring := s.ring.Clone()
	ring.Records = slices.DeleteFunc(ring.Records, func(e keyring.Epoch) bool {
		held := slices.ContainsFunc(e.Wrapped, func(x keyring.WrappedKey) bool { return len(x.Sealed) > 0 })
		if !held {
			dead = append(dead, e.N)
		}
		return !held
	})
	if len(dead) == 0 {
		return nil
	}
	for _, e := range dead {
		if err := s.records.DestroyEpoch(ctx, e); err != nil {
			return err
		}
	}
	return s.saveKeyring(ring)
}

// overdue is the copies past their moment, as far as anybody who is unlocked sees it,
// or past their day.
func (s *Store) overdue(ctx context.Context) ([]int64, error) {
	held := make([]records.Keys, 0, len(s.vaults))
	for v := range s.vaults {
		held = append(held, v.held.Records)
	}
	return s.records.Overdue(ctx, held)
}

// Repair makes the keys anew, and with them what copies are found by. Copies that
// this person's keys should open and do not are destroyed and counted as lost.
// Errors: CodeLocked; where the disk takes nothing, they are there still.
func (v *Vault) Repair(ctx context.Context) error {
	return v.changing(ctx, "cache.repair", func(*Store) error { return v.shred(ctx, nil) }) // what does not open is not carried over
}
