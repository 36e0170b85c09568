package cache

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"

	aeadsubtle "github.com/tink-crypto/tink-go/v2/aead/subtle"
	tinksubtle "github.com/tink-crypto/tink-go/v2/subtle"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// The formats are written into every sealed cell's associated data: a later
// layout cannot be taken for this one. The records have one of their own, as
// they can be fetched again and so may change more freely.
const (
	format        = 1 // keyring and journal
	recordsFormat = 4 // records.db; 1 had no blocks, 2 counted no kinds, 3 had sentences in place of facts
)

const keySize = 32 // AES-256 and HMAC-SHA-256

var (
	errSealed = errors.New("sealed data does not open: it was changed, moved or cut short")
	errFrame  = errors.New("sealed data has an impossible length")
)

// newKey makes a random 256-bit key.
func newKey() []byte {
	k := make([]byte, keySize)
	rand.Read(k) // never fails: crypto/rand aborts the process instead
	return k
}

// derive makes the sub-key of secret for one purpose (HKDF-SHA-256).
func derive(secret []byte, purpose string) ([]byte, error) {
	return tinksubtle.ComputeHKDF("SHA256", secret, nil, []byte("ehrdesk cache "+purpose), keySize)
}

// newBox is AES-256-GCM with a random nonce before each ciphertext.
func newBox(key []byte) (tink.AEAD, error) { return aeadsubtle.NewAESGCM(key) }

// derivedBox is the box under secret's sub-key for one purpose.
func derivedBox(secret []byte, purpose string) (tink.AEAD, error) {
	k, err := derive(secret, purpose)
	if err != nil {
		return nil, err
	}
	defer clear(k)
	return newBox(k)
}

// cellBox is newBox's cipher in the same form, nonce before ciphertext, for the
// cells of records.db: those are many and long, and it opens into memory that
// the caller has already.
type cellBox struct{ gcm cipher.AEAD }

func newCellBox(secret []byte, purpose string) (cellBox, error) {
	k, err := derive(secret, purpose)
	if err != nil {
		return cellBox{}, err
	}
	defer clear(k)
	b, err := aes.NewCipher(k)
	if err != nil {
		return cellBox{}, err
	}
	gcm, err := cipher.NewGCM(b)
	return cellBox{gcm}, err
}

// seal is a new cell of plain.
func (b cellBox) seal(plain, place []byte) []byte {
	n := b.gcm.NonceSize()
	ct := make([]byte, n, n+len(plain)+b.gcm.Overhead())
	rand.Read(ct) // never fails
	return b.gcm.Seal(ct, ct, plain, place)
}

// open opens a cell and takes its frame off. What it gives lies in whole, which
// is buf's memory where that is large enough. Errors: errSealed, errFrame.
func (b cellBox) open(ct, place, buf []byte) (head byte, p, whole []byte, err error) {
	n := b.gcm.NonceSize()
	if len(ct) < n+b.gcm.Overhead() {
		return 0, nil, buf, errSealed
	}
	whole, err = b.gcm.Open(buf[:0], ct[:n], ct[n:], place)
	if err != nil {
		return 0, nil, buf, errSealed
	}
	head, p, err = unframe(whole)
	return head, p, whole, err
}

// place is the associated data of one cell: this installation, the format, and
// wherever the cell stands. Each part has its length before it, so that no two
// places read the same.
func place(install, cell string, where ...[]byte) []byte {
	return placeIn(format, install, cell, where...)
}

// recordPlace is the place of a cell in records.db.
func recordPlace(install, cell string, where ...[]byte) []byte {
	return placeIn(recordsFormat, install, cell, where...)
}

func placeIn(format uint32, install, cell string, where ...[]byte) []byte {
	n := len(install) + len(cell) + 12
	for _, w := range where {
		n += len(w) + 4
	}
	b := make([]byte, 0, n)
	b = binary.BigEndian.AppendUint32(b, format)
	b = appendPart(b, install)
	b = appendPart(b, cell)
	for _, w := range where {
		b = appendPart(b, w)
	}
	return b
}

func appendPart[T string | []byte](b []byte, p T) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(p)))
	return append(b, p...)
}

func be64(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// bucket is the padded size of n bytes: steps of 256 bytes to 8 KiB, then
// Padmé's steps, which stay under an eighth of the size. Of a sealed cell's
// length, this much shows and no more.
func bucket(n int) int {
	step := 256
	for limit := 8 << 10; n > limit; limit <<= 1 {
		step = limit / 16
	}
	return (n + step - 1) / step * step
}

// frame puts p's length before it and zeros after it, up to a bucket.
func frame(head byte, p []byte) []byte {
	size := bucket(1 + binary.MaxVarintLen32 + len(p))
	b := make([]byte, 1, size)
	b[0] = head
	b = binary.AppendUvarint(b, uint64(len(p)))
	b = append(b, p...)
	return b[:size]
}

// unframe undoes frame.
func unframe(b []byte) (head byte, p []byte, err error) {
	if len(b) < 2 {
		return 0, nil, errFrame
	}
	n, w := binary.Uvarint(b[1:])
	if w <= 0 || n > uint64(len(b)-1-w) {
		return 0, nil, errFrame
	}
	return b[0], b[1+w:][:n], nil
}

// openFramed undoes frame of what was just decrypted. Errors: errSealed, errFrame.
func openFramed(plain []byte, err error) ([]byte, error) {
	if err != nil {
		return nil, errSealed
	}
	_, p, err := unframe(plain)
	return p, err
}
