package cache

import (
	"bytes"
	"context"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
)

// Unlock opens the store for a person. A passphrase that is not right and a
// person nobody knows are one error, after the same work.
//
// Where newer people, a purge or a removal left something to do that needs
// keys, it is done here: the keys are made anew, everything re-wrapped, and
// the old keys destroyed.
//
// Errors: CodeNotSignedIn; CodeLocked with *ehrdesk.LockOut after too many wrong
// passphrases; CodeTampered when the keyring was changed.
func (s *Store) Unlock(ctx context.Context, staff string, passphrase ehrdesk.Secret) (*Vault, error) {
	const op = "cache.unlock"
	m, o, err := s.try(ctx, op, staff, passphrase)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ehrdesk.E(op, ehrdesk.CodeLocked, errClosed)
	}
	if now, ok := s.ring.User(staff); !ok || !bytes.Equal(now.Private, m.Private) {
		return nil, ehrdesk.E(op, ehrdesk.CodeNotSignedIn, keyring.ErrPassphrase)
	}
	v := &Vault{s: s, open: true, held: keyring.Hold(m, o)}
	s.vaults[v] = struct{}{}
	err = v.finishUnlock(ctx, s.admit)
	if err == nil {
		err = s.saveMark(ctx)
	}
	if err != nil {
		v.drop()
		return nil, disk.Fault(op, err)
	}
	return v, nil
}

// finishUnlock opens the epochs sealed to v's person and finishes what waited for
// somebody with keys; admit is asked about newcomers. The caller holds s.mu for writing.
func (v *Vault) finishUnlock(ctx context.Context, admit func(Person) bool) error {
	if err := v.held.Open(v.s.ring); err != nil {
		return err
	}
	people, trusted, err := v.recipients(admit)
	if err != nil {
		return err
	}
	if _, err := v.held.Recovery(v.s.ring); err != nil {
		return err
	}
	waits, err := v.s.records.RotationWaits(ctx)
	if err != nil {
		return err
	}
	newest := v.held.Records.Newest()
	if newest == nil {
		return keyring.ErrDamaged
	}
	if err := v.recallLog(ctx); err != nil {
		return err
	}
	victims, err := v.s.records.Expired(ctx, v.held.Records)
	if err != nil {
		return err
	}
	if len(victims) > 0 || len(v.held.Records) > 1 || waits || !trusted || newest.N != v.s.ring.Records[len(v.s.ring.Records)-1].N {
		return v.rotate(ctx, people, victims)
	}
	return nil
}

// Waiting lists the people on this desk to whom the keys are not sealed, as
// nobody has admitted them yet.
func (v *Vault) Waiting() []string {
	v.s.mu.RLock()
	defer v.s.mu.RUnlock()
	return v.held.Waiting(v.s.ring)
}

// Admit asks may about each person who waits, and seals the keys to those it
// lets in; it lists them. may must not call back into the store.
// Errors: CodeLocked, CodeTampered.
func (v *Vault) Admit(ctx context.Context, may func(Person) bool) ([]string, error) {
	var come []string
	err := v.changing(ctx, "cache.admit", func(s *Store) error {
		had, ring, back := len(v.held.Admitted()), s.ring, v.held.Mark()
		v.held.AskAgain()
		if err := v.finishUnlock(ctx, may); err != nil {
			if s.ring == ring { // nothing was written: nobody was let in
				back(ring)
			}
			return err
		}
		come = v.held.Admitted()[had:]
		return nil
	})
	return come, err
}

// Identity is the client's blob that was sealed under the passphrase.
func (v *Vault) Identity() []byte {
	v.s.mu.RLock()
	defer v.s.mu.RUnlock()
	return v.held.Identity()
}

// Holder is the SHA-256 of the public key that keys are sealed to for this
// person.
func (v *Vault) Holder() []byte { return v.held.Holder() }

// Public is the HPKE keyset, public half, that others seal to for this person at this desk.
func (v *Vault) Public() []byte { return v.held.Public() }

// SecondKey reports whether the person's keys here need a secret of the device beside the passphrase.
func (v *Vault) SecondKey() bool {
	v.s.mu.RLock()
	defer v.s.mu.RUnlock()
	return v.held.SecondKey()
}

// Unseal opens what SealFor has sealed to Public for the same place.
// Errors: CodeTampered, CodeLocked.
func (v *Vault) Unseal(ctx context.Context, sealed, where []byte) (p []byte, err error) {
	const op = "cache.unseal"
	err = v.reading(ctx, op, func(*Store) error {
		p, err = v.held.Unseal(sealed, where)
		if err != nil {
			return ehrdesk.E(op, ehrdesk.CodeTampered, err)
		}
		return nil
	})
	return p, err
}

// SealFor seals p to somebody's public HPKE keyset, at whatever desk; where is what it is sealed
// for, and opens nowhere else. Errors: CodeInvalid for what is no keyset.
func SealFor(public, p, where []byte) ([]byte, error) {
	sealed, err := keyring.SealFor(public, p, where)
	if err != nil {
		return nil, ehrdesk.E("cache.seal", ehrdesk.CodeInvalid, err)
	}
	return sealed, nil
}

// Staff is who unlocked the vault.
func (v *Vault) Staff() string { return v.held.Staff() }

// Admitted lists the people to whom this vault, at its unlock, sealed the keys
// for the first time. It is worth an audit event.
func (v *Vault) Admitted() []string {
	v.s.mu.RLock()
	defer v.s.mu.RUnlock()
	return v.held.Admitted()
}

// UpdatePublic replaces the person's plain blob. Errors: CodeLocked.
func (v *Vault) UpdatePublic(ctx context.Context, public []byte) error {
	return v.changing(ctx, "cache.update", func(s *Store) error {
		ring := s.ring.Clone()
		there, err := v.held.SetPublic(ring, public)
		if err == nil && !there {
			return ehrdesk.E("cache.update", ehrdesk.CodeLocked, errLocked)
		}
		if err == nil {
			err = s.saveKeyring(ring)
		}
		return err
	})
}

// SetIdentity seals another identity under the passphrase, in the place of the one there
// is. Errors: CodeLocked.
func (v *Vault) SetIdentity(ctx context.Context, identity []byte) error {
	return v.changing(ctx, "cache.update", func(s *Store) error {
		ring := s.ring.Clone()
		keep, err := v.held.SetIdentity(ring, identity)
		if err == nil && keep == nil {
			return ehrdesk.E("cache.update", ehrdesk.CodeLocked, errLocked)
		}
		if err == nil {
			err = s.saveKeyring(ring)
		}
		if err == nil {
			keep()
		}
		return err
	})
}

// Lock drops the person's keys, destroys what is past its moment, and ends the
// person's session. The last one to end destroys the copies kept for the session
// alone; should that fail, the next Open does it.
func (v *Vault) Lock() {
	s := v.s
	s.mu.Lock()
	defer s.mu.Unlock()
	_, away := s.away[v]
	if s.closed || !v.open && !away {
		return
	}
	delete(s.away, v)
	_, _ = s.purge(context.Background()) // what fails here is done at the next tick, or by the next Open
	if others := len(s.vaults) + len(s.away); others == 0 || others == 1 && v.open {
		_ = s.endSession(context.Background())
		_ = s.saveMark(context.Background()) // an older mark finds less, and nothing falsely
	}
	if v.open {
		v.drop()
	}
}

// Suspend drops the person's keys as Lock does, and does not end the session: what
// is kept for it alone stays, sealed to those who unlock the store. Lock ends it,
// with keys or without.
func (v *Vault) Suspend() {
	s := v.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || !v.open {
		return
	}
	_, _ = s.purge(context.Background())
	_ = s.saveMark(context.Background())
	v.drop()
	s.away[v] = struct{}{}
}
