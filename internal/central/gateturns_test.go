package central_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// withdrawing is a withdrawal of a number's consent.
func withdrawing(ehr string) string {
	return grantBody(ehr, func(p map[string]map[string]any) { delete(p, "term") })
}

const gateOther = "912345678911" // q's number

// consents are the Consents that the engine has of a patient, by status.
func (g *gateWorld) consents(patient string) map[string]int {
	out := map[string]int{}
	for ref, body := range g.engine.All() {
		if ref.Resource == "Consent" && strings.Contains(string(body), `"Patient/`+patient+`"`) {
			_, rest, _ := strings.Cut(string(body), `"status":"`)
			status, _, _ := strings.Cut(rest, `"`)
			out[status]++
		}
	}
	return out
}

func tellsConsent(r *http.Request) bool {
	return r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/Consent/")
}

// An act waits for what the engine is told of its own consent and of no other, and what two tell the engine
// of at once it hears once.
func TestAnActWaitsForNobodyElsesConsent(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	ref, _ := g.consent()
	g.line.replies(func(r *http.Request) (*http.Response, bool) {
		return &http.Response{StatusCode: 503, Header: http.Header{}, Body: http.NoBody, Request: r}, true
	})
	d.want(200, "POST", "/Patient/$revoke-sharing-consent", withdrawing(gateEHR)) // which waits for the engine
	g.c.SetPatience(20 * time.Second)                                             // more than an act has
	var mu sync.Mutex
	puts := 0
	there, goOn := make(chan bool), make(chan bool)
	g.line.replies(func(r *http.Request) (*http.Response, bool) {
		if tellsConsent(r) && strings.HasSuffix(r.URL.Path, ref.ID) {
			mu.Lock()
			puts++
			mu.Unlock()
			there <- true
			select {
			case <-goOn:
			case <-r.Context().Done():
			}
		}
		return nil, false
	})
	told := make(chan error, 2)
	for range 2 {
		go func() { told <- g.c.TellEngine(t.Context()) }()
	}
	<-there
	d.want(200, "POST", "/Patient/$grant-sharing-consent", grantBody(gateOther, nil))
	d.want(200, "POST", "/Patient/$revoke-sharing-consent", withdrawing(gateOther))
	if got := g.consents("q"); got["inactive"] != 1 {
		t.Errorf("the engine has %v", got)
	}
	if _, err := g.c.PatientAct(t.Context(), gateOther, d.hcp, ehrdesk.ByApp, false); err != nil {
		t.Error(err)
	}
	close(goOn)
	for range 2 {
		if err := <-told; err != nil {
			t.Error(err)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if got := g.consents("p"); puts != 1 || got["inactive"] != 1 {
		t.Errorf("told %d times, the engine has %v", puts, got)
	}
}

// What the engine does not answer of in time holds up no other.
func TestASlowConsentHoldsUpNoOther(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	first, _ := g.consent()
	d.grant(gateOther)
	g.line.replies(func(r *http.Request) (*http.Response, bool) {
		return &http.Response{StatusCode: 503, Header: http.Header{}, Body: http.NoBody, Request: r}, true
	})
	for _, ehr := range []string{gateEHR, gateOther} {
		d.want(200, "POST", "/Patient/$revoke-sharing-consent", withdrawing(ehr))
	}
	g.c.SetPatience(time.Second)
	g.line.replies(func(r *http.Request) (*http.Response, bool) {
		if tellsConsent(r) && strings.HasSuffix(r.URL.Path, first.ID) {
			<-r.Context().Done()
		}
		return nil, false
	})
	if err := g.c.TellEngine(t.Context()); err == nil {
		t.Error("it was told")
	}
	if got := g.consents("q"); got["inactive"] != 1 {
		t.Errorf("the engine has %v", got)
	}
	g.line.replies(nil)
	g.c.SetPatience(20 * time.Second)
	if err := g.c.TellEngine(t.Context()); err != nil {
		t.Error(err)
	}
	if got := g.consents("p"); got["inactive"] != 1 {
		t.Errorf("the engine has %v", got)
	}
}

// All that an act waits for has one time, shorter than a desk's patience, whoever acts.
func TestAnActHasOneTimeForTheEngine(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.world.desk(g.hcp(central.HCP{Name: "Test Clinic"}), ehrdesk.Doctor)
	g.c.SetPatience(time.Hour)
	patient := func(revoke bool) func() {
		return func() {
			if _, err := g.c.PatientAct(t.Context(), gateEHR, d.hcp, ehrdesk.ByApp, revoke); err != nil {
				t.Error(err)
			}
		}
	}
	for _, act := range []struct {
		name string
		do   func()
	}{
		{"a grant", func() { d.grant(gateEHR) }},
		{"a withdrawal", func() { d.want(200, "POST", "/Patient/$revoke-sharing-consent", withdrawing(gateEHR)) }},
		{"the patient's grant", patient(false)},
		{"the patient's withdrawal", patient(true)},
	} {
		var mu sync.Mutex
		var late []time.Duration
		began := time.Now()
		g.line.replies(func(r *http.Request) (*http.Response, bool) {
			mu.Lock()
			defer mu.Unlock()
			until, ok := r.Context().Deadline()
			if !ok {
				t.Errorf("%s: %s has all the time", act.name, r.URL.Path)
			}
			late = append(late, until.Sub(began))
			return nil, false
		})
		act.do()
		g.line.replies(nil)
		if len(late) < 2 || slices.Max(late) > 13*time.Second {
			t.Errorf("%s: asked with %v to come", act.name, late)
		}
	}
}

// A grant that the engine did not take, or of which it cannot be said, has not been given: it does not
// count later, nothing is used up by it and nobody is told, and what the engine has got of it all the
// same it is told to be in error.
func TestAGrantThatFailedHasNotBeenGiven(t *testing.T) {
	for name, refuse := range map[string]func(*gateWorld){
		"refused": func(g *gateWorld) {
			g.line.replies(func(r *http.Request) (*http.Response, bool) {
				return &http.Response{StatusCode: 503, Header: http.Header{}, Body: http.NoBody, Request: r}, tellsConsent(r)
			})
		},
		"stored and not answered": func(g *gateWorld) {
			g.line.spoils(func(r *http.Request, res *http.Response) (*http.Response, error) {
				if tellsConsent(r) {
					res.StatusCode = 503
				}
				return res, nil
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGate(t, fhirtest.Quirks{})
			d := g.world.desk(g.hcp(central.HCP{Name: "Test Clinic"}), ehrdesk.Doctor)
			refuse(g)
			body := grantBody(gateEHR, nil)
			d.want(503, "POST", "/Patient/$grant-sharing-consent", body)
			if _, err := g.c.PatientAct(t.Context(), gateEHR, d.hcp, ehrdesk.ByApp, false); err == nil {
				t.Error("the patient's own was given")
			}
			g.line.replies(nil)
			g.line.spoils(nil)
			for range 2 {
				if err := g.c.TellEngine(t.Context()); err != nil {
					t.Fatal(err)
				}
				d.want(403, "GET", "/Observation/obs-p", "")
				g.clock.advance(3 * time.Minute)
				d.signIn()
			}
			if got := g.consents("p"); got["active"] != 0 {
				t.Errorf("the engine has %v", got)
			}
			if got := g.told(gateEHR); len(got) != 0 {
				t.Errorf("told: %q", got)
			}
			if err := g.c.Accesses(t.Context(), gateEHR, func(a central.Access) error {
				if a.Action == string(ehrdesk.AuditGrant) {
					t.Errorf("the log has %+v", a)
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			d.want(200, "POST", "/Patient/$grant-sharing-consent", strings.Replace(body, requestOf(t, body), uuid.NewString(), 1)) // the same form
			d.want(200, "GET", "/Observation/obs-p", "")
			g.clock.advance(3 * time.Minute)
			if err := g.c.TellEngine(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := g.consents("p"); got["active"] != 1 {
				t.Errorf("the engine has %v", got)
			}
			d.want(200, "GET", "/Observation/obs-p", "")
		})
	}
}

// requestOf is the request id of an act.
func requestOf(t *testing.T, body string) string {
	t.Helper()
	_, rest, _ := strings.Cut(body, `"valueUuid":"`)
	id, _, _ := strings.Cut(rest, `"`)
	if uuid.Validate(id) != nil {
		t.Fatalf("no request in %s", body)
	}
	return id
}

// Of two desks that give one consent at once one is told that it stands, and the engine has one.
func TestTwoGrantsAtOnceAreOne(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.world.desk(g.hcp(central.HCP{Name: "Test Clinic"}), ehrdesk.Doctor)
	clerk := g.world.desk(d.hcp, ehrdesk.FrontDesk)
	var once sync.Once
	g.line.spoils(func(r *http.Request, res *http.Response) (*http.Response, error) {
		if tellsConsent(r) {
			first := false
			once.Do(func() { first = true })
			if first {
				clerk.grant(gateEHR)
			}
		}
		return res, nil
	})
	if got := issue(t, d.want(409, "POST", "/Patient/$grant-sharing-consent", grantBody(gateEHR, nil))); got != "consent-active" {
		t.Errorf("refused as %q", got)
	}
	g.clock.advance(3 * time.Minute)
	if err := g.c.TellEngine(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := g.consents("p"); got["active"] != 1 || got["entered-in-error"] != 1 {
		t.Errorf("the engine has %v", got)
	}
	d.want(200, "GET", "/Observation/obs-p", "")
}

// A renewal that the engine does not take leaves the consent that runs as it was.
func TestARenewalThatFailedEndsNothing(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.world.desk(g.hcp(central.HCP{Name: "Test Clinic"}), ehrdesk.Doctor)
	year := func(renew bool) string {
		return grantBody(gateEHR, func(p map[string]map[string]any) {
			p["term"]["valueCode"] = string(ehrdesk.OneYear)
			p["renew"] = map[string]any{"valueBoolean": renew}
			p["noticeReadAt"]["valueInstant"] = g.clock.now().UTC().Format(time.RFC3339)
		})
	}
	d.want(200, "POST", "/Patient/$grant-sharing-consent", year(false))
	g.clock.advance(350 * 24 * time.Hour)
	d.signIn()
	g.line.replies(func(r *http.Request) (*http.Response, bool) {
		return &http.Response{StatusCode: 503, Header: http.Header{}, Body: http.NoBody, Request: r}, tellsConsent(r)
	})
	d.want(503, "POST", "/Patient/$grant-sharing-consent", year(true))
	g.line.replies(nil)
	if err := g.c.TellEngine(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.want(200, "GET", "/Observation/obs-p", "")
	d.want(200, "POST", "/Patient/$grant-sharing-consent", year(true))
	if err := g.c.TellEngine(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := g.consents("p"); got["active"] != 1 || got["inactive"] != 1 {
		t.Errorf("the engine has %v", got)
	}
	d.want(200, "GET", "/Observation/obs-p", "")
}
