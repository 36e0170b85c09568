package seal

import (
	"io"

	streaming "github.com/tink-crypto/tink-go/v2/streamingaead/subtle"
)

// segment is how many bytes of a stream are sealed, and opened, at once.
const segment = 64 << 10

// SealStream seals what is written to it, piece by piece, under a key of its own and for one place: AES-256-GCM, a key derived for each
// stream. It is whole once it was closed.
func SealStream(key, where []byte, dst io.Writer) (io.WriteCloser, error) {
	a, err := streaming.NewAESGCMHKDF(key, "SHA256", KeySize, segment, 0)
	if err != nil {
		return nil, err
	}
	return a.NewEncryptingWriter(dst, where)
}

// OpenStream gives what SealStream has sealed: each piece is the one that was written at its place, and the end is the end. Errors of what
// it gives: any error but io.EOF says that it was changed, moved or cut short.
func OpenStream(key, where []byte, src io.Reader) (io.Reader, error) {
	a, err := streaming.NewAESGCMHKDF(key, "SHA256", KeySize, segment, 0)
	if err != nil {
		return nil, err
	}
	return a.NewDecryptingReader(src, where)
}
