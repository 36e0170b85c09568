package fhir

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
)

// A page of a patient's record may carry scanned documents, each of them one
// string of tens of megabytes in base64. Nothing that the desk makes of a page
// looks into them. Extracted, a page is the same JSON in which such strings lack
// what stands at their beginning; that lies in a spool.
//
// What is left is well formed exactly where the whole is, so it is checked and
// split as any page is: only whole characters are taken out that are well formed
// wherever in a string they stand, and only out of the values of members named
// "data". No name is ever touched, so none becomes a duplicate; and no overview
// is made of such a member.

const longData = 64 << 10 // bytes of a "data" that stay where they are, in a page

// dataName is what FHIR names base64 in an Attachment, a Binary and a Signature.
const dataName = "data"

// Spool keeps what is written to it out of memory, until it is closed.
type Spool interface {
	Write(p []byte) (int, error)
	ReadAt(p []byte, off int64) (int, error)
	Close() error
}

// Cut is what was taken out of a string.
type Cut struct {
	At   int   // where it stood, an index in what is left
	From int64 // where it begins in the spool
	Size int64 // bytes
}

// Extractor takes JSON as it comes, and takes the beginnings of long strings out of
// it into a spool.
type Extractor struct {
	Open   func() (Spool, error) // its error has errors.ErrUnsupported as the cause where there can be none: then memory is taken
	Length int64                 // of the whole, where it is known

	Left  []byte // what is left
	Cuts  []Cut
	Spool Spool // nil until something was taken out

	Longest int                  // bytes of a string that is left as it is; longData where it is 0
	mark    func(cut int) []byte // what is left in the place of what was taken out; nil for nothing
	whole   bool                 // there is no spool to be had
	size    int64                // bytes in the spool

	named bool // the string before this place is dataName
	colon bool // and a colon came after it, and nothing else

	in         bool // a string
	start      int  // where it begins in out, after its quote
	odd        bool // it ends so far in an odd number of backslashes
	extracting bool // it is a value that may be long, and plain so far
	cutting    bool // its beginning was taken out
	safe       int  // where its last whole character ends in out
	escape     int  // what is to come of an escape: afterBackslash, or so many digits
	unit       rune // of those, what they say so far
}

const afterBackslash = -1

// Take takes the next bytes. Errors: the spool's.
func (s *Extractor) Take(b []byte) error {
	for len(b) > 0 {
		n := 0
		switch {
		case s.whole:
			n = len(b)
			s.Left = append(s.Left, b...)
		case !s.in:
			n = s.between(b)
		case !s.extracting:
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
func (s *Extractor) between(b []byte) int {
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
		s.Left = append(s.Left, b...)
		return len(b)
	}
	s.Left = append(s.Left, b[:n+1]...)
	s.in, s.start, s.odd = true, len(s.Left), false
	s.extracting, s.cutting, s.safe, s.escape = s.named && s.colon, false, len(s.Left), 0
	s.colon = false
	return n + 1
}

// string takes a string on, to its end where that has come.
func (s *Extractor) string(b []byte) int {
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
			s.Left = append(s.Left, b...)
			return len(b)
		case odd:
			from = end + 1
		default:
			s.Left = append(s.Left, b[:end+1]...)
			s.named = string(s.Left[s.start:len(s.Left)-1]) == dataName
			s.in = false
			return end + 1
		}
	}
}

// data takes a string on that may be long: to its end, or to a character that is
// left where it stands, with all after it.
func (s *Extractor) data(b []byte) (n int, err error) {
	base := len(s.Left)
	for n < len(b) && s.extracting {
		if s.escape != 0 {
			if s.extracting = s.escaped(b[n]); s.extracting {
				n++
			}
			continue
		}
		n += plainRun(b[n:])
		if s.safe = base + n; n < len(b) {
			if s.extracting = b[n] == '\\'; s.extracting {
				s.escape = afterBackslash
				n++
			}
		}
	}
	s.Left = append(s.Left, b[:n]...)
	return n, s.flush()
}

// escaped takes the next byte of an escape, and reports whether it is one of a
// character that is well formed by itself: half of a pair is not.
func (s *Extractor) escaped(x byte) bool {
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
func (s *Extractor) flush() error {
	text := s.Left[s.start:s.safe]
	if !s.cutting {
		if len(text) <= cmp.Or(s.Longest, longData) {
			return nil
		}
		if err := s.begin(); err != nil || s.whole {
			return err
		}
		s.cutting = true
		s.Cuts = append(s.Cuts, Cut{At: s.start, From: s.size})
		if s.mark != nil {
			mark := s.mark(len(s.Cuts) - 1)
			s.Left = slices.Insert(s.Left, s.start, mark...)
			s.start, s.safe = s.start+len(mark), s.safe+len(mark)
			text = s.Left[s.start:s.safe]
		}
	}
	if _, err := s.Spool.Write(text); err != nil {
		return err
	}
	s.Cuts[len(s.Cuts)-1].Size += int64(len(text))
	s.size += int64(len(text))
	s.Left = append(s.Left[:s.start], s.Left[s.safe:]...)
	s.safe = s.start
	return nil
}

// begin sees to it that there is a spool, if there can be one.
func (s *Extractor) begin() error {
	if s.Spool != nil {
		return nil
	}
	spool, err := s.Open()
	if errors.Is(err, errors.ErrUnsupported) {
		s.whole = true
		s.Left = slices.Grow(s.Left, max(0, int(s.Length)-len(s.Left)))
		return nil
	}
	if err == nil {
		s.Spool = spool
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
