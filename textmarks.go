package ehrdesk

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

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
