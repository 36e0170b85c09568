package house

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// serving is the centre of a server that answers everything in one way.
func serving(t *testing.T, answer http.HandlerFunc) *Centre {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	c, err := fhir.NewClient(s.URL+"/fhir", s.Client(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return New(c, "1234567890")
}

// first asks for the first page of a feed.
func first(t *testing.T, c *Centre) error {
	t.Helper()
	feed := c.Changes(t.Context(), &fhir.Person{ID: "p"}, fhir.From{})
	defer feed.Close()
	_, err := feed.Next(t.Context())
	return err
}

func zipped(t *testing.T, write func(io.Writer)) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	write(z)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A few bytes on the line are never gigabytes here: what a page may hold is bounded
// before anything is made of it.
func TestAFewBytesOnTheLineCostNoGigabytes(t *testing.T) {
	repeat := func(part string, n int) func(io.Writer) {
		return func(w io.Writer) {
			_, _ = io.WriteString(w, `{"resourceType":"Bundle","type":"searchset","entry":[`)
			chunk := strings.Repeat(part, 1000)
			for range n / 1000 {
				_, _ = io.WriteString(w, chunk)
			}
			_, _ = io.WriteString(w, `{}]}`)
		}
	}
	for name, bomb := range map[string][]byte{
		"entries that are empty":   zipped(t, repeat(`{},`, 5_000_000)),
		"resources that are empty": zipped(t, repeat(`{"resource":{}},`, 900_000)),
		"members without end":      zipped(t, func(w io.Writer) { repeat(`{"resource":{`+strings.Repeat(`"":1,`, 900)+`"x":1}},`, 2000)(w) }),
		"brackets": zipped(t, func(w io.Writer) {
			_, _ = io.WriteString(w, `{"resourceType":"Bundle","x":`+strings.Repeat("[", 15<<20))
		}),
		"an answer without an end": zipped(t, func(w io.Writer) { repeat(`{"resource":{"resourceType":"Basic","id":"a"}},`, 300_000)(w) }),
	} {
		t.Run(name, func(t *testing.T) {
			c := serving(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/fhir+json")
				w.Header().Set("Content-Encoding", "gzip")
				_, _ = w.Write(bomb)
			})
			n, err := ehrdesk.ParseEHRNumber("123456789012")
			if err != nil {
				t.Skip(err)
			}
			for what, ask := range map[string]func() error{
				"sync": func() error {
					return first(t, c)
				},
				"look-up": func() error { _, err := c.Find(t.Context(), ehrdesk.Number{EHR: n}); return err },
			} {
				peak := mostHeap(func() {
					if err := ask(); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered && err != nil {
						t.Errorf("%s: %v", what, err)
					}
				})
				t.Logf("MEASURE %s: %d bytes on the line, %d MB of heap at most", what, len(bomb), peak>>20)
				if peak > 100<<20 {
					t.Errorf("%s: %d bytes on the line cost %d MB", what, len(bomb), peak>>20)
				}
			}
		})
	}
}

// mostHeap is the most that lies on the heap while do runs: what is used, with the little that
// waits to be collected. By its own measure the collector lets as much again lie about, and
// more where the machine is busy.
func mostHeap(do func()) uint64 {
	var done atomic.Bool
	most, ended := uint64(0), make(chan struct{})
	defer debug.SetGCPercent(debug.SetGCPercent(10))
	runtime.GC()
	go func() {
		defer close(ended)
		var m runtime.MemStats
		for !done.Load() {
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
			runtime.Gosched()
		}
	}()
	do()
	done.Store(true)
	<-ended
	return most
}

func TestSomethingElseThatAnswersIsTheLineBeingDown(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"a page to log in": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = io.WriteString(w, "<html>Welcome to the hotel</html>")
		},
		"the way to one": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://login.example/", http.StatusFound)
		},
		"a proxy":                 func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusProxyAuthRequired) },
		"a network without leave": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNetworkAuthenticationRequired) },
	} {
		c := serving(t, answer)
		err := first(t, c)
		if ehrdesk.CodeOf(err) != ehrdesk.CodeOffline || ehrdesk.CodeOf(err).Exit() != 5 {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := c.Act(t.Context(), fhir.Act{Op: ehrdesk.AuditGrant}); ehrdesk.CodeOf(err) != ehrdesk.CodeTimeout {
			t.Errorf("%s: of an act nobody can know: %v", name, err)
		}
	}
}
