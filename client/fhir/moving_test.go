package fhir

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

func TestAnAnswerThatStopsIsGivenUp(t *testing.T) {
	release := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/fhir+json")
		for range 100_000 { // a byte now and then
			if _, err := io.WriteString(w, " "); err != nil {
				return
			}
			w.(http.Flusher).Flush()
			select {
			case <-release:
				return
			case <-r.Context().Done():
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}))
	defer s.Close()
	defer close(release)
	c, err := NewClient(s.URL+"/fhir", s.Client(), nil)
	if err != nil {
		t.Fatal(err)
	}
	c.patience = 200 * time.Millisecond
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	_, err = c.Get(ctx, "x", "Basic/1")
	if ehrdesk.CodeOf(err) != ehrdesk.CodeTimeout || ctx.Err() != nil {
		t.Error(err)
	}
}
