package ui_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// colleaguesHaveChanged is a desk with people on its list of whom others have said something since.
func colleaguesHaveChanged(d *fake.Desk) {
	comers(d)
	by := func(who string, ago time.Duration) ehrdesk.Stamp {
		return ehrdesk.Stamp{At: fake.Clock().Add(-ago), By: who, Desk: "2"}
	}
	d.Day[0].Participation, d.Day[0].Consent = ehrdesk.Registered, ehrdesk.SharingConsent{State: ehrdesk.ConsentNone}
	d.Day[1].Changed = []ehrdesk.DayChange{{What: ehrdesk.ChangeState, By: by("clerk", time.Minute), From: ehrdesk.WorkRequested, To: ehrdesk.WorkAccepted}}
	d.Day[0].Changed = []ehrdesk.DayChange{
		{What: ehrdesk.ChangeTime, By: by("nwong", 5*time.Minute), FromAt: fake.Clock().Add(time.Hour), ToAt: fake.Clock()},
		{What: ehrdesk.ChangeConsent, By: by("nwong", 5*time.Minute), ToParticipation: ehrdesk.Registered, ToConsent: ehrdesk.ConsentNone},
	}
	d.Day[5].Changed = []ehrdesk.DayChange{{What: ehrdesk.ChangeAdded, By: by("clerk", time.Hour)}}
}

func TestWhatOthersHaveChangedIsMarkedWithWhoAndWhenAndGoneOnceLookedAt(t *testing.T) {
	d := fake.New()
	colleaguesHaveChanged(d)
	p := signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t")
	p.Want("* 3 changed: u", "▸ *09:51 …456", "* 09:40 clerk: booked → here", " *09:41 …456", " *10:31 PASS …2")
	p.Press("u").Want("* 2 changed: u", "▸ *09:41 …456", "* 09:36 nwong: 10:41 → 09:41 · looked up: CONSENT none").Deny("*09:51")
	p.Press("u").Want("▸ *10:31 PASS …2", "* 08:41 clerk: put on the list", "* 1 changed")
	p.Press("u").Want("nobody has changed anything", "▸  10:31").Deny("changed: u", "*10:31")
	for i, line := range d.Day {
		if len(line.Changed) != 0 {
			t.Errorf("line %d is marked still at the desk", i)
		}
	}
	p.Press("f2", "ctrl+t").Deny("changed: u")
}

func TestWhoLeavesTheListHasLookedAtWhatStoodOnIt(t *testing.T) {
	d := fake.New()
	colleaguesHaveChanged(d)
	p := signIn(play(t, d, "en", 80, 24), clerk)
	if p.Press("f2"); d.Calls["looked"] != 0 {
		t.Fatal("the list was looked at on another screen")
	}
	p.Press("ctrl+t").Want("* 3 changed: u").Press("f2", "ctrl+t").Deny("changed: u")

	// Of a list that does not stand on the screen whole, what did not stand there is marked still.
	d = fake.New()
	for i := range 30 {
		n, err := ehrdesk.ParseNumber(fmt.Sprintf("PASS IRL PX%d", 100+i))
		if err != nil {
			t.Fatal(err)
		}
		d.Day = append(d.Day, ehrdesk.Task{ID: fmt.Sprint(i), Kind: ehrdesk.TaskArrival, State: ehrdesk.TaskOpen, Work: ehrdesk.WorkRequested, Number: n, At: fake.Clock().Add(time.Duration(i) * time.Minute),
			Changed: []ehrdesk.DayChange{{What: ehrdesk.ChangeAdded, By: ehrdesk.Stamp{At: fake.Clock(), By: "clerk"}}}})
	}
	p = signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t").Want("* 30 changed: u", "PASS …00").Deny("PASS …29")
	p.Press("f2", "ctrl+t").Want("* 13 changed: u").Press("end").Want(" *10:10 PASS …29")
}

func TestAChangeThatCannotBeNotedAsLookedAtIsMarkedAgain(t *testing.T) {
	d := fake.New()
	colleaguesHaveChanged(d)
	d.Fail["looked"] = ehrdesk.E("test", ehrdesk.CodeTampered, nil)
	p := signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t", "down")
	if len(d.Day[1].Changed) == 0 {
		t.Fatal("it was noted")
	}
	p.Press("ctrl+l").Type(fake.Passphrase).Press("enter").Want("changed: u")
}

func TestTheMarkOfAChangeStandsBesideThatOfANamesake(t *testing.T) {
	d := fake.New()
	busyDay(d)
	for i := range d.Day {
		if d.Day[i].Kind == ehrdesk.TaskArrival {
			d.Day[i].Changed = []ehrdesk.DayChange{{What: ehrdesk.ChangeAdded, By: ehrdesk.Stamp{At: fake.Clock().AddDate(0, 0, -1), By: "clerk"}}}
		}
	}
	p := signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t", "u").Want("≈*09:00 CHAN, Tai Man")
	p.Want("≈ another name on this list", "* 20-Nov-2026 09:41 clerk: put on the list")
	if s := p.Screen(); !strings.Contains(s, "Today") {
		t.Error(s)
	}
}

func TestTheListIsFilteredByStateAndSaysSo(t *testing.T) {
	d := fake.New()
	comers(d)
	toCall(d)
	p := signIn(play(t, d, "en", 120, 30), clerk).Press("ctrl+t").Want("f filter").Deny("only:")
	for _, want := range []struct {
		title string
		has   string
		not   string
	}{
		{"only: booked, 1 of 10", "09:41 …456", "Here"},
		{"only: here, 1 of 10", "here since", "Arrivals"},
		{"only: waiting, 1 of 10", "waits for something else", "here since"},
		{"only: with the doctor, 1 of 10", "with the doctor since", "waits for something"},
		{"only: done, 2 of 10", "seen 09:37", "with the doctor since"},
		{"only: did not come, 1 of 10", "did not come, noted", "seen 09:37"},
		{"only: to call, 3 of 10", "overdue by 2 days", "did not come, noted"},
	} {
		p.Press("f").Want(want.title, want.has, "Esc shows all again").Deny(want.not)
	}
	p.Press("f").Want("Arrivals", "Here", "To call").Deny("only:")
	// It is kept while the person is elsewhere, goes with a name, and Esc ends both.
	p.Press("f", "f", "f2", "ctrl+t").Want("only: here, 1 of 10").Press("/").Type("px").Press("enter").Want("only: here, 0 of 10", "Nobody on the list has that")
	p.Press("esc").Want("Arrivals", "Done today").Deny("only:")
	p.Press("ctrl+p").Type("filter").Want("Filter the list")
}

func TestAFilterPassesOverStatesThatNobodyIsIn(t *testing.T) {
	d := fake.New()
	comers(d)
	d.Day = d.Day[4:5]
	p := signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t", "f").Want("only: done, 1 of 1").Press("f").Deny("only:")
	d.Day = nil
	p.Press("f2", "ctrl+t", "f").Want("nobody on the list is in any state").Deny("only:")
}

// Somebody who is marked leaves the state that is shown, and not the list: the title says how many there are.
func TestWhoIsMarkedGoesFromTheStateThatIsShown(t *testing.T) {
	d := fake.New()
	comers(d)
	p := signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t", "f", "A").Want("only: booked, 0 of 6", "Nobody on the list has that").Press("esc").Want("Here  4")
	p.Press("home").Want("here since 09:41")
}
