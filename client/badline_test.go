package client_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// mischief is what a line does to one request.
type mischief int

const (
	good      mischief = iota
	cutBefore          // it never arrives
	cutAfter           // its answer never arrives
	delayed
	truncated
	garbled
	anothers  // the answer is of somebody else
	stale     // the answer is an old one to the same question
	empty     // an empty list
	webPage   // a network's log-in page
	serverErr // 500
	busy      // 503
	mischiefs
)

// lies reports an answer that is well formed and untrue: nothing in it tells a client so.
func (m mischief) lies() bool { return m == stale || m == empty }

func (m mischief) String() string {
	return [...]string{"good", "cut before", "cut after", "delayed", "truncated", "garbled", "another's", "stale", "empty", "a web page", "500", "503"}[m]
}

// badLine does one mischief to the nth request about records from now on.
type badLine struct {
	mu    sync.Mutex
	m     mischief
	nth   int // below 0 for none
	first map[string][]byte
	asked []string // paths, those of events left out
}

func (l *badLine) paths() []string { l.mu.Lock(); defer l.mu.Unlock(); return slices.Clone(l.asked) }

func (l *badLine) next(m mischief, nth int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.m, l.nth = m, nth
}

func (l *badLine) RoundTrip(r *http.Request) (*http.Response, error) {
	m := good
	l.mu.Lock()
	if !strings.HasSuffix(r.URL.Path, "$events") {
		l.asked = append(l.asked, r.URL.Path)
		if l.nth--; l.nth == -1 {
			m = l.m
		}
	}
	l.mu.Unlock()
	instead := func(status int, kind, body string) *http.Response {
		return &http.Response{StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: r}
	}
	switch m {
	case cutBefore:
		return nil, fmt.Errorf("dial tcp: no route to host")
	case webPage:
		return instead(200, "text/html", "<html><body>Welcome to the hotel</body></html>"), nil
	case serverErr:
		return instead(500, "text/plain", "oops"), nil
	case busy:
		return instead(503, "text/plain", "later"), nil
	case delayed:
		t := time.NewTimer(20 * time.Millisecond)
		select {
		case <-t.C:
		case <-r.Context().Done():
		}
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil || strings.HasSuffix(r.URL.Path, "$events") {
		return res, err
	}
	body, err := io.ReadAll(res.Body)
	res.Body.Close()
	if err != nil {
		return nil, err
	}
	list := bytes.HasPrefix(body, []byte("{")) && bytes.Contains(body[:min(200, len(body))], []byte(`"Bundle"`))
	key := r.Method + " " + r.URL.Path
	l.mu.Lock()
	old, have := l.first[key]
	if !have && list {
		l.first[key] = bytes.Clone(body)
	}
	l.mu.Unlock()
	switch {
	case m == cutAfter:
		return nil, fmt.Errorf("read tcp: connection reset by peer")
	case m == truncated:
		body = body[:len(body)/2]
	case m == garbled:
		for i := len(body) / 3; i < len(body)/3+16 && i < len(body); i++ {
			body[i] = 0
		}
	case m == anothers:
		body = bytes.ReplaceAll(body, []byte("Patient/"), []byte("Patient/other"))
	case m == stale && have:
		body = bytes.Clone(old)
	case m == empty && list:
		body = []byte(`{"resourceType":"Bundle","type":"searchset","total":0}`)
	}
	res.Body, res.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	res.Header.Del("Content-Length")
	return res, nil
}
