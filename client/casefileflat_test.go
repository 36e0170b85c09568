package client_test

import (
	"bytes"
	"crypto/sha256"
	"hash"
	"io"
	"net/http"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// endless is so many bytes, each as its place says, without their being anywhere.
type endless struct{ at, size int64 }

func (e *endless) Read(p []byte) (n int, err error) {
	if e.at >= e.size {
		return 0, io.EOF
	}
	p = p[:min(int64(len(p)), e.size-e.at)]
	for i := range p {
		p[i] = byte((e.at + int64(i)) * 31 >> 3)
	}
	e.at += int64(len(p))
	return len(p), nil
}

// most is how much was live at once while something was done, in bytes, with what was made while it was counted.
func most(do func()) (peak uint64) {
	over := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			runtime.GC()
			m := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
			metrics.Read(m)
			peak = max(peak, m[0].Value.Uint64())
			select {
			case <-over:
				return
			default:
			}
		}
	})
	do()
	close(over)
	wg.Wait()
	return peak
}

// A file of 24 MiB goes from desk to desk over HTTP, and is saved, in the memory that one of a megabyte takes: at both desks and the centre.
func TestAFileOf24MiBTakesNoMoreMemoryThanASmallOne(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	id := j.begin(ehrdesk.CaseDestroys)
	then := []time.Time{j.clock.now()}
	moves := func(size int64) uint64 {
		want, got := sha256.New(), hash.Hash(sha256.New())
		if _, err := io.Copy(want, &endless{size: size}); err != nil {
			t.Fatal(err)
		}
		return most(func() {
			if err := a.s.SayInCase(t.Context(), ehrdesk.CaseMessage{Case: id, Text: "a film", File: &changing{r: &endless{size: size}, size: size, at: then}}); err != nil {
				t.Fatal(err)
			}
			if err := a.delivers(); err != nil {
				t.Fatal(err)
			}
			b.sync()
			b.reads(id, "a film")
			v := b.has(id)
			err := b.s.SaveCaseFile(t.Context(), id, v.Said[len(v.Said)-1].Event, func(_ ehrdesk.CaseFile, from io.Reader) error {
				_, err := io.Copy(got, from)
				return err
			})
			if err != nil || !bytes.Equal(got.Sum(nil), want.Sum(nil)) {
				t.Fatalf("%d bytes are saved otherwise: %v", size, err)
			}
			b.sync()
		})
	}
	moves(1 << 20) // what is made once
	small := moves(1 << 20)
	large := moves(ehrdesk.MostCaseFile)
	t.Logf("1 MiB: %d KiB live, 24 MiB: %d KiB", small>>10, large>>10)
	if large > small+16<<20 { // a file that is held anywhere once is half as much again; what is read and not collected yet is in it
		t.Errorf("with 24 MiB %d bytes are live, with one %d", large, small)
	}
}

// A centre that never stops giving an envelope, or says that it is longer than its author sealed, is given up, in little memory.
func TestACentreThatNeverStopsGivingIsGivenUp(t *testing.T) {
	j := newJoint(t, "drlee", "drchan")
	a, b := j.desk[0], j.desk[1]
	id := j.begin(ehrdesk.CaseDestroys)
	a.sends(id, "one", "a.pdf", scan(900<<10))
	if err := a.delivers(); err != nil {
		t.Fatal(err)
	}
	b.sync()
	event := b.has(id).Said[0].Event
	for _, length := range []int64{-1, 1 << 40} {
		given := &endless{size: 1 << 40}
		b.line.stands(func(r *http.Request) (*http.Response, error) {
			if !strings.HasSuffix(r.URL.Path, "$case-envelope") {
				return http.DefaultTransport.RoundTrip(r)
			}
			return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/octet-stream"}}, ContentLength: length, Body: io.NopCloser(given), Request: r, ProtoMajor: 1, ProtoMinor: 1}, nil
		})
		_, err := b.s.OpenInCase(t.Context(), id, event)
		if ehrdesk.CodeOf(err) != ehrdesk.CodeTampered || given.at > 2<<20 || len(b.files()) != 0 {
			t.Errorf("%d: %v, after %d bytes, %v", length, err, given.at, b.files())
		}
		b.line.stands(nil)
		b.clock.advance(time.Minute)
	}
	b.reads(id, "one")
}
