package cache

import (
	"encoding/binary"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
)

var errPacked = errors.New("packed data is malformed")

// packer writes the store's own compact binary: variable-length integers,
// strings with their length before them.
type packer struct{ b []byte }

func (p *packer) uint(n uint64) { p.b = binary.AppendUvarint(p.b, n) }
func (p *packer) int(n int64)   { p.b = binary.AppendVarint(p.b, n) }
func (p *packer) bytes(s []byte) {
	p.uint(uint64(len(s)))
	p.b = append(p.b, s...)
}
func (p *packer) string(s string) {
	p.uint(uint64(len(s)))
	p.b = append(p.b, s...)
}

// id writes a record's id: a UUID in its 16 bytes, as ids are most of what does not
// repeat in a list.
func (p *packer) id(s string) {
	if u, ok := canonical(s); ok {
		p.uint(0)
		p.b = append(p.b, u[:]...)
		return
	}
	p.uint(uint64(len(s)) + 1)
	p.b = append(p.b, s...)
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

// time writes seconds and nanoseconds; the zone is the caller's affair. The
// zero time comes back as the zero time.
func (p *packer) time(t time.Time) {
	if t.IsZero() {
		p.uint(0)
		return
	}
	p.uint(1 + uint64(t.Nanosecond()))
	p.int(t.Unix())
}

// unpacker reads what packer wrote. The first fault sticks: every later read
// gives zeros, and the caller asks for err once. Strings share memory with the
// input, which is one string for a whole chunk.
type unpacker struct {
	s   string
	err error
}

func (u *unpacker) fail() { u.s, u.err = "", errPacked }

func (u *unpacker) uint() uint64 {
	var n uint64
	for i := range min(len(u.s), binary.MaxVarintLen64) {
		c := u.s[i]
		if c < 0x80 {
			if i == binary.MaxVarintLen64-1 && c > 1 {
				break
			}
			u.s = u.s[i+1:]
			return n | uint64(c)<<(7*i)
		}
		n |= uint64(c&0x7f) << (7 * i)
	}
	u.fail()
	return 0
}

func (u *unpacker) int() int64 {
	n := u.uint()
	return int64(n>>1) ^ -int64(n&1)
}

// count reads a number of things that take at least size bytes each, so that
// no forged count can ask for more memory than its input is long.
func (u *unpacker) count(size int) int {
	n := u.uint()
	if n > uint64(len(u.s)/size) {
		u.fail()
		return 0
	}
	return int(n)
}

// limit reads a number that is at most limit.
func (u *unpacker) limit(limit uint64) uint64 {
	n := u.uint()
	if n > limit {
		u.fail()
		return 0
	}
	return n
}

func (u *unpacker) string() string {
	n := u.count(1)
	s := u.s[:n]
	u.s = u.s[n:]
	return s
}

func (u *unpacker) id() string {
	n := u.uint()
	size := int(min(n-1, uint64(len(u.s)+1))) // n-1 of 0 is more than there is
	if n == 0 {
		size = 16
	}
	if size > len(u.s) {
		u.fail()
		return ""
	}
	s := u.s[:size]
	u.s = u.s[size:]
	if n == 0 {
		return uuid.UUID([]byte(s)).String()
	}
	return s
}

func (u *unpacker) byte() byte {
	if u.s == "" {
		u.fail()
		return 0
	}
	c := u.s[0]
	u.s = u.s[1:]
	return c
}

// fixed64 reads eight bytes, the highest first.
func (u *unpacker) fixed64() uint64 {
	if len(u.s) < 8 {
		u.fail()
		return 0
	}
	n := binary.BigEndian.Uint64([]byte(u.s[:8]))
	u.s = u.s[8:]
	return n
}

// fixed32 reads four bytes, the lowest first.
func (u *unpacker) fixed32() uint32 {
	if len(u.s) < 4 {
		u.fail()
		return 0
	}
	n := binary.LittleEndian.Uint32([]byte(u.s[:4]))
	u.s = u.s[4:]
	return n
}

func (u *unpacker) time() time.Time {
	ns := u.uint()
	if ns == 0 {
		return time.Time{}
	}
	if ns > 1e9 {
		u.fail()
		return time.Time{}
	}
	return time.Unix(u.int(), int64(ns-1)).UTC()
}

// end reports the first fault, or that bytes are left over.
func (u *unpacker) end() error {
	if u.err == nil && u.s != "" {
		u.fail()
	}
	return u.err
}
