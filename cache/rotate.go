package cache

import (
	"context"
	"errors"

	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
	"github.com/ehrdesk/ehrdesk/cache/internal/records"
)

// rotate makes new keys, sealed to people, re-wraps every copy v can read under
// them, and destroys the keys v held before; victims go in the same step. A
// victim's key is then gone three times over: its row is deleted and
// overwritten, the log that held the row is emptied, and the key it was sealed
// under exists nowhere.
//
// A crash in between leaves old and new keys side by side; the next unlock
// finds two epochs and comes here again. The caller holds s.mu for writing.
func (v *Vault) rotate(ctx context.Context, people []keyring.User, victims []int64) error {
	s := v.s
	ctx = context.WithoutCancel(ctx) // once begun, it is finished
	ring := s.ring.Clone()
	fresh, undo, err := v.held.NewRecords(ring, people)
	if err != nil {
		return err
	}
	// The copies are read while the keyring goes to the disk: that changes
	// nothing, and both take their time.
	var list []*records.Survivor
	var unread error
	read := make(chan struct{})
	go func() {
		defer close(read)
		list, unread = s.records.Carry(ctx, v.held.Records, fresh, victims)
	}()
	err = s.saveKeyring(ring)
	if <-read; err == nil {
		err = unread
	}
	if err != nil {
		undo()
		return err
	}
	s.records.Forget()
	// The keyring without the old keys goes to the disk beside the copies, and is
	// put in place when they are done.
	done := ring.Clone()
	done.Serial++
	v.held.DropOld(done, fresh)
	next := s.stageKeyring(done)
	err = s.records.Rewrap(ctx, v.held.Records, fresh, list, victims, next.ready) // a disk too full for the keyring leaves all as it was
	left := errors.Is(err, records.ErrRemains)
	if err != nil && !left {
		s.drop(next)
		fresh.Wipe()
		return err
	}
	if err := s.putKeyring(next); err != nil {
		v.held.Records[fresh.N] = fresh // the copies are under it; the old keys go at the next unlock
		return err
	}
	v.held.Renewed(fresh)
	if err := s.handOver(); err != nil || !left {
		return err
	}
	return records.ErrRemains
}

// handOver brings every open vault up to the keyring.
func (s *Store) handOver() error {
	for v := range s.vaults {
		if err := v.held.Follow(s.ring); err != nil {
			return err
		}
	}
	return nil
}
