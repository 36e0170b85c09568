package report

import (
	"errors"
	"os"
	"runtime"
)

// ErrNoFile is for a place where no file can be made.
var ErrNoFile = errors.New("no file can be made there")

// NewFile makes a file for its owner alone, whole and on the disk or not at all.
// One that is there stays as it is: fs.ErrExist. Where none can be made at all: ErrNoFile.
func NewFile(name string, b []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return errors.Join(ErrNoFile, err)
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		_ = os.Remove(name)
	}
	return err
}

// OwnerOnly reports whether nobody but its owner can read or change an open file.
// Windows has no such modes.
func OwnerOnly(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && (runtime.GOOS == "windows" || info.Mode().Perm()&0o077 == 0)
}
