package paint

import (
	"strings"
	"unicode/utf8"
)

// Cut shortens s to w cells, ending in "…" when something was left out.
func Cut(s string, w int) string {
	if len(s) <= w && isASCII(s) || Width(s) <= w {
		return s
	}
	if w <= 0 {
		return ""
	}
	return s[:fit(s, w-1)] + "…"
}

// fit is the length in bytes of the longest start of s that takes w cells.
func fit(s string, w int) int {
	i := 0
	for i < len(s) {
		_, n, cw := next(s[i:])
		if w -= cw; w < 0 {
			break
		}
		i += n
	}
	return i
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Wrap appends the lines of s at width w to dst: broken at spaces, between
// Chinese characters, and inside a word only where it is wider than a line.
// Closing punctuation stays on the upper line. The lines are parts of s.
func Wrap(dst []string, s string, w int) []string {
	if w < 2 {
		w = 2
	}
	for {
		line, rest, more := strings.Cut(s, "\n")
		dst = wrapLine(dst, line, w)
		if !more {
			return dst
		}
		s = rest
	}
}

func wrapLine(dst []string, s string, w int) []string {
	if len(s) <= w && isASCII(s) {
		return append(dst, s)
	}
	start, brk, used, sinceBrk := 0, -1, 0, 0
	prevWide := false
	for i := 0; i < len(s); {
		cl, n, cw := next(s[i:])
		r, _ := utf8.DecodeRuneInString(cl)
		isWide := cw == 2
		if i > start && (isWide || prevWide) && cl != " " && !closing(r) {
			brk, sinceBrk = i, 0
		}
		if used+cw > w {
			if cl == " " { // the space that ends the line goes
				dst = append(dst, strings.TrimRight(s[start:i], " "))
				start, brk, used, sinceBrk, prevWide = i+n, -1, 0, 0, false
				i += n
				continue
			}
			at := brk
			if at <= start {
				at, sinceBrk = i, 0
			}
			dst = append(dst, strings.TrimRight(s[start:at], " "))
			start, brk, used = at, -1, sinceBrk
			if used+cw > w { // too narrow to keep the punctuation with its word
				dst = append(dst, s[start:i])
				start, used, sinceBrk = i, 0, 0
			}
		}
		used, sinceBrk = used+cw, sinceBrk+cw
		i += n
		if cl == " " {
			brk, sinceBrk = i, 0
		}
		prevWide = isWide
	}
	return append(dst, s[start:])
}

// closing reports punctuation that must not begin a line.
func closing(r rune) bool {
	return strings.ContainsRune("，。、；：！？）」』】》〉％)]}.,;:!?%", r)
}
