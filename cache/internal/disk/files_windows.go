package disk

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

// ReplacesOpen: nothing can be renamed over an open file, so the old content is
// not overwritten; what it holds is sealed.
const ReplacesOpen = false

// tryLock locks one byte far behind the content, so that another process can
// still read who holds the lock.
func tryLock(f *os.File) error {
	at := &windows.Overlapped{OffsetHigh: 1}
	return windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, at)
}

func unlock(f *os.File) error {
	return windows.UnlockFileEx(windows.Handle(f.Fd()), 0, 1, 0, &windows.Overlapped{OffsetHigh: 1})
}

// private has nothing to look at here: Windows keeps access in lists that mode
// bits do not show, and a user's profile directory is closed to others by
// default.
func private(fs.FileInfo) error { return nil }

// around has nothing to look at either.
func around(fs.FileInfo, bool) error { return nil }

func isFull(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}

func isFixed(err error) bool { return errors.Is(err, windows.ERROR_WRITE_PROTECT) }

// SyncDir is not needed: NTFS journals the rename itself.
func SyncDir(string) error { return nil }

// nameless: a file that is open keeps its name.
func nameless(string) (*os.File, error) { return nil, errors.ErrUnsupported }
