package cache

import "github.com/ehrdesk/ehrdesk/cache/internal/disk"

// Spool is a place for bytes that are too long for memory; see Vault.Spool.
type Spool = disk.Spool

// Elsewhere names the network's file system that dir lies on; "" for one of this
// machine's, and where that cannot be told.
func Elsewhere(dir string) string { return disk.Elsewhere(dir) }

// CheckAround says what is wrong with a folder that stores lie in, or the folder
// of such: whoever can write to it can put another store in place of one. private
// asks that others cannot read it either. A folder that is not there is fine.
func CheckAround(dir string, private bool) error { return disk.CheckAround(dir, private) }
