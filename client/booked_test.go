package client_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// dayAfter is the first moment of a day that comes n days after that of t.
func dayAfter(t time.Time, n int) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d+n, 0, 0, 0, 0, t.Location())
}

// somebodyAt is an arrival of a day, at an hour of it or without a time.
func somebodyAt(t *testing.T, n int, day time.Time, hour int) ehrdesk.Task {
	t.Helper()
	body := fmt.Sprintf("A%06d", n)
	number, err := ehrdesk.ParseNumber(body + string(ehrdesk.CheckDigit(body)))
	if err != nil {
		t.Fatal(err)
	}
	k := ehrdesk.Task{Kind: ehrdesk.TaskArrival, Number: number, Booking: ehrdesk.Booking{ID: fmt.Sprint("AP-", n), Name: "CHAN Tai Man", Day: day}}
	if hour > 0 {
		k.At = day.Add(time.Duration(hour) * time.Hour)
	}
	return k
}

// arrivals are those on today's list, and all that are kept.
func (w *world) arrivals(s *client.Session) (today, kept []ehrdesk.Task) {
	w.t.Helper()
	kept, err := s.Booked(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.tasks(s, ehrdesk.TaskArrival), kept
}

// TestAnArrivalOfAnotherDayWaitsForItUnseen: what is booked for tomorrow is kept over a
// restart, is on no list before, on tomorrow's from its first moment, and gone with it.
func TestAnArrivalOfAnotherDayWaitsForItUnseen(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(10 * time.Minute)
	w.enrol("clerk", ehrdesk.FrontDesk)
	s := w.signIn("clerk")
	now := w.clock.now()
	today, tomorrow := dayAfter(now, 0), dayAfter(now, 1)
	if err := s.Book(ctx, []ehrdesk.Task{somebodyAt(t, 1, today, 9), somebodyAt(t, 2, tomorrow, 9), somebodyAt(t, 3, tomorrow, 0)}, nil); err != nil {
		t.Fatal(err)
	}
	if here, kept := w.arrivals(s); len(here) != 1 || len(kept) != 3 || here[0].Booking.Name != "CHAN Tai Man" || here[0].Booking.ID != "AP-1" || here[0].Staff != "clerk" {
		t.Fatalf("%+v, %+v", here, kept)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := w.desk.Close(); err != nil {
		t.Fatal(err)
	}
	w.open()
	for _, c := range []struct {
		at          time.Time
		today, kept int
	}{{tomorrow.Add(-time.Second), 1, 3}, {tomorrow, 2, 2}, {tomorrow.Add(24*time.Hour - time.Second), 2, 2}, {tomorrow.Add(24 * time.Hour), 0, 0}} {
		w.clock.advance(c.at.Sub(w.clock.now()))
		s = w.signIn("clerk")
		here, kept := w.arrivals(s)
		if len(here) != c.today || len(kept) != c.kept {
			t.Errorf("%s: %d on the list, %d kept", c.at, len(here), len(kept))
		}
		for _, k := range here {
			if k.Booking.ID == "AP-3" && !k.At.IsZero() {
				t.Errorf("a time that nobody wrote: %s", k.At)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAnArrivalGetsNoTimeThatNobodySaid, by hand or from a file.
func TestAnArrivalGetsNoTimeThatNobodySaid(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(10 * time.Minute)
	w.enrol("clerk", ehrdesk.FrontDesk)
	s := w.signIn("clerk")
	defer s.Close()
	typed := somebodyAt(t, 1, time.Time{}, 0)
	k, err := s.PutTask(ctx, typed)
	if err != nil || !k.At.IsZero() {
		t.Fatalf("%+v, %v", k, err)
	}
	if here, _ := w.arrivals(s); len(here) != 1 || !here[0].At.IsZero() {
		t.Fatalf("%+v", here)
	}
	w.clock.advance(24 * time.Hour)
	if here, kept := w.arrivals(s); len(here)+len(kept) != 0 {
		t.Errorf("typed yesterday: %+v, %+v", here, kept)
	}
}

// TestAListIsTakenOverAsAWhole: what one line of it lacks keeps the others off as well, and
// only arrivals are taken off by it.
func TestAListIsTakenOverAsAWhole(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(10 * time.Minute)
	w.enrol("clerk", ehrdesk.FrontDesk)
	s := w.signIn("clerk")
	defer s.Close()
	today := dayAfter(w.clock.now(), 0)
	wait := somebodyAt(t, 9, today, 0)
	wait.Kind, wait.Channel, wait.Booking = ehrdesk.TaskWait, ehrdesk.ByApp, ehrdesk.Booking{}
	wait, err := s.PutTask(ctx, wait)
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]ehrdesk.Task{"nobody": {Kind: ehrdesk.TaskArrival}, "no arrival": {Kind: ehrdesk.TaskWait, Number: wait.Number}} {
		if err := s.Book(ctx, []ehrdesk.Task{somebodyAt(t, 1, today, 9), bad}, nil); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if here, _ := w.arrivals(s); len(here) != 0 {
		t.Errorf("%+v", here)
	}
	if err := s.Book(ctx, []ehrdesk.Task{somebodyAt(t, 1, today, 9), somebodyAt(t, 2, today, 10)}, nil); err != nil {
		t.Fatal(err)
	}
	here, _ := w.arrivals(s)
	moved := here[0]
	moved.At = moved.At.Add(time.Hour)
	if err := s.Book(ctx, []ehrdesk.Task{moved}, []string{here[1].ID, wait.ID, "nobody's"}); err != nil {
		t.Fatal(err)
	}
	after, _ := w.arrivals(s)
	if len(after) != 1 || after[0].ID != moved.ID || !after[0].At.Equal(moved.At) || !after[0].Added.Equal(moved.Added) || len(w.tasks(s, ehrdesk.TaskWait)) != 1 {
		t.Errorf("%+v", after)
	}
}

// TestFiveThousandArrivalsAreOneChange: the list of a clinic's year is there with one
// command, and the day's list is no longer in reading.
func TestFiveThousandArrivalsAreOneChange(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(10 * time.Minute)
	w.enrol("clerk", ehrdesk.FrontDesk)
	s := w.signIn("clerk")
	defer s.Close()
	now := w.clock.now()
	var list []ehrdesk.Task
	for i := range 5000 {
		list = append(list, somebodyAt(t, i, dayAfter(now, i%100), 9))
	}
	begun := time.Now()
	if err := s.Book(ctx, list, nil); err != nil {
		t.Fatal(err)
	}
	booked := time.Since(begun)
	begun = time.Now()
	here, kept := w.arrivals(s)
	t.Logf("booked in %s, read twice in %s", booked, time.Since(begun))
	if len(here) != 50 || len(kept) != 5000 {
		t.Errorf("%d on the list, %d kept", len(here), len(kept))
	}
	w.clock.advance(dayAfter(now, 100).Sub(now))
	if here, kept := w.arrivals(s); len(here)+len(kept) != 0 {
		t.Errorf("days later: %d, %d", len(here), len(kept))
	}
}
