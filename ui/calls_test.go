package ui_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// toCall is a desk with calls: overdue, for today with a history, for another day, concluded.
func toCall(d *fake.Desk) {
	day := func(n int) time.Time {
		y, m, dd := fake.Clock().AddDate(0, 0, n).Date()
		return time.Date(y, m, dd, 0, 0, 0, 0, time.UTC)
	}
	step := func(o ehrdesk.CallOutcome, by string, ago time.Duration) ehrdesk.Step {
		w := o.Work()
		if o == "" {
			w = ehrdesk.WorkRequested
		}
		return ehrdesk.Step{State: w, Outcome: o, Stamp: ehrdesk.Stamp{At: fake.Clock().Add(-ago), By: by}}
	}
	add := func(number, listed string, missed, due int, history ...ehrdesk.Step) {
		n, err := ehrdesk.ParseNumber(number)
		if err != nil {
			panic(err)
		}
		last := history[len(history)-1]
		t := ehrdesk.Task{ID: "call " + number, Kind: ehrdesk.TaskCall, State: ehrdesk.TaskOpen, Number: n, Booking: ehrdesk.Booking{Name: listed}, Added: fake.Clock(), Work: last.State, Marked: last.Stamp,
			Call: ehrdesk.Call{Missed: day(missed), At: fake.Clock().AddDate(0, 0, missed).Truncate(time.Hour), Due: day(due), History: history}}
		if listed == "" {
			t.Patient = d.Patient(number)
		}
		if t.Work.Over() {
			t.State = ehrdesk.TaskEnded
		}
		d.Day = append(d.Day, t)
	}
	add(fake.NoConsent, "", -1, 0, step("", "clerk", 26*time.Hour), step(ehrdesk.CallNoAnswer, "clerk", 25*time.Hour), step(ehrdesk.CallTaken, "wong.kf", time.Hour))
	add("G123456(A)", "LEE Siu Ming 李小明", -4, -2, step("", "clerk", 90*time.Hour))
	add("PASS IRL PX1234567", "O'BRIEN, Mary", -1, 3, step("", "clerk", 26*time.Hour), step(ehrdesk.CallNoAnswer, "clerk", time.Minute))
	add("C123456(9)", "HO Ka Yan", -2, -1, step("", "clerk", 50*time.Hour), step(ehrdesk.CallReached, "drlee", time.Minute))
}

func TestWhoIsToBeCalledIsOnTheListTheOverdueFirst(t *testing.T) {
	d := fake.New()
	toCall(d)
	p := signIn(play(t, d, "en", 120, 30), clerk).Press("ctrl+t")
	p.Want("To call  2", "overdue by 2 days: call today · nobody has it yet", "call today · wong.kf · no answer", "To call later  1", "call by 24-Nov-2026", "Done today  1", "reached 09:40 · drlee")
	s := p.Screen()
	if strings.Index(s, "overdue") > strings.Index(s, "wong.kf") {
		t.Errorf("what is overdue is not first:\n%s", s)
	}
	// Of a number its end alone.
	p.Want("…456", "…567").Deny("G123456", "PX1234567", "A123456")
}

func TestWhatCameOfACallIsNoted(t *testing.T) {
	d := fake.New()
	toCall(d)
	p := signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t", "T")
	p.Want("Call this patient: …456", "LEE Siu Ming 李小明", "Booking 17-Nov-2026 09:00", "overdue by 2 days", "nobody has it yet", "▸ I take it over", "put down when the day was closed  (clerk)")
	p.Press("enter").Want("noted: taken over", "▸ Reached, nothing more to do", "taken over  (cmei)").Deny("I take it over", "nobody has it")
	p.Press("down", "enter").Want("noted: no answer; to be called again by 23-Nov-2026", "To call later  2")
	p.Press("home", "T").Want("wong.kf").Press("pgdown").Want("▸ Given up").Press("up", "up", "enter").Want("noted: new booking", "Done today  2")
	if got := d.Day[0]; got.State != ehrdesk.TaskEnded || got.Call.Outcome() != ehrdesk.CallBooked || got.Call.Owner() != "wong.kf" {
		t.Errorf("%+v", got)
	}
	p.Press("T").Want("Call this patient").Press("esc").Want("To call later")
}

func TestAKeyOfACallDoesNothingToWhoComes(t *testing.T) {
	d := fake.New()
	comers(d)
	toCall(d)
	p := signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t", "home", "T").Want("only those to be called have this")
	p.Press("down", "down", "down", "A").Want("only those who come are marked")
	p.Press("delete").Want("a call leaves the list by what came of it")
	if d.Day[0].Work != ehrdesk.WorkRequested || len(d.Day) != 10 {
		t.Errorf("%+v", d.Day)
	}
}

func TestACallThatAColleagueConcludedMeanwhileIsNotConcludedAgain(t *testing.T) {
	d := fake.New()
	toCall(d)
	p := signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t", "T", "down")
	d.Day[1].Work, d.Day[1].State = ehrdesk.WorkCompleted, ehrdesk.TaskEnded
	p.Press("enter").Want("A colleague has concluded this call meanwhile").Want("▸ I take it over").Deny("No answer")
}

func TestClosingTheDayShowsWhomItHasCalledBeforeItDoes(t *testing.T) {
	d := fake.New()
	comers(d)
	p := signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t", "Z")
	p.Want("Close the day", "2 patients did not come, and are to be called:", "3 are here still", "call by 23-Nov-2026", "NAME, As In The File").Deny("PX2", "A123456(3)")
	p.Press("esc").Want("Arrivals")
	if len(d.Day) != 6 {
		t.Fatalf("looking made %d lines", len(d.Day)-6)
	}
	p.Press("Z", "enter").Want("2 calls put down", "To call later  2")
	p.Press("Z").Want("Nobody is to be called").Want("To call later  2")
	if len(d.Day) != 8 {
		t.Errorf("%d lines", len(d.Day))
	}
}

func TestClosingADayThatCannotBeReadChangesNothing(t *testing.T) {
	d := fake.New()
	comers(d)
	p := signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t", "Z")
	d.Fail["closeday"] = ehrdesk.E("x", ehrdesk.CodeTampered, nil)
	p.Press("enter").Want("Close the day")
	if len(d.Day) != 6 {
		t.Errorf("%d lines", len(d.Day))
	}
}

func TestThePageOfACallIsGoneBehindTheLock(t *testing.T) {
	d := fake.New()
	toCall(d)
	p := signIn(play(t, d, "en", 80, 24), clerk).Press("ctrl+t", "T").Want("LEE Siu Ming")
	p.Press("ctrl+l").Deny("LEE Siu Ming", "…456")
}

func callPage(p *uitest.Player) { signIn(p, clerk).Press("ctrl+t", "down", "T", "down") }
