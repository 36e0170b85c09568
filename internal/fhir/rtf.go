package fhir

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/ehrdesk/ehrdesk"
)

// RTF is read by a reader of our own: the libraries there are know one code
// page, and notes of Hong Kong are written in several. It goes over the bytes
// once, keeps the state of at most deepest groups, and looks at no more of the
// format than says which text a reader of the note would have seen.

// format is the state that a group restores.
type format struct {
	dest                    dest
	font, farFont           int
	far                     bool // the letters come in the font for East Asian text
	uc                      int  // characters to pass over after \u
	deleted, strike, hidden bool
	raised                  bool
	inTable                 bool
	upr                     bool // its first group says for old readers what its second says
	field                   bool // of a field's instruction: a form's state may stand in it
	ends                    string
}

// dest is where text of a group goes.
type dest uint8

const (
	body  dest = iota
	gone       // nowhere
	fonts      // the table of fonts
	form       // a form field's state
)

type richReader struct {
	b      []byte
	i      int
	out    *page
	f      format
	stack  []format
	over   int // groups deeper than the stack
	fonts  map[int]fontInfo
	page   string // code page of the document
	first  int    // font where none is chosen
	skip   int    // characters that stand for what \u said
	high   rune   // first half of a pair
	bytes  []byte // of text, until it is known that no more of them belong together
	name   strings.Builder
	row    []string
	table  table
	outer  *page
	inRow  bool
	star   bool // \* was read: what is not known is not shown
	opened bool // the group has just begun
	field  formField
}

type fontInfo struct {
	charset int
	symbol  string // "symbol", "dingbats": glyphs, no letters
	page    string
}

// richText is the text of RTF; whole is false where its end was not reached.
func richText(b []byte) (text string, whole bool) {
	r := richReader{b: b, out: newPage(), page: "windows-1252", fonts: map[int]fontInfo{}}
	r.f.uc, r.f.font, r.f.farFont = 1, -1, -1
	for r.i < len(r.b) && !r.out.full() {
		r.step()
	}
	whole = r.i >= len(r.b)
	r.flush()
	r.endRow()
	r.endTable()
	return strings.Trim(ehrdesk.CleanColumns(r.out.text()), "\n"), whole && !r.out.overfull
}

func (r *richReader) step() {
	c := r.b[r.i]
	r.i++
	switch c {
	case '{':
		r.flush()
		r.skip = 0
		if len(r.stack) < deepest {
			r.stack = append(r.stack, r.f)
		} else {
			r.over++
		}
		if r.f.upr { // the form for old readers comes first, and is said again
			r.f.dest, r.f.upr = gone, false
			r.stack[len(r.stack)-1].upr = false
		}
		r.f.ends = ""
		r.opened, r.star = true, false
		return
	case '}':
		r.flush()
		r.skip = 0
		r.endGroup()
	case '\\':
		r.control()
		return
	case '\r', '\n', 0:
		return
	default:
		r.char(c)
	}
	r.opened, r.star = false, false
}

func (r *richReader) endGroup() {
	switch {
	case r.f.dest == fonts:
		r.nameFont()
	case r.f.dest == form && len(r.stack) > 0 && r.stack[len(r.stack)-1].dest != form:
		defer r.say(r.field.text())
		r.field = formField{}
	}
	if r.f.ends != "" {
		r.emit(r.f.ends)
	}
	switch n := len(r.stack); {
	case r.over > 0:
		r.over--
	case n > 0:
		r.f, r.stack = r.stack[n-1], r.stack[:n-1]
	}
}

// say writes text that stands for something, into a group that has none.
func (r *richReader) say(s string) {
	d := r.f.dest
	if d == gone && r.f.field {
		r.f.dest = body
	}
	r.emit(s)
	r.f.dest = d
}

// control reads what a backslash begins.
func (r *richReader) control() {
	if r.i >= len(r.b) {
		return
	}
	c := r.b[r.i]
	if !letter(c) {
		r.i++
		r.symbol(c)
		return
	}
	start := r.i
	for r.i < len(r.b) && letter(r.b[r.i]) && r.i-start < 32 {
		r.i++
	}
	word := string(r.b[start:r.i])
	n, has, negative := 0, false, false
	if r.i+1 < len(r.b) && r.b[r.i] == '-' && digit(r.b[r.i+1]) {
		negative = true
		r.i++
	}
	for r.i < len(r.b) && digit(r.b[r.i]) {
		if n < 1e8 {
			n = n*10 + int(r.b[r.i]-'0')
		}
		has = true
		r.i++
	}
	if negative {
		n = -n
	}
	if r.i < len(r.b) && r.b[r.i] == ' ' {
		r.i++
	}
	if word == "bin" { // bytes of a picture, which may look like anything
		if r.i += min(max(n, 0), len(r.b)-r.i); r.skip > 0 {
			r.skip--
		}
		return
	}
	opened, star := r.opened, r.star
	r.opened, r.star = false, false
	if r.skip > 0 && word != "u" {
		r.skip--
		return
	}
	r.flush()
	if r.destination(word, opened, star) {
		return
	}
	r.word(word, n, has)
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func digit(c byte) bool  { return c >= '0' && c <= '9' }

// symbol reads a control of one character.
func (r *richReader) symbol(c byte) {
	if c == '*' {
		r.star = true
		return
	}
	r.opened, r.star = false, false
	switch c {
	case '\'':
		if r.i+2 <= len(r.b) {
			hi, ok := unhex(r.b[r.i])
			lo, ok2 := unhex(r.b[r.i+1])
			if ok && ok2 {
				r.i += 2
				r.char(hi<<4 | lo)
				return
			}
		}
		r.rune(utf8.RuneError)
	case '\\', '{', '}':
		r.char(c)
	case '~':
		r.rune(' ')
	case '_':
		r.rune('-')
	case '\r', '\n':
		if c == '\r' && r.i < len(r.b) && r.b[r.i] == '\n' {
			r.i++
		}
		r.flush()
		r.newLine()
	case '\t':
		r.rune('\t')
	case '-', '|', ':': // where a word may be broken, entries of an index
		if r.skip > 0 {
			r.skip--
		}
	default:
		r.char(c)
	}
}

func unhex(c byte) (byte, bool) {
	switch {
	case digit(c):
		return c - '0', true
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10, true
	}
	return 0, false
}

// char takes a byte of text.
func (r *richReader) char(c byte) {
	if r.skip > 0 {
		r.skip--
		return
	}
	switch r.f.dest {
	case gone, form:
	case fonts:
		if r.name.Len() < 64 {
			r.name.WriteByte(c)
		}
	default:
		r.bytes = append(r.bytes, c)
		if c < 0x80 && len(r.bytes) > 4096 {
			r.flush()
		}
	}
}

// rune takes a character that needs no code page.
func (r *richReader) rune(c rune) {
	if r.skip > 0 {
		r.skip--
		return
	}
	r.flush()
	r.emit(string(c))
}

// unicode takes what \u says: half a pair waits for its other half.
func (r *richReader) unicode(n int) {
	c := rune(n)
	if c < 0 {
		c += 1 << 16
	}
	r.skip = r.f.uc
	switch {
	case c >= 0xd800 && c < 0xdc00:
		if r.high != 0 {
			r.emit("\ufffd")
		}
		r.high = c
		return
	case c >= 0xdc00 && c < 0xe000:
		c = utf16.DecodeRune(r.high, c)
		r.high = 0
	case c >= 0xf000 && c <= 0xf0ff: // how Word writes a glyph of a font of signs
		if f, ok := r.fonts[r.current()]; ok && f.symbol != "" {
			c = glyph(f.symbol, byte(c))
		} else {
			c = utf8.RuneError
		}
	}
	if r.high != 0 {
		r.high = 0
		r.emit("\ufffd")
	}
	r.emit(string(c))
}

// flush decodes the bytes of text that came.
func (r *richReader) flush() {
	if len(r.bytes) == 0 {
		return
	}
	b := r.bytes
	r.bytes = r.bytes[:0]
	if r.high != 0 {
		r.high = 0
		r.emit("\ufffd")
	}
	r.emit(r.decoded(b))
}

func (r *richReader) current() int {
	switch {
	case r.f.far && r.f.farFont >= 0:
		return r.f.farFont
	case r.f.font >= 0:
		return r.f.font
	}
	return r.first
}

func (r *richReader) decoded(b []byte) string {
	f, ok := r.fonts[r.current()]
	if ok && f.symbol != "" {
		var s strings.Builder
		for _, c := range b {
			s.WriteRune(glyph(f.symbol, c))
		}
		return s.String()
	}
	if ascii(b) {
		return string(b)
	}
	name := r.page
	if ok && f.page != "" {
		name = f.page
	} else if ok && f.charset == 0 && name != "windows-1252" { // many writers leave the font Western
		if s := read(b, encodingOf(name)); strings.ContainsRune(s, utf8.RuneError) {
			name = "windows-1252"
		}
	}
	return read(b, encodingOf(name))
}
