package central_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// What an engine answers that cannot be relied on is told as what it is, in time, and nothing of
// it goes out.
func TestTroubleBehindAGateIsTold(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	g.c.SetPatience(50 * time.Millisecond)
	status := func(n int) func(*http.Request, *http.Response) (*http.Response, error) {
		return func(_ *http.Request, res *http.Response) (*http.Response, error) {
			res.StatusCode = n
			return res, nil
		}
	}
	body := func(text string) func(*http.Request, *http.Response) (*http.Response, error) {
		return func(_ *http.Request, res *http.Response) (*http.Response, error) { return withBody(res, text), nil }
	}
	for name, c := range map[string]struct {
		spoil func(*http.Request, *http.Response) (*http.Response, error)
		want  int
	}{
		"down": {func(_ *http.Request, res *http.Response) (*http.Response, error) {
			res.Body.Close()
			return nil, io.EOF
		}, 502},
		"500":            {status(500), 502},
		"503":            {status(503), 503},
		"429":            {status(429), 503},
		"302":            {status(302), 502},
		"401":            {status(401), 502},
		"html":           {body("<html>Sign in to the hotel</html>"), 502},
		"cut short":      {body(`{"resourceType":"Bundle","type":"searchset","entry":[`), 502},
		"another record": {body(`{"resourceType":"Observation","id":"obs-q","subject":{"reference":"Patient/p"}}`), 502},
		"silent": {func(r *http.Request, res *http.Response) (*http.Response, error) {
			_ = res.Body.Close()
			<-r.Context().Done()
			return nil, r.Context().Err()
		}, 504},
	} {
		t.Run(name, func(t *testing.T) {
			g.line.spoils(c.spoil)
			defer g.line.spoils(nil)
			for _, path := range []string{"/Observation/obs-p", "/Patient/p/$everything"} {
				text := d.want(c.want, "GET", path, "")
				if !strings.HasPrefix(issue(t, text), "upstream-") || strings.Contains(text, "hotel") || strings.Contains(text, "127.0.0.1") {
					t.Errorf("%s: %s", path, text)
				}
			}
		})
	}
}

// A page that lies: rows of others, a total, links that lead away or in a circle.
func TestAHostileEngineGivesADeskNothingOfAnother(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("another host was asked") }))
	defer elsewhere.Close()
	page := func(extra string, rows ...string) func(*http.Request, *http.Response) (*http.Response, error) {
		for i, r := range rows {
			rows[i] = `{"resource":` + r + `}`
		}
		text := `{"resourceType":"Bundle","type":"searchset"` + extra + `,"entry":[` + strings.Join(rows, ",") + `]}`
		return func(r *http.Request, res *http.Response) (*http.Response, error) {
			if strings.Contains(r.URL.Path, "$everything") {
				return withBody(res, text), nil
			}
			return res, nil
		}
	}
	own := string(g.engine.Body(ehrdesk.Ref{Resource: "Condition", ID: "con-p"}))
	others := string(g.engine.Body(ehrdesk.Ref{Resource: "Condition", ID: "con-q"}))
	hidden := string(g.engine.Body(ehrdesk.Ref{Resource: "Observation", ID: "hid-p"}))
	g.line.spoils(page(``, own, others, hidden, `{"resourceType":"Condition","id":"who"}`, `{"resourceType":"Condition","id":"two","subject":{"reference":"Patient/p"},"subject":{"reference":"Patient/q"}}`,
		`{"resourceType":"Patient","id":"q"}`, `{"resourceType":"Claim","id":"money","patient":{"reference":"Patient/p"}}`))
	if got := parse(t, d.want(200, "GET", "/Patient/p/$everything", "")).names(); !slices.Equal(got, []string{"Condition/con-p"}) {
		t.Errorf("given: %q", got)
	}
	var reported []string
	if err := g.c.Unusual(t.Context(), func(a central.Access) error { reported = append(reported, a.What+" "+a.Reason); return nil }); err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(reported, "Condition/con-q another patient's record") || len(reported) < 3 {
		t.Errorf("reported: %q", reported)
	}
	for name, spoil := range map[string]func(*http.Request, *http.Response) (*http.Response, error){
		"a total that is not there":  page(`,"total":900`, own),
		"a link to another host":     page(`,"link":[{"relation":"next","url":"`+elsewhere.URL+`/fhir?page=2"}]`, own),
		"a link to another scheme":   page(`,"link":[{"relation":"next","url":"file:///etc/passwd"}]`, own),
		"a link with another's name": page(`,"link":[{"relation":"next","url":"`+strings.Replace(g.engine.URL, "127.0.0.1", "user@127.0.0.1", 1)+`?page=2"}]`, own),
		"a Bundle that is no list": func(r *http.Request, res *http.Response) (*http.Response, error) {
			return withBody(res, `{"resourceType":"Bundle","type":"history"}`), nil
		},
		"an OperationOutcome and a 200": func(r *http.Request, res *http.Response) (*http.Response, error) {
			return withBody(res, `{"resourceType":"OperationOutcome"}`), nil
		},
	} {
		g.line.spoils(spoil)
		if got := issue(t, d.want(502, "GET", "/Patient/p/$everything", "")); got != "upstream-wrong" {
			t.Errorf("%s: %s", name, got)
		}
	}
	// A list that does not end ends here.
	n := 0
	g.line.spoils(func(r *http.Request, res *http.Response) (*http.Response, error) {
		if strings.Contains(r.URL.Path, "Consent") {
			return res, nil
		}
		n++
		res.StatusCode = 200
		return withBody(res, fmt.Sprintf(`{"resourceType":"Bundle","type":"searchset","link":[{"relation":"next","url":"%s?page=%d"}]}`, g.engine.URL, n)), nil
	})
	for path := "/Patient/p/$everything?_count=10"; ; {
		status, text := d.do("GET", path, "")
		if status == 502 {
			break
		}
		if path = parse(t, text).next(); path == "" || n > 5000 {
			t.Fatalf("after %d pages: %d %s", n, status, text)
		}
	}
}

// All that a request asks of the engine has to come within one time, shorter than a desk's patience: the
// desk hears that the engine is slow, and does not take the gate for gone.
func TestTheEngineHasOneTimeForAllThatARequestAsks(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	g.c.SetPatience(time.Hour)
	for path, most := range map[string]time.Duration{"GET /Observation/obs-p": 15 * time.Second, "POST /Patient/p/$open": 15 * time.Second, "GET /Patient/p/$everything": 30 * time.Second, "GET /Patient/p/$present": 30 * time.Second} {
		var mu sync.Mutex
		var until []time.Time
		began := time.Now()
		g.line.spoils(func(r *http.Request, res *http.Response) (*http.Response, error) {
			mu.Lock()
			defer mu.Unlock()
			if at, ok := r.Context().Deadline(); ok && r.Method != http.MethodPut {
				until = append(until, at)
			}
			return res, nil
		})
		method, of, _ := strings.Cut(path, " ")
		body := ""
		if method == "POST" {
			body = openConsultation
		}
		d.want(200, method, of, body)
		mu.Lock()
		if slices.SortFunc(until, time.Time.Compare); len(until) < 2 || !until[0].Equal(until[len(until)-1]) || until[0].Sub(began) > most-2*time.Second {
			t.Errorf("%s: %d requests to the engine, until %v from %v on", path, len(until), until, began)
		}
		mu.Unlock()
		g.line.spoils(nil)
	}
}

// What records refer to is given to whoever is given those: a group is not, unless its members are the
// patient alone, nor is anything that names another patient in whatever element.
func TestAGroupIsGivenToNobodyWhoIsNotAllOfIt(t *testing.T) {
	for name, q := range map[string]fhirtest.Quirks{"$everything": {}, "a search a type": {Everything: fhirtest.EverythingMissing}} {
		t.Run(name, func(t *testing.T) {
			g := newGate(t, q)
			d := g.doctor()
			shared := map[string]string{
				"Group/mine":         `{"resourceType":"Group","id":"mine","type":"person","actual":true,"member":[{"entity":{"reference":"Patient/p"}}]}`,
				"Group/ward":         `{"resourceType":"Group","id":"ward","type":"person","actual":true,"member":[{"entity":{"reference":"Patient/p"}},{"entity":{"reference":"Patient/q"}}]}`,
				"Group/wards":        `{"resourceType":"Group","id":"wards","type":"person","actual":true,"member":[{"entity":{"reference":"Group/ward"}}]}`,
				"Group/contacts":     `{"resourceType":"Group","id":"contacts","type":"person","actual":false,"characteristic":[{"code":{"text":"in the household of"},"valueReference":{"reference":"Patient/q"}}]}`,
				"Organization/place": `{"resourceType":"Organization","id":"place","name":"Where it was made"}`,
				"Organization/odd":   `{"resourceType":"Organization","id":"odd","name":"Household","extension":[{"url":"urn:x","valueReference":{"reference":"Patient/q"}}]}`,
			}
			refs := ""
			var rows []string
			for name, body := range shared {
				g.engine.Put(body)
				refs += `,{"url":"urn:x","valueReference":{"reference":"` + name + `"}}`
				rows = append(rows, `{"resource":`+body+`}`)
			}
			con := `{"resourceType":"Condition","id":"con-p","code":{"text":"Asthma"},"subject":{"reference":"Patient/p"},"extension":[` + refs[1:] + `]}`
			g.engine.Put(con)
			g.line.spoils(func(r *http.Request, res *http.Response) (*http.Response, error) {
				if strings.HasSuffix(r.URL.Path, "$everything") || strings.HasSuffix(r.URL.Path, "/Condition/_search") {
					return withBody(res, `{"resourceType":"Bundle","type":"searchset","entry":[{"resource":`+con+`},`+strings.Join(rows, ",")+`]}`), nil
				}
				return res, nil
			})
			got := parse(t, d.want(200, "GET", "/Patient/p/$everything", "")).names()
			g.line.spoils(nil)
			got = slices.DeleteFunc(got, func(name string) bool { return shared[name] == "" })
			if slices.Sort(got); !slices.Equal(got, []string{"Group/mine", "Organization/place"}) {
				t.Errorf("given: %q", got)
			}
			for name, want := range map[string]int{"Group/mine": 200, "Organization/place": 200, "Group/ward": 403, "Group/wards": 403, "Group/contacts": 403, "Organization/odd": 403} {
				d.want(want, "GET", "/"+name, "")
			}
		})
	}
}
