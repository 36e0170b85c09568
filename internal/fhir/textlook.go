package fhir

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is how bytes are read.
type kind uint8

const (
	unknown kind = iota
	plain
	html5
	xhtml
	rtf
)

// media is a content type, declared or seen.
type media struct {
	name    string // lower case, no parameters
	charset string
	kind    kind
	why     Why // there is no text in such a thing
}

// mediaOf reads a content type in any case, with or without parameters.
func mediaOf(s string) media {
	name, rest, _ := strings.Cut(s, ";")
	m := media{name: strings.ToLower(strings.TrimSpace(name))}
	for p := range strings.SplitSeq(rest, ";") {
		key, value, _ := strings.Cut(p, "=")
		if strings.EqualFold(strings.TrimSpace(key), "charset") && m.charset == "" {
			m.charset = strings.Trim(strings.TrimSpace(value), `"' `)
		}
	}
	if m.name = clip(m.name); len(m.charset) > 40 {
		m.charset = ""
	}
	switch {
	case m.name == "text/html":
		m.kind = html5
	case m.name == "application/xhtml+xml" || m.name == "application/xhtml":
		m.kind = xhtml
	case m.name == "text/rtf", m.name == "application/rtf", m.name == "text/richtext", m.name == "application/x-rtf":
		m.kind = rtf
	case m.name == "image/svg+xml":
	case strings.HasPrefix(m.name, "text/"), strings.HasSuffix(m.name, "+xml"), strings.HasSuffix(m.name, "+json"),
		m.name == "application/xml", m.name == "application/json", m.name == "application/hl7-v2", m.name == "x-application/hl7-v2+er7":
		m.kind = plain
	}
	return m
}

// clip makes a name of outside safe to hand on.
func clip(s string) string {
	ok := func(r rune) bool { return r > ' ' && r < 0x7f }
	if len(s) > 100 || strings.ContainsFunc(s, func(r rune) bool { return !ok(r) }) {
		return ""
	}
	return s
}

func (m media) orSeen(seen string) string {
	if m.name == "" || m.kind != unknown || m.name == "application/octet-stream" {
		return seen
	}
	return m.name
}

// markup reports a declared type that carries its charset inside.
func (m media) markup() bool {
	return m.kind == html5 || m.kind == xhtml || strings.HasSuffix(m.name, "xml")
}

// byteOrderMarks are those of UTF-8 and of UTF-16 either way round.
var byteOrderMarks = [][]byte{{0xef, 0xbb, 0xbf}, {0xff, 0xfe}, {0xfe, 0xff}}

// look says what bytes are by their beginning: RTF, HTML, a thing without text,
// or perhaps text.
func look(b []byte) media {
	head := b[:min(len(b), 1024)]
	for _, m := range []struct {
		magic, name string
		why         Why
	}{
		{"%PDF-", "application/pdf", PDF}, {"\x89PNG\r\n", "image/png", Image}, {"\xff\xd8\xff", "image/jpeg", Image},
		{"GIF87a", "image/gif", Image}, {"GIF89a", "image/gif", Image}, {"II*\x00", "image/tiff", Image}, {"MM\x00*", "image/tiff", Image},
		{"PK\x03\x04", "application/zip", Binary}, {"\x1f\x8b\x08", "application/gzip", Binary},
		{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage", Binary},
	} {
		if bytes.HasPrefix(head, []byte(m.magic)) {
			return media{name: m.name, why: m.why}
		}
	}
	switch {
	case len(head) > 132 && string(head[128:132]) == "DICM":
		return media{name: "application/dicom", why: Image}
	case len(head) > 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP":
		return media{name: "image/webp", why: Image}
	}
	for _, mark := range byteOrderMarks {
		head = bytes.TrimPrefix(head, mark)
	}
	start := strings.ToLower(string(bytes.ReplaceAll(head, []byte{0}, nil))) // of UTF-16 too
	start = strings.TrimLeft(start, "\ufeff\ufffd \t\r\n")
	switch {
	case strings.HasPrefix(start, `{\rtf`):
		return media{name: "application/rtf", kind: rtf}
	case strings.HasPrefix(start, "<!doctype html"), htmlStart(start):
		if strings.Contains(start, "http://www.w3.org/1999/xhtml") || strings.Contains(start, "//dtd xhtml") {
			return media{name: "application/xhtml+xml", kind: xhtml}
		}
		return media{name: "text/html", kind: html5}
	}
	return media{kind: plain}
}

// htmlStart reports a first element that only HTML has, after comments and an
// XML declaration.
func htmlStart(s string) bool {
	for range 8 {
		s = strings.TrimLeft(s, " \t\r\n")
		end := ""
		switch {
		case strings.HasPrefix(s, "<?"), strings.HasPrefix(s, "<!doctype"):
			end = ">"
		case strings.HasPrefix(s, "<!--"):
			end = "-->"
		default:
			for _, tag := range []string{"html", "head", "body", "div", "p", "table", "h1", "h2", "h3", "ul", "ol", "span", "pre", "br", "b", "font", "meta"} {
				if rest, ok := strings.CutPrefix(s, "<"+tag); ok && (rest == "" || strings.ContainsRune(" \t\r\n/>", rune(rest[0]))) {
					return strings.Contains(rest, ">")
				}
			}
			return false
		}
		_, rest, ok := strings.Cut(s, end)
		if !ok {
			return false
		}
		s = rest
	}
	return false
}

func looksXML(b []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(b[:min(len(b), 64)], " \t\r\n"), []byte("<?xml"))
}

// notText reports decoded bytes that nobody wrote as text: one in ten is a
// control, lost, or a character nobody has given a meaning.
func notText(s string) bool {
	s = beginningOf(s, 64<<10)
	bad, all := 0, 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		all++
		switch {
		case r == '\t' || r == '\n' || r == '\r' || r == '\f' || r == '\v' || r == 0x1b || r == '\b' || r == 0x1c || r == 0x85:
		case r == 0:
			bad += 3
		case r == utf8.RuneError || unicode.IsControl(r):
			bad++
		}
	}
	return bad*10 > all
}
