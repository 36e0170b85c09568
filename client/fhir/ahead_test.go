package fhir

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// following are two pages: what the first has after its link, and how the list ends.
func following(t *testing.T, first string) (pages int, err error) {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/fhir+json")
		if r.URL.Path == "/2" {
			_, _ = io.WriteString(w, `{"resourceType":"Bundle","type":"searchset"}`)
			return
		}
		_, _ = io.WriteString(w, `{"resourceType":"Bundle","type":"searchset","link":[{"relation":"next","url":"http://`+r.Host+`/2"}]`+first)
	}))
	t.Cleanup(srv.Close)
	c, err := NewClient(srv.URL, srv.Client(), nil)
	if err != nil {
		t.Fatal(err)
	}
	p := c.Pages(t.Context(), srv.URL+"/1", &Person{ID: "1"}, nil)
	defer p.Close()
	for {
		if _, err := p.Next(t.Context()); errors.Is(err, io.EOF) {
			return pages, nil
		} else if err != nil {
			return pages, err
		}
		pages++
	}
}

func TestAPageIsJudgedWholeThoughTheNextIsAskedForBefore(t *testing.T) {
	for _, c := range []struct {
		name, first string
		pages       int
		code        ehrdesk.Code
	}{
		{"whole", `}`, 2, ""},
		{"cut off", `,"entry":[{"resource":{"resourceType":"Basic"`, 0, ehrdesk.CodeTampered},
		{"a second link", `,"link":[{"relation":"next","url":"http://elsewhere/3"}]}`, 0, ehrdesk.CodeTampered},
		{"a part of it failed", `,"entry":[{"resource":{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"exception"}]},"search":{"mode":"outcome"}}]}`, 0, ehrdesk.CodeOffline},
	} {
		pages, err := following(t, c.first)
		if pages != c.pages || ehrdesk.CodeOf(err) != c.code && (err != nil || c.code != "") {
			t.Errorf("%s: %d pages, %v", c.name, pages, err)
		}
	}
}
