//go:build unix

package cache

import (
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// replacesOpen: a file can be renamed over one that is open.
const replacesOpen = true

func tryLock(f *os.File) error { return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) }

// private reports whether only this user can get at the file.
func private(info fs.FileInfo) error {
	if info.Mode().Perm()&0o077 != 0 {
		return errLoose
	}
	if st, ok := info.Sys().(*syscall.Stat_t); ok && int(st.Uid) != os.Geteuid() {
		return errOwner
	}
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
