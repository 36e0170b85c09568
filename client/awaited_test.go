package client_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// With the end of a wait every line of today's list that is about the same person has the consent as
// it stands now, and the reference is one that can be read out.
func TestTheDaysListHasTheConsentThatAWaitEndedIn(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.advance(10 * time.Minute) // the list is one day's: none ends meanwhile
	p := somebody(t, 1, ehrdesk.Registered)
	w.settle(p)
	w.enrol("clerk", ehrdesk.FrontDesk)
	s := w.signIn("clerk")
	defer s.Close()
	f, err := s.Find(ctx, number(p))
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []ehrdesk.TaskKind{ehrdesk.TaskArrival, ehrdesk.TaskWait} {
		if _, err := s.PutTask(ctx, ehrdesk.Task{Kind: kind, Number: number(p), Patient: f.Patient, Participation: f.Participation, Consent: f.Consent, Channel: ehrdesk.ByApp}); err != nil {
			t.Fatal(err)
		}
	}
	w.patientActs(p, ehrdesk.ByApp, false)
	changed, err := s.Poll(ctx)
	if err != nil || len(changed) != 1 || !strings.HasPrefix(changed[0].Reference, "SC-") || len(changed[0].Reference) > 20 {
		t.Fatalf("poll: %+v, %v", changed, err)
	}
	got := w.tasks(s, ehrdesk.TaskArrival)
	if len(got) != 1 || got[0].Consent.State != ehrdesk.ConsentActive || got[0].Checked.IsZero() {
		t.Errorf("the arrival stands as %+v", got)
	}
}

// What was looked up before a consent was taken and comes to be written down after it, on a disk that is
// slow, does not take the consent off the list again; what is looked up after it counts.
func TestWhatWasLookedUpBeforeAConsentDoesNotCoverIt(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(time.Hour)
	p := somebody(t, 1, ehrdesk.Registered)
	w.settle(p)
	w.enrol("clerk", ehrdesk.FrontDesk)
	s := w.signIn("clerk")
	defer s.Close()
	line, err := s.PutTask(ctx, ehrdesk.Task{Kind: ehrdesk.TaskArrival, Number: number(p)})
	if err != nil {
		t.Fatal(err)
	}
	looked := func() ehrdesk.Task {
		t.Helper()
		f, err := s.Find(ctx, number(p))
		if err != nil {
			t.Fatal(err)
		}
		now := line
		now.Patient, now.Participation, now.Consent, now.Checked = f.Patient, f.Participation, f.Consent, f.Checked
		return now
	}
	stands := func(when string, want ehrdesk.ConsentState) {
		t.Helper()
		if got := w.tasks(s, ehrdesk.TaskArrival); len(got) != 1 || got[0].Consent.State != want || got[0].Patient.ID == "" {
			t.Errorf("%s: %+v", when, got)
		}
	}
	before := looked()
	if _, err := s.Grant(ctx, formGrant(number(p), "SCF-1")); err != nil {
		t.Fatal(err)
	}
	stands("with the consent", ehrdesk.ConsentActive)
	if _, err := s.PutTask(ctx, before); err != nil {
		t.Fatal(err)
	}
	stands("as the look-up of before is written", ehrdesk.ConsentActive)
	if err := s.Book(ctx, []ehrdesk.Task{before}, nil); err != nil {
		t.Fatal(err)
	}
	stands("as a list is imported that was held against the one of before", ehrdesk.ConsentActive)
	w.clock.advance(2 * time.Second)
	w.patientActs(p, ehrdesk.ByApp, true)
	if _, err := s.PutTask(ctx, looked()); err != nil {
		t.Fatal(err)
	}
	stands("looked up since", ehrdesk.ConsentWithdrawn)
}
