package sealed

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"io"
	"math/bits"

	"filippo.io/age"
	"github.com/go-json-experiment/json"
)

// MostBytes is how long a payload may be: a file of 24 MiB, and what is said with it. It is worked on piece by piece.
const MostBytes = 24<<20 + 512<<10

// leastClass is the least size class, in bytes: what is shorter looks as long.
const leastClass = 1 << 10

// Errors of an envelope.
var (
	ErrTooLong   = errors.New("a payload is longer than 24.5 MiB, or not as long as was said")
	ErrNotOurs   = errors.New("none of the keys at hand opens this envelope")
	ErrDamaged   = errors.New("what is sealed is not what its sender sealed")
	errRecipient = errors.New("an envelope names each key that it is sealed to, and no other")
)

// inside is what the sealed bytes say themselves of where they belong: who has them without a key cannot put them into an envelope
// of their own.
type inside struct {
	ID   string `json:"id"`
	Case string `json:"case"`
	From Person `json:"from"`
}

// class is how long a payload with what is said of it looks: at most an eighth longer than it is (Padmé; Nikitin et al., PETS 2019).
func class(n int64) int64 {
	if n <= leastClass {
		return leastClass
	}
	e := bits.Len64(uint64(n)) - 1 //nolint:gosec // n is positive
	keep := bits.Len64(uint64(e))  //nolint:gosec // e is positive
	mask := int64(1)<<(e-keep) - 1
	return (n + mask) &^ mask
}

// Seal seals size bytes of a payload to the keys that the head names, and fills in its Size and Digest. keys are those, in the
// order of the head.
func Seal(dst io.Writer, h *Head, keys []Public, payload io.Reader, size int64) error {
	if size < 0 || size > MostBytes {
		return ErrTooLong
	}
	if len(keys) == 0 || len(keys) != len(h.To) {
		return errRecipient
	}
	to := make([]age.Recipient, 0, len(keys))
	for i, k := range keys {
		if k.to == nil || k.Name() != h.To[i].Key {
			return errRecipient
		}
		to = append(to, k.to)
	}
	frame, err := json.Marshal(inside{h.ID, h.Case, h.From})
	if err != nil {
		return err
	}
	sum := sha256.New()
	var count counter
	w, err := age.Encrypt(io.MultiWriter(dst, sum, &count), to...)
	if err != nil {
		return err
	}
	head := binary.BigEndian.AppendUint32(nil, uint32(len(frame))) //nolint:gosec // a frame is short
	head = binary.BigEndian.AppendUint64(append(head, frame...), uint64(size))
	if _, err := w.Write(head); err != nil {
		return err
	}
	if n, err := io.Copy(w, io.LimitReader(payload, size+1)); err != nil || n != size {
		return errors.Join(ErrTooLong, err)
	}
	whole := int64(len(head)) + size
	if _, err := io.CopyN(w, zeros{}, class(whole)-whole); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	h.Size, h.Digest = int64(count), sum.Sum(nil)
	return nil
}

// Open gives the payload of an envelope whose head was read, once all that is sealed is known to be what its sender signed: nothing is
// written before. Errors: ErrNotOurs, ErrDamaged.
func Open(dst io.Writer, h *Head, sealed io.ReadSeeker, keys ...*Key) error {
	sum := sha256.New()
	n, err := io.Copy(sum, io.LimitReader(sealed, h.Size+1))
	if err != nil {
		return err
	}
	if n != h.Size || subtle.ConstantTimeCompare(sum.Sum(nil), h.Digest) != 1 {
		return ErrDamaged
	}
	if _, err := sealed.Seek(0, io.SeekStart); err != nil {
		return err
	}
	ids := make([]age.Identity, 0, len(keys))
	for _, k := range keys {
		ids = append(ids, k.id)
	}
	if len(ids) == 0 {
		return ErrNotOurs
	}
	r, err := age.Decrypt(io.LimitReader(sealed, h.Size), ids...)
	var none *age.NoIdentityMatchError
	switch {
	case errors.As(err, &none):
		return ErrNotOurs
	case err != nil:
		return ErrDamaged
	}
	size, err := readFrame(r, h)
	if err != nil {
		return ErrDamaged
	}
	out := &outcome{to: dst}
	if n, err := io.CopyN(out, r, size); err != nil || n != size {
		if out.err != nil {
			return out.err
		}
		return ErrDamaged
	}
	if !onlyZeros(r) {
		return ErrDamaged
	}
	return nil
}

// readFrame reads what stands before the payload, and how long that is.
func readFrame(r io.Reader, h *Head) (int64, error) {
	var length [4]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return 0, err
	}
	n := binary.BigEndian.Uint32(length[:])
	if n > 4<<10 {
		return 0, ErrDamaged
	}
	frame := make([]byte, n)
	if _, err := io.ReadFull(r, frame); err != nil {
		return 0, err
	}
	var said inside
	if json.Unmarshal(frame, &said) != nil || said != (inside{h.ID, h.Case, h.From}) {
		return 0, ErrDamaged
	}
	var size [8]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return 0, err
	}
	if n := binary.BigEndian.Uint64(size[:]); n <= MostBytes {
		return int64(n), nil //nolint:gosec // at most MostBytes
	}
	return 0, ErrDamaged
}

func onlyZeros(r io.Reader) bool {
	buf := make([]byte, 32<<10)
	for {
		n, err := r.Read(buf)
		if len(bytes.Trim(buf[:n], "\x00")) > 0 {
			return false
		}
		if err != nil {
			return err == io.EOF
		}
	}
}

// outcome is a writer that remembers why it could not write.
type outcome struct {
	to  io.Writer
	err error
}

func (o *outcome) Write(b []byte) (n int, err error) {
	n, o.err = o.to.Write(b)
	return n, o.err
}

type counter int64

func (c *counter) Write(b []byte) (int, error) { *c += counter(len(b)); return len(b), nil }

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }
