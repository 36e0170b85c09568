package rest

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
)

// How fast a client has to be. Whoever stops is cut off, whatever it was to take in all: a
// connection and an answer in memory are held for it.
type pace struct {
	piece  time.Duration // for a piece of an answer to be taken, or of a body to come: a slow line brings it in two seconds
	answer time.Duration // for a whole answer
	body   time.Duration // for a whole body
	small  time.Duration // for a body that is to be no longer than smallBody
}

const (
	pieceBytes = 64 << 10
	smallBody  = 1 << 20
)

func usualPace() pace {
	return pace{10 * time.Second, 5 * time.Minute, 2 * time.Minute, 15 * time.Second}
}

// Write sends in pieces, each of which has to be taken in its time. A stream of events says
// itself how long it waits, and has no end.
func (w *recorder) Write(b []byte) (n int, err error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	if strings.HasPrefix(w.Header().Get("Content-Type"), "text/event-stream") {
		return w.ResponseWriter.Write(b)
	}
	now := time.Now()
	working(w, false)
	if w.until.IsZero() {
		w.until = now.Add(w.pace.answer)
	}
	for len(b) > 0 {
		piece := b[:min(len(b), pieceBytes)]
		if by := now.Add(w.pace.piece); by.Before(w.until) {
			_ = w.control.SetWriteDeadline(by) // what cannot have one is no connection
		} else {
			_ = w.control.SetWriteDeadline(w.until)
		}
		k, err := w.ResponseWriter.Write(piece)
		if n += k; err != nil {
			return n, err
		}
		b, now = b[len(piece):], time.Now()
	}
	return n, nil
}

// Body is a request's, up to limit bytes. Errors: 413; 408 for one that does not come in its
// time; 503 while others' fill the memory there is; 400 for one that ends early.
func Body(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	var out bytes.Buffer
	err := pieces(w, r, limit, func(in io.Reader) error {
		n, err := io.CopyN(&out, in, pieceBytes)
		if !holding(w, int(n)) {
			return busy()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// BodyPieces gives each what a request brings, up to limit bytes, in pieces of size bytes, the last one shorter: no more than one is in
// memory. each may not keep it. Errors: those of each and of Body.
func BodyPieces(w http.ResponseWriter, r *http.Request, limit int64, size int, each func(piece []byte) error) error {
	if !holding(w, size) {
		w.Header().Set("Connection", "close")
		return busy()
	}
	piece := make([]byte, 0, size)
	var failed error
	give := func() error {
		if len(piece) > 0 {
			failed = each(piece)
		}
		piece = piece[:0]
		return failed
	}
	err := pieces(w, r, limit, func(in io.Reader) error {
		n, err := in.Read(piece[len(piece):min(len(piece)+pieceBytes, size)])
		if piece = piece[:len(piece)+n]; len(piece) == size {
			working(w, true)
			defer working(w, false)
			if err := give(); err != nil {
				return err
			}
		}
		return err
	})
	switch {
	case failed != nil:
		return failed
	case err != nil:
		return err
	}
	return give()
}

// pieces has read take a request's body piece by piece, each in its time, until it gives io.EOF. Errors: those of Body.
func pieces(w http.ResponseWriter, r *http.Request, limit int64, read func(io.Reader) error) error {
	was := works(w)
	working(w, false)
	defer func() { working(w, was) }()
	control := http.NewResponseController(w)
	most := usualPace()
	if rec, ok := w.(*recorder); ok {
		most = rec.pace
	}
	until := time.Now().Add(most.body)
	if limit <= smallBody {
		until = time.Now().Add(most.small)
	}
	defer func() { _ = control.SetReadDeadline(time.Time{}) }() // an expired one would end the request that is being answered
	in := http.MaxBytesReader(w, r.Body, limit)
	for {
		by := time.Now().Add(most.piece)
		if until.Before(by) {
			by = until
		}
		_ = control.SetReadDeadline(by)
		err := read(in)
		var tooLarge *http.MaxBytesError
		var refused *refusal.Error
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &refused):
			w.Header().Set("Connection", "close")
			return refused
		case errors.As(err, &tooLarge):
			return refusal.New(http.StatusRequestEntityTooLarge, "", "The request is too large.")
		case errors.Is(err, os.ErrDeadlineExceeded):
			w.Header().Set("Connection", "close")
			return refusal.New(http.StatusRequestTimeout, "", "The request came too slowly.")
		case err != nil:
			return refusal.Malformed("The request ended too early.")
		}
	}
}
