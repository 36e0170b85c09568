package fhir

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

const spoolFrom = 1 << 20 // bytes of an answer that is not extracted

var errTooLarge = errors.New("longer than any answer")

// receive reads an answer to its end: whole, or extracted where it is long and open
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
		if n, err = a.extract(r, length, open); err != nil {
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

// extract reads the rest of an answer whose beginning is in Body, and gives the
// length of all of it.
func (a *Answer) extract(r io.Reader, length int64, open func() (r4.Spool, error)) (n int64, err error) {
	s := r4.Extractor{Open: open, Length: length}
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

// An answer has to move: one that brings less than leastRead bytes in patience is
// given up, as it would hold up whatever waits behind it for as long as its sender
// likes.
const (
	patience  = 20 * time.Second
	leastRead = 1 << 10
)

var errStalled = errors.New("the answer has stopped")

// moving gives a body that ends when it stops moving. end has to be called.
func (c *Client) moving(body io.Reader, stop context.CancelCauseFunc) (r io.Reader, end func()) {
	m := &mover{body: body}
	m.timer = time.AfterFunc(time.Hour, func() { m.look(c.patience, stop) })
	m.timer.Reset(c.patience)
	return m, func() { m.timer.Stop() }
}

type mover struct {
	body  io.Reader
	timer *time.Timer
	since atomic.Int64 // bytes since it was last looked at
}

func (m *mover) Read(p []byte) (int, error) {
	n, err := m.body.Read(p)
	m.since.Add(int64(n))
	return n, err
}

func (m *mover) look(patience time.Duration, stop context.CancelCauseFunc) {
	if m.since.Swap(0) < leastRead {
		stop(errStalled)
		return
	}
	m.timer.Reset(patience)
}

// A wait of a moment is waited out, and no more than so often.
const (
	moment      = 5 * time.Second
	mostMoments = 2
)

// againAfter is when a centre that is busy, or has been asked too often, asks to be asked
// again: 0 where it says nothing. It says so in seconds, or as a date, which is held against
// the answer's own (RFC 9110, 10.2.3).
func againAfter(res *http.Response) time.Duration {
	if res.StatusCode != http.StatusTooManyRequests && res.StatusCode != http.StatusServiceUnavailable {
		return 0
	}
	said := res.Header.Get("Retry-After")
	n, err := strconv.Atoi(said)
	if until, e := http.ParseTime(said); err != nil && e == nil {
		if at, e := http.ParseTime(res.Header.Get("Date")); e == nil {
			n, err = int(until.Sub(at)/time.Second), nil
		}
	}
	if err != nil || n < 1 {
		return 0
	}
	return time.Duration(min(n, 24*60*60)) * time.Second
}

// apart is a wait made longer by up to a half, by chance: the desks of a territory that were
// all asked to wait as long must not come back all at once.
func apart(d time.Duration) time.Duration { return d + rand.N(d/2+1) }

// pause waits, and reports that there is time left to go on.
func pause(ctx context.Context, d time.Duration) bool {
	if end, ok := ctx.Deadline(); ok && time.Until(end) <= d {
		return false
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
