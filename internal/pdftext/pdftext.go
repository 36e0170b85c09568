// Package pdftext gives the text of a PDF, read by Poppler's pdftotext. A PDF of another
// institution is hostile until shown otherwise: the program runs confined (internal/confine),
// and no byte of the PDF or its text is in a file, an argument or an environment. It
// promises text that is safe to show, with its columns kept, or why there is none; letters
// that say not what they stand for are not given as if they were the document.
package pdftext

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/confine"
)

// What reading one PDF may take. A report takes a twentieth of a second and 30 MB.
const (
	mostMemory = 1 << 30
	mostCPU    = 10 * time.Second
	mostTime   = 20 * time.Second
	mostText   = 1 << 20
)

// places are where systems put it. The PATH of who works here is not asked.
var places = [...]string{"/usr/bin/pdftotext", "/usr/local/bin/pdftotext"}

// tables are Poppler's own, of how Chinese and other letters are coded.
var tables = [...]string{"/usr/share/poppler", "/usr/local/share/poppler"}

// words are pdftotext's arguments: columns kept, UTF-8, no page breaks, from standard
// input to standard output.
var words = [...]string{"-layout", "-enc", "UTF-8", "-nopgbrk", "-q", "-", "-"}

// Reader reads PDFs, one at a time.
type Reader struct {
	program confine.Program
	door    confine.Door
	turn    chan struct{}

	mu    sync.Mutex
	asked bool
	off   ehrdesk.RemarkKind
}

// New is a reader that runs the pdftotext of this system through a door.
func New(door confine.Door) *Reader {
	r := &Reader{door: door, turn: make(chan struct{}, 1)}
	r.program = confine.Program{Args: words[:], Read: tables[:], Memory: mostMemory, CPU: mostCPU, Wall: mostTime, Output: mostText}
	for _, p := range places {
		if info, err := os.Stat(p); err == nil && info.Mode().IsRegular() {
			r.program.Path = p
			break
		}
	}
	return r
}

// Off is why no PDF is read at this desk: RemarkNoPoppler, RemarkNoSandbox, or 0 where
// they are. What the system can do is asked once.
func (r *Reader) Off(ctx context.Context) ehrdesk.RemarkKind {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.asked {
		return r.off
	}
	switch err := r.door.Check(ctx); {
	case r.program.Path == "":
		r.off = ehrdesk.RemarkNoPoppler
	case ctx.Err() != nil:
		return ehrdesk.RemarkNoSandbox // of this time; it is asked again
	case err != nil:
		r.off = ehrdesk.RemarkNoSandbox
	}
	r.asked = true
	return r.off
}

// Text gives the text of a PDF, read to its end or until enough of it is known. What is to
// be said of it is 0 for a whole text, RemarkCut for the beginning of one; without text
// RemarkImage where nothing but pictures is in it, RemarkUnreadable, or what Off says.
func (r *Reader) Text(ctx context.Context, pdf io.Reader) (string, ehrdesk.RemarkKind) {
	if off := r.Off(ctx); off != 0 {
		return "", off
	}
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return "", ehrdesk.RemarkUnreadable
	}
	out, whole, err := r.door.Run(ctx, r.program, pdf)
	defer clear(out)
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		return "", ehrdesk.RemarkNoSandbox
	case err != nil:
		return "", ehrdesk.RemarkUnreadable
	}
	text := ehrdesk.CleanColumns(trim(out))
	switch {
	case blank(text):
		return "", ehrdesk.RemarkImage
	case garbled(text):
		return "", ehrdesk.RemarkUnreadable
	case !whole:
		return text, ehrdesk.RemarkCut
	}
	return text, 0
}

// trim takes away a last character that was cut, and the empty lines around.
func trim(b []byte) string {
	for i := 1; i <= 3 && i <= len(b); i++ {
		if c := b[len(b)-i]; utf8.RuneStart(c) {
			if !utf8.Valid(b[len(b)-i:]) {
				b = b[:len(b)-i]
			}
			break
		}
	}
	return strings.TrimRight(strings.TrimLeft(string(b), "\n\r\f"), " \n\r\t\f")
}

// blank reports a text without a letter or a digit: a rule or a dot that a scanner made
// is no text.
func blank(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsNumber(r) || r == utf8.RuneError || private(r)
	})
}

// garbled reports text of which one letter in ten stands for nothing: a font without a
// table of what its letters are.
func garbled(s string) bool {
	bad, all := 0, 0
	for _, r := range s {
		if unicode.IsSpace(r) {
			continue
		}
		all++
		if r == utf8.RuneError || private(r) {
			bad++
		}
	}
	return bad*10 > all
}

// private are the characters that nobody but the font gives a meaning.
func private(r rune) bool { return r >= 0xe000 && r <= 0xf8ff || r >= 0xf0000 }
