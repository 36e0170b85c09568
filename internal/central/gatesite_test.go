package central_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// A number that is put right at the engine finds the person by the new one, and nobody by the old; who
// is merged into another, struck off or gone is nobody; two with one number are refused.
func TestAGateFollowsNumbersThatArePutRight(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	find := func(number string) (id string) {
		t.Helper()
		b := parse(t, d.want(200, "POST", "/Patient/_search", "identifier="+ehrdesk.SystemHKIC+"|"+number))
		if len(b.Entry) == 0 {
			return ""
		}
		if !strings.Contains(string(b.Entry[0].Resource), `"`+number+`"`) {
			t.Errorf("found by %s: %s", number, b.Entry[0].Resource)
		}
		return strings.TrimPrefix(b.names()[0], "Patient/")
	}
	if got := find(gateHKIC); got != "p" {
		t.Fatalf("found %q", got)
	}
	right, shared := "B234567"+string(ehrdesk.CheckDigit("B234567")), "C345678"+string(ehrdesk.CheckDigit("C345678"))
	ref := ehrdesk.Ref{Resource: "Patient", ID: "p"}
	body := string(g.engine.Body(ref))
	g.engine.Put(strings.Replace(body, gateHKIC, right, 1))
	if got := find(gateHKIC); got != "" {
		t.Errorf("by the old number: %q", got)
	}
	if got := find(right); got != "p" {
		t.Errorf("by the new number: %q", got)
	}
	d.want(200, "GET", "/Observation/obs-p", "") // the consent is theirs as before
	g.engine.Put(strings.Replace(body, `"birthDate"`, `"link":[{"type":"replaced-by","other":{"reference":"Patient/q"}}],"birthDate"`, 1))
	if got := find(gateHKIC); got != "" {
		t.Errorf("who was merged: %q", got)
	}
	g.engine.Put(strings.Replace(body, `"birthDate"`, `"active":false,"birthDate"`, 1))
	if got := find(gateHKIC); got != "" {
		t.Errorf("who was struck off: %q", got)
	}
	g.engine.Delete(ref)
	if got := find(gateHKIC); got != "" {
		t.Errorf("who is gone: %q", got)
	}
	g.engine.Put(body)
	g.patient("twin", "912345678997", gateHKIC)
	d.want(409, "POST", "/Patient/_search", "identifier="+ehrdesk.SystemHKIC+"|"+gateHKIC) // of whom a consent is, too
	g.patient("t1", "912345678980", shared)
	g.patient("t2", "912345678972", shared)
	d.want(409, "POST", "/Patient/_search", "identifier="+ehrdesk.SystemHKIC+"|"+shared)
}

// Who has no eHR number at the engine gets one here, and is found by it; the site's own identifier
// systems are those that the engine is asked by.
func TestAGateGoesByTheEnginesIdentifierSystems(t *testing.T) {
	e := fhirtest.New(t, began(), fhirtest.Quirks{})
	const system = "http://hospital.example/hkid"
	e.Put(`{"resourceType":"Patient","id":"h","identifier":[{"system":"` + system + `","value":"` + gateHKIC + `"}],"name":[{"family":"CHAN"}],"birthDate":"1960-02-03"}`)
	w := newWorld(t, func(o *central.Options) {
		o.Upstream = &central.Upstream{}
		o.Upstream.URL, o.Upstream.HKIC = e.URL, system
	})
	d := w.desk(w.hcp(central.HCP{Name: "Test Clinic"}), ehrdesk.Doctor)
	text := d.want(200, "POST", "/Patient/_search", "identifier="+ehrdesk.SystemHKIC+"|"+gateHKIC)
	var made string
	if err := w.c.Participants(t.Context(), "", func(p central.Participant) error { made = p.EHR; return nil }); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text, `"`+ehrdesk.SystemHKIC+`"`) || !strings.HasPrefix(made, "9") || !strings.Contains(text, made) {
		t.Errorf("found with %q: %s", made, text)
	}
	d.grant(made)
	d.want(200, "GET", "/Patient/h", "")
	for _, r := range e.Requests() {
		if strings.Contains(r, "Patient/_search") && strings.Contains(r, "urn%3Aexample%3Ahk%3Ahkic") {
			t.Errorf("the engine was asked by our system: %s", r)
		}
	}
}

// The engine is told its token with every request, nobody's number in an address, and neither is in
// the gate's log; a file that holds no token is refused.
func TestAGateAsksItsEngineAsTheSiteSays(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "token")
	if err := os.WriteFile(file, []byte("s3cret-token\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	e := fhirtest.New(t, began(), fhirtest.Quirks{})
	line := &between{}
	var asked atomic.Int64
	line.spoils(func(r *http.Request, res *http.Response) (*http.Response, error) {
		asked.Add(1)
		if r.Header.Get("Authorization") != "Bearer s3cret-token" || strings.Contains(r.URL.String(), gateHKIC) || strings.Contains(r.URL.String(), gateEHR) {
			t.Errorf("%s %s with %q", r.Method, r.URL, r.Header.Get("Authorization"))
		}
		return res, nil
	})
	w := newWorld(t, func(o *central.Options) {
		o.Upstream = &central.Upstream{Over: line}
		o.Upstream.URL, o.Upstream.Token = e.URL, file
	})
	g := &gateWorld{world: w, engine: e, line: line}
	g.patient("p", gateEHR, gateHKIC)
	d := g.doctor()
	d.want(200, "POST", "/Patient/_search", "identifier="+ehrdesk.SystemHKIC+"|"+gateHKIC)
	d.want(200, "GET", "/Patient/p/$everything", "")
	if log := w.log.String(); asked.Load() < 20 || strings.Contains(log, "s3cret") || strings.Contains(log, gateHKIC) || strings.Contains(log, gateEHR) {
		t.Errorf("%d requests; the log: %s", asked.Load(), log)
	}
	for _, text := range []string{"", "two words", "a\nb"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		o := central.Options{Dir: t.TempDir(), Upstream: &central.Upstream{}}
		o.Upstream.URL, o.Upstream.Token = e.URL, file
		if _, err := central.Open(t.Context(), o); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// What records refer to is asked for with a page of them, and not where they are counted alone.
func TestAChartThatOpensAsksForNoInstitution(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{Everything: fhirtest.EverythingMissing})
	d := g.doctor()
	g.engine.Put(`{"resourceType":"Organization","id":"place","name":"Where it was made"}`)
	g.engine.Put(`{"resourceType":"Condition","id":"con-p","code":{"text":"Asthma"},"subject":{"reference":"Patient/p"},"asserter":{"reference":"Organization/place"}}`)
	for path, want := range map[string]bool{"POST /Patient/p/$open": false, "GET /Patient/p/$everything": true} {
		method, of, _ := strings.Cut(path, " ")
		body := ""
		if method == "POST" {
			body = openConsultation
		}
		g.line.asked()
		d.want(200, method, of, body)
		if got := slices.Contains(g.line.asked(), "POST /fhir/Organization/_search"); got != want {
			t.Errorf("%s: the institution was asked for: %v", path, got)
		}
	}
}

// Before an engine without $everything a chart is a search a type, and each is asked once.
func TestAGateAsksForEachTypeOnce(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{Everything: fhirtest.EverythingMissing})
	d := g.doctor()
	for _, path := range []string{"/Patient/p/$everything?_count=500", "/Patient/p/$present"} {
		g.line.asked()
		d.want(200, "GET", path, "")
		times := map[string]int{}
		for _, line := range g.line.asked() {
			times[line]++
		}
		for line, n := range times {
			if n > 1 && strings.HasSuffix(line, "/_search") {
				t.Errorf("%s: %d times %s", path, n, line)
			}
		}
		if len(times) < 40 {
			t.Errorf("%s: %d requests", path, len(times))
		}
	}
}
