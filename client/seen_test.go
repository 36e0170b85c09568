package client_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// seenOf is what a chart says of earlier openings, and how many records are after it.
func seenOf(c ehrdesk.Chart) (seen time.Time, fresh int) {
	seen, _ = c.(ehrdesk.Remembering).Seen()
	for _, t := range ehrdesk.RecordTypes() {
		for _, r := range c.List(t) {
			if r.Updated.After(seen) {
				fresh++
			}
		}
	}
	return seen, fresh
}

// What came since a person last had the chart open is new to that person: not what a
// colleague has seen, and not what a sync brought with nobody looking.
func TestWhatCameSinceAPersonLookedIsNewToThatPerson(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	w.enrol("nurse", ehrdesk.Nurse)
	s := w.signIn("drlee")
	n, key := w.patient("Wong", 2)
	w.consent(s, n, key)
	w.clock.advance(time.Minute)
	first := w.chart(s, n)
	if seen, _ := seenOf(first); !seen.IsZero() {
		t.Errorf("a first opening says that the chart was seen at %v", seen)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	w.clock.advance(time.Hour)
	if _, err := w.centre.AddRecords(t.Context(), strings.NewReader(`{"resourceType":"Observation","id":"late-1","status":"final","code":{"text":"Late"},"subject":{"reference":"Patient/wong"}}`), "x"); err != nil {
		t.Fatal(err)
	}
	w.clock.advance(time.Minute)
	if _, err := s.SyncCopy(t.Context(), ehrdesk.Number{EHR: n.EHR}); err != nil { // nobody looks
		t.Fatal(err)
	}
	w.clock.advance(time.Minute)
	second := w.chart(s, n)
	if seen, fresh := seenOf(second); seen.IsZero() || fresh != 1 {
		t.Errorf("seen until %v, %d records are new, want the one that came since", seen, fresh)
	}
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	w.clock.advance(time.Minute)
	third := w.chart(s, n)
	if _, fresh := seenOf(third); fresh != 0 {
		t.Errorf("%d records are new the third time", fresh)
	}
	w.shut(s)
	w.shut(w.signIn("drlee")) // lets the nurse in
	nurse := w.chart(w.signIn("nurse"), n)
	if seen, _ := seenOf(nurse); !seen.IsZero() {
		t.Errorf("the nurse has never looked, and is said to have seen the chart at %v", seen)
	}
}

// A day's work is held to the last time on an earlier day, however often the chart is
// opened that day.
func TestADaysOpeningsAreHeldToTheDayBefore(t *testing.T) {
	w := newWorld(t, 72)
	at := w.deskNow()
	w.clock.advance(time.Duration(36-at.Hour()) * time.Hour) // about noon: the day does not end meanwhile
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	n, key := w.patient("Wong", 2)
	w.consent(s, n, key)
	look := func() (last, before time.Time) {
		t.Helper()
		w.clock.advance(time.Minute)
		c := w.chart(s, n)
		last, before = c.(ehrdesk.Remembering).Seen()
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		return last, before
	}
	if last, before := look(); !last.IsZero() || !before.IsZero() {
		t.Errorf("a first opening says it was seen at %v, %v", last, before)
	}
	if last, before := look(); last.IsZero() || !before.IsZero() {
		t.Errorf("a second opening of the day: %v, and on a day before %v", last, before)
	}
	yesterday := w.clock.now()
	w.clock.advance(24 * time.Hour)
	s = w.signIn("drlee")
	for range 3 {
		if _, before := look(); before.IsZero() || before.After(yesterday.Add(time.Minute)) {
			t.Errorf("held to %v, want yesterday, %v", before, yesterday)
		}
	}
}
