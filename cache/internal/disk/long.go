package disk

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

// What is too long for a line of the journal lies in a file of its own, in a folder beside it, sealed under a key that stands in the
// journal: with the key the file is gone.
const (
	longDir = "long"

	// LongPart begins the name of a file that is not whole yet, or that nobody means to keep: it is gone when the store is opened again.
	LongPart = "part."
)

// WriteLong keeps what write gives under a name, sealed. It is whole and on the disk when WriteLong returns, or not there. The folder is
// the store's; nobody else has it open.
func WriteLong(dir, name string, key []byte, write func(io.Writer) error) (err error) {
	dir = filepath.Join(dir, longDir)
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return FileFault(err)
	}
	part := filepath.Join(dir, LongPart+strings.TrimPrefix(name, LongPart))
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return FileFault(err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(part) // what went wrong is told already
		}
	}()
	w := &faults{to: f}
	err = sealInto(w, name, key, write)
	if w.err != nil {
		err = FileFault(w.err)
	}
	if e := f.Sync(); err == nil && e != nil {
		err = FileFault(e)
	}
	if e := f.Close(); err == nil && e != nil {
		err = FileFault(e)
	}
	if err != nil {
		return err
	}
	if e := os.Rename(part, filepath.Join(dir, name)); e != nil {
		return FileFault(e)
	}
	if e := SyncDir(dir); e != nil {
		return FileFault(e)
	}
	return nil
}

func sealInto(w io.Writer, name string, key []byte, write func(io.Writer) error) error {
	to, err := seal.SealStream(key, []byte(name), w)
	if err != nil {
		return err
	}
	if err := write(to); err != nil {
		return err
	}
	return to.Close()
}

// faults remembers why a file could not be written.
type faults struct {
	to  io.Writer
	err error
}

func (f *faults) Write(p []byte) (n int, err error) {
	n, err = f.to.Write(p)
	if err != nil {
		f.err = err
	}
	return n, err
}

// Long is a file that WriteLong has written, open. It is read from its beginning on, and from there again after Seek.
type Long struct {
	f    *os.File
	name string
	key  []byte
	r    io.Reader
}

// OpenLong opens one. Errors: fs.ErrNotExist.
func OpenLong(dir, name string, key []byte) (*Long, error) {
	f, err := os.Open(filepath.Join(dir, longDir, name))
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fs.ErrNotExist
		}
		return nil, FileFault(err)
	}
	l := &Long{f: f, name: name, key: append([]byte(nil), key...)}
	if _, err := l.Seek(0, io.SeekStart); err != nil {
		f.Close()
		return nil, err
	}
	return l, nil
}

// Read gives what was sealed. Errors: io.EOF, CodeTampered where the file is not what was written.
func (l *Long) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = ehrdesk.E("cache.long", ehrdesk.CodeTampered, ErrDamaged)
	}
	return n, err
}

var errSeek = errors.New("a long file is read from its beginning on")

// Seek begins anew: to the beginning is the only place to go.
func (l *Long) Seek(offset int64, whence int) (int64, error) {
	if offset != 0 || whence != io.SeekStart {
		return 0, errSeek
	}
	if _, err := l.f.Seek(0, io.SeekStart); err != nil {
		return 0, FileFault(err)
	}
	r, err := seal.OpenStream(l.key, []byte(l.name), l.f)
	if err != nil {
		return 0, ErrDamaged
	}
	l.r = r
	return 0, nil
}

// Close forgets the key.
func (l *Long) Close() error {
	clear(l.key)
	return l.f.Close()
}

// RemoveLong takes files away; one that is not there is no error.
func RemoveLong(dir string, names ...string) error {
	for _, name := range names {
		if err := os.Remove(filepath.Join(dir, longDir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return FileFault(err)
		}
	}
	return nil
}

// SweepLong removes what was not whole when the process ended.
func SweepLong(dir string) error {
	list, err := os.ReadDir(filepath.Join(dir, longDir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return FileFault(err)
	}
	for _, f := range list {
		if strings.HasPrefix(f.Name(), LongPart) {
			if err := RemoveLong(dir, f.Name()); err != nil {
				return err
			}
		}
	}
	return nil
}
