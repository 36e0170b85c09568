package central_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// sent are the patient's notices whose text has word, as "way contact".
func (w *world) sent(ehr, word string) (out []string) {
	w.t.Helper()
	if err := w.c.Notices(w.t.Context(), ehr, func(n central.Notice) error {
		if strings.Contains(n.Text, word) {
			out = append(out, n.Channel+" "+n.Contact)
		}
		return nil
	}); err != nil {
		w.t.Fatal(err)
	}
	return out
}

// phoneOnly is a verification that changes the first telephone and nothing else.
func phoneOnly(ehr, phone string) string {
	return verifyBody(ehr, func(p map[string]map[string]any) {
		p["contact"] = map[string]any{"part": []any{map[string]any{"name": "phone", "valueString": phone}}}
	})
}

const sendPath = "/Patient/" + uuidA + "/$send-one-time-code"

// sends has a code sent: to whom, from when one goes to what is on record, and the refusal.
func (d *desk) sends() (contact, from, refused string) {
	d.w.t.Helper()
	d.signIn()
	before := d.w.sent("812345678901", "one-time code")
	status, body := d.do("POST", sendPath, requestBody(uuid.NewString()))
	if status != 200 {
		until, _ := extensionOf(d.w.t, body, "locked-until").(string)
		return "", until, issue(d.w.t, body)
	}
	from = valueOf(d.w.t, body, "newContactFrom")
	now := d.w.sent("812345678901", "one-time code")
	if len(now) != len(before)+1 {
		d.w.t.Fatalf("%d codes of one request", len(now)-len(before))
	}
	return now[len(now)-1], from, ""
}

// openChart opens the patient's chart for a consultation.
func (d *desk) openChart() {
	d.w.t.Helper()
	d.signIn()
	d.want(200, "POST", "/Patient/"+uuidA+"/$open", `{"resourceType":"Parameters","parameter":[{"name":"purpose","valueCode":"consultation"}]}`)
}

// A clerk who changes a telephone and has a colleague ask for a code at once gets nothing:
// the code goes to the old one, and to the new one a day later to the minute.
func TestATelephoneThatWasChangedGetsNoCodeForADay(t *testing.T) {
	w, ehr := unverified(t)
	hcp := w.hcp(central.HCP{Name: "Clinic"})
	clerk := w.desk(hcp, ehrdesk.FrontDesk)
	doctor := clerk.beside(t, "doctor.two", ehrdesk.Doctor, newKey(t)) // at a second desk
	w.clock.advance(14*time.Hour + 59*time.Minute)                     // 23:59 in Hong Kong at the hour that tests begin
	clerk.signIn()
	text := clerk.want(200, "POST", "/Patient/$verify-identity", phoneOnly(ehr, "6123 4567"))
	changed := 14*time.Hour + 59*time.Minute
	end := stamp(changed + 24*time.Hour)
	if got := valueOf(t, text, "newContactFrom"); got != end {
		t.Errorf("the receipt says from %q, want %q", got, end)
	}
	old := func(when string) {
		t.Helper()
		if to, from, refused := doctor.sends(); to != "sms ***2222" || from != end || refused != "" {
			t.Errorf("%s: to %q from %q, %s", when, to, from, refused)
		}
	}
	old("at once")
	w.clock.advance(2 * time.Hour)
	again, err := central.Open(t.Context(), central.Options{Dir: w.dir, Store: w.store, Now: w.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.Close() }()
	doctor.signIn()
	if body := doctor.want(200, "POST", serve(t, again)+"/fhir"+sendPath, requestBody(uuid.NewString())); valueOf(t, body, "newContactFrom") != end {
		t.Errorf("another process: %s", body)
	}
	w.clock.advance(21*time.Hour + 59*time.Minute)
	old("23:59 h later")
	w.clock.advance(time.Minute - time.Microsecond)
	old("to the last moment")
	w.clock.advance(-3 * time.Hour) // set back: the day grows and never shrinks
	old("with a clock set back")
	w.clock.advance(3*time.Hour + time.Microsecond + 2*time.Hour)
	if to, from, refused := doctor.sends(); to != "sms ***4567" || from != "" || refused != "" {
		t.Errorf("a day later: to %q from %q, %s", to, from, refused)
	}
	w.clock.advance(-20 * time.Hour) // a clock that was put right afterwards takes nothing back
	if to, _, refused := doctor.sends(); to != "sms ***4567" {
		t.Errorf("with a clock put right: to %q, %s", to, refused)
	}
}

func TestWhoHadNoContactBeforeGetsNoCodeForADay(t *testing.T) {
	w, ehr := unverified(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	// By letter before: there is no older contact that a code could go to.
	w.importText(`{"resourceType":"Bundle","type":"transaction","entry":[` + entry(strings.Replace(patientText, `{"system":"phone","value":"51112222","use":"mobile"}`, `{"system":"fax","value":"25550001"}`, 1)) + `]}`)
	d.want(200, "POST", "/Patient/$verify-identity", phoneOnly(ehr, "61234567"))
	if to, until, refused := d.sends(); refused != "contact-new" || until != stamp(24*time.Hour) {
		t.Errorf("to %q until %q, %s", to, until, refused)
	}
	w.clock.advance(24 * time.Hour)
	if to, _, refused := d.sends(); to != "sms ***4567" {
		t.Errorf("a day later: %q %s", to, refused)
	}
}

// Whoever changes twice waits from the last change; who changes back has changed nothing;
// and another way of notice, or the same number written otherwise, opens no way around.
func TestNoSecondChangeGetsAroundTheDay(t *testing.T) {
	w, ehr := unverified(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	d.want(200, "POST", "/Patient/$verify-identity", phoneOnly(ehr, "61234567"))
	if got := issue(t, d.want(409, "POST", "/Patient/$verify-identity", phoneOnly(ehr, "69999999"))); got != "already-verified" {
		t.Errorf("a second change at a desk: %s", got)
	}
	// What else puts contact data on record is the operator's import.
	phone := func(value string) {
		t.Helper()
		w.importText(`{"resourceType":"Bundle","type":"transaction","entry":[` + entry(strings.Replace(patientText, `"51112222"`, `"`+value+`"`, 1)) + `]}`)
	}
	next := func(after time.Duration, wantTo string, wantFrom time.Duration) {
		t.Helper()
		w.clock.advance(after)
		to, from, refused := d.sends()
		want := ""
		if wantFrom > 0 {
			want = w.clock.now().Add(wantFrom).UTC().Format("2006-01-02T15:04:05.000Z")
		}
		if to != wantTo || from != want || refused != "" {
			t.Errorf("to %q from %q (%s), want %q from %q", to, from, refused, wantTo, want)
		}
	}
	next(23*time.Hour, "sms ***2222", time.Hour)
	phone("69999999")
	next(2*time.Hour, "sms ***2222", 24*time.Hour) // not the first change's day
	phone("6123 4567")                             // the first one again, written otherwise
	next(23*time.Hour, "sms ***2222", 24*time.Hour)
	phone("+852 5111-2222")
	next(time.Hour, "sms ***2222", 0) // back to where it was
	phone("6999 9999")
	next(time.Hour, "sms ***2222", 24*time.Hour)
	next(24*time.Hour, "sms ***9999", 0)
}

func TestThePatientsCardEndsTheDay(t *testing.T) {
	for _, in := range []string{"the same act", "a later act"} {
		c := unverifiedWithCard(t)
		w := c.w
		elsewhere := &counter{desk: w.desk(w.hcp(central.HCP{Name: "Second clinic"}), ehrdesk.Doctor), rep: c.rep, issuer: c.issuer}
		byCard := func(c *counter, path string, body func(string, ehrdesk.CardEvidence) string) (int, string) {
			request := uuid.NewString()
			nonce, _ := c.nonce(request)
			return c.do("POST", path, body(request, c.shown(c.genuine(), nonce, request)))
		}
		if in == "the same act" {
			status, body := byCard(c, "/Patient/$verify-identity", func(request string, e ehrdesk.CardEvidence) string {
				return verifyBody(c.rep.EHR, func(p map[string]map[string]any) {
					p["channel"]["valueCode"], p["method"]["valueCode"], p["requestId"]["valueUuid"] = "card", "card", request
					p["card"] = cardPart(e)
					p["contact"] = map[string]any{"part": []any{map[string]any{"name": "phone", "valueString": "61234567"}}}
					delete(p, "documentType")
					delete(p, "formReference")
				})
			})
			if status != 200 || strings.Contains(body, "newContactFrom") {
				t.Fatalf("by card: %d %s", status, body)
			}
			if got := w.sent(c.rep.EHR, "Contact data changed"); !slices.Equal(got, []string{"sms ***2222", "post 1 O***", "sms ***4567"}) {
				t.Errorf("told of the change on %v", got)
			}
		} else {
			c.want(200, "POST", "/Patient/$verify-identity", phoneOnly(c.rep.EHR, "61234567"))
			if to, _, refused := c.sends(); to != "sms ***2222" {
				t.Errorf("%s, before the card: %q %s", in, to, refused)
			}
			stranger := elsewhere.chip(newIssuer(t).Issue(elsewhere.person(nil)))
			request := uuid.NewString()
			nonce, _ := elsewhere.nonce(request)
			elsewhere.want(403, "POST", grantPath, elsewhere.body(request, elsewhere.shown(stranger, nonce, request), nil))
			if to, _, refused := c.sends(); to != "sms ***2222" {
				t.Errorf("%s, after a card of nobody's: %q %s", in, to, refused)
			}
			if status, body := byCard(elsewhere, grantPath, func(r string, e ehrdesk.CardEvidence) string { return elsewhere.body(r, e, nil) }); status != 200 {
				t.Fatalf("the card at another clinic: %d %s", status, body)
			}
		}
		if to, from, refused := c.sends(); to != "sms ***4567" || from != "" {
			t.Errorf("%s: %q from %q %s", in, to, from, refused)
		}
	}
}

// A provider files a form and changes the contact data in one minute: the patient hears of
// it where they were reached before and where they are now, and is told how to object.
func TestActsOnOnePersonsWordAreConfirmedOnEveryContact(t *testing.T) {
	for _, declined := range []bool{false, true} {
		w, ehr := unverified(t)
		d := w.desk(w.hcp(central.HCP{Name: "Clinic", Chinese: "診所"}), ehrdesk.FrontDesk)
		text := d.want(200, "POST", "/Patient/$verify-identity", verifyBody(ehr, func(p map[string]map[string]any) {
			p["formReference"]["valueString"] = "SECRET 51112222"
			if declined {
				p["contact"]["part"] = append(p["contact"]["part"].([]any)[:4], map[string]any{"name": "notify", "valueCode": "none"})
			}
		}))
		want := []string{"sms ***2222", "post 1 O***", "sms ***4567", "email c***@example.org", "post 2 N***"}
		var got []string
		if err := w.c.Notices(t.Context(), ehr, func(n central.Notice) error {
			got = append(got, n.Channel+" "+n.Contact)
			if !strings.Contains(n.Text, "3467 6300") || !strings.Contains(n.Text, "App") {
				t.Errorf("no word of how to object: %s", n.Text)
			}
			if strings.Contains(n.Text, "SECRET") || strings.Contains(n.Text, canary) || strings.Contains(n.Text, "CHAN") || strings.Contains(n.Text, "6123") {
				t.Errorf("more than that it was done: %s", n.Text)
			}
			if chinese := len(got) > 2; chinese != strings.Contains(n.Text, "更改聯絡資料：電話") { // what was there before is in the language of before
				t.Errorf("%d in another language: %s", len(got), n.Text)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("declined %v: told on %v, want %v", declined, got, want)
		}
		if n := intOf(t, text, "confirmedOn"); n != len(want) {
			t.Errorf("the receipt says %d", n)
		}
		// A form alone: on all that there is, though notices of accesses were declined.
		other := w.desk(w.hcp(central.HCP{Name: "Second clinic"}), ehrdesk.FrontDesk)
		other.grant(ehr)
		other.want(200, "POST", "/Patient/$revoke-sharing-consent", grantBody(ehr, nil))
		for _, word := range []string{"已憑簽署表格給予Second clinic互通同意", "已憑簽署表格撤銷給予Second clinic的互通同意"} {
			if got := w.sent(ehr, word); !slices.Equal(got, slices.Concat(want[2:], want[:1])) { // the old telephone too, as long as it gets the codes
				t.Errorf("%s: told on %v", word, got)
			}
		}
		// An Access Key is the patient's own word.
		before := len(w.told(ehr))
		other.want(200, "POST", "/Patient/$grant-sharing-consent", grantBody(ehr, func(p map[string]map[string]any) {
			p["channel"]["valueCode"] = "access-key"
			p["accessKey"] = map[string]any{"valueString": "12345678"}
			delete(p, "formReference")
		}))
		if n := len(w.told(ehr)) - before; n != 2 { // as chosen, or where that is not at all at the first contact, and for a day at the contact of before
			t.Errorf("by Access Key, declined %v: %d notices", declined, n)
		}
	}
}

// intOf is a number among the parameters of an answer.
func intOf(t testing.TB, text, name string) int {
	t.Helper()
	var p struct {
		Parameter []struct {
			Name         string
			ValueInteger int
		}
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		t.Fatal(err)
	}
	for _, v := range p.Parameter {
		if v.Name == name {
			return v.ValueInteger
		}
	}
	return -1
}

// Who changes a telephone to their own and then opens the record is seen by whoever has the
// old one, for as long as the new one is theirs by their word alone.
func TestAnAccessIsToldAtTheOldTelephoneForADay(t *testing.T) {
	w, ehr := unverified(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	d.want(200, "POST", "/Patient/$verify-identity", phoneOnly(ehr, "61234567"))
	for _, tt := range []struct {
		after time.Duration
		want  []string
	}{
		{time.Minute, []string{"sms ", "sms ***2222"}},
		{23*time.Hour + 59*time.Minute - time.Second, []string{"sms ", "sms ***2222"}},
		{time.Second, []string{"sms "}},
	} {
		w.clock.advance(tt.after)
		before := w.sent(ehr, "accessed your eHealth record")
		d.openChart()
		if got := w.sent(ehr, "accessed your eHealth record")[len(before):]; !slices.Equal(got, tt.want) {
			t.Errorf("%v later: told on %q, want %q", tt.after, got, tt.want)
		}
	}
}

// Nobody who changes contact data can choose that the old telephone does not hear of an
// access: not by a way that takes no code, nor by none.
func TestAnAccessIsToldAtTheOldTelephoneWhateverWayIsChosen(t *testing.T) {
	for _, way := range []string{"none", "post"} {
		w, ehr := unverified(t)
		d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
		d.want(200, "POST", "/Patient/$verify-identity", verifyBody(ehr, func(p map[string]map[string]any) {
			parts := []any{map[string]any{"name": "notify", "valueCode": way}}
			if way == "post" {
				parts = append(parts, map[string]any{"name": "address", "valueString": "Flat 1, 1 Attacker Street"})
			}
			p["contact"] = map[string]any{"part": parts}
		}))
		w.clock.advance(time.Minute)
		d.openChart()
		if got := w.sent(ehr, "accessed your eHealth record"); !slices.Contains(got, "sms ***2222") {
			t.Errorf("by %s: told on %q", way, got)
		}
	}
}

// Who was told by letter alone, and is moved to a telephone, was reached at the letter's
// address: it is told of the change there, and for a day of each access; no code comes by it.
func TestALetterIsAContactOfBefore(t *testing.T) {
	for name, edit := range map[string]func(string) string{
		"a telephone that took no notices": func(p string) string { return p },
		"no telephone": func(p string) string {
			return strings.Replace(p, `{"system":"phone","value":"51112222","use":"mobile"}`, `{"system":"fax","value":"25550001"}`, 1)
		},
	} {
		w := newWorld(t)
		ehr := fillUnverifiedBy(t, w, "post", edit(patientText))
		d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
		text := d.want(200, "POST", "/Patient/$verify-identity", verifyBody(ehr, func(p map[string]map[string]any) {
			p["contact"] = map[string]any{"part": []any{map[string]any{"name": "phone", "valueString": "61234567"}, map[string]any{"name": "notify", "valueCode": "sms"}}}
		}))
		if from := valueOf(t, text, "newContactFrom"); from != stamp(24*time.Hour) {
			t.Errorf("%s: codes go there from %q", name, from)
		}
		if got := w.sent(ehr, "Contact data changed"); !slices.Contains(got, "post 1 O***") {
			t.Errorf("%s: the change is told on %q", name, got)
		}
		if to, until, refused := d.sends(); refused != "contact-new" || until != stamp(24*time.Hour) {
			t.Errorf("%s: a code goes to %q until %q, %s", name, to, until, refused)
		}
		d.openChart()
		told := w.sent(ehr, "accessed your eHealth record")
		if !slices.Equal(told, []string{"sms ", "post 1 O***"}) {
			t.Errorf("%s: an access is told on %q", name, told)
		}
		w.clock.advance(24 * time.Hour)
		d.openChart()
		if got := w.sent(ehr, "accessed your eHealth record")[len(told):]; !slices.Equal(got, []string{"sms "}) {
			t.Errorf("%s: a day later an access is told on %q", name, got)
		}
		if to, _, refused := d.sends(); to != "sms ***4567" {
			t.Errorf("%s: a day later a code goes to %q, %s", name, to, refused)
		}
	}
}

// A letter that was redirected is no way around: the address of before hears of accesses for
// a day, and no code comes by either.
func TestALettersAddressThatWasChangedIsAContactOfBefore(t *testing.T) {
	w := newWorld(t)
	ehr := fillUnverifiedBy(t, w, "post", patientText)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	text := d.want(200, "POST", "/Patient/$verify-identity", verifyBody(ehr, func(p map[string]map[string]any) {
		p["contact"] = map[string]any{"part": []any{map[string]any{"name": "address", "valueString": "2 New Street"}}}
	}))
	if from := valueOf(t, text, "newContactFrom"); from != "" {
		t.Errorf("codes go by letter from %q", from)
	}
	d.openChart()
	if got := w.sent(ehr, "accessed your eHealth record"); !slices.Equal(got, []string{"post ", "post 1 O***"}) {
		t.Errorf("an access is told on %q", got)
	}
	if to, _, refused := d.sends(); refused != "no-way-to-tell" {
		t.Errorf("a code goes to %q, %s", to, refused)
	}
}

// Who declined notices declined those of accesses: of consents they are told as anybody, and a
// desk is told which of the two it may promise.
func TestWhoDeclinedNoticesOfAccessesIsToldOfConsents(t *testing.T) {
	w, ehr := unverified(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	d.want(200, "POST", "/Patient/$verify-identity", verifyBody(ehr, func(p map[string]map[string]any) {
		p["contact"] = map[string]any{"part": []any{map[string]any{"name": "notify", "valueCode": "none"}}}
	}))
	w.clock.advance(48 * time.Hour)
	d.signIn()
	if got := d.want(200, "POST", "/Patient/_search", "identifier="+url.QueryEscape(ehrdesk.SystemEHR+"|"+ehr)); !strings.Contains(got, `"url":"urn:example:hk:ext:accesses-told","valueCode":"none"`) {
		t.Errorf("the desk is not told: %s", got)
	}
	d.openChart()
	if got := w.sent(ehr, "accessed your eHealth record"); len(got) != 0 {
		t.Errorf("told of an access: %q", got)
	}
	byKey := func(p map[string]map[string]any) {
		p["channel"]["valueCode"], p["accessKey"] = "access-key", map[string]any{"valueString": "12345678"}
		delete(p, "formReference")
	}
	other := w.desk(w.hcp(central.HCP{Name: "Second"}), ehrdesk.FrontDesk)
	body := other.want(200, "POST", "/Patient/$grant-sharing-consent", grantBody(ehr, byKey))
	if got := w.sent(ehr, "consent to Second was given"); !slices.Equal(got, []string{"sms ***2222"}) || !strings.Contains(body, `"name":"notified","valueCode":"sms"`) {
		t.Errorf("given: told on %q, receipt %s", got, body)
	}
	// The patient's own act, in the app, is no act of the desk's: they are told of it all the same.
	if _, err := w.c.PatientAct(t.Context(), ehr, other.hcp, ehrdesk.ByApp, true); err != nil {
		t.Fatal(err)
	}
	if got := w.sent(ehr, "consent to Second was withdrawn"); !slices.Equal(got, []string{"sms ***2222"}) {
		t.Errorf("withdrawn: told on %q", got)
	}
}
