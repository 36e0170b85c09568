package central_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// A consent by the patient's own card counts at a gate as at any centre: the face is held against the
// engine's Patient, the Consent there says what it rests on, and another's card gives none.
func TestACardGivesConsentAtAGate(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.world.desk(g.hcp(central.HCP{Name: "Test Clinic"}), ehrdesk.Doctor)
	c := &counter{desk: d, issuer: newIssuer(t), rep: central.ImportReport{EHR: gateEHR, HKIC: gateHKIC}}
	g.pin("training", c.issuer)
	own := func(p *simcard.Person) { p.Name, p.Chinese = "CHUNGHARBOUR, Tai Man", "" }
	other := func(p *simcard.Person) { own(p); p.HKIC, p.Name = mustHKIC(t, "B2345673"), "WONG, Siu Ming" }
	give := func(edit func(*simcard.Person)) string {
		t.Helper()
		request := uuid.NewString()
		nonce, _ := c.nonce(request)
		return c.body(request, c.shown(c.chip(c.issuer.Issue(c.person(edit))), nonce, request), nil)
	}
	if got := issue(t, d.want(403, "POST", grantPath, give(other))); got != "card-other-person" {
		t.Errorf("another's card: %s", got)
	}
	d.want(403, "GET", "/Observation/obs-p", "")
	body := give(own)
	first := d.want(200, "POST", grantPath, body)
	if again := d.want(200, "POST", grantPath, body); again != first {
		t.Errorf("another answer to the same act: %s", again)
	}
	d.want(200, "GET", "/Observation/obs-p", "")
	if _, at := g.consent(); !strings.Contains(at, `"valueCode":"card"`) {
		t.Errorf("the engine has %s", at)
	}
	if !strings.Contains(d.want(200, "POST", "/Patient/p/$open", openConsultation), "genuine-chip") {
		t.Error("what the consent rests on is not said")
	}
}

func mustHKIC(t *testing.T, text string) ehrdesk.HKIC {
	t.Helper()
	h, err := ehrdesk.ParseHKIC(text[:7] + string(ehrdesk.CheckDigit(text[:7])))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// Contact data are changed where the records are kept, by whoever may: a gate remembers, sealed, what
// it saw first, and a code goes there for a day after it has seen another.
func TestAGateSendsNoCodeToAContactThatIsNew(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	body := string(g.engine.Body(ehrdesk.Ref{Resource: "Patient", ID: "p"}))
	g.engine.Put(strings.Replace(body, "51112222", "69998888", 1))
	code := func() (to string) {
		t.Helper()
		d.want(200, "POST", "/Patient/p/$send-one-time-code", requestBody(uuid.NewString()))
		err := g.c.Notices(t.Context(), gateEHR, func(n central.Notice) error {
			if sixDigits.MatchString(n.Text) {
				to = n.Contact
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return to
	}
	if got := code(); got != "***2222" {
		t.Errorf("the code goes to %q", got)
	}
	g.clock.advance(24*time.Hour + time.Minute)
	d.signIn()
	if got := code(); got != "***8888" {
		t.Errorf("after a day: %q", got)
	}
}
