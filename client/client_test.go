package client_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

var ctx = context.Background()

func wantCode(t *testing.T, what string, err error, want ehrdesk.Code) {
	t.Helper()
	if ehrdesk.CodeOf(err) != want {
		t.Errorf("%s: got %v, want code %s", what, err, want)
	}
}

func TestTheWholeJob(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	n, key := w.patient("CHANAAA", 1200)
	s := w.signIn("drlee")
	f, err := s.Find(ctx, n)
	if err != nil || f.Participation != ehrdesk.Registered || f.Consent.State != ehrdesk.ConsentNone || f.Patient.Name.Chinese != "陳大文" {
		t.Fatalf("find: %+v, %v", f, err)
	}
	_, err = s.Open(ctx, n, ehrdesk.Consultation, "")
	wantCode(t, "open without consent", err, ehrdesk.CodeConsentNeeded)
	w.consent(s, n, key)
	c, err := s.Open(ctx, n, ehrdesk.Consultation, "")
	if err != nil {
		t.Fatal(err)
	}
	if a := c.Allergies(); a.State != ehrdesk.AllergyCannotKnow {
		t.Errorf("before the first sync the allergy line says %v", a)
	}
	var steps []ehrdesk.Progress
	rep, err := c.Sync(ctx, func(p ehrdesk.Progress) { steps = append(steps, p) })
	if err != nil || rep.Received != 1204 || !rep.Full || len(steps) < 3 {
		t.Errorf("sync: %+v, %d steps, %v", rep, len(steps), err)
	}
	if got := count(c); got != 1204 {
		t.Errorf("the chart shows %d of 1204", got)
	}
	labs := c.List(ehrdesk.LaboratoryRadiology)
	if len(labs) != 1200 || labs[0].Source != "Queen Mary Hospital" || labs[0].Date.Date() != "28-Jan-2025" {
		t.Errorf("%d results, first %+v", len(labs), labs[0])
	}
	raw, err := c.Raw(ctx, labs[0].Ref())
	if err != nil || !bytes.Contains(raw, []byte(`"value":4.`)) || !bytes.Contains(raw, []byte(`0,"unit"`)) {
		t.Errorf("raw: %s, %v", raw, err)
	}
	d, err := c.Detail(ctx, labs[0].Ref())
	if err != nil || len(d.Elements) < 10 {
		t.Errorf("detail: %d elements, %v", len(d.Elements), err)
	}
	if a := c.Allergies(); a.State != ehrdesk.AllergyListed || a.Entries[0].Substance != "penicillin 盤尼西林" || a.Date.Date() != "04-Mar-2024" {
		t.Errorf("allergies: %+v", a)
	}
	if hits := c.Search("盤尼西林"); len(hits) != 1 {
		t.Errorf("%d hits for penicillin in Chinese", len(hits))
	}
	if rep, err := c.Sync(ctx, nil); err != nil || rep.Changed != 0 || rep.Full {
		t.Errorf("second sync: %+v, %v", rep, err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestNoPersonalNumberInAnyURL(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	n, key := w.patient("CHANBBB", 3)
	s := w.signIn("drlee")
	defer s.Close()
	w.consent(s, n, key)
	w.chart(s, n)
	for _, u := range w.line.seen {
		if strings.Contains(u, n.EHR.Compact()) || strings.Contains(u, key) {
			t.Error("a request carries a number in its URL")
		}
	}
}

func TestWithdrawnRecordsLeaveTheChart(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	n, key := w.patient("CHANCCC", 5)
	s := w.signIn("drlee")
	defer s.Close()
	w.consent(s, n, key)
	c := w.chart(s, n)
	if _, err := w.centre.DeleteRecords(ctx, strings.NewReader(`{"resourceType":"Observation","id":"obs-chanccc-2","subject":{"reference":"Patient/chanccc"}}`), "x"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.centre.AddRecords(ctx, strings.NewReader(`{"resourceType":"Observation","id":"late-1","status":"final","code":{"text":"Late"},"subject":{"reference":"Patient/chanccc"}}`), "x"); err != nil {
		t.Fatal(err)
	}
	rep, err := c.Sync(ctx, nil)
	if err != nil || rep.Deleted != 1 || rep.Changed != 1 {
		t.Errorf("sync: %+v, %v", rep, err)
	}
	for _, r := range c.List(ehrdesk.LaboratoryRadiology) {
		if r.ID == "obs-chanccc-2" {
			t.Error("a withdrawn record is still shown")
		}
	}
	if len(c.Search("late")) != 1 {
		t.Error("a record that arrived later is not shown")
	}
}

func TestConsentEndedElsewhereClosesTheChartAndDestroysTheCopy(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	n, key := w.patient("CHANDDD", 20)
	s := w.signIn("drlee")
	defer s.Close()
	w.consent(s, n, key)
	c := w.chart(s, n)
	if _, err := w.centre.PatientAct(ctx, n.EHR.Compact(), w.hcp, ehrdesk.ByApp, true); err != nil {
		t.Fatal(err)
	}
	_, err := c.Sync(ctx, nil)
	wantCode(t, "sync", err, ehrdesk.CodeConsentNeeded)
	if count(c) != 0 || len(c.Search("potassium")) != 0 || c.Allergies().State != ehrdesk.AllergyCannotKnow {
		t.Error("the chart still shows something")
	}
	if _, err := c.Detail(ctx, ehrdesk.Ref{Resource: "Observation", ID: "obs-chanddd-1"}); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Errorf("detail: %v", err)
	}
	if kept, err := s.Copies(ctx); err != nil || len(kept) != 0 {
		t.Errorf("kept: %+v, %v", kept, err)
	}
	w.line.set(true, nil)
	_, err = s.Open(ctx, n, ehrdesk.Consultation, "")
	wantCode(t, "open offline after withdrawal", err, ehrdesk.CodeOffline)
}

func TestRevokeAtTheDeskDestroysTheCopy(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	n, key := w.patient("CHANEEE", 4)
	s := w.signIn("drlee")
	defer s.Close()
	w.consent(s, n, key)
	c := w.chart(s, n)
	k, _ := ehrdesk.ParseAccessKey(key)
	if _, err := s.Revoke(ctx, ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByAccessKey, AccessKey: k, DocumentSighted: true}); err != nil {
		t.Fatal(err)
	}
	if kept, _ := s.Copies(ctx); len(kept) != 0 || count(c) != 0 {
		t.Error("the copy outlived the consent")
	}
}

func TestOfflineOpensTheCopyWhileThePolicyLasts(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	n, key := w.patient("CHANFFF", 6)
	s := w.signIn("drlee")
	w.consent(s, n, key)
	w.chart(s, n)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	w.line.set(true, nil)
	s = w.signIn("drlee")
	if s.Link().State != ehrdesk.Offline {
		t.Error("the session thinks it is online")
	}
	f, err := s.Find(ctx, n)
	if err != nil || !f.Cached || f.Consent.State != ehrdesk.ConsentActive {
		t.Fatalf("find: %+v, %v", f, err)
	}
	c, err := s.Open(ctx, n, ehrdesk.Consultation, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, cached := c.AsOf(); !cached || count(c) != 10 {
		t.Errorf("%d records, cached %v", count(c), cached)
	}
	_, err = c.Sync(ctx, nil)
	wantCode(t, "sync offline", err, ehrdesk.CodeOffline)
	if waiting, err := s.Outbox(ctx); err != nil || len(waiting) != 1 {
		t.Errorf("the access waits: %+v, %v", waiting, err)
	}
	_, err = s.Grant(ctx, grant(t, n, key))
	wantCode(t, "consent offline", err, ehrdesk.CodeOffline)
	unknown, _ := ehrdesk.ParseNumber("A123456(3)")
	_, err = s.Find(ctx, unknown)
	wantCode(t, "find offline", err, ehrdesk.CodeOffline)

	w.line.set(false, nil)
	if sent, err := s.Deliver(ctx); err != nil || sent != 1 {
		t.Errorf("deliver: %d, %v", sent, err)
	}
	if waiting, _ := s.Outbox(ctx); len(waiting) != 0 {
		t.Error("delivered, and still waiting")
	}
	w.line.set(true, nil)
	w.clock.advance(25 * time.Hour)
	_, err = s.Open(ctx, n, ehrdesk.Consultation, "")
	wantCode(t, "open past the policy's hours", err, ehrdesk.CodeOffline)
	w.clock.advance(-80 * time.Hour)
	_, err = s.Open(ctx, n, ehrdesk.Consultation, "")
	wantCode(t, "open with the clock set back", err, ehrdesk.CodeOffline) // its time was over, and stays so
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestSessionPolicyKeepsNothingPastSignOut(t *testing.T) {
	w := newWorld(t, 0)
	w.enrol("drlee", ehrdesk.Doctor)
	n, key := w.patient("CHANGGG", 6)
	s := w.signIn("drlee")
	w.consent(s, n, key)
	w.chart(s, n)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = w.signIn("drlee")
	defer s.Close()
	if kept, err := s.Copies(ctx); err != nil || len(kept) != 0 {
		t.Errorf("kept: %+v, %v", kept, err)
	}
}

func TestASecondSessionThatEndsLeavesTheFirstItsChart(t *testing.T) {
	w := newWorld(t, 0)
	w.enrol("drlee", ehrdesk.Doctor)
	n, key := w.patient("CHANLLL", 6)
	s := w.signIn("drlee")
	w.consent(s, n, key)
	c := w.chart(s, n)
	again := w.signIn("drlee") // the passphrase asked once more at the lock screen
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Detail(ctx, ehrdesk.Ref{Resource: "Observation", ID: "obs-chanlll-1"}); err != nil {
		t.Errorf("the open chart lost its copy: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestABrokenBundleChangesNothing(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	n, key := w.patient("CHANIII", 10)
	s := w.signIn("drlee")
	defer s.Close()
	w.consent(s, n, key)
	c := w.chart(s, n)
	before := count(c)
	for name, spoil := range map[string]func(*http.Request, []byte) []byte{
		"cut short":    func(_ *http.Request, b []byte) []byte { return b[:len(b)/2] },
		"not a bundle": func(*http.Request, []byte) []byte { return []byte(`{"resourceType":"Patient","id":"x"}`) },
		"not JSON":     func(*http.Request, []byte) []byte { return []byte(`<html>`) },
		"two lists of entries": func(*http.Request, []byte) []byte {
			return []byte(`{"resourceType":"Bundle","type":"searchset","entry":[],"entry":[]}`)
		},
		"invalid UTF-8": func(*http.Request, []byte) []byte { return []byte("{\"resourceType\":\"Bundle\",\"type\":\"\xff\"}") },
	} {
		w.line.set(false, func(r *http.Request, b []byte) []byte {
			if !strings.Contains(r.URL.Path, "everything") {
				return b
			}
			return spoil(r, b)
		})
		_, err := c.Sync(ctx, nil)
		wantCode(t, name, err, ehrdesk.CodeTampered)
		if count(c) != before {
			t.Errorf("%s: %d records became %d", name, before, count(c))
		}
	}
	w.line.set(false, nil)
	if _, err := c.Sync(ctx, nil); err != nil || count(c) != before {
		t.Errorf("afterwards: %v, %d records", err, count(c))
	}
}

func TestWrongKeysLockAndTheLockHasATime(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("clerk", ehrdesk.FrontDesk)
	n, key := w.patient("CHANJJJ", 1)
	wrong := "00000000"
	if key == wrong {
		wrong = "00000001"
	}
	s := w.signIn("clerk")
	defer s.Close()
	var wk *ehrdesk.WrongKey
	_, err := s.Grant(ctx, grant(t, n, wrong))
	if wantCode(t, "wrong key", err, ehrdesk.CodeDenied); !errors.As(err, &wk) || wk.TriesLeft != 2 {
		t.Errorf("tries left: %v", err)
	}
	_, _ = s.Grant(ctx, grant(t, n, wrong))
	_, _ = s.Grant(ctx, grant(t, n, wrong))
	_, err = s.Grant(ctx, grant(t, n, key))
	var lock *ehrdesk.LockOut
	if wantCode(t, "right key while locked", err, ehrdesk.CodeLocked); !errors.As(err, &lock) || lock.Until.Sub(w.clock.now()) > 15*time.Minute || lock.Until.IsZero() {
		t.Errorf("lock: %v", err)
	}
	if f, err := s.Find(ctx, n); err != nil || !f.KeyLocked.Equal(lock.Until) { // told before a key is typed, whoever looks
		t.Errorf("the look-up says locked until %v, the refusal %v; %v", f.KeyLocked, lock.Until, err)
	}
	w.clock.advance(16 * time.Minute)
	if f, err := s.Find(ctx, n); err != nil || !f.KeyLocked.IsZero() {
		t.Errorf("locked until %v afterwards, %v", f.KeyLocked, err)
	}
	w.consent(s, n, key)
	_, err = s.Open(ctx, n, ehrdesk.Consultation, "")
	wantCode(t, "the front desk opens a chart", err, ehrdesk.CodeDenied)
}

func TestWhatIsMissingIsRefusedBeforeItIsSent(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("clerk", ehrdesk.FrontDesk)
	n, key := w.patient("CHANKKK", 1)
	s := w.signIn("clerk")
	defer s.Close()
	for name, spoil := range map[string]func(*ehrdesk.Grant){
		"notice":    func(g *ehrdesk.Grant) { g.NoticeRead = false },
		"document":  func(g *ehrdesk.Grant) { g.DocumentSighted = false },
		"term":      func(g *ehrdesk.Grant) { g.Term = "" },
		"giver":     func(g *ehrdesk.Grant) { g.Giver.Kind = "" },
		"guardian":  func(g *ehrdesk.Grant) { g.Giver.Kind = "guardian" },
		"key":       func(g *ehrdesk.Grant) { g.AccessKey = ehrdesk.AccessKey{} },
		"form":      func(g *ehrdesk.Grant) { g.Channel = ehrdesk.ByForm },
		"telephone": func(g *ehrdesk.Grant) { g.Channel = ehrdesk.ByIVRS },
	} {
		g := grant(t, n, key)
		spoil(&g)
		before := len(w.line.seen)
		_, err := s.Grant(ctx, g)
		wantCode(t, name, err, ehrdesk.CodeInvalid)
		if len(w.line.seen) != before {
			t.Errorf("%s: something was sent", name)
		}
	}
}

func TestSignInRefusals(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	_, err := w.desk.SignIn(ctx, "drlee", ehrdesk.NewSecret("not this one"))
	wantCode(t, "wrong passphrase", err, ehrdesk.CodeNotSignedIn)
	_, err = w.desk.SignIn(ctx, "nobody", ehrdesk.NewSecret(pass))
	wantCode(t, "unknown person", err, ehrdesk.CodeNotSignedIn)
	_, err = w.desk.Enrol(ctx, ehrdesk.Enrolment{Central: w.base, Staff: "x", Code: ehrdesk.NewSecret("WRONG"), Passphrase: ehrdesk.NewSecret(pass)})
	wantCode(t, "wrong code", err, ehrdesk.CodeDenied)
	_, err = w.desk.Enrol(ctx, ehrdesk.Enrolment{Central: "http://example.org/fhir", Staff: "x", Code: ehrdesk.NewSecret("C"), Passphrase: ehrdesk.NewSecret(pass)})
	wantCode(t, "plain http to elsewhere", err, ehrdesk.CodeInvalid)
	_, err = w.desk.Enrol(ctx, ehrdesk.Enrolment{Central: w.base, Staff: "x", Code: ehrdesk.NewSecret("C"), Passphrase: ehrdesk.NewSecret("short")})
	wantCode(t, "short passphrase", err, ehrdesk.CodeInvalid)
}
