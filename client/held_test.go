package client_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// heldOf is what a session knows of its copies before one is opened, by family.
func (w *world) heldOf(s *client.Session) map[string]int {
	w.t.Helper()
	all, err := s.Held(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	out := map[string]int{}
	for _, h := range all {
		out[h.Patient.Name.Family] = h.New
	}
	return out
}

// comesLater has the centre hear of a record of a patient's, of a resource type.
func (w *world) comesLater(id, resource, more string) {
	w.t.Helper()
	w.clock.advance(time.Minute)
	body := fmt.Sprintf(`{"resourceType":%q,"id":%q,%s}`, resource, id, more)
	if _, err := w.centre.AddRecords(w.t.Context(), strings.NewReader(body), "x"); err != nil {
		w.t.Fatal(err)
	}
	w.clock.advance(time.Minute)
}

func (w *world) looksAt(s *client.Session, n ehrdesk.Number) {
	w.t.Helper()
	w.clock.advance(time.Minute)
	if err := w.chart(s, n).Close(); err != nil {
		w.t.Fatal(err)
	}
	w.clock.advance(time.Minute)
}

const (
	lateTest = `"status":"final","code":{"text":"Late"},"subject":{"reference":"Patient/wong"}`
	lateScan = `"status":"available","subject":{"reference":"Patient/wong"}`
)

// How much of a copy is new to a person is known before it is opened, from what a colleague or a
// script has brought, and knowing it is no access.
func TestHowMuchIsNewIsKnownBeforeTheChartIsOpened(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	w.enrol("drho", ehrdesk.Doctor)
	s := w.signIn("drlee")
	n, key := w.patient("Wong", 2)
	w.consent(s, n, key)
	want := func(s *client.Session, when string, fresh int, held bool) {
		t.Helper()
		if got, ok := w.heldOf(s)["Wong"]; ok != held || got != fresh {
			t.Errorf("%s: held %v with %d new, want %v with %d", when, ok, got, held, fresh)
		}
	}
	want(s, "before a copy is here", 0, false)
	w.looksAt(s, n)
	want(s, "just looked at", 0, true)
	w.shut(s)
	w.shut(w.signIn("drlee")) // lets the colleague in

	w.comesLater("late-1", "Observation", lateTest)
	w.comesLater("late-2", "Observation", lateTest)
	drho := w.signIn("drho")
	want(drho, "never opened by the colleague", 0, true)
	w.looksAt(drho, n)
	want(drho, "the colleague has looked", 0, true)
	w.shut(drho)

	s = w.signIn("drlee")
	logged := func() int {
		all, err := s.AccessLog(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	before := logged()
	want(s, "the colleague has brought two", 2, true)
	if after := logged(); after > before+1 { // that the log was looked at
		t.Errorf("%d entries more in the access log", after-before)
	}
	w.comesLater("late-1", "Observation", lateTest+`,"note":[{"text":"corrected"}]`)
	w.comesLater("late-3", "Observation", lateTest)
	if _, err := s.SyncCopy(t.Context(), n); err != nil { // nobody looks
		t.Fatal(err)
	}
	want(s, "one was corrected, one more came", 3, true)
	w.comesLater("late-3", "Observation", strings.Replace(lateTest, "final", "entered-in-error", 1))
	if _, err := s.SyncCopy(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	want(s, "one was entered in error", 2, true)
	w.shut(s)
	s = w.signIn("drlee")
	want(s, "after another sign-in", 2, true)
	w.looksAt(s, n)
	want(s, "looked at again", 0, true)
}

// Who looks at a copy without the line has seen what it has: a later sync that brings nothing
// does not call it new again.
func TestWhatWasSeenWithoutTheLineIsNewNoMore(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	n, key := w.patient("Wong", 2)
	w.consent(s, n, key)
	w.looksAt(s, n)
	w.comesLater("late-1", "Observation", lateTest)
	sync := func() {
		t.Helper()
		w.clock.advance(time.Minute)
		if _, err := s.SyncCopy(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	if sync(); w.heldOf(s)["Wong"] != 1 {
		t.Fatalf("held: %v", w.heldOf(s))
	}
	w.line.set(true, nil)
	c, err := s.Open(t.Context(), n, ehrdesk.Consultation, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if got := w.heldOf(s)["Wong"]; got != 0 {
		t.Errorf("%d are new to who has just seen them", got)
	}
	w.line.set(false, nil)
	if sync(); w.heldOf(s)["Wong"] != 0 {
		t.Errorf("seen without the line, and new again: %v", w.heldOf(s))
	}
	w.comesLater("late-2", "Observation", lateTest)
	if sync(); w.heldOf(s)["Wong"] != 1 {
		t.Errorf("one came since: %v", w.heldOf(s))
	}
}

// What is counted is of the kinds that a profession is given, and of consents in force; who may
// open no chart is told of no copy.
func TestNobodyIsToldOfMoreThanTheyMayOpen(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	w.enrol("pho", ehrdesk.Pharmacist)
	w.enrol("cmei", ehrdesk.FrontDesk)
	s := w.signIn("drlee")
	n, key := w.patient("Wong", 2)
	w.consent(s, n, key)
	w.looksAt(s, n)
	w.shut(s)
	w.shut(w.signIn("drlee")) // lets the others in
	pho := w.signIn("pho")
	w.looksAt(pho, n)
	w.shut(pho)
	w.comesLater("late-1", "Observation", lateTest)
	w.comesLater("scan-1", "ImagingStudy", lateScan)
	s = w.signIn("drlee")
	w.looksAt(s, n)
	w.shut(s)
	pho = w.signIn("pho")
	if got := w.heldOf(pho)["Wong"]; got != 1 {
		t.Errorf("the pharmacist is told of %d, and is given the test and not the image", got)
	}
	w.shut(pho)
	clerk := w.signIn("cmei")
	if all, err := clerk.Held(t.Context()); ehrdesk.CodeOf(err) != ehrdesk.CodeDenied || len(all) > 0 {
		t.Errorf("the front desk is told of %d copies, %v", len(all), err)
	}
	w.shut(clerk)
	s = w.signIn("drlee")
	if _, err := s.Revoke(t.Context(), ehrdesk.Withdrawal{Patient: n, Channel: ehrdesk.ByForm, FormReference: "W-1", DocumentSighted: true}); err != nil {
		t.Fatal(err)
	}
	if got := w.heldOf(s); len(got) > 0 {
		t.Errorf("held after a withdrawal: %v", got)
	}
}

// A critical result and an allergy are to be acted on, a drug is to be known: whoever has had the chart open is told how
// many, of the kinds that their profession is given, over a new sign-in and until they look.
func TestHowMuchIsToBeActedOnIsKnownBeforeTheChartIsOpened(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	w.enrol("nursing", ehrdesk.Nurse)
	s := w.signIn("drlee")
	n, key := w.patient("Wong", 2)
	w.consent(s, n, key)
	told := func(s *client.Session, when string, act, know int) {
		t.Helper()
		all, err := s.Held(t.Context())
		if err != nil || len(all) != 1 || all[0].Act != act || all[0].Know != know {
			t.Errorf("%s: %+v, %v; want %d to act on and %d to know", when, all, err, act, know)
		}
	}
	w.looksAt(s, n)
	told(s, "just looked at", 0, 0)
	w.shut(s)
	w.shut(w.signIn("drlee")) // lets the colleague in
	nurse := w.signIn("nursing")
	w.looksAt(nurse, n)
	w.shut(nurse)

	s = w.signIn("drlee")
	w.looksAt(s, n)
	w.measured("k", "Potassium", "final", "6.8", 1)
	w.comesLater("al", "AllergyIntolerance", `"clinicalStatus":{"coding":[{"code":"active"}]},"code":{"text":"Aspirin"},"patient":{"reference":"Patient/wong"}`)
	w.comesLater("m", "MedicationRequest", `"status":"active","intent":"order","medicationCodeableConcept":{"text":"Colchicine 0.5 mg tablet"},"subject":{"reference":"Patient/wong"},"authoredOn":"`+w.clock.now().Format(time.DateOnly)+`"`)
	w.comesLater("late", "Observation", lateTest)
	if _, err := s.SyncCopy(t.Context(), n); err != nil { // nobody looks
		t.Fatal(err)
	}
	told(s, "brought with nobody looking", 2, 1)
	w.shut(s)
	nurse = w.signIn("nursing")
	told(nurse, "a nurse", 1, 0)
	w.shut(nurse)
	s = w.signIn("drlee")
	told(s, "after another sign-in", 2, 1)
	w.looksAt(s, n)
	told(s, "looked at", 0, 0)
	w.shut(s)
}
