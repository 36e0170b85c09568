package report

import (
	"errors"
	"io/fs"
	"os"
	"runtime"

	"github.com/ehrdesk/ehrdesk"
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

// Write is NewFile with what to say where it fails. Errors: CodeConflict where there is such
// a file, CodeInvalid where none can be made, CodeOther.
func Write(op, name string, b []byte) error {
	switch err := NewFile(name, b); {
	case errors.Is(err, fs.ErrExist):
		return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "there is a file of that name already")
	case errors.Is(err, ErrNoFile):
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the file cannot be made")
	case err != nil:
		return ehrdesk.Errorf(op, ehrdesk.CodeOther, "the file cannot be written")
	}
	return nil
}

// OwnerOnly reports whether nobody but its owner can read or change an open file.
// Windows has no such modes.
func OwnerOnly(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && (runtime.GOOS == "windows" || info.Mode().Perm()&0o077 == 0)
}
