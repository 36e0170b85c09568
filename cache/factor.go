package cache

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

// deviceSecret is the device's part of a person's keys; nil where there is none.
// Errors: CodeLocked with ehrdesk.ErrSecondKey.
func (s *Store) deviceSecret(ctx context.Context, op string, m *keyring.User) ([]byte, error) {
	if m.Factor == nil {
		return nil, nil
	}
	if s.device == nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeLocked, ehrdesk.ErrSecondKey)
	}
	b, err := s.device.Secret(ctx, m.Factor.Name)
	if err != nil || len(b) != seal.KeySize {
		return nil, ehrdesk.E(op, ehrdesk.CodeLocked, ehrdesk.ErrSecondKey)
	}
	return b, nil
}

var (
	errNoDevice   = errors.New("this machine has no keyring that can be used, or it is locked")
	errNoRecovery = errors.New("set the organisation's recovery key first: with the keyring lost, nobody else could open what is not delivered")
)

// SetFactor has a person's keys on this desk need a secret of the device beside
// the passphrase, or the passphrase alone again. Neither opens anything without
// the other. It is refused while the organisation's recovery key does not open
// everything of the journal that the person does: a keyring is lost sooner than a
// passphrase.
//
// After a crash it is the old way or the new. Errors: as Unlock; CodeConflict
// without a recovery key, CodeOther where the device keeps nothing.
func (s *Store) SetFactor(ctx context.Context, staff string, passphrase ehrdesk.Secret, on bool) error {
	const op = "cache.factor"
	m, o, err := s.try(ctx, op, staff, passphrase)
	if err != nil || on == (m.Factor != nil) {
		return err
	}
	if !on {
		if err := s.reseal(ctx, op, m, o, passphrase, nil, nil); err != nil {
			return err
		}
		forgetBeside(ctx, s, m.Factor)
		return nil
	}
	if s.device == nil {
		return ehrdesk.E(op, ehrdesk.CodeOther, errNoDevice)
	}
	if covered, err := s.coveredByRecovery(ctx, staff); err != nil {
		return disk.Fault(op, err)
	} else if !covered {
		return ehrdesk.E(op, ehrdesk.CodeConflict, errNoRecovery)
	}
	name := make([]byte, 16)
	rand.Read(name)
	f, secret := &keyring.Factor{Name: hex.EncodeToString(name)}, seal.NewKey()
	defer clear(secret)
	err = s.device.Keep(ctx, f.Name, secret)
	if err == nil {
		var kept []byte
		if kept, err = s.device.Secret(ctx, f.Name); err == nil && !bytes.Equal(kept, secret) {
			err = errNoDevice
		}
	}
	if err == nil {
		err = s.reseal(ctx, op, m, o, passphrase, f, secret)
	} else {
		err = ehrdesk.E(op, ehrdesk.CodeOther, errNoDevice)
	}
	if err != nil {
		_ = s.device.Forget(context.WithoutCancel(ctx), f.Name)
	}
	return err
}

// coveredByRecovery reports that the recovery key opens what is in the journal and
// staff can open. A newcomer who has written nothing is covered once let in.
func (s *Store) coveredByRecovery(ctx context.Context, staff string) (bool, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed || len(s.ring.Recovery) == 0 {
		return false, nil
	}
	used, err := s.journal.UsedEpochs(ctx)
	if err != nil {
		return false, err
	}
	return !slices.ContainsFunc(used, func(n uint32) bool { return s.ring.Holds(n, staff) && !s.ring.RecoveryOpens(n) }), nil
}

// reseal seals a person's private key and identity under another passphrase, or
// with another factor. After a crash it is the old or the new.
func (s *Store) reseal(ctx context.Context, op string, m keyring.User, o *keyring.Unlocked, passphrase ehrdesk.Secret, f *keyring.Factor, device []byte) error {
	if o.Unanchored {
		return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "sign in once with this version of the program first")
	}
	next := m
	next.KDF, next.Factor = s.newKDF().Fresh(), f
	secret, err := next.Secret(passphrase, device)
	if err != nil {
		return disk.Fault(op, err)
	}
	defer clear(secret)
	box, err := seal.DerivedAEAD(secret, "identity")
	if err != nil {
		return disk.Fault(op, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ring, now, err := ringOf(s, op, &m)
	if err != nil {
		return err
	}
	now.KDF, now.Factor = next.KDF, next.Factor
	if err := now.SealPrivate(ring.Install, o.Handle, secret); err != nil {
		return disk.Fault(op, err)
	}
	if err := now.SealIdentity(ring.Install, box, o.Identity, o.Anchors); err != nil {
		return disk.Fault(op, err)
	}
	if err := s.saveKeyringMarked(ctx, ring); err != nil {
		return disk.Fault(op, err)
	}
	for v := range s.vaults {
		if v.held.Staff() == m.Staff {
			v.held.Resealed(*now, box)
		}
	}
	return nil
}

// ringOf is the keyring, to be changed, with somebody's place in it as it was when their
// parts were opened; s.mu is held. Errors: CodeLocked, CodeConflict.
func ringOf(s *Store, op string, m *keyring.User) (*keyring.Keyring, *keyring.User, error) {
	if s.closed {
		return nil, nil, ehrdesk.E(op, ehrdesk.CodeLocked, errClosed)
	}
	ring := s.ring.Clone()
	at := slices.IndexFunc(ring.People, func(x keyring.User) bool { return x.Staff == m.Staff && bytes.Equal(x.Private, m.Private) })
	if at < 0 {
		return nil, nil, ehrdesk.Errorf(op, ehrdesk.CodeConflict, "this person's keys were changed meanwhile")
	}
	return ring, &ring.People[at], nil
}
