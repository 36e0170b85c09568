package central_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// BenchmarkGate is a page of 500 records of about 1 KB, and one record, of an engine alone, through
// the gate, and of a centre that keeps the same records itself, asked in turn: what is reported is
// the middle of each and how the first two stand to one another. The engine is the quirk server, or
// that at EHRDESK_ENGINE, into which the patient is put.
func BenchmarkGate(b *testing.B) {
	g := newGate(b, fhirtest.Quirks{})
	engine := g.engine.URL
	put := func(body string) { g.engine.Put(body) }
	if at := os.Getenv("EHRDESK_ENGINE"); at != "" {
		engine = at
		g.world = newWorld(b, func(o *central.Options) {
			o.Upstream = &central.Upstream{}
			o.Upstream.URL = engine
		})
		put = func(body string) {
			kind, rest, _ := strings.Cut(strings.TrimPrefix(body, `{"resourceType":"`), `"`)
			id, _, _ := strings.Cut(strings.TrimPrefix(rest, `,"id":"`), `"`)
			req, _ := http.NewRequestWithContext(b.Context(), "PUT", engine+"/"+kind+"/"+id, strings.NewReader(body))
			req.Header.Set("Content-Type", "application/fhir+json")
			res, err := http.DefaultClient.Do(req)
			if err != nil || res.StatusCode/100 != 2 {
				b.Fatal(err, res)
			}
			res.Body.Close()
		}
		put(`{"resourceType":"Patient","id":"p","identifier":[{"system":"` + ehrdesk.SystemEHR + `","value":"` + gateEHR + `"}],"name":[{"family":"CHAN"}],"birthDate":"1960-02-03"}`)
	}
	var entries []string
	for i := range 500 {
		entries = append(entries, entry(fmt.Sprintf(`{"resourceType":"Observation","id":"n%d","status":"final","subject":{"reference":"Patient/`+uuidA+`"},"valueString":"%s"}`, i, strings.Repeat("x", 900))))
		put(fmt.Sprintf(`{"resourceType":"Observation","id":"n%d","status":"final","subject":{"reference":"Patient/p"},"valueString":"%s"}`, i, strings.Repeat("x", 900)))
	}
	own := newWorld(b)
	own.importText(patientBundle(uuidA, "CHAN", entries...))
	keeper := own.reader()
	d := g.doctor()
	page := "/Patient/p/$everything?_count=500"
	alone := page
	if seen, _ := g.c.Upstream(); !seen.Everything.Given {
		alone = "/Observation?patient=Patient/p&_count=500"
	}
	for _, c := range []struct{ name, engine, gate string }{{"page", alone, page}, {"read", "/Observation/n7", "/Observation/n7"}} {
		b.Run(c.name, func(b *testing.B) {
			var took [3][]time.Duration
			for b.Loop() {
				for i, url := range []string{engine + c.engine, g.base + c.gate, own.base + strings.Replace(c.gate, "/p/", "/"+uuidA+"/", 1)} {
					req, _ := http.NewRequestWithContext(b.Context(), "GET", url, nil)
					req.Header.Set("Accept-Encoding", "identity")
					if i > 0 {
						[...]*desk{nil, d, keeper}[i].authorize(req)
					}
					began := time.Now()
					res, err := http.DefaultClient.Do(req)
					if err != nil {
						b.Fatal(err)
					}
					n, err := io.Copy(io.Discard, res.Body)
					res.Body.Close()
					took[i] = append(took[i], time.Since(began))
					if err != nil || res.StatusCode != 200 || c.name == "page" && n < 400_000 {
						b.Fatal(res.StatusCode, n, err)
					}
				}
			}
			middle := func(t []time.Duration) time.Duration { slices.Sort(t); return t[len(t)/2] }
			e, through, keeps := middle(took[0]), middle(took[1]), middle(took[2])
			b.ReportMetric(float64(e.Microseconds())/1000, "engine-ms")
			b.ReportMetric(float64(through.Microseconds())/1000, "gate-ms")
			b.ReportMetric(float64(keeps.Microseconds())/1000, "own-centre-ms")
			b.ReportMetric(float64(through)/float64(e), "gate/engine")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// A document of 24 MiB goes through a gate once: what lies in memory for it is the engine's answer,
// and it is not copied on its way.
func TestALongDocumentGoesThroughAGateInFlatMemory(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	const size = 24 << 20
	document := `{"resourceType":"DocumentReference","id":"long","status":"current","subject":{"reference":"Patient/p"},"content":[{"attachment":{"data":"` + strings.Repeat("QUJD", size/4) + `"}}]}`
	page := `{"resourceType":"Bundle","type":"searchset","entry":[{"resource":` + document + `}]}`
	d := g.doctor()
	g.line.replies(func(r *http.Request) (*http.Response, bool) { // no server of the test's is in memory beside
		if strings.HasSuffix(r.URL.Path, "$everything") {
			return &http.Response{StatusCode: 200, Header: http.Header{"Date": {g.clock.now().UTC().Format(http.TimeFormat)}}, ContentLength: int64(len(page)), Body: io.NopCloser(strings.NewReader(page)), Request: r}, true
		}
		return nil, false
	})
	ask := func() (n int64) {
		t.Helper()
		req, _ := http.NewRequestWithContext(t.Context(), "GET", g.base+"/Patient/p/$everything", nil)
		d.authorize(req)
		req.Header.Set("Accept-Encoding", "identity")
		res, err := http.DefaultClient.Do(req)
		if err != nil || res.StatusCode != 200 {
			t.Fatal(err, res.StatusCode)
		}
		defer res.Body.Close()
		if n, err = io.Copy(io.Discard, res.Body); err != nil {
			t.Fatal(err)
		}
		return n
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	n := ask()
	runtime.ReadMemStats(&after)
	if made := after.TotalAlloc - before.TotalAlloc; n < size || made > size+size/4 {
		t.Errorf("%d MiB came, and %d MiB of memory were made for it", n>>20, made>>20)
	}
}

// BenchmarkGateOpens is the leave to open a chart of 10,000 records, which are all read for it to be counted
// by kind and by label, and of one with ten.
func BenchmarkGateOpens(b *testing.B) {
	for _, n := range []int{10, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			g := newGate(b, fhirtest.Quirks{})
			for i := range n {
				g.engine.Put(fmt.Sprintf(`{"resourceType":"Observation","id":"n%d","status":"final","subject":{"reference":"Patient/p"},"valueString":"%s"}`, i, strings.Repeat("x", 900)))
			}
			d := g.doctor()
			for b.Loop() {
				d.want(200, "POST", "/Patient/p/$open", openConsultation)
			}
		})
	}
}
