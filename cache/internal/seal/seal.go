// Package seal encrypts the cells of the store's files, and writes and reads what is
// in them (wire.go). It promises:
//
//   - A sealed cell opens under its key and in its place alone, whole. Moved to
//     another row, table, file or installation, cut short or changed by a bit, it is
//     ErrSealed.
//   - Of what a cell holds, its size class shows, and nothing else.
//   - Packed bytes that were forged are ErrMalformed. They never panic and never make
//     a reader ask for more memory than they are long.
//
// It knows of no person, table or file, and imports nothing of ours.
package seal

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
	Format  = 1 // keyring and journal
	records = 5 // records.db: the file's format since which a cell means the same
)

// KeySize is the length of every key, in bytes: AES-256 and HMAC-SHA-256.
const KeySize = 32

// Why a cell does not open.
var (
	ErrSealed  = errors.New("sealed data does not open: it was changed, moved or cut short")
	ErrPadding = errors.New("sealed data has an impossible length")
)

// NewKey makes a random 256-bit key.
func NewKey() []byte {
	k := make([]byte, KeySize)
	rand.Read(k) // never fails: crypto/rand aborts the process instead
	return k
}

// Derive makes the sub-key of secret for one purpose (HKDF-SHA-256).
func Derive(secret []byte, purpose string) ([]byte, error) {
	return tinksubtle.ComputeHKDF("SHA256", secret, nil, []byte("ehrdesk cache "+purpose), KeySize)
}

// NewAEAD is AES-256-GCM with a random nonce before each ciphertext.
func NewAEAD(key []byte) (tink.AEAD, error) { return aeadsubtle.NewAESGCM(key) }

// DerivedAEAD is NewAEAD under secret's sub-key for one purpose.
func DerivedAEAD(secret []byte, purpose string) (tink.AEAD, error) {
	k, err := Derive(secret, purpose)
	if err != nil {
		return nil, err
	}
	defer clear(k)
	return NewAEAD(k)
}

// CellAEAD is NewAEAD's cipher in the same form, nonce before ciphertext, for the
// cells of records.db: those are many and long, and it opens into memory that
// the caller has already.
type CellAEAD struct{ GCM cipher.AEAD }

// NewCellAEAD is the cipher under secret's sub-key for one purpose.
func NewCellAEAD(secret []byte, purpose string) (CellAEAD, error) {
	k, err := Derive(secret, purpose)
	if err != nil {
		return CellAEAD{}, err
	}
	defer clear(k)
	b, err := aes.NewCipher(k)
	if err != nil {
		return CellAEAD{}, err
	}
	gcm, err := cipher.NewGCM(b)
	return CellAEAD{gcm}, err
}

// Seal is a new cell of plain, with its associated data.
func (b CellAEAD) Seal(plain, data []byte) []byte {
	n := b.GCM.NonceSize()
	ct := make([]byte, n, n+len(plain)+b.GCM.Overhead())
	rand.Read(ct) // never fails
	return b.GCM.Seal(ct, ct, plain, data)
}

// Open opens a cell and takes its padding off. What it gives lies in whole, which
// is buf's memory where that is large enough. Errors: ErrSealed, ErrPadding.
func (b CellAEAD) Open(ct, data, buf []byte) (head byte, p, whole []byte, err error) {
	n := b.GCM.NonceSize()
	if len(ct) < n+b.GCM.Overhead() {
		return 0, nil, buf, ErrSealed
	}
	whole, err = b.GCM.Open(buf[:0], ct[:n], ct[n:], data)
	if err != nil {
		return 0, nil, buf, ErrSealed
	}
	head, p, err = Unpad(whole)
	return head, p, whole, err
}

// AssociatedData is what a cell of the keyring or the journal is authenticated with
// (AEAD, RFC 5116): this installation, the format, the kind of cell and where it stands.
// Each part has its length before it, so that no two cells have the same.
func AssociatedData(install, cell string, where ...[]byte) []byte {
	return associatedData(Format, install, cell, where...)
}

// RecordData is the associated data of a cell in records.db.
func RecordData(install, cell string, where ...[]byte) []byte {
	return associatedData(records, install, cell, where...)
}

func associatedData(format uint32, install, cell string, where ...[]byte) []byte {
	n := len(install) + len(cell) + 12
	for _, w := range where {
		n += len(w) + 4
	}
	b := make([]byte, 0, n)
	b = binary.BigEndian.AppendUint32(b, format)
	b = AppendPart(b, install)
	b = AppendPart(b, cell)
	for _, w := range where {
		b = AppendPart(b, w)
	}
	return b
}

// AppendPart adds p with its length, in four bytes, before it.
func AppendPart[T string | []byte](b []byte, p T) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(p)))
	return append(b, p...)
}

// Uint64 is n in eight bytes, the highest first.
func Uint64(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// SizeClass is the padded size of n bytes: steps of 256 bytes to 8 KiB, then
// those of Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and
// Communication with PURBs", 2019), which stay under an eighth of the size. Of a sealed cell's
// length, this much shows and no more.
func SizeClass(n int) int {
	step := 256
	for limit := 8 << 10; n > limit; limit <<= 1 {
		step = limit / 16
	}
	return (n + step - 1) / step * step
}

// Pad puts a byte of the caller's and p's length before p, and zeros after it, up to
// the size class.
func Pad(head byte, p []byte) []byte {
	size := SizeClass(1 + binary.MaxVarintLen32 + len(p))
	b := make([]byte, 1, size)
	b[0] = head
	b = binary.AppendUvarint(b, uint64(len(p)))
	b = append(b, p...)
	return b[:size]
}

// Unpad undoes Pad. Errors: ErrPadding.
func Unpad(b []byte) (head byte, p []byte, err error) {
	if len(b) < 2 {
		return 0, nil, ErrPadding
	}
	n, w := binary.Uvarint(b[1:])
	if w <= 0 || n > uint64(len(b)-1-w) {
		return 0, nil, ErrPadding
	}
	return b[0], b[1+w:][:n], nil
}

// Opened undoes Pad of what was just decrypted. Errors: ErrSealed, ErrPadding.
func Opened(plain []byte, err error) ([]byte, error) {
	if err != nil {
		return nil, ErrSealed
	}
	_, p, err := Unpad(plain)
	return p, err
}
