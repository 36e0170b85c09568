package cache

import (
	"context"
	"sync"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
)

// Vault is the store as one unlocked person sees it. After Lock every call
// answers CodeLocked.
type Vault struct {
	s *Store

	// Guarded by s.mu.
	open bool
	held *keyring.Held

	spools sync.Map // of *Spool; those that are open
}

// reading runs f while nobody changes keys. Errors: CodeLocked.
func (v *Vault) reading(ctx context.Context, op string, f func(*Store) error) error {
	v.s.mu.RLock()
	defer v.s.mu.RUnlock()
	if err := v.usable(ctx, op); err != nil {
		return err
	}
	return disk.Fault(op, f(v.s))
}

// changing runs f while nobody else uses keys: f changes them, or what they open.
// Errors: CodeLocked.
func (v *Vault) changing(ctx context.Context, op string, f func(*Store) error) error {
	v.s.mu.Lock()
	defer v.s.mu.Unlock()
	if err := v.usable(ctx, op); err != nil {
		return err
	}
	return disk.Fault(op, f(v.s))
}

// usable reports whether v may be used at all. The caller holds s.mu.
func (v *Vault) usable(ctx context.Context, op string) error {
	if !v.open {
		return ehrdesk.E(op, ehrdesk.CodeLocked, errLocked)
	}
	if err := ctx.Err(); err != nil {
		return disk.Fault(op, err)
	}
	return nil
}

// drop forgets the keys, as well as a garbage-collected language can.
func (v *Vault) drop() {
	v.endSpools()
	v.held.Wipe()
	v.open = false
	delete(v.s.vaults, v)
	v.s.records.Forget()
}

// endSpools closes every spool of v.
func (v *Vault) endSpools() {
	v.spools.Range(func(s, _ any) bool {
		_ = s.(*disk.Spool).Close() // what it held is sealed, and its key gone
		return true
	})
}

// holder is an unlocked vault that holds the newest keys, nil without one.
func (s *Store) holder() *Vault {
	for v := range s.vaults {
		if v.held.Records.Newest() != nil && v.held.Records.Newest().N == s.ring.Records[len(s.ring.Records)-1].N {
			return v
		}
	}
	return nil
}

// recipients is whom the keys may be sealed to (keyring.Held).
func (v *Vault) recipients(admit func(Person) bool) (people []keyring.User, trusted bool, err error) {
	return v.held.Recipients(v.s.ring, func(m *keyring.User) bool { return admits(admit, m) })
}
