package cardreader

import (
	"io"
	"os"

	"github.com/ehrdesk/ehrdesk"
)

// What decides which cards are believed and which commands are sent, or is run
// by this program, comes from the administrator alone. administered, one for each
// system, says of a path whether anybody else could change what stands there or
// put something else in its place.

// readAdministered reads the file at path, of at most limit bytes, where nobody
// but the administrator can change it. what is for the words: "the file of an
// issuer". Errors: CodeInvalid for a file that is not there or too large,
// CodeDenied for one that others can change.
func readAdministered(op, what, path string, limit int) ([]byte, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "%s is not there or cannot be read", what)
	}
	real, ok := administered(path)
	if !ok {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "%s, or a folder above it, can be changed by others than root", what)
	}
	f, err := os.OpenFile(real, os.O_RDONLY|noWait, 0) // a pipe would wait for its writer
	if err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "%s is not there or cannot be read", what)
	}
	defer f.Close()
	return readOwned(op, what, f, limit)
}

// readOwned reads an open file: what was checked is what is read.
func readOwned(op, what string, f *os.File, limit int) ([]byte, error) {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || !ownedByRoot(info, false) {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeDenied, "%s can be changed by others than root", what)
	}
	return readWhole(op, what, f, limit)
}

func readWhole(op, what string, f *os.File, limit int) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(f, int64(limit)+1))
	switch {
	case err != nil:
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "%s is not there or cannot be read", what)
	case len(b) > limit:
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "%s is larger than it may be", what)
	}
	return b, nil
}
