package ui_test

import (
	"slices"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// Whoever goes on to the next patient before a line is on the disk does not take it back, and the
// list shows it.
func TestWhatIsBeingWrittenIsNotTakenBackByTheNextKey(t *testing.T) {
	t.Run("a wait for the patient's own act", func(t *testing.T) {
		d := fake.New()
		p := find(signIn(play(t, d, "en", 80, 24), clerk), fake.NoConsent)
		p.Hold = true
		p.Press("4", "f2")
		p.Release()
		if len(d.Day) != 1 || d.Day[0].Kind != ehrdesk.TaskWait {
			t.Fatalf("kept: %+v", d.Day)
		}
		p.Press("ctrl+t").Want("CHAN, Tai Man", "Waiting")
	})
	t.Run("what was found of somebody who comes", func(t *testing.T) {
		d := fake.New()
		p := signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t", "+").Type("10:30 " + fake.NoConsent).Press("enter").Want("not looked up yet")
		p.Press("f2").Type(fake.NoConsent)
		p.Hold = true
		p.Press("enter")
		p.Step() // the answer has come, and is being noted
		p.Press("f2", "ctrl+t")
		p.Release()
		p.Want("CHAN, Tai Man").Deny("not looked up yet")
	})
	t.Run("that somebody is here", func(t *testing.T) {
		d := fake.New()
		p := signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t", "+").Type("10:30 " + fake.NoConsent).Press("enter")
		p.Hold = true
		p.Press("A", "f2")
		p.Release()
		if d.Day[0].Work != ehrdesk.WorkAccepted {
			t.Errorf("it is %q", d.Day[0].Work)
		}
	})
	t.Run("and where it could not be, it is said", func(t *testing.T) {
		d := fake.New()
		p := find(signIn(play(t, d, "en", 80, 24), clerk), fake.NoConsent)
		d.Fail = map[string]error{"put": ehrdesk.E("test", ehrdesk.CodeTampered, nil)}
		p.Hold = true
		p.Press("4", "f2")
		p.Release()
		p.Want("What arrived or was stored is damaged")
	})
}

// Two readings of the list may end in another order than they began in.
func TestAnOlderReadingOfTheListDoesNotTakeThePlaceOfANewerOne(t *testing.T) {
	d := fake.New()
	p, pass := clocked(t, d, 80, 24)
	signIn(p, clerk)
	p.Press("ctrl+t").Want("Nobody is on today's list")
	n, err := ehrdesk.ParseNumber(fake.NoConsent)
	if err != nil {
		t.Fatal(err)
	}
	p.Hold = true
	p.Press("f2", "ctrl+t")
	before := p.Answers()
	d.Day = append(d.Day, ehrdesk.Task{ID: "new", Kind: ehrdesk.TaskArrival, State: ehrdesk.TaskOpen, Number: n, At: fake.Clock(), Added: fake.Clock()})
	pass(2 * time.Minute) // the list is asked for in the background
	for _, msg := range slices.Concat(p.Answers(), before) {
		p.Send(msg)
	}
	p.Want("Arrivals  1").Deny("Nobody is on")
}
