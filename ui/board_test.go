package ui_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// openTasks are tasks of every kind: requests, cases, who comes, who is called, and what a second person approves.
func openTasks(d *fake.Desk) {
	asked(d)
	sealedCases(d)
	c := d.TellCase("joint", d.Patient(fake.Active).ID, ehrdesk.CaseJointCare, caseLee(), 5*time.Hour, fake.CaseHo, fake.CaseWu)
	c.Tell(fake.CaseHo, ago(50), ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: &ehrdesk.CaseEnvelope{Approver: caseLee().CasePerson}}, "Minutes.")
	c.Say(caseLee(), ago(10), "Potassium 6.9.", true, 0, fake.CaseHo, fake.CaseWu)
	p := d.Patient(fake.OneYear)
	d.Day = append(d.Day,
		ehrdesk.Task{ID: "arrival", Kind: ehrdesk.TaskArrival, State: ehrdesk.TaskOpen, Number: p.Number(), Patient: p, At: ago(40), Work: ehrdesk.WorkRequested},
		ehrdesk.Task{ID: "call", Kind: ehrdesk.TaskCall, State: ehrdesk.TaskOpen, Number: p.Number(), Patient: p, Work: ehrdesk.WorkAccepted,
			Call: ehrdesk.Call{Due: fake.Clock().AddDate(0, 0, -2), History: []ehrdesk.Step{{Outcome: ehrdesk.CallTaken, Stamp: ehrdesk.Stamp{By: "cmei", At: ago(90)}}}}},
		ehrdesk.Task{ID: "review", Kind: ehrdesk.TaskReview, State: ehrdesk.TaskOpen, Number: p.Number(), Patient: p, Work: ehrdesk.WorkRequested,
			Call: ehrdesk.Call{What: ehrdesk.FollowTest, Due: fake.Clock().AddDate(0, 0, 3)}})
}

func onBoard(p *uitest.Player) *uitest.Player { return p.Press("ctrl+o", "v") }

// Tasks stand by how far they have come, each with whose it is and by when, and what is overdue first; the words of none are there.
func TestTasksStandByHowFarTheyHaveCome(t *testing.T) {
	d := fake.New()
	openTasks(d)
	p := onBoard(signIn(play(t, d, "en", 80, 60), doctor))
	rows := p.Screen()
	at := -1
	for _, want := range []string{"Tasks", "To do  ", "OVERDUE since", "CRITICAL message", "Follow-up", "Approval", "Under way  ", "Call", "with cmei", "Done, or with others  "} {
		i := strings.Index(rows[max(at, 0):], want)
		if i < 0 {
			t.Fatalf("%q does not stand below what is before it:\n%s", want, rows)
		}
		at = max(at, 0) + i
	}
	p.Want("with you · by 24-Nov-2026", "with Dr HO Chi Keung 何志強 · by 10:01").Want("nobody has it yet · by 24-Nov-2026", "WONG, Mei Ling 黃美玲 (Ms) · 19-Jul-1971").Deny("Potassium", "Chest pain", "tryptase", "Minutes.", "Arrival")
	p.Press("v").Want("Requests and sealed cases", "To act").Press("v").Want("Tasks")
}

// The columns stand beside each other where there is room, and the arrows go from one to the next.
func TestTheColumnsOfTheBoardStandBesideEachOther(t *testing.T) {
	d := fake.New()
	openTasks(d)
	p := onBoard(signIn(play(t, d, "en", 200, 60), doctor))
	head := ""
	for _, row := range strings.Split(p.Screen(), "\n") {
		if strings.Contains(row, "To do  ") {
			head = row
		}
	}
	if !strings.Contains(head, "Under way") || !strings.Contains(head, "Done, or with others") {
		t.Fatalf("%q\n%s", head, p.Screen())
	}
	col := func() int {
		for _, row := range strings.Split(p.Screen(), "\n") {
			if i := strings.Index(row, "▸"); i >= 0 {
				return len([]rune(row[:i])) / 60
			}
		}
		return -1
	}
	p.Press("home")
	for i, k := range []string{"", "right", "right", "right", "left", "left"} {
		if k != "" {
			p.Press(k)
		}
		if want := []int{0, 1, 2, 2, 1, 0}[i]; col() != want {
			t.Errorf("after %d keys the focus is in column %d, not %d:\n%s", i, col(), want, p.Screen())
		}
	}
}

// Enter opens each task where it is done, and Esc comes back to the board, at that task.
func TestEnterOpensATaskWhereItIsDone(t *testing.T) {
	d := fake.New()
	openTasks(d)
	p := onBoard(signIn(play(t, d, "en", 120, 60), doctor)).Press("home")
	seen := map[string]bool{}
	for range 20 {
		line := ""
		for _, row := range strings.Split(p.Screen(), "\n") {
			if _, after, ok := strings.Cut(row, "▸"); ok {
				line = strings.TrimSpace(after)
			}
		}
		kind, _, _ := strings.Cut(line, " · ")
		seen[kind] = true
		switch p.Press("enter"); kind {
		case "Call", "Follow-up":
			p.Want("Today").Press("ctrl+o", "v")
			return
		case "CRITICAL message", "Approval", "Case":
			p.Want("Members", "Esc back").Press("esc").Want("Tasks", "▸"+kind)
		default:
			p.Want("Steps").Press("esc").Want("Tasks", "▸"+kind)
		}
		p.Press("down")
	}
	if len(seen) < 4 {
		t.Errorf("%v", seen)
	}
}

// The front desk has tasks of arrivals and appointments alone: no case, no follow-up of a test, no query, nothing of what a record says.
func TestTheFrontDeskHasTasksOfArrivalsAndAppointmentsAlone(t *testing.T) {
	d := fake.New()
	openTasks(d)
	p := onBoard(signIn(play(t, d, "en", 200, 60), clerk)).Want("Arrival", "Call", "Tasks")
	p.Deny("CRITICAL", "Approval", "Follow-up", "Case ·", "Query", "New records", "Incident", "Dr HO", "joint")
	if d.Calls["cases"] != 0 {
		t.Error("cases were read")
	}
}

// People review the board in testdata/TestTheBoard.
func TestTheBoard(t *testing.T) {
	for name, who := range map[string]int{"doctor": doctor, "desk": clerk} {
		for _, lang := range []string{"en", "zh-Hant"} {
			for _, size := range [][2]int{{80, 24}, {200, 60}} {
				t.Run(fmt.Sprintf("%s_%s_%dx%d", name, lang, size[0], size[1]), func(t *testing.T) {
					d := fake.New()
					openTasks(d)
					golden.RequireEqual(t, onBoard(signIn(play(t, d, lang, size[0], size[1]), who)).Screen()+"\n")
				})
			}
		}
	}
}
