package central_test

import (
	"crypto"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/signature"
)

// takenAct is an act as its taker signs it: the parameters of a grant, with the operation that they are of.
func takenAct(op, grant string) []byte {
	return []byte(strings.Replace(grant, `"parameter":[`, `"parameter":[{"name":"operation","valueCode":"`+op+`"},`, 1))
}

// signed is a statement signed by a desk's person.
func (d *desk) signed(body []byte, at time.Time) string {
	d.w.t.Helper()
	jwk := jose.JSONWebKey{Key: d.key.Public()}
	print, err := jwk.Thumbprint(crypto.SHA256)
	if err != nil {
		d.w.t.Fatal(err)
	}
	jws, err := signature.Sign(body, signature.Signer{Key: d.key, ID: base64.RawURLEncoding.EncodeToString(print)}, at)
	if err != nil {
		d.w.t.Fatal(err)
	}
	return jws
}

// ofTwo is the request of whoever approves.
func ofTwo(body []byte, jws string) string {
	return fmt.Sprintf(`{"resourceType":"Parameters","parameter":[{"name":"taken","part":[{"name":"act","valueBase64Binary":%q},{"name":"signature","valueString":%q}]}]}`,
		base64.StdEncoding.EncodeToString(body), jws)
}

// A provider whose rule asks for a second person gets a consent by form of two people alone: of one who took and signed it, and
// another who sends it. What was signed is what is carried out, once.
func TestAConsentOfAProviderWithTheRuleTakesTwoPeople(t *testing.T) {
	w, rep := clinicalWorld(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.FrontDesk)
	second := d.join(t, "doctor.two", ehrdesk.Doctor)
	elsewhere := w.desk(w.hcp(central.HCP{Name: "Elsewhere"}), ehrdesk.Doctor)
	const grant, offer = "/Patient/$grant-sharing-consent", "/$consent-offer"
	if text := d.want(200, "GET", offer, ""); strings.Contains(text, "secondPerson") {
		t.Error("a rule that nobody has set is offered")
	}
	if _, err := w.c.SecondPerson(t.Context(), "op", d.hcp, []ehrdesk.OneWord{ehrdesk.ConsentByForm}); err != nil {
		t.Fatal(err)
	}
	if text := d.want(200, "GET", offer, ""); !strings.Contains(text, `{"name":"secondPerson","valueCode":"consent-by-form"}`) {
		t.Errorf("the offer does not say it: %s", text)
	}
	plain := grantBody(rep.EHR, nil)
	if got := issue(t, d.want(422, "POST", grant, plain)); got != "second-person" {
		t.Errorf("of one person: %s", got)
	}
	body := takenAct("grant", plain)
	jws := d.signed(body, began())
	for what, c := range map[string]struct {
		by     *desk
		body   string
		status int
		issue  string
	}{
		"one's own":                       {d, ofTwo(body, jws), 403, "own-act"},
		"changed since":                   {second, ofTwo([]byte(strings.Replace(string(body), "indefinite", "one_year", 1)), jws), 403, "taker-unknown"},
		"signed a year ahead":             {second, ofTwo(body, d.signed(body, began().AddDate(1, 0, 0))), 403, "taker-unknown"},
		"unsigned":                        {second, ofTwo(body, ""), 403, "taker-unknown"},
		"by somebody of another provider": {second, ofTwo(body, elsewhere.signed(body, began())), 403, "taker-unknown"},
		"sent by another provider":        {elsewhere, ofTwo(body, jws), 403, "taker-unknown"},
		"signed for another operation":    {second, ofTwo(takenAct("verify", plain), d.signed(takenAct("verify", plain), began())), 422, "invalid"},
		"signed for no operation":         {second, ofTwo([]byte(plain), d.signed([]byte(plain), began())), 422, "invalid"},
		"wrapped twice":                   {second, ofTwo([]byte(ofTwo(body, jws)), d.signed([]byte(ofTwo(body, jws)), began())), 422, "invalid"},
		"no base64":                       {second, strings.Replace(ofTwo(body, jws), `valueBase64Binary":"`, `valueBase64Binary":"*`, 1), 400, ""},
		"what is signed is no Parameters": {second, ofTwo([]byte(`{"resourceType":"Patient"}`), jws), 400, ""},
	} {
		if got := issue(t, c.by.want(c.status, "POST", grant, c.body)); c.issue != "" && got != c.issue {
			t.Errorf("%s: %s", what, got)
		}
	}
	if given := w.events(func(a central.Access) bool { return a.Action == "grant" && a.Outcome == "success" }); len(given) != 0 {
		t.Fatalf("something of that was given: %+v", given)
	}
	// What stands beside what was signed counts for nothing.
	first := second.want(200, "POST", grant, strings.Replace(ofTwo(body, jws), `{"name":"taken"`, `{"name":"channel","valueCode":"card"},{"name":"taken"`, 1))
	if again := second.want(200, "POST", grant, ofTwo(body, jws)); again != first { // its answer was lost
		t.Errorf("sent twice it is answered\n%s\nthen\n%s", first, again)
	}
	told := 0
	if err := w.c.Accesses(t.Context(), rep.EHR, func(a central.Access) error {
		if a.Action == "grant" && a.Outcome == "success" {
			told++
			if a.Staff != "doctor.two" || !strings.Contains(a.Reason, "taken by "+d.staff+"; form ") {
				t.Errorf("the log says %s of %s", a.Reason, a.Staff)
			}
		}
		return nil
	}); err != nil || told != 1 {
		t.Errorf("%d grants in the log, %v", told, err)
	}
	if of := w.reviews(100, true); len(of) != 1 || of[0].Staff != "doctor.two" || of[0].Taker != d.staff {
		t.Errorf("an officer is not told who took it and who approved it: %+v", of)
	}
}

// Whoever took an act has to be one who may when it is approved; a withdrawal since is not undone by it, and a withdrawal waits
// for nobody.
func TestWhatWasTakenIsJudgedWhenItIsApproved(t *testing.T) {
	w, rep := clinicalWorld(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.FrontDesk)
	second := d.join(t, "doctor.two", ehrdesk.Doctor)
	leaver := d.join(t, "clerk.two", ehrdesk.FrontDesk)
	const grant, revoke = "/Patient/$grant-sharing-consent", "/Patient/$revoke-sharing-consent"
	if _, err := w.c.SecondPerson(t.Context(), "op", d.hcp, ehrdesk.OneWords()); err != nil {
		t.Fatal(err)
	}
	taken := func(by *desk) string {
		body := takenAct("grant", grantBody(rep.EHR, nil))
		return ofTwo(body, by.signed(body, w.clock.now()))
	}
	early := taken(d)
	second.want(200, "POST", grant, taken(d))
	w.clock.advance(time.Minute)
	d.want(200, "POST", revoke, grantBody(rep.EHR, nil)) // by one person, at once
	w.clock.advance(time.Minute)
	if got := issue(t, second.want(422, "POST", grant, early)); got != "form-dated-before" {
		t.Errorf("approved after the patient has withdrawn: %s", got)
	}
	of := taken(leaver)
	if _, err := w.c.CloseAccount(t.Context(), d.hcp, "clerk.two"); err != nil {
		t.Fatal(err)
	}
	if got := issue(t, second.want(403, "POST", grant, of)); got != "taker-unknown" {
		t.Errorf("taken by somebody who has left: %s", got)
	}
	second.want(200, "POST", grant, taken(d))
}
