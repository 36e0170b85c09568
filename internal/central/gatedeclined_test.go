package central_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// toldOfEnds are the ways and contacts on which the patients of a gate were told that a consent was withdrawn.
func (g *gateWorld) toldOfEnds() (on []string) {
	g.t.Helper()
	if err := g.c.Notices(g.t.Context(), "", func(n central.Notice) error {
		if strings.Contains(n.Text, "withdrawn") {
			on = append(on, strings.TrimSpace(n.Channel+" "+n.Contact))
		}
		return nil
	}); err != nil {
		g.t.Fatal(err)
	}
	return on
}

// Who has declined notices of accesses has declined no notice of a consent: of one that was seen to have ended
// where the records are kept they are told on the contact that stands there, or by letter where none does.
func TestWhoDeclinedNoticesIsToldThatAConsentEndedAtTheEngine(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(g *gateWorld, body string)
		want string
	}{
		"made inactive": {func(g *gateWorld, body string) {
			g.engine.Put(strings.Replace(body, `"status":"active"`, `"status":"inactive"`, 1))
		}, "sms ***2222"},
		"deleted": {func(g *gateWorld, _ string) { ref, _ := g.consent(); g.engine.Delete(ref) }, "sms ***2222"},
		"not there any more": {func(g *gateWorld, _ string) {
			g.engine.Set(func(q *fhirtest.Quirks) { q.Is |= fhirtest.Deleted404 })
			ref, _ := g.consent()
			g.engine.Delete(ref)
		}, "sms ***2222"},
		"of somebody without a telephone": {func(g *gateWorld, body string) {
			g.replaceInPatient(`,"telecom":[{"system":"phone","value":"51112222"}]`, "")
			g.engine.Put(strings.Replace(body, `"status":"active"`, `"status":"inactive"`, 1))
		}, "post"},
		"of somebody with another number now": {func(g *gateWorld, body string) {
			g.replaceInPatient(`{"system":"phone","value":"51112222"}`, `{"system":"phone","value":"50000000","use":"old"},{"system":"email","value":"c@example.org"}`)
			g.engine.Put(strings.Replace(body, `"status":"active"`, `"status":"inactive"`, 1))
		}, "email c***@example.org"},
		"of whom a stranger has the id": {func(g *gateWorld, body string) {
			g.engine.Put(`{"resourceType":"Patient","id":"p","name":[{"family":"WONG"}],"birthDate":"1999-01-01","telecom":[{"system":"phone","value":"59999999"}]}`)
			g.engine.Put(strings.Replace(body, `"status":"active"`, `"status":"inactive"`, 1))
		}, "post"},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGate(t, fhirtest.Quirks{})
			g.world.t = t
			d := g.doctor()
			g.spoil("UPDATE participant SET notify = ''")
			_, body := g.consent()
			c.end(g, body)
			d.want(403, "GET", "/Observation/obs-p", "")
			if got, want := g.toldOfEnds(), []string{c.want}; !slices.Equal(got, want) {
				t.Errorf("told on %q, want %q", got, want)
			}
		})
	}
}

// replaceInPatient changes the text of the engine's Patient.
func (g *gateWorld) replaceInPatient(old, with string) {
	g.t.Helper()
	body := string(g.engine.Body(patientP))
	if !strings.Contains(body, old) {
		g.t.Fatalf("%s is not in %s", old, body)
	}
	g.engine.Put(strings.Replace(body, old, with, 1))
}

// So are they of what the same person has given under another id, whether the engine was there for the
// withdrawal or not.
func TestWhoDeclinedNoticesIsToldOfAConsentThatEndsBeside(t *testing.T) {
	for name, there := range map[string]bool{"with the engine": true, "without it": false} {
		t.Run(name, func(t *testing.T) {
			g := newGate(t, fhirtest.Quirks{})
			g.world.t = t
			g.patient("p2", secondEHR, secondHKIC)
			d := g.doctor()
			d.grant(secondEHR)
			g.spoil("UPDATE participant SET notify = ''")
			g.merge("p", "p2")
			if !there {
				g.line.replies(func(r *http.Request) (*http.Response, bool) {
					return &http.Response{StatusCode: 503, Header: http.Header{}, Body: http.NoBody, Request: r}, true
				})
			}
			d.want(200, "POST", "/Patient/$revoke-sharing-consent", revokeBody(gateEHR))
			g.line.replies(nil)
			if err := g.c.TellEngine(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := g.toldOfEnds(); len(got) != 2 || slices.Contains(got, "") {
				t.Errorf("of two consents told on %q", got)
			}
		})
	}
}
