package central_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// found is the id of who is found by a number, "" for nobody.
func (d *desk) found(system, value string) string {
	d.w.t.Helper()
	b := parse(d.w.t, d.want(200, "POST", "/Patient/_search", "identifier="+system+"|"+strings.ReplaceAll(value, " ", "%20")))
	if len(b.Entry) == 0 {
		return ""
	}
	return strings.TrimPrefix(b.names()[0], "Patient/")
}

// Only by the systems that the language knows is anybody looked up, and what is registered is what
// stands there under these: no identity number is made up, and one with a wrong check digit is none.
func TestAGateKnowsPeopleByKnownNumbersAlone(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.world.desk(g.hcp(central.HCP{Name: "Test Clinic"}), ehrdesk.Doctor)
	g.engine.Put(`{"resourceType":"Patient","id":"ward","identifier":[{"system":"urn:ward:bed","value":"B12"},{"system":"` + ehrdesk.SystemDocument + `NONE","value":"B12"}],"name":[{"family":"HO"}],"birthDate":"1970-01-01"}`)
	g.engine.Put(`{"resourceType":"Patient","id":"wrong","identifier":[{"system":"` + ehrdesk.SystemHKIC + `","value":"A1234567"},{"system":"` + ehrdesk.SystemEHR + `","value":"912345678929"}],"name":[{"family":"LAU"}],"birthDate":"1970-01-01"}`)
	for _, system := range []string{"urn:ward:bed", ehrdesk.SystemDocument + "NONE"} {
		if got := d.found(system, "B12"); got != "" {
			t.Errorf("by %s: %q", system, got)
		}
	}
	if got := d.found(ehrdesk.SystemEHR, "912345678929"); got != "wrong" {
		t.Errorf("by an eHR number: %q", got)
	}
	if got := d.found(ehrdesk.SystemHKIC, "A1234567"); got != "" {
		t.Errorf("by a wrong check digit: %q", got)
	}
	if err := g.c.Participants(t.Context(), "", func(p central.Participant) error {
		if p.Patient != "wrong" || p.HKIC != "" {
			t.Errorf("registered: %s with %q", p.Patient, p.HKIC)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// A number is found however it is usually written at the engine.
func TestAGateFindsNumbersAsTheyAreWritten(t *testing.T) {
	for _, written := range []string{"A123456(3)", "A123456 (3)", "a123456(3)", "a1234563", "A1234563"} {
		g := newGate(t, fhirtest.Quirks{})
		d := g.world.desk(g.hcp(central.HCP{Name: "Test Clinic"}), ehrdesk.Doctor)
		ref := ehrdesk.Ref{Resource: "Patient", ID: "p"}
		g.engine.Put(strings.NewReplacer(gateHKIC, written, gateEHR, "9123 4567 8903").Replace(string(g.engine.Body(ref))))
		if got := d.found(ehrdesk.SystemHKIC, gateHKIC); got != "p" {
			t.Errorf("%s: %q", written, got)
		}
		if got := d.found(ehrdesk.SystemEHR, gateEHR); got != "p" {
			t.Errorf("an eHR number in groups: %q", got)
		}
	}
}

// A consent was given by a person and not by an id. A number alone, or a name alone, that is put right
// leaves it as it is, one after the other as well; both at once are somebody else: nothing is given, nobody
// is found, and an officer is told.
func TestAConsentDoesNotFollowAnIDToAnotherPerson(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	joined := g.world.desk(g.hcp(central.HCP{Name: "Authority", Deemed: true}), ehrdesk.Doctor)
	body := string(g.engine.Body(ehrdesk.Ref{Resource: "Patient", ID: "p"}))
	number := "B234567" + string(ehrdesk.CheckDigit("B234567"))
	steps := []*strings.Replacer{strings.NewReplacer("CHUNGHARBOUR", "WED"), strings.NewReplacer(gateHKIC, number, gateEHR, "912345678937"),
		strings.NewReplacer("1960-02-03", "1960-03-02")}
	for _, r := range steps {
		body = r.Replace(body)
		g.engine.Put(body)
		d.want(200, "GET", "/Observation/obs-p", "")
		joined.want(200, "GET", "/Observation/obs-p", "")
	}
	other := strings.NewReplacer("WED", "ELSE", number, "C345678"+string(ehrdesk.CheckDigit("C345678")), "912345678937", "912345678945").Replace(body)
	g.engine.Put(other)
	for _, d := range []*desk{d, joined} {
		for _, path := range []string{"/Observation/obs-p", "/Patient/p", "/Patient/p/$everything"} {
			text := d.want(403, "GET", path, "")
			if issue(t, text) != "consent-needed" || !strings.Contains(text, "somebody else") {
				t.Errorf("%s: %s", path, text)
			}
		}
	}
	d.want(409, "POST", "/Patient/_search", "identifier="+ehrdesk.SystemEHR+"|912345678945")
	d.want(409, "POST", "/Patient/$grant-sharing-consent", grantBody("912345678945", nil))
	incidents := 0
	if err := g.c.Unusual(t.Context(), func(a central.Access) error {
		if strings.HasPrefix(a.Reason, "another person") {
			incidents++
		}
		return nil
	}); err != nil || incidents != 1 {
		t.Errorf("%d incidents, %v", incidents, err)
	}
	g.engine.Put(body) // put right
	d.want(200, "GET", "/Observation/obs-p", "")
}

// Who was merged into another or is out of use is not opened under the old id; the words say it.
func TestAConsentOfWhoWasMergedOpensNothing(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	ref := ehrdesk.Ref{Resource: "Patient", ID: "p"}
	body := string(g.engine.Body(ref))
	for _, with := range []string{`"link":[{"type":"replaced-by","other":{"reference":"Patient/q"}}],"birthDate"`, `"active":false,"birthDate"`} {
		g.engine.Put(strings.Replace(body, `"birthDate"`, with, 1))
		text := d.want(403, "GET", "/Observation/obs-p", "")
		if issue(t, text) != "consent-needed" || !strings.Contains(text, "merged") {
			t.Errorf("%s: %s", with, text)
		}
	}
	g.engine.Delete(ref)
	d.want(403, "GET", "/Observation/obs-p", "")
	g.engine.Put(body)
	d.want(200, "GET", "/Observation/obs-p", "")
}

// A number of which the engine says that it stands for nobody in particular has told of somebody: whatever
// asked for it counts as a look-up and is in the log, and where none is left it is told as that.
func TestANumberThatStandsForNobodyCountsAsALookUp(t *testing.T) {
	for name, ask := range map[string][2]string{
		"a look-up":    {"/Patient/_search", lookUp(gateOther)},
		"a grant":      {"/Patient/$grant-sharing-consent", grantBody(gateOther, nil)},
		"a withdrawal": {"/Patient/$revoke-sharing-consent", revokeBody(gateOther)},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGate(t, fhirtest.Quirks{})
			g.patient("q2", gateOther, "")
			d := g.world.desk(g.hcp(central.HCP{Name: "Test Clinic"}), ehrdesk.FrontDesk)
			done, _ := untilRefused(t, 400, func(int) (int, http.Header, string) { return d.full("POST", ask[0], ask[1]) })
			if done > 301 {
				t.Errorf("it was told %d times", done)
			}
			for _, other := range [][2]string{{"/Patient/_search", lookUp(gateOther)}, {"/Patient/$grant-sharing-consent", grantBody(gateOther, nil)}, {"/Patient/$revoke-sharing-consent", revokeBody(gateOther)}} {
				if got := issue(t, d.want(429, "POST", other[0], other[1])); got != "too-often" {
					t.Errorf("%s: %s", other[0], got)
				}
			}
			if got := len(g.events(func(a central.Access) bool { return a.Outcome == string(ehrdesk.CodeConflict) })); got != done {
				t.Errorf("%d of %d are in the log", got, done)
			}
		})
	}
}

// While the engine is not there a withdrawal tells by no refusal, without limit, who is known at the gate.
func TestAWithdrawalWithoutTheEngineIsNoWayRoundTheLimit(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.doctor()
	d.want(200, "POST", "/Patient/_search", lookUp(gateOther)) // known, and has given nothing
	clerk := g.world.desk(d.hcp, ehrdesk.FrontDesk)
	g.line.replies(func(r *http.Request) (*http.Response, bool) {
		return &http.Response{StatusCode: 503, Header: http.Header{}, Body: http.NoBody, Request: r}, true
	})
	done, _ := untilRefused(t, 400, func(int) (int, http.Header, string) {
		return clerk.full("POST", "/Patient/$revoke-sharing-consent", revokeBody(secondEHR))
	})
	if done > 301 {
		t.Errorf("%d numbers were tried", done)
	}
	for _, ehr := range []string{secondEHR, gateOther} {
		if got := issue(t, clerk.want(429, "POST", "/Patient/$revoke-sharing-consent", revokeBody(ehr))); got != "too-often" {
			t.Errorf("%s: %s", ehr, got)
		}
	}
	clerk.want(200, "POST", "/Patient/$revoke-sharing-consent", revokeBody(gateEHR)) // who has given one
}
