package client_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

func formGrant(n ehrdesk.Number, form string) ehrdesk.Grant {
	return ehrdesk.Grant{Patient: n, Channel: ehrdesk.ByForm, FormReference: form, Term: ehrdesk.Indefinite, Giver: ehrdesk.Giver{Kind: ehrdesk.SelfGiver},
		NoticeRead: true, DocumentSighted: true, NoticeVersions: map[string]string{}, RequestID: uuid.NewString()}
}

// read fills in the notices, as the screen does before the line goes.
func (w *world) read(s *client.Session, g ehrdesk.Grant) ehrdesk.Grant {
	w.t.Helper()
	o, err := s.Offer(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	g.NoticeReadAt = w.clock.now()
	for _, n := range o.Notices {
		g.NoticeVersions[n.ID] = n.Version
	}
	return g
}

// told counts what the patient was told of: consents given and withdrawn.
func (w *world) told(n ehrdesk.Number) (given, withdrawn int) {
	w.t.Helper()
	// An act by form is told on every contact, in the patient's language: those of one contact
	// are counted.
	by := map[string][2]int{}
	err := w.centre.Notices(ctx, n.EHR.Compact(), func(m central.Notice) error {
		c := by[m.Contact]
		for i, words := range [][]string{
			{"was given", "was renewed", "已憑簽署表格給予", "已憑簽署表格續期", "已凭签署表格给予", "已凭签署表格续期"},
			{"was withdrawn", "已憑簽署表格撤銷", "已凭签署表格撤销"},
		} {
			if slices.ContainsFunc(words, func(s string) bool { return strings.Contains(m.Text, s) }) {
				c[i]++
			}
		}
		by[m.Contact] = c
		return nil
	})
	for contact, c := range by {
		if contact != "" {
			given, withdrawn = max(given, c[0]), max(withdrawn, c[1])
		}
	}
	given, withdrawn = given+by[""][0], withdrawn+by[""][1]
	if err != nil {
		w.t.Fatal(err)
	}
	return given, withdrawn
}

func (w *world) tasks(s *client.Session, kind ehrdesk.TaskKind) (out []ehrdesk.Task) {
	w.t.Helper()
	all, err := s.Tasks(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, t := range all {
		if t.Kind == kind {
			out = append(out, t)
		}
	}
	return out
}

func TestASignedFormWaitsForTheLineAndOpensNothing(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	n, _ := w.patient("CHANQQA", 3)
	s := w.signIn("drlee")
	if _, err := s.Find(ctx, n); err != nil {
		t.Fatal(err)
	}
	g := w.read(s, formGrant(n, "RE-1001"))
	w.line.set(true, nil)
	if o, err := s.Offer(ctx); err != nil || len(o.Terms) != 2 || len(o.Notices) != 2 || len(o.Channels) != 1 {
		t.Errorf("offered without the line: %+v, %v", o, err)
	}
	r, err := s.Grant(ctx, g)
	if err != nil || !r.Queued || r.Reference != "" || r.Consent.State != ehrdesk.ConsentPending || r.Patient.Name.Chinese != "陳大文" {
		t.Fatalf("offline: %+v, %v", r, err)
	}
	if _, err := s.Open(ctx, n, ehrdesk.Consultation, ""); err == nil {
		t.Error("a consent that waits has opened a record")
	}
	if got := w.tasks(s, ehrdesk.TaskAct); len(got) != 1 || got[0].State != ehrdesk.TaskQueued || got[0].Form != "RE-1001" {
		t.Errorf("tasks: %+v", got)
	}
	// The day ends, and the line comes back the next morning.
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := w.desk.Close(); err != nil {
		t.Fatal(err)
	}
	w.open()
	w.clock.advance(20 * time.Hour)
	w.line.set(false, nil)
	s = w.signIn("drlee")
	defer s.Close()
	if f, err := s.Find(ctx, n); err != nil || f.Consent.State != ehrdesk.ConsentActive || f.Waiting != "" {
		t.Errorf("find: %+v, %v", f, err)
	}
	if given, _ := w.told(n); given != 1 {
		t.Errorf("the patient was told of %d consents", given)
	}
	if got := w.tasks(s, ehrdesk.TaskDone); len(got) != 1 || got[0].Reference == "" {
		t.Errorf("done: %+v", got)
	}
}

// A centre that asks to wait is asked again after that, and not before: what was taken is
// kept until then, and the line is not said to be down.
func TestWhatTheCentreAsksToWaitWithIsSentAfterIt(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	n, _ := w.patient("CHANQQA", 3)
	s := w.signIn("drlee")
	defer s.Close()
	g := w.read(s, formGrant(n, "RE-1001"))
	w.line.mu.Lock()
	w.line.header = http.Header{"Retry-After": {"600"}, "Date": {w.clock.now().UTC().Format(http.TimeFormat)}}
	w.line.mu.Unlock()
	asked := 0
	w.line.fails(func(r *http.Request) int {
		if strings.HasSuffix(r.URL.Path, "$grant-sharing-consent") {
			asked++
			return http.StatusTooManyRequests
		}
		return 0
	})
	if r, err := s.Grant(ctx, g); err != nil || !r.Queued {
		t.Fatalf("%+v, %v", r, err)
	}
	if l := s.Link(); l.State != ehrdesk.Online {
		t.Errorf("the line is %+v", l)
	}
	_, err := s.Deliver(ctx)
	var often *ehrdesk.TooOften
	if !errors.As(err, &often) || asked != 2 {
		t.Errorf("asked %d times: %v", asked, err)
	}
	if _, err := s.Deliver(ctx); err != nil || asked != 2 {
		t.Errorf("before the time asked %d times: %v", asked, err)
	}
	w.line.fails(nil)
	w.clock.advance(10*time.Minute + time.Second)
	if n, err := s.Deliver(ctx); err != nil || n != 1 {
		t.Errorf("after the time %d are sent: %v", n, err)
	}
	if given, _ := w.told(n); given != 1 {
		t.Errorf("the patient was told of %d consents", given)
	}
}

func TestAWithdrawalWithoutTheLineCountsHereAtOnce(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	n, key := w.patient("CHANQQB", 3)
	s := w.signIn("drlee")
	defer s.Close()
	w.consent(s, n, key)
	c := w.chart(s, n)
	w.line.set(true, nil)
	a := ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByForm, FormReference: "W-1", DocumentSighted: true, RequestID: uuid.NewString()}
	r, err := s.Revoke(ctx, a)
	if err != nil || !r.Queued || r.Consent.State != ehrdesk.ConsentWithdrawn {
		t.Fatalf("revoke: %+v, %v", r, err)
	}
	if count(c) != 0 {
		t.Error("the chart still shows something")
	}
	if kept, _ := s.Copies(ctx); len(kept) != 0 {
		t.Error("the copy outlived the withdrawal")
	}
	// The centre still thinks that the consent runs, and the desk does not.
	w.line.set(false, func(r *http.Request, b []byte) []byte {
		if strings.Contains(r.URL.Path, "$revoke") {
			return []byte("{}")
		}
		return b
	})
	f, err := s.Find(ctx, n)
	if err != nil || f.Consent.State != ehrdesk.ConsentWithdrawn || f.Waiting != ehrdesk.AuditRevoke {
		t.Fatalf("find: %+v, %v", f, err)
	}
	_, err = s.Open(ctx, n, ehrdesk.Consultation, "")
	wantCode(t, "open", err, ehrdesk.CodeConsentNeeded)
	w.line.set(false, nil)
	if _, err := s.Poll(ctx); err != nil {
		t.Fatal(err)
	}
	if _, withdrawn := w.told(n); withdrawn != 1 {
		t.Errorf("%d withdrawals on record", withdrawn)
	}
	if f, _ := s.Find(ctx, n); f.Waiting != "" || f.Consent.State != ehrdesk.ConsentWithdrawn {
		t.Errorf("afterwards: %+v", f)
	}
}

// Whoever reads a patient's entries finds the withdrawal among them, also where
// nobody looked the patient up in that session: the copy names the patient.
func TestAWithdrawalWithoutTheLineNamesThePatientOfTheCopy(t *testing.T) {
	for _, found := range []bool{false, true} {
		w := newWorld(t, 24)
		w.enrol("drlee", ehrdesk.Doctor)
		n, key := w.patient("CHANQQE", 3)
		other, _ := w.patient("WONGQQE", 3)
		s := w.signIn("drlee")
		w.consent(s, n, key)
		w.closed(s, n)
		w.shut(s)
		s = w.signIn("drlee")
		if found { // somebody else
			if _, err := s.Find(ctx, other); err != nil {
				t.Fatal(err)
			}
		}
		w.line.set(true, nil)
		if _, err := s.Revoke(ctx, ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByForm, FormReference: "W-1", DocumentSighted: true}); err != nil {
			t.Fatal(err)
		}
		log, err := s.AccessLog(ctx)
		log = slices.DeleteFunc(log, func(e ehrdesk.LogEntry) bool { return e.Action != ehrdesk.AuditRevoke })
		if err != nil || len(log) != 1 || log[0].Patient != "chanqqe" {
			t.Errorf("withdrawals %+v, %v", log, err)
		}
		w.shut(s)
	}
}

func TestARefusedFormWaitsForSomebodyAndStopsNobodyElse(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("clerk", ehrdesk.FrontDesk)
	first, _ := w.patient("CHANQQC", 0)
	second, _ := w.patient("CHANQQD", 0)
	s := w.signIn("clerk")
	defer s.Close()
	if _, err := s.Grant(ctx, w.read(s, formGrant(first, "RE-2001"))); err != nil {
		t.Fatal(err)
	}
	k := ehrdesk.Withdrawal{Patient: first, Channel: ehrdesk.ByForm, FormReference: "W-2001", DocumentSighted: true}
	if _, err := s.Revoke(ctx, k); err != nil {
		t.Fatal(err)
	}
	again, next, other := w.read(s, formGrant(first, "RE-2001")), w.read(s, formGrant(first, "RE-2002")), w.read(s, formGrant(second, "RE-2003"))
	w.line.set(true, nil)
	for _, g := range []ehrdesk.Grant{again, next, other} {
		if r, err := s.Grant(ctx, g); err != nil || !r.Queued {
			t.Fatalf("%+v, %v", r, err)
		}
	}
	w.line.set(false, nil)
	if _, err := s.Poll(ctx); err != nil {
		t.Fatal(err)
	}
	got := w.tasks(s, ehrdesk.TaskAct)
	if len(got) != 2 || got[0].State != ehrdesk.TaskRefused || got[0].Why.Code() != ehrdesk.CodeConflict || got[1].State != ehrdesk.TaskQueued {
		t.Fatalf("tasks: %+v", got)
	}
	if f, err := s.Find(ctx, second); err != nil || f.Consent.State != ehrdesk.ConsentActive {
		t.Errorf("the other patient: %+v, %v", f, err)
	}
	// Somebody looks, gives the bad one up, and the next one goes.
	if err := s.DropTask(ctx, got[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Poll(ctx); err != nil {
		t.Fatal(err)
	}
	if got := w.tasks(s, ehrdesk.TaskAct); len(got) != 0 {
		t.Errorf("left: %+v", got)
	}
	if f, err := s.Find(ctx, first); err != nil || f.Consent.State != ehrdesk.ConsentActive {
		t.Errorf("the first patient: %+v, %v", f, err)
	}
}

func TestAnActOfUnknownOutcomeIsSettledAfterARestart(t *testing.T) {
	for _, recorded := range []bool{true, false} {
		t.Run(fmt.Sprint("recorded ", recorded), func(t *testing.T) {
			w := newWorld(t, 24)
			w.enrol("clerk", ehrdesk.FrontDesk)
			n, key := w.patient("CHANQQE", 0)
			s := w.signIn("clerk")
			g := grant(t, n, key)
			g.RequestID = uuid.NewString()
			w.line.breakAt("$grant-sharing-consent", recorded)
			_, err := s.Grant(ctx, g)
			if recorded {
				wantCode(t, "grant", err, ehrdesk.CodeTimeout)
			} else {
				wantCode(t, "grant", err, ehrdesk.CodeOffline)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if err := w.desk.Close(); err != nil {
				t.Fatal(err)
			}
			w.line.breakAt("", false)
			w.open()
			w.clock.advance(time.Minute)
			s = w.signIn("clerk")
			defer s.Close()
			given, _ := w.told(n)
			done, under := w.tasks(s, ehrdesk.TaskDone), w.tasks(s, ehrdesk.TaskAct)
			if len(under) != 0 || len(done) != given || (given == 1) != recorded {
				t.Errorf("%d on record, the desk says done %+v, under way %+v", given, done, under)
			}
		})
	}
}

// cuts is how many consents are taken over a line that breaks.
func cuts() int {
	if n, err := strconv.Atoi(os.Getenv("EHRDESK_CUTS")); err == nil {
		return n
	}
	if testing.Short() {
		return 24 // every request of the flow breaks, before and after
	}
	return 60
}

// The line breaks at every request of the flow in turn, before it leaves or
// after the centre has acted, and the desk is started anew now and then: each
// consent is on record once or not at all, and the desk says which.
func TestWhereverTheLineBreaksAConsentIsOnRecordOnceOrNotAtAll(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("clerk", ehrdesk.FrontDesk)
	s := w.signIn("clerk")
	defer func() { s.Close() }()
	var once, never, waited int
	for i := range cuts() {
		w.clock.hasLeft(2 * time.Minute) // the list of what is done today empties at midnight
		n, key := w.patient(fmt.Sprintf("CHANX%d", i), 0)
		form := i%3 == 0
		after := i%2 == 0
		cut := i / 6 % 4 // which request of the flow breaks; the last for none
		w.line.breakNth(cut, after)
		_, _ = s.Find(ctx, n) // may be the one that breaks
		g := grant(t, n, key)
		if form {
			g = formGrant(n, fmt.Sprintf("RE-X%d", i))
		}
		g.RequestID = uuid.NewString()
		r, err := s.Grant(ctx, g)
		w.line.breakNth(-1, false)
		if i%7 == 0 {
			if e := s.Close(); e != nil {
				t.Fatal(e)
			}
			if e := w.desk.Close(); e != nil {
				t.Fatal(e)
			}
			w.open()
			s = w.signIn("clerk")
		}
		w.clock.advance(time.Minute)
		if _, e := s.Poll(ctx); e != nil {
			t.Fatal(e)
		}
		given, _ := w.told(n)
		said := 0
		for _, d := range w.tasks(s, ehrdesk.TaskDone) {
			if d.Patient.EHR == n.EHR {
				said++
			}
		}
		if given > 1 || given != said {
			t.Fatalf("run %d, form %v, request %d broken, after %v: %d on record, the desk says %d (%+v, %v)", i, form, cut, after, given, said, r, err)
		}
		if err == nil && given != 1 {
			t.Fatalf("run %d: said to be recorded or kept, and is not", i)
		}
		if left := w.tasks(s, ehrdesk.TaskAct); len(left) > 0 && left[len(left)-1].State != ehrdesk.TaskRefused {
			t.Fatalf("run %d: still open: %+v", i, left)
		}
		once, never = once+given, never+1-given
		if r.Queued {
			waited++
		}
	}
	t.Logf("%d consents over a line that breaks: %d on record once, %d of them after waiting, %d not at all", once+never, once, waited, never)
	if once == 0 || never == 0 || waited == 0 {
		t.Error("the line did not break as it should")
	}
}
