package cache

import (
	"context"
	"errors"
	"slices"

	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
	"github.com/ehrdesk/ehrdesk/cache/internal/records"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
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
	n := keyring.NextEpoch(ring.Records)
	before := v.journal.NewestNo()
	j, err := v.renewJournal(ring, people)
	if err != nil {
		return err
	}
	fresh, err := keyring.NewRecordKeys(n, j)
	if err != nil {
		return err
	}
	sealed, err := keyring.SealEpoch(ring.Install, keyring.RecordEpochs, n, fresh.Secret, people)
	if err != nil {
		return err
	}
	ring.Records = append(ring.Records, sealed)
	if err := v.prove(ring, fresh); err != nil {
		return err
	}
	if err := v.castAnchors(ring); err != nil {
		return err
	}
	// The copies are read while the keyring goes to the disk: that changes
	// nothing, and both take their time.
	var list []*records.Survivor
	var unread error
	read := make(chan struct{})
	go func() {
		defer close(read)
		list, unread = s.records.Carry(ctx, v.keys, fresh, victims)
	}()
	err = s.saveKeyring(ring)
	if <-read; err == nil {
		err = unread
	}
	if err != nil {
		if j != before {
			v.journal[j].Wipe()
			delete(v.journal, j)
		}
		fresh.Wipe()
		return err
	}
	s.records.Forget()
	// The keyring without the old keys goes to the disk beside the copies, and is
	// put in place when they are done.
	done := ring.Clone()
	done.Serial++
	done.Records = slices.DeleteFunc(done.Records, func(e keyring.Epoch) bool { return e.N != n && (v.keys[e.N] != nil || v.idle(e)) })
	next := s.stageKeyring(done)
	err = s.records.Rewrap(ctx, v.keys, fresh, list, victims, next.ready) // a disk too full for the keyring leaves all as it was
	left := errors.Is(err, records.ErrRemains)
	if err != nil && !left {
		s.drop(next)
		fresh.Wipe()
		return err
	}
	if err := s.putKeyring(next); err != nil {
		v.keys[n] = fresh // the copies are under it; the old keys go at the next unlock
		return err
	}
	for k, keys := range v.keys {
		keys.Wipe()
		delete(v.keys, k)
	}
	v.keys[n] = fresh
	if err := s.handOver(); err != nil || !left {
		return err
	}
	return records.ErrRemains
}

// idle reports an epoch of keys that nobody who may have used it holds: made
// where nobody was unlocked, for people who are all let in by now.
func (v *Vault) idle(e keyring.Epoch) bool { return v.strange.records[e.N] != nil && !v.shut(e) }

// castAnchors gives a person enrolled before there were anchors theirs.
func (v *Vault) castAnchors(k *keyring.Keyring) (err error) {
	at := slices.IndexFunc(k.People, func(m keyring.User) bool { return m.Staff == v.staff })
	if !v.legacy || at < 0 {
		return nil
	}
	if v.anchors, err = v.journalAnchors(); err != nil {
		return err
	}
	v.legacy = false
	return k.People[at].SealIdentity(k.Install, v.box, v.identity, v.anchors)
}

// handOver brings every open vault up to the keyring: epochs destroyed are
// forgotten, epochs sealed to its person opened.
func (s *Store) handOver() error {
	for v := range s.vaults {
		for n, k := range v.keys {
			if !slices.ContainsFunc(s.ring.Records, func(e keyring.Epoch) bool { return e.N == n }) {
				k.Wipe()
				delete(v.keys, n)
			}
		}
		if err := v.openEpochs(); err != nil {
			return err
		}
	}
	return nil
}

// renewJournal seals the journal's keys v holds to people, and begins a new
// epoch where the newest is not the one that v's record keys vouch for. It
// returns the epoch to write under.
func (v *Vault) renewJournal(ring *keyring.Keyring, people []keyring.User) (uint32, error) {
	if err := v.shareJournal(ring, people); err != nil {
		return 0, err
	}
	newest := v.keys.Newest()
	if newest != nil && len(v.keys) == 1 && newest.Journal == v.journal.NewestNo() && newest.Journal == ring.Journal[len(ring.Journal)-1].N {
		return newest.Journal, nil
	}
	spare, err := v.recovery(ring)
	if err != nil {
		return 0, err
	}
	j := keyring.NextEpoch(ring.Journal)
	secret := seal.NewKey()
	sealed, err := keyring.SealEpoch(ring.Install, keyring.JournalEpochs, j, secret, slices.Concat(people, spare))
	if err != nil {
		return 0, err
	}
	ring.Journal = append(ring.Journal, sealed)
	v.journal[j], err = keyring.OpenJournalKeys(j, secret)
	return j, err
}
