package central_test

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/google/uuid"
)

const why = "the board has asked for it"

// end sets an end, of the provider itself where staff is "".
func (w *world) end(hcp, staff string, of ehrdesk.EndOf, since, until time.Time) {
	w.t.Helper()
	if _, err := w.c.SetEnd(w.t.Context(), "operator:test", central.Ending{HCP: hcp, Staff: staff, End: ehrdesk.End{Of: of, Since: since, Until: until, Reason: why}}); err != nil {
		w.t.Fatal(err)
	}
}

// midnight is the next in Hong Kong, at the beginning of a day.
func (w *world) midnight() time.Time {
	w.t.Helper()
	t, err := central.Day(w.clock.now().Add(32 * time.Hour).UTC().Format(time.DateOnly))
	if err != nil {
		w.t.Fatal(err)
	}
	return t
}

// goTo moves the clock to an instant.
func (w *world) goTo(at time.Time) { w.clock.advance(at.Sub(w.clock.now())) }

// ended is the answer of the token endpoint to who has ended.
func (d *desk) tokenEnded() (what, since, until, reason string) {
	d.w.t.Helper()
	status, answer := d.asks(d.w.assertion(d.key, d.staff+"@"+d.hcp, nil), d.names(d.deskKey, d.client))
	e, _ := answer["ended"].(map[string]any)
	if status != http.StatusBadRequest || answer["error"] != "invalid_grant" || e == nil {
		d.w.t.Fatalf("token: %d %v", status, answer)
	}
	text := func(name string) string { s, _ := e[name].(string); return s }
	return text("what"), text("since"), text("until"), text("reason")
}

// kinds are all ends, with what each is called on the wire.
var kinds = map[ehrdesk.EndOf]string{ehrdesk.AccountEnds: "account-ended", ehrdesk.RegistrationEnds: "registration-ended", ehrdesk.ProviderSuspended: "provider-suspended",
	ehrdesk.ProviderWithdrawn: "provider-withdrawn", ehrdesk.ProviderLapses: "provider-lapsed"}

// whose is the account that an end is of, "" for a provider's.
func whose(d *desk, of ehrdesk.EndOf) string {
	if of.OfProvider() {
		return ""
	}
	return d.staff
}

// A session that is open at midnight ends with it, and so does whoever signs in after it;
// a minute before, nothing is refused.
func TestASessionAcrossItsEndEndsAtMidnightInHongKong(t *testing.T) {
	for of, code := range kinds {
		t.Run(string(of), func(t *testing.T) {
			w, d := manyRecords(t, 1)
			w.end(d.hcp, whose(d, of), of, w.midnight(), time.Time{})
			end := w.midnight()
			w.goTo(end.Add(-time.Minute))
			answer := d.signIn()
			told, _ := answer["ends"].([]any)
			if len(told) != 1 || told[0].(map[string]any)["what"] != string(of) || told[0].(map[string]any)["reason"] != why {
				t.Errorf("told at sign-in: %v", answer["ends"])
			}
			w.goTo(end.Add(-time.Microsecond))
			d.want(200, "GET", everything, "")
			if of != ehrdesk.AccountEnds && of != ehrdesk.ProviderSuspended {
				w.goTo(end)
			} else {
				hears := d.listen("")
				w.goTo(end)
				if e := hears.next(); e != "(ended)" {
					t.Errorf("the stream says %q after the end", e)
				}
			}
			for range 2 {
				text := d.want(403, "GET", everything, "")
				if issue(t, text) != code || !strings.Contains(text, why) || !strings.Contains(text, end.UTC().Format("2006-01-02T15:04:05.000Z")) {
					t.Errorf("refused with %s", text)
				}
			}
			what, since, _, reason := d.tokenEnded()
			if at, err := time.Parse(time.RFC3339Nano, since); what != string(of) || reason != why || err != nil || !at.Equal(end) {
				t.Errorf("no token for %s since %s: %s", what, since, reason)
			}
			w.goTo(end.AddDate(0, 3, 0))
			d.tokenEnded()
			if err := w.c.LiftEnd(t.Context(), "operator:test", d.hcp, whose(d, of), of); err != nil {
				t.Fatal(err)
			}
			d.signIn()
			d.want(200, "GET", everything, "")
		})
	}
}

// Nothing that needs a token is answered after an end: neither reads nor consents, nor
// registrations, nor deposits.
func TestAfterAnEndNothingIsAnswered(t *testing.T) {
	w, d := manyRecords(t, 1)
	rep := w.importText(patientBundle(uuidB, "WONG"))[0]
	w.end(d.hcp, "", ehrdesk.ProviderSuspended, time.Time{}, time.Time{})
	act := grantBody(rep.EHR, nil)
	for _, r := range [][3]string{
		{"GET", everything, ""}, {"GET", "/Patient/" + uuidA, ""}, {"GET", "/$staff", ""}, {"GET", "/$consent-offer", ""}, {"GET", "/$expiring-consents", ""}, {"GET", "/$events", ""},
		{"POST", "/Patient/_search", "identifier=" + ehrdesk.SystemEHR + "%7C" + rep.EHR}, {"POST", "/Observation/_search", "patient=" + uuidA}, {"POST", "/$card-nonce", act}, {"POST", "/$audit-checkpoint", act},
		{"POST", "/Patient/$grant-sharing-consent", act}, {"POST", "/Patient/$revoke-sharing-consent", act}, {"POST", "/Patient/$verify-identity", act}, {"POST", "/Patient/$registration", act},
		{"POST", "/Patient/" + uuidA + "/$open", act}, {"POST", "/Patient/" + uuidA + "/$release-restricted", act},
		{"POST", "/Observation", `{"resourceType":"Observation"}`}, {"PUT", "/Observation/o0", `{"resourceType":"Observation","id":"o0"}`}, {"DELETE", "/Observation/o0", ""},
		{"POST", "", patientBundle(uuidA, "CHAN")}, {"PUT", "/AuditEvent/" + uuid.NewString(), reportBody(d.staff, uuidA, w.clock.now())},
	} {
		if text := d.want(403, r[0], r[1], r[2]); issue(t, text) != "provider-suspended" {
			t.Errorf("%s %s: %s", r[0], r[1], text)
		}
	}
	noted := w.events(func(a central.Access) bool {
		return a.Action == "sign-in" && a.Reason == "provider-suspended" && a.Staff == d.staff && a.Outcome == "denied"
	})
	if len(noted) != 1 {
		t.Errorf("written down %d times within a minute", len(noted))
	}
}

// slow is a body that is sent once the centre has begun to read it, after something has
// happened.
type slow struct {
	io.Reader
	first func()
}

func (s *slow) Read(p []byte) (int, error) {
	if s.first != nil {
		s.first()
		s.first = nil
	}
	return s.Reader.Read(p)
}

// What began before the end and comes to be done after it is refused as well: who sends
// slowly gains nothing.
func TestWhatIsUnderWayAtTheEndIsRefused(t *testing.T) {
	w, d := manyRecords(t, 1)
	rep := w.importText(patientBundle(uuidB, "WONG"))[0]
	client := &http.Client{Transport: &http.Transport{ExpectContinueTimeout: time.Hour}}
	for path, body := range map[string]string{
		"/Patient/$grant-sharing-consent": grantBody(rep.EHR, nil), "/Patient/$registration": grantBody(rep.EHR, nil), "/Patient/" + uuidA + "/$open": `{"resourceType":"Parameters","parameter":[{"name":"purpose","valueCode":"consultation"}]}`,
		"/Observation":     `{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/` + uuidA + `"}}`,
		"/Patient/_search": "identifier=" + ehrdesk.SystemEHR + "%7C" + rep.EHR,
	} {
		d.signIn()
		req, err := http.NewRequestWithContext(t.Context(), "POST", w.base+path, io.NopCloser(&slow{strings.NewReader(body), func() {
			w.end(d.hcp, d.staff, ehrdesk.AccountEnds, time.Time{}, time.Time{})
		}}))
		if err != nil {
			t.Fatal(err)
		}
		d.want(200, "GET", "/$staff", "") // so that the nonce is good
		d.authorize(req)
		req.ContentLength = int64(len(body))
		req.Header.Set("Expect", "100-continue")
		req.Header.Set("Content-Type", "application/fhir+json")
		if body[0] != '{' {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil || res.StatusCode != 403 || issue(t, string(text)) != "account-ended" {
			t.Errorf("%s: %d %s %v", path, res.StatusCode, text, err)
		}
		if err := w.c.LiftEnd(t.Context(), "operator:test", d.hcp, d.staff, ehrdesk.AccountEnds); err != nil {
			t.Fatal(err)
		}
	}
}

// A suspension is of every desk and every profession of the provider, and of nobody else;
// what began before it goes on when it is over.
func TestASuspendedProviderIsSuspendedOnEveryDesk(t *testing.T) {
	w, d := manyRecords(t, 1)
	other := d.again(t)
	front := d.join(t, "front.one", ehrdesk.FrontDesk)
	elsewhere := w.desk(w.hcp(central.HCP{Name: "Hospital", Deemed: true}), ehrdesk.Doctor)
	now := w.clock.now()
	w.end(d.hcp, "", ehrdesk.ProviderSuspended, now.Add(time.Minute), now.Add(3*time.Minute))
	all := []*desk{d, other, front}
	want := func(status int) {
		t.Helper()
		for _, each := range all {
			each.want(status, "GET", "/$staff", "")
		}
		elsewhere.want(200, "GET", everything, "")
	}
	want(200)
	w.clock.advance(time.Minute)
	want(403)
	if _, _, until, _ := d.tokenEnded(); until == "" {
		t.Error("until when is not said")
	}
	w.clock.advance(2 * time.Minute) // over by itself, and the token is good still
	want(200)
	w.end(d.hcp, "", ehrdesk.ProviderWithdrawn, time.Time{}, time.Time{})
	want(403)
	if err := w.c.LiftEnd(t.Context(), "operator:test", d.hcp, "", ehrdesk.ProviderSuspended, ehrdesk.ProviderWithdrawn); err != nil {
		t.Fatal(err)
	}
	want(200)
	if err := w.c.LiftEnd(t.Context(), "operator:test", d.hcp, "", ehrdesk.ProviderSuspended, ehrdesk.ProviderWithdrawn); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("resumed what goes on: %v", err)
	}
}

// An end is one person's: a colleague at the same desk works on.
func TestAnEndIsOfOnePerson(t *testing.T) {
	w, d := manyRecords(t, 1)
	nurse := d.join(t, "nurse.one", ehrdesk.Nurse)
	front := d.join(t, "front.one", ehrdesk.FrontDesk)
	w.end(d.hcp, d.staff, ehrdesk.RegistrationEnds, time.Time{}, time.Time{})
	d.want(403, "GET", everything, "")
	nurse.want(200, "GET", everything, "")
	for staff, of := range map[string]ehrdesk.EndOf{front.staff: ehrdesk.RegistrationEnds, nurse.staff: ehrdesk.ProviderSuspended, "": ehrdesk.AccountEnds, d.staff: "retired"} {
		if _, err := w.c.SetEnd(t.Context(), "operator:test", central.Ending{HCP: d.hcp, Staff: staff, End: ehrdesk.End{Of: of}}); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("%s of %q: %v", of, staff, err)
		}
	}
	if _, err := w.c.SetEnd(t.Context(), "operator:test", central.Ending{HCP: d.hcp, Staff: "nobody", End: ehrdesk.End{Of: ehrdesk.AccountEnds}}); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("of nobody: %v", err)
	}
	states := map[string]string{}
	if err := w.c.AccountStates(t.Context(), d.hcp, 30, func(s central.AccountState) error { states[s.Staff] = s.State; return nil }); err != nil || len(states) != 1 || states[d.staff] != "registration-ended" {
		t.Errorf("listed are %v, %v", states, err)
	}
}

// What a provider had deposited before it left is read by others as before.
func TestWhatAWithdrawnProviderDepositedStays(t *testing.T) {
	w, d := manyRecords(t, 0)
	d.want(201, "POST", "/Observation", `{"resourceType":"Observation","status":"final","category":[{"coding":[{"code":"laboratory"}]}],"code":{"text":"Potassium"},"subject":{"reference":"Patient/`+uuidA+`"},"valueString":"`+canary+`"}`)
	hospital := w.desk(w.hcp(central.HCP{Name: "Hospital", Deemed: true}), ehrdesk.Doctor)
	before, _ := hospital.all(everything)
	w.end(d.hcp, "", ehrdesk.ProviderWithdrawn, time.Time{}, time.Time{})
	after, _ := hospital.all(everything)
	if len(before) != len(after) || !strings.Contains(strings.Join(after, ""), canary) {
		t.Errorf("%d records before, %d after", len(before), len(after))
	}
	d.want(403, "GET", everything, "")
}

// A patient can end a consent to a provider that has left, and give it none.
func TestAPatientWithdrawsFromAProviderThatHasLeft(t *testing.T) {
	w, d := manyRecords(t, 1)
	var ehr string
	if err := w.c.Participants(t.Context(), "", func(p central.Participant) error { ehr = p.EHR; return nil }); err != nil {
		t.Fatal(err)
	}
	w.end(d.hcp, "", ehrdesk.ProviderWithdrawn, time.Time{}, time.Time{})
	if _, err := w.c.PatientAct(t.Context(), ehr, d.hcp, ehrdesk.ByApp, true); err != nil {
		t.Errorf("withdrawn: %v", err)
	}
	if _, err := w.c.PatientAct(t.Context(), ehr, d.hcp, ehrdesk.ByApp, false); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("given: %v", err)
	}
}

// A code for who has ended enrols nobody, is not used up by that, and none is made.
func TestNobodyEnrolsAfterAnEnd(t *testing.T) {
	w, d := manyRecords(t, 1)
	code, err := w.c.AddAccount(t.Context(), d.hcp, d.staff, "", ehrdesk.Doctor)
	if err != nil {
		t.Fatal(err)
	}
	w.end(d.hcp, d.staff, ehrdesk.AccountEnds, time.Time{}, time.Time{})
	next := &desk{w: w, hcp: d.hcp, staff: d.staff, deskKey: newKey(t), key: newKey(t)}
	if status, answer := next.enrol(code); status != 403 || answer["error"] != "ended" || answer["ended"] == nil {
		t.Errorf("enrolled: %d %v", status, answer)
	}
	check, err := json.Marshal(map[string]any{"activation_code": code, "staff": d.staff, "check": true})
	if err != nil {
		t.Fatal(err)
	}
	if status, answer := w.post("/enrol", "application/json", string(check)); status != 403 || answer["error"] != "ended" {
		t.Errorf("checked: %d %v", status, answer)
	}
	if status, answer := next.enrol("AAAA-AAAA-AAAA-AAAA"); status != 403 || answer["error"] != "invalid_code" || answer["ended"] != nil {
		t.Errorf("who has no code is told %d %v", status, answer)
	}
	if _, err := w.c.AddAccount(t.Context(), d.hcp, d.staff, "", ehrdesk.Doctor); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
		t.Errorf("a code more: %v", err)
	}
	if err := w.c.LiftEnd(t.Context(), "operator:test", d.hcp, d.staff, ehrdesk.AccountEnds); err != nil {
		t.Fatal(err)
	}
	if status, answer := next.enrol(code); status != 201 {
		t.Errorf("after it was extended: %d %v", status, answer)
	}
}

// What a desk did while its provider was suspended is taken when it may speak again, and
// marked; what it did before is not, however late it comes.
func TestAnAccessAfterTheEndIsMarked(t *testing.T) {
	w := newWorld(t)
	w.importText(patientBundle(uuidA, "CHAN"))
	d := w.desk(w.hcp(central.HCP{Name: "Hospital", Deemed: true, CacheHours: 700}), ehrdesk.Doctor)
	began := w.clock.now()
	w.clock.advance(2 * time.Hour)
	w.end(d.hcp, "", ehrdesk.ProviderSuspended, time.Time{}, time.Time{})
	w.clock.advance(48 * time.Hour)
	if err := w.c.LiftEnd(t.Context(), "operator:test", d.hcp, "", ehrdesk.ProviderSuspended); err != nil {
		t.Fatal(err)
	}
	w.clock.advance(24 * time.Hour)
	d.signIn()
	for after, want := range map[time.Duration]bool{time.Hour: false, 3 * time.Hour: true, 49 * time.Hour: true, 51 * time.Hour: false} {
		id := uuid.NewString()
		d.want(204, "PUT", "/AuditEvent/"+id, reportBody(d.staff, uuidA, began.Add(after)))
		told := w.events(func(a central.Access) bool { return a.ID == id })
		if len(told) != 1 || slices.Contains(told[0].Marks, central.MarkEnded) != want {
			t.Errorf("after %s: %+v", after, told)
		}
	}
}

// The attack of somebody dismissed: the token, its key and the desk's keys are kept, and
// the clock of the machine is set back. None of it opens anything from the end on.
func TestADismissedDoctorsKeptTokenOpensNothing(t *testing.T) {
	w, d := manyRecords(t, 1)
	desk2 := d.again(t)
	kept := d.proving("GET", w.base+everything, d.token)
	kept.claims["iat"] = w.clock.now().Add(-time.Hour).Unix()
	page := everything + "?_count=1"
	d.want(200, "GET", page, "")
	w.end(d.hcp, d.staff, ehrdesk.AccountEnds, time.Time{}, time.Time{})
	if status, _ := d.shown("DPoP", d.token, kept.signed(t)); status != 403 {
		t.Errorf("a proof made before: %d", status)
	}
	for _, each := range []*desk{d, desk2} {
		each.want(403, "GET", page, "")
		each.tokenEnded()
	}
	if _, err := w.c.CloseAccount(t.Context(), d.hcp, d.staff); err != nil {
		t.Fatal(err)
	}
	if err := w.c.LiftEnd(t.Context(), "operator:test", d.hcp, d.staff, ehrdesk.AccountEnds); err != nil { // which opens no closed account
		t.Fatal(err)
	}
	for _, each := range []*desk{d, desk2} {
		each.want(401, "GET", page, "")
	}
}

// What the operator does is in the log, with the day and the reason, and a reason that is
// hostile text is a line of words there.
func TestAnEndIsWrittenDown(t *testing.T) {
	w := newWorld(t)
	hcp := w.hcp(central.HCP{Name: "Clinic"})
	if _, err := w.c.SetEnd(t.Context(), "operator:wong", central.Ending{HCP: hcp, End: ehrdesk.End{Of: ehrdesk.ProviderSuspended, Since: w.midnight(), Reason: "\x1b[31munpaid\nfee"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.c.SetEnd(t.Context(), "operator:wong", central.Ending{HCP: hcp, End: ehrdesk.End{Of: ehrdesk.ProviderSuspended, Reason: strings.Repeat("x", 201)}}); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("an endless reason: %v", err)
	}
	if _, err := w.c.SetEnd(t.Context(), "operator:wong", central.Ending{HCP: hcp, End: ehrdesk.End{Of: ehrdesk.ProviderSuspended, Since: w.midnight(), Until: w.midnight()}}); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("over before it begins: %v", err)
	}
	found := w.events(func(a central.Access) bool { return a.What == "end" })
	if len(found) != 1 || found[0].Staff != "operator:wong" || found[0].HCP != hcp || !strings.HasPrefix(found[0].Reason, "suspended of the provider ends 20") || !strings.HasSuffix(found[0].Reason, " 00:00: unpaid fee") {
		t.Errorf("written down: %+v", found)
	}
	var states []string
	if err := w.c.ProviderStates(t.Context(), func(s central.HCPState) error { states = append(states, s.State); return nil }); err != nil || strings.Join(states, " ") != "active" {
		t.Errorf("before the day: %v %v", states, err)
	}
	w.goTo(w.midnight())
	states = nil
	if err := w.c.ProviderStates(t.Context(), func(s central.HCPState) error { states = append(states, s.State); return nil }); err != nil || strings.Join(states, " ") != "suspended" {
		t.Errorf("on the day: %v %v", states, err)
	}
}

// A document that ends within 30 days is named before it does.
func TestADocumentThatEndsSoonIsNamed(t *testing.T) {
	w := newWorld(t)
	hcp := w.hcp(central.HCP{Name: "Clinic", Kind: "medical-clinic"})
	end := w.midnight().AddDate(0, 0, 40)
	if err := w.c.SeePaper(t.Context(), "operator:test", hcp, "registration", end); err != nil {
		t.Fatal(err)
	}
	for at, want := range map[time.Time]string{end.AddDate(0, 0, -30).Add(-time.Second): "seen", end.AddDate(0, 0, -30): "ends", end.Add(-time.Second): "ends", end: "ended"} {
		w.goTo(at)
		list, err := w.c.Checklist(t.Context(), hcp)
		if err != nil || len(list.Documents) != 1 || list.Documents[0].State != want || list.Complete != (want != "ended") {
			t.Errorf("at %s: %+v, %v, want %s", at, list, err, want)
		}
	}
}
