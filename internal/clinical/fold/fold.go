// Package fold makes of a text the form that is searched, in which what a person takes
// for the same is the same: upper and lower case, accents however they are encoded,
// full and half width, Traditional and Simplified Chinese. It promises that folding what
// is folded changes nothing, that a part of a text is folded to a part of the folded
// text, and that each byte of that leads back to the text as recorded.
package fold

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/ehrdesk/ehrdesk/internal/tables"
)

// Characters from here to there are looked up in an array, the rest in a map.
const firstHan, lastHan = 0x3400, 0x9FFF

// table is the one form of Chinese characters.
type table struct {
	near [lastHan - firstHan + 1]uint16 // 0: the character itself
	far  map[rune]rune
}

var hanzi = sync.OnceValue(func() *table {
	t := &table{far: map[rune]rune{}}
	for _, f := range tables.Hanzi() {
		one, _ := utf8.DecodeRuneInString(f[0])
		for _, r := range f[1] {
			if r >= firstHan && r <= lastHan && one <= 0xFFFF {
				t.near[r-firstHan] = uint16(one)
			} else {
				t.far[r] = one
			}
		}
	}
	return t
})

func (t *table) of(r rune) rune {
	if r >= firstHan && r <= lastHan {
		if one := t.near[r-firstHan]; one != 0 {
			return rune(one)
		}
		return r
	}
	if r > lastHan {
		if one, ok := t.far[r]; ok {
			return one
		}
	}
	return r
}

// letters are those that people write in two ways and Unicode does not decompose, and
// signs that keyboards do not have.
var letters = map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ı': "i", 'ς': "σ",
	'‐': "-", '‒': "-", '–': "-", '−': "-", '‘': "'", '’': "'", '“': `"`, '”': `"`}

// String is s folded.
func String(s string) string { return string(Append(make([]byte, 0, len(s)), s)) }

// Append puts s folded behind dst.
func Append(dst []byte, s string) []byte {
	t := hanzi()
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			dst = append(dst, c)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		dst = t.append(dst, r, s[i:i+n])
		i += n
	}
	return dst
}

// append folds one character, r as it stands in s.
func (t *table) append(dst []byte, r rune, s string) []byte {
	switch {
	case r >= firstHan && r <= lastHan:
		return utf8.AppendRune(dst, t.of(r))
	case r >= 0xFF01 && r <= 0xFF5E: // full width
		return append(dst, byte(unicode.ToLower(r-0xFEE0)))
	case r == 0x3001, r == 0x3002, r == utf8.RuneError: // '、' and '。'; bytes that are no text
		return utf8.AppendRune(dst, r)
	}
	var room [32]byte
	for _, r := range string(norm.NFKD.AppendString(room[:0], s)) {
		if ignored(r) {
			continue
		}
		r = unicode.ToLower(r)
		if word, ok := letters[r]; ok {
			dst = append(dst, word...)
			continue
		}
		dst = utf8.AppendRune(dst, t.of(r))
	}
	return dst
}

// ignored are accents and signs that are not seen.
func ignored(r rune) bool {
	switch {
	case r < 0xAD:
		return false
	case r == 0xAD, r >= 0x200B && r <= 0x200F, r == 0x2060, r == 0xFEFF:
		return true
	}
	return unicode.Is(unicode.Mn, r)
}

// Text is a text folded, with the way back.
type Text struct {
	Folded string
	from   []int32 // for each byte of Folded, and its end, where its character begins as recorded
	length int
}

// Map folds s and keeps the way back.
func Map(s string) Text {
	out := Text{from: make([]int32, 0, len(s)+1), length: len(s)}
	t, dst := hanzi(), make([]byte, 0, len(s))
	for i, r := range s {
		n := utf8.RuneLen(r)
		if r == utf8.RuneError {
			_, n = utf8.DecodeRuneInString(s[i:])
		}
		if r < utf8.RuneSelf {
			dst = append(dst, byte(unicode.ToLower(r)))
		} else {
			dst = t.append(dst, r, s[i:i+n])
		}
		for len(out.from) < len(dst) {
			out.from = append(out.from, int32(i))
		}
	}
	out.from = append(out.from, int32(len(s)))
	out.Folded = string(dst)
	return out
}

// Recorded is where the bytes of Folded from i to j stand in the text as recorded,
// whole characters with their accents.
func (t *Text) Recorded(i, j int) (from, to int) {
	if i >= j {
		return int(t.from[i]), int(t.from[i])
	}
	from = int(t.from[i])
	last := t.from[j-1]
	for j < len(t.from)-1 && t.from[j] == last {
		j++ // part of a character that folds to several
	}
	return from, int(t.from[j])
}

// Han reports a character that is a word by itself or with its neighbour: Chinese is
// written without spaces.
func Han(r rune) bool { return r >= 0x2E80 && unicode.Is(unicode.Han, r) }

// Terms are the words of a query, folded: what stands between spaces.
func Terms(query string) []string { return strings.Fields(String(query)) }
