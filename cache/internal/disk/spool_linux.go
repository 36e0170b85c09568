package disk

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// nameless makes a file that never has a name, in dir; where the file system
// cannot, one that loses it at once.
func nameless(dir string) (*os.File, error) {
	f, err := os.OpenFile(dir, unix.O_TMPFILE|os.O_RDWR|os.O_EXCL, 0o600)
	if errors.Is(err, unix.EOPNOTSUPP) || errors.Is(err, unix.EISDIR) || errors.Is(err, unix.EINVAL) {
		return named(dir)
	}
	return f, err
}
