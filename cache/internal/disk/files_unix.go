//go:build unix

package disk

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// ReplacesOpen: a file can be renamed over one that is open.
const ReplacesOpen = true

func tryLock(f *os.File) error { return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) }

func unlock(f *os.File) error { return unix.Flock(int(f.Fd()), unix.LOCK_UN) }

// Why a file or a folder is not this user's alone.
var (
	errLoose       = errors.New("the store's directory or a file in it can be read by others; set the directory to 0700 and its files to 0600")
	errOwner       = errors.New("the store's directory or a file in it belongs to another user")
	errAroundLoose = errors.New("can be changed by others, who could exchange the store in it; set it to 0700")
	errAroundShown = errors.New("can be read by others; set it to 0700")
	errAroundOwner = errors.New("belongs to another user; choose another folder with --dir")
)

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

// around is private for a folder above the store, which root may own.
func around(info fs.FileInfo, private bool) error {
	st, ok := info.Sys().(*syscall.Stat_t)
	switch perm := info.Mode().Perm(); {
	case ok && int(st.Uid) != os.Geteuid() && st.Uid != 0:
		return errAroundOwner
	case perm&0o022 != 0:
		return errAroundLoose
	case private && perm&0o077 != 0:
		return errAroundShown
	}
	return nil
}

// isFull reports that a disk, a quota or a limit on file sizes gives no more room.
func isFull(err error) bool {
	return errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) || errors.Is(err, unix.EFBIG)
}

// isFixed reports a file system that is mounted to be read only.
func isFixed(err error) bool { return errors.Is(err, unix.EROFS) }

func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// named makes a file and takes its name away before anything is written to it.
func named(dir string) (*os.File, error) {
	f, err := os.CreateTemp(dir, spoolFile+".*") // 0600
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
