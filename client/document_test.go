package client_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

const (
	scanSize = 24 << 20         // bytes of a scanned document
	scanText = 4 * scanSize / 3 // in base64
)

// scans is a line on which a patient's record is documents alone, a page each,
// made up as they are read.
type scans struct {
	*line
	patient string
	pages   int
	watch   func(page int) // called as a page is read
}

func (l *scans) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.Contains(r.URL.Path, "$everything") {
		return l.line.RoundTrip(r)
	}
	page := 1
	_, _ = fmt.Sscan(r.URL.Query().Get("page"), &page)
	body, size := l.page(page, r.URL.Scheme+"://"+r.URL.Host+r.URL.Path)
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(body), ContentLength: size, Request: r}, nil
}

func (l *scans) page(n int, self string) (io.Reader, int64) {
	link := ""
	if n < l.pages {
		link = fmt.Sprintf(`"link":[{"relation":"next","url":"%s?page=%d"}],`, self, n+1)
	}
	head := fmt.Sprintf(`{"resourceType":"Bundle","type":"searchset","timestamp":"2026-11-20T01:02:03Z",%s"entry":[{"resource":{"resourceType":"DocumentReference",
		"id":"scan-%d","meta":{"versionId":"1","lastUpdated":"2026-11-19T00:00:00Z"},"status":"current","description":"Scan %d","subject":{"reference":"Patient/%s"},"date":"2026-11-18T10:00:00+08:00",
		"content":[{"attachment":{"contentType":"application/pdf","data":"`, link, n, n, l.patient)
	tail := `"}}]}}]}`
	return io.MultiReader(strings.NewReader(head), &scan{left: scanText, watch: func() { l.watch(n) }}, strings.NewReader(tail)), int64(len(head) + scanText + len(tail))
}

type scan struct {
	left, read int
	watch      func()
}

func (s *scan) Read(p []byte) (int, error) {
	if s.left == 0 {
		return 0, io.EOF
	}
	n := min(len(p), s.left, 64<<10) // as a line gives it
	for i := range p[:n] {
		p[i] = "JVBERi0x"[i%8]
	}
	if s.left -= n; s.read>>23 != (s.read+n)>>23 {
		s.watch()
	}
	s.read += n
	return n, nil
}

// A page of documents is held whole while it comes, and no other beside it; a
// document that is shown is never held whole.
func TestDocumentsOf24MiBComeOneAtATime(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("lee", ehrdesk.Doctor)
	n, key := w.patient("SCAN", 1)
	s := w.signIn("lee")
	w.consent(s, n, key)
	_ = s.Close()
	_ = w.desk.Close()
	l := &scans{line: w.line, pages: 3}
	w.desk = client.New(client.Options{Dir: w.dir, HTTP: &http.Client{Transport: l}, Now: w.clock.now})
	s = w.signIn("lee")
	defer s.Close()
	c, err := s.Open(context.Background(), n, ehrdesk.Consultation, "")
	if err != nil {
		t.Fatal(err)
	}
	l.patient = c.Patient().ID
	live := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := live()
	var looked atomic.Int32
	const little = 8 << 20
	within := func(limit uint64, when string) {
		looked.Add(1)
		if now := live(); now > before+limit {
			t.Errorf("%s: %d bytes of heap more than before", when, now-before)
		}
	}
	l.watch = func(page int) { within(scanText+little, fmt.Sprintf("page %d on its way", page)) }
	rep, err := c.Sync(context.Background(), func(ehrdesk.Progress) { within(scanText+little, "a page sealed, the next asked for") })
	if err != nil || rep.Changed != 3 || looked.Load() < 12 {
		t.Fatalf("%+v, %d looks, %v", rep, looked.Load(), err)
	}
	within(little, "synced")
	for i := range 3 {
		ref := ehrdesk.Ref{Resource: "DocumentReference", ID: fmt.Sprintf("scan-%d", i+1)}
		d, err := c.Detail(context.Background(), ref)
		if err != nil || d.Record.Title != fmt.Sprintf("Scan %d", i+1) {
			t.Fatalf("%+v, %v", d.Record, err)
		}
		if last := d.Elements[len(d.Elements)-1]; last.Value != fmt.Sprintf("(attachment, %d bytes)", scanSize) {
			t.Errorf("%+v", last)
		}
	}
	raw, err := c.Raw(context.Background(), ehrdesk.Ref{Resource: "DocumentReference", ID: "scan-2"})
	if err != nil || !bytes.HasPrefix(raw, []byte(`{"resourceType":"DocumentReference"`)) || bytes.Count(raw, []byte("JVBERi0x")) != scanText/8 {
		t.Errorf("%d bytes, %v", len(raw), err)
	}
}
