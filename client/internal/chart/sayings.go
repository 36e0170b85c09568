package chart

import (
	"bytes"
	"slices"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/fold"
)

// sayings is text as it is searched, and what else it takes to show it as recorded.
// Text is in lines, each begun by the byte that says what it is a line of.
type sayings struct {
	text []byte // folded
	caps []byte // where text is as recorded but for capitals: a bit for each byte that is one
	raw  []byte // as recorded, where it differs in more
}

// What a line is of.
const (
	lineOther    = 0x00
	lineNote     = 0x01
	lineDocument = 0x02
	lineMark     = 0x03 // the first byte that begins no line
)

// lineKind is what an element's text is, by its name and what it stands in.
func lineKind(within, name string) byte {
	switch {
	case name == "data", name == "div":
		return lineDocument
	case within == "note":
		return lineNote
	}
	return lineOther
}

// saying takes over text as recorded.
func saying(raw []byte) sayings {
	s := sayings{text: fold.Append(make([]byte, 0, len(raw)), string(raw))}
	switch {
	case bytes.Equal(s.text, raw):
		clear(raw)
	case len(s.text) == len(raw) && onlyCapitals(s.text, raw):
		s.caps = make([]byte, (len(raw)+7)/8)
		for i, c := range raw {
			if c != s.text[i] {
				s.caps[i/8] |= 1 << (i % 8)
			}
		}
		clear(raw)
	default:
		s.raw = raw
	}
	return s
}

func onlyCapitals(text, raw []byte) bool {
	for i, c := range raw {
		if c != text[i] && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

// bytes is what it takes of memory.
func (s *sayings) bytes() int { return len(s.text) + len(s.caps) + len(s.raw) }

// wipe overwrites it.
func (s *sayings) wipe() {
	clear(s.text)
	clear(s.caps)
	clear(s.raw)
	*s = sayings{}
}

// recorded is all of it as recorded, in memory of its own.
func (s *sayings) recorded() []byte { return s.part(0, len(s.text)) }

// part is a part of the text as recorded; it has to be whole lines where raw is there.
func (s *sayings) part(from, to int) []byte {
	if s.raw != nil {
		begins := func(c byte) bool { return c < lineMark || c == '\n' }
		count := 0
		for _, c := range s.text[:from] {
			if begins(c) {
				count++
			}
		}
		lines := 0
		for _, c := range s.text[from:to] {
			if begins(c) {
				lines++
			}
		}
		at := 0
		for ; count > 0 && at < len(s.raw); at++ {
			if begins(s.raw[at]) {
				count--
			}
		}
		end := at
		for ; end < len(s.raw) && (lines > 0 || !begins(s.raw[end])); end++ {
			if begins(s.raw[end]) {
				lines--
			}
		}
		return slices.Clone(s.raw[at:end])
	}
	out := slices.Clone(s.text[from:to])
	if s.caps != nil {
		for i := range out {
			if k := from + i; s.caps[k/8]&(1<<(k%8)) != 0 {
				out[i] -= 'a' - 'A'
			}
		}
	}
	return out
}

// all gives each line, folded, by where it stands.
func (s *sayings) all() func(yield func(from, to int) bool) {
	return func(yield func(from, to int) bool) {
		from := 0
		for i, c := range s.text {
			if c >= lineMark && c != '\n' {
				continue
			}
			if i > from && !yield(from, i) {
				return
			}
			from = i + 1
		}
		if from < len(s.text) {
			yield(from, len(s.text))
		}
	}
}

// kindAt is what the line is of that begins at a place.
func (s *sayings) kindAt(from int) byte {
	for i := from - 1; i >= 0; i-- {
		if s.text[i] < lineMark {
			return s.text[i]
		}
	}
	return lineOther
}

// place is where a search found something in a record's body.
func place(kind byte) ehrdesk.HitPlace {
	switch kind {
	case lineNote:
		return ehrdesk.InNote
	case lineDocument:
		return ehrdesk.InDocument
	}
	return ehrdesk.InElement
}
