package client_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// inApp has the patient give or withdraw the consent in the eHealth App.
func (w *world) inApp(n ehrdesk.Number, withdraw bool) {
	w.t.Helper()
	if _, err := w.centre.PatientAct(ctx, n.EHR.Compact(), w.hcp, ehrdesk.ByApp, withdraw); err != nil {
		w.t.Fatal(err)
	}
}

// waits has a signed form taken without the line, and a minute pass.
func (w *world) waits(s *client.Session, n ehrdesk.Number, form string) ehrdesk.Grant {
	w.t.Helper()
	g := w.read(s, formGrant(n, form))
	w.line.set(true, nil)
	if r, err := s.Grant(ctx, g); err != nil || !r.Queued {
		w.t.Fatalf("%+v, %v", r, err)
	}
	w.clock.advance(time.Minute)
	return g
}

// Of a signed form that waited and a withdrawal that came after it, the withdrawal counts:
// the form is not sent, and somebody has to look.
func TestAConsentWithdrawnWhileItsFormWaitedIsNotGivenAgain(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("clerk", ehrdesk.FrontDesk)
	s := w.signIn("clerk")
	n, _ := w.patient("CHANMWA", 0)
	before, _ := w.patient("CHANMWB", 0)
	w.inApp(before, false)
	w.inApp(before, true)
	w.clock.advance(time.Minute)
	w.waits(s, n, "MW-1")
	w.line.set(false, nil)
	w.waits(s, before, "MW-2")
	w.inApp(n, false)
	w.inApp(n, true)
	w.line.set(false, nil)
	changed, err := s.Poll(ctx)
	if err != nil || len(changed) != 2 {
		t.Fatalf("%+v, %v", changed, err)
	}
	w.wantWaiting(s, "grant conflict")
	got := w.tasks(s, ehrdesk.TaskAct)
	if len(got) != 1 || got[0].State != ehrdesk.TaskRefused || got[0].Why.Code() != ehrdesk.CodeConsentNeeded || got[0].Form != "MW-1" {
		t.Errorf("the day says %+v", got)
	}
	if f, err := s.Find(ctx, n); err != nil || f.Consent.State != ehrdesk.ConsentWithdrawn {
		t.Errorf("the consent is %+v, %v", f.Consent, err)
	}
	if f, err := s.Find(ctx, before); err != nil || !f.Consent.State.Allows() { // withdrawn before the form was signed
		t.Errorf("the other consent is %+v, %v", f.Consent, err)
	}
	w.shut(s)
}

// What this desk was told without the line, in its order, comes to what it would have with it.
func TestWithdrawnAndGivenAgainWithoutTheLineIsGiven(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("clerk", ehrdesk.FrontDesk)
	s := w.signIn("clerk")
	n, key := w.patient("CHANMWC", 0)
	w.consent(s, n, key)
	g := w.read(s, formGrant(n, "MW-3"))
	w.line.set(true, nil)
	if _, err := s.Revoke(ctx, ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByForm, FormReference: "MW-4", DocumentSighted: true}); err != nil {
		t.Fatal(err)
	}
	w.clock.advance(time.Minute)
	if _, err := s.Grant(ctx, g); err != nil {
		t.Fatal(err)
	}
	w.clock.advance(time.Hour)
	w.line.set(false, nil)
	if _, err := s.Poll(ctx); err != nil {
		t.Fatal(err)
	}
	w.wantWaiting(s)
	if f, err := s.Find(ctx, n); err != nil || !f.Consent.State.Allows() {
		t.Errorf("the consent is %+v, %v", f.Consent, err)
	}
	for _, done := range w.tasks(s, ehrdesk.TaskDone) {
		if waited := slices.Contains([]string{"MW-3", "MW-4"}, done.Form); waited != (done.Waited() >= time.Hour) {
			t.Errorf("%s is said to have waited %v", done.Form, done.Waited())
		}
	}
	w.shut(s)
}

// The same of a form that was sent and had no answer: it may not have arrived.
func TestAConsentWithdrawnWhileItsOutcomeWasUnknownIsNotGivenAgain(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("clerk", ehrdesk.FrontDesk)
	s := w.signIn("clerk")
	n, _ := w.patient("CHANMWD", 0)
	w.line.fails(func(r *http.Request) int { // lost on its way: a proxy says so
		if strings.Contains(r.URL.Path, "$grant-sharing-consent") {
			return http.StatusGatewayTimeout
		}
		return 0
	})
	if _, err := s.Grant(ctx, w.read(s, formGrant(n, "MW-5"))); !errors.Is(err, fhir.ErrOutcomeUnknown) {
		t.Fatal(err)
	}
	w.line.fails(nil)
	w.clock.advance(time.Minute)
	w.inApp(n, false)
	w.inApp(n, true)
	if _, err := s.Poll(ctx); err != nil {
		t.Fatal(err)
	}
	if got := w.tasks(s, ehrdesk.TaskAct); len(got) != 1 || got[0].Why.Code() != ehrdesk.CodeConsentNeeded {
		t.Errorf("the day says %+v", got)
	}
	if f, err := s.Find(ctx, n); err != nil || f.Consent.State != ehrdesk.ConsentWithdrawn {
		t.Errorf("the consent is %+v, %v", f.Consent, err)
	}
	w.shut(s)
}

// A consent that was waited for in the app and is given at the desk instead is one line of the
// day, whether the desk learns of it by its own answer or by asking.
func TestAConsentThatIsGivenHereIsNotWaitedForAndListedOnce(t *testing.T) {
	for _, asked := range []bool{false, true} {
		w := newWorld(t, 24)
		w.clock.advance(10 * time.Minute) // the list is one day's: none ends meanwhile
		w.enrol("clerk", ehrdesk.FrontDesk)
		s := w.signIn("clerk")
		n, _ := w.patient("CHANMWE", 0)
		if _, err := s.PutTask(ctx, ehrdesk.Task{Kind: ehrdesk.TaskWait, Number: n, Channel: ehrdesk.ByApp}); err != nil {
			t.Fatal(err)
		}
		g := w.read(s, formGrant(n, "MW-6"))
		if asked { // the answer does not come, and the desk asks about the wait before it asks about the act
			w.line.breakAt("$grant-sharing-consent", true)
		}
		_, err := s.Grant(ctx, g)
		w.line.breakAt("", false)
		if (err != nil) != asked {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := s.Poll(ctx); err != nil {
				t.Fatal(err)
			}
			w.clock.advance(time.Minute)
		}
		if waits, done := w.tasks(s, ehrdesk.TaskWait), w.tasks(s, ehrdesk.TaskDone); len(waits) != 0 || len(done) != 1 || done[0].Form != "MW-6" {
			t.Errorf("asked %t: waits %+v, done %+v", asked, waits, done)
		}
		w.shut(s)
	}
}

// A withdrawal that waited for the line ends the consent that it was of, and none that the patient
// has given after it, which is the later word: that one stays, and somebody has to look. One of a
// consent that the desk knew goes whatever the clocks say.
func TestAWithdrawalThatWaitedEndsNoNewerConsent(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("clerk", ehrdesk.FrontDesk)
	s := w.signIn("clerk")
	anew, key := w.patient("CHANMWF", 0)
	same, other := w.patient("CHANMWG", 0)
	w.consent(s, anew, key)
	w.consent(s, same, other)
	for i, n := range []ehrdesk.Number{anew, same} {
		if _, err := s.Find(ctx, n); err != nil {
			t.Fatal(err)
		}
		w.line.set(true, nil)
		if r, err := s.Revoke(ctx, ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByForm, FormReference: "MW-W" + string(rune('0'+i)), DocumentSighted: true}); err != nil || !r.Queued {
			t.Fatalf("%+v, %v", r, err)
		}
		w.line.set(false, nil)
	}
	w.line.set(true, nil)
	w.clock.advance(time.Minute)
	w.inApp(anew, true)
	w.inApp(anew, false) // in the app: withdrawn, thought better of, and given again
	w.clock.advance(time.Minute)
	w.line.set(false, nil)
	if _, err := s.Poll(ctx); err != nil {
		t.Fatal(err)
	}
	if f, err := s.Find(ctx, same); err != nil || f.Consent.State != ehrdesk.ConsentWithdrawn {
		t.Errorf("the consent that was withdrawn is %+v, %v", f.Consent, err)
	}
	if got := w.tasks(s, ehrdesk.TaskAct); len(got) != 1 || got[0].Act != ehrdesk.AuditRevoke || got[0].State != ehrdesk.TaskRefused || got[0].Why.Code() != ehrdesk.CodeConflict {
		t.Fatalf("the day says %+v", got)
	}
	w.wantWaiting(s, "revoke conflict")
	if f, err := s.Find(ctx, anew); err != nil || f.Waiting != ehrdesk.AuditRevoke { // closed here, until somebody has looked
		t.Errorf("%+v, %v", f, err)
	}
	if err := s.DropTask(ctx, w.tasks(s, ehrdesk.TaskAct)[0].ID); err != nil {
		t.Fatal(err)
	}
	if f, err := s.Find(ctx, anew); err != nil || !f.Consent.State.Allows() {
		t.Errorf("the consent given since is %+v, %v", f.Consent, err)
	}
	w.shut(s)
}

// A form for a child that the patient signed, sent when the line is back, is refused with its reason,
// which the day's list and the outbox keep, also for who signs in later.
func TestARefusedFormKeepsItsReason(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("clerk", ehrdesk.FrontDesk)
	s := w.signIn("clerk")
	rep, err := w.centre.Import(ctx, strings.NewReader(`{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"child","name":[{"family":"CHANMWH"}],"gender":"female","birthDate":"`+w.clock.now().AddDate(-9, 0, 0).Format("2006-01-02")+`"}}]}`), "child")
	if err != nil || len(rep) != 1 {
		t.Fatal(rep, err)
	}
	e, err := ehrdesk.ParseEHRNumber(rep[0].EHR)
	if err != nil {
		t.Fatal(err)
	}
	w.waits(s, ehrdesk.Number{EHR: e}, "MW-C")
	w.line.set(false, nil)
	if _, err := s.Poll(ctx); err != nil {
		t.Fatal(err)
	}
	w.shut(s)
	s = w.signIn("clerk")
	got := w.tasks(s, ehrdesk.TaskAct)
	if len(got) != 1 || got[0].State != ehrdesk.TaskRefused || !errors.Is(got[0].Why.Err("act"), ehrdesk.ErrGiverUnder16) {
		t.Errorf("the day says %+v", got)
	}
	if left, err := s.Outbox(ctx); err != nil || len(left) != 1 || !left[0].Refused() || left[0].Why != "invalid/giver-under-16" {
		t.Errorf("the outbox says %+v, %v", left, err)
	}
	w.shut(s)
}
