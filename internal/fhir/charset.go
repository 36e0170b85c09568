package fhir

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// decode makes text of bytes. In this order it believes a byte-order mark, the
// label that was declared, what markup says of itself, and the bytes. A label
// that plainly does not fit is not believed. Bytes that mean nothing become
// U+FFFD, so that they are seen.
func decode(b []byte, label string, markup bool) (text, charset string, guessed bool) {
	if name, n := byteOrderMark(b); name != "" {
		return read(b[n:], encodingOf(name)), name, false
	}
	if label = strings.ToLower(strings.TrimSpace(label)); encodingOf(label) == nil {
		label = ""
	}
	if label == "" && markup {
		label = inside(b)
	}
	if label != "" && !contradicted(b, label) {
		name := label
		if isUTF16(label) {
			name = utf16Order(b, label)
		}
		return read(b, encodingOf(name)), label, false
	}
	name := guess(b)
	return read(b, encodingOf(name)), name, label != "" || name != "utf-8" || !ascii(b)
}

func byteOrderMark(b []byte) (name string, length int) {
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		return "utf-8", 3
	case bytes.HasPrefix(b, []byte("\xff\xfe\x00\x00")) && len(b)%4 == 0:
		return "utf-32le", 4
	case bytes.HasPrefix(b, []byte("\x00\x00\xfe\xff")):
		return "utf-32be", 4
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		return "utf-16le", 2
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		return "utf-16be", 2
	case bytes.HasPrefix(b, []byte("\x84\x31\x95\x33")):
		return "gb18030", 4
	}
	return "", 0
}

// encodingOf knows the labels of the WHATWG and IANA, and those that programs in
// Hong Kong write. nil: no such charset.
func encodingOf(label string) encoding.Encoding {
	switch label {
	case "":
		return nil
	case "utf-8", "utf8", "us-ascii", "ascii", "ansi_x3.4-1968", "unicode-1-1-utf-8":
		return unicode.UTF8
	case "utf-16le", "utf-16", "utf16", "ucs-2", "unicode", "iso-10646-ucs-2", "utf16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case "utf-16be", "utf16be":
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case "utf-32", "utf-32be", "utf32", "ucs-4":
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)
	case "utf-32le":
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)
	case "big5", "big-5", "cp950", "cp-950", "ms950", "windows-950", "x-windows-950", "950", "big5-hkscs", "big5hkscs", "big5-hkscs:2004", "big5_hkscs", "hkscs", "big5-eten":
		return traditionalchinese.Big5
	case "gb2312", "gbk", "gb18030", "gb-18030", "gb18030-2022", "cp936", "cp-936", "ms936", "windows-936", "936", "euc-cn", "gb_2312-80", "gb2312-80", "x-gbk":
		return simplifiedchinese.GB18030
	case "hz-gb-2312":
		return simplifiedchinese.HZGB2312
	case "latin-1", "iso8859_1", "8859_1", "cp1252", "windows1252", "ansi":
		return charmap.Windows1252
	case "cp850", "ibm850":
		return charmap.CodePage850
	case "cp437", "ibm437":
		return charmap.CodePage437
	}
	if e, err := htmlindex.Get(label); err == nil && e != encoding.Replacement {
		return e
	}
	if e, err := ianaindex.IANA.Encoding(label); err == nil && e != nil && e != encoding.Replacement {
		return e
	}
	return nil
}

func isUTF16(label string) bool {
	switch label {
	case "utf-16", "utf16", "ucs-2", "unicode", "iso-10646-ucs-2":
		return true
	}
	return false
}

// read decodes with U+FFFD for what means nothing. Control characters of the C1
// set are such: no text has them, they are bytes of another charset.
func read(b []byte, e encoding.Encoding) string {
	var s string
	if e == unicode.UTF8 {
		s = strings.ToValidUTF8(string(b), "\ufffd")
		if utf8.Valid(b) {
			return s
		}
		var out strings.Builder // each lost byte is seen, not each run of them
		for len(b) > 0 {
			r, n := utf8.DecodeRune(b)
			out.WriteRune(r)
			b = b[n:]
		}
		return out.String()
	}
	d, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(d), "\ufffd") + "\ufffd"
	}
	s = string(d)
	return strings.Map(func(r rune) rune {
		if r >= 0x80 && r < 0xa0 && r != 0x85 {
			return utf8.RuneError
		}
		return r
	}, s)
}

// inside is the charset that markup names: in an XML declaration, in a meta
// element. Its first kilobyte is looked at, as browsers do.
func inside(b []byte) string {
	head := b[:min(len(b), 1024)]
	for _, p := range []string{
		`^\s*<\?xml\s[^>]*\bencoding\s*=\s*["']?([-A-Za-z0-9_.:]+)`,
		`(?i)<meta\s[^>]*\bcharset\s*=\s*["']?\s*([-A-Za-z0-9_.:]+)`,
	} {
		if m := regexp.MustCompile(p).FindSubmatch(head); m != nil {
			label := strings.ToLower(string(m[1]))
			if strings.HasPrefix(label, "utf-16") || strings.HasPrefix(label, "utf-32") { // it was read as bytes: it cannot be
				continue
			}
			if encodingOf(label) != nil {
				return label
			}
		}
	}
	return ""
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
