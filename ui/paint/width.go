package paint

import (
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Lost stands where something outside the safe set was.
const Lost = utf8.RuneError

// wide lists the ranges of two-cell characters that names, addresses and
// records in Hong Kong use, plus the rest of Unicode's wide blocks, ascending.
func wide(r rune) bool {
	switch {
	case r < 0x1100:
		return false
	case r <= 0x115f: // Hangul jamo
		return true
	case r < 0x2e80:
		return false
	case r == 0x303f, r >= 0x3248 && r <= 0x324f:
		return false
	case r <= 0xa4cf: // radicals, kana, bopomofo, CJK, Yi
		return !(r >= 0x302a && r <= 0x302f) && !(r >= 0x3099 && r <= 0x309a) && !(r >= 0x4dc0 && r <= 0x4dff)
	case r >= 0xa960 && r <= 0xa97c, r >= 0xac00 && r <= 0xd7a3: // Hangul
		return true
	case r >= 0xf900 && r <= 0xfaff: // compatibility ideographs
		return true
	case r >= 0xfe30 && r <= 0xfe6f, r >= 0xff01 && r <= 0xff60, r >= 0xffe0 && r <= 0xffe6: // full-width forms
		return true
	case r >= 0x20000 && r <= 0x3fffd: // supplementary ideographs, HKSCS
		return true
	}
	return false
}

// RuneWidth is how many cells r takes by itself: 0 for a control or a mark.
func RuneWidth(r rune) int {
	switch {
	case r >= 0x20 && r < 0x7f:
		return 1
	case r < 0xa0 || r == 0xad:
		return 0
	case r < 0x300:
		return 1
	case wide(r):
		return 2
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Cc, unicode.Cs, unicode.Co):
		return 0
	case simple(r):
		return 1
	default:
		return ansi.StringWidth(string(r))
	}
}

// simple reports characters that every width library and terminal counts alone
// and alike, so that the slow road through grapheme clusters is not needed.
func simple(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r < 0xa0, r == 0xad:
		return false
	case r < 0x300: // Latin
		return true
	case r >= 0x370 && r < 0x483, r >= 0x48a && r < 0x591: // Greek, Cyrillic, Armenian
		return true
	case r >= 0x1e00 && r < 0x2000: // Latin and Greek extended
		return true
	case r >= 0x2010 && r < 0x2028, r >= 0x2030 && r < 0x205f, r >= 0x2070 && r < 0x20d0: // punctuation, currency
		return true
	case r >= 0x2100 && r < 0x231a, r >= 0x2500 && r < 0x25fd: // letters, arrows, mathematics, boxes, shapes
		return true
	case r == utf8.RuneError:
		return true
	}
	return false
}

// Width is how many cells s takes on the canvas.
func Width(s string) int {
	n := 0
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c >= 0x20 && c != 0x7f {
				n++
			}
			i++
			if i < len(s) && s[i] >= utf8.RuneSelf && markAt(s[i:]) {
				i += markLen(s[i:])
			}
			continue
		}
		_, size, w := next(s[i:])
		n += w
		i += size
	}
	return n
}

// next reads one cell's worth of text: the runes to draw as one cluster (empty
// for what must not be drawn), the bytes consumed and the cells taken.
func next(s string) (cluster string, size, width int) {
	r, n := utf8.DecodeRuneInString(s)
	switch {
	case r < 0x20 || (r >= 0x7f && r < 0xa0):
		return "", n, 0
	case (simple(r) || wide(r)) && !markAt(s[n:]):
		w := 1
		if wide(r) {
			w = 2
		}
		return s[:n], n, w
	}
	cl, w := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	if cl == "" {
		return "", n, 0
	}
	switch {
	case w == 0:
		return "", len(cl), 0
	case joins(r): // with nothing before it, it would join the cell to its left
		return string(Lost), len(cl), 1
	case w > 2 || ansi.StringWidthWc(cl) != w || hasControl(cl): // terminals disagree: one cell that says so
		return string(Lost), len(cl), 1
	}
	return cl, len(cl), w
}

// markAt reports whether s starts with something that joins what stands before.
func markAt(s string) bool {
	if s == "" || s[0] < 0xcc {
		return false
	}
	r, _ := utf8.DecodeRuneInString(s)
	if r < 0x300 || (r >= 0x370 && r < 0x483) || (r >= 0x2e80 && r < 0x302a) || (r >= 0x3100 && r < 0xa4d0) || (r >= 0xff00 && r < 0xfff0) {
		return false
	}
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc, unicode.Cf) || (r >= 0x1f3fb && r <= 0x1f3ff)
}

// joins reports a character that the renderer makes one with what stands before
// it: marks, skin tones, half-width voicing marks.
func joins(r rune) bool {
	cl, _ := ansi.FirstGraphemeCluster("a"+string(r), ansi.GraphemeWidth)
	return len(cl) > 1
}

// markLen is the length of the marks s starts with.
func markLen(s string) int {
	n := 0
	for n < len(s) && markAt(s[n:]) {
		_, k := utf8.DecodeRuneInString(s[n:])
		n += k
	}
	return n
}

func hasControl(s string) bool {
	for _, r := range s {
		if r < 0x20 || (r >= 0x7f && r < 0xa0) {
			return true
		}
	}
	return false
}
