package cache

import (
	"context"
	"errors"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
)

// newKDF is what a new passphrase is derived with. It takes as long as the
// floor does.
func (s *Store) newKDF() keyring.KDF {
	if s.unlocking < 0 {
		return s.floor
	}
	began := time.Now()
	clear(s.floor.Fresh().Derive(ehrdesk.NewSecret("measure")))
	return keyring.Calibrated(s.floor, time.Since(began), s.unlocking)
}

// try opens a person's parts with a passphrase: of a person nobody knows with the same work, and the
// same error. Errors: CodeNotSignedIn, CodeLocked with *ehrdesk.LockOut.
func (s *Store) try(ctx context.Context, op, staff string, passphrase ehrdesk.Secret) (keyring.User, *keyring.Unlocked, error) {
	s.mu.RLock()
	m, known := s.ring.User(staff)
	install, closed := s.ring.Install, s.closed
	cost := s.floor
	for _, p := range s.ring.People { // what those who are known cost
		if uint64(p.KDF.Memory)*uint64(p.KDF.Time) > uint64(cost.Memory)*uint64(cost.Time) {
			cost = p.KDF
		}
	}
	s.mu.RUnlock()
	if closed {
		return m, nil, ehrdesk.E(op, ehrdesk.CodeLocked, errClosed)
	}
	if err := ctx.Err(); err != nil {
		return m, nil, disk.Fault(op, err)
	}
	if known {
		if err := recall(ctx, s, &m); err != nil {
			return m, nil, disk.Fault(op, err)
		}
	}
	if until, err := lockedOut(ctx, s, &m, false); err != nil || !until.IsZero() {
		return m, nil, lockOut(op, until, err)
	}
	if !known {
		m = keyring.User{Staff: staff, KDF: cost.Fresh(), Private: make([]byte, 256)}
	}
	device, err := s.deviceSecret(ctx, op, &m)
	if err != nil {
		return m, nil, err // no try: the passphrase was not looked at
	}
	recallBeside(ctx, s, &m)
	if until, err := lockedOut(ctx, s, &m, true); err != nil || !until.IsZero() {
		return m, nil, lockOut(op, until, err)
	}
	o, err := m.Unlock(install, passphrase, device)
	switch {
	case errors.Is(err, keyring.ErrDamaged), errors.Is(err, keyring.ErrLater):
		return m, nil, ehrdesk.E(op, ehrdesk.CodeTampered, err)
	case err != nil || !known:
		if e := counted(ctx, s, &m, false); e != nil {
			return m, nil, disk.Fault(op, e)
		}
		return m, nil, ehrdesk.E(op, ehrdesk.CodeNotSignedIn, keyring.ErrPassphrase)
	}
	return m, o, disk.Fault(op, counted(ctx, s, &m, true))
}

// lockOut is the error of somebody who has to wait.
func lockOut(op string, until time.Time, err error) error {
	if err != nil {
		return disk.Fault(op, err)
	}
	return ehrdesk.E(op, ehrdesk.CodeLocked, &ehrdesk.LockOut{Until: until})
}

// ChangePassphrase seals a person's private key and identity under another
// passphrase. Nothing else changes, and after a crash it is the old one or the
// new one. How strong it has to be is the client's to say.
//
// Errors: CodeNotSignedIn for a wrong old one, CodeLocked after too many,
// CodeInvalid for an empty new one.
func (s *Store) ChangePassphrase(ctx context.Context, staff string, old, next ehrdesk.Secret) error {
	const op = "cache.passphrase"
	if next.Empty() {
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the new passphrase is missing")
	}
	m, o, err := s.try(ctx, op, staff, old)
	if err != nil {
		return err
	}
	return s.reseal(ctx, op, m, o, next, m.Factor, o.Device)
}
