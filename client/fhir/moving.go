package fhir

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

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

// fromCentre reports whether an answer can be the centre's. A page for people, a
// redirection and the words of a proxy come from whoever stands on the line: a
// hotel's log-in page, a proxy that wants to know who asks.
func fromCentre(res *http.Response) bool {
	switch res.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect,
		http.StatusProxyAuthRequired, http.StatusNetworkAuthenticationRequired:
		return false
	}
	kind := strings.ToLower(res.Header.Get("Content-Type"))
	return !strings.HasPrefix(kind, "text/html") && !strings.HasPrefix(kind, "application/xhtml")
}
