package cardreader

import (
	"os"

	"github.com/ehrdesk/ehrdesk"
)

// ReadAdministered reads a file of at most limit bytes that nobody but this
// machine's administrator can change, as LoadConfig does; for what else a site
// says of a desk. what is for the words: "the configuration of cards".
//
// Errors: CodeInvalid for a file that is not there or too large, CodeDenied for
// one that others can change.
func ReadAdministered(op, what, path string, limit int) ([]byte, error) {
	return readAdministered(op, what, path, limit)
}

// Administered is where a file or a folder really lies that nobody but this machine's
// administrator can change, for programs that a site names. what is for the words: "a
// viewer".
//
// Errors: CodeInvalid for what is not there, CodeDenied for what others can change.
func Administered(op, what, path string) (real string, err error) {
	if _, err := os.Stat(path); err != nil {
		return "", ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "%s is not there or cannot be read", what)
	}
	real, ok := administered(path)
	if !ok {
		return "", ehrdesk.Errorf(op, ehrdesk.CodeDenied, "%s, or a folder above it, can be changed by others than root", what)
	}
	return real, nil
}
