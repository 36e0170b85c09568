package cache

import (
	"context"
	"errors"
	"slices"
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
	if until := m.LockedUntil(s.clock.Now()); !until.IsZero() {
		if known && until.Unix() < m.Until {
			if err := shorten(s, staff, until); err != nil {
				return m, nil, disk.Fault(op, err)
			}
		}
		return m, nil, ehrdesk.E(op, ehrdesk.CodeLocked, &ehrdesk.LockOut{Until: until})
	}
	if !known {
		m = keyring.User{Staff: staff, KDF: cost.Fresh(), Private: make([]byte, 256)}
	}
	device, err := s.deviceSecret(ctx, op, &m)
	if err != nil {
		return m, nil, err // no try: the passphrase was not looked at
	}
	o, err := m.Unlock(install, passphrase, device)
	switch {
	case errors.Is(err, keyring.ErrDamaged), errors.Is(err, keyring.ErrLater):
		return m, nil, ehrdesk.E(op, ehrdesk.CodeTampered, err)
	case err != nil || !known:
		if e := s.count(staff, false); e != nil {
			return m, nil, disk.Fault(op, e)
		}
		return m, nil, ehrdesk.E(op, ehrdesk.CodeNotSignedIn, keyring.ErrPassphrase)
	}
	return m, o, disk.Fault(op, s.count(staff, true))
}

// shorten writes down a shorter wait, counted from now on: the one that was
// written was set by a clock that ran ahead.
func shorten(s *Store, staff string, until time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	ring := s.ring.Clone()
	at := slices.IndexFunc(ring.People, func(m keyring.User) bool { return m.Staff == staff })
	if at < 0 || s.closed || ring.People[at].Until <= until.Unix() {
		return nil
	}
	ring.People[at].Until = until.Unix()
	return s.saveKeyring(ring)
}

// count writes down how a try went.
func (s *Store) count(staff string, right bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	ring := s.ring.Clone()
	at := slices.IndexFunc(ring.People, func(m keyring.User) bool { return m.Staff == staff })
	if at < 0 || s.closed || (right && ring.People[at].Wrong == 0) {
		return nil
	}
	m := &ring.People[at]
	if right {
		m.Wrong, m.Until = 0, 0
	} else {
		m.Wrong++
		m.Until = s.clock.Now().Add(keyring.WaitAfter(m.Wrong)).Unix()
	}
	return s.saveKeyring(ring)
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
