package client_test

import (
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// What a clerk marks is on the doctor's screen within two seconds however long the day is: one line
// travels, and not the day. EHRDESK_DAYLINES is how many lines the day has; of 5,000 or more the time
// is held to.
func TestAMarkIsOnAnotherDeskSoonHoweverLongTheDayIs(t *testing.T) {
	n := 150
	if v, err := strconv.Atoi(os.Getenv("EHRDESK_DAYLINES")); err == nil {
		n = v
	}
	w := newWorld(t, 24)
	w.clock.hasLeft(4 * time.Hour)
	clerk, doctor := w.deskOf("clerk", ehrdesk.FrontDesk), w.deskOf("drlee", ehrdesk.Doctor)
	for range 2 { // each has the list's keys
		clerk.poll()
		doctor.poll()
	}
	day := w.clock.now()
	day = time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, day.Location())
	var list []ehrdesk.Task
	for i := range n {
		list = append(list, somebodyAt(t, i, day, 9))
	}
	took := func(what string, do func()) time.Duration {
		t.Helper()
		began := time.Now()
		do()
		d := time.Since(began)
		t.Logf("%-40s %v", what, d.Round(time.Millisecond))
		return d
	}
	took("taken over at the clerk's desk", func() {
		if err := clerk.s.Book(ctx, list, nil); err != nil {
			t.Fatal(err)
		}
	})
	took("told the centre", clerk.poll)
	took("heard at the doctor's", doctor.poll)
	if got := len(doctor.shownArrivals()); got != n {
		t.Fatalf("the doctor has %d lines of %d", got, n)
	}
	id := w.tasks(clerk.s, ehrdesk.TaskArrival)[n/2].ID
	share := func(d *clinicDesk) {
		if _, err := d.s.Share(ctx); err != nil {
			t.Fatal(err)
		}
	}
	var all []time.Duration
	states := []ehrdesk.WorkState{ehrdesk.WorkAccepted, ehrdesk.WorkInProgress, ehrdesk.WorkCompleted}
	for _, to := range states {
		w.clock.advance(time.Second)
		asked := doctor.asked()
		whole := took(string(to)+": marked", func() {
			if _, err := clerk.s.Mark(ctx, id, to); err != nil {
				t.Fatal(err)
			}
		})
		whole += took(string(to)+": told", func() { share(clerk) })
		whole += took(string(to)+": heard", func() { share(doctor) })
		var shown []ehrdesk.Task
		whole += took(string(to)+": listed", func() { shown = w.tasks(doctor.s, ehrdesk.TaskArrival) })
		i := slices.IndexFunc(shown, func(k ehrdesk.Task) bool { return k.ID == id })
		if i < 0 || shown[i].Work != to || doctor.asked() != asked+1 {
			t.Errorf("%s is not there after one question (%d asked)", to, doctor.asked()-asked)
		}
		all = append(all, whole)
	}
	t.Logf("of %d lines: a mark is on the other desk's list within %v", n, slices.Max(all).Round(time.Millisecond))
	if n >= 5000 && slices.Max(all) > 2*time.Second {
		t.Errorf("a mark is on the other desk's list within %v, and not within two seconds", slices.Max(all))
	}
}

// Two people who are signed in at one desk see at once what the other has changed, and after a lock
// nothing of the list is given.
func TestTwoSessionsOfADeskHaveOneList(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(time.Hour)
	w.enrol("clerk", ehrdesk.FrontDesk)
	w.enrol("drlee", ehrdesk.Doctor)
	w.shut(w.signIn("clerk")) // lets the other in
	clerk, doctor := w.signIn("clerk"), w.signIn("drlee")
	n, err := ehrdesk.ParseNumber("A123456(3)")
	if err != nil {
		t.Fatal(err)
	}
	work := func(s *client.Session) (out []ehrdesk.WorkState) {
		for _, k := range w.tasks(s, ehrdesk.TaskArrival) {
			out = append(out, k.Work)
		}
		return out
	}
	if got := work(doctor); len(got) > 0 {
		t.Fatalf("before: %v", got)
	}
	k, err := clerk.PutTask(ctx, ehrdesk.Task{Kind: ehrdesk.TaskArrival, Number: n, At: w.clock.now()})
	if err != nil {
		t.Fatal(err)
	}
	for i, to := range []ehrdesk.WorkState{ehrdesk.WorkAccepted, ehrdesk.WorkInProgress, ehrdesk.WorkCompleted} {
		by, other := clerk, doctor
		if i%2 == 1 {
			by, other = doctor, clerk
		}
		if _, err := by.Mark(ctx, k.ID, to); err != nil {
			t.Fatal(err)
		}
		if got := work(other); !slices.Equal(got, []ehrdesk.WorkState{to}) {
			t.Errorf("the other session has %v, want %s", got, to)
		}
	}
	if err := doctor.Lock(); err != nil {
		t.Fatal(err)
	}
	if all, err := doctor.Tasks(ctx); ehrdesk.CodeOf(err) != ehrdesk.CodeLocked || len(all) > 0 {
		t.Errorf("behind the lock: %d lines, %v", len(all), err)
	}
}
