package fhir

import (
	"encoding/base64"
	"html"
	"strings"
	"unicode/utf8"

	"github.com/ehrdesk/ehrdesk"
)

// Why is why an attachment has no text: "" where it has.
type Why string

const (
	Empty        Why = "empty"         // no bytes, or white space alone
	BrokenBase64 Why = "broken-base64" // what was sent is not base64
	PDF          Why = "pdf"
	Image        Why = "image"
	Binary       Why = "binary" // anything else that is not text
)

// Readable is the text of an attachment, or why there is none.
type Readable struct {
	Text    string // safe for a terminal, its columns kept
	Charset string // how the bytes were read; "" for RTF, which says it of each letter, and where Why is set
	Guessed bool   // the charset or the type was not declared, or did not fit
	Type    string // media type used, without parameters: declared, or looked at
	Bytes   int    // of the whole attachment
	Whole   bool   // false: the text is its beginning
	Why     Why
}

const (
	mostText  = 1 << 20  // bytes of text that are given
	mostPlain = 4 << 20  // bytes that are read of plain text
	mostRich  = 16 << 20 // bytes that are read of HTML and RTF, which hold pictures too
)

// Data decodes base64 as attachments hold it. White space, missing padding and
// the alphabet for URLs are forgiven; anything else gives BrokenBase64 and no
// data: half a document is not shown as one.
func Data(encoded string) ([]byte, Why) {
	s := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '\n', '\r', '\f', '\v':
			return -1
		case '-':
			return '+'
		case '_':
			return '/'
		}
		return r
	}, encoded)
	padded := s
	s = strings.TrimRight(s, "=")
	if len(padded)-len(s) > 2 {
		return nil, BrokenBase64
	}
	b, err := base64.RawStdEncoding.DecodeString(s)
	switch {
	case err != nil:
		return nil, BrokenBase64
	case len(b) == 0:
		return nil, Empty
	}
	return b, ""
}

// Encoded is Attachment of the base64 that a resource holds.
func Encoded(encoded, contentType string) Readable {
	b, why := Data(encoded)
	if why != "" {
		return Readable{Type: mediaOf(contentType).name, Whole: true, Why: why}
	}
	return Attachment(b, contentType)
}

// Attachment is the text of an attachment: plain text, HTML, RTF, XML and JSON
// of any length. The declared type and charset are believed where they fit the
// bytes; else the bytes are looked at, and Guessed says so.
func Attachment(data []byte, contentType string) Readable {
	m := mediaOf(contentType)
	out := Readable{Type: m.name, Bytes: len(data), Whole: true}
	if blank(data) {
		out.Why = Empty
		return out
	}
	seen := look(data)
	switch {
	case seen.why != "":
		out.Why, out.Guessed = seen.why, m.name != seen.name
		out.Type = m.orSeen(seen.name)
		return out
	case seen.kind == rtf:
		out.Guessed = m.kind != rtf
	case m.kind == html5 || m.kind == xhtml:
		seen = m
	case seen.kind == html5 || seen.kind == xhtml:
		out.Guessed = !m.markup()
	case m.kind == plain:
		seen = m
	case m.name == "image/svg+xml":
		out.Why = Image
		return out
	default: // no type, or one that the bytes belie
		out.Guessed = true
		seen.name = "text/plain"
	}
	out.Type = seen.name
	if seen.kind == rtf {
		b := out.beginning(data, mostRich)
		out.keep(richText(b))
		return out
	}
	most := mostRich
	if seen.kind == plain {
		most = mostPlain
	}
	b := out.beginning(data, most)
	text, charset, guessed := decode(b, m.charset, seen.kind != plain || m.markup() || looksXML(b))
	if seen.kind == plain && notText(text) {
		out.Why, out.Type = Binary, m.orSeen("application/octet-stream")
		out.Guessed = out.Type != m.name
		return out
	}
	out.Charset, out.Guessed = charset, out.Guessed || guessed
	switch {
	case seen.kind == plain:
		out.keep(ehrdesk.CleanColumns(beginningOf(text, 2*mostText)), len(text) <= 2*mostText)
	case !hasTags(text): // called HTML, and is none: its lines are lines
		text, whole := beginningOf(text, 2*mostText), len(text) <= 2*mostText
		out.keep(ehrdesk.CleanColumns(html.UnescapeString(text)), whole)
	default:
		out.keep(markupText(text, seen.kind == xhtml))
	}
	return out
}

// Narrative is the text of a narrative's XHTML.
func Narrative(div string) string {
	text, _ := markupText(beginningOf(div, mostRich), true)
	return beginningOf(text, mostText)
}

// beginning is as much of data as is read.
func (r *Readable) beginning(data []byte, most int) []byte {
	if len(data) > most {
		r.Whole = false
		return data[:most]
	}
	return data
}

func (r *Readable) keep(text string, whole bool) {
	r.Text = beginningOf(text, mostText)
	r.Whole = r.Whole && whole && len(r.Text) == len(text)
	if strings.TrimSpace(r.Text) == "" {
		r.Text, r.Why = "", Empty
	}
}

// beginningOf cuts s to at most n bytes, at the end of a line where one is near.
func beginningOf(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	if i := strings.LastIndexByte(s[:n], '\n'); i > n-4096 && i > 0 {
		n = i
	}
	return s[:n]
}

func blank(b []byte) bool {
	for _, c := range b {
		if c > ' ' {
			return false
		}
		if c != 0 && c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\v' {
			return false
		}
	}
	return true
}
