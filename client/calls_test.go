package client_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// callsShown is what the desk has of calls: whom, how far, whose, by when, what came of it.
func (d *clinicDesk) callsShown() (out []string) {
	d.w.t.Helper()
	all, err := d.s.Calls(ctx)
	if err != nil {
		d.w.t.Fatal(err)
	}
	for _, t := range all {
		var history []string
		for _, s := range t.Call.History {
			history = append(history, s.Stamp.By+":"+string(s.State)+":"+string(s.Outcome))
		}
		out = append(out, fmt.Sprintf("%s %s %s %s %s %s %s", t.Number.Printed(), t.Booking.Name, t.Work, t.Call.Owner(), t.Call.Due.Format(time.DateOnly), t.Call.Missed.Format(time.DateOnly), strings.Join(history, " ")))
	}
	slices.Sort(out)
	return out
}

// closesDay closes the day as somebody does who confirms all that is shown.
func (d *clinicDesk) closesDay() (made []ehrdesk.Task) {
	d.w.t.Helper()
	shown, err := d.s.Missed(ctx)
	if err != nil {
		d.w.t.Fatal(err)
	}
	var all []string
	for _, t := range shown {
		all = append(all, t.ID)
	}
	if made, err = d.s.CloseDay(ctx, all); err != nil {
		d.w.t.Fatal(err)
	}
	return made
}

func (d *clinicDesk) marksAs(t ehrdesk.Task, to ehrdesk.WorkState) {
	d.w.t.Helper()
	if _, err := d.s.Mark(ctx, t.ID, to); err != nil {
		d.w.t.Fatal(err)
	}
}

func (d *clinicDesk) notesCall(id string, o ehrdesk.CallOutcome) ehrdesk.Task {
	d.w.t.Helper()
	t, err := d.s.NoteCall(ctx, id, o, time.Time{})
	if err != nil {
		d.w.t.Fatal(err)
	}
	return t
}

func numbersOf(tasks []ehrdesk.Task) (out []string) {
	for _, t := range tasks {
		out = append(out, t.Number.Printed())
	}
	slices.Sort(out)
	return out
}

// atTwo are two desks of a clinic that have the list's keys.
func (w *world) atTwo() (clerk, doctor *clinicDesk) {
	clerk, doctor = w.deskOf("clerk", ehrdesk.FrontDesk), w.deskOf("drlee", ehrdesk.Doctor)
	for range 2 {
		clerk.poll()
		doctor.poll()
	}
	return clerk, doctor
}

func TestClosingTheDayHasThoseCalledWhoseBookingCameToNothing(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(4 * time.Hour)
	clerk, doctor := w.atTwo()
	soon, late := w.clock.now().Add(time.Minute), w.clock.now().Add(3*time.Hour)
	clerk.marksAs(clerk.booksArrival("A123456(3)", "CHAN Tai Man 陳大文", soon), ehrdesk.WorkFailed)
	clerk.booksArrival("G123456(A)", "", soon)          // booked still
	clerk.booksArrival("PASS IRL PX1", "", time.Time{}) // when, nobody said
	clerk.booksArrival("C123456(9)", "", late)          // may come yet
	clerk.marksAs(clerk.booksArrival("D288754(2)", "", soon), ehrdesk.WorkAccepted)
	clerk.marksAs(clerk.booksArrival("E364912(5)", "", soon), ehrdesk.WorkCancelled)
	clerk.marksAs(clerk.booksArrival("P103265(1)", "", soon), ehrdesk.WorkFailed) // is booked once more today
	clerk.booksArrival("P103265(1)", "", late)
	clerk.marksAs(clerk.booksArrival("L555555(0)", "", soon), ehrdesk.WorkFailed) // was here earlier today
	clerk.marksAs(clerk.booksArrival("L555555(0)", "", soon.Add(-30*time.Second)), ehrdesk.WorkCompleted)
	w.clock.advance(2 * time.Minute)

	shown, err := clerk.s.Missed(ctx)
	want := []string{"A123456(3)", "G123456(A)", "PASS PX1"}
	if got := numbersOf(shown); err != nil || !slices.Equal(got, want) {
		t.Fatalf("the day would be closed with %q, %v", got, err)
	}
	if got := clerk.callsShown(); len(got) != 0 {
		t.Fatalf("looking made %q", got)
	}
	if got := numbersOf(clerk.closesDay()); !slices.Equal(got, want) {
		t.Fatalf("closed with %q", got)
	}
	if again := clerk.closesDay(); len(again) != 0 {
		t.Errorf("closed again with %q", numbersOf(again))
	}
	for _, c := range shown {
		if c.Kind != ehrdesk.TaskCall || c.Call.Due.Format(time.DateOnly) != ehrdesk.WorkingDayAfter(w.clock.now()).Format(time.DateOnly) || c.Call.Due.Weekday() == time.Sunday {
			t.Errorf("%+v", c)
		}
	}
	clerk.poll()
	doctor.poll()
	if c, d := clerk.callsShown(), doctor.callsShown(); len(c) != 3 || !slices.Equal(c, d) {
		t.Errorf("the clerk has\n%s\nthe doctor\n%s", strings.Join(c, "\n"), strings.Join(d, "\n"))
	}
	if got := doctor.callsShown(); !strings.Contains(got[0], "CHAN Tai Man 陳大文") {
		t.Errorf("whom to call is not said: %q", got)
	}
}

func TestTheCentreLearnsOfACallNoMoreThanTheBooking(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(time.Hour)
	clerk, doctor := w.atTwo()
	var mu sync.Mutex
	var said strings.Builder
	clerk.line.fails(func(r *http.Request) int {
		if strings.HasSuffix(r.URL.Path, "/$day") {
			if body, err := r.GetBody(); err == nil {
				mu.Lock()
				defer mu.Unlock()
				_, _ = io.Copy(&said, body)
			}
		}
		return 0
	})
	clerk.marksAs(clerk.booksArrival("A123456(3)", "CHAN Tai Man 陳大文", w.clock.now()), ehrdesk.WorkFailed)
	call := clerk.closesDay()[0]
	clerk.notesCall(call.ID, ehrdesk.CallNoAnswer)
	clerk.poll()
	doctor.poll()
	mu.Lock()
	defer mu.Unlock()
	if told := said.String(); !strings.Contains(told, "no-answer") || strings.Contains(told, "CHAN") || strings.Contains(told, "陳大文") {
		t.Errorf("the centre was told %s", told)
	}
}

func TestTwoDesksThatCloseTheDayApartMakeOneCall(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(time.Hour)
	clerk, doctor := w.atTwo()
	clerk.marksAs(clerk.booksArrival("A123456(3)", "CHAN", w.clock.now()), ehrdesk.WorkFailed)
	came := clerk.booksArrival("G123456(A)", "LEE", w.clock.now())
	clerk.poll()
	doctor.poll()
	w.clock.advance(time.Minute)
	clerk.cut(true)
	doctor.cut(true)
	doctor.marksAs(came, ehrdesk.WorkAccepted) // the clerk's desk does not hear of it before it closes
	if c, d := clerk.closesDay(), doctor.closesDay(); len(c) != 2 || len(d) != 1 {
		t.Fatalf("closed with %q and %q", numbersOf(c), numbersOf(d))
	}
	// Each notes something of the one call without knowing of the other.
	id := clerk.closedCall("A123456(3)")
	clerk.notesCall(id, ehrdesk.CallNoAnswer)
	w.clock.advance(time.Second)
	doctor.notesCall(id, ehrdesk.CallTaken)
	clerk.cut(false)
	doctor.cut(false)
	for range 3 {
		clerk.poll()
		doctor.poll()
	}
	c, d := clerk.callsShown(), doctor.callsShown()
	if !slices.Equal(c, d) || len(c) != 2 {
		t.Fatalf("the clerk has\n%s\nthe doctor\n%s", strings.Join(c, "\n"), strings.Join(d, "\n"))
	}
	for _, want := range []string{"CHAN accepted drlee", "clerk:on-hold:no-answer drlee:accepted:taken"} {
		if !strings.Contains(c[0], want) {
			t.Errorf("%q does not have %q", c[0], want)
		}
	}
	if !strings.Contains(c[1], "LEE completed") || !strings.Contains(c[1], ":completed:came") {
		t.Errorf("who was here is to be called: %q", c[1])
	}
}

// closedCall is the id of the one call to a number.
func (d *clinicDesk) closedCall(number string) string {
	d.w.t.Helper()
	all, err := d.s.Calls(ctx)
	if err != nil {
		d.w.t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(t ehrdesk.Task) bool { return t.Number.Printed() == number })
	if i < 0 {
		d.w.t.Fatalf("%s has no call to %s", d.who, number)
	}
	return all[i].ID
}

func TestACallOutlivesItsDayUntilItIsConcluded(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(time.Hour)
	clerk, doctor := w.atTwo()
	clerk.marksAs(clerk.booksArrival("A123456(3)", "CHAN", w.clock.now()), ehrdesk.WorkFailed)
	call := clerk.closesDay()[0]
	clerk.poll()
	doctor.poll()
	for range 5 {
		w.clock.advance(20 * 24 * time.Hour)
		clerk.again()
		clerk.poll()
		if got := clerk.callsShown(); len(got) != 1 {
			t.Fatalf("after weeks: %q", got)
		}
	}
	// A desk that begins now hears of it, though its day is far behind; and what it says is taken.
	doctor.again()
	nurse := w.deskOf("nurse", ehrdesk.Nurse)
	for range 2 {
		for _, d := range []*clinicDesk{clerk, nurse, doctor} {
			d.poll()
		}
	}
	if got := nurse.callsShown(); len(got) != 1 || !strings.Contains(got[0], "CHAN") {
		t.Fatalf("a new desk has %q", got)
	}
	if all, err := nurse.s.Tasks(ctx); err != nil || len(all) != 1 || all[0].Call.Days(w.clock.now()) > -90 || !all[0].Due() {
		t.Errorf("%+v, %v", all, err)
	}
	wantCode(t, "taken off", nurse.s.DropTask(ctx, call.ID), ehrdesk.CodeConflict)
	nurse.notesCall(call.ID, ehrdesk.CallBooked)
	nurse.poll()
	clerk.poll()
	if all, err := clerk.s.Tasks(ctx); err != nil || len(all) != 1 || all[0].State != ehrdesk.TaskEnded || all[0].Call.Outcome() != ehrdesk.CallBooked || all[0].Call.Owner() != "nurse" {
		t.Errorf("%+v, %v", all, err)
	}
	// The day after it is on the list no more, and on record for a while.
	w.clock.advance(24 * time.Hour)
	clerk.again()
	if all, err := clerk.s.Tasks(ctx); err != nil || len(all) != 0 || len(clerk.callsShown()) != 1 {
		t.Errorf("%+v, %v, %q", all, err, clerk.callsShown())
	}
	w.clock.advance(15 * 24 * time.Hour)
	if got := clerk.callsShown(); len(got) != 0 {
		t.Errorf("after a fortnight: %q", got)
	}
}

func TestADayThatNobodyClosedIsClosedLater(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(time.Hour)
	clerk := w.deskOf("clerk", ehrdesk.FrontDesk)
	day := w.clock.now().Format(time.DateOnly)
	clerk.booksArrival("A123456(3)", "CHAN", w.clock.now().Add(time.Minute))
	clerk.marksAs(clerk.booksArrival("G123456(A)", "", w.clock.now()), ehrdesk.WorkCompleted)
	w.clock.advance(25 * time.Hour)
	clerk.again()
	if got := clerk.shownArrivals(); len(got) != 0 {
		t.Errorf("yesterday's are on the list: %q", got)
	}
	made := clerk.closesDay()
	if len(made) != 1 || made[0].Number.Printed() != "A123456(3)" || made[0].Call.Missed.Format(time.DateOnly) != day || made[0].Call.Days(w.clock.now()) < 0 {
		t.Fatalf("%+v", made)
	}
	if clerk.shownArrivals(); len(clerk.closesDay()) != 0 {
		t.Error("closed twice")
	}
	// What nobody closes within a week is forgotten, as it says who had been booked.
	clerk.booksArrival("C123456(9)", "", w.clock.now())
	w.clock.advance(9 * 24 * time.Hour)
	clerk.again()
	if got, err := clerk.s.Missed(ctx); err != nil || len(got) != 0 {
		t.Errorf("%q, %v", numbersOf(got), err)
	}
}

func TestACallEndsWhenThePatientHasComeAfterAll(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(time.Hour)
	clerk := w.deskOf("clerk", ehrdesk.FrontDesk)
	a := clerk.booksArrival("A123456(3)", "", w.clock.now())
	w.clock.advance(time.Minute)
	call := clerk.closesDay()[0]
	clerk.marksAs(a, ehrdesk.WorkAccepted)
	if all, err := clerk.s.Calls(ctx); err != nil || len(all) != 1 || all[0].State != ehrdesk.TaskEnded || all[0].Call.Outcome() != ehrdesk.CallCame {
		t.Fatalf("%+v, %v", all, err)
	}
	// A slip: nobody had come. Closing again has them called.
	clerk.marksAs(a, ehrdesk.WorkRequested)
	if made := clerk.closesDay(); len(made) != 1 || made[0].ID != call.ID || made[0].State != ehrdesk.TaskOpen {
		t.Fatalf("%+v", made)
	}
	// Whoever takes a call up again that the desk had ended is not overruled by it.
	clerk.marksAs(a, ehrdesk.WorkAccepted)
	clerk.notesCall(call.ID, ehrdesk.CallTaken)
	clerk.marksAs(a, ehrdesk.WorkInProgress)
	clerk.poll()
	if all, err := clerk.s.Calls(ctx); err != nil || len(all) != 1 || all[0].State != ehrdesk.TaskOpen || all[0].Call.Owner() != "clerk" {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestWhatIsNotedOfACallHasToFollow(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(time.Hour)
	clerk, doctor := w.atTwo()
	a := clerk.booksArrival("A123456(3)", "", w.clock.now())
	w.clock.advance(time.Minute)
	id := clerk.closesDay()[0].ID
	for _, tt := range []struct {
		about string
		id    string
		o     ehrdesk.CallOutcome
		due   time.Time
		code  ehrdesk.Code
	}{
		{"an arrival", a.ID, ehrdesk.CallReached, time.Time{}, ehrdesk.CodeNotFound},
		{"nothing", "x", ehrdesk.CallReached, time.Time{}, ehrdesk.CodeNotFound},
		{"no outcome", id, "", time.Time{}, ehrdesk.CodeInvalid},
		{"what only a desk says", id, ehrdesk.CallCame, time.Time{}, ehrdesk.CodeInvalid},
		{"a due day of what is concluded", id, ehrdesk.CallReached, w.clock.now(), ehrdesk.CodeInvalid},
		{"a due day that is over", id, ehrdesk.CallNoAnswer, w.clock.now().Add(-24 * time.Hour), ehrdesk.CodeInvalid},
		{"a due day in years", id, ehrdesk.CallNoAnswer, w.clock.now().AddDate(2, 0, 0), ehrdesk.CodeInvalid},
	} {
		_, err := clerk.s.NoteCall(ctx, tt.id, tt.o, tt.due)
		wantCode(t, tt.about, err, tt.code)
	}
	// Tried twice, then by a colleague, with a day that was asked for, given up by a slip, taken up again.
	clerk.notesCall(id, ehrdesk.CallNoAnswer)
	if got := clerk.notesCall(id, ehrdesk.CallNoAnswer); len(got.Call.History) != 3 || got.Call.Owner() != "clerk" || got.Call.Outcome() != ehrdesk.CallNoAnswer {
		t.Errorf("%+v", got.Call)
	}
	clerk.poll()
	doctor.poll()
	monday := w.clock.now().AddDate(0, 0, 9)
	if got, err := doctor.s.NoteCall(ctx, id, ehrdesk.CallTaken, monday); err != nil || got.Call.Owner() != "drlee" || got.Call.Days(w.clock.now()) != 9 {
		t.Errorf("%+v, %v", got.Call, err)
	}
	if got := doctor.notesCall(id, ehrdesk.CallTaken); len(got.Call.History) != 4 { // is his already
		t.Errorf("%+v", got.Call)
	}
	doctor.notesCall(id, ehrdesk.CallGivenUp)
	_, err := doctor.s.NoteCall(ctx, id, ehrdesk.CallNoAnswer, time.Time{})
	wantCode(t, "of what is given up", err, ehrdesk.CodeConflict)
	if got := doctor.notesCall(id, ehrdesk.CallTaken); got.State != ehrdesk.TaskOpen {
		t.Errorf("%+v", got)
	}
	doctor.poll()
	clerk.poll()
	if c, d := clerk.callsShown(), doctor.callsShown(); !slices.Equal(c, d) || len(c) != 1 || !strings.Contains(c[0], "accepted drlee") {
		t.Errorf("%q, %q", c, d)
	}
}

// Desks that book, mark, close and call at random, now and then apart, come to the same calls: one
// at most for a person and day, and none that is open to somebody who was here.
func TestCallsOfDesksThatWereApartAreOne(t *testing.T) {
	seeds := uint64(4)
	if testing.Short() {
		seeds = 1
	}
	for seed := range seeds {
		w := newWorld(t, 24)
		w.clock.hasLeft(3 * time.Hour)
		rnd := rand.New(rand.NewPCG(seed, 39))
		clerk, doctor := w.atTwo()
		desks := []*clinicDesk{clerk, doctor}
		cut := make([]bool, 2)
		numbers := []string{"A123456(3)", "G123456(A)", "C123456(9)", "D288754(2)"}
		for step := range 80 {
			i := rnd.IntN(2)
			d := desks[i]
			w.clock.advance(time.Duration(rnd.IntN(60)) * time.Second)
			all, err := d.s.Tasks(ctx)
			if err != nil {
				t.Fatal(err)
			}
			switch rnd.IntN(8) {
			case 0:
				d.booksArrival(numbers[rnd.IntN(len(numbers))], fmt.Sprint(step), w.clock.now())
			case 1, 2:
				if len(all) > 0 {
					x, to := all[rnd.IntN(len(all))], []ehrdesk.WorkState{ehrdesk.WorkRequested, ehrdesk.WorkAccepted, ehrdesk.WorkFailed, ehrdesk.WorkFailed}[rnd.IntN(4)]
					if _, err := d.s.Mark(ctx, x.ID, to); err != nil && ehrdesk.CodeOf(err) != ehrdesk.CodeConflict && ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
						t.Fatal(err)
					}
				}
			case 3:
				d.closesDay()
			case 4:
				if calls, err := d.s.Calls(ctx); err != nil {
					t.Fatal(err)
				} else if len(calls) > 0 {
					o := []ehrdesk.CallOutcome{ehrdesk.CallNoAnswer, ehrdesk.CallReached, ehrdesk.CallTaken}[rnd.IntN(3)]
					if _, err := d.s.NoteCall(ctx, calls[rnd.IntN(len(calls))].ID, o, time.Time{}); err != nil && ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
						t.Fatal(err)
					}
				}
			case 5:
				cut[i] = !cut[i]
				d.cut(cut[i])
			default:
				if _, err := d.s.Poll(ctx); err != nil && !cut[i] && ehrdesk.CodeOf(err) != ehrdesk.CodeOffline {
					t.Fatal(err)
				}
			}
		}
		for range 3 {
			for _, d := range desks {
				d.cut(false)
				d.poll()
			}
		}
		c, d := clerk.callsShown(), doctor.callsShown()
		if !slices.Equal(c, d) {
			t.Errorf("seed %d: the clerk has\n%s\nthe doctor\n%s", seed, strings.Join(c, "\n"), strings.Join(d, "\n"))
		}
		calls, err := clerk.s.Calls(ctx)
		if err != nil {
			t.Fatal(err)
		}
		all, err := clerk.s.Tasks(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range calls {
			here := slices.ContainsFunc(all, func(a ehrdesk.Task) bool {
				return a.Kind == ehrdesk.TaskArrival && a.Number == x.Number && a.Work == ehrdesk.WorkAccepted
			})
			if !x.Work.Over() && here && !x.Call.Reopened() {
				t.Errorf("seed %d: who is here is to be called: %+v", seed, x.Call)
			}
		}
		if len(calls) == 0 {
			t.Errorf("seed %d: no calls: the test looks at nothing", seed)
		}
	}
}

// Who was here that day is known as long as any booking of a day that is over is yet to be told: else
// the one would be forgotten, and the other would ask for a call.
func TestWhoWasHereIsNotCalledForABookingThatWaitsToBeTold(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(time.Hour)
	clerk := w.deskOf("clerk", ehrdesk.FrontDesk)
	clerk.marksAs(clerk.booksArrival("A123456(3)", "", w.clock.now()), ehrdesk.WorkCompleted)
	second := clerk.booksArrival("A123456(3)", "", w.clock.now().Add(time.Minute))
	clerk.poll()
	clerk.cut(true)
	clerk.marksAs(second, ehrdesk.WorkFailed)
	w.clock.advance(25 * time.Hour)
	if got := clerk.shownArrivals(); len(got) != 0 {
		t.Fatalf("yesterday's are on the list: %q", got)
	}
	clerk.cut(false)
	clerk.again()
	clerk.poll()
	for range 2 {
		if got, err := clerk.s.Missed(ctx); err != nil || len(got) != 0 || len(clerk.shownArrivals()) != 0 {
			t.Errorf("to be called: %q, %v", numbersOf(got), err)
		}
	}
}
