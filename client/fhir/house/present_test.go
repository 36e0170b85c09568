package house

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// gateLike is a centre that keeps no list of what was withdrawn and names what it has. Of those names it
// refuses, or does not have, what is said so.
type gateLike struct {
	has     []string
	refuses map[string]int
	changed []string // the pages with _since have these
	asked   []string
}

func (g *gateLike) record(name string) string {
	kind, id, _ := strings.Cut(name, "/")
	return `{"resourceType":"` + kind + `","id":"` + id + `","status":"finished","subject":{"reference":"Patient/p"}}`
}

func (g *gateLike) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now := time.Now().UTC().Format(time.RFC3339)
	path := strings.TrimPrefix(r.URL.Path, "/fhir/")
	g.asked = append(g.asked, path)
	w.Header().Set("Content-Type", "application/fhir+json")
	page := func(names []string) {
		var rows []string
		for _, n := range names {
			rows = append(rows, `{"resource":`+g.record(n)+`}`)
		}
		_, _ = io.WriteString(w, `{"resourceType":"Bundle","type":"searchset","timestamp":"`+now+`","entry":[`+strings.Join(rows, ",")+`]}`)
	}
	switch {
	case strings.HasSuffix(path, "$tombstones"):
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"not-supported"}]}`)
	case strings.HasSuffix(path, "$present"):
		out := ""
		for _, n := range g.has {
			out += `{"name":"record","valueString":"` + n + `"},`
		}
		_, _ = io.WriteString(w, `{"resourceType":"Parameters","parameter":[`+out+`{"name":"asOf","valueInstant":"`+now+`"}]}`)
	case strings.HasSuffix(path, "$everything") && r.URL.Query().Has("_since"):
		page(g.changed)
	case strings.HasSuffix(path, "$everything"):
		page(g.has)
	case g.refuses[path] != 0:
		w.WriteHeader(g.refuses[path])
	default:
		_, _ = io.WriteString(w, g.record(path))
	}
}

// What a centre names and the desk has not comes, a page each; of much the list is read once more; what
// is named and is not given is missing, and the mark is refused for it. What the desk has
// beside is gone, but for the kinds that this person is not given.
func TestWhatIsThereAndTheDeskLacksComes(t *testing.T) {
	of := func(n int) (out []string) {
		for i := range n {
			out = append(out, fmt.Sprintf("Encounter/e%02d", i))
		}
		return out
	}
	for name, c := range map[string]struct {
		g        gateLike
		held     []string
		come     []string
		gone     []string
		missing  int
		anew     bool
		notGiven ehrdesk.Kind
		unasked  string
	}{
		"all is here":                  {g: gateLike{has: of(2)}, held: of(2)},
		"one has come back":            {g: gateLike{has: of(3)}, held: of(2), come: []string{"Encounter/e02"}},
		"one has changed and one back": {g: gateLike{has: of(4), changed: []string{"Encounter/e03"}}, held: of(2), come: []string{"Encounter/e03", "Encounter/e02"}},
		"it is gone when it is asked":  {g: gateLike{has: of(3), refuses: map[string]int{"Encounter/e02": 404}}, held: of(2)},
		"it is not given":              {g: gateLike{has: of(3), refuses: map[string]int{"Encounter/e02": 403}}, held: of(2), missing: 1},
		"all had gone":                 {g: gateLike{has: of(60)}, come: of(60), anew: true},
		"one is gone":                  {g: gateLike{has: of(1)}, held: of(2), gone: []string{"Encounter/e01"}},
		"not given, and not gone":      {g: gateLike{has: of(1)}, held: []string{"Encounter/e00", "Condition/c"}, notGiven: ehrdesk.KindDiagnosis},
		"not asked for, and not gone":  {g: gateLike{has: of(1)}, held: []string{"Encounter/e00", "Condition/c"}, unasked: "Condition"},
	} {
		t.Run(name, func(t *testing.T) {
			centre := serving(t, c.g.ServeHTTP)
			var held []*ehrdesk.Record
			for _, n := range c.held {
				kind, id, _ := strings.Cut(n, "/")
				held = append(held, &ehrdesk.Record{Resource: kind, ID: id, Kind: ehrdesk.Place(kind, nil, nil).Kind})
			}
			from := fhir.From{Mark: fhir.Mark(time.Now().Add(-time.Hour).Format(time.RFC3339Nano)), Held: slices.Values(held), Ago: time.Hour, Counted: map[ehrdesk.Kind]fhir.KindAccess{}}
			for _, k := range ehrdesk.Kinds() {
				from.Counted[k] = fhir.KindAccess{Kind: k, Access: ehrdesk.General, Unasked: []string{c.unasked}}
				if k == c.notGiven && c.notGiven != 0 {
					from.Counted[k] = fhir.KindAccess{Kind: k, Access: ehrdesk.NoAccess}
				}
			}
			feed := centre.Changes(t.Context(), &fhir.Person{ID: "p"}, from)
			defer feed.Close()
			var come []string
			for {
				p, err := feed.Next(t.Context())
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range p.Resources {
					come = append(come, r.Record.Ref().String())
				}
			}
			if !slices.Equal(come, c.come) {
				t.Errorf("came: %q, want %q", come, c.come)
			}
			missing, err := feed.Expect(t.Context(), fhir.Tally{Records: len(come)})
			if err != nil || missing != c.missing {
				t.Errorf("%d missing, %v", missing, err)
			}
			if _, err := feed.Mark(time.Now()); (err != nil) != (c.missing > 0) {
				t.Errorf("mark: %v", err)
			}
			stones, err := feed.Gone(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var gone []string
			for _, s := range stones {
				gone = append(gone, s.Ref.String())
			}
			if !slices.Equal(gone, c.gone) {
				t.Errorf("gone: %q, want %q", gone, c.gone)
			}
			times := map[string]int{}
			for _, path := range c.g.asked {
				times[path]++
			}
			if times["Patient/p/$present"] != 1 || times["Patient/p/$tombstones"] != 1 || (times["Patient/p/$everything"] == 2) != c.anew || c.anew && len(c.g.asked) > 4 {
				t.Errorf("asked: %v", times)
			}
		})
	}
}
