package cache

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
)

// Enrol adds a person, with what blobs gives: the client's plain public blob, and
// its identity (signing keys and the like), which is sealed under the passphrase.
// blobs is told the SHA-256 of the new public key, so that the client can sign for
// it.
//
// With somebody unlocked who holds the store's keys, a newcomer whom
// Options.Admit lets in gets them at once. Otherwise new keys begin, sealed to
// those of the people there whom trusts lets hold them (nil: all); what was there
// before becomes the newcomer's when one who holds it next unlocks and the newcomer
// is admitted. Neither function may call back into the store.
//
// Errors: CodeConflict when the person is enrolled already, CodeInvalid for an
// empty staff id or passphrase. How strong a passphrase has to be is the
// client's to say.
func (s *Store) Enrol(ctx context.Context, staff string, passphrase ehrdesk.Secret, trusts func(Person) bool,
	blobs func(holder []byte) (public, identity []byte, err error)) error {
	const op = "cache.enrol"
	if staff == "" || len(staff) > keyring.MaxStaff || strings.HasPrefix(staff, keyring.RecoveryHolder) || passphrase.Empty() {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a staff id and a passphrase are needed")
	}
	if err := ctx.Err(); err != nil {
		return disk.Fault(op, err)
	}
	if enrolled(s, staff) {
		return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "this person is enrolled on this desk already")
	}
	m, box, err := keyring.NewUser(s.Install(), staff, s.newKDF(), passphrase)
	if err != nil {
		return disk.Fault(op, err)
	}
	public, identity, err := blobs(m.Holder())
	if err != nil {
		return disk.Fault(op, err)
	}
	m.Public = bytes.Clone(public)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ehrdesk.E(op, ehrdesk.CodeLocked, errClosed)
	}
	ring := s.ring.Clone()
	if _, ok := ring.User(staff); ok {
		return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "this person is enrolled on this desk already")
	}
	if len(ring.People) == keyring.MaxUsers {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "no more people fit on this desk")
	}
	ring.People = append(ring.People, m)
	var anchors [][]byte
	if v := s.holder(); v != nil && admits(s.admit, &m) {
		anchors, err = v.held.Share(ring, m)
	} else {
		anchors, err = ring.Begin(func(x keyring.User) bool { return x.Staff == staff || trusts == nil || trusts(personOf(&x)) })
	}
	if err == nil {
		err = ring.People[len(ring.People)-1].SealIdentity(ring.Install, box, identity, anchors)
	}
	if err == nil {
		err = s.saveKeyringMarked(ctx, ring)
	}
	return disk.Fault(op, err)
}

// Renew gives somebody who is enrolled here another identity, under the passphrase that they
// have. What they hold the keys of stays theirs: whose account was closed and opened again
// comes with new keys for the centre, and to acts that nobody else could deliver.
//
// Errors: CodeNotSignedIn for a wrong passphrase, CodeLocked after too many, CodeConflict
// while they are signed in.
func (s *Store) Renew(ctx context.Context, staff string, passphrase ehrdesk.Secret, blobs func(holder []byte) (public, identity []byte, err error)) error {
	const op = "cache.renew"
	m, o, err := s.try(ctx, op, staff, passphrase)
	if err != nil {
		return err
	}
	public, identity, err := blobs(m.Holder())
	if err != nil {
		return disk.Fault(op, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ring, now, err := ringOf(s, op, &m)
	switch {
	case err != nil:
		return err
	case o.Unanchored:
		return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "this person's keys were changed meanwhile")
	}
	if signedIn(s, staff) {
		return errSignedIn(op)
	}
	now.Public = bytes.Clone(public)
	if err := now.SealIdentity(ring.Install, o.AEAD, identity, o.Anchors); err != nil {
		return disk.Fault(op, err)
	}
	return disk.Fault(op, s.saveKeyringMarked(ctx, ring))
}

func enrolled(s *Store, staff string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, ok := s.ring.User(staff)
	return ok
}

var errUnsent = errors.New("acts of this desk are not delivered yet, and nobody else on it could deliver them")

// Remove takes a person off this desk: their keys are removed at once, and keys
// made anew so that what they may have kept opens nothing from now on. Where
// nobody who holds the keys is unlocked, new keys begin for new copies and the
// old ones are replaced at the next unlock.
//
// Errors: CodeNotFound; CodeConflict for the last person while the outbox holds
// something unsent that no recovery key opens.
func (s *Store) Remove(ctx context.Context, staff string) error {
	const op = "cache.remove"
	return s.remove(ctx, op, staff, func() error { return lastToDeliver(ctx, s, op) })
}

// lastToDeliver refuses where one person is enrolled and something waits that nobody and no
// recovery key could deliver without them. The caller holds s.mu. Errors: CodeConflict.
func lastToDeliver(ctx context.Context, s *Store, op string) error {
	if len(s.ring.People) > 1 {
		return nil
	}
	unsent, err := s.journal.Undelivered(ctx)
	if err != nil {
		return err
	}
	if spare, err := s.recoverable(ctx); err != nil {
		return err
	} else if unsent && !spare {
		return ehrdesk.E(op, ehrdesk.CodeConflict, errUnsent)
	}
	return nil
}

// MayReplace reports whether somebody enrolled here could be enrolled anew under a passphrase:
// under any, or, where something waits that they alone could deliver, under the one that
// they have. Nothing is changed but the count of wrong tries.
//
// Errors: CodeNotSignedIn for a wrong passphrase, CodeLocked after too many, CodeConflict
// while they are signed in.
func (s *Store) MayReplace(ctx context.Context, staff string, passphrase ehrdesk.Secret) error {
	const op = "cache.replace"
	s.mu.RLock()
	alone, here := ehrdesk.E(op, ehrdesk.CodeLocked, errClosed), false
	if !s.closed {
		alone, here = lastToDeliver(ctx, s, op), signedIn(s, staff)
	}
	s.mu.RUnlock()
	switch {
	case ehrdesk.CodeOf(alone) != ehrdesk.CodeConflict:
		return disk.Fault(op, alone)
	case here:
		return errSignedIn(op)
	}
	_, _, err := s.try(ctx, op, staff, passphrase)
	return err
}

// signedIn reports whether somebody's keys are held open. The caller holds s.mu.
func signedIn(s *Store, staff string) bool {
	for v := range s.vaults {
		if v.held.Staff() == staff {
			return true
		}
	}
	return false
}

func errSignedIn(op string) error {
	return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "this person is signed in on this desk")
}

// remove takes a person off this desk where may has nothing against it.
func (s *Store) remove(ctx context.Context, op, staff string, may func() error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ehrdesk.E(op, ehrdesk.CodeLocked, errClosed)
	}
	ring := s.ring.Clone()
	at := slices.IndexFunc(ring.People, func(m keyring.User) bool { return m.Staff == staff })
	if at < 0 {
		return ehrdesk.Errorf(op, ehrdesk.CodeNotFound, "nobody of that name is enrolled on this desk")
	}
	if err := may(); err != nil {
		return disk.Fault(op, err)
	}
	ctx = context.WithoutCancel(ctx) // once begun, it is finished
	second := ring.People[at].Factor
	ring.People = slices.Delete(ring.People, at, at+1)
	for _, es := range [][]keyring.Epoch{ring.Records, ring.Journal} {
		for _, e := range es {
			for i := range e.Wrapped {
				if e.Wrapped[i].Staff == staff {
					e.Wrapped[i].Sealed = nil
				}
			}
		}
	}
	if len(ring.People) > 0 {
		if _, err := ring.Begin(func(keyring.User) bool { return true }); err != nil {
			return disk.Fault(op, err)
		}
	}
	for v := range s.vaults {
		if v.held.Staff() == staff {
			v.drop()
		}
	}
	if err := s.records.MarkRotate(ctx); err != nil {
		return disk.Fault(op, err)
	}
	if err := s.saveKeyring(ring); err != nil {
		return disk.Fault(op, err)
	}
	for v := range s.vaults {
		if err := v.finishUnlock(ctx, v.s.admit); err != nil {
			return disk.Fault(op, err)
		}
	}
	if second != nil && s.device != nil {
		forgetBeside(ctx, s, second)
	}
	err := s.dropUnreadable(ctx)
	_ = s.saveMark(ctx) // as saveKeyringMarked
	return disk.Fault(op, err)
}
