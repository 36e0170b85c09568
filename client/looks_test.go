package client_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// sinceLooked is what the desk shows as changed since whoever is signed in last looked.
func (d *clinicDesk) sinceLooked() (out []string) {
	d.w.t.Helper()
	all, err := d.s.Tasks(ctx)
	if err != nil {
		d.w.t.Fatal(err)
	}
	for _, t := range all {
		for _, c := range t.Changed {
			out = append(out, fmt.Sprintf("%s %s %s→%s by %s", t.Number.Printed(), c.What, c.From, c.To, c.By.By))
		}
	}
	slices.Sort(out)
	return out
}

func (d *clinicDesk) looksAt(ids ...string) {
	d.w.t.Helper()
	if err := d.s.Looked(ctx, ids...); err != nil {
		d.w.t.Fatal(err)
	}
}

func TestADeskShowsWhatColleaguesHaveChangedUntilItWasLookedAt(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(time.Hour)
	clerk, doctor := w.atTwo()
	a := clerk.booksArrival("A123456(3)", "CHAN", w.clock.now())
	clerk.poll()
	doctor.poll()
	if got := doctor.sinceLooked(); len(got) != 0 {
		t.Fatalf("before the first look: %q", got)
	}
	w.clock.advance(time.Minute)
	clerk.marksAs(a, ehrdesk.WorkAccepted)
	b := clerk.booksArrival("G123456(A)", "LEE", w.clock.now())
	clerk.poll()
	doctor.poll()
	want := []string{"A123456(3) state requested→accepted by clerk", "G123456(A) added → by clerk"}
	if got := doctor.sinceLooked(); !slices.Equal(got, want) {
		t.Fatalf("the doctor sees %q", got)
	}
	if got := clerk.sinceLooked(); len(got) != 0 {
		t.Errorf("the clerk is told what the clerk did: %q", got)
	}
	// It outlives the program, and ends line by line as they are looked at.
	doctor.again()
	if got := doctor.sinceLooked(); !slices.Equal(got, want) {
		t.Errorf("after a new start %q", got)
	}
	doctor.looksAt(a.ID)
	if got := doctor.sinceLooked(); !slices.Equal(got, want[1:]) {
		t.Errorf("after a look at one %q", got)
	}
	doctor.looksAt()
	if got := doctor.sinceLooked(); len(got) != 0 {
		t.Errorf("after a look at all %q", got)
	}
	// What a colleague did out of reach, before the look, is new when it is heard of.
	clerk.cut(true)
	clerk.marksAs(b, ehrdesk.WorkFailed)
	w.clock.advance(time.Minute)
	doctor.looksAt()
	clerk.cut(false)
	clerk.poll()
	doctor.poll()
	if got := doctor.sinceLooked(); !slices.Equal(got, []string{"G123456(A) state requested→failed by clerk"}) {
		t.Errorf("of what was said before the look and heard after it: %q", got)
	}
}

func TestACallPutDownOnTheEveningBeforeIsNewInTheMorning(t *testing.T) {
	w := newWorld(t, 24)
	w.clock.hasLeft(time.Hour)
	clerk, doctor := w.atTwo()
	clerk.booksArrival("A123456(3)", "CHAN", w.clock.now())
	clerk.poll()
	doctor.poll()
	doctor.looksAt()
	w.clock.advance(time.Minute)
	call := clerk.closesDay()[0]
	clerk.poll()
	w.clock.advance(24 * time.Hour)
	doctor.again()
	doctor.poll()
	if got := doctor.sinceLooked(); !slices.Equal(got, []string{"A123456(3) added → by clerk"}) {
		t.Fatalf("%q", got)
	}
	doctor.looksAt()
	clerk.again()
	clerk.notesCall(call.ID, ehrdesk.CallNoAnswer)
	clerk.poll()
	doctor.poll()
	if got := doctor.sinceLooked(); !slices.Contains(got, "A123456(3) state requested→on-hold by clerk") || len(got) != 2 {
		t.Errorf("%q", got) // the state, and the day by which it is made again
	}
}
