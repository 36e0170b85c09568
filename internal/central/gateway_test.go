package central_test

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// between is the way from a gate to its engine: it counts, and may spoil what comes.
type between struct {
	mu    sync.Mutex
	seen  []string
	spoil func(*http.Request, *http.Response) (*http.Response, error)
	reply func(*http.Request) (*http.Response, bool)
}

// replies has somebody else answer what they want to.
func (b *between) replies(f func(*http.Request) (*http.Response, bool)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reply = f
}

func (b *between) RoundTrip(r *http.Request) (*http.Response, error) {
	b.mu.Lock()
	b.seen = append(b.seen, r.Method+" "+r.URL.Path)
	spoil, reply := b.spoil, b.reply
	b.mu.Unlock()
	if reply != nil {
		if res, ok := reply(r); ok {
			return res, nil
		}
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil || spoil == nil {
		return res, err
	}
	return spoil(r, res)
}

// spoils has every answer changed, nil for none.
func (b *between) spoils(f func(*http.Request, *http.Response) (*http.Response, error)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spoil = f
}

// asked are the requests since the last time, without those that tell the engine of events.
func (b *between) asked() (out []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, line := range b.seen {
		if !strings.HasPrefix(line, "PUT /fhir/AuditEvent/") && !strings.HasPrefix(line, "PUT /fhir/Communication/") {
			out = append(out, line)
		}
	}
	b.seen = nil
	return out
}

// body replaces the body of an answer.
func withBody(res *http.Response, body string) *http.Response {
	_ = res.Body.Close()
	res.Body, res.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	res.Header.Del("Content-Length")
	return res
}

// gateWorld is a gate before an engine with habits.
type gateWorld struct {
	*world
	engine *fhirtest.Server
	line   *between
}

const openConsultation = `{"resourceType":"Parameters","parameter":[{"name":"purpose","valueCode":"consultation"}]}`

const gateEHR, gateHKIC = "912345678903", "A1234563"

func newGate(t testing.TB, q fhirtest.Quirks) *gateWorld {
	t.Helper()
	g := &gateWorld{engine: fhirtest.New(t, began(), q), line: &between{}}
	g.world = newWorld(t, func(o *central.Options) {
		o.Upstream = &central.Upstream{Over: g.line, Wait: 5 * time.Second}
		o.Upstream.URL = g.engine.URL
	})
	g.patient("p", gateEHR, gateHKIC)
	g.patient("q", "912345678911", "")
	g.line.asked()
	return g
}

// patient puts somebody into the engine with a result, a problem and a restricted result.
func (g *gateWorld) patient(id, ehr, hkic string) {
	ids := fmt.Sprintf(`{"system":%q,"value":%q}`, ehrdesk.SystemEHR, ehr)
	if hkic != "" {
		ids += fmt.Sprintf(`,{"system":%q,"value":%q}`, ehrdesk.SystemHKIC, hkic)
	}
	g.engine.Put(`{"resourceType":"Patient","id":"` + id + `","identifier":[` + ids + `],"name":[{"family":"CHUNGHARBOUR","given":["Tai Man"]}],"birthDate":"1960-02-03","gender":"male","telecom":[{"system":"phone","value":"51112222"}]}`)
	g.engine.Put(`{"resourceType":"Observation","id":"obs-` + id + `","status":"final","category":[{"coding":[{"code":"laboratory"}]}],"code":{"text":"Potassium"},"subject":{"reference":"Patient/` + id + `"},"valueQuantity":{"value":4.10}}`)
	g.engine.Put(`{"resourceType":"Condition","id":"con-` + id + `","code":{"text":"Asthma"},"subject":{"reference":"Patient/` + id + `"}}`)
	g.engine.Put(`{"resourceType":"Observation","id":"hid-` + id + `","meta":{"security":[{"code":"R"}]},"status":"final","category":[{"coding":[{"code":"laboratory"}]}],"code":{"text":"Hidden"},"subject":{"reference":"Patient/` + id + `"}}`)
}

// doctor is somebody at a provider with a consent of p.
func (g *gateWorld) doctor() *desk {
	g.t.Helper()
	d := g.world.desk(g.hcp(central.HCP{Name: "Test Clinic"}), ehrdesk.Doctor)
	d.grant(gateEHR)
	return d
}

// names are the Type/id of a page's rows.
func (b bundle) names() (out []string) {
	for _, e := range b.Entry {
		_, name, _ := strings.Cut(e.FullURL, "/fhir/")
		out = append(out, name)
	}
	return out
}

func TestAGateGivesTheEnginesBytesOfWhatItMayAndNothingElse(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	rows, _ := d.all("/Patient/p/$everything")
	want := []string{}
	for _, ref := range []ehrdesk.Ref{{Resource: "Condition", ID: "con-p"}, {Resource: "Observation", ID: "obs-p"}, {Resource: "Patient", ID: "p"}} {
		want = append(want, string(g.engine.Body(ref)))
	}
	if slices.Sort(rows); !slices.Equal(rows, slices.Sorted(slices.Values(want))) {
		t.Errorf("the page holds\n%s\nwant\n%s", strings.Join(rows, "\n"), strings.Join(want, "\n"))
	}
	if got := d.want(200, "GET", "/Observation/obs-p", ""); got != string(g.engine.Body(ehrdesk.Ref{Resource: "Observation", ID: "obs-p"})) {
		t.Errorf("one record is %s", got)
	}
	if got := issue(t, d.want(403, "GET", "/Observation/hid-p", "")); got != "restricted" {
		t.Errorf("a restricted record is refused as %q", got)
	}
	if got := issue(t, d.want(404, "GET", "/Observation/obs-q", "")); got != "not-registered" { // nobody has looked them up yet
		t.Errorf("another's record is refused as %q", got)
	}
	d.want(200, "POST", "/Patient/_search", "identifier="+ehrdesk.SystemEHR+"|912345678911")
	if got := issue(t, d.want(403, "GET", "/Observation/obs-q", "")); got != "consent-needed" {
		t.Errorf("another's record is refused as %q", got)
	}
	clerk := g.world.desk(d.hcp, ehrdesk.FrontDesk)
	clerk.want(403, "GET", "/Patient/p/$everything", "")
	clerk.want(403, "GET", "/Observation/obs-p", "")
	for _, asked := range [][3]string{{"POST", "/Observation", `{"resourceType":"Observation"}`}, {"PUT", "/Observation/obs-p", `{"resourceType":"Observation","id":"obs-p"}`}, {"DELETE", "/Observation/obs-p", ""},
		{"POST", "/", `{"resourceType":"Bundle","type":"transaction"}`}, {"POST", "/Observation/_search", "patient=p"}, {"GET", "/Observation/_history", ""}, {"GET", "/Patient/p/$tombstones", ""}, {"POST", "/Patient/_search", "_id=p"}} {
		if got := issue(t, d.want(404, asked[0], asked[1], asked[2])); got != "not-here" {
			t.Errorf("%s %s is refused as %q", asked[0], asked[1], got)
		}
	}
}

// A read takes two round trips more than the engine alone, whoever has opened nothing before.
func TestASingleReadTakesTwoRoundTripsMoreAtMost(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	g.line.asked()
	d.want(200, "GET", "/Observation/obs-p", "")
	if got := g.line.asked(); len(got) > 3 {
		t.Errorf("a single read took %q", got)
	}
	d.want(200, "GET", "/Patient/p/$everything?_count=500", "")
	if got := g.line.asked(); len(got) > 3 {
		t.Errorf("a page took %q", got)
	}
}

// A consent that somebody else ends where it is kept ends here with the next request.
func TestAConsentThatEndsAtTheEngineEndsAtTheGate(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	consent := ehrdesk.Ref{}
	for ref := range g.engine.All() {
		if ref.Resource == "Consent" {
			consent = ref
		}
	}
	body := string(g.engine.Body(consent))
	page := parse(t, d.want(200, "GET", "/Patient/p/$everything?_count=1", "")).next()
	g.engine.Put(strings.Replace(body, `"status":"active"`, `"status":"inactive"`, 1))
	for _, path := range []string{"/Patient/p/$everything", "/Observation/obs-p", "/Patient/p/$present", page} {
		if path == "" {
			continue
		}
		if got := issue(t, d.want(403, "GET", path, "")); got != "consent-needed" {
			t.Errorf("%s: %s", path, got)
		}
	}
	g.engine.Put(body)
	g.engine.Delete(consent)
	d.want(403, "GET", "/Observation/obs-p", "")
	d.grant(gateEHR) // and may be given anew
	d.want(200, "GET", "/Observation/obs-p", "")
}

// A consent that the engine could not be told of has not been given as far as anybody sees, and the
// same request gives it once the engine is there. A withdrawal counts at once.
func TestWhatTheEngineCouldNotBeToldIsToldByTheSameRequest(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.world.desk(g.hcp(central.HCP{Name: "Test Clinic"}), ehrdesk.Doctor)
	down := func(r *http.Request, res *http.Response) (*http.Response, error) {
		if r.Method == http.MethodPut {
			_ = res.Body.Close()
			return nil, io.ErrUnexpectedEOF
		}
		return res, nil
	}
	// The engine has acted, and its answer is lost: told twice is told once.
	g.line.spoils(down)
	body := grantBody(gateEHR, nil)
	if got := issue(t, d.want(502, "POST", "/Patient/$grant-sharing-consent", body)); got != "upstream-down" {
		t.Errorf("refused as %q", got)
	}
	g.line.spoils(nil)
	d.want(200, "POST", "/Patient/$grant-sharing-consent", body)
	d.want(200, "GET", "/Observation/obs-p", "")
	g.line.spoils(down)
	d.want(200, "POST", "/Patient/$revoke-sharing-consent", grantBody(gateEHR, func(p map[string]map[string]any) { delete(p, "term") }))
	g.line.spoils(nil)
	d.want(403, "GET", "/Observation/obs-p", "")
}

// The engine is told of who did what and of what the patient is told, with no number of anybody's.
func TestTheEngineIsToldOfEventsAndNotices(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	d.want(200, "POST", "/Patient/p/$open", openConsultation)
	d.want(200, "GET", "/Observation/obs-p", "")
	d.want(403, "GET", "/Observation/hid-p", "")
	if err := g.c.TellEngine(t.Context()); err != nil {
		t.Fatal(err)
	}
	events, notices := "", 0
	for ref, body := range g.engine.All() {
		switch ref.Resource {
		case "AuditEvent":
			events += string(body)
		case "Communication":
			notices++
		}
	}
	for _, want := range []string{`"code":"grant"`, `"code":"open"`, `"reference":"Observation/obs-p"`, `"outcome":"4"`, `"reference":"Patient/p"`, d.hcp + "/" + d.staff} {
		if !strings.Contains(events, want) {
			t.Errorf("no event says %s", want)
		}
	}
	if notices < 2 {
		t.Errorf("%d notices: the consent and the access are to be told", notices)
	}
	for _, secret := range []string{gateEHR, gateHKIC, "CHUNGHARBOUR"} {
		if strings.Contains(events, secret) {
			t.Errorf("an event names somebody: %s", secret)
		}
	}
	rows, _ := d.all("/Patient/p/$everything") // and no desk takes them for records
	for _, r := range rows {
		if strings.Contains(r, `"AuditEvent"`) || strings.Contains(r, `"Consent"`) || strings.Contains(r, `"Communication"`) {
			t.Errorf("given as a record: %s", r)
		}
	}
}

// The folder of a gate names nobody.
func TestAGatesFolderNamesNobody(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	d.want(200, "POST", "/Patient/_search", "identifier="+ehrdesk.SystemHKIC+"|"+gateHKIC)
	d.want(200, "POST", "/Patient/p/$open", openConsultation)
	d.want(200, "POST", "/Patient/p/$send-one-time-code", requestBody("7a9e6c1c-0000-4000-8000-000000000001"))
	d.all("/Patient/p/$everything")
	if err := g.c.TellEngine(t.Context()); err != nil {
		t.Fatal(err)
	}
	files := 0
	err := filepath.WalkDir(g.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		files++
		b, err := os.ReadFile(path)
		for _, secret := range []string{gateEHR, gateHKIC, "CHUNGHARBOUR", "Tai Man", "51112222", "1960-02-03", "Potassium", "Asthma"} {
			if bytes.Contains(b, []byte(secret)) {
				t.Errorf("%s holds %s", e.Name(), secret)
			}
		}
		return err
	})
	if err != nil || files < 3 {
		t.Errorf("%d files, %v", files, err)
	}
}

// Engines that a gate cannot be relied on before are refused when it starts, with the reason.
func TestAGateDoesNotStartBeforeAnEngineThatIsNotSafe(t *testing.T) {
	for name, c := range map[string]struct {
		q    fhirtest.Quirks
		want string
	}{
		"stores nothing":                  {fhirtest.Quirks{Is: fhirtest.StoresNothing}, "not there when it is read"},
		"no ids of ours":                  {fhirtest.Quirks{Is: fhirtest.NoUpdateCreate}, "under an id that is chosen here"},
		"no clock":                        {fhirtest.Quirks{Is: fhirtest.NoDate}, "what time it is"},
		"no Basic":                        {fhirtest.Quirks{Refused: map[string]int{"Basic": 405}}, "under an id that is chosen here"},
		"search is late":                  {fhirtest.Quirks{SearchLag: 50}, "a moment ago"},
		"identifier is not known":         {fhirtest.Quirks{Unsupported: []string{"identifier"}, Unknown: fhirtest.UnknownIgnored}, "by identifier"},
		"no patient filter, no operation": {fhirtest.Quirks{Is: fhirtest.IgnorePatient, Everything: fhirtest.EverythingMissing}, "by patient"},
		"no links and no totals":          {fhirtest.Quirks{Is: fhirtest.NoTotal, Paging: fhirtest.PagingNone, Everything: fhirtest.EverythingMissing}, "neither a link nor a total"},
		"no allergies by patient":         {fhirtest.Quirks{Everything: fhirtest.EverythingMissing, Apart: []string{"Immunization", "AllergyIntolerance"}}, "it has AllergyIntolerance and"},
		"no drugs by patient":             {fhirtest.Quirks{Everything: fhirtest.EverythingMissing, Is: fhirtest.Bare, Apart: []string{"MedicationRequest", "Condition"}}, "Condition, MedicationRequest"},
		"looping links":                   {fhirtest.Quirks{Is: fhirtest.LoopingLinks | fhirtest.NoTotal}, "neither a link nor a total"},
	} {
		t.Run(name, func(t *testing.T) {
			e := fhirtest.New(t, began(), c.q)
			o := central.Options{Dir: t.TempDir(), Upstream: &central.Upstream{}}
			o.Upstream.URL = e.URL
			if _, err := central.Open(t.Context(), o); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v", err)
			}
		})
	}
	for _, version := range []string{"", "4", "4.", "4.3.0", "5.0.0", "4.00"} { // of which some are no version at all
		e := fhirtest.New(t, began(), fhirtest.Quirks{})
		e.Publish("metadata", `{"resourceType":"CapabilityStatement","fhirVersion":"`+version+`"}`)
		o := central.Options{Dir: t.TempDir(), Upstream: &central.Upstream{}}
		o.Upstream.URL = e.URL
		if _, err := central.Open(t.Context(), o); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid || !strings.Contains(err.Error(), "does not speak FHIR R4") {
			t.Errorf("version %q: %v", version, err)
		}
	}
	dead := httptest.NewServer(http.NotFoundHandler())
	for url, want := range map[string]ehrdesk.Code{dead.URL: ehrdesk.CodeInvalid, "http://engine.example/fhir": ehrdesk.CodeInvalid, "nonsense": ehrdesk.CodeInvalid, "https://user:pw@127.0.0.1/fhir": ehrdesk.CodeInvalid} {
		o := central.Options{Dir: t.TempDir(), Upstream: &central.Upstream{}}
		o.Upstream.URL = url
		if _, err := central.Open(t.Context(), o); ehrdesk.CodeOf(err) != want {
			t.Errorf("%s: %v", url, err)
		}
	}
	dead.Close()
}
