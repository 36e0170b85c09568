package client_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// knownAs is the name by which a session knows whom a number belongs to, "" for none.
func (w *world) knownAs(s *client.Session, n ehrdesk.Number) string {
	w.t.Helper()
	all, err := s.Known(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	one, _ := ehrdesk.AcquaintancesOf(all).Of(n)
	return one.Patient.Name.Family
}

// A booking by number is known by the name of the copy, for who opens charts and for the front desk, which
// learns no more than a look-up tells; nobody is asked, and nothing is written down as an access.
func TestANameIsKnownFromTheCopyAndGoesWithIt(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	w.enrol("clerk", ehrdesk.FrontDesk)
	s := w.signIn("drlee")
	n, key := w.patient("Wong", 2)
	w.consent(s, n, key)
	if got := w.knownAs(s, n); got != "" {
		t.Errorf("before a copy is here: %q", got)
	}
	w.looksAt(s, n)
	w.shut(s)
	w.shut(w.signIn("drlee")) // lets the clerk in
	w.clock.advance(time.Hour)
	for _, who := range []string{"drlee", "clerk"} {
		s := w.signIn(who)
		asked := len(w.line.requests("Patient"))
		if got := w.knownAs(s, n); got != "Wong" {
			t.Errorf("%s knows %q", who, got)
		}
		if now := len(w.line.requests("Patient")); now != asked {
			t.Errorf("%s: the centre was asked %d times", who, now-asked)
		}
		w.shut(s)
	}
	// The copy's time is over: the name goes, whether or not it has been destroyed yet.
	w.clock.advance(25 * time.Hour)
	s = w.signIn("clerk")
	if got := w.knownAs(s, n); got != "" {
		t.Errorf("after the copy's time: %q", got)
	}
}

func TestANameIsKnownNoMoreWhenTheConsentHasEnded(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	n, key := w.patient("Wong", 2)
	w.consent(s, n, key)
	w.looksAt(s, n)
	if got := w.knownAs(s, n); got != "Wong" {
		t.Fatalf("known as %q", got)
	}
	if _, err := s.Revoke(t.Context(), ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByForm, FormReference: "W-31", DocumentSighted: true}); err != nil {
		t.Fatal(err)
	}
	if got := w.knownAs(s, n); got != "" {
		t.Errorf("known as %q", got)
	}
}

// What a colleague looked up for an earlier line is known for the next, at every desk that has the line.
func TestANameIsKnownFromAnotherLineOfTheList(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(time.Hour)
	clerk, doctor := w.atTwo()
	n, key := w.patient("Wong", 1)
	w.consent(clerk.s, n, key)
	line := clerk.booksArrival(n.Printed(), "", w.clock.now())
	f, err := clerk.s.Find(ctx, n)
	if err != nil {
		t.Fatal(err)
	}
	line.Patient, line.Participation, line.Consent, line.Checked = f.Patient, f.Participation, f.Consent, f.Checked
	if _, err := clerk.s.PutTask(ctx, line); err != nil {
		t.Fatal(err)
	}
	clerk.poll()
	doctor.poll()
	hkic := ehrdesk.Number{HKIC: f.Patient.HKIC}
	for _, d := range []*clinicDesk{clerk, doctor} {
		for _, by := range []ehrdesk.Number{n, hkic, {EHR: f.Patient.EHR}} {
			if got := w.knownAs(d.s, by); got != "Wong" {
				t.Errorf("%s knows %s as %q", d.who, by, got)
			}
		}
	}
}
