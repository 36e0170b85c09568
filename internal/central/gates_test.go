package central_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// twoGates are two gates before one engine that share a store, asked in turn.
func twoGates(t *testing.T) *gateWorld {
	t.Helper()
	g := newGate(t, fhirtest.Quirks{MaxPage: 2})
	o := central.Options{Dir: g.dir, Store: g.store, Now: g.clock.now, Upstream: &central.Upstream{}}
	o.Upstream.URL = g.engine.URL
	second, err := central.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	gates := [2]http.Handler{g.c.Handler(), second.Handler()}
	var n atomic.Int64
	robin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { gates[n.Add(1)%2].ServeHTTP(w, r) }))
	g.base = robin.URL + "/fhir"
	t.Cleanup(func() {
		robin.Close()
		if err := second.Close(); err != nil {
			t.Error(err)
		}
	})
	return g
}

// Whichever gate is asked, the answer is the same: tries are counted together, codes are for one
// use, an act counts once, a proof is good once, and a list goes on at the other.
func TestTwoGatesBehindARoundRobinGiveTheSameAnswers(t *testing.T) {
	g := twoGates(t)
	d := g.world.desk(g.hcp(central.HCP{Name: "Test Clinic"}), ehrdesk.Doctor)
	key := ""
	if err := g.c.Participants(t.Context(), gateEHR, func(p central.Participant) error { key = p.AccessKey; return nil }); err != nil || key == "" {
		t.Fatal(err)
	}
	wrong := "00000000"
	if key == wrong {
		wrong = "00000001"
	}
	byKey := func(key string) string {
		return grantBody(gateEHR, func(p map[string]map[string]any) {
			p["channel"]["valueCode"] = "access-key"
			p["accessKey"] = map[string]any{"valueString": key}
		})
	}
	const grant = "/Patient/$grant-sharing-consent"
	for _, want := range []int{403, 403, 423, 423} {
		d.want(want, "POST", grant, byKey(wrong))
	}
	d.want(423, "POST", grant, byKey(key))
	g.clock.advance(15 * time.Minute)
	d.signIn()
	once := byKey(key)
	first := d.want(200, "POST", grant, once)
	if again := d.want(200, "POST", grant, once); again != first {
		t.Error("the same act was answered otherwise at the other gate")
	}
	d.want(409, "POST", grant, byKey(key))

	var rows []string
	for path := "/Patient/p/$everything?_count=1"; path != ""; {
		b := parse(t, d.want(200, "GET", path, ""))
		rows = append(rows, b.names()...)
		path = b.next()
	}
	if slices.Sort(rows); !slices.Equal(rows, []string{"Condition/con-p", "Observation/obs-p", "Patient/p"}) {
		t.Errorf("the list over both gates: %q", rows)
	}

	d.want(200, "POST", "/Patient/p/$send-one-time-code", requestBody(uuid.NewString()))
	told := g.told(gateEHR)
	code := sixDigits.FindString(told[len(told)-1])
	body := releaseBody(code, []string{"laboratory"}, nil)
	text := d.want(200, "POST", "/Patient/p/$release-restricted", body)
	id := valueOf(t, text, "release")
	for range 2 { // at both
		if got := parse(t, d.want(200, "GET", "/Patient/p/$restricted?release="+id, "")).names(); !slices.Equal(got, []string{"Observation/hid-p"}) {
			t.Errorf("released: %q", got)
		}
	}
	d.want(403, "POST", "/Patient/p/$release-restricted", releaseBody(code, []string{"laboratory"}, nil))
	d.want(403, "GET", "/Patient/q/$restricted?release="+id, "")

	proof := d.proving("GET", d.w.base+"/Observation/obs-p", d.token).signed(t)
	for _, want := range []int{200, 401, 401} {
		d.want(want, "GET", "/Observation/obs-p", "", "DPoP", proof)
	}
	g.clock.advance(15 * time.Minute)
	d.signIn()
	if got := issue(t, d.want(403, "GET", "/Patient/p/$restricted?release="+id, "")); got != "release-over" {
		t.Errorf("after its time: %s", got)
	}
	report, err := g.c.VerifyAudit(t.Context(), nil)
	if err != nil || len(report.Faults) > 0 || report.Entries < 10 {
		t.Errorf("the log of both: %+v, %v", report, err)
	}
}

// What is restricted one by one, and what is a kind that the profession is not given, is counted and
// left out; a label that comes later takes the record off.
func TestAGateFollowsLabelsAndProfessions(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	nurse := g.world.desk(d.hcp, ehrdesk.Pharmacist)
	g.engine.Put(`{"resourceType":"Organization","id":"secret","name":"Where the hidden one was made"}`)
	g.engine.Put(`{"resourceType":"Organization","id":"place","name":"Where the other was made"}`)
	g.engine.Put(`{"resourceType":"Observation","id":"hid-p","meta":{"security":[{"code":"R"}]},"status":"final","category":[{"coding":[{"code":"laboratory"}]}],"code":{"text":"Hidden"},"subject":{"reference":"Patient/p"},"performer":[{"reference":"Organization/secret"}]}`)
	g.engine.Put(`{"resourceType":"Condition","id":"con-p","code":{"text":"Asthma"},"subject":{"reference":"Patient/p"},"asserter":{"reference":"Organization/place"}}`)
	g.engine.Put(`{"resourceType":"Procedure","id":"op-p","status":"completed","code":{"text":"Operation"},"subject":{"reference":"Patient/p"}}`)
	rows := func(d *desk) []string {
		t.Helper()
		got := parse(t, d.want(200, "GET", "/Patient/p/$everything", "")).names()
		slices.Sort(got)
		return got
	}
	if got := rows(d); !slices.Equal(got, []string{"Condition/con-p", "Observation/obs-p", "Organization/place", "Patient/p", "Procedure/op-p"}) {
		t.Errorf("a doctor is given %q", got)
	}
	if got := rows(nurse); slices.Contains(got, "Procedure/op-p") == (ehrdesk.AccessOf(ehrdesk.Pharmacist, ehrdesk.KindProcedure) != ehrdesk.General) {
		t.Errorf("a pharmacist is given %q", got)
	}
	text := d.want(200, "POST", "/Patient/p/$open", openConsultation)
	if !strings.Contains(strings.ReplaceAll(text, " ", ""), `"restricted","valueInteger":1`) {
		t.Errorf("counted: %s", text)
	}
	g.engine.Put(`{"resourceType":"Condition","id":"con-p","meta":{"security":[{"code":"V"}]},"code":{"text":"Asthma"},"subject":{"reference":"Patient/p"}}`)
	if got := rows(d); slices.Contains(got, "Condition/con-p") || slices.Contains(got, "Organization/place") {
		t.Errorf("a record that was labelled is given: %q", got)
	}
	present := d.want(200, "GET", "/Patient/p/$present", "")
	if strings.Contains(present, "Condition/con-p") || !strings.Contains(present, "Observation/obs-p") {
		t.Errorf("present: %s", present)
	}
}

// A Consent that the engine refuses holds up nobody else's, and has not been given.
func TestWhatAnEngineRefusesHoldsUpNothingElse(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.world.desk(g.hcp(central.HCP{Name: "Test Clinic"}), ehrdesk.Doctor)
	refused := 0
	g.line.spoils(func(r *http.Request, res *http.Response) (*http.Response, error) {
		if r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/Consent/") {
			refused++
			res.StatusCode = 422
		}
		return res, nil
	})
	g.engine.Set(func(q *fhirtest.Quirks) { q.Refused = map[string]int{"Consent": 422} })
	d.want(502, "POST", "/Patient/$grant-sharing-consent", grantBody(gateEHR, nil))
	g.line.spoils(nil)
	if got := issue(t, d.want(403, "GET", "/Observation/obs-p", "")); got != "consent-needed" || refused != 1 {
		t.Errorf("%s after %d refusals", got, refused)
	}
	g.engine.Set(func(q *fhirtest.Quirks) { q.Refused = map[string]int{"AuditEvent": 422} })
	d.want(200, "POST", "/Patient/$grant-sharing-consent", grantBody("912345678911", nil))
	d.want(200, "GET", "/Observation/obs-q", "")
	if err := g.c.TellEngine(t.Context()); err == nil {
		t.Error("events that were refused count as told")
	}
	g.engine.Set(func(q *fhirtest.Quirks) { q.Refused = nil })
	if err := g.c.TellEngine(t.Context()); err != nil {
		t.Error(err)
	}
}

// The list of consents that end soon asks the engine for all of its people together.
func TestAGateListsConsentsThatEndSoon(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.world.desk(g.hcp(central.HCP{Name: "Test Clinic"}), ehrdesk.FrontDesk)
	const people = 12
	for i := range people {
		ehr := "91234567" + string(rune('0'+i/10)) + string(rune('0'+i%10)) + "99"
		g.patient("r"+ehr, ehr, "")
		d.want(200, "POST", "/Patient/$grant-sharing-consent", grantBody(ehr, func(p map[string]map[string]any) { p["term"]["valueCode"] = "one_year" }))
		if i%10 == 9 {
			g.clock.advance(time.Hour) // an account takes so many forms at a time
			d.signIn()
		}
	}
	g.clock.advance(350 * 24 * time.Hour)
	d.signIn()
	g.line.asked()
	b := parse(t, d.want(200, "GET", "/$expiring-consents?days=30", ""))
	if b.Total != people || len(b.Entry) != 2*people || !strings.Contains(string(b.Entry[1].Resource), "CHUNGHARBOUR") {
		t.Errorf("%d of %d, %d entries", b.Total, people, len(b.Entry))
	}
	if got := g.line.asked(); len(got) != 2*people {
		t.Errorf("%d requests", len(got))
	}
}

// Each gate with a store of its own writes a chain of its own, and any of them follows all: an event
// that was taken away or changed at the engine is found.
func TestTheLogsOfAllGatesAreFollowedAtTheEngine(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{MaxPage: 3})
	d := g.doctor()
	d.want(200, "GET", "/Observation/obs-p", "")
	o := central.Options{Dir: t.TempDir(), Now: g.clock.now, Upstream: &central.Upstream{}}
	o.Upstream.URL = g.engine.URL
	other, err := central.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { other.Close() })
	if _, err := other.AddHCP(t.Context(), central.HCP{Name: "Elsewhere"}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := other.Operated(t.Context(), "operator:test", "hcp add", "", "", "", ""); err != nil {
			t.Fatal(err)
		}
	}
	chains := func() (own, others central.Chain) {
		t.Helper()
		found, err := g.c.Chains(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range found {
			if c.Own {
				own = c
			} else {
				others = c
			}
		}
		return own, others
	}
	if own, others := chains(); own.Entries != 0 || own.Waiting < 3 || len(own.Faults) > 0 || others.Entries != 0 {
		t.Errorf("before the engine was told: %+v %+v", own, others)
	}
	if err := g.c.TellEngine(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := other.TellEngine(t.Context()); err != nil {
		t.Fatal(err)
	}
	own, others := chains()
	standing, err := g.c.VerifyAudit(t.Context(), nil)
	if err != nil || own.Entries != standing.Entries || own.Head != standing.Head || own.Waiting != 0 || len(own.Faults) > 0 || others.Entries != 3 || len(others.Faults) > 0 {
		t.Fatalf("%+v %+v, %+v %v", own, others, standing, err)
	}
	var events []ehrdesk.Ref
	for ref, body := range g.engine.All() {
		if ref.Resource == "AuditEvent" && strings.Contains(string(body), `"`+own.Chain+`"`) && !strings.Contains(string(body), `chain-number","valueString":"1"`) {
			events = append(events, ref)
		}
	}
	body := string(g.engine.Body(events[0]))
	g.engine.Delete(events[0])
	if own, _ := chains(); len(own.Faults) == 0 || own.Faults[0].Kind != "gap" {
		t.Errorf("an event was taken away: %+v", own)
	}
	g.engine.Put(strings.Replace(body, `chain-hash","valueString":"`, `chain-hash","valueString":"00`, 1))
	if own, _ := chains(); len(own.Faults) == 0 {
		t.Errorf("an event was changed: %+v", own)
	}
	g.engine.Put(body)
	if own, _ := chains(); len(own.Faults) > 0 {
		t.Errorf("as it was: %+v", own)
	}
}
