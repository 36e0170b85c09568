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

// What was said without the line while a desk's clock was ahead is said by the centre's clock as soon
// as that is heard: nobody waits for the time to pass, the order stays, and who says something
// afterwards, there or elsewhere, has the last word.
func TestADeskWhoseClockWasSetBackIsHeardAtOnce(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(6 * time.Hour)
	w.enrol("clerk", ehrdesk.FrontDesk)
	doctor := w.deskOf("drlee", ehrdesk.Doctor)
	s := w.signIn("clerk")
	w.line.set(true, nil)
	w.wind(3 * time.Hour)
	n, err := ehrdesk.ParseNumber("A123456(3)")
	if err != nil {
		t.Fatal(err)
	}
	k, err := s.PutTask(ctx, ehrdesk.Task{Kind: ehrdesk.TaskArrival, Number: n, At: w.clock.now()})
	if err != nil {
		t.Fatal(err)
	}
	mark := func(by *client.Session, to ehrdesk.WorkState) {
		t.Helper()
		w.clock.advance(time.Second)
		if _, err := by.Mark(ctx, k.ID, to); err != nil {
			t.Fatal(err)
		}
	}
	mark(s, ehrdesk.WorkFailed)
	mark(s, ehrdesk.WorkAccepted)
	w.wind(0)
	mark(s, ehrdesk.WorkOnHold)
	w.line.set(false, nil)
	share := func() {
		t.Helper()
		if _, err := s.Share(ctx); err != nil {
			t.Fatal(err)
		}
		doctor.poll()
	}
	want := func(when string, to ehrdesk.WorkState) {
		t.Helper()
		for who, of := range map[string]*client.Session{"clerk": s, "doctor": doctor.s} {
			all := w.tasks(of, ehrdesk.TaskArrival)
			if len(all) != 1 || all[0].Work != to || all[0].Unshared != "" {
				t.Errorf("%s: the %s has %+v, want %s", when, who, all, to)
			} else if all[0].Marked.At.After(w.clock.now().Add(time.Second)) {
				t.Errorf("%s: the %s has it said at %v, and it is %v", when, who, all[0].Marked.At, w.clock.now())
			}
		}
	}
	share()
	want("the line is back", ehrdesk.WorkOnHold)
	mark(doctor.s, ehrdesk.WorkInProgress)
	doctor.poll()
	share()
	want("the doctor has marked it since", ehrdesk.WorkInProgress)
	mark(s, ehrdesk.WorkCompleted)
	share()
	want("the clerk has marked it since", ehrdesk.WorkCompleted)
}

// A desk whose clock is wrong, before or after the centre's,
// has neither the last word for that time nor none.
func TestADeskWithAWrongClockSaysThingsByTheCentres(t *testing.T) {
	for _, skew := range []time.Duration{4 * time.Minute, -4 * time.Minute, -3 * time.Hour} {
		t.Run(skew.String(), func(t *testing.T) {
			w := newWorld(t, 24)
			w.clock.hasLeft(8 * time.Hour)
			w.clock.advance(4 * time.Hour)
			w.enrol("clerk", ehrdesk.FrontDesk)
			doctor := w.deskOf("drlee", ehrdesk.Doctor)
			s := w.signIn("clerk")
			k := doctor.booksArrival("A123456(3)", "CHAN", w.clock.now())
			share := func() {
				t.Helper()
				doctor.poll()
				if _, err := s.Share(ctx); err != nil {
					t.Fatal(err)
				}
				doctor.poll()
			}
			share()
			w.wind(skew)
			share()
			for _, step := range []struct {
				by *client.Session
				to ehrdesk.WorkState
			}{{s, ehrdesk.WorkAccepted}, {doctor.s, ehrdesk.WorkInProgress}, {s, ehrdesk.WorkCompleted}, {doctor.s, ehrdesk.WorkAccepted}} {
				w.clock.advance(5 * time.Second)
				if _, err := step.by.Mark(ctx, k.ID, step.to); err != nil {
					t.Fatal(err)
				}
				share()
				for who, of := range map[string]*client.Session{"clerk": s, "doctor": doctor.s} {
					if all := w.tasks(of, ehrdesk.TaskArrival); len(all) != 1 || all[0].Work != step.to || w.clock.now().Sub(all[0].Marked.At).Abs() > time.Minute {
						t.Errorf("the %s has %+v, want %s of %v", who, all, step.to, w.clock.now())
					}
				}
			}
		})
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
