package central_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
)

// pagesOf answers a list by pages of rows of the patient's, whatever the engine has.
func (g *gateWorld) pagesOf(total string, pages ...[]string) {
	g.line.replies(func(r *http.Request) (*http.Response, bool) { return g.pageOf(r, total, pages) })
}

// pageOf is a page of such a list, false where another thing is asked for.
func (g *gateWorld) pageOf(r *http.Request, total string, pages [][]string) (*http.Response, bool) {
	n := -1
	switch {
	case strings.Contains(r.URL.Path, "$everything"), strings.HasSuffix(r.URL.Path, "/Condition/_search"):
		n = 0
	case strings.Contains(r.URL.RawQuery, "pg="):
		_, _ = fmt.Sscanf(r.URL.RawQuery, "pg=%d", &n)
	}
	if n < 0 {
		return nil, false
	}
	text := `{"resourceType":"Bundle","type":"searchset"` + total
	if n+1 < len(pages) {
		text += fmt.Sprintf(`,"link":[{"relation":"next","url":"%s?pg=%d"}]`, g.engine.URL, n+1)
	}
	var rows []string
	for _, id := range pages[n] {
		rows = append(rows, `{"resource":{"resourceType":"Condition","id":"`+id+`","subject":{"reference":"Patient/p"}}}`)
	}
	res := &http.Response{StatusCode: 200, Header: http.Header{"Date": {time.Now().UTC().Format(http.TimeFormat)}}, Request: r, Body: http.NoBody}
	return withBody(res, text+`,"entry":[`+strings.Join(rows, ",")+`]}`), true
}

// A row that comes twice counts once: it hides no other that is missing, on one page of a desk's or over
// several, and a total that cannot be is none.
func TestARowThatComesTwiceHidesNoOther(t *testing.T) {
	for name, q := range map[string]fhirtest.Quirks{"$everything": {}, "a search a type": {Everything: fhirtest.EverythingMissing}} {
		t.Run(name, func(t *testing.T) {
			g := newGate(t, q)
			d := g.doctor()
			whole := func(query string) (status int, rows []string) {
				for path := "/Patient/p/$everything" + query; path != ""; {
					status, text := d.do("GET", path, "")
					if status != 200 {
						if got := issue(t, text); got != "upstream-wrong" && !(status == 410 && got == "page-expired") {
							t.Errorf("refused as %q", got)
						}
						if status == 410 { // it may have been written into while it was read: who reads begins again
							status = 502
						}
						return status, rows
					}
					b := parse(t, text)
					rows, path = append(rows, b.names()...), b.next()
				}
				return 200, rows
			}
			long := func(from, to int) (ids []string) {
				for i := from; i < to; i++ {
					ids = append(ids, fmt.Sprintf("r%d", i))
				}
				return ids
			}
			for what, c := range map[string]struct {
				total string
				pages [][]string
				want  int
			}{
				"whole":                    {`,"total":4`, [][]string{{"a", "b"}, {"c", "d"}}, 200},
				"one more than was said":   {`,"total":3`, [][]string{{"a", "b"}, {"c", "d"}}, 200},
				"a page that comes again":  {`,"total":4`, [][]string{{"a", "b"}, {"b", "a"}}, 502},
				"a row that moved":         {`,"total":4`, [][]string{{"a", "b"}, {"b", "c"}}, 502},
				"twice on a page":          {`,"total":4`, [][]string{{"a", "a", "b", "c"}}, 502},
				"many that moved":          {`,"total":300`, [][]string{long(0, 150), long(140, 290)}, 502},
				"far from where it stood":  {`,"total":2300`, [][]string{long(0, 1150), append(long(1151, 2300), "r0")}, 502},
				"a total beyond counting":  {`,"total":9223372036854775807`, [][]string{{"a", "b"}}, 502},
				"a total that is a word":   {`,"total":"2"`, [][]string{{"a", "b"}}, 502},
				"a next page without name": {`,"link":[{"relation":"next"}]`, [][]string{{"a", "b"}}, 502},
			} {
				g.pagesOf(c.total, c.pages...)
				queries := []string{"", fmt.Sprintf("?_count=%d", len(c.pages[0]))}
				if len(c.pages[0]) > 1000 { // further back than a desk's next page knows: the whole list is read for the rest
					queries = nil
				}
				for _, query := range queries {
					if got, rows := whole(query); got != c.want || got == 200 && len(rows) < 4 {
						t.Errorf("%s%s: %d with %q", what, query, got, rows)
					}
				}
				for _, asked := range [][2]string{{"GET", "/Patient/p/$present"}, {"POST", "/Patient/p/$open"}} {
					body := ""
					if asked[0] == "POST" {
						body = openConsultation
					}
					if got, text := d.do(asked[0], asked[1], body); got != c.want {
						t.Errorf("%s: %s is %d: %s", what, asked[1], got, text)
					}
				}
			}
		})
	}
}

// An engine that counts its pages from the beginning gives a row again where somebody has written one
// before it, the gate itself as often as not: whoever reads is told to begin again, and what the gate
// reads as a whole it begins again itself.
func TestAListThatWasWrittenIntoIsBegunAgain(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	settled := [][]string{{"a", "b"}, {"c", "d"}}
	var reads atomic.Int32
	moved := func() {
		reads.Store(0)
		g.line.replies(func(r *http.Request) (*http.Response, bool) {
			pages := settled
			if strings.Contains(r.URL.Path, "$everything") {
				reads.Add(1)
			}
			if reads.Load() == 1 { // while it is read for the first time
				pages = [][]string{{"a", "b"}, {"b", "c"}}
			}
			return g.pageOf(r, `,"total":4`, pages)
		})
	}
	moved()
	if _, text := d.do("GET", "/Patient/p/$everything?_count=2", ""); parse(t, text).next() == "" {
		t.Fatalf("one page: %s", text)
	} else if text = d.want(410, "GET", parse(t, text).next(), ""); issue(t, text) != "page-expired" {
		t.Error(text)
	}
	moved()
	if text := d.want(200, "GET", "/Patient/p/$present", ""); strings.Count(text, "Condition/") != 4 {
		t.Error(text)
	}
	moved()
	d.want(200, "POST", "/Patient/p/$open", openConsultation)
}

// The same engine gives a list over pages that others are named on, each row once.
func TestALongListGoesOnAtDesksPages(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{MaxPage: 7})
	d := g.doctor()
	want := []string{"Condition/con-p", "Observation/obs-p", "Patient/p"}
	for i := range 200 {
		id := fmt.Sprintf("many-%d", i)
		g.engine.Put(`{"resourceType":"Condition","id":"` + id + `","code":{"text":"Asthma"},"subject":{"reference":"Patient/p"}}`)
		want = append(want, ehrdesk.Ref{Resource: "Condition", ID: id}.String())
	}
	var got []string
	for path := "/Patient/p/$everything?_count=20"; path != ""; {
		b := parse(t, d.want(200, "GET", path, ""))
		got, path = append(got, b.names()...), b.next()
	}
	slices.Sort(got)
	if slices.Sort(want); !slices.Equal(got, want) {
		t.Errorf("given %d of %d", len(got), len(want))
	}
}
