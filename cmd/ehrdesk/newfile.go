package main

import (
	"errors"
	"os"
	"runtime"
)

// errNoFile is for a place where no file can be made.
var errNoFile = errors.New("no file can be made there")

// newFile makes a file for its owner alone, whole and on the disk or not at all.
// One that is there stays as it is: fs.ErrExist. Where none can be made at all: errNoFile.
func newFile(name string, b []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return errors.Join(errNoFile, err)
	}
	_, err = f.Write(b)
	if err = first(err, f.Sync(), f.Close()); err != nil {
		_ = os.Remove(name)
	}
	return err
}

// ownerOnly reports whether nobody but its owner can read or change an open file.
// Windows has no such modes.
func ownerOnly(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && (runtime.GOOS == "windows" || info.Mode().Perm()&0o077 == 0)
}
