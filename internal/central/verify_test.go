package central_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/simcard"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// people is a population of one for Fill.
type people struct {
	hcps    []central.HCP
	persons []central.Person
}

func (p people) Providers() (out []central.Provider) {
	for _, h := range p.hcps {
		out = append(out, central.Provider{HCP: h})
	}
	return out
}
func (p people) Len() int                    { return len(p.persons) }
func (p people) Person(i int) central.Person { return p.persons[i] }

const patientText = `{"resourceType":"Patient","id":"` + uuidA + `","identifier":[{"system":"urn:example:hk:ehr-no","value":"812345678901"}],"active":true,"name":[{"use":"official","family":"CHAN","given":["Tai Man"]}],"telecom":[{"system":"fax","value":"25550000"},{"system":"phone","value":"51112222","use":"mobile"}],"gender":"male","birthDate":"1960-02-03","address":[{"text":"1 Old Street","district":"Kwai Chung"}],"multipleBirthInteger":1.0}`

// unverified is a world with one participant whose identity is not yet verified.
func unverified(t *testing.T) (*world, string) {
	t.Helper()
	w := newWorld(t)
	return w, fillUnverified(t, w)
}

func fillUnverified(t *testing.T, w *world) string { return fillUnverifiedBy(t, w, "sms", patientText) }

// fillUnverifiedBy is fillUnverified of somebody who is told in a way of notice.
func fillUnverifiedBy(t *testing.T, w *world, notify, patient string) string {
	t.Helper()
	ehr, err := ehrdesk.ParseEHRNumber("812345678901")
	if err != nil {
		t.Fatal(err)
	}
	err = w.c.Fill(t.Context(), people{nil, []central.Person{{
		Patient: ehrdesk.Patient{ID: uuidA, EHR: ehr, Documents: []ehrdesk.Document{{Type: "PASS", Issuer: "NGA", Number: "A1234"}}}, AccessKey: "12345678", Participation: ehrdesk.Unverified, Notify: notify,
		Resources: [][]byte{[]byte(patient),
			[]byte(`{"resourceType":"AllergyIntolerance","id":"a1","patient":{"reference":"Patient/` + uuidA + `"},"code":{"text":"` + canary + `"}}`),
			[]byte(`{"resourceType":"Observation","id":"o1","status":"final","category":[{"coding":[{"code":"laboratory"}]}],"subject":{"reference":"Patient/` + uuidA + `"},"performer":[{"reference":"Organization/org1"}],"valueString":"` + canary + `"}`)},
	}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.importText(`{"resourceType":"Organization","id":"org1","name":"Clinic One"}`)
	return ehr.Compact()
}

// verifyBody is a complete verification by a passport seen.
func verifyBody(ehr string, edit func(map[string]map[string]any)) string {
	return grantBody(ehr, func(p map[string]map[string]any) {
		p["method"] = map[string]any{"valueCode": "document"}
		p["documentType"] = map[string]any{"valueCode": "PASS"}
		p["contactConfirmed"] = map[string]any{"valueBoolean": true}
		p["contact"] = map[string]any{"part": []any{
			map[string]any{"name": "phone", "valueString": "6123 4567"}, map[string]any{"name": "email", "valueString": "chan@example.org"},
			map[string]any{"name": "address", "valueString": "2 New Street"}, map[string]any{"name": "language", "valueCode": "zh-Hant"}, map[string]any{"name": "notify", "valueCode": "email"}}}
		if edit != nil {
			edit(p)
		}
	})
}

func TestRegistrationShowsContactDataAndNothingMore(t *testing.T) {
	w, ehr := unverified(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.FrontDesk)
	ask := `{"resourceType":"Parameters","parameter":[{"name":"identifier","valueIdentifier":{"system":"` + ehrdesk.SystemEHR + `","value":"` + ehr + `"}}]}`
	text := d.want(200, "POST", "/Patient/$registration", ask)
	for _, s := range []string{`"***2222"`, `"1 O***"`, `"unverified"`, `"CHAN"`, `{"name":"notify","valueCode":"sms"}`} {
		if !strings.Contains(text, s) {
			t.Errorf("the registration lacks %s: %s", s, text)
		}
	}
	if strings.Contains(text, canary) || strings.Contains(text, "multipleBirth") {
		t.Error("more than the registration")
	}
	nobody := strings.Replace(ask, ehr, "000000000000", 1)
	if got := issue(t, d.want(404, "POST", "/Patient/$registration", nobody)); got != "not-registered" {
		t.Error(got)
	}
	logged, told := 0, 0
	if err := w.c.Accesses(t.Context(), ehr, func(a central.Access) error {
		if a.Action == "find" && strings.Contains(a.Reason, "contact") {
			logged++
		}
		return nil
	}); err != nil || logged != 1 {
		t.Errorf("%d in the log, %v", logged, err)
	}
	if err := w.c.Notices(t.Context(), ehr, func(central.Notice) error { told++; return nil }); err != nil || told != 0 {
		t.Errorf("the patient was told of a look at the registration")
	}
}

func TestVerifyingAnIdentityIsOneAct(t *testing.T) {
	w, ehr := unverified(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	if got := issue(t, d.want(422, "POST", "/Patient/$grant-sharing-consent", grantBody(ehr, nil))); got != "identity-unverified" {
		t.Error(got)
	}
	body := verifyBody(ehr, nil)
	text := d.want(200, "POST", "/Patient/$verify-identity", body)
	for _, s := range []string{`{"name":"recordsExpected","valueInstant":"` + stamp(30*time.Minute) + `"}`, `"valueCode":"active"`, `"registered"`, `{"name":"notified","valueCode":"email"}`} {
		if !strings.Contains(text, s) {
			t.Errorf("the receipt lacks %s: %s", s, text)
		}
	}
	if again := d.want(200, "POST", "/Patient/$verify-identity", body); again != text {
		t.Error("the same act was answered otherwise")
	}
	if got := issue(t, d.want(409, "POST", "/Patient/$verify-identity", verifyBody(ehr, nil))); got != "already-verified" {
		t.Error(got)
	}
	find := "identifier=" + ehrdesk.SystemEHR + "|" + ehr + "&_revinclude=Consent:patient"
	if found := d.want(200, "POST", "/Patient/_search", find); !strings.Contains(found, `{"url":"`+ehrdesk.ExtensionPrefix+`records-expected","valueInstant":"`+stamp(30*time.Minute)+`"}`) {
		t.Errorf("the look-up does not say when: %s", found)
	}

	// Until then nothing clinical, whichever way it is asked for.
	open := func() string {
		return d.want(200, "POST", "/Patient/"+uuidA+"/$open", `{"resourceType":"Parameters","parameter":[{"name":"purpose","valueCode":"consultation"}]}`)
	}
	if text := open(); !strings.Contains(text, `"recordsExpected","valueInstant":"`+stamp(30*time.Minute)+`"`) || strings.Contains(text, `"valueInteger":1`) {
		t.Errorf("opened while waiting: %s", text)
	}
	var first bundle
	for _, r := range reads() {
		status, body := d.do(r[0], r[1], r[2])
		if strings.Contains(body, canary) {
			t.Errorf("%s %s gives a record too early", r[0], r[1])
		}
		if strings.HasPrefix(r[1], "/AllergyIntolerance/a1") && (status != 403 || issue(t, body) != "records-expected" || extensionOf(t, body, "records-expected") != stamp(30*time.Minute)) {
			t.Errorf("%s: %d %s", r[1], status, body)
		}
	}
	all, first := d.all("/Patient/" + uuidA + "/$everything")
	if len(all) != 1 || first.Total != 1 || !strings.Contains(all[0], `"resourceType":"Patient"`) {
		t.Fatalf("%d records while waiting: %v", len(all), all)
	}
	w.clock.advance(30*time.Minute - time.Second)
	d.signIn()
	waiting, second := d.all("/Patient/" + uuidA + "/$everything?_since=" + first.Timestamp)
	w.clock.advance(time.Second)
	// Whoever asks from where it stood gets them all: they count as changed now.
	for _, from := range []bundle{first, second} {
		if all, _ := d.all("/Patient/" + uuidA + "/$everything?_since=" + from.Timestamp); len(all) != 4 {
			t.Errorf("%d records since %s (%d before)", len(all), from.Timestamp, len(waiting))
		}
		if b := parse(t, d.want(200, "POST", "/AllergyIntolerance/_search", "patient="+uuidA+"&_lastUpdated=ge"+from.Timestamp)); len(b.Entry) != 1 {
			t.Errorf("a search since %s gives %d", from.Timestamp, len(b.Entry))
		}
		if b := parse(t, d.want(200, "GET", "/AllergyIntolerance/_history?_since="+from.Timestamp, "")); len(b.Entry) != 1 {
			t.Errorf("the history since %s gives %d", from.Timestamp, len(b.Entry))
		}
	}
	w.clock.advance(time.Second)
	_, third := d.all("/Patient/" + uuidA + "/$everything")
	if all, _ := d.all("/Patient/" + uuidA + "/$everything?_since=" + third.Timestamp); len(all) != 0 {
		t.Errorf("%d records again", len(all))
	}
	if text := open(); strings.Contains(text, "recordsExpected") || !strings.Contains(text, `"valueInteger":1`) {
		t.Errorf("opened: %s", text)
	}
	w.clock.advance(24 * time.Hour)
	d.signIn()
	if found := d.want(200, "POST", "/Patient/_search", find); strings.Contains(found, "records-expected") {
		t.Error("a day later the look-up still speaks of it")
	}
}

// Desks of several providers, at two processes of the centre, verify one person at the same
// moment: one of them does, and it is its contact data that stand, its consent that was given
// and its act that the patient is told of; the others are told that it was done, and nothing
// of theirs is left.
func TestOfDesksThatVerifyAtTheSameMomentOneDoes(t *testing.T) {
	for range 5 {
		w, ehr := unverified(t)
		again, err := central.Open(t.Context(), central.Options{Dir: w.dir, Store: w.store, Now: w.clock.now})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = again.Close() })
		bases := []string{w.base, serve(t, again) + "/fhir"}
		type verifier struct {
			*desk
			phone, issue string
			status       int
		}
		var all []*verifier
		for i := range 6 {
			d := w.desk(w.hcp(central.HCP{Name: fmt.Sprintf("Clinic %d", i)}), ehrdesk.Doctor)
			all = append(all, &verifier{desk: d, phone: fmt.Sprintf("6123000%d", i)})
		}
		start := make(chan struct{})
		var done sync.WaitGroup
		for i, v := range all {
			body := verifyBody(ehr, func(p map[string]map[string]any) {
				p["contact"] = map[string]any{"part": []any{map[string]any{"name": "phone", "valueString": v.phone}}}
			})
			done.Go(func() {
				<-start
				var text string
				if v.status, text = v.do("POST", bases[i%2]+"/Patient/$verify-identity", body); v.status != http.StatusOK {
					v.issue = issue(t, text)
				}
			})
		}
		close(start)
		done.Wait()
		var won *verifier
		for _, v := range all {
			switch {
			case v.status == http.StatusOK && won == nil:
				won = v
			case v.status != http.StatusConflict || v.issue != "already-verified":
				t.Errorf("%s: %d %s", v.phone, v.status, v.issue)
			}
		}
		if won == nil {
			t.Fatal("nobody has verified")
		}
		patient, consents := won.want(200, "GET", "/Patient/"+uuidA, ""), map[string]bool{}
		if err := w.c.Participants(t.Context(), ehr, func(p central.Participant) error {
			for _, c := range p.Consents {
				consents[c.HCP] = true
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for _, v := range all {
			if has := strings.Contains(patient, v.phone); has != (v == won) {
				t.Errorf("%s stands on record: %v", v.phone, has)
			}
			if consents[v.hcp] != (v == won) {
				t.Errorf("%s has a consent: %v", v.phone, consents[v.hcp])
			}
		}
		if got := w.sent(ehr, "Contact data changed"); len(got) != 3 { // the old telephone, the new one, the letter
			t.Errorf("told on %v", got)
		}
		if found := w.events(func(e central.Access) bool { return e.Action == "verify" && e.Outcome == "success" }); len(found) != 1 || found[0].HCP != won.hcp {
			t.Errorf("written down as %+v", found)
		}
	}
}

func TestVerifyingChangesTheContactDataAndNoOtherByte(t *testing.T) {
	w, ehr := unverified(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	d.want(200, "POST", "/Patient/$verify-identity", verifyBody(ehr, nil))
	text := d.want(200, "GET", "/Patient/"+uuidA, "")
	if err := w.c.Participants(t.Context(), ehr, func(p central.Participant) error {
		if p.Participation != "registered" || p.Notify != "email" || p.Expected != stamp(30*time.Minute) {
			t.Errorf("the operator reads %+v", p)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
	var m struct{ Meta struct{ VersionID string } }
	if err := json.Unmarshal([]byte(text), &m); err != nil || m.Meta.VersionID != "2" {
		t.Errorf("version %q: %v", m.Meta.VersionID, err)
	}
	want := strings.NewReplacer(
		`{"system":"phone","value":"51112222","use":"mobile"}]`, `{"system":"phone","value":"6123 4567","use":"mobile"},{"system":"email","value":"chan@example.org"}]`,
		`[{"text":"1 Old Street","district":"Kwai Chung"}]`, `[{"use":"home","text":"2 New Street"}]`,
		`"multipleBirthInteger":1.0`, `"multipleBirthInteger":1.0,"communication":[{"language":{"coding":[{"system":"urn:ietf:bcp:47","code":"zh-Hant"}]},"preferred":true}]`,
	).Replace(patientText)
	at := strings.Index(text, `,"meta":{`)
	end := at + strings.Index(text[at:], "}") + 1
	if got := text[:at] + text[end:]; got != want {
		t.Errorf("stored\n%s\nwant\n%s", got, want)
	}
}

func TestWhatAVerificationNeeds(t *testing.T) {
	w, ehr := unverified(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.FrontDesk)
	contact := func(name, kind, value string) func(p map[string]map[string]any) {
		return func(p map[string]map[string]any) {
			p["contact"] = map[string]any{"part": []any{map[string]any{"name": name, kind: value}}}
		}
	}
	drop := func(name string) func(p map[string]map[string]any) {
		return func(p map[string]map[string]any) { delete(p, name) }
	}
	for _, tc := range []struct {
		name  string
		edit  func(p map[string]map[string]any)
		issue string
	}{
		{"no method", drop("method"), "invalid"},
		{"no document", drop("documentType"), "invalid"},
		{"a document that is none", func(p map[string]map[string]any) { p["documentType"]["valueCode"] = "LIBRARY" }, "invalid"},
		{"a card without a card", func(p map[string]map[string]any) { p["method"]["valueCode"] = "card" }, "invalid"},
		{"a consent by card, verified by something else", func(p map[string]map[string]any) { p["channel"]["valueCode"] = "card" }, "invalid"},
		{"not confirmed", drop("contactConfirmed"), "contact-unconfirmed"},
		{"a telephone of letters", contact("phone", "valueString", "CALL-ME-NOW"), "invalid"},
		{"half an e-mail", contact("email", "valueString", "chan@"), "invalid"},
		{"a language nobody writes in", contact("language", "valueCode", "tlh"), "invalid"},
		{"told by pigeon", contact("notify", "valueCode", "pigeon"), "invalid"},
		{"told by e-mail without one", contact("notify", "valueCode", "email"), "invalid"},
		{"no telephone left to be told by", contact("phone", "valueString", ""), "invalid"},
		{"an old notice", drop("notice"), "notice-missing"},
		{"not sighted", drop("documentSighted"), "document-not-sighted"},
		{"a parent of an adult", func(p map[string]map[string]any) { p["giver"] = giver("parent", "CHAN", "HKIC") }, "giver-not-allowed"},
		{"no term", drop("term"), "term-missing"},
		{"renewed", func(p map[string]map[string]any) { p["renew"] = map[string]any{"valueBoolean": true} }, "not-due"},
	} {
		status, body := d.do("POST", "/Patient/$verify-identity", verifyBody(ehr, tc.edit))
		if status < 400 || issue(t, body) != tc.issue {
			t.Errorf("%s: %d %s, want %s", tc.name, status, body, tc.issue)
		}
	}
	// Nothing of it was half done.
	find := d.want(200, "POST", "/Patient/_search", "identifier="+ehrdesk.SystemEHR+"|"+ehr)
	if !strings.Contains(find, `"unverified"`) {
		t.Errorf("a refusal verified somebody: %s", find)
	}
	reg := d.want(200, "POST", "/Patient/$registration", `{"resourceType":"Parameters","parameter":[{"name":"identifier","valueIdentifier":{"system":"`+ehrdesk.SystemEHR+`","value":"`+ehr+`"}}]}`)
	if !strings.Contains(reg, "***2222") || !strings.Contains(reg, `"valueCode":"sms"`) {
		t.Errorf("a refusal corrected something: %s", reg)
	}
	// The same facts, and nothing to correct: no new version.
	d.want(200, "POST", "/Patient/$verify-identity", verifyBody(ehr, func(p map[string]map[string]any) { delete(p, "contact") }))
}

// A hospital of the Authority verifies too; consent to it was given by joining,
// so there is none to record.
func TestAHospitalVerifiesWithoutAConsentToRecord(t *testing.T) {
	w, ehr := unverified(t)
	d := w.desk(w.hcp(central.HCP{Name: "Hospital", Deemed: true}), ehrdesk.Doctor)
	if text := d.want(200, "POST", "/Patient/$verify-identity", verifyBody(ehr, nil)); !strings.Contains(text, `"valueCode":"deemed"`) || valueOf(t, text, "recordsExpected") == "" {
		t.Errorf("verified: %s", text)
	}
	w.clock.advance(time.Hour)
	d.signIn()
	d.want(200, "GET", "/AllergyIntolerance/a1", "")
	elsewhere := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	if got := issue(t, elsewhere.want(403, "GET", "/AllergyIntolerance/a1", "")); got != "consent-needed" {
		t.Errorf("a clinic: %s", got)
	}
}

// A clock that was ahead and was put right must not hide the records from a desk
// that asks while they are on their way.
func TestRecordsFlowThoughTheClockWasPutBack(t *testing.T) {
	w, ehr := unverified(t)
	d := w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor)
	w.clock.advance(3 * time.Hour)
	w.add(`{"resourceType":"AllergyIntolerance","id":"a2","patient":{"reference":"Patient/` + uuidA + `"}}`)
	w.clock.advance(-3 * time.Hour)
	d.signIn()
	d.want(200, "POST", "/Patient/$verify-identity", verifyBody(ehr, nil))
	_, waiting := d.all("/Patient/" + uuidA + "/$everything")
	w.clock.advance(31 * time.Minute)
	d.signIn()
	if all, _ := d.all("/Patient/" + uuidA + "/$everything?_since=" + waiting.Timestamp); len(all) != 5 {
		t.Errorf("%d records since %s", len(all), waiting.Timestamp)
	}
}

// unverifiedWithCard is a counter whose one patient is not yet verified and has a card.
func unverifiedWithCard(t *testing.T) *counter {
	t.Helper()
	w := newWorld(t)
	hkic, err := ehrdesk.ParseHKIC("A1234563")
	if err != nil {
		t.Fatal(err)
	}
	ehr, err := ehrdesk.ParseEHRNumber("812345678901")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(patientText, `"given":["Tai Man"]}]`, `"given":["Tai Man"]},{"text":"陳大文"}]`, 1)
	if err := w.c.Fill(t.Context(), people{nil, []central.Person{{Patient: ehrdesk.Patient{ID: uuidA, EHR: ehr, HKIC: hkic}, AccessKey: "12345678",
		Participation: ehrdesk.Unverified, Notify: "sms", Resources: [][]byte{[]byte(text)}}}}, nil); err != nil {
		t.Fatal(err)
	}
	c := &counter{desk: w.desk(w.hcp(central.HCP{Name: "Clinic"}), ehrdesk.Doctor), rep: central.ImportReport{EHR: ehr.Compact(), HKIC: hkic.Printed()}, issuer: newIssuer(t)}
	w.pin("training", c.issuer)
	return c
}

// One card proves who somebody is and gives the consent.
func TestACardVerifiesAndConsentsAtOnce(t *testing.T) {
	c := unverifiedWithCard(t)
	w := c.w
	try := func(card *simcard.Training) (int, string) {
		request := uuid.NewString()
		nonce, _ := c.nonce(request)
		e := c.shown(card, nonce, request)
		return c.do("POST", "/Patient/$verify-identity", verifyBody(c.rep.EHR, func(p map[string]map[string]any) {
			p["channel"]["valueCode"], p["method"]["valueCode"], p["requestId"]["valueUuid"] = "card", "card", request
			p["card"] = cardPart(e)
			delete(p, "documentType")
			delete(p, "formReference")
		}))
	}
	stranger := c.chip(newIssuer(t).Issue(c.person(nil)))
	if status, body := try(stranger); status != 403 || issue(t, body) != "card-issuer-unknown" {
		t.Errorf("a card of nobody's: %d %s", status, body)
	}
	status, body := try(c.genuine())
	if status != 200 || !strings.Contains(body, "genuine-chip") || !strings.Contains(body, "recordsExpected") {
		t.Fatalf("by card: %d %s", status, body)
	}
	var log []string
	if err := w.c.Accesses(t.Context(), c.rep.EHR, func(a central.Access) error { log = append(log, a.Action+":"+a.Outcome+":"+a.Proof); return nil }); err != nil || strings.Join(log, " ") != "verify:card:unverified verify:success:genuine-chip" {
		t.Errorf("written down as %v, %v", log, err)
	}
}
