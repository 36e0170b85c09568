package client_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// aheadWorld is a world whose provider lets its desks fetch ahead, with a doctor signed in, and Wong
// with a consent, who is booked for today.
func aheadWorld(t *testing.T) (w *world, s *client.Session, n ehrdesk.Number, booked ehrdesk.Task) {
	t.Helper()
	w = newWorld(t, 24)
	w.clock.hasLeft(2 * time.Hour)
	w.letsAhead(true)
	w.enrol("drlee", ehrdesk.Doctor)
	s = w.signIn("drlee")
	n, key := w.patient("Wong", 2)
	w.consent(s, n, key)
	return w, s, n, w.expects(s, n)
}

func (w *world) letsAhead(lets bool) {
	w.t.Helper()
	if _, err := w.centre.SetProviderCache(ctx, w.hcp, func(h *central.HCP) { h.Ahead = lets }); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) expects(s *client.Session, n ehrdesk.Number) ehrdesk.Task {
	w.t.Helper()
	k, err := s.PutTask(ctx, ehrdesk.Task{Kind: ehrdesk.TaskArrival, Number: n, At: w.deskNow()})
	if err != nil {
		w.t.Fatal(err)
	}
	return k
}

// cameTo marks how far somebody has come, and tells the centre.
func (w *world) cameTo(s *client.Session, id string, states ...ehrdesk.WorkState) {
	w.t.Helper()
	for _, to := range states {
		w.clock.advance(time.Second)
		if _, err := s.Mark(ctx, id, to); err != nil {
			w.t.Fatal(err)
		}
	}
	if _, err := s.Poll(ctx); err != nil {
		w.t.Fatal(err)
	}
}

// foresees fetches ahead, which is to succeed, and gives whose records could not be.
func (w *world) foresees(s *client.Session) []ehrdesk.NotFetched {
	w.t.Helper()
	w.clock.advance(time.Second)
	not, err := s.FetchAhead(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	return not
}

// openedAtCentre are the openings of somebody's record that the centre let, with why.
func (w *world) openedAtCentre(n ehrdesk.Number) (out []string) {
	w.t.Helper()
	if err := w.centre.Accesses(ctx, n.EHR.Compact(), func(a central.Access) error {
		if a.Action == "open" && a.Outcome == "success" {
			out = append(out, a.Staff+" "+a.Purpose+" "+a.Reason)
		}
		return nil
	}); err != nil {
		w.t.Fatal(err)
	}
	return out
}

// toldOfAccess is how often the patient was told of an access.
func (w *world) toldOfAccess(n ehrdesk.Number) (told int) {
	w.t.Helper()
	if err := w.centre.Notices(ctx, n.EHR.Compact(), func(m central.Notice) error {
		if strings.Contains(m.Text, "accessed your eHealth record") {
			told++
		}
		return nil
	}); err != nil {
		w.t.Fatal(err)
	}
	return told
}

const aheadOpening = "drlee consultation " + ehrdesk.FetchedAhead

// Unless the provider's policy says so nothing is fetched before it is opened, and the desk's own
// limit keeps it from being.
func TestNothingIsFetchedAheadUnlessPolicyLetsIt(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(2 * time.Hour)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	n, key := w.patient("Wong", 2)
	w.consent(s, n, key)
	w.cameTo(s, w.expects(s, n).ID, ehrdesk.WorkAccepted)
	nothing := func(when string, s *client.Session) {
		t.Helper()
		if not := w.foresees(s); s.FetchesAhead() || len(not) > 0 {
			t.Errorf("%s: fetches %v, %v", when, s.FetchesAhead(), not)
		}
		if got := w.openedAtCentre(n); len(got) > 0 || w.toldOfAccess(n) > 0 {
			t.Errorf("%s: opened %q", when, got)
		}
	}
	nothing("by default", s)
	w.shut(s)
	w.letsAhead(true)
	w.limit.NotAhead = true
	w.reopen(time.Minute)
	nothing("by the desk's limit", w.signIn("drlee"))
	w.limit.NotAhead = false
	w.reopen(time.Minute)
	s = w.signIn("drlee")
	if w.foresees(s); len(w.openedAtCentre(n)) != 1 {
		t.Errorf("policy lets it, and opened is %q", w.openedAtCentre(n))
	}
	w.shut(s)
	w.letsAhead(false)
	s = w.signIn("drlee")
	if w.foresees(s); s.FetchesAhead() {
		t.Error("fetches ahead after the policy has ended it")
	}
}

// The record of who is marked as here is fetched once, as an access of which the patient is told;
// until it is opened nothing of it is seen, and the opening tells no second time.
func TestWhoIsHereIsFetchedOnceAndToldOnce(t *testing.T) {
	w, s, n, booked := aheadWorld(t)
	before := w.toldOfAccess(n)
	if w.foresees(s); len(w.openedAtCentre(n)) > 0 {
		t.Fatal("fetched of somebody who has not come")
	}
	w.cameTo(s, booked.ID, ehrdesk.WorkAccepted)
	for range 2 {
		if not := w.foresees(s); len(not) > 0 {
			t.Fatalf("not fetched: %+v", not)
		}
	}
	want := func(when string, told int, openings ...string) {
		t.Helper()
		if got := w.openedAtCentre(n); strings.Join(got, "\n") != strings.Join(openings, "\n") || w.toldOfAccess(n)-before != told {
			t.Errorf("%s: told %d times of %q, want %d of %q", when, w.toldOfAccess(n)-before, got, told, openings)
		}
	}
	want("fetched", 1, aheadOpening)
	unseen := func(when string) {
		t.Helper()
		recent, err := s.Recent(ctx, time.Time{})
		if got := w.heldOf(s); err != nil || len(recent)+len(got) > 0 {
			t.Errorf("%s: held %v, recent %v, %v", when, got, recent, err)
		}
		kept, err := s.Copies(ctx)
		if err != nil || len(kept) != 1 || !kept[0].Ahead || kept[0].Records != 0 || len(kept[0].Kinds) > 0 || kept[0].Bytes != 0 {
			t.Errorf("%s: %+v, %v", when, kept, err)
		}
	}
	unseen("fetched")
	w.shut(s)
	s = w.signIn("drlee")
	w.foresees(s)
	want("after another sign-in", 1, aheadOpening)
	unseen("after another sign-in")

	w.clock.advance(time.Minute)
	c, err := s.Open(ctx, n, ehrdesk.Consultation, "")
	if err != nil {
		t.Fatal(err)
	}
	if count(c) == 0 {
		t.Error("what was fetched is not there when the chart opens")
	}
	if seen, _ := c.(ehrdesk.Remembering).Seen(); !seen.IsZero() {
		t.Errorf("the first opening says that the chart was seen at %v", seen)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	want("opened", 1, aheadOpening, "drlee consultation ")
	if got, ok := w.heldOf(s)["Wong"]; !ok || got != 0 {
		t.Errorf("held after the opening: %v, %d new", ok, got)
	}
	if kept, err := s.Copies(ctx); err != nil || len(kept) != 1 || kept[0].Ahead || kept[0].Records == 0 {
		t.Errorf("after the opening: %+v, %v", kept, err)
	}
	w.looksAt(s, n)
	want("opened once more", 2, aheadOpening, "drlee consultation ", "drlee consultation ")
	log, err := s.AccessLog(ctx)
	if err != nil {
		t.Fatal(err)
	}
	fetched := 0
	for _, e := range log {
		if e.Action == ehrdesk.AuditOpen && e.Reason == ehrdesk.FetchedAhead && e.Purpose == ehrdesk.Consultation {
			fetched++
		}
	}
	if fetched != 1 {
		t.Errorf("the desk's log has it %d times", fetched)
	}
}

// What is fetched ahead into a copy that a person has seen is not called new before they open it.
func TestWhatIsFetchedAheadIsNotCountedBeforeItIsOpened(t *testing.T) {
	w, s, n, _ := aheadWorld(t)
	w.looksAt(s, n)
	w.clock.advance(9 * time.Hour) // the visit is over
	w.clock.hasLeft(2 * time.Hour)
	booked := w.expects(s, n)
	w.comesLater("late-1", "Observation", lateTest)
	w.cameTo(s, booked.ID, ehrdesk.WorkAccepted)
	if not := w.foresees(s); len(not) > 0 {
		t.Fatalf("%+v", not)
	}
	if got := w.openedAtCentre(n); len(got) != 2 || got[1] != aheadOpening {
		t.Fatalf("opened %q", got)
	}
	if got, ok := w.heldOf(s)["Wong"]; !ok || got != 0 {
		t.Errorf("before it is opened %d are called new (held %v)", got, ok)
	}
	c, err := s.Open(ctx, n, ehrdesk.Consultation, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, fresh := seenOf(c); fresh != 1 {
		t.Errorf("%d are new in the chart, want the one that came", fresh)
	}
}

// The front desk fetches nothing, nor is anything fetched of who is away, seen, or gone.
func TestOnlyWhoIsHereIsFetchedAndByWhoMayOpen(t *testing.T) {
	w, s, n, booked := aheadWorld(t)
	clerk := w.deskOf("clerk", ehrdesk.FrontDesk)
	w.cameTo(s, booked.ID, ehrdesk.WorkAccepted)
	if clerk.poll(); clerk.s.FetchesAhead() {
		t.Error("the front desk fetches ahead")
	}
	if not, err := clerk.s.FetchAhead(ctx); err != nil || len(not) > 0 || len(clerk.line.requests("$open")) > 0 {
		t.Errorf("%v, %v, %q", not, err, clerk.line.requests("$open"))
	}
	for _, states := range [][]ehrdesk.WorkState{{ehrdesk.WorkFailed}, {ehrdesk.WorkAccepted, ehrdesk.WorkCompleted}, {ehrdesk.WorkAccepted, ehrdesk.WorkRequested}, {ehrdesk.WorkCancelled}} {
		w.cameTo(s, booked.ID, states...)
		if w.foresees(s); len(w.openedAtCentre(n)) > 0 {
			t.Fatalf("fetched of somebody who is %v", states)
		}
	}
	w.cameTo(s, booked.ID, ehrdesk.WorkAccepted)
	if err := s.DropTask(ctx, booked.ID); err != nil {
		t.Fatal(err)
	}
	if w.foresees(s); len(w.openedAtCentre(n)) > 0 {
		t.Error("fetched of somebody who was taken off the list")
	}
}

// A consent that has ended between the mark and the fetching, or while the record comes, opens
// nothing and leaves nothing; why is said, and once there is a consent again it is fetched.
func TestAConsentThatEndsBeforeItIsFetchedOpensNothing(t *testing.T) {
	for _, at := range []string{"$open", "wong/$everything"} {
		t.Run(at, func(t *testing.T) {
			w, s, n, booked := aheadWorld(t)
			clerk := w.deskOf("clerk", ehrdesk.FrontDesk)
			w.cameTo(s, booked.ID, ehrdesk.WorkAccepted)
			var once sync.Once
			ended := false
			w.line.fails(func(r *http.Request) int {
				if strings.HasSuffix(r.URL.Path, at) {
					once.Do(func() {
						ended = true
						if _, err := clerk.s.Revoke(ctx, ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByForm, FormReference: "W-1", DocumentSighted: true}); err != nil {
							t.Error(err)
						}
					})
				}
				return 0
			})
			not := w.foresees(s)
			if !ended {
				t.Fatalf("nothing asks for %s: %q", at, w.line.requests("Patient"))
			}
			if len(not) != 1 || not[0].Task.ID != booked.ID || not[0].Why.Code() != ehrdesk.CodeConsentNeeded {
				t.Errorf("not fetched: %+v", not)
			}
			if kept, err := s.Copies(ctx); err != nil || len(kept) > 0 {
				t.Errorf("kept: %+v, %v", kept, err)
			}
			before := len(w.line.requests("$open"))
			if w.foresees(s); len(w.line.requests("$open")) != before {
				t.Error("asked for again without a word of another consent")
			}
		})
	}
}

// Without the line nothing is fetched, nothing is said to have been, and it is when the line is back.
func TestWithoutTheLineNothingIsFetchedAheadUntilItIsBack(t *testing.T) {
	w, s, n, booked := aheadWorld(t)
	w.cameTo(s, booked.ID, ehrdesk.WorkAccepted)
	w.line.set(true, nil)
	if not, err := s.FetchAhead(ctx); ehrdesk.CodeOf(err) != ehrdesk.CodeOffline || len(not) > 0 {
		t.Errorf("%+v, %v", not, err)
	}
	w.line.set(false, nil)
	w.line.breakAt("$open", true) // the centre has acted, and the desk never heard
	if _, err := s.FetchAhead(ctx); err == nil {
		t.Error("an answer that was lost is no error")
	}
	w.line.breakAt("", false)
	if not := w.foresees(s); len(not) > 0 {
		t.Errorf("%+v", not)
	}
	if got := w.openedAtCentre(n); len(got) != 2 || w.toldOfAccess(n) != 1 {
		t.Errorf("told %d times of %q", w.toldOfAccess(n), got)
	}
}

// A lock ends what is under way and nothing of it runs behind it; whoever unlocks has it go on, and
// so has whoever opens another chart meanwhile.
func TestALockInTheMiddleEndsTheFetchingAndItGoesOnAfter(t *testing.T) {
	for _, by := range []string{"lock", "sign-out", "a chart that is opened"} {
		t.Run(by, func(t *testing.T) {
			w, s, n, booked := aheadWorld(t)
			other, key := w.patient("Cheung", 1)
			w.consent(s, other, key)
			w.cameTo(s, booked.ID, ehrdesk.WorkAccepted)
			began, over := make(chan struct{}), make(chan error, 1)
			var once sync.Once
			w.line.fails(func(r *http.Request) int {
				if strings.HasSuffix(r.URL.Path, "wong/$open") {
					once.Do(func() {
						close(began)
						<-r.Context().Done()
					})
				}
				return 0
			})
			go func() {
				_, err := s.FetchAhead(ctx)
				over <- err
			}()
			<-began
			switch by {
			case "lock":
				if err := s.Lock(); err != nil {
					t.Error(err)
				}
			case "sign-out":
				w.shut(s)
			default:
				w.looksAt(s, other)
			}
			select {
			case err := <-over:
				if err == nil {
					t.Error("it was broken off, and gives no error")
				}
			case <-time.After(patience):
				t.Fatal("it runs on")
			}
			if by != "a chart that is opened" {
				if _, err := s.FetchAhead(ctx); ehrdesk.CodeOf(err) != ehrdesk.CodeLocked {
					t.Errorf("behind the %s: %v", by, err)
				}
				s = w.signIn("drlee")
			}
			if not := w.foresees(s); len(not) > 0 || len(w.heldOf(s)) > 1 || w.toldOfAccess(n) != 1 {
				t.Errorf("after: %+v, held %v, told %d times", not, w.heldOf(s), w.toldOfAccess(n))
			}
		})
	}
}
