package ehrdesk

import (
	"strings"
	"unicode/utf8"
)

// CleanLine makes one safe line of text that came from outside: terminal
// control and escape sequences, bidirectional overrides, invisible and
// variation characters go, white space and line ends become single spaces.
// Every outside text passes it or CleanText before it is drawn or printed.
func CleanLine(s string) string { return clean(s, false) }

// CleanText is CleanLine that keeps line ends, for narrative.
func CleanText(s string) string { return clean(s, true) }

func clean(s string, lines bool) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	space := false
	put := func(r rune) {
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(r)
	}
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == 0x1b || r == 0x9b || r == 0x9d || r == 0x90:
			i += escapeLength(s[i:], r, n)
			continue
		case r == utf8.RuneError && n == 1:
			put(utf8.RuneError)
		case lines && r == '\n':
			space = false
			b.WriteByte('\n')
		case r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == 0xa0 || r == 0x3000 || r == 0x2028 || r == 0x2029 || (r >= 0x2000 && r <= 0x200a) || r == 0x202f || r == 0x205f:
			space = true
		case (r >= 0xe000 && r <= 0xf8ff) || r >= 0xf0000: // private use: a character lost on its way, and seen to be
			put(utf8.RuneError)
		case unsafeRune(r):
		default:
			put(r)
		}
		i += n
	}
	return b.String()
}

// isPlain reports printable ASCII without doubled or outer spaces: nothing to do.
func isPlain(s string) bool {
	prev := byte(' ')
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < 0x20 || c > 0x7e || (c == ' ' && prev == ' ') {
			return false
		}
		prev = c
	}
	return s == "" || prev != ' '
}

func unsafeRune(r rune) bool {
	switch {
	case r < 0x20 || (r >= 0x7f && r < 0xa0): // C0, DEL, C1
	case r == 0xad || r == 0x61c || r == 0x180e: // soft hyphen, Arabic letter mark, vowel separator
	case r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x206f: // zero width, bidi, invisible operators
	case r >= 0xfe00 && r <= 0xfe0f, r == 0xfeff, r >= 0xfff0 && r <= 0xfffb: // variation selectors, BOM, specials
	case r >= 0xe0000 && r <= 0xe0fff: // tags and supplementary variation selectors
	default:
		return false
	}
	return true
}

// escapeLength is how many bytes of s belong to the escape sequence it starts
// with (ECMA-48): CSI up to its final byte, OSC, DCS, SOS, PM and APC up to
// their terminator, other escapes up to their final byte.
func escapeLength(s string, r rune, n int) int {
	kind, i := byte(0), n
	switch r {
	case 0x9b:
		kind = '['
	case 0x9d:
		kind = ']'
	case 0x90:
		kind = 'P'
	default:
		if i >= len(s) {
			return i
		}
		kind = s[i]
		i++
	}
	switch kind {
	case '[':
		for i < len(s) && s[i] >= 0x20 && s[i] <= 0x3f {
			i++
		}
		if i < len(s) && s[i] >= 0x40 && s[i] <= 0x7e {
			i++
		}
	case ']', 'P', 'X', '^', '_':
		for j := i; j < len(s); j++ {
			switch {
			case s[j] == 0x07:
				return j + 1
			case s[j] == 0x1b && j+1 < len(s) && s[j+1] == '\\':
				return j + 2
			case s[j] == '\n': // unterminated: a string does not swallow the next line
				return j
			}
		}
		return len(s)
	default:
		if kind >= 0x80 { // not an escape at all
			return n
		}
		for i < len(s) && s[i-1] >= 0x20 && s[i-1] <= 0x2f {
			i++
		}
	}
	return i
}
