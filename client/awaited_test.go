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
