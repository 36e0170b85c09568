package central_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// consent is the one Consent that the engine has.
func (g *gateWorld) consent() (ref ehrdesk.Ref, body string) {
	g.t.Helper()
	for found, b := range g.engine.All() {
		if found.Resource == "Consent" {
			if body != "" {
				g.t.Fatal("the engine has more than one Consent")
			}
			ref, body = found, string(b)
		}
	}
	return ref, body
}

// revoked are the events of a withdrawal, as the operator reads them.
func (g *gateWorld) revoked(ehr string) (out []central.Access) {
	g.t.Helper()
	err := g.c.Accesses(g.t.Context(), ehr, func(a central.Access) error {
		if a.Action == string(ehrdesk.AuditRevoke) {
			out = append(out, a)
		}
		return nil
	})
	if err != nil {
		g.t.Fatal(err)
	}
	return out
}

// What was seen to have ended at the engine has ended: it is written down with the day, in the log
// and in words to the patient, once, and does not begin again when the Consent is written active there
// once more, by hand or from a backup. Whichever gate saw it, all have.
func TestAConsentThatWasSeenToEndNeverBeginsAgain(t *testing.T) {
	for name, end := range map[string]func(*gateWorld, ehrdesk.Ref, string){
		"made inactive": func(g *gateWorld, _ ehrdesk.Ref, body string) {
			g.engine.Put(strings.Replace(body, `"status":"active"`, `"status":"inactive"`, 1))
		},
		"entered in error": func(g *gateWorld, _ ehrdesk.Ref, body string) {
			g.engine.Put(strings.Replace(body, `"status":"active"`, `"status":"entered-in-error"`, 1))
		},
		"made a denial": func(g *gateWorld, _ ehrdesk.Ref, body string) {
			g.engine.Put(strings.Replace(body, `"type":"permit"`, `"type":"deny"`, 1))
		},
		"deleted": func(g *gateWorld, ref ehrdesk.Ref, _ string) { g.engine.Delete(ref) },
		"not there any more": func(g *gateWorld, ref ehrdesk.Ref, _ string) {
			g.engine.Set(func(q *fhirtest.Quirks) { q.Is |= fhirtest.Deleted404 })
			g.engine.Delete(ref)
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := twoGates(t)
			d := g.doctor()
			d.want(200, "GET", "/Observation/obs-p", "")
			ref, body := g.consent()
			end(g, ref, body)
			d.want(403, "GET", "/Observation/obs-p", "")
			g.engine.Put(body)
			for range 2 { // at both
				if got := issue(t, d.want(403, "GET", "/Observation/obs-p", "")); got != "consent-needed" {
					t.Errorf("refused as %q", got)
				}
				if text := d.want(200, "POST", "/Patient/_search", "identifier="+ehrdesk.SystemEHR+"|"+gateEHR+"&_revinclude=Consent:patient"); !strings.Contains(text, "consent-ended") {
					t.Errorf("found: %s", text)
				}
			}
			if got := g.revoked(gateEHR); len(got) != 1 || got[0].Reason != "it ended where the records are kept" {
				t.Errorf("the log has %+v", got)
			}
			if told := g.told(gateEHR); len(told) == 0 || !strings.Contains(strings.Join(told, "\n"), "was withdrawn") {
				t.Errorf("told: %q", told)
			}
			d.grant(gateEHR) // and may be given anew
			d.want(200, "GET", "/Observation/obs-p", "")
		})
	}
}

// An engine that has lost everything, or another one that answers in its place, opens nothing; it ends
// no consent by that, and neither does one that was not told of it yet.
func TestAConsentThatAnEmptyEngineDoesNotHaveIsClosedAndNotEnded(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	g.line.replies(func(r *http.Request) (*http.Response, bool) {
		if strings.Contains(r.URL.Path, "/Consent/") || strings.Contains(r.URL.Path, "/Patient/") {
			return &http.Response{StatusCode: 404, ContentLength: -1, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{"resourceType":"OperationOutcome"}`)), Request: r}, true
		}
		return nil, false
	})
	d.want(403, "GET", "/Observation/obs-p", "")
	g.line.replies(nil)
	d.want(200, "GET", "/Observation/obs-p", "")
	if got := g.revoked(gateEHR); len(got) != 0 {
		t.Errorf("the log has %+v", got)
	}
}

// Of the engine's Consent all counts that a desk would heed: what is more restrictive there closes,
// what is not understood opens nothing, and when it is as before it opens again.
func TestAGateHeedsAllThatTheEnginesConsentSays(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	_, body := g.consent()
	put := func(old, with string) {
		t.Helper()
		changed := strings.Replace(body, old, with, 1)
		if changed == body {
			t.Fatalf("%s is not in %s", old, body)
		}
		g.engine.Put(changed)
	}
	for name, c := range map[string][2]string{
		"a denial within":              {`"type":"permit"`, `"type":"permit","provision":[{"type":"deny"}]`},
		"a permission within":          {`"type":"permit"`, `"type":"permit","provision":[{"type":"permit","class":[{"code":"Observation"}]}]`},
		"some records":                 {`"type":"permit"`, `"type":"permit","class":[{"code":"Observation"}]`},
		"one purpose":                  {`"type":"permit"`, `"type":"permit","purpose":[{"code":"HRESCH"}]`},
		"one act":                      {`"type":"permit"`, `"type":"permit","action":[{"coding":[{"code":"collect"}]}]`},
		"data of a time":               {`"type":"permit"`, `"type":"permit","dataPeriod":{"start":"2020-01-01"}`},
		"no type":                      {`,"type":"permit"`, ``},
		"a start to come":              {`"start":"20`, `"start":"21`},
		"a start that cannot be read":  {`"start":"20`, `"start":"soon 20`},
		"another actor":                {`"role":{"coding":[{"code":"IRCP"`, `"role":{"coding":[{"code":"CST"`},
		"a modifier":                   {`"status"`, `"modifierExtension":[{"url":"urn:x","valueBoolean":true}],"status"`},
		"a modifier of the provision":  {`"type":"permit"`, `"type":"permit","modifierExtension":[{"url":"urn:x","valueBoolean":true}]`},
		"rules of somebody's":          {`"status"`, `"implicitRules":"urn:x","status"`},
		"an element that nobody knows": {`"status"`, `"except":"all","status"`},
		"another scope":                {`"patient-privacy"`, `"research"`},
		"another category":             {`"code":"sharing"`, `"code":"other"`},
		"another provider's":           {`"system":"` + ehrdesk.SystemHCP + `"`, `"system":"urn:other"`},
		"an actor that is another":     {`"value":"` + d.hcp + `"}},"role"`, `"value":"0000000000"}},"role"`},
		"another patient's":            {`"Patient/p"`, `"Patient/q"`},
		"a draft":                      {`"status":"active"`, `"status":"draft"`},
		"our own state":                {`"valueCode":"active"`, `"valueCode":"withdrawn"`},
		"two states of ours":           {`"extension":[`, `"extension":[{"url":"` + ehrdesk.ExtensionPrefix + `consent-state","valueCode":"withdrawn"},`},
		"an end that cannot be read":   {`"period":{`, `"period":{"end":"never",`},
		"a modifier of the period":     {`"period":{`, `"period":{"modifierExtension":[{"url":"urn:x"}],`},
	} {
		put(c[0], c[1])
		if got := issue(t, d.want(403, "GET", "/Observation/obs-p", "")); got != "consent-needed" {
			t.Errorf("%s: %s", name, got)
		}
		g.engine.Put(body)
		d.want(200, "GET", "/Observation/obs-p", "")
	}
	put(`"period":{`, `"period":{"end":"2020-01-01T00:00:00Z",`)
	d.want(403, "GET", "/Observation/obs-p", "")
	g.engine.Put(body)
	d.want(403, "GET", "/Observation/obs-p", "")
	if got := g.revoked(gateEHR); len(got) != 1 {
		t.Errorf("an end that is past: %+v", got)
	}
}

// A Consent that ends sooner at the engine ends then.
func TestAConsentEndsWhenTheEngineSaysWhereThatIsSooner(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	_, body := g.consent()
	g.engine.Put(strings.Replace(body, `"period":{`, `"period":{"end":"`+g.clock.now().AddDate(0, 0, 3).Format("2006-01-02T15:04:05Z07:00")+`",`, 1))
	text := d.want(200, "POST", "/Patient/p/$open", openConsultation)
	if !strings.Contains(text, g.clock.now().UTC().AddDate(0, 0, 3).Format("2006-01-02T")) {
		t.Errorf("opened: %s", text)
	}
}

// A withdrawal waits for nothing: while the engine is not there who is meant is known by the number
// in the store, nothing opens from then on, and the engine hears of it when it is back.
func TestAWithdrawalNeedsNoEngine(t *testing.T) {
	revoke := func(ehr string) string {
		return grantBody(ehr, func(p map[string]map[string]any) { delete(p, "term") })
	}
	for name, act := range map[string]func(*gateWorld, *desk){
		"at the clerk's desk": func(g *gateWorld, clerk *desk) {
			body := revoke(gateEHR)
			first := clerk.want(200, "POST", "/Patient/$revoke-sharing-consent", body)
			if again := clerk.want(200, "POST", "/Patient/$revoke-sharing-consent", body); again != first || !strings.Contains(first, `"receipt"`) {
				t.Errorf("answered %s, and once more %s", first, again)
			}
		},
		"by the patient": func(g *gateWorld, clerk *desk) {
			if _, err := g.c.PatientAct(t.Context(), gateEHR, clerk.hcp, ehrdesk.ByApp, true); err != nil {
				t.Error(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGate(t, fhirtest.Quirks{})
			d := g.doctor()
			clerk := g.world.desk(d.hcp, ehrdesk.FrontDesk)
			g.line.replies(func(r *http.Request) (*http.Response, bool) { // nothing arrives
				return &http.Response{StatusCode: 503, Header: http.Header{}, Body: http.NoBody, Request: r}, true
			})
			act(g, clerk)
			clerk.want(503, "POST", "/Patient/$revoke-sharing-consent", revoke("912345678911")) // nobody has looked them up
			if status, _ := d.do("GET", "/Observation/obs-p", ""); status == 200 {
				t.Error("a record was given after the withdrawal")
			}
			if _, body := g.consent(); !strings.Contains(body, `"status":"active"`) {
				t.Fatalf("the engine heard of it: %s", body)
			}
			g.line.replies(nil)
			if got := issue(t, d.want(403, "GET", "/Observation/obs-p", "")); got != "consent-needed" {
				t.Errorf("refused as %q", got)
			}
			if err := g.c.TellEngine(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, body := g.consent(); !strings.Contains(body, `"status":"inactive"`) {
				t.Errorf("the engine has %s", body)
			}
			d.want(403, "GET", "/Observation/obs-p", "")
		})
	}
}

// An engine, or a cache before it, that answers 304 to what nobody asked under a condition opens nothing and ends
// no consent: the gate asks for no read under one, as it keeps nothing that such an answer could stand for.
func TestAnEngineThatSaysNothingHasChangedOpensNothing(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	for _, habit := range []fhirtest.Habit{fhirtest.Unchanged, fhirtest.UnchangedAll} {
		g.engine.Set(func(q *fhirtest.Quirks) { q.Is |= habit })
		for _, path := range []string{"/Observation/obs-p", "/Patient/p/$everything"} {
			if got := issue(t, d.want(502, "GET", path, "")); got != "upstream-wrong" {
				t.Errorf("%s: %s", path, got)
			}
		}
		g.engine.Set(func(q *fhirtest.Quirks) { q.Is &^= habit })
		d.want(200, "GET", "/Observation/obs-p", "")
	}
	if got := g.revoked(gateEHR); len(got) != 0 {
		t.Errorf("the log has %+v", got)
	}
}
