package paint

import (
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/text/unicode/norm"
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
		if c := s[i]; c < utf8.RuneSelf && (i+1 == len(s) || s[i+1] < 0xcc) {
			if c >= 0x20 && c != 0x7f {
				n++
			}
			i++
			continue
		}
		_, size, w := next(s[i:])
		n += w
		i += size
	}
	return n
}

// widest is how many cells a cluster may take; a longer one comes in parts.
const widest = 8

// next reads one cluster, a character with all that joins it: what to draw
// (empty for what must not be drawn), the bytes consumed and the cells taken.
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
	case joins(r): // with nothing before it, it would join the cell to its left
		return string(Lost), len(cl), 1
	case w == 0:
		return "", len(cl), 0
	case hasControl(cl): // one cell that says so
		return string(Lost), len(cl), 1
	case r < utf8.RuneSelf && n < len(cl):
		if one := norm.NFC.String(cl); one[0] >= utf8.RuneSelf {
			return one, len(cl), 1
		}
		return cl[:n] + string(Lost), len(cl), 2 // the renderer drops marks of ASCII: x with a bar would be an x
	case syllable(cl):
		end, cells := 0, 0
		for end < len(cl) {
			k, pw := piece(cl[end:])
			if end > 0 && cells+pw > widest {
				break
			}
			end, cells = end+k, cells+pw
		}
		return cl[:end], end, cells
	case w > 2 || ansi.StringWidthWc(cl) != w: // terminals disagree
		return string(Lost), len(cl), 1
	}
	return cl, len(cl), w
}

// syllable reports a cluster in which more than one character takes cells of its
// own: a Hindi or Burmese consonant with the signs beside it, Thai am, half-width
// kana with their voicing. Some terminals give each its cells, others give the
// cluster those of one character; see Canvas.Clusters.
func syllable(cl string) bool {
	if r, _ := utf8.DecodeRuneInString(cl); r >= 0x1f000 {
		return false // pictures
	}
	n := 0
	for _, r := range cl {
		if alone(r) > 0 {
			n++
		}
	}
	return n > 1
}

// piece is the first character of a cluster that takes cells, with the marks
// above and below it: bytes, and cells.
func piece(s string) (size, width int) {
	for size < len(s) {
		r, n := utf8.DecodeRuneInString(s[size:])
		w := alone(r)
		if width > 0 && w > 0 {
			break
		}
		width += w
		size += n
	}
	return size, width
}

// alone is how many cells a character inside a cluster takes where terminals
// count each by itself: none for a mark above or below, one for a sign beside.
func alone(r rune) int {
	switch {
	case r < 0x300, unicode.Is(unicode.Mc, r):
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case wide(r):
		return 2
	}
	return min(ansi.StringWidthWc(string(r)), 2)
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

// hasControl reports characters of which a terminal shows none, or joins by them
// what it should not.
func hasControl(s string) bool {
	for _, r := range s {
		if r < 0x20 || (r >= 0x7f && r < 0xa0) || r == 0x200c || r == 0x200d {
			return true
		}
	}
	return false
}
