package client_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/cachetest"
	"github.com/ehrdesk/ehrdesk/client"
)

// scans is a line on which a patient's record is scanned documents, a page each,
// made up as they are sent by a real server on loopback. The rest of the centre
// is the centre.
type scans struct {
	*line
	server  *httptest.Server
	patient string
	pages   int
	size    int  // bytes of each document, so many times three
	zip     bool // the server compresses, and so gives no length
	watch   func(page int)
	damage  func(w http.ResponseWriter, page string) // sends the first page otherwise

	mu   sync.Mutex
	sums map[string]hash.Hash // of the resources, as they were sent
}

// canary is base64 that stands in every document all over.
const canary = "Q0FOQVJZIG9mIGEgc2Nhbm5lZCBsZXR0"

// overScans is a desk with a chart open, on such a line.
func overScans(t *testing.T, w *world, l *scans) (*client.Session, ehrdesk.Chart) {
	t.Helper()
	w.enrol("lee", ehrdesk.Doctor)
	n, key := w.patient("SCAN", 1)
	s := w.signIn("lee")
	w.consent(s, n, key)
	_ = s.Close()
	_ = w.desk.Close()
	l.line, l.sums = w.line, map[string]hash.Hash{}
	if l.watch == nil {
		l.watch = func(int) {}
	}
	l.server = httptest.NewServer(l)
	t.Cleanup(l.server.Close)
	w.desk = client.New(client.Options{Cost: cachetest.Cost(), Dir: w.dir, HTTP: &http.Client{Transport: l}, Patience: time.Minute, Now: w.clock.now, Ceiling: w.limit})
	s = w.signIn("lee")
	t.Cleanup(func() { _ = s.Close() })
	c, err := s.Open(context.Background(), n, ehrdesk.Consultation, "")
	if err != nil {
		t.Fatal(err)
	}
	l.patient = c.Patient().ID
	return s, c
}

func (l *scans) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.Contains(r.URL.Path, "$everything") {
		return l.line.RoundTrip(r)
	}
	there := r.Clone(r.Context())
	there.URL.Host = strings.TrimPrefix(l.server.URL, "http://")
	return http.DefaultTransport.RoundTrip(there)
}

func (l *scans) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	page := 1
	_, _ = fmt.Sscan(r.URL.Query().Get("page"), &page)
	link := ""
	if page < l.pages {
		link = fmt.Sprintf(`"link":[{"relation":"next","url":"http://%s%s?page=%d"}],`, r.Host, r.URL.Path, page+1)
	}
	open := `{"resourceType":"Bundle","type":"searchset","timestamp":"2026-11-20T01:02:03Z",` + link + `"entry":[{"resource":`
	resource := fmt.Sprintf(`{"resourceType":"DocumentReference",
		"id":"scan-%d","meta":{"versionId":"1","lastUpdated":"2026-11-19T00:00:00Z"},"status":"current","description":"Scan %d","subject":{"reference":"Patient/%s"},"date":"2026-11-18T10:00:00+08:00",
		"content":[{"attachment":{"contentType":"application/pdf","data":"`, page, page, l.patient)
	if l.damage != nil {
		var all strings.Builder
		all.WriteString(open + resource)
		_, _ = io.Copy(&all, l.document(page))
		l.damage(w, all.String()+`"}}]}}]}`)
		return
	}
	sum := sha256.New()
	l.mu.Lock()
	l.sums[fmt.Sprintf("scan-%d", page)] = sum
	l.mu.Unlock()
	var out io.Writer = w
	if l.zip && r.Header.Get("Accept-Encoding") == "gzip" {
		w.Header().Set("Content-Encoding", "gzip")
		z, _ := gzip.NewWriterLevel(w, gzip.BestSpeed)
		defer z.Close()
		out = z
	} else {
		w.Header().Set("Content-Length", fmt.Sprint(len(open)+len(resource)+base64.StdEncoding.EncodedLen(l.size)+len(`"}}]}}]}`)))
	}
	_, _ = io.WriteString(out, open)
	_, _ = io.WriteString(io.MultiWriter(sum, out), resource)
	_, _ = io.Copy(io.MultiWriter(sum, out), l.document(page))
	_, _ = io.WriteString(io.MultiWriter(sum, out), `"}}]}`)
	_, _ = io.WriteString(out, `}]}`)
}

// document is base64 of a document that does not compress, with the canary every
// 4 KiB, and looks on twice each MiB. It makes no garbage.
func (l *scans) document(page int) io.Reader {
	random := rand.NewChaCha8([32]byte{byte(page)})
	left := base64.StdEncoding.EncodedLen(l.size)
	buf := make([]byte, 3<<10)
	return readerFunc(func(p []byte) (int, error) {
		n := min(4<<10, len(p), left) // io.Copy's memory is longer
		if n == 0 {
			return 0, io.EOF
		}
		_, _ = random.Read(buf[:n/4*3])
		base64.StdEncoding.Encode(p, buf[:n/4*3])
		if n > len(canary) {
			copy(p, canary)
		}
		if left -= n; left%(512<<10) < n {
			l.watch(page)
		}
		return n, nil
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// live is the bytes of heap that are in use.
func live() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// heap is the most that was live at any of the looks taken. While one is taken
// whoever takes it does nothing else: what others make meanwhile would count.
type heap struct {
	mu    sync.Mutex
	most  uint64
	looks int
}

func (h *heap) look() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.most, h.looks = max(h.most, live()), h.looks+1
}

// seldom is do, of so many calls once.
func seldom(n int64, do func()) func() {
	var calls atomic.Int64
	return func() {
		if calls.Add(1)%n == 0 {
			do()
		}
	}
}

// However long the documents of a record are, syncing them takes the same few
// megabytes, and every byte is kept as it was sent.
func TestDocumentsSyncInMemoryThatDoesNotGrowWithThem(t *testing.T) {
	const flat = 6 << 20
	for _, tt := range []struct {
		pages, size int
		zip         bool
	}{{1, 8 << 20 / 3 * 3, false}, {3, 24 << 20, false}, {1, 24 << 20, true}, {1, 40 << 20 / 3 * 3, false}} {
		if testing.Short() && tt.pages*tt.size > 24<<20 {
			continue // make long
		}
		t.Run(fmt.Sprintf("%d of %d MiB, compressed %v", tt.pages, tt.size>>20, tt.zip), func(t *testing.T) {
			l, h := &scans{pages: tt.pages, size: tt.size, zip: tt.zip}, &heap{}
			s, c := overScans(t, newWorld(t, 24), l)
			before := live()
			s.WatchSpools(seldom(16, h.look)) // each is of up to 64 KiB, in and out
			l.watch = func(int) { h.look() }
			rep, err := c.Sync(context.Background(), func(ehrdesk.Progress) { h.look() })
			l.watch = func(int) {}
			if err != nil || rep.Changed != tt.pages || h.looks < 3*tt.pages*tt.size>>20 {
				t.Fatalf("%+v, %d looks, %v", rep, h.looks, err)
			}
			t.Logf("MEASURE %.1f MiB of live heap more than before, at most, in %d looks", float64(h.most-min(h.most, before))/(1<<20), h.looks)
			if h.most > before+flat {
				t.Errorf("%d bytes of heap more than before", h.most-before)
			}
			if after := live(); after > before+flat/2 {
				t.Errorf("%d bytes of heap stay", after-before)
			}
			for i := range tt.pages {
				ref := ehrdesk.Ref{Resource: "DocumentReference", ID: fmt.Sprintf("scan-%d", i+1)}
				d, err := c.Detail(context.Background(), ref)
				if err != nil || d.Record.Title != fmt.Sprintf("Scan %d", i+1) {
					t.Fatalf("%+v, %v", d.Record, err)
				}
				if last := d.Elements[len(d.Elements)-1]; last.Remark != (ehrdesk.Remark{Kind: ehrdesk.RemarkAttached, Size: int64(tt.size), Word: "application/pdf"}) {
					t.Errorf("%+v", last)
				}
				raw, err := c.Raw(context.Background(), ref)
				if sum := sha256.Sum256(raw); err != nil || !bytes.Equal(sum[:], l.sums[ref.ID].Sum(nil)) {
					t.Errorf("%s: other bytes than were sent: %d, %v", ref.ID, len(raw), err)
				}
			}
		})
	}
}

// A long page that is not whole, well formed and the patient's changes nothing,
// and says what a short one says.
func TestALongPageThatIsBrokenChangesNothing(t *testing.T) {
	whole := func(w http.ResponseWriter, p string) { _, _ = io.WriteString(w, p) }
	change := func(old, new string) func(http.ResponseWriter, string) {
		return func(w http.ResponseWriter, p string) {
			i := strings.LastIndex(p, old)
			whole(w, p[:i]+new+p[i+len(old):])
		}
	}
	w := newWorld(t, 24)
	l := &scans{pages: 1, size: 3 << 20}
	_, c := overScans(t, w, l)
	if _, err := c.Sync(context.Background(), nil); err != nil || count(c) != 1 {
		t.Fatal(count(c), err)
	}
	for _, tt := range []struct {
		name   string
		damage func(http.ResponseWriter, string)
		code   ehrdesk.Code
	}{
		{"cut short in the document", func(w http.ResponseWriter, p string) {
			w.Header().Set("Content-Length", fmt.Sprint(len(p)))
			whole(w, p[:2<<20])
			panic(http.ErrAbortHandler)
		}, ehrdesk.CodeOffline},
		{"cut short, and no length", func(w http.ResponseWriter, p string) {
			whole(w, p[:len(p)-2])
			panic(http.ErrAbortHandler)
		}, ehrdesk.CodeOffline},
		{"without its end", change(`}]}`, ``), ehrdesk.CodeTampered},
		{"with more after its end", change(`}]}`, `}]}{}`), ehrdesk.CodeTampered},
		{"a control character in the document", change(canary, "\x01"), ehrdesk.CodeTampered},
		{"an escape that is none in the document", change(canary, `\x`), ehrdesk.CodeTampered},
		{"longer than an answer is", func(w http.ResponseWriter, p string) {
			whole(w, p[:len(p)-9])
			for range 64 {
				whole(w, strings.Repeat("QUJD", 256<<10))
			}
		}, ehrdesk.CodeTampered},
		{"longer by its header", func(w http.ResponseWriter, p string) {
			w.Header().Set("Content-Length", fmt.Sprint(100<<20))
			whole(w, p)
		}, ehrdesk.CodeTampered},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l.damage = func(w http.ResponseWriter, p string) {
				tt.damage(w, strings.NewReplacer(`"id":"scan-1"`, `"id":"scan-2"`, "Scan 1", "Scan 2").Replace(p))
			}
			rep, err := c.Sync(context.Background(), nil)
			wantCode(t, tt.name, err, tt.code)
			if list := c.Search("scan"); rep.Changed != 0 || len(list) != 1 || list[0].ID != "scan-1" {
				t.Errorf("%+v, %+v", rep, list)
			}
		})
	}
	l.damage = nil
	l.pages = 2
	if rep, err := c.Sync(context.Background(), nil); err != nil || rep.Changed != 1 {
		t.Errorf("whole again: %+v, %v", rep, err)
	}
}

// A document that is given up on its way leaves nothing, and hinders nothing.
func TestASyncGivenUpInADocumentChangesNothing(t *testing.T) {
	ctx, give := context.WithCancel(context.Background())
	defer give()
	l := &scans{pages: 2, size: 6 << 20}
	l.watch = func(page int) {
		if page == 2 {
			give()
		}
	}
	_, c := overScans(t, newWorld(t, 24), l)
	rep, err := c.Sync(ctx, nil)
	if !errors.Is(err, context.Canceled) || rep.Changed != 1 {
		t.Errorf("%+v, %v", rep, err)
	}
	l.watch = func(int) {}
	if rep, err := c.Sync(context.Background(), nil); err != nil || rep.Changed != 1 || count(c) != 2 {
		t.Errorf("%+v, %d records, %v", rep, count(c), err)
	}
}
