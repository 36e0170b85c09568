package central_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// A consent that was withdrawn here and stands at the engine as if it had not counts for nobody, and the
// engine is told again when somebody comes upon it; an officer hears of it. What is over there as well
// is left as it is.
func TestAWithdrawnConsentThatStandsAgainIsToldInactive(t *testing.T) {
	for name, c := range map[string]struct{ status, want string }{
		"active, out of a backup": {"active", "inactive"},
		"a draft":                 {"draft", "inactive"},
		"proposed":                {"proposed", "inactive"},
		"no status of FHIR's":     {"running", "inactive"},
		"in error":                {"entered-in-error", "entered-in-error"},
		"rejected":                {"rejected", "rejected"},
	} {
		for by, ask := range map[string]func(*desk){
			"by a read":    func(d *desk) { d.want(403, "GET", "/Observation/obs-p", "") },
			"by a list":    func(d *desk) { d.want(403, "GET", "/Patient/p/$everything", "") },
			"by a look-up": func(d *desk) { d.want(200, "POST", "/Patient/_search", "identifier="+ehrdesk.SystemEHR+"|"+gateEHR) },
		} {
			t.Run(name+" "+by, func(t *testing.T) {
				g := newGate(t, fhirtest.Quirks{})
				d := g.doctor()
				_, body := g.consent()
				d.want(200, "POST", "/Patient/$revoke-sharing-consent", withdrawing(gateEHR))
				g.engine.Put(strings.Replace(body, `"status":"active"`, `"status":"`+c.status+`"`, 1))
				ask(d)
				g.line.replies(func(r *http.Request) (*http.Response, bool) { // and while it is away that waits
					return &http.Response{StatusCode: 503, Header: http.Header{}, Body: http.NoBody, Request: r}, true
				})
				if err := g.c.TellEngine(t.Context()); err == nil {
					t.Fatal("it was told")
				}
				g.line.replies(nil)
				if err := g.c.TellEngine(t.Context()); err != nil {
					t.Fatal(err)
				}
				if got := g.consents("p"); len(got) != 1 || got[c.want] != 1 {
					t.Errorf("the engine has %v", got)
				}
				d.want(403, "GET", "/Observation/obs-p", "")
				var found []string
				if err := g.c.Unusual(t.Context(), func(a central.Access) error { found = append(found, a.Reason); return nil }); err != nil {
					t.Fatal(err)
				}
				if slices.Contains(found, "a consent that was withdrawn and stands where the records are kept") != (c.want == "inactive") {
					t.Errorf("an officer finds %q", found)
				}
				if got := g.revoked(gateEHR); len(got) != 1 {
					t.Errorf("the log has %+v", got)
				}
				d.grant(gateEHR)
				if err := g.c.TellEngine(t.Context()); err != nil {
					t.Fatal(err)
				}
				d.want(200, "GET", "/Observation/obs-p", "")
			})
		}
	}
}

// A denial says more than that a consent is over: it is left as it stands.
func TestADenialIsLeftAsItStands(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	ref, body := g.consent()
	denial := strings.Replace(body, `"type":"permit"`, `"type":"deny"`, 1)
	g.engine.Put(denial)
	for range 2 {
		d.want(403, "GET", "/Observation/obs-p", "")
		if err := g.c.TellEngine(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := string(g.engine.Body(ref)); !strings.Contains(got, `"type":"deny"`) {
		t.Errorf("the engine has %s", got)
	}
}

// One that somebody made a draft while the withdrawal waited for the engine is told inactive all the same.
func TestAWithdrawalThatWaitedEndsADraft(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	_, body := g.consent()
	g.line.replies(func(r *http.Request) (*http.Response, bool) {
		return &http.Response{StatusCode: 503, Header: http.Header{}, Body: http.NoBody, Request: r}, true
	})
	d.want(200, "POST", "/Patient/$revoke-sharing-consent", withdrawing(gateEHR))
	g.line.replies(nil)
	g.engine.Put(strings.Replace(body, `"status":"active"`, `"status":"draft"`, 1))
	if err := g.c.TellEngine(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := g.consents("p"); got["inactive"] != 1 {
		t.Errorf("the engine has %v", got)
	}
}
