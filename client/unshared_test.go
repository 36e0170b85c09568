package client_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// whyUnshared is why the other desks do not see an arrival.
func (w *world) whyUnshared(s *client.Session, id string) ehrdesk.Unshared {
	w.t.Helper()
	all, err := s.Booked(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, t := range all {
		if t.ID == id {
			return t.Unshared
		}
	}
	w.t.Fatalf("no line %s", id)
	return ""
}

// What the centre does not take says why, until it is taken, also over a restart; what is on its
// way says nothing.
func TestALineThatIsNotTakenSaysWhy(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(time.Hour)
	clerk := w.deskOf("clerk", ehrdesk.FrontDesk)
	n, err := ehrdesk.ParseNumber("A123456(3)")
	if err != nil {
		t.Fatal(err)
	}
	put := func(b ehrdesk.Booking) string {
		t.Helper()
		k, err := clerk.s.PutTask(ctx, ehrdesk.Task{Kind: ehrdesk.TaskArrival, Number: n, At: w.clock.now(), Booking: b})
		if err != nil {
			t.Fatal(err)
		}
		return k.ID
	}
	good, long := put(ehrdesk.Booking{}), put(ehrdesk.Booking{ID: strings.Repeat("x", 300)})
	words, far := put(ehrdesk.Booking{Name: strings.Repeat("y", ehrdesk.MaxSealed)}), put(ehrdesk.Booking{Day: w.clock.now().AddDate(2, 0, 0)})
	want := func(when string, of map[string]ehrdesk.Unshared) {
		t.Helper()
		for id, why := range of {
			if got := w.whyUnshared(clerk.s, id); got != why {
				t.Errorf("%s: not shared for %q, want %q", when, got, why)
			}
		}
	}
	want("before it was told", map[string]ehrdesk.Unshared{good: "", long: "", words: "", far: ""})
	if changed, err := clerk.s.Share(ctx); err != nil || !changed {
		t.Fatalf("changed %v, %v", changed, err)
	}
	all := map[string]ehrdesk.Unshared{good: "", long: ehrdesk.UnsharedSize, words: ehrdesk.UnsharedSize, far: ehrdesk.UnsharedDay}
	want("told", all)
	clerk.again()
	want("after a restart", all)
	w.clock.advance(time.Second)
	booked, err := clerk.s.Booked(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range booked {
		if k.ID == far {
			k.Booking.Day = time.Time{}
			if _, err := clerk.s.PutTask(ctx, k); err != nil {
				t.Fatal(err)
			}
		}
	}
	clerk.poll()
	all[far] = ""
	want("put right", all)
}

// What was said while a desk's clock was ahead is taken when that time has come, and says so until
// then.
func TestWhatWasSaidWithAClockAheadIsNotTakenYet(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(2 * time.Hour)
	w.enrol("clerk", ehrdesk.FrontDesk)
	s := w.signIn("clerk")
	w.wind(10 * time.Minute)
	n, err := ehrdesk.ParseNumber("A123456(3)")
	if err != nil {
		t.Fatal(err)
	}
	k, err := s.PutTask(ctx, ehrdesk.Task{Kind: ehrdesk.TaskArrival, Number: n, At: w.deskNow()})
	if err != nil {
		t.Fatal(err)
	}
	w.wind(0)
	share := func() {
		t.Helper()
		if _, err := s.Share(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if share(); w.whyUnshared(s, k.ID) != ehrdesk.UnsharedClock {
		t.Errorf("not shared for %q", w.whyUnshared(s, k.ID))
	}
	w.clock.advance(6 * time.Minute)
	if share(); w.whyUnshared(s, k.ID) != "" {
		t.Errorf("not shared for %q when the time has come", w.whyUnshared(s, k.ID))
	}
}

// What a desk changed of a line whose words it could not open yet is told when it can.
func TestAChangeIsNotForgottenAsAKeyComes(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(time.Hour)
	doctor, clerk := w.deskOf("drlee", ehrdesk.Doctor), w.deskOf("clerk", ehrdesk.FrontDesk)
	k := doctor.booksArrival("A123456(3)", "CHAN Tai Man", w.clock.now())
	doctor.poll()
	clerk.poll() // it has the line, and no key
	all := w.tasks(clerk.s, ehrdesk.TaskArrival)
	if len(all) != 1 || all[0].Booking.Name != "" {
		t.Fatalf("%+v", all)
	}
	w.clock.advance(time.Second)
	all[0].Booking.ID = strings.Repeat("x", 300) // more than the centre takes
	if _, err := clerk.s.PutTask(ctx, all[0]); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		clerk.poll()
		doctor.poll() // seals its key for the clerk
	}
	if all = w.tasks(clerk.s, ehrdesk.TaskArrival); len(all) != 1 || all[0].Booking.Name != "CHAN Tai Man" {
		t.Fatalf("%+v", all)
	}
	if got := w.whyUnshared(clerk.s, k.ID); got != ehrdesk.UnsharedSize {
		t.Errorf("a change that was not taken is not shared for %q", got)
	}
}
