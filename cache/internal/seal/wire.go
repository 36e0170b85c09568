package seal

import (
	"encoding/binary"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
)

// ErrMalformed is packed data that no Packer wrote.
var ErrMalformed = errors.New("packed data is malformed")

// Packer writes the store's own compact binary: variable-length integers,
// strings with their length before them.
type Packer struct{ Out []byte }

// Uint writes a number (unsigned LEB128).
func (p *Packer) Uint(n uint64) { p.Out = binary.AppendUvarint(p.Out, n) }

// Int writes a number that may be below zero (zigzag).
func (p *Packer) Int(n int64) { p.Out = binary.AppendVarint(p.Out, n) }

// Bytes writes s with its length before it.
func (p *Packer) Bytes(s []byte) {
	p.Uint(uint64(len(s)))
	p.Out = append(p.Out, s...)
}

// String writes s with its length before it.
func (p *Packer) String(s string) {
	p.Uint(uint64(len(s)))
	p.Out = append(p.Out, s...)
}

// ID writes a record's id: a UUID in its 16 bytes, as ids are most of what does not
// repeat in a list.
func (p *Packer) ID(s string) {
	if u, ok := canonical(s); ok {
		p.Uint(0)
		p.Out = append(p.Out, u[:]...)
		return
	}
	p.Uint(uint64(len(s)) + 1)
	p.Out = append(p.Out, s...)
}

// canonical reads a UUID in the one form that comes back the same: 36 characters,
// lower case (RFC 9562).
func canonical(s string) (u uuid.UUID, ok bool) {
	if len(s) != 36 || strings.ContainsAny(s, "ABCDEF") {
		return u, false
	}
	u, err := uuid.Parse(s)
	return u, err == nil
}

// Time writes seconds and nanoseconds; the zone is the caller's affair. The
// zero time comes back as the zero time.
func (p *Packer) Time(t time.Time) {
	if t.IsZero() {
		p.Uint(0)
		return
	}
	p.Uint(1 + uint64(t.Nanosecond()))
	p.Int(t.Unix())
}

// Unpacker reads what Packer wrote. The first fault sticks: every later read
// gives zeros, and the caller asks for Err, or End, once. Strings share memory with the
// input, which is one string for a whole chunk.
type Unpacker struct {
	In  string
	Err error
}

// Fail notes a fault; what is left is not read.
func (u *Unpacker) Fail() { u.In, u.Err = "", ErrMalformed }

// Uint reads what Packer.Uint wrote.
func (u *Unpacker) Uint() uint64 {
	var n uint64
	for i := range min(len(u.In), binary.MaxVarintLen64) {
		c := u.In[i]
		if c < 0x80 {
			if i == binary.MaxVarintLen64-1 && c > 1 {
				break
			}
			u.In = u.In[i+1:]
			return n | uint64(c)<<(7*i)
		}
		n |= uint64(c&0x7f) << (7 * i)
	}
	u.Fail()
	return 0
}

// Int reads what Packer.Int wrote.
func (u *Unpacker) Int() int64 {
	n := u.Uint()
	return int64(n>>1) ^ -int64(n&1)
}

// Count reads a number of things that take at least size bytes each, so that
// no forged count can ask for more memory than its input is long.
func (u *Unpacker) Count(size int) int {
	n := u.Uint()
	if n > uint64(len(u.In)/size) {
		u.Fail()
		return 0
	}
	return int(n)
}

// Limit reads a number that is at most limit.
func (u *Unpacker) Limit(limit uint64) uint64 {
	n := u.Uint()
	if n > limit {
		u.Fail()
		return 0
	}
	return n
}

// String reads what Packer.String or Bytes wrote.
func (u *Unpacker) String() string {
	n := u.Count(1)
	s := u.In[:n]
	u.In = u.In[n:]
	return s
}

// ID reads what Packer.ID wrote.
func (u *Unpacker) ID() string {
	n := u.Uint()
	size := int(min(n-1, uint64(len(u.In)+1))) // n-1 of 0 is more than there is
	if n == 0 {
		size = 16
	}
	if size > len(u.In) {
		u.Fail()
		return ""
	}
	s := u.In[:size]
	u.In = u.In[size:]
	if n == 0 {
		return uuid.UUID([]byte(s)).String()
	}
	return s
}

// Byte reads one byte.
func (u *Unpacker) Byte() byte {
	if u.In == "" {
		u.Fail()
		return 0
	}
	c := u.In[0]
	u.In = u.In[1:]
	return c
}

// Fixed64 reads eight bytes, the highest first.
func (u *Unpacker) Fixed64() uint64 {
	if len(u.In) < 8 {
		u.Fail()
		return 0
	}
	n := binary.BigEndian.Uint64([]byte(u.In[:8]))
	u.In = u.In[8:]
	return n
}

// Fixed32 reads four bytes, the lowest first.
func (u *Unpacker) Fixed32() uint32 {
	if len(u.In) < 4 {
		u.Fail()
		return 0
	}
	n := binary.LittleEndian.Uint32([]byte(u.In[:4]))
	u.In = u.In[4:]
	return n
}

// Time reads what Packer.Time wrote, in UTC.
func (u *Unpacker) Time() time.Time {
	ns := u.Uint()
	if ns == 0 {
		return time.Time{}
	}
	if ns > 1e9 {
		u.Fail()
		return time.Time{}
	}
	return time.Unix(u.Int(), int64(ns-1)).UTC()
}

// End reports the first fault, or that bytes are left over.
func (u *Unpacker) End() error {
	if u.Err == nil && u.In != "" {
		u.Fail()
	}
	return u.Err
}
