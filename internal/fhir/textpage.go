package fhir

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What a sender marked by look alone is marked in the text: words that were
// struck read as valid otherwise. The marks are fixed, so that a screen can put
// them in its language.
const (
	MarkDeleted = "[deleted: "
	MarkHidden  = "[hidden: "
	MarkImage   = "[image]"
	markEnd     = "]"
)

// page collects text line by line, with the marks that are open on it.
type page struct {
	b        []byte
	indent   int
	fresh    bool // the line holds nothing yet
	space    bool // white space came, and is written before what follows
	begun    bool // a line is begun in the text
	blanks   int  // empty lines asked for before what follows
	deleted  bool // what comes is struck
	hidden   bool
	open     []string // marks written
	last     rune
	lead     bool // the line holds a bullet alone
	raised   bool // the next character stands above the line
	inRaised bool // and so did the one before
	said     bool // that something is hidden here
	overfull bool // mostText and more was written
}

func newPage() *page { return &page{fresh: true} }

// full: enough was written; what follows would not be given.
func (p *page) full() bool {
	if len(p.b) > mostText+4096 {
		p.overfull = true
	}
	return p.overfull
}

// flow writes text whose white space is one space.
func (p *page) flow(s string) {
	for _, r := range s {
		switch r {
		case ' ', '\t', '\n', '\r', '\f':
			p.space = true
		default:
			p.put(r)
		}
	}
}

// kept writes text whose white space is kept.
func (p *page) kept(s string) {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	for _, r := range s {
		switch r {
		case '\n', '\r', '\f', '\v':
			p.newLine()
		default:
			p.put(r)
		}
	}
}

func (p *page) put(r rune) {
	if p.full() {
		return
	}
	p.startLine()
	if p.space && !p.fresh {
		p.b = append(p.b, ' ')
		p.last = ' '
	}
	p.space = false
	if r != ' ' && r != '\t' {
		p.marks()
	}
	if p.raised && (r == '+' || r == '-' || r == '−' || unicode.IsDigit(r)) && (unicode.IsDigit(p.last) || unicode.IsLetter(p.last)) {
		p.b = append(p.b, '^') // ten to the ninth is not 109
	}
	p.raised = false
	p.b = utf8.AppendRune(p.b, r)
	p.fresh, p.lead, p.last = false, false, r
}

// startLine writes what stands before the first character of a line.
func (p *page) startLine() {
	if len(p.b) == 0 {
		p.blanks = 0
	}
	if p.fresh && !p.begun {
		for range p.blanks {
			p.b = append(p.b, '\n')
		}
		p.blanks = 0
		p.b = append(p.b, strings.Repeat(" ", p.indent)...)
		p.begun = true
	}
}

// marks opens and closes what changed before a character is written.
func (p *page) marks() {
	var want []string
	if p.hidden {
		want = append(want, MarkHidden)
	}
	if p.deleted {
		want = append(want, MarkDeleted)
	}
	same := 0
	for same < len(want) && same < len(p.open) && want[same] == p.open[same] {
		same++
	}
	p.closeTo(same)
	for _, m := range want[same:] {
		p.b = append(p.b, m...)
		p.open = append(p.open, m)
		p.last = ' '
	}
}

// closeTo closes all marks but n, before the white space they end with.
func (p *page) closeTo(n int) {
	if len(p.open) <= n {
		return
	}
	end := len(p.b)
	for end > 0 && len(p.b)-end < 256 && (p.b[end-1] == ' ' || p.b[end-1] == '\t' || p.b[end-1] == '\n') {
		end--
	}
	tail := string(p.b[end:])
	p.b = append(append(p.b[:end], strings.Repeat(markEnd, len(p.open)-n)...), tail...)
	p.open = p.open[:n]
}

// newLine ends the line, an empty one too.
func (p *page) newLine() {
	if p.full() {
		return
	}
	p.startLine()
	p.b = append(p.b, '\n')
	p.fresh, p.begun, p.space, p.raised, p.last = true, false, false, false, '\n'
}

// block begins a line unless one is begun, with n empty lines before it.
func (p *page) block(n int) {
	if p.lead {
		return
	}
	if !p.fresh {
		p.newLine()
	}
	p.space = false
	if len(p.b) > 0 {
		have := 0
		if bytes.HasSuffix(p.b, []byte("\n\n")) {
			have = 1
		}
		p.blanks = max(p.blanks, n-have)
	}
}

// lines writes lines that are laid out already.
func (p *page) lines(s string) {
	p.block(0)
	for l := range strings.SplitSeq(strings.TrimRight(s, "\n"), "\n") {
		if p.full() {
			return
		}
		p.startLine()
		p.b = append(p.b, l...)
		p.fresh = false
		p.newLine()
	}
}

// text is all of it.
func (p *page) text() string {
	p.closeTo(0)
	return strings.TrimRight(string(p.b), " \n")
}
