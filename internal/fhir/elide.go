package fhir

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"strconv"
	"strings"
)

// A resource may carry a scanned document of tens of megabytes, as base64 in one
// string. To show the resource nobody needs all of those characters: extracted, it is
// the same JSON without the inside of such strings, whose beginnings are kept.

const (
	longShown = 1 << 20   // bytes of a "data" that is read whole
	headShown = 256 << 10 // of a longer one, its beginning
)

// elided is a resource in which long documents are replaced by a mark. The mark
// holds a random word, so that no text can claim it.
type elided struct {
	json  []byte
	word  string
	heads [][]byte // as they stood in the JSON
	tails [][]byte // the last bytes: base64 says there how long it is
	cuts  []Cut

	pdfs  pdfs
	texts []*pdfStream // of each that is a PDF, where PDFs are read; else nil
}

// Write keeps the beginning and the end of what is taken out: it is the extractor's
// spool, and nothing is ever read from it.
func (e *elided) Write(p []byte) (int, error) {
	i := len(e.heads) - 1
	if len(e.heads[i]) == 0 && e.pdfs.by != nil && bytes.HasPrefix(p, []byte(pdfStart)) {
		e.texts[i] = e.pdfs.stream()
	}
	if e.texts[i] != nil {
		e.texts[i].write(p)
	}
	if room := headShown - len(e.heads[i]); room > 0 {
		e.heads[i] = append(e.heads[i], p[:min(room, len(p))]...)
	}
	e.tails[i] = append(e.tails[i], p[max(0, len(p)-4):]...)
	e.tails[i] = bytes.Clone(e.tails[i][max(0, len(e.tails[i])-4):])
	return len(p), nil
}

var errNotKept = errors.New("only the beginning is kept")

func (*elided) ReadAt([]byte, int64) (int, error) { return 0, errNotKept }
func (*elided) Close() error                      { return nil }

// drop ends the reading of PDFs.
func (e *elided) drop() {
	for _, t := range e.texts {
		if t != nil {
			t.drop()
		}
	}
	e.texts = nil
}

// elide reads a resource to its end. drop has to be called.
func elide(r io.Reader, p pdfs) (_ *elided, err error) {
	e := &elided{word: "~" + rand.Text() + "~", pdfs: p}
	defer func() {
		if err != nil {
			e.drop()
		}
	}()
	s := Extractor{Open: func() (Spool, error) { return e, nil }, Longest: longShown, mark: func(cut int) []byte {
		e.heads, e.tails, e.texts = append(e.heads, nil), append(e.tails, nil), append(e.texts, nil)
		return []byte(e.word + strconv.Itoa(cut) + e.word)
	}}
	buf := make([]byte, 32<<10)
	defer clear(buf)
	for {
		n, err := r.Read(buf)
		if e := s.Take(buf[:n]); e != nil {
			return nil, e
		}
		if errors.Is(err, io.EOF) {
			e.json, e.cuts = s.Left, s.Cuts
			return e, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// pdf is what the PDF says that begins and ends as cut says, where one is read.
func (e *elided) pdf(s string) (attached, bool) {
	before, rest, _ := strings.Cut(s, e.word)
	no, after, found := strings.Cut(rest, e.word)
	i, err := strconv.Atoi(no)
	if !found || err != nil || before != "" || i >= len(e.texts) || e.texts[i] == nil {
		return attached{}, false
	}
	t := e.texts[i]
	e.texts[i] = nil
	return t.end(after), true
}

// cut says of a string of an elided resource how it begins and ends, and how many
// characters it has in all; ok is false of one that is whole.
func (e *elided) cut(s string) (head, tail string, size int64, ok bool) {
	before, rest, found := strings.Cut(s, e.word)
	no, after, found2 := strings.Cut(rest, e.word)
	i, err := strconv.Atoi(no)
	if !found || !found2 || err != nil || before != "" || i >= len(e.cuts) {
		return "", "", 0, false
	}
	raw := e.heads[i]
	if at := strings.LastIndexByte(string(raw[max(0, len(raw)-6):]), '\\'); at >= 0 { // an escape may be cut
		raw = raw[:max(0, len(raw)-6)+at]
	}
	if tail = after; tail == "" {
		tail = string(e.tails[i])
	}
	return Text([]byte(`"` + string(raw) + `"`)), tail, e.cuts[i].Size + int64(len(after)), true
}
