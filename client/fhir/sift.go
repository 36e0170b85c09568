package fhir

import (
	"bytes"
	"context"
	"errors"
	"slices"
)

// A page of a patient's record may carry scanned documents, each of them one
// string of tens of megabytes in base64. Nothing that the desk makes of a page
// looks into them. Sifted, a page is the same JSON in which such strings lack
// what stands at their beginning; that lies in a spool.
//
// What is left is well formed exactly where the whole is, so it is checked and
// split as any page is: only whole characters are taken out that are well formed
// wherever in a string they stand, and only out of the values of members named
// "data". No name is ever touched, so none becomes a duplicate; and no overview
// is made of such a member.

const (
	spoolFrom = 1 << 20  // bytes of an answer that is not sifted
	longData  = 64 << 10 // bytes of a "data" that stay where they are
)

// dataName is what FHIR names base64 in an Attachment, a Binary and a Signature.
const dataName = "data"

// Spool keeps what is written to it out of memory, until it is closed.
type Spool interface {
	Write(p []byte) (int, error)
	ReadAt(p []byte, off int64) (int, error)
	Close() error
}

// OpenSpool opens a spool. Where there can be none, its error has
// errors.ErrUnsupported as the cause, and memory is taken.
type OpenSpool func(ctx context.Context) (Spool, error)

// cut is what was taken out of a string.
type cut struct {
	at   int   // where it stood, an index in what is left
	from int64 // where it begins in the spool
	size int64 // bytes
}

// sifter takes JSON as it comes.
type sifter struct {
	open    func() (Spool, error)
	whole   bool  // there is no spool to be had
	longest int   // bytes of a string that is left as it is
	length  int64 // of the page, where it is known

	out   []byte // what is left
	cuts  []cut
	spool Spool // nil until something was taken out
	size  int64 // bytes in it

	named bool // the string before this place is dataName
	colon bool // and a colon came after it, and nothing else

	in      bool // a string
	start   int  // where it begins in out, after its quote
	odd     bool // it ends so far in an odd number of backslashes
	sifting bool // it is a value that may be long, and plain so far
	cutting bool // its beginning was taken out
	safe    int  // where its last whole character ends in out
	escape  int  // what is to come of an escape: afterBackslash, or so many digits
	unit    rune // of those, what they say so far
}

const afterBackslash = -1

// take takes the next bytes. Errors: the spool's.
func (s *sifter) take(b []byte) error {
	for len(b) > 0 {
		n := 0
		switch {
		case s.whole:
			n = len(b)
			s.out = append(s.out, b...)
		case !s.in:
			n = s.between(b)
		case !s.sifting:
			n = s.string(b)
		default:
			var err error
			if n, err = s.data(b); err != nil {
				return err
			}
		}
		b = b[n:]
	}
	return nil
}

// between takes what stands between two strings, and the quote after it.
func (s *sifter) between(b []byte) int {
	n := bytes.IndexByte(b, '"')
	end := n
	if n < 0 {
		end = len(b)
	}
	for i := end - 1; i >= 0; i-- {
		if x := b[i]; x != ' ' && x != '\n' && x != '\t' && x != '\r' {
			s.colon = x == ':'
			break
		}
	}
	if n < 0 {
		s.out = append(s.out, b...)
		return len(b)
	}
	s.out = append(s.out, b[:n+1]...)
	s.in, s.start, s.odd = true, len(s.out), false
	s.sifting, s.cutting, s.safe, s.escape = s.named && s.colon, false, len(s.out), 0
	s.colon = false
	return n + 1
}

// string takes a string on, to its end where that has come.
func (s *sifter) string(b []byte) int {
	for from := 0; ; {
		n := bytes.IndexByte(b[from:], '"')
		end := from + n
		if n < 0 {
			end = len(b)
		}
		slashes := 0
		for slashes < end && b[end-1-slashes] == '\\' {
			slashes++
		}
		odd := slashes%2 == 1
		if slashes == end { // none of b stands before them
			odd = odd != s.odd
		}
		switch {
		case n < 0:
			s.odd = odd
			s.out = append(s.out, b...)
			return len(b)
		case odd:
			from = end + 1
		default:
			s.out = append(s.out, b[:end+1]...)
			s.named = string(s.out[s.start:len(s.out)-1]) == dataName
			s.in = false
			return end + 1
		}
	}
}

// data takes a string on that may be long: to its end, or to a character that is
// left where it stands, with all after it.
func (s *sifter) data(b []byte) (n int, err error) {
	base := len(s.out)
	for n < len(b) && s.sifting {
		if s.escape != 0 {
			if s.sifting = s.escaped(b[n]); s.sifting {
				n++
			}
			continue
		}
		n += plainRun(b[n:])
		if s.safe = base + n; n < len(b) {
			if s.sifting = b[n] == '\\'; s.sifting {
				s.escape = afterBackslash
				n++
			}
		}
	}
	s.out = append(s.out, b[:n]...)
	return n, s.flush()
}

// escaped takes the next byte of an escape, and reports whether it is one of a
// character that is well formed by itself: half of a pair is not.
func (s *sifter) escaped(x byte) bool {
	if s.escape == afterBackslash {
		s.escape = 0
		if x == 'u' {
			s.escape, s.unit = 4, 0
		}
		return x == 'u' || bytes.IndexByte([]byte(`"\/bfnrt`), x) >= 0
	}
	switch {
	case x >= '0' && x <= '9':
		s.unit = s.unit<<4 | rune(x-'0')
	case x|0x20 >= 'a' && x|0x20 <= 'f':
		s.unit = s.unit<<4 | rune(x|0x20-'a'+10)
	default:
		return false
	}
	s.escape--
	return s.escape > 0 || s.unit < 0xd800 || s.unit > 0xdfff
}

// flush puts into the spool what there is of a string that is known to be long.
func (s *sifter) flush() error {
	text := s.out[s.start:s.safe]
	if !s.cutting {
		if len(text) <= s.longest {
			return nil
		}
		if err := s.begin(); err != nil || s.whole {
			return err
		}
		s.cutting = true
		s.cuts = append(s.cuts, cut{at: s.start, from: s.size})
	}
	if _, err := s.spool.Write(text); err != nil {
		return err
	}
	s.cuts[len(s.cuts)-1].size += int64(len(text))
	s.size += int64(len(text))
	s.out = append(s.out[:s.start], s.out[s.safe:]...)
	s.safe = s.start
	return nil
}

// begin sees to it that there is a spool, if there can be one.
func (s *sifter) begin() error {
	if s.spool != nil {
		return nil
	}
	spool, err := s.open()
	if errors.Is(err, errors.ErrUnsupported) {
		s.whole = true
		s.out = slices.Grow(s.out, max(0, int(s.length)-len(s.out)))
		return nil
	}
	if err == nil {
		s.spool = spool
	}
	return err
}

// plainRun is how many of the next bytes are plain ASCII characters of a string.
func plainRun(b []byte) int {
	for i, x := range b {
		if x == '"' || x == '\\' || x < 0x20 || x > 0x7e {
			return i
		}
	}
	return len(b)
}
