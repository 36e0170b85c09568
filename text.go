package ehrdesk

import (
	"strings"
	"unicode/utf8"
)

// CleanLine makes one safe line of text that came from outside: terminal
// control and escape sequences and invisible characters go, white space and
// line ends become single spaces, a letter and its marks become one (NFC). What
// goes and could have changed a word leaves U+FFFD behind: see lostRune.
// Every outside text passes it, CleanText or CleanColumns before it is drawn or
// printed.
func CleanLine(s string) string { return clean(s, asLine) }

// CleanText is CleanLine that keeps line ends, for narrative.
func CleanText(s string) string { return clean(s, asText) }

// CleanColumns is CleanText that keeps the columns of a note as well: leading
// spaces and runs of them, tabs up to the next eighth cell. A table typed with
// spaces reads as it was typed.
func CleanColumns(s string) string { return clean(s, asColumns) }

// layout is how much of the white space is kept.
type layout uint8

const (
	asLine layout = iota
	asText
	asColumns
)

func clean(s string, as layout) string {
	if isPlain(s) {
		return s
	}
	return cleaned(s, as)
}

// cleaned goes through the text character by character.
func cleaned(s string, as layout) string {
	w := cleaner{as: as}
	w.b.Grow(len(s))
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == 0x1b || r == 0x9b || r == 0x9d || r == 0x90:
			i += escapeLength(s[i:], r, n)
			continue
		case r == utf8.RuneError && n == 1:
			w.put(utf8.RuneError)
		case lineEnd(r, as):
			if r == '\r' && i+1 < len(s) && s[i+1] == '\n' {
				n++
			}
			w.newLine()
		case isSpace(r):
			w.white(r)
		case lostRune(r, w.last, s[i+n:]):
			w.put(utf8.RuneError)
		case unsafeRune(r):
		default:
			w.put(r)
		}
		i += n
	}
	out := composed(w.b.String())
	if as == asColumns {
		out = inColumns(out)
	}
	return out
}

// cleaner writes what is kept.
type cleaner struct {
	b     strings.Builder
	as    layout
	space bool
	last  rune // written last, but for white space: 0
	marks int  // in a row
}

func (w *cleaner) put(r rune) {
	if w.space && w.b.Len() > 0 {
		w.b.WriteByte(' ')
	}
	w.space = false
	if w.marks++; !isMark(r) {
		w.marks = 0
	}
	switch {
	case w.marks == rawMarks+1:
		w.b.WriteRune(utf8.RuneError)
	case w.marks > rawMarks:
	default:
		w.b.WriteRune(r)
	}
	w.last = r
}

func (w *cleaner) newLine() {
	w.space, w.last, w.marks = false, 0, 0
	w.b.WriteByte('\n')
}

func (w *cleaner) white(r rune) {
	w.last, w.marks = 0, 0
	switch {
	case w.as != asColumns:
		w.space = true
	case r == '\t':
		w.b.WriteByte('\t') // until it is known where it stands
	case r == 0x3000:
		w.b.WriteString("  ")
	default:
		w.b.WriteByte(' ')
	}
}

func isSpace(r rune) bool {
	switch r {
	case ' ', '\t', '\n', '\v', '\f', '\r', 0x85, 0xa0, 0x202f, 0x205f, 0x3000, 0x2028, 0x2029:
		return true
	}
	return r >= 0x2000 && r <= 0x200a
}

// lineEnd reports a character that ends a line, where lines are kept.
func lineEnd(r rune, as layout) bool {
	switch r {
	case '\n', '\r':
		return as != asLine
	case '\v', '\f', 0x85, 0x2028, 0x2029:
		return as == asColumns
	}
	return false
}

// isPlain reports text that cleaning leaves as it is: printable ASCII, Latin letters,
// Chinese characters and their punctuation, without doubled or outer spaces.
func isPlain(s string) bool {
	prev := byte(' ')
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if !plainRune(r) {
				return false
			}
			prev, i = c, i+n
			continue
		}
		if c < 0x20 || c > 0x7e || (c == ' ' && prev == ' ') {
			return false
		}
		prev, i = c, i+1
	}
	return s == "" || prev != ' '
}

// plainRune reports characters of what is written most: they compose with nothing
// and are no space, and U+FFFD, that stands for broken bytes, is not among them.
func plainRune(r rune) bool {
	return r >= 0x4e00 && r <= 0x9fff || r >= 0x3400 && r <= 0x4dbf || r >= 0xb0 && r <= 0x17f || r == 0x3001 || r == 0x3002 || r >= 0x3008 && r <= 0x3011 ||
		r >= 0xff01 && r <= 0xff5e || r == 0x2013 || r == 0x2014 || r >= 0x2018 && r <= 0x201d
}

func unsafeRune(r rune) bool {
	switch {
	case r < 0x20 || (r >= 0x7f && r < 0xa0): // C0, DEL, C1
	case r == 0xad || r == 0x34f || r == 0x61c || r == 0x180e: // soft hyphen, grapheme joiner, Arabic letter mark, vowel separator
	case r == 0x17b4 || r == 0x17b5 || (r >= 0x1d173 && r <= 0x1d17a): // unwritten vowels, musical controls
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
