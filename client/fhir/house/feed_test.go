package house

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// A mark is given when all that the centre counts has come, by its total and by what
// it counted at opening, and not before; the next feed begins a little behind it.
func TestAMarkIsRefusedWhileTheCentreCountsMore(t *testing.T) {
	const encounter = `{"resource":{"resourceType":"Encounter","id":"e","status":"finished","subject":{"reference":"Patient/p"}}}`
	now := time.Now().UTC().Format(time.RFC3339)
	var asked []string
	c := serving(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.String())
		w.Header().Set("Content-Type", "application/fhir+json")
		if strings.Contains(r.URL.Path, "$tombstones") {
			_, _ = io.WriteString(w, `{"resourceType":"Bundle","type":"history","timestamp":"`+now+`","entry":[
				{"request":{"method":"DELETE","url":"Encounter/gone"},"response":{"lastModified":"2026-11-01T00:00:00Z"}}]}`)
			return
		}
		_, _ = io.WriteString(w, `{"resourceType":"Bundle","type":"searchset","timestamp":"`+now+`","total":2,"entry":[`+encounter+`]}`)
	})
	at := time.Date(2026, 11, 20, 8, 0, 0, 5, time.UTC)
	two := map[ehrdesk.Kind]fhir.KindAccess{ehrdesk.KindEncounter: {Kind: ehrdesk.KindEncounter, Access: ehrdesk.General, Count: 2}}
	feed := c.Changes(t.Context(), &fhir.Person{ID: "p"}, fhir.From{Counted: two})
	defer feed.Close()
	if p, err := feed.Next(t.Context()); err != nil || p.Entries != 1 {
		t.Fatalf("%+v, %v", p, err)
	}
	if _, err := feed.Next(t.Context()); !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	if _, err := feed.Mark(at); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("a mark that nobody was asked about: %v", err)
	}
	came := fhir.Tally{Records: 1, Kept: map[ehrdesk.Kind]int{ehrdesk.KindEncounter: 1}}
	if n, err := feed.Expect(t.Context(), came); n != 1 || err != nil {
		t.Errorf("%d missing by the total, %v", n, err)
	}
	if _, err := feed.Mark(at); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("a mark while one is missing: %v", err)
	}
	came.Records = 2 // of what was counted at opening, the tombstone accounts for the other
	if n, err := feed.Expect(t.Context(), came); n != 0 || err != nil {
		t.Errorf("%d missing, %v", n, err)
	}
	mark, err := feed.Mark(at)
	if err != nil {
		t.Fatal(err)
	}
	next := c.Changes(t.Context(), &fhir.Person{ID: "p"}, fhir.From{Mark: mark})
	defer next.Close()
	if _, err := next.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	if last := asked[len(asked)-1]; !strings.Contains(last, "_since=2026-11-20T07%3A57%3A00.000Z") {
		t.Errorf("the next feed asks %s", last)
	}
	if gone, err := feed.Gone(t.Context()); len(gone) != 0 || err != nil {
		t.Errorf("of a feed of everything %v is gone, %v", gone, err)
	}
	if gone, err := next.Gone(t.Context()); len(gone) != 1 || err != nil || gone[0].Ref.ID != "gone" {
		t.Errorf("%v is gone, %v", gone, err)
	}
}

// Something on the line may keep answers and give them again. Records as they were before the
// mark are no answer to what changed since, and a list of what was withdrawn that is older than
// the records beside it lacks what was withdrawn in between: neither is taken, and no mark is given.
func TestAnOldAnswerIsNoAnswer(t *testing.T) {
	mark := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		records, withdrawn time.Duration // from the mark on, 0 for no time at all
		next, gone         ehrdesk.Code
	}{
		"both new":                          {time.Hour, time.Hour, "", ""},
		"the records a little old":          {-time.Minute, time.Hour, "", ""},
		"the records old":                   {-time.Hour, time.Hour, ehrdesk.CodeConflict, ""},
		"the records of no time":            {0, time.Hour, ehrdesk.CodeConflict, ""},
		"what was withdrawn is of no time":  {time.Hour, 0, "", ehrdesk.CodeConflict},
		"what was withdrawn is an old list": {time.Hour, time.Minute, "", ehrdesk.CodeConflict},
	} {
		t.Run(name, func(t *testing.T) {
			c := serving(t, func(w http.ResponseWriter, r *http.Request) {
				after := tt.records
				if strings.Contains(r.URL.Path, "$tombstones") {
					after = tt.withdrawn
				}
				stamp := ""
				if after != 0 {
					stamp = `,"timestamp":"` + mark.Add(after).Format(time.RFC3339Nano) + `"`
				}
				w.Header().Set("Content-Type", "application/fhir+json")
				_, _ = io.WriteString(w, `{"resourceType":"Bundle","type":"searchset","total":0`+stamp+`}`)
			})
			feed := c.Changes(t.Context(), &fhir.Person{ID: "p"}, fhir.From{Mark: fhir.Mark(mark.Format(time.RFC3339Nano))})
			defer feed.Close()
			if _, err := feed.Next(t.Context()); ehrdesk.CodeOf(err) != tt.next {
				t.Fatal(err)
			} else if err != nil {
				return
			}
			if _, err := feed.Gone(t.Context()); ehrdesk.CodeOf(err) != tt.gone {
				t.Error(err)
			}
		})
	}
}
