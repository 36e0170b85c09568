package client_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// tick does what a running desk does once it is due.
func (w *world) tick() {
	w.t.Helper()
	if w.deskNow().Before(w.desk.Due()) {
		return
	}
	if _, err := w.desk.Purge(ctx); err != nil {
		w.t.Fatal(err)
	}
}

func TestADeskThatIsNeverSwitchedOffPurges(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	n, key := w.patient("CHAN", 3)
	w.consent(s, n, key)
	w.closed(s, n)
	if due := w.desk.Due(); due.After(w.deskNow().Add(time.Hour)) {
		t.Errorf("looks again only at %v", due)
	}
	until := w.kept(s)[0].Until
	w.clock.advance(until.Sub(w.clock.now()) - time.Minute)
	w.tick()
	if w.rows() != 1 {
		t.Fatal("purged before its time")
	}
	if due := w.desk.Due(); !due.Equal(until) {
		t.Errorf("due %v, and the copy has to be gone at %v", due, until)
	}
	w.clock.advance(time.Minute)
	w.tick()
	if n := w.rows(); n != 0 {
		t.Errorf("%d copies past their time", n)
	}
	if c := w.chart(s, n); count(c) != 7 {
		t.Errorf("%d records fetched again", count(c))
	}
	w.shut(s)
}

// The chart on the screen goes with its copy; one that the centre confirms stays.
func TestAnOpenChartGoesWithItsCopy(t *testing.T) {
	for name, gone := range map[string]bool{"the line is down": true, "the centre confirms": false} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 24)
			w.enrol("drlee", ehrdesk.Doctor)
			s := w.signIn("drlee")
			n, key := w.patient("CHAN", 3)
			w.consent(s, n, key)
			c := w.chart(s, n)
			w.line.set(gone, nil)
			w.clock.advance(23 * time.Hour)
			if _, err := c.Sync(ctx, nil); (err != nil) != gone {
				t.Fatal(err)
			}
			w.clock.advance(time.Hour + time.Minute)
			w.tick()
			open := c.(*client.Chart)
			if open.Gone() != gone || (count(c) == 0) != gone || (w.rows() == 0) != gone {
				t.Errorf("gone %v, %d records, %d copies", open.Gone(), count(c), w.rows())
			}
			if err := c.Close(); err != nil {
				t.Error(err)
			}
			w.shut(s)
		})
	}
}

// Also a copy that is kept for the session alone, and one that lies open.
func TestTheEndOfAConsentIsKeptByADeskThatRuns(t *testing.T) {
	for _, limit := range []client.Ceiling{{}, {Mode: "session"}} {
		w, s, n, _ := ending(t, limit)
		c := w.chart(s, n)
		w.line.set(true, nil)
		w.clock.advance(2 * time.Hour)
		w.tick()
		if w.rows() != 0 || count(c) != 0 {
			t.Errorf("%q: %d copies, %d records on the screen after the consent's end", limit.Mode, w.rows(), count(c))
		}
		w.shut(s)
	}
}

func TestSigningOutPurges(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	w.enrol("nurse", ehrdesk.Nurse)
	s, other := w.signIn("drlee"), w.signIn("nurse")
	n, key := w.patient("CHAN", 3)
	w.consent(s, n, key)
	w.closed(s, n)
	w.clock.advance(24*time.Hour + time.Minute)
	w.shut(s)
	if n := w.rows(); n != 0 {
		t.Errorf("%d copies", n)
	}
	w.shut(other)
}

// A clock that is set back opens nothing that was closed, and no copy at all while
// it is behind what the desk has written.
func TestAClockSetBackOpensNothingWithoutTheLine(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	s := w.signIn("drlee")
	for _, name := range []string{"CHAN", "WONG"} {
		n, key := w.patient(name, 3)
		w.consent(s, n, key)
		w.closed(s, n)
		if name == "CHAN" {
			w.clock.advance(6 * time.Hour)
		}
	}
	chan_, _ := w.patient("CHAN", 3)
	wong, _ := w.patient("WONG", 3)
	w.line.set(true, nil)
	w.wind(19 * time.Hour) // 25 h after the one, 19 h after the other
	_, err := s.Find(ctx, chan_)
	wantCode(t, "past its time", err, ehrdesk.CodeOffline)
	if _, err := s.Open(ctx, wong, ehrdesk.Consultation, ""); err != nil {
		t.Fatal(err)
	}
	w.shut(s)
	w.desk.Close()
	w.wind(0)
	w.open()
	s = w.signIn("drlee")
	_, err = s.Find(ctx, chan_)
	wantCode(t, "past its time, by a clock set back", err, ehrdesk.CodeOffline)
	_, err = s.Open(ctx, wong, ehrdesk.Consultation, "")
	wantCode(t, "by a clock set back", err, ehrdesk.CodeDenied)
	w.wind(19 * time.Hour)
	if _, err := s.Open(ctx, wong, ehrdesk.Consultation, ""); err != nil {
		t.Error("the clock is right again", err)
	}
	w.shut(s)
}

// What a clock that ran ahead left behind, the centre takes back: else every copy
// fetched since would be past its time.
func TestACentreSetsRightWhatAClockThatRanAheadLeft(t *testing.T) {
	w := newWorld(t, 24)
	w.enrol("drlee", ehrdesk.Doctor)
	n, key := w.patient("CHAN", 3)
	w.line.set(true, nil)
	w.wind(365 * 24 * time.Hour)
	w.shut(w.signIn("drlee"))
	w.line.set(false, nil)
	w.wind(0)
	s := w.signIn("drlee")
	w.consent(s, n, key)
	w.closed(s, n)
	w.line.set(true, nil)
	if c, err := s.Open(ctx, n, ehrdesk.Consultation, ""); err != nil || count(c) != 7 {
		t.Error("the copy fetched since does not open", err)
	}
	if got := incidents(t, s); len(got) != 1 {
		t.Errorf("%+v", got)
	}
	w.shut(s)
}
