package central_test

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// BenchmarkEverything is the first sync of a long record over loopback, as the
// server's part of it: 1,000 and 10,000 observations of about 1 KB.
func BenchmarkEverything(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			w := newWorld(b)
			var entries []string
			pad := strings.Repeat("x", 900)
			for i := range n {
				entries = append(entries, entry(`{"resourceType":"Observation","id":"o`+strconv.Itoa(i)+`","status":"final","subject":{"reference":"Patient/`+uuidA+`"},"valueString":"`+pad+`"}`))
			}
			w.importText(patientBundle(uuidA, "CHAN", entries...))
			d := w.reader()
			for b.Loop() {
				size := int64(0)
				next := w.base + "/Patient/" + uuidA + "/$everything?_count=5000"
				for next != "" {
					req, _ := http.NewRequestWithContext(b.Context(), "GET", next, nil)
					d.authorize(req)
					req.Header.Set("Accept-Encoding", "identity")
					res, err := http.DefaultClient.Do(req)
					if err != nil {
						b.Fatal(err)
					}
					body, err := io.ReadAll(res.Body)
					res.Body.Close()
					if err != nil || res.StatusCode != 200 {
						b.Fatal(res.StatusCode, err)
					}
					size += int64(len(body))
					next = ""
					if i := strings.LastIndex(string(body[max(0, len(body)-2000):]), `"url":"`); i >= 0 {
						tail := string(body[max(0, len(body)-2000):])[i+7:]
						if j := strings.IndexByte(tail, '"'); strings.Contains(tail[:j], "page=") {
							next = tail[:j]
						}
					}
				}
				b.SetBytes(size)
			}
		})
	}
}

// BenchmarkSmallestRead is one record read over loopback, its proof made by the client of
// the test: what of it the proof is, is in internal/central/signin and client/fhir.
func BenchmarkSmallestRead(b *testing.B) {
	w := newWorld(b)
	w.importText(patientBundle(uuidA, "CHAN", entry(`{"resourceType":"Observation","id":"o","status":"final","subject":{"reference":"Patient/`+uuidA+`"}}`)))
	d := w.reader()
	for b.Loop() {
		d.want(200, "GET", "/Observation/o", "")
	}
}
