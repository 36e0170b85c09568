package fhir

import (
	"context"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// A link is followed by its whole address and by its path alone; to another host
// never, in whatever way it is written.
func TestALinkStaysWithItsHost(t *testing.T) {
	c, err := NewClient("https://centre.example/fhir", &http.Client{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for link, want := range map[string]string{
		"Patient/x/$everything?page=2":                             "https://centre.example/fhir/Patient/x/$everything?page=2",
		"/fhir/Patient/x/$everything?page=2":                       "https://centre.example/fhir/Patient/x/$everything?page=2",
		"https://centre.example/fhir?_getpages=1":                  "https://centre.example/fhir?_getpages=1",
		"/fhir?next=https://centre.example/fhir":                   "https://centre.example/fhir?next=https://centre.example/fhir",
		"//evil.example/fhir":                                      "",
		"///evil.example/fhir":                                     "",
		"//centre.example@evil.example/fhir":                       "",
		"/\\evil.example/fhir":                                     "",
		"\\\\evil.example/fhir":                                    "",
		"https://evil.example/fhir":                                "",
		"http://centre.example/fhir":                               "",
		"https://centre.example@evil.example/fhir":                 "",
		"https://centre.example.evil.example/fhir/$everything?p=2": "",
	} {
		got, err := c.resolve(link)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%q: %q, %v; want %q", link, got, err, want)
		}
	}
}

// What a server has to say beside the records is no record, with a mode or without:
// the records beside it arrive, and a page after it by its path.
func TestAnOutcomeInAPageIsNoRecord(t *testing.T) {
	for name, outcome := range map[string]string{
		"without a mode":     `{"resource":{"resourceType":"OperationOutcome","issue":[{"severity":"warning","code":"informational"}]}}`,
		"with an id":         `{"resource":{"resourceType":"OperationOutcome","id":"o","issue":[]}}`,
		"an id that is none": `{"resource":{"resourceType":"OperationOutcome","id":"o_o","issue":[]}}`,
		"as an outcome":      `{"search":{"mode":"outcome"},"resource":{"resourceType":"OperationOutcome","issue":[]}}`,
	} {
		basic := func(id string) string {
			return `{"resource":{"resourceType":"Encounter","id":"` + id + `","status":"finished","subject":{"reference":"Patient/p"}}}`
		}
		c := serving(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/fhir+json")
			if r.URL.Path != "/fhir/Patient/p/$everything" {
				w.WriteHeader(http.StatusNotFound)
				return
			}
			if r.URL.Query().Get("page") == "2" {
				_, _ = io.WriteString(w, `{"resourceType":"Bundle","type":"searchset","entry":[`+basic("c")+`]}`)
				return
			}
			_, _ = io.WriteString(w, `{"resourceType":"Bundle","type":"searchset","total":3,"link":[{"relation":"next","url":"/fhir/Patient/p/$everything?page=2"}],"entry":[`+
				basic("a")+`,`+outcome+`,`+basic("b")+`]}`)
		})
		ids := ""
		raw, err := c.Everything(t.Context(), "p", time.Time{}, 500, nil)
		for more := true; more && err == nil; {
			var p Page
			if p, err = raw.Project(&Person{ID: "p"}); err != nil {
				break
			}
			if len(p.Aside) > 0 || p.Entries != len(p.Resources) {
				t.Errorf("%s: %d entries, aside %+v", name, p.Entries, p.Aside)
			}
			for i := range p.Resources {
				ids += p.Resources[i].Record.ID
			}
			if more = raw.Next != ""; more {
				raw, err = c.NextPage(context.Background(), raw.Next, nil)
			}
		}
		if err != nil || ids != "abc" || ehrdesk.CodeOf(err) != "" {
			t.Errorf("%s: %q, %v", name, ids, err)
		}
	}
}
