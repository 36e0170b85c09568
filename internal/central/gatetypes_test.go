package central_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// says404 has every search of a type answered by a 404, as by a proxy whose engine starts again.
func says404(kind string) func(*http.Request) (*http.Response, bool) {
	return func(r *http.Request) (*http.Response, bool) {
		if !strings.HasSuffix(r.URL.Path, "/"+kind+"/_search") {
			return nil, false
		}
		return &http.Response{StatusCode: http.StatusNotFound, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("")), Request: r}, true
	}
}

// again opens the gate's folder as serve does when it starts, or as a command does.
func (g *gateWorld) again(change func(*central.Options)) (*central.Centre, error) {
	g.t.Helper()
	o := central.Options{Dir: g.dir, Store: g.store, Now: g.clock.now}
	change(&o)
	c, err := central.Open(g.t.Context(), o)
	if err == nil {
		g.t.Cleanup(func() {
			if err := c.Close(); err != nil {
				g.t.Error(err)
			}
		})
	}
	return c, err
}

// A type that the engine suddenly says it does not have is not taken for one without records, whatever
// that engine says of itself, and whichever way the gate was started.
func TestATypeThatIsAnsweredBy404OnceIsNotTakenForEmpty(t *testing.T) {
	for name, q := range map[string]fhirtest.Quirks{
		"a statement":               {Everything: fhirtest.EverythingMissing},
		"a statement without types": {Everything: fhirtest.EverythingMissing, Is: fhirtest.Bare},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGate(t, q)
			d := g.doctor()
			for _, kind := range []string{"Condition", "Organization"} {
				g.engine.Put(`{"resourceType":"Organization","id":"place","name":"Where it was made"}`)
				g.engine.Put(`{"resourceType":"Condition","id":"con-p","code":{"text":"Asthma"},"subject":{"reference":"Patient/p"},"asserter":{"reference":"Organization/place"}}`)
				g.line.replies(says404(kind))
				for _, path := range []string{"/Patient/p/$everything", "/Patient/p/$present"} {
					if got := issue(t, d.want(502, "GET", path, "")); got != "upstream-wrong" {
						t.Errorf("%s without %s: %s", path, kind, got)
					}
				}
				g.line.replies(nil)
				if got := d.want(200, "GET", "/Patient/p/$present", ""); !strings.Contains(got, "Condition/con-p") || !strings.Contains(got, "Organization/place") {
					t.Errorf("once it is there again: %s", got)
				}
			}
		})
	}
}

// A 404 that somebody on the way says in the engine's place ends no consent, finds nobody gone and no record
// withdrawn: the engine's own say what they are. Of an engine whose own do not, that is said.
func TestAProxys404IsNotTheEnginesWord(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	for _, at := range []string{"/Consent/", "/Patient/p", "/Observation/"} {
		g.line.replies(func(r *http.Request) (*http.Response, bool) {
			return &http.Response{StatusCode: http.StatusNotFound, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("<html>not found</html>")), Request: r}, r.Method == http.MethodGet && strings.Contains(r.URL.Path, at)
		})
		path := "/Observation/obs-p"
		if at == "/Patient/p" {
			path = "/Patient/p/$everything"
		}
		if got := issue(t, d.want(502, "GET", path, "")); got != "upstream-wrong" {
			t.Errorf("%s: %s", at, got)
		}
		g.line.replies(nil)
		d.want(200, "GET", path, "")
	}
	d.want(404, "GET", "/Observation/none", "")
	for _, status := range []int{400, 403, 404, 200} { // a look-up that is refused finds not nobody
		g.line.replies(func(r *http.Request) (*http.Response, bool) {
			return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{"resourceType":"OperationOutcome"}`)), Request: r}, strings.HasSuffix(r.URL.Path, "/Patient/_search")
		})
		if got := issue(t, d.want(502, "POST", "/Patient/_search", "identifier="+ehrdesk.SystemEHR+"|"+gateEHR)); got != "upstream-wrong" {
			t.Errorf("a look-up answered by %d: %s", status, got)
		}
	}
	g.line.replies(nil)
	lacks := func(c *central.Centre) bool {
		return slices.ContainsFunc(c.NotHere(), func(l central.Lack) bool { return strings.Contains(l.What, "404") })
	}
	mute := newGate(t, fhirtest.Quirks{Is: fhirtest.Mute})
	if lacks(g.c) || !lacks(mute.c) {
		t.Error("which engine's 404 says what it is was not seen")
	}
	mute.doctor().want(404, "GET", "/Observation/none", "")
}

// A type that an engine does not have is asked for no more than at the start.
func TestATypeThatAnEngineDoesNotHaveIsNotAskedFor(t *testing.T) {
	few := []string{"Patient", "Basic", "Observation", "Condition", "Consent", "AuditEvent", "Communication"}
	for name, is := range map[string]fhirtest.Habit{"a statement": 0, "a statement without types": fhirtest.Bare} {
		t.Run(name, func(t *testing.T) {
			g := newGate(t, fhirtest.Quirks{Is: is, Everything: fhirtest.EverythingMissing, Types: few})
			d := g.doctor()
			g.line.asked()
			if got := parse(t, d.want(200, "GET", "/Patient/p/$everything", "")).names(); len(got) != 3 {
				t.Errorf("given: %q", got)
			}
			for _, line := range g.line.asked() {
				if _, kind, _ := strings.Cut(strings.TrimSuffix(line, "/_search"), "/fhir/"); strings.HasSuffix(line, "_search") && !slices.Contains(few, kind) {
					t.Errorf("asked: %s", line)
				}
			}
		})
	}
}

// What an engine does is found out at each start of the service; a command goes by what was seen then,
// and asks nothing for it. A type that was there and is no more is a reason not to start, until the
// operator says that it is meant.
func TestAnEngineIsLookedAtAtEachStart(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{Everything: fhirtest.EverythingMissing})
	g.engine.Forget()
	if _, err := g.again(func(*central.Options) {}); err != nil || len(g.engine.Requests()) > 0 {
		t.Fatalf("a command: %v, the engine was asked %q", err, g.engine.Requests())
	}
	if _, err := g.again(func(o *central.Options) { o.Serves = true }); err != nil || !slices.Contains(g.engine.Requests(), "GET metadata") {
		t.Fatalf("the service: %v, the engine was asked %q", err, g.engine.Requests())
	}
	g.engine.Set(func(q *fhirtest.Quirks) { q.Types = []string{"Patient", "Basic", "Observation", "Consent"} })
	_, err := g.again(func(o *central.Options) { o.Serves = true })
	if ehrdesk.CodeOf(err) != ehrdesk.CodeConflict || !strings.Contains(err.Error(), "Condition") || !strings.Contains(err.Error(), "--upstream-changed") {
		t.Errorf("without conditions: %v", err)
	}
	g.engine.Set(func(q *fhirtest.Quirks) { q.Types, q.Refuses = nil, []string{"Procedure"} })
	if _, err := g.again(func(o *central.Options) { o.Serves = true }); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict || !strings.Contains(err.Error(), "for Procedure no more") {
		t.Errorf("procedures are refused: %v", err)
	}
	g.engine.Set(func(q *fhirtest.Quirks) {
		q.Types, q.Refuses = []string{"Patient", "Basic", "Observation", "Consent"}, nil
	})
	said := &central.Upstream{Changed: true}
	said.URL = g.engine.URL
	if _, err := g.again(func(o *central.Options) { o.Upstream, o.Serves = said, true }); err != nil {
		t.Errorf("as the operator says: %v", err)
	}
	if _, err := g.again(func(o *central.Options) { o.Serves = true }); err != nil {
		t.Errorf("from then on: %v", err)
	}
	g.engine.Stop()
	if _, err := g.again(func(o *central.Options) { o.Serves = true }); ehrdesk.CodeOf(err) != ehrdesk.CodeOffline {
		t.Errorf("an engine that does not answer: %v", err)
	}
}

// An engine that has moved is taken at its new address where the operator says so and it has the consents
// that were given here; without a word of the operator the two addresses are named.
func TestAnEngineThatHasMovedHasTheConsentsThatCount(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	g.doctor()
	next := fhirtest.New(t, began(), fhirtest.Quirks{})
	at := func(url string, changed bool) error {
		o := &central.Upstream{Changed: changed}
		o.URL = url
		_, err := g.again(func(all *central.Options) { all.Upstream, all.Serves = o, true })
		return err
	}
	err := at(next.URL, false)
	if ehrdesk.CodeOf(err) != ehrdesk.CodeConflict || !strings.Contains(err.Error(), g.engine.URL+",") || !strings.Contains(err.Error(), next.URL) || !strings.Contains(err.Error(), "--upstream-changed") {
		t.Errorf("another address: %v", err)
	}
	consent := ehrdesk.Ref{}
	for ref, body := range g.engine.All() {
		if ref.Resource != "Consent" {
			next.Put(string(body))
			continue
		}
		consent = ref
	}
	if err := at(next.URL, true); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict || !strings.Contains(err.Error(), consent.String()) || !strings.Contains(err.Error(), "of 1 consents") {
		t.Errorf("without the consent: %v", err)
	}
	body := string(g.engine.Body(consent))
	next.Put(strings.Replace(body, "Patient/p", "Patient/q", 1))
	if err := at(next.URL, true); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("another's consent of its name: %v", err)
	}
	next.Put(body)
	for _, changed := range []bool{true, false} {
		if err := at(next.URL, changed); err != nil {
			t.Errorf("the engine has moved: %v", err)
		}
	}
	if err := at("https://user:pw@engine.example/fhir", false); err == nil || strings.Contains(err.Error(), "pw") {
		t.Errorf("an address with a password: %v", err)
	}
}

// A type that the engine has and cannot be asked for is named when a chart is opened, under each kind
// that such records may be of, and before the first page; its records are not "none".
func TestWhatAnEngineCannotBeAskedForIsNamedWhenAChartOpens(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{Everything: fhirtest.EverythingMissing, Apart: []string{"Immunization", "DiagnosticReport"}})
	d := g.doctor()
	text := strings.Join(strings.Fields(d.want(200, "POST", "/Patient/p/$open", openConsultation)), "")
	named := map[string]int{}
	for _, part := range strings.Split(text, `{"name":"kind"`)[1:] {
		kind, _, _ := strings.Cut(strings.SplitN(part, `"valueCode":"`, 2)[1], `"`)
		for _, unasked := range []string{"Immunization", "DiagnosticReport"} {
			named[kind+" "+unasked] = strings.Count(part, `{"name":"unasked","valueCode":"`+unasked+`"}`)
		}
	}
	for _, want := range []string{"immunisation Immunization", "laboratory DiagnosticReport", "radiology DiagnosticReport", "note DiagnosticReport"} {
		if named[want] != 1 {
			t.Errorf("%s is not named: %v", want, named)
		}
	}
	if named["laboratory Immunization"]+named["allergy DiagnosticReport"] > 0 {
		t.Errorf("named: %v", named)
	}
	if lacks := g.c.NotHere(); !slices.ContainsFunc(lacks, func(l central.Lack) bool { return l.What == "records of DiagnosticReport, Immunization" }) {
		t.Errorf("not here: %v", lacks)
	}
}
