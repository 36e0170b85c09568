package central_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// clocks are a second gate over the store of the first, with a clock of its own, and the way to its engine.
func (g *gateWorld) clocks(ahead time.Duration) (*central.Centre, *between) {
	g.t.Helper()
	line := &between{}
	o := central.Options{Dir: g.dir, Store: g.store, Now: func() time.Time { return g.clock.now().Add(ahead) }, Upstream: &central.Upstream{Over: line}}
	o.Upstream.URL = g.engine.URL
	second, err := central.Open(g.t.Context(), o)
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() {
		if err := second.Close(); err != nil {
			g.t.Error(err)
		}
	})
	return second, line
}

// A consent that another gate takes back while it is given, as this one was away for long or its clock is
// slow, is given or taken back, and never both: who was told that it failed finds it given nowhere, at the
// engine neither, and who was told that it was given finds it so.
func TestAConsentIsNotBothGivenAndTakenBack(t *testing.T) {
	for name, meet := range map[string]func(g *gateWorld, other *central.Centre, line *between) (end func()){
		"before the engine has it": func(g *gateWorld, other *central.Centre, _ *between) func() {
			g.line.replies(func(r *http.Request) (*http.Response, bool) {
				if tellsConsent(r) {
					_ = other.TellEngine(g.t.Context())
				}
				return nil, false
			})
			return func() {}
		},
		"when the engine has it": func(g *gateWorld, other *central.Centre, _ *between) func() {
			g.line.spoils(func(r *http.Request, res *http.Response) (*http.Response, error) {
				if tellsConsent(r) {
					_ = other.TellEngine(g.t.Context())
				}
				return res, nil
			})
			return func() {}
		},
		"as it is written": func(g *gateWorld, other *central.Centre, line *between) func() {
			there, goOn, told := make(chan bool), make(chan bool), make(chan error, 1)
			line.replies(func(r *http.Request) (*http.Response, bool) {
				if tellsConsent(r) {
					there <- true
					<-goOn
				}
				return nil, false
			})
			g.line.spoils(func(r *http.Request, res *http.Response) (*http.Response, error) {
				if tellsConsent(r) {
					go func() { told <- other.TellEngine(g.t.Context()) }()
					<-there
				}
				return res, nil
			})
			return func() { close(goOn); <-told }
		},
	} {
		for engine, habit := range map[string]fhirtest.Habit{"": 0, ", If-None-Match not heeded": fhirtest.IgnoreIfNone} {
			t.Run(name+engine, func(t *testing.T) {
				g := newGate(t, fhirtest.Quirks{Is: habit})
				g.world.t = t
				other, line := g.clocks(3 * time.Minute)
				d := g.world.desk(g.hcp(central.HCP{Name: "Test Clinic"}), ehrdesk.Doctor)
				end := meet(g, other, line)
				status, text := d.do("POST", "/Patient/$grant-sharing-consent", grantBody(gateEHR, nil))
				end()
				line.replies(nil)
				g.line.replies(nil)
				g.line.spoils(nil)
				g.clock.advance(3 * time.Minute)
				d.signIn()
				for _, c := range []*central.Centre{other, g.c} {
					if err := c.TellEngine(t.Context()); err != nil {
						t.Error(err)
					}
				}
				active := 0
				if status == 200 {
					active = 1
				}
				if got := g.consents("p"); got["active"] != active {
					t.Errorf("told %d %s; the engine has %v", status, text, got)
				}
				if read, _ := d.do("GET", "/Observation/obs-p", ""); read == 200 != (status == 200) {
					t.Errorf("told %d, a read %d", status, read)
				}
			})
		}
	}
}

// What an engine is late with is not given after all, where it heeds If-None-Match: what takes it back is
// there before it.
func TestAConsentThatComesLateIsNotGiven(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.world.desk(g.hcp(central.HCP{Name: "Test Clinic"}), ehrdesk.Doctor)
	var late *http.Request
	g.line.replies(func(r *http.Request) (*http.Response, bool) {
		if !tellsConsent(r) || late != nil {
			return nil, false
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		late = r.Clone(t.Context())
		late.Body = io.NopCloser(strings.NewReader(string(body)))
		return &http.Response{StatusCode: 504, Header: http.Header{}, Body: http.NoBody, Request: r}, true
	})
	d.want(502, "POST", "/Patient/$grant-sharing-consent", grantBody(gateEHR, nil))
	g.clock.advance(3 * time.Minute)
	if err := g.c.TellEngine(t.Context()); err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultTransport.RoundTrip(late)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if got := g.consents("p"); got["active"] != 0 {
		t.Errorf("the engine has %v after %s", got, res.Status)
	}
}

// What takes a consent back does not wait for a time that a wrong clock has said.
func TestAConsentIsTakenBackWhateverTheClockWas(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	other, _ := g.clocks(-48 * time.Hour) // as after the clock was put right
	d := g.world.desk(g.hcp(central.HCP{Name: "Test Clinic"}), ehrdesk.Doctor)
	g.line.spoils(func(r *http.Request, res *http.Response) (*http.Response, error) {
		if tellsConsent(r) {
			res.StatusCode = 503
		}
		return res, nil
	})
	d.want(503, "POST", "/Patient/$grant-sharing-consent", grantBody(gateEHR, nil))
	g.line.spoils(nil)
	if err := other.TellEngine(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := g.consents("p"); got["active"] != 0 || got["entered-in-error"] != 1 {
		t.Errorf("the engine has %v", got)
	}
}
