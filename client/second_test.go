package client_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// byTwo is a centre whose rule has a second person approve consents by form and identities by document, with two people at
// one desk, who know of each other.
func byTwo(t *testing.T) *world {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	w.enrol("drho", ehrdesk.FrontDesk)
	w.rule(ehrdesk.OneWords()...)
	w.shut(w.signIn("drlee")) // lets the newcomer in
	return w
}

// rule is what the centre has a second person of the provider approve from now on.
func (w *world) rule(acts ...ehrdesk.OneWord) {
	w.t.Helper()
	if _, err := w.centre.SecondPerson(ctx, "op", w.hcp, append([]ehrdesk.OneWord{}, acts...)); err != nil {
		w.t.Fatal(err)
	}
}

// held are the acts that wait for a second person, or were refused by one.
func (w *world) held(s *client.Session, state ehrdesk.TaskState) (out []ehrdesk.Task) {
	w.t.Helper()
	for _, t := range w.tasks(s, ehrdesk.TaskAct) {
		if t.State == state && t.Second.Taker != "" {
			out = append(out, t)
		}
	}
	return out
}

// take has somebody take a consent by form, which waits.
func (w *world) take(s *client.Session, n ehrdesk.Number, form string) ehrdesk.Grant {
	w.t.Helper()
	if _, err := s.Find(ctx, n); err != nil {
		w.t.Fatal(err)
	}
	g := w.read(s, formGrant(n, form))
	r, err := s.Grant(ctx, g)
	if err != nil || !r.Second || !r.Queued || r.Reference != "" || r.Consent.State != ehrdesk.ConsentPending {
		w.t.Fatalf("taken: %+v, %v", r, err)
	}
	return g
}

// approve approves one as it is here.
func (w *world) approve(s *client.Session, id string) (ehrdesk.Receipt, error) {
	h, err := s.HeldAct(ctx, id)
	if err != nil {
		return ehrdesk.Receipt{}, err
	}
	return s.ApproveAct(ctx, id, h.Digest)
}

// sentActs counts the acts that left the desk.
func (w *world) sentActs() (n int) {
	w.line.mu.Lock()
	defer w.line.mu.Unlock()
	for _, r := range w.line.seen {
		if strings.Contains(r, "$grant-sharing-consent") || strings.Contains(r, "$verify-identity") {
			n++
		}
	}
	return n
}

// What one person takes on paper goes nowhere and opens nothing before another has approved it; nobody approves or refuses their
// own; then it is on record once, under the name of who approved it, with who took it.
func TestAConsentOnOnePersonsWordWaitsForASecond(t *testing.T) {
	w := byTwo(t)
	n, _ := w.patient("CHANTWO", 3)
	s := w.signIn("drlee")
	if o, err := s.Offer(ctx); err != nil || len(o.Second) != 2 {
		t.Errorf("what is put to a patient does not say it: %+v, %v", o.Second, err)
	}
	g := w.take(s, n, "RE-1")
	if got := w.sentActs(); got != 0 {
		t.Errorf("%d acts have left", got)
	}
	if f, err := s.Find(ctx, n); err != nil || f.Waiting != ehrdesk.AuditGrant || !f.Second || f.MayView(w.deskNow()) {
		t.Errorf("a look-up says %+v, %v", f, err)
	}
	if _, err := s.Open(ctx, n, ehrdesk.Consultation, ""); err == nil {
		t.Error("a consent that waits for somebody has opened a record")
	}
	if _, err := w.approve(s, g.RequestID); !errors.Is(err, ehrdesk.ErrOwnAct) {
		t.Errorf("one's own: %v", err)
	}
	if err := s.RefuseAct(ctx, g.RequestID, "no"); !errors.Is(err, ehrdesk.ErrOwnAct) {
		t.Errorf("one's own, refused: %v", err)
	}
	if _, err := s.Grant(ctx, w.read(s, formGrant(n, "RE-1"))); !errors.Is(err, ehrdesk.ErrFormUsed) {
		t.Errorf("the same paper again: %v", err)
	}
	w.shut(s)
	w.reopen(0)
	s = w.signIn("drho")
	defer s.Close()
	wait := w.held(s, ehrdesk.TaskHeld)
	if len(wait) != 1 || wait[0].ID != g.RequestID || wait[0].Second.Taker != "Dr drlee" || wait[0].Form != "RE-1" {
		t.Fatalf("the list says %+v", wait)
	}
	a, err := s.HeldAct(ctx, g.RequestID)
	if err != nil || a.FormReference != "RE-1" || a.By != "drlee" || a.Who.EHR != n.EHR || a.Op != ehrdesk.AuditGrant || a.Term != ehrdesk.Indefinite || len(a.NoticeVersions) != 2 {
		t.Errorf("whoever judges it sees %+v, %v", a, err)
	}
	r, err := w.approve(s, g.RequestID)
	if err != nil || r.Queued || r.Reference == "" || r.Consent.State != ehrdesk.ConsentActive || r.Confirmed == 0 {
		t.Fatalf("approved: %+v, %v", r, err)
	}
	if _, err := w.approve(s, g.RequestID); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("twice: %v", err)
	}
	if err := s.RefuseAct(ctx, g.RequestID, "too late"); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("refused after: %v", err)
	}
	if given, _ := w.told(n); given != 1 || len(w.tasks(s, ehrdesk.TaskAct)) != 0 || len(w.tasks(s, ehrdesk.TaskDone)) != 1 {
		t.Errorf("told of %d, the list has %+v", given, w.tasks(s, ehrdesk.TaskAct))
	}
	both := false
	if err := w.centre.Accesses(ctx, n.EHR.Compact(), func(a central.Access) error {
		both = both || a.Action == "grant" && a.Staff == "drho" && strings.Contains(a.Reason, "taken by drlee; form RE-1")
		return nil
	}); err != nil || !both {
		t.Errorf("the centre's log does not name both: %v", err)
	}
	here := []string{}
	if err := s.EachAccess(ctx, func(_ int64, e ehrdesk.AuditEvent) error {
		if e.Action == ehrdesk.AuditDraft || e.Action == ehrdesk.AuditGrant {
			here = append(here, string(e.Action)+" "+e.Staff+" "+e.Detail)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	want := []string{"draft drlee for approval: grant by form, " + g.RequestID, "draft drho approved: grant by form, " + g.RequestID, "grant drho form " + r.Reference + " taken by drlee"}
	if !slices.Equal(here, want) {
		t.Errorf("this desk's log says %q", here)
	}
}

// Refused, it is never sent: who took it reads why, and takes it off the list. One that waits is given up by who took it alone.
func TestASecondPersonGivesAConsentBackWithAReason(t *testing.T) {
	w := byTwo(t)
	n, _ := w.patient("CHANTWO", 0)
	s := w.signIn("drlee")
	g := w.take(s, n, "RE-1")
	own := w.take(s, n, "RE-2")
	w.shut(s)
	s = w.signIn("drho")
	if err := s.DropTask(ctx, g.RequestID); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("another's that waits is taken off: %v", err)
	}
	if err := s.RefuseAct(ctx, g.RequestID, " \x1b\t"); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("no reason: %v", err)
	}
	if err := s.RefuseAct(ctx, g.RequestID, "the signature is \x1b[31mmissing"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.approve(s, g.RequestID); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
		t.Errorf("approved after it was refused: %v", err)
	}
	w.shut(s)
	w.reopen(0)
	s = w.signIn("drlee")
	defer s.Close()
	back := w.held(s, ehrdesk.TaskRefused)
	if len(back) != 1 || back[0].Second.Refuser != "Dr drho" || strings.Contains(back[0].Second.Reason, "\x1b") || !strings.Contains(back[0].Second.Reason, "missing") {
		t.Fatalf("its taker reads %+v", back)
	}
	if _, err := s.Poll(ctx); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{g.RequestID, own.RequestID} {
		if err := s.DropTask(ctx, id); err != nil {
			t.Fatal(err)
		}
	}
	if given, _ := w.told(n); given != 0 || w.sentActs() != 0 || len(w.tasks(s, ehrdesk.TaskAct)) != 0 {
		t.Errorf("%d given, %d sent, the list has %+v", given, w.sentActs(), w.tasks(s, ehrdesk.TaskAct))
	}
	w.take(s, n, "RE-1") // the paper serves, once it is in order
}

// Without the line it is approved, waits, and is sent once, days after, under the approver's name; over midnight it stays on the
// list.
func TestAConsentIsApprovedWithoutTheLine(t *testing.T) {
	w := byTwo(t)
	n, _ := w.patient("CHANTWO", 0)
	s := w.signIn("drlee")
	g := w.take(s, n, "RE-1")
	w.shut(s)
	w.clock.advance(50 * time.Hour)
	s = w.signIn("drho")
	if got := w.held(s, ehrdesk.TaskHeld); len(got) != 1 {
		t.Fatalf("two days later: %+v", got)
	}
	w.line.set(true, nil)
	r, err := w.approve(s, g.RequestID)
	if err != nil || !r.Queued || r.Second {
		t.Fatalf("without the line: %+v, %v", r, err)
	}
	if got := w.tasks(s, ehrdesk.TaskAct); len(got) != 1 || got[0].State != ehrdesk.TaskQueued || got[0].Staff != "drho" {
		t.Errorf("it waits as %+v", got)
	}
	w.shut(s)
	w.reopen(0)
	w.line.set(false, nil)
	w.shut(w.signIn("drlee")) // not theirs to send
	if given, _ := w.told(n); given != 0 {
		t.Error("it was sent by who took it")
	}
	s = w.signIn("drho")
	defer s.Close()
	if _, err := s.Poll(ctx); err != nil {
		t.Fatal(err)
	}
	if given, _ := w.told(n); given != 1 || len(w.tasks(s, ehrdesk.TaskAct)) != 0 {
		t.Errorf("told of %d, %+v", given, w.tasks(s, ehrdesk.TaskAct))
	}
}

// A withdrawal is taken by one person at once, also while a consent waits for a second, and what waits gives nothing again then.
func TestAWithdrawalWaitsForNobodyAndIsNotUndoneByAnApproval(t *testing.T) {
	w := byTwo(t)
	n, _ := w.patient("CHANTWO", 0)
	s := w.signIn("drlee")
	early := w.take(s, n, "RE-1")
	w.clock.advance(time.Minute)
	first := w.take(s, n, "RE-2")
	w.shut(s)
	s = w.signIn("drho")
	if _, err := w.approve(s, first.RequestID); err != nil {
		t.Fatal(err)
	}
	w.clock.advance(time.Minute)
	if r, err := s.Revoke(ctx, ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByForm, DocumentSighted: true, FormReference: "W-1"}); err != nil || r.Consent.State != ehrdesk.ConsentWithdrawn {
		t.Fatalf("%+v, %v", r, err)
	}
	w.clock.advance(time.Minute)
	if _, err := w.approve(s, early.RequestID); ehrdesk.CodeOf(err) == "" {
		t.Error("a consent of before the withdrawal was given by approving it after")
	}
	defer s.Close()
	if f, err := s.Find(ctx, n); err != nil || f.Consent.State != ehrdesk.ConsentWithdrawn {
		t.Errorf("%+v, %v", f.Consent, err)
	}
	if got := w.tasks(s, ehrdesk.TaskAct); len(got) != 1 || got[0].State != ehrdesk.TaskRefused {
		t.Errorf("nobody is told: %+v", got)
	}
}

// A locked desk approves nothing, and what waits is there when it is unlocked.
func TestALockedDeskApprovesAndRefusesNothing(t *testing.T) {
	w := byTwo(t)
	n, _ := w.patient("CHANTWO", 0)
	s := w.signIn("drlee")
	g := w.take(s, n, "RE-1")
	w.shut(s)
	s = w.signIn("drho")
	if err := s.Lock(); err != nil {
		t.Fatal(err)
	}
	if _, err := w.approve(s, g.RequestID); ehrdesk.CodeOf(err) != ehrdesk.CodeLocked {
		t.Errorf("approved: %v", err)
	}
	if err := s.RefuseAct(ctx, g.RequestID, "no"); ehrdesk.CodeOf(err) != ehrdesk.CodeLocked {
		t.Errorf("refused: %v", err)
	}
	if _, err := s.HeldAct(ctx, g.RequestID); ehrdesk.CodeOf(err) != ehrdesk.CodeLocked {
		t.Errorf("shown: %v", err)
	}
	w.shut(s)
	s = w.signIn("drho")
	defer s.Close()
	if got := w.held(s, ehrdesk.TaskHeld); len(got) != 1 || w.sentActs() != 0 {
		t.Errorf("%+v", got)
	}
}

// A site's rule holds where the centre has none; a rule of the centre's that the desk has not heard of has the act wait too;
// what cannot wait, as its Access Key is not kept, is refused before it is sent.
func TestWhoseRuleItIsThatASecondPersonApproves(t *testing.T) {
	t.Run("the site's", func(t *testing.T) {
		w := byTwo(t)
		w.rule()
		w.acts = []ehrdesk.OneWord{ehrdesk.ConsentByForm}
		w.reopen(0)
		n, _ := w.patient("CHANTWO", 0)
		s := w.signIn("drlee")
		g := w.take(s, n, "RE-1")
		w.shut(s)
		s = w.signIn("drho")
		defer s.Close()
		if r, err := w.approve(s, g.RequestID); err != nil || r.Consent.State != ehrdesk.ConsentActive {
			t.Errorf("%+v, %v", r, err)
		}
	})
	t.Run("the centre's, heard of late", func(t *testing.T) {
		w := byTwo(t)
		w.rule()
		n, _ := w.patient("CHANTWO", 0)
		s := w.signIn("drlee")
		defer s.Close()
		if _, err := s.Find(ctx, n); err != nil {
			t.Fatal(err)
		}
		g := w.read(s, formGrant(n, "RE-1"))
		w.rule(ehrdesk.ConsentByForm)
		if r, err := s.Grant(ctx, g); err != nil || !r.Second {
			t.Errorf("%+v, %v", r, err)
		}
		if got := w.held(s, ehrdesk.TaskHeld); len(got) != 1 {
			t.Errorf("%+v", got)
		}
	})
	t.Run("an Access Key does not wait", func(t *testing.T) {
		w := byTwo(t)
		n, key := w.patient("CHANTWO", 0)
		s := w.signIn("drlee")
		defer s.Close()
		w.consent(s, n, key) // the patient's own key is nobody's word
		sent := w.sentActs()
		v := ehrdesk.Verification{Grant: w.read(s, formGrant(n, "")), Method: ehrdesk.VerifyByDocument, DocumentType: ehrdesk.DocumentTypes()[0].Code, ContactConfirmed: true}
		v.Channel, v.FormReference = ehrdesk.ByAccessKey, ""
		v.AccessKey, _ = ehrdesk.ParseAccessKey(key)
		if _, err := s.Verify(ctx, v); !errors.Is(err, ehrdesk.ErrSecondPerson) || w.sentActs() != sent {
			t.Errorf("%v, %d sent", err, w.sentActs()-sent)
		}
	})
}

// Whoever of a desk's sessions decides about an act first has decided it, for all of them: it is approved, refused or given up, and
// never two of these.
func TestOneOfADesksSessionsDecidesAboutAnAct(t *testing.T) {
	w := byTwo(t)
	w.enrol("drma", ehrdesk.Doctor)
	n, _ := w.patient("CHANTWO", 0)
	taker := w.signIn("drlee")
	defer taker.Close()
	second, third := w.signIn("drho"), w.signIn("drma")
	defer second.Close()
	defer third.Close()
	if _, err := taker.Find(ctx, n); err != nil {
		t.Fatal(err)
	}
	for i := range 12 {
		g := w.take(taker, n, fmt.Sprintf("RE-%d", i))
		h, err := second.HeldAct(ctx, g.RequestID)
		if err != nil {
			t.Fatal(err)
		}
		var errs [3]error
		var all sync.WaitGroup
		for k, f := range []func() error{
			func() error { _, err := second.ApproveAct(ctx, g.RequestID, h.Digest); return err },
			func() error { return third.RefuseAct(ctx, g.RequestID, "no signature") },
			func() error { return taker.DropTask(ctx, g.RequestID) },
		} {
			all.Go(func() { errs[k] = f() })
		}
		all.Wait()
		given, _ := w.told(n)
		switch refused := w.held(taker, ehrdesk.TaskRefused); {
		case errs[0] == nil && errs[1] == nil:
			t.Fatal("approved and refused")
		case errs[0] == nil && given != 1 && errs[2] != nil: // what waits for the line may be given up
			t.Fatalf("approved, and %d given", given)
		case errs[0] != nil && given != 0:
			t.Fatalf("given, and %v", errs)
		case errs[1] == nil && errs[2] != nil && len(refused) != 1:
			t.Fatalf("refused, and the list has %+v", refused)
		case errs[0] != nil && errs[1] != nil && errs[2] != nil:
			t.Fatalf("nobody has decided: %v", errs)
		}
		if errs[0] == nil {
			break
		}
		if errs[1] == nil && errs[2] != nil {
			if err := taker.DropTask(ctx, g.RequestID); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// What is approved is what was looked at: another act under the same request id is refused, and so is an approval of something else.
func TestWhatIsApprovedIsWhatWasLookedAt(t *testing.T) {
	w := byTwo(t)
	n, _ := w.patient("CHANTWO", 0)
	m, _ := w.patient("CHANOTHER", 0)
	taker, second := w.signIn("drlee"), w.signIn("drho")
	defer taker.Close()
	defer second.Close()
	g := w.take(taker, n, "RE-1")
	if _, err := taker.Find(ctx, m); err != nil {
		t.Fatal(err)
	}
	other := w.read(taker, formGrant(m, "RE-2"))
	other.RequestID = g.RequestID
	if _, err := taker.Grant(ctx, other); !errors.Is(err, ehrdesk.ErrDecided) {
		t.Errorf("another act under the same request: %v", err)
	}
	if _, err := second.ApproveAct(ctx, g.RequestID, "another digest"); !errors.Is(err, ehrdesk.ErrDecided) {
		t.Errorf("approved as something else: %v", err)
	}
	if r, err := taker.Grant(ctx, g); err != nil || !r.Second { // the same again
		t.Errorf("%+v, %v", r, err)
	}
	first, err := w.approve(second, g.RequestID)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := taker.Grant(ctx, g); err != nil || r.Second || r.Reference != first.Reference {
		t.Errorf("after it is on record the same act is %+v, %v", r, err)
	}
	if got := append(w.held(taker, ehrdesk.TaskHeld), w.held(taker, ehrdesk.TaskRefused)...); len(got) != 0 {
		t.Errorf("the list has %+v", got)
	}
}

// A patient who takes a first consent back before anybody has approved it has given none, with the line and without it.
func TestAFirstConsentTakenBackWhileItWaitsIsNotGiven(t *testing.T) {
	for _, cut := range []bool{false, true} {
		w := byTwo(t)
		n, _ := w.patient("CHANTWO", 0)
		s := w.signIn("drlee")
		g := w.take(s, n, "RE-1")
		w.shut(s)
		s = w.signIn("drho")
		w.clock.advance(time.Minute)
		if _, err := s.Find(ctx, n); err != nil {
			t.Fatal(err)
		}
		w.line.set(cut, nil)
		if _, err := s.Revoke(ctx, ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByForm, DocumentSighted: true, FormReference: "W-1"}); !cut && !errors.Is(err, ehrdesk.ErrNoConsent) || cut && err != nil {
			t.Errorf("%v", err)
		}
		w.line.set(false, nil)
		if _, err := w.approve(s, g.RequestID); !errors.Is(err, ehrdesk.ErrDecided) {
			t.Errorf("approved after it was taken back: %v", err)
		}
		if _, err := s.Poll(ctx); err != nil {
			t.Fatal(err)
		}
		if back := w.held(s, ehrdesk.TaskRefused); len(back) != 1 || !back[0].Second.Withdrawn {
			t.Errorf("its taker reads %+v", back)
		}
		if f, err := s.Find(ctx, n); err != nil || f.Consent.State.Allows() || f.Waiting != "" {
			t.Errorf("%+v, %v", f, err)
		}
		w.shut(s)
	}
}

// A rule that was heard is not forgotten without the line; one that came while a form waited for the line has that form wait for a
// second person, and it is not lost.
func TestARuleThatCameMeanwhileLosesNoForm(t *testing.T) {
	t.Run("heard, then no line", func(t *testing.T) {
		w := byTwo(t)
		w.rule()
		n, _ := w.patient("CHANTWO", 0)
		s := w.signIn("drlee")
		if _, err := s.Find(ctx, n); err != nil {
			t.Fatal(err)
		}
		g := w.read(s, formGrant(n, "RE-1"))
		w.rule(ehrdesk.ConsentByForm)
		if o, err := s.Offer(ctx); err != nil || len(o.Second) != 1 {
			t.Fatalf("%+v, %v", o.Second, err)
		}
		w.line.set(true, nil)
		for range 2 { // of this session, and of one that has not asked
			if o, err := s.Offer(ctx); err != nil || len(o.Second) != 1 {
				t.Errorf("without the line it says %+v, %v", o.Second, err)
			}
			w.shut(s)
			s = w.signIn("drlee")
		}
		defer s.Close()
		if r, err := s.Grant(ctx, g); err != nil || !r.Second {
			t.Errorf("%+v, %v", r, err)
		}
	})
	t.Run("while it waited for the line", func(t *testing.T) {
		w := byTwo(t)
		w.rule()
		n, _ := w.patient("CHANTWO", 0)
		s := w.signIn("drlee")
		if _, err := s.Find(ctx, n); err != nil {
			t.Fatal(err)
		}
		g := w.read(s, formGrant(n, "RE-1"))
		w.line.set(true, nil)
		if r, err := s.Grant(ctx, g); err != nil || !r.Queued || r.Second {
			t.Fatalf("%+v, %v", r, err)
		}
		w.rule(ehrdesk.ConsentByForm)
		w.line.set(false, nil)
		if _, err := s.Poll(ctx); err != nil {
			t.Fatal(err)
		}
		if got := w.held(s, ehrdesk.TaskHeld); len(got) != 1 || got[0].Form != "RE-1" || len(w.waiting(s)) != 0 {
			t.Fatalf("it is %+v, and the outbox has %q", w.tasks(s, ehrdesk.TaskAct), w.waiting(s))
		}
		w.shut(s)
		s = w.signIn("drho")
		defer s.Close()
		if r, err := w.approve(s, w.held(s, ehrdesk.TaskHeld)[0].ID); err != nil || r.Consent.State != ehrdesk.ConsentActive {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

// Whoever signs in is told of what has waited for a second person for too long.
func TestWhatWaitsForASecondPersonTooLongIsTold(t *testing.T) {
	w := byTwo(t)
	n, _ := w.patient("CHANTWO", 0)
	s := w.signIn("drlee")
	w.take(s, n, "RE-1")
	w.shut(s)
	w.clock.advance(ehrdesk.UnsentLong + time.Hour)
	s = w.signIn("drho")
	defer s.Close()
	if !slices.Contains(s.Warnings(), "unsent-3-days") {
		t.Errorf("told of %q", s.Warnings())
	}
}

// secondedEnv makes this test binary a desk that takes a consent that needs a second person, or approves one, and ends in the
// middle of it: "take|" or "approve|" and an end as String gives it; "count|" says how much there is to be killed at.
const secondedEnv = "EHRDESK_CLIENT_TEST_SECONDED"

func secondsAndDies(arg string) error {
	what, arg, _ := strings.Cut(arg, "|")
	e, err := parseEnd(arg)
	if err != nil {
		return err
	}
	staff := map[string]string{"take": "drlee", "approve": "drho"}[what]
	s, armed, passed, err := e.signInAs(staff, client.Site{})
	if err != nil {
		return err
	}
	n, err := ehrdesk.ParseNumber(e.number)
	if err != nil {
		return err
	}
	g := formGrant(n, "K-"+e.request)
	g.RequestID = e.request
	if what == "take" {
		if _, err := s.Find(context.Background(), n); err != nil {
			return err
		}
	}
	armed.Store(true)
	if what == "take" {
		_, err = s.Grant(context.Background(), g)
	} else {
		var h ehrdesk.HeldAct
		if h, err = s.HeldAct(context.Background(), e.request); err == nil {
			_, err = s.ApproveAct(context.Background(), e.request, h.Digest)
		}
	}
	if err != nil {
		return err
	}
	armed.Store(false)
	fmt.Println("done", passed())
	os.Exit(0)
	return nil
}

// A desk is killed while a consent is taken that a second person has to approve, and while one approves it, wherever that may be:
// it waits for one, or nobody took it; once approved it is on record exactly once, and never before. EHRDESK_KILLS and
// EHRDESK_SEED as elsewhere; only kills that came before the end of the work are counted.
func TestADeskKilledBetweenTwoPeopleLosesAndDoublesNoConsent(t *testing.T) {
	t.Parallel()
	w := byTwo(t)
	kills, seed := killsOf(12, 4, 19)
	rnd := rand.New(rand.NewPCG(seed, 3))
	run := func(what string, e end) string {
		cmd := exec.Command(os.Args[0], "-test.run=^$")
		cmd.Env = append(os.Environ(), secondedEnv+"="+what+"|"+e.String())
		out, _ := cmd.CombinedOutput()
		return string(out)
	}
	until := map[string]int64{} // how often there is something to be killed at, by what and at
	waits, never, once, real := 0, 0, 0, 0
	for i := 0; real < kills; i++ {
		w.clock.advance(time.Minute)
		w.clock.hasLeft(20 * time.Minute) // the list of what is done today empties at midnight
		n, _ := w.patient(fmt.Sprintf("TWO%d", i), 0)
		what, at := [...]string{"take", "approve"}[i%2], [...]string{"clock", "clock", "before", "after"}[i/2%4]
		if what == "take" {
			at = "clock" // nothing leaves
		}
		_, number := n.Identifier()
		e := end{dir: w.dir, number: number, request: seededID(rnd), now: w.deskNow(), at: at, nth: 1 << 30}
		if most, known := until[what+at]; known {
			e.nth = rnd.Int64N(most)
		}
		if what == "approve" {
			s := w.signIn("drlee")
			if _, err := s.Find(ctx, n); err != nil {
				t.Fatal(err)
			}
			g := w.read(s, formGrant(n, "K-"+e.request))
			g.RequestID = e.request
			if _, err := s.Grant(ctx, g); err != nil {
				t.Fatal(err)
			}
			w.shut(s)
		}
		if err := w.desk.Close(); err != nil {
			t.Fatal(err)
		}
		out := run(what, e)
		switch count, alive := strings.CutPrefix(out, "done "); {
		case alive:
			most, err := strconv.ParseInt(strings.TrimSpace(count), 10, 64)
			if err != nil || most == 0 {
				t.Fatalf("%s %s: %q", what, at, out)
			}
			until[what+at] = most
		case out != "":
			t.Fatalf("%s %s %d: %s", what, at, e.nth, out)
		default:
			real++
		}
		w.open()
		w.clock.advance(time.Minute)
		s := w.signIn("drho")
		if given, _ := w.told(n); what == "take" && given != 0 {
			t.Fatalf("%s %s %d: given before anybody approved it", what, at, e.nth)
		}
		if _, err := s.Poll(ctx); err != nil {
			t.Fatal(err)
		}
		held := w.held(s, ehrdesk.TaskHeld)
		given, _ := w.told(n)
		if len(held)+given > 1 || what == "approve" && len(held)+given == 0 {
			t.Fatalf("%s %s %d: %d wait, %d given: %+v", what, at, e.nth, len(held), given, held)
		}
		for _, h := range held {
			if _, err := w.approve(s, h.ID); err != nil {
				t.Fatalf("%s %s %d: %v", what, at, e.nth, err)
			}
		}
		after, _ := w.told(n)
		if after != len(held)+given || len(w.held(s, ehrdesk.TaskHeld)) != 0 {
			t.Fatalf("%s %s %d: %d given in the end", what, at, e.nth, after)
		}
		waits, never, once = waits+len(held), never+1-after, once+given
		w.shut(s)
	}
	t.Logf("seed %d: %d kills in the middle; %d waited, %d were sent already, %d not taken", seed, real, waits, once, never)
}
