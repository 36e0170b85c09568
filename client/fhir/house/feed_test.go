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
	var asked []string
	c := serving(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.String())
		w.Header().Set("Content-Type", "application/fhir+json")
		if strings.Contains(r.URL.Path, "$tombstones") {
			_, _ = io.WriteString(w, `{"resourceType":"Bundle","type":"history","entry":[
				{"request":{"method":"DELETE","url":"Encounter/gone"},"response":{"lastModified":"2026-11-01T00:00:00Z"}}]}`)
			return
		}
		_, _ = io.WriteString(w, `{"resourceType":"Bundle","type":"searchset","total":2,"entry":[`+encounter+`]}`)
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
