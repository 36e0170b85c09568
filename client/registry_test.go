package client_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// crowd are people who settle in an empty centre.
type crowd []central.Person

func (crowd) Providers() []central.Provider  { return nil }
func (c crowd) Len() int                     { return len(c) }
func (c crowd) Person(i int) central.Person  { return c[i] }
func number(p central.Person) ehrdesk.Number { return ehrdesk.Number{EHR: p.Patient.EHR} }
func (w *world) settle(people ...central.Person) {
	w.t.Helper()
	if err := w.centre.Fill(ctx, crowd(people), nil); err != nil {
		w.t.Fatal(err)
	}
}

// theirKey is everybody's Access Key here.
const theirKey = "12345678"

// somebody is a person of the crowd with an allergy; further resources name the
// patient by PATIENT.
func somebody(t *testing.T, i int, p ehrdesk.Participation, resources ...string) central.Person {
	t.Helper()
	ehr, err := ehrdesk.ParseEHRNumber(fmt.Sprintf("8123456789%02d", i))
	if err != nil {
		t.Fatal(err)
	}
	id := uuid.NewString()
	out := central.Person{Patient: ehrdesk.Patient{ID: id, EHR: ehr}, AccessKey: theirKey, Participation: p, Notify: "sms"}
	out.Resources = append(out.Resources, fmt.Appendf(nil, `{"resourceType":"Patient","id":"%s","identifier":[{"system":"%s","value":"%s"}],"name":[{"use":"official","family":"CHAN","given":["Tai Man"]}],
		"telecom":[{"system":"phone","value":"51112222","use":"mobile"},{"system":"email","value":"former@example.org"}],"gender":"male","birthDate":"1960-02-03","address":[{"text":"1 Old Street"}]}`,
		id, ehrdesk.SystemEHR, ehr.Compact()))
	for _, r := range append([]string{`{"resourceType":"AllergyIntolerance","id":"plain-PATIENT","clinicalStatus":{"coding":[{"code":"active"}]},"code":{"text":"latex"},"patient":{"reference":"Patient/PATIENT"},"recordedDate":"2024-03-04"}`}, resources...) {
		out.Resources = append(out.Resources, []byte(strings.ReplaceAll(r, "PATIENT", id)))
	}
	return out
}

// notices are those to a person that hold a text.
func (w *world) notices(p central.Person, text string) (out []string) {
	w.t.Helper()
	err := w.centre.Notices(ctx, p.Patient.EHR.Compact(), func(m central.Notice) error {
		if strings.Contains(m.Text, text) {
			out = append(out, m.Text)
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// active is a consent to the world's provider since 11 months or so.
func (w *world) active(p central.Person, term ehrdesk.Term, until time.Time) central.Person {
	c := ehrdesk.SharingConsent{ID: uuid.NewString(), State: ehrdesk.ConsentActive, Term: term, Channel: ehrdesk.ByForm,
		Giver: ehrdesk.Giver{Kind: ehrdesk.SelfGiver}, Since: w.clock.now().AddDate(0, -11, 0), Until: until}
	p.Consents = append(p.Consents, central.PersonConsent{Provider: w.hcp, Consent: c})
	return p
}

// Somebody registered online: at the desk the identity is verified, contact data
// put right and consent taken in one act, and the records come after a while.
func TestAnIdentityVerifiedPutsContactDataRightAndWaitsForTheRecords(t *testing.T) {
	w := newWorld(t, 24)
	p := somebody(t, 1, ehrdesk.Unverified)
	w.settle(p)
	w.enrol("clerk", ehrdesk.FrontDesk)
	w.enrol("drlee", ehrdesk.Doctor)
	n, s := number(p), w.signIn("clerk")
	defer s.Close()
	if f, err := s.Find(ctx, n); err != nil || f.Participation != ehrdesk.Unverified || f.MayView(w.clock.now()) || f.MayDeposit() {
		t.Fatalf("before: %+v, %v", f, err)
	}
	r, err := s.Registration(ctx, n)
	if err != nil || r.Contact.Phone != "***2222" || r.Contact.Email != "f***@example.org" || r.Contact.Notify != "sms" {
		t.Fatalf("registered with %+v, %v", r, err)
	}
	g := grant(t, n, theirKey)
	g.NoticeVersions = map[string]string{}
	v := ehrdesk.Verification{Grant: w.read(s, g), Method: ehrdesk.VerifyByDocument, DocumentType: "PASS", Contact: r.Contact}
	v.Contact.Phone, v.Contact.Email = "61234567", ""
	_, err = s.Verify(ctx, v)
	wantCode(t, "contact data nobody confirmed", err, ehrdesk.CodeInvalid)
	v.ContactConfirmed = true
	got, err := s.Verify(ctx, v)
	if err != nil || got.Reference == "" || got.Consent.State != ehrdesk.ConsentActive || !got.RecordsExpected.Equal(w.clock.now().Add(30*time.Minute)) {
		t.Fatalf("verify: %+v, %v", got, err)
	}
	v.RequestID = uuid.NewString()
	_, err = s.Verify(ctx, v)
	wantCode(t, "verified twice", err, ehrdesk.CodeConflict)
	if f, err := s.Find(ctx, n); err != nil || f.Participation != ehrdesk.Registered || !f.RecordsExpected.Equal(got.RecordsExpected) {
		t.Errorf("after: %+v, %v", f, err)
	}
	_, err = s.Registration(ctx, n)
	wantCode(t, "contact data of who is verified", err, ehrdesk.CodeConflict)
	if got := w.tasks(s, ehrdesk.TaskExpected); len(got) != 1 || got[0].State != ehrdesk.TaskOpen {
		t.Errorf("waited for: %+v", got)
	}
	// On every contact: the telephone of before, the e-mail that was taken out, the new telephone.
	if n := len(w.notices(p, "Contact data changed")); n != 3 || got.Confirmed != 4 {
		t.Errorf("told on %d in the language of before, on %d in all", n, got.Confirmed)
	}
	if !got.CodesFrom.Equal(w.clock.now().Add(24 * time.Hour)) {
		t.Errorf("codes go to the new telephone from %v", got.CodesFrom)
	}

	d := w.signIn("drlee")
	defer d.Close()
	c := w.chart(d, n)
	if k := count(c) - len(c.List(ehrdesk.Demographics)); k != 0 || len(c.List(ehrdesk.Demographics)) == 0 || c.RecordsExpected().IsZero() {
		t.Errorf("%d records before their time, expected by %v", k, c.RecordsExpected())
	}
	w.clock.advance(31 * time.Minute)
	if _, err := c.Sync(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if k := len(c.List(ehrdesk.AllergyADR)); k != 1 {
		t.Errorf("%d allergies after it", k)
	}
	if got := w.tasks(s, ehrdesk.TaskExpected); len(got) != 1 || got[0].State != ehrdesk.TaskEnded {
		t.Errorf("still waited for: %+v", got)
	}
}

// Somebody is verified twenty minutes before midnight: the records are waited for
// when the day's list is a new one, and what was done the day before is off it.
func TestRecordsThatComeAfterMidnightAreWaitedForThen(t *testing.T) {
	w := newWorld(t, 24)
	p := somebody(t, 1, ehrdesk.Unverified)
	w.settle(p)
	w.enrol("clerk", ehrdesk.FrontDesk)
	y, m, d := w.clock.now().Date()
	w.clock.advance(time.Date(y, m, d+1, 23, 40, 0, 0, w.clock.now().Location()).Sub(w.clock.now()))
	s := w.signIn("clerk")
	defer s.Close()
	n := number(p)
	g := grant(t, n, theirKey)
	g.NoticeVersions = map[string]string{}
	if _, err := s.Verify(ctx, ehrdesk.Verification{Grant: w.read(s, g), Method: ehrdesk.VerifyByDocument, DocumentType: "PASS",
		Contact: ehrdesk.Contact{Phone: "61234567", Notify: "sms"}, ContactConfirmed: true}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		pass           time.Duration
		done, expected int
		state          ehrdesk.TaskState
	}{
		{0, 1, 1, ehrdesk.TaskOpen},
		{20 * time.Minute, 0, 1, ehrdesk.TaskOpen}, // midnight
		{10 * time.Minute, 0, 1, ehrdesk.TaskEnded},
		{24 * time.Hour, 0, 0, ""},
	} {
		w.clock.advance(tt.pass)
		done, expected := w.tasks(s, ehrdesk.TaskDone), w.tasks(s, ehrdesk.TaskExpected)
		if len(done) != tt.done || len(expected) != tt.expected || len(expected) > 0 && expected[0].State != tt.state {
			t.Errorf("%v: done %+v, waited for %+v", w.clock.now(), done, expected)
		}
	}
}

// The centre gives of who has left that they have left, and no number.
func TestSomebodyWhoHasLeftIsFoundAndNothingOpens(t *testing.T) {
	w := newWorld(t, 24)
	p := w.active(somebody(t, 1, ehrdesk.Left), ehrdesk.Indefinite, time.Time{})
	w.settle(p)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	defer s.Close()
	f, err := s.Find(ctx, number(p))
	if err != nil || f.Participation != ehrdesk.Left || f.Patient.Name != (ehrdesk.Name{}) || f.MayView(w.clock.now()) || f.MayDeposit() {
		t.Errorf("find: %+v, %v", f, err)
	}
	if _, err := s.Open(ctx, number(p), ehrdesk.Consultation, ""); err == nil {
		t.Error("a record opened")
	}
	if _, err := s.Grant(ctx, grant(t, number(p), theirKey)); err == nil {
		t.Error("a consent was taken")
	}
}

func TestAConsentThatEndsSoonIsListedAndRunsOnFromItsEnd(t *testing.T) {
	w := newWorld(t, 24)
	soon, later := w.clock.now().AddDate(0, 0, 9), w.clock.now().AddDate(0, 0, 200)
	p := w.active(somebody(t, 1, ehrdesk.Registered), ehrdesk.OneYear, soon)
	q := w.active(somebody(t, 2, ehrdesk.Registered), ehrdesk.OneYear, later)
	w.settle(p, q)
	w.enrol("clerk", ehrdesk.FrontDesk)
	s := w.signIn("clerk")
	defer s.Close()
	const month = 30 * 24 * time.Hour
	if got, err := s.Endings(ctx, month); err != nil || len(got) != 1 || got[0].Patient.EHR != p.Patient.EHR || !got[0].Consent.Until.Equal(soon) {
		t.Fatalf("endings: %+v, %v", got, err)
	}
	if got, err := s.Endings(ctx, 5*24*time.Hour); err != nil || len(got) != 0 {
		t.Errorf("within five days: %+v, %v", got, err)
	}
	g := grant(t, number(p), theirKey)
	g.Term = ehrdesk.OneYear
	_, err := s.Grant(ctx, g)
	wantCode(t, "a second consent", err, ehrdesk.CodeConflict)
	g.Renew = true
	r, err := s.Grant(ctx, g)
	if err != nil || !r.Consent.Until.Equal(soon.AddDate(1, 0, 0)) {
		t.Errorf("renewed until %v, not a year after %v: %v", r.Consent.Until, soon, err)
	}
	if got, err := s.Endings(ctx, month); err != nil || len(got) != 0 {
		t.Errorf("afterwards: %+v, %v", got, err)
	}
	early := grant(t, number(q), theirKey)
	early.Term, early.Renew = ehrdesk.OneYear, true
	if r, err = s.Grant(ctx, early); err != nil || !r.Consent.Until.Equal(r.Consent.Since.AddDate(1, 0, 0)) {
		t.Errorf("a fresh year long before the end: until %v of %v, %v", r.Consent.Until, r.Consent.Since, err)
	}
	early.RequestID = ""
	_, err = s.Grant(ctx, early)
	wantCode(t, "no later than it ends", err, ehrdesk.CodeConflict)
}
