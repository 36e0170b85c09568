package cache

import (
	"context"
	"errors"
	"slices"

	"github.com/ehrdesk/ehrdesk"
)

// Enrol adds a person, with the client's plain public blob and its identity
// (signing keys and the like), which is sealed under the passphrase.
//
// With somebody unlocked who holds the store's keys, the newcomer gets them at
// once. With nobody unlocked, new keys begin, sealed to everybody; what was
// there before becomes the newcomer's when one who holds it next unlocks.
//
// Errors: CodeConflict when the person is enrolled already, CodeInvalid for an
// empty staff id or passphrase. How strong a passphrase has to be is the
// client's to say.
func (s *Store) Enrol(ctx context.Context, staff string, passphrase ehrdesk.Secret, public, identity []byte) error {
	const op = "cache.enrol"
	if staff == "" || len(staff) > maxStaff || passphrase.Empty() {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a staff id and a passphrase are needed")
	}
	if err := ctx.Err(); err != nil {
		return fault(op, err)
	}
	if s.enrolled(staff) {
		return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "this person is enrolled on this desk already")
	}
	m, err := newMember(s.Install(), staff, s.floor, passphrase, public, identity)
	if err != nil {
		return fault(op, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ehrdesk.E(op, ehrdesk.CodeLocked, errClosed)
	}
	ring := s.ring.clone()
	if _, ok := ring.member(staff); ok {
		return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "this person is enrolled on this desk already")
	}
	if len(ring.People) == maxPeople {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "no more people fit on this desk")
	}
	ring.People = append(ring.People, m)
	if v := s.holder(); v != nil {
		err = v.shareWith(ring, m)
	} else {
		err = ring.begin()
	}
	if err == nil {
		err = s.saveKeyring(ring)
	}
	return fault(op, err)
}

func (s *Store) enrolled(staff string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, ok := s.ring.member(staff)
	return ok
}

// begin starts new epochs of records and journal, sealed to all of k's people.
// It needs no key.
func (k *keyring) begin() error {
	j := nextEpoch(k.Journal)
	je, err := sealEpoch(k.Install, journalEpochs, j, newKey(), k.People)
	if err != nil {
		return err
	}
	n := nextEpoch(k.Records)
	keys, err := newRecordKeys(n, j)
	if err != nil {
		return err
	}
	defer keys.wipe()
	re, err := sealEpoch(k.Install, recordEpochs, n, keys.secret, k.People)
	if err != nil {
		return err
	}
	k.Journal, k.Records = append(k.Journal, je), append(k.Records, re)
	return nil
}

// holder is an unlocked vault that holds the newest keys, nil without one.
func (s *Store) holder() *Vault {
	for v := range s.vaults {
		if v.newest() != nil && v.newest().n == s.ring.Records[len(s.ring.Records)-1].N {
			return v
		}
	}
	return nil
}

// shareWith seals every key v holds to m as well.
func (v *Vault) shareWith(k *keyring, m member) error {
	for i, e := range k.Records {
		if keys := v.keys[e.N]; keys != nil {
			sealed, err := sealEpoch(k.Install, recordEpochs, e.N, keys.secret, k.roster(e, m))
			if err != nil {
				return err
			}
			k.Records[i] = sealed
		}
	}
	return v.shareJournal(k, []member{m})
}

// shareJournal seals the journal's keys that v holds to the people given, where
// they do not hold them yet.
func (v *Vault) shareJournal(k *keyring, people []member) error {
	for i, e := range k.Journal {
		keys := v.journal[e.N]
		if keys == nil {
			continue
		}
		missing := slices.ContainsFunc(people, func(m member) bool {
			ok, err := e.knows(&m)
			return !ok || err != nil
		})
		if !missing {
			continue
		}
		sealed, err := sealEpoch(k.Install, journalEpochs, e.N, keys.secret, k.roster(e, people...))
		if err != nil {
			return err
		}
		k.Journal[i] = sealed
	}
	return nil
}

// roster is e's present holders, and more.
func (k *keyring) roster(e epoch, more ...member) []member {
	var out []member
	for _, m := range k.People {
		held, err := e.knows(&m)
		if (held && err == nil) || slices.ContainsFunc(more, func(x member) bool { return x.Staff == m.Staff }) {
			out = append(out, m)
		}
	}
	return out
}

var errUnsent = errors.New("acts of this desk are not delivered yet, and nobody else on it could deliver them")

// Remove takes a person off this desk: their keys are removed at once, and keys
// made anew so that what they may have kept opens nothing from now on. Where
// nobody who holds the keys is unlocked, new keys begin for new copies and the
// old ones are replaced at the next unlock.
//
// Errors: CodeNotFound; CodeConflict for the last person while the outbox holds
// something unsent.
func (s *Store) Remove(ctx context.Context, staff string) error {
	const op = "cache.remove"
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ehrdesk.E(op, ehrdesk.CodeLocked, errClosed)
	}
	ring := s.ring.clone()
	at := slices.IndexFunc(ring.People, func(m member) bool { return m.Staff == staff })
	if at < 0 {
		return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "nobody of that name is enrolled on this desk")
	}
	if len(ring.People) == 1 {
		unsent, err := s.unsent(ctx)
		if err != nil {
			return fault(op, err)
		}
		if unsent {
			return ehrdesk.E(op, ehrdesk.CodeConflict, errUnsent)
		}
	}
	ctx = context.WithoutCancel(ctx) // once begun, it is finished
	ring.People = slices.Delete(ring.People, at, at+1)
	for _, es := range [][]epoch{ring.Records, ring.Journal} {
		for _, e := range es {
			for i := range e.Shares {
				if e.Shares[i].Staff == staff {
					e.Shares[i].Sealed = nil
				}
			}
		}
	}
	if len(ring.People) > 0 {
		if err := ring.begin(); err != nil {
			return fault(op, err)
		}
	}
	for v := range s.vaults {
		if v.staff == staff {
			v.drop()
		}
	}
	if err := s.markRotate(ctx); err != nil {
		return fault(op, err)
	}
	if err := s.saveKeyring(ring); err != nil {
		return fault(op, err)
	}
	for v := range s.vaults {
		if err := v.settle(ctx); err != nil {
			return fault(op, err)
		}
	}
	return fault(op, s.dropUnreadable(ctx))
}
