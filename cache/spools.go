package cache

import (
	"context"

	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/records"
)

// Spool opens a place for bytes that are too long for memory. It lives until it is
// closed or v is locked.
// Errors: CodeLocked; errors.ErrUnsupported as the cause where this system's
// files must have a name; CodeOther for a full disk.
func (v *Vault) Spool(ctx context.Context) (*disk.Spool, error) {
	v.s.mu.RLock()
	defer v.s.mu.RUnlock()
	if err := v.usable(ctx, "cache.spool"); err != nil {
		return nil, err
	}
	s, err := disk.NewSpool(v.s.dir, records.MaxBody, func(s *disk.Spool) { v.spools.Delete(s) })
	if err == nil {
		v.spools.Store(s, nil)
	}
	return s, err
}

// Spool is a place for bytes that are too long for memory; see Vault.Spool.
type Spool = disk.Spool

// Elsewhere names the network's file system that dir lies on; "" for one of this
// machine's, and where that cannot be told.
func Elsewhere(dir string) string { return disk.Elsewhere(dir) }

// CheckAround says what is wrong with a folder that stores lie in, or the folder
// of such: whoever can write to it can put another store in place of one. private
// asks that others cannot read it either. A folder that is not there is fine.
func CheckAround(dir string, private bool) error { return disk.CheckAround(dir, private) }
