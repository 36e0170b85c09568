package ehrdesk

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
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

// A word must never become another one unseen. An accent that comes apart from
// its letter is joined to it; what a terminal cannot show as it was meant leaves
// U+FFFD where it stood.

const (
	rawMarks  = 16 // read in a row before they are composed
	mostMarks = 4  // kept on one letter: Hebrew points with an accent; more are no writing
)

// lostRune reports a character that is not shown and whose loss could make
// another word, number or sign of what stands around it. prev is what was
// written before it, rest what follows.
func lostRune(r, prev rune, rest string) bool {
	switch {
	case r == '\b': // what it took back cannot be told from what stays
		return true
	case r == 0x202d || r == 0x202e: // an override: its sender saw the letters in another order
		return true
	case r == 0x200c || r == 0x200d: // (non-)joiner: part of the spelling of Persian, Hindi, Sinhala, …
		next, _ := utf8.DecodeRuneInString(rest)
		return joiningScript(prev) || (prev != 0 && joiningScript(next))
	case (r >= 0xfe00 && r <= 0xfe0d) || (r >= 0xe0100 && r <= 0xe01ef): // another form of the letter
		return unicode.IsLetter(prev) || isMark(prev) || unicode.IsDigit(prev)
	case r == 0xfe0e || r == 0xfe0f: // as text or as a picture: the sign is the same
		return unicode.Is(unicode.Han, prev)
	case r >= 0xe0020 && r <= 0xe007f: // the letters of a flag of flags
		return prev == 0x1f3f4
	case r >= 0xfff9 && r <= 0xfffb: // a reading set over its word would run into it
		return true
	case r == 0x115f || r == 0x1160 || r == 0x3164 || r == 0xffa0: // letters without a form
		return true
	case r&0xfffe == 0xfffe || (r >= 0xfdd0 && r <= 0xfdef): // no characters
		return true
	case (r >= 0xe000 && r <= 0xf8ff) || r >= 0xf0000: // private use: a character lost on its way
		return true
	}
	return false
}

// joiningScript reports letters and marks of scripts in which a joiner or its
// absence is spelling: Arabic to Sinhala, Tibetan, Burmese, Khmer, Mongolian.
func joiningScript(r rune) bool {
	if !unicode.IsLetter(r) && !isMark(r) {
		return false
	}
	switch {
	case r >= 0x600 && r < 0xe00, r >= 0xf00 && r < 0x10a0, r >= 0x1700 && r < 0x1ce0:
		return true
	case r >= 0xa800 && r < 0xa960, r >= 0xa980 && r < 0xac00:
		return true
	case r >= 0xfb50 && r < 0xfe00, r >= 0xfe70 && r < 0xff00, r >= 0x10a00 && r < 0x12000, r >= 0x1e900 && r < 0x1e960:
		return true
	}
	return false
}

func isMark(r rune) bool { return r >= 0x300 && unicode.Is(unicode.M, r) }

// composed makes one character of a letter and its marks where Unicode has one
// (NFC), and bounds the marks on a letter. A character that stands alone stays
// the one that was sent: NFC would give an ideograph of a name another form.
func composed(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return isMark(r) || jamo(r) }) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for len(s) > 0 {
		n := norm.NFC.NextBoundaryInString(s, true)
		if n <= 0 {
			n = len(s)
		}
		part := s[:n]
		if s = s[n:]; utf8.RuneCountInString(part) > 1 {
			part = norm.NFC.String(part)
		}
		b.WriteString(part)
	}
	return fewMarks(b.String())
}

func jamo(r rune) bool { return r >= 0x1100 && r <= 0x11ff }

// fewMarks leaves at most mostMarks on a letter, and says where there were more.
func fewMarks(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	marks := 0
	for _, r := range s {
		if marks++; !unicode.In(r, unicode.Mn, unicode.Me) {
			marks = 0
		}
		switch {
		case marks == mostMarks+1:
			b.WriteRune(utf8.RuneError)
		case marks > mostMarks:
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// inColumns puts spaces for tabs, and takes the spaces off the ends of lines.
func inColumns(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for line := range strings.Lines(s) {
		body, end := strings.CutSuffix(line, "\n")
		body = strings.TrimRight(body, " \t")
		for x := 0; body != ""; {
			r, n := utf8.DecodeRuneInString(body)
			body = body[n:]
			if r == '\t' {
				k := 8 - x%8
				b.WriteString(spaces[:k])
				x += k
				continue
			}
			b.WriteRune(r)
			x += cells(r)
		}
		if end {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

const spaces = "        "

// cells is how many a terminal gives a character.
func cells(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
