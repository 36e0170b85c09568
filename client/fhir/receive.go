package fhir

import (
	"errors"
	"io"

	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

const spoolFrom = 1 << 20 // bytes of an answer that is not sifted

var errTooLarge = errors.New("longer than any answer")

// receive reads an answer to its end: whole, or sifted where it is long and open
// is not nil. length is -1 where it is not known. Nothing of an answer that
// could not be read is kept. Errors: errTooLarge, the reader's, the spool's.
func (a *Answer) receive(r io.Reader, length, most int64, open func() (r4.Spool, error)) (err error) {
	if length > most {
		return errTooLarge
	}
	if length > 0 && (open == nil || length <= spoolFrom) { // in one piece of memory
		a.Body = make([]byte, length)
		_, err = io.ReadFull(r, a.Body)
		return err
	}
	limit := most + 1
	if length > 0 {
		limit = length
	}
	r = io.LimitReader(r, limit)
	first := r
	if open != nil {
		first = io.LimitReader(r, spoolFrom+1)
	}
	if a.Body, err = io.ReadAll(first); err != nil {
		return err
	}
	n := int64(len(a.Body))
	if open != nil && n > spoolFrom {
		if n, err = a.sift(r, length, open); err != nil {
			return err
		}
	}
	switch {
	case n > most:
		err = errTooLarge
	case length > 0 && n < length:
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		a.close()
	}
	return err
}

// sift reads the rest of an answer whose beginning is in Body, and gives the
// length of all of it.
func (a *Answer) sift(r io.Reader, length int64, open func() (r4.Spool, error)) (n int64, err error) {
	s := r4.Sifter{Open: open, Length: length}
	defer func() {
		a.Body, a.cuts, a.spool = s.Left, s.Cuts, s.Spool
		if err != nil {
			a.close()
		}
	}()
	n = int64(len(a.Body))
	if err := s.Take(a.Body); err != nil {
		return n, err
	}
	a.Body = nil
	buf := make([]byte, 64<<10)
	defer clear(buf)
	for {
		k, err := r.Read(buf)
		n += int64(k)
		if e := s.Take(buf[:k]); e != nil {
			return n, e
		}
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
}

// close ends what a holds outside memory.
func (a *Answer) close() {
	if a.spool != nil {
		_ = a.spool.Close() // nothing reads it any more
	}
	a.Body, a.cuts, a.spool = nil, nil, nil
}
