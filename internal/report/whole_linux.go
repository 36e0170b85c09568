package report

import (
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// newWhole makes a file that has no name until it is whole: what a crash leaves of it is nowhere.
func newWhole(name string) (*whole, error) {
	f, err := os.OpenFile(filepath.Dir(name), unix.O_TMPFILE|os.O_WRONLY, 0o600)
	if err != nil { // a file system that cannot, or a folder that is not there
		return newNamed(name)
	}
	return &whole{f, name, false}, nil
}

func (w *whole) link() error {
	return unix.Linkat(unix.AT_FDCWD, "/proc/self/fd/"+strconv.Itoa(int(w.Fd())), unix.AT_FDCWD, w.name, unix.AT_SYMLINK_FOLLOW) //nolint:gosec // a descriptor is an int
}
