package fhir

import (
	"strings"
	"unicode/utf8"
)

// guess is the charset that bytes without a label are most likely in: UTF-16 or
// UTF-32 by where their zeros stand, UTF-8 where they are valid, else the likest
// of Big5 with HKSCS, GB18030 and windows-1252.
func guess(b []byte) string {
	if name := byZeros(b); name != "" {
		return name
	}
	if n, bad := multibyte(b); bad == 0 || n > 2*bad {
		return "utf-8"
	}
	best, most := "windows-1252", latin(b)
	for _, name := range []string{"big5", "gb18030"} {
		if n := chinese(b, name); n > most {
			best, most = name, n
		}
	}
	return best
}

// byZeros finds UTF-16 and UTF-32 in the zeros that Western letters leave.
func byZeros(b []byte) string {
	b = b[:min(len(b), 64<<10)&^3]
	if len(b) < 4 {
		return ""
	}
	var zero [4]int
	for i, c := range b {
		if c == 0 {
			zero[i%4]++
		}
	}
	n := len(b) / 4
	mostly := func(k int) bool { return k*2 > n }
	few := func(k int) bool { return k*20 <= n }
	switch {
	case mostly(zero[0]) && mostly(zero[1]) && few(zero[3]) && zero[0] == n:
		return "utf-32be"
	case mostly(zero[2]) && mostly(zero[3]) && few(zero[0]) && zero[3] == n:
		return "utf-32le"
	case few(zero[0]+zero[2]) && (zero[1]+zero[3])*10 > n:
		return "utf-16le"
	case few(zero[1]+zero[3]) && (zero[0]+zero[2])*10 > n:
		return "utf-16be"
	}
	return ""
}

// utf16Order is which byte comes first where the label does not say.
func utf16Order(b []byte, label string) string {
	if name := byZeros(b); strings.HasPrefix(name, "utf-16") {
		return name
	}
	head := b[:min(len(b), 64<<10)]
	if likely(read(head, encodingOf("utf-16be"))) > likely(read(head, encodingOf("utf-16le"))) {
		return "utf-16be"
	}
	return "utf-16le"
}

// likely counts what is written often, less what hardly is.
func likely(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r >= ' ' && r < 0x7f, r == '\n', r == '\r', r >= 0x4e00 && r < 0xa000, r >= 0x3000 && r < 0x3020, r >= 0xff00 && r < 0xff5f:
			n++
		default:
			n--
		}
	}
	return n
}

// multibyte counts the valid sequences of several bytes in UTF-8, and the bytes
// that are none. A sequence that the end cut off is not counted as bad.
func multibyte(b []byte) (valid, bad int) {
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		switch {
		case r != utf8.RuneError || n > 1:
			valid++
		case len(b)-i < utf8.UTFMax && !utf8.FullRune(b[i:]) && i > mostPlain/2:
			return valid, bad
		default:
			bad++
		}
		i += n
	}
	return valid, bad
}

// contradicted reports a label that the bytes belie, so plainly that to follow
// it would show another text than was written.
func contradicted(b []byte, label string) bool {
	b = b[:min(len(b), 256<<10)]
	valid, bad := multibyte(b)
	family, _, _ := strings.Cut(label, "-")
	switch e := encodingOf(label); {
	case e == encodingOf("utf-8"):
		return byZeros(b) != "" || bad > 0 && valid <= bad
	case family == "utf" || isUTF16(label) || strings.HasPrefix(label, "utf"):
		z := byZeros(b)
		if z != "" {
			return !strings.HasPrefix(z, label[:min(len(label), 6)]) && !(isUTF16(label) && strings.HasPrefix(z, "utf-16"))
		}
		return bad == 0 && (valid > 2 || written(b))
	case byZeros(b) != "":
		return true
	case e == encodingOf("big5") || e == encodingOf("gb18030"):
		if bad == 0 && valid > 1 && threeByte(b) > 1 {
			return true
		}
		own, other := "big5", "gb18030"
		if e == encodingOf("gb18030") {
			own, other = other, own
		}
		mine, theirs := chinese(b, own), chinese(b, other)
		if strings.ContainsRune(read(b, e), utf8.RuneError) && mine < 0 && max(theirs, latin(b)) > 0.5 {
			return true
		}
		return valid+bad > 10 && theirs-mine > 0.5
	}
	if bad == 0 && valid > 0 {
		return true
	}
	return singleByteLatin(label) && latin(b) < 0 && max(chinese(b, "big5"), chinese(b, "gb18030")) > 0.7
}

// written reports bytes of which most are small letters and spaces: a sentence
// in ASCII, hardly characters of two bytes.
func written(b []byte) bool {
	n := 0
	for _, c := range b {
		switch {
		case c >= 'a' && c <= 'z' || c == ' ':
			n++
		case c < ' ' && c != '\n' && c != '\r' && c != '\t':
			return false
		}
	}
	return len(b) >= 8 && n*10 >= len(b)*7
}

func singleByteLatin(label string) bool {
	return encodingOf(label) == encodingOf("cp1252") || strings.HasPrefix(label, "iso-8859-1")
}

// threeByte counts sequences of three bytes in valid UTF-8.
func threeByte(b []byte) int {
	n := 0
	for _, c := range b {
		if c&0xf0 == 0xe0 {
			n++
		}
	}
	return n
}

// latin is how well bytes above ASCII fit a Western text, from -1 to 1: letters
// and signs of such texts that stand among ASCII.
func latin(b []byte) float64 {
	sum, n := 0, 0
	for i, c := range b {
		if c < 0x80 {
			continue
		}
		n++
		alone := (i == 0 || b[i-1] < 0x80) && (i+1 == len(b) || b[i+1] < 0x80)
		if alone && westernByte(c) {
			sum++
		} else {
			sum--
		}
	}
	if n == 0 {
		return 0
	}
	return float64(sum) / float64(n)
}

func westernByte(c byte) bool {
	switch {
	case c >= 0xc0, c >= 0x91 && c <= 0x97, c >= 0xb0 && c <= 0xb5, c >= 0xb9:
		return true
	}
	return strings.IndexByte("\x80\x85\x8a\x8c\x8e\x99\x9a\x9c\x9e\x9f\xa0\xa3\xa7\xa9\xab\xae\xb7", c) >= 0
}

// chinese is how well bytes fit Big5 or GB18030, up to 1: the share of characters
// from the blocks of frequent ones, less rare ones, much less what is none.
func chinese(b []byte, name string) float64 {
	sum, n := 0.0, 0
	for i := 0; i < len(b); {
		if b[i] < 0x80 {
			i++
			continue
		}
		n++
		if i+1 >= len(b) {
			break // cut off
		}
		lead, trail := b[i], b[i+1]
		four := name == "gb18030" && trail >= 0x30 && trail <= 0x39 && i+3 < len(b) && b[i+2] > 0x80 && b[i+3] >= 0x30 && b[i+3] <= 0x39
		switch weight := pair(name, lead, trail); {
		case four:
			sum -= 0.3
			i += 4
		case weight < -1:
			sum += weight
			i++
		default:
			sum += weight
			i += 2
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

// pair weighs two bytes. Big5 has its frequent characters in A4 to C6 and its
// punctuation in A1; GB in B0 to D7, with A1 and A3. What one has often, the
// other has in rows of kana, Greek and Cyrillic, or of rare characters.
func pair(name string, lead, trail byte) float64 {
	if lead == 0x80 || lead == 0xff || trail < 0x40 || trail == 0x7f || trail == 0xff {
		return -3
	}
	if name == "big5" {
		switch {
		case trail > 0x7e && trail < 0xa1, lead < 0x87:
			return -3
		case lead >= 0xa4 && lead <= 0xc5, lead == 0xc6 && trail <= 0x7e, lead == 0xa1:
			return 1
		case lead == 0xa2 || lead == 0xa3:
			return 0.2
		}
		return -0.3
	}
	switch {
	case trail >= 0xa1 && (lead == 0xa1 || lead == 0xa3 || lead >= 0xb0 && lead <= 0xd7):
		return 1
	case trail >= 0xa1 && lead == 0xa2:
		return 0.2
	case trail >= 0xa1 && lead >= 0xa4 && lead <= 0xaf:
		return -0.7
	}
	return -0.3
}
