package ui

import (
	"bytes"
	"os"
	"runtime"
	"sync/atomic"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

// typed is the terminal as keys come from it. The library keeps the bytes of the last
// keys in a buffer that it reuses only when it is full, a passphrase among them. So
// while a secret is typed each key is followed by a sequence that means nothing and
// is as long as the library reads: it takes the place of what was there.
type typed struct {
	*os.File
	secret atomic.Bool // the field in focus is one that shows stars
	paste  bool        // in the middle of one
}

var (
	pasteBegins = []byte("\x1b[200~")
	pasteEnds   = []byte("\x1b[201~")
	fillBegins  = []byte("\x1b_x") // an application's own command (ECMA-48, APC) of no application
	fillEnds    = []byte("\x1b\\")
)

func (t *typed) Read(p []byte) (int, error) {
	n, err := t.File.Read(p)
	if err != nil {
		return n, err
	}
	return t.fill(p, n), nil
}

// fill puts the sequence behind the n bytes that were read, unless they are a part of
// something: of a key's own sequence, a letter, or what is pasted.
func (t *typed) fill(p []byte, n int) int {
	b := p[:n]
	if begin, end := bytes.LastIndex(b, pasteBegins), bytes.LastIndex(b, pasteEnds); begin != end {
		t.paste = begin > end
	}
	if !t.secret.Load() || t.paste || bytes.IndexByte(b, 0x1b) >= 0 || !utf8.Valid(b) || len(p)-n < len(fillBegins)+len(fillEnds) {
		return n
	}
	rest := p[n:]
	for i := range rest {
		rest[i] = 'x'
	}
	copy(rest, fillBegins)
	copy(rest[len(rest)-len(fillEnds):], fillEnds)
	return len(p)
}

// watchKeys has the program read its keys through typed. Windows gives events, not
// bytes.
func (m *Model) watchKeys() []tea.ProgramOption {
	info, err := os.Stdin.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 || runtime.GOOS == "windows" {
		return nil
	}
	m.typed = &typed{File: os.Stdin}
	return []tea.ProgramOption{tea.WithInput(m.typed)}
}

// noteSecret says whether what is typed next is a secret.
func (m *Model) noteSecret() {
	if m.typed != nil {
		f := m.front().Field()
		m.typed.secret.Store(f != nil && f.Masked)
	}
}
