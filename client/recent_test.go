package client_test

import (
	"slices"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// recent are the families of the patients that a session says were opened lately.
func (w *world) recent(s *client.Session, since time.Time) (families []string) {
	w.t.Helper()
	all, err := s.Recent(w.t.Context(), since)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, r := range all {
		families = append(families, r.Patient.Name.Family)
	}
	return families
}

// The recent patients of a person are those whose charts that person has opened at
// this desk: not a colleague's, not those of a day before, also offline and over a
// restart, and nobody whose consent has ended.
func TestRecentPatientsAreOnesOwnOfThatDay(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	w.enrol("nurse", ehrdesk.Nurse)
	s := w.signIn("drlee")
	began := w.deskNow()
	wong, wongKey := w.patient("Wong", 2)
	chan_, chanKey := w.patient("Chan", 2)
	w.consent(s, wong, wongKey)
	w.consent(s, chan_, chanKey)
	open := func(s *client.Session, n ehrdesk.Number) {
		t.Helper()
		w.clock.advance(time.Minute)
		if err := w.chart(s, n).Close(); err != nil {
			t.Fatal(err)
		}
	}
	want := func(s *client.Session, since time.Time, names ...string) {
		t.Helper()
		if got := w.recent(s, since); !slices.Equal(got, names) {
			t.Errorf("recent patients are %q, want %q", got, names)
		}
	}
	want(s, began)
	open(s, wong)
	open(s, chan_)
	open(s, wong)
	want(s, began, "Wong", "Chan")
	if _, err := s.SyncCopy(t.Context(), ehrdesk.Number{EHR: chan_.EHR}); err != nil { // nobody looks
		t.Fatal(err)
	}
	want(s, began, "Wong", "Chan")
	want(s, w.deskNow().Add(time.Second))

	w.shut(s)
	w.shut(w.signIn("drlee")) // lets the nurse in
	nurse := w.signIn("nurse")
	want(nurse, began)
	w.shut(nurse)

	s = w.signIn("drlee")
	w.line.set(true, nil)
	w.clock.advance(time.Minute)
	c, err := s.Open(t.Context(), chan_, ehrdesk.Consultation, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	want(s, began, "Chan", "Wong")
	w.line.set(false, nil)
	w.clock.advance(time.Minute)
	if _, err := s.Revoke(t.Context(), ehrdesk.Withdrawal{Patient: chan_, Channel: ehrdesk.ByForm, FormReference: "W-1", DocumentSighted: true}); err != nil {
		t.Fatal(err)
	}
	want(s, began, "Wong")
}
