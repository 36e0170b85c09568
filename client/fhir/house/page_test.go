package house

import (
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

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
		feed := c.Changes(t.Context(), &fhir.Person{ID: "p"}, fhir.From{})
		p, err := feed.Next(t.Context())
		for ; err == nil; p, err = feed.Next(t.Context()) {
			if len(p.Aside) > 0 || p.Entries != len(p.Resources) {
				t.Errorf("%s: %d entries, aside %+v", name, p.Entries, p.Aside)
			}
			for i := range p.Resources {
				ids += p.Resources[i].Record.ID
			}
		}
		feed.Close()
		if !errors.Is(err, io.EOF) || ids != "abc" {
			t.Errorf("%s: %q, %v", name, ids, err)
		}
	}
}

// A list of which the centre, or whatever stands before it, says among the rows that something failed is
// none: no chart is in step by it, and nobody is not registered by it.
func TestAListThatFailedAmongItsRowsIsNoList(t *testing.T) {
	for _, issue := range []string{`"severity":"error","code":"processing"`, `"severity":"warning","code":"incomplete"`} {
		c := serving(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/fhir+json")
			_, _ = io.WriteString(w, `{"resourceType":"Bundle","type":"searchset","total":0,"entry":[{"search":{"mode":"outcome"},"resource":{"resourceType":"OperationOutcome","issue":[{`+issue+`}]}}]}`)
		})
		if err := first(t, c); ehrdesk.TroubleOf(err) != ehrdesk.TroubleServer || ehrdesk.CodeOf(err) != ehrdesk.CodeOffline {
			t.Errorf("%s: a page: %v", issue, err)
		}
		n, err := ehrdesk.ParseEHRNumber("123456789012")
		if err != nil {
			t.Fatal(err)
		}
		if f, err := c.Find(t.Context(), ehrdesk.Number{EHR: n}); ehrdesk.TroubleOf(err) != ehrdesk.TroubleServer {
			t.Errorf("%s: a look-up: %q, %v", issue, f.Participation, err)
		}
	}
}

// Whom the centre names by the number of a document is refused at the look-up, whether it says so itself or
// the desk sees it.
func TestAPatientNamedByANumberIsNotFound(t *testing.T) {
	for name, answer := range map[string]func(w http.ResponseWriter){
		"as the desk sees": func(w http.ResponseWriter) {
			_, _ = io.WriteString(w, `{"resourceType":"Bundle","type":"searchset","total":1,"entry":[{"resource":{"resourceType":"Patient","id":"A1234563","identifier":[{"system":"`+ehrdesk.SystemEHR+`","value":"123456789012"}]}}]}`)
		},
		"as the centre says": func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusConflict)
			_, _ = io.WriteString(w, `{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"conflict","details":{"coding":[{"system":"`+ehrdesk.SystemIssue+`","code":"number-as-id"}]}}]}`)
		},
	} {
		c := serving(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/fhir+json")
			answer(w)
		})
		n, err := ehrdesk.ParseEHRNumber("123456789012")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Find(t.Context(), ehrdesk.Number{EHR: n}); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict || !errors.Is(err, ehrdesk.ErrNumberAsID) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
