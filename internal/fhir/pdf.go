package fhir

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"

	"github.com/ehrdesk/ehrdesk"
)

// PDFReader gives the text of a PDF, safe for a terminal, and what is to be said of it: 0
// or RemarkCut with text, without it why there is none. It may come back before all is read.
type PDFReader interface {
	Text(ctx context.Context, pdf io.Reader) (text string, remark ehrdesk.RemarkKind)
}

// pdfs reads the PDFs of one resource. Its zero value reads none.
type pdfs struct {
	ctx context.Context
	by  PDFReader
}

// text is what a PDF says that is whole in memory.
func (p pdfs) text(data []byte) attached {
	if p.by == nil {
		return attached{Remark: ehrdesk.Remark{Kind: ehrdesk.RemarkAttached, Size: int64(len(data)), Word: "application/pdf"}}
	}
	text, kind := p.by.Text(p.ctx, bytes.NewReader(data))
	return pdfAttached(text, kind, int64(len(data)))
}

func pdfAttached(text string, kind ehrdesk.RemarkKind, size int64) attached {
	if kind == 0 {
		return attached{Text: text}
	}
	return attached{text, ehrdesk.Remark{Kind: kind, Size: size, Word: "application/pdf"}}
}

// pdfStart is how the base64 of a PDF begins.
const pdfStart = "JVBERi"

// pdfStream is a PDF too long to be held, on its way to its reader while the resource is
// read.
type pdfStream struct {
	to   *io.PipeWriter
	rest []byte // base64 that does not make whole bytes yet
	odd  bool   // a backslash was the last
	done chan attached
}

// stream begins to read a PDF that comes in pieces.
func (p pdfs) stream() *pdfStream {
	from, to := io.Pipe()
	s := &pdfStream{to: to, done: make(chan attached, 1)}
	go func() {
		text, kind := p.by.Text(p.ctx, from)
		_ = from.CloseWithError(errEnough)
		s.done <- pdfAttached(text, kind, 0)
	}()
	return s
}

var (
	errEnough = errors.New("no more of it is read")
	errNoPDF  = errors.New("not base64")
)

// write takes the next characters of base64, as they stand in JSON. What its reader does
// not want any more is passed over.
func (s *pdfStream) write(p []byte) {
	for _, c := range p {
		switch {
		case s.odd:
			s.odd = false
			if c == '/' {
				s.rest = append(s.rest, c)
			} else if c != 'n' && c != 'r' && c != 't' {
				_ = s.to.CloseWithError(errNoPDF)
			}
		case c == '\\':
			s.odd = true
		case c == '-':
			s.rest = append(s.rest, '+')
		case c == '_':
			s.rest = append(s.rest, '/')
		case c != ' ' && c != '=':
			s.rest = append(s.rest, c)
		}
	}
	s.put(len(s.rest) / 4 * 4)
}

// put gives on the first n characters.
func (s *pdfStream) put(n int) {
	out := make([]byte, base64.RawStdEncoding.DecodedLen(n))
	k, err := base64.RawStdEncoding.Decode(out, s.rest[:n])
	if err == nil {
		_, err = s.to.Write(out[:k])
	}
	if clear(out); err != nil {
		_ = s.to.CloseWithError(err)
	}
	left := copy(s.rest, s.rest[n:])
	clear(s.rest[left:])
	s.rest = s.rest[:left]
}

// end says that all has come, and waits for the text.
func (s *pdfStream) end(tail string) attached {
	s.write([]byte(tail))
	s.put(len(s.rest))
	_ = s.to.Close()
	return <-s.done
}

// drop ends the reading of what nobody wants.
func (s *pdfStream) drop() {
	_ = s.to.CloseWithError(errEnough)
	<-s.done
}
