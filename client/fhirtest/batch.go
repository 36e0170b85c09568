package fhirtest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// batch answers a Bundle of reads and searches, each as it would be alone. The caller holds
// s.mu.
func (s *Server) batch(w http.ResponseWriter, r *http.Request, body []byte) {
	o, err := r4.Parse(body)
	if err != nil || o.Text("type") != "batch" {
		refuse(w, http.StatusBadRequest, "structure")
		return
	}
	var urls []string
	r4.Each(o.Raw("entry"), func(v r4.Value) {
		if req := r4.ObjectOf(r4.ObjectOf(v).Raw("request")); req.Text("method") == http.MethodGet {
			urls = append(urls, req.Text("url"))
		}
	})
	switch {
	case s.quirks.is(NoBatch):
		refuse(w, http.StatusNotFound, "not-supported")
		return
	case s.quirks.is(BatchEmpty):
		write(w, http.StatusOK, map[string]any{"resourceType": "Bundle", "type": "searchset"})
		return
	case s.quirks.MostBatch > 0 && len(urls) > s.quirks.MostBatch:
		refuse(w, http.StatusRequestEntityTooLarge, "too-costly")
		return
	}
	entries := make([]map[string]any, 0, len(urls))
	for i, link := range urls {
		status, body := http.StatusForbidden, []byte(`{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"forbidden"}]}`)
		switch {
		case s.quirks.is(BatchHollow):
			status, body = http.StatusOK, []byte(`{"resourceType":"Bundle","type":"searchset","total":0}`)
		case !s.quirks.is(BatchDenied) || i%2 == 0:
			status, body = inside(s, r, link)
		}
		entries = append(entries, map[string]any{"response": map[string]string{"status": fmt.Sprint(status, " ", http.StatusText(status))}, "resource": jsontext.Value(body)})
	}
	if s.quirks.is(BatchReversed) {
		slices.Reverse(entries)
	}
	write(w, http.StatusOK, map[string]any{"resourceType": "Bundle", "type": "batch-response", "entry": entries})
}

// inside answers one entry, and notes it as a request of the batch.
func inside(s *Server, r *http.Request, link string) (status int, body []byte) {
	u, err := url.Parse(link)
	if err != nil {
		return http.StatusBadRequest, []byte(`{"resourceType":"OperationOutcome"}`)
	}
	s.asked++
	s.log = append(s.log, Inside+"GET "+u.Path+"?"+u.Query().Encode())
	w := httptest.NewRecorder()
	s.route(w, httptest.NewRequestWithContext(r.Context(), http.MethodGet, "/"+link, http.NoBody), u.Path, u.Query(), nil)
	return w.Code, w.Body.Bytes()
}

// Inside is what a request of a batch begins with in the list of requests.
const Inside = "in a batch: "
