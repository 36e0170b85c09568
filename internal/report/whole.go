package report

import (
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/ehrdesk/ehrdesk"
)

// WriteFrom is Write of what is too long for memory: write gives it. Where write fails there is no file. Errors: those of Write, write's.
func WriteFrom(op, name string, write func(io.Writer) error) error {
	if _, err := os.Lstat(name); err == nil {
		return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "there is a file of that name already")
	}
	f, err := newWhole(name)
	switch {
	case errors.Is(err, fs.ErrExist):
		return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "there is a file of that name already")
	case err != nil:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the file cannot be made")
	}
	to := &failed{to: f}
	err = write(to)
	switch {
	case to.err != nil:
		err = ehrdesk.Errorf(op, ehrdesk.CodeOther, "the file cannot be written")
	case err == nil && f.Sync() != nil:
		err = ehrdesk.Errorf(op, ehrdesk.CodeOther, "the file cannot be written")
	}
	switch e := f.end(err == nil); {
	case err != nil:
		return err
	case errors.Is(e, fs.ErrExist):
		return ehrdesk.Errorf(op, ehrdesk.CodeConflict, "there is a file of that name already")
	case e != nil:
		return ehrdesk.Errorf(op, ehrdesk.CodeOther, "the file cannot be written")
	}
	return nil
}

// whole is a file that is there under its name when it is whole; where the system cannot do that, one that is taken away if it is not.
type whole struct {
	*os.File
	name  string
	named bool // from its beginning
}

// newNamed makes one that has its name from its beginning.
func newNamed(name string) (*whole, error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return &whole{f, name, true}, nil
}

func (w *whole) end(good bool) error {
	var err error
	if good && !w.named {
		err = w.link()
	}
	err = errors.Join(err, w.Close())
	if w.named && (!good || err != nil) {
		err = errors.Join(err, os.Remove(w.name))
	}
	return err
}

// failed remembers why a file could not be written.
type failed struct {
	to  io.Writer
	err error
}

func (f *failed) Write(p []byte) (n int, err error) {
	n, err = f.to.Write(p)
	if err != nil {
		f.err = err
	}
	return n, err
}
