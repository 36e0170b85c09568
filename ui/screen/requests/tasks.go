package requests

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/cases"
)

// stage is how far a task has come: a column of the board.
type stage int

const (
	toDo stage = iota
	underWay
	others // done, or with others
)

// task is something that somebody has to do, as the board has it. It names whom it is about and says no word of it.
type task struct {
	id    string // on the board
	of    string // the request or the case
	stage stage
	what  string
	whose string
	owner string // "" for nobody yet
	due   time.Time
	late  bool
	again bool         // nobody acknowledged it in time
	goes  screen.Route // nil of a request, which is read here
}

// shownAfter is for how long what is closed stands on the board.
const shownAfter = 7 * 24 * time.Hour

// tasksOf are the tasks of whoever is signed in, by column: what is overdue first, then what is due first. The front desk has those of
// arrivals and appointments alone.
func tasksOf(e *screen.Env) (out []task) {
	for i := range e.Day.Tasks {
		out = append(out, ofDay(e, &e.Day.Tasks[i])...)
	}
	for i := range e.Day.Asked.All {
		out = append(out, ofRequest(e, &e.Day.Asked.All[i])...)
	}
	if e.Clinical() {
		out = append(out, ofNews(e)...)
		for i := range e.Day.Cases.All {
			out = append(out, ofCase(e, &e.Day.Cases.All[i])...)
		}
	}
	far := e.Now().AddDate(100, 0, 0) // what has no day comes last
	due := func(t task) time.Time {
		if t.due.IsZero() {
			return far
		}
		return t.due
	}
	slices.SortStableFunc(out, func(a, b task) int {
		return cmp.Or(cmp.Compare(a.stage, b.stage), first(a.late, b.late), due(a).Compare(due(b)))
	})
	return out
}

// first orders what holds before what does not.
func first(a, b bool) int {
	switch {
	case a && !b:
		return -1
	case b && !a:
		return 1
	}
	return 0
}

// mine is whoever is signed in, as an owner.
func mine(e *screen.Env) string { return e.S(e.T.Cases.OwnerYou) }

// staffed is a member of the staff as an owner.
func staffed(e *screen.Env, staff string) string {
	if staff == e.Account().Staff {
		return mine(e)
	}
	return ehrdesk.CleanLine(staff)
}

// inList is a patient with what tells namesakes apart.
func inList(e *screen.Env, p ehrdesk.Patient) string {
	name, marks := e.InList(p)
	return name + marks
}

// ofDay is a line of the day's list as a task: who comes and who is called at the front desk; else what a second person approves, what
// was not taken, and what is to be followed up.
func ofDay(e *screen.Env, t *ehrdesk.Task) (out []task) {
	b, desk := &e.T.Board, !e.Clinical()
	one := task{id: "day " + t.ID, stage: staged(t.Work), owner: staffed(e, t.Call.Owner()), due: t.Call.Due, goes: screen.ToToday{}}
	one.whose = inList(e, t.Patient)
	if t.Patient.Name == (ehrdesk.Name{}) {
		one.whose = cmp.Or(ehrdesk.CleanLine(t.Booking.Name), t.Number.Printed())
	}
	appointment := t.Call.What == "" || t.Call.What == ehrdesk.FollowMissed
	switch {
	case t.Kind == ehrdesk.TaskArrival && desk && t.Booking.On(e.Now()):
		one.what, one.owner, one.due = e.S(b.Arrival), staffed(e, t.Marked.By), t.At
		one.late = t.Work == ehrdesk.WorkRequested && !t.At.IsZero() && e.Now().Sub(t.At) > 15*time.Minute
		return []task{one}
	case t.Kind == ehrdesk.TaskCall && (appointment || !desk):
		one.what = e.S(b.Call)
	case t.Kind == ehrdesk.TaskReview && !desk && e.Account().Role.Reviews() && !t.Call.What.News():
		one.what = e.S(b.Review)
	case t.Kind == ehrdesk.TaskAct && t.State == ehrdesk.TaskHeld && !desk:
		one.what, one.stage, one.goes = e.S(b.Approve), toDo, screen.ToApprove{ID: t.ID}
		if t.Staff == e.Account().Staff { // nobody approves their own
			one.stage = others
		}
		return []task{one}
	case t.Kind == ehrdesk.TaskAct && (t.State == ehrdesk.TaskRefused || t.State == ehrdesk.TaskDamaged) && !desk:
		one.what, one.stage, one.owner = e.S(b.Act), toDo, staffed(e, t.Staff)
		return []task{one}
	default:
		return nil
	}
	one.late = !t.Work.Over() && !t.Call.Due.IsZero() && t.Call.Days(e.Now()) < 0
	return []task{one}
}

// staged is the column of a piece of work.
func staged(w ehrdesk.WorkState) stage {
	switch {
	case w.Over():
		return others
	case w == ehrdesk.WorkRequested || w == "":
		return toDo
	}
	return underWay
}

// ofNews are the records that came new and wait to be acknowledged, one for each patient.
func ofNews(e *screen.Env) (out []task) {
	if !e.Account().Role.Reviews() {
		return nil
	}
	for _, n := range ehrdesk.NewsOf(e.Day.Tasks) {
		t := task{id: "news " + n.Lead.Patient.ID, what: e.S(e.T.Board.News), whose: inList(e, n.Lead.Patient), owner: staffed(e, n.Owner), goes: screen.ToToday{}}
		if n.Owner != "" {
			t.stage = underWay
		}
		out = append(out, t)
	}
	return out
}

// ofRequest is a request as a task. The front desk has those of a patient who is to be seen, where it may take the next step.
func ofRequest(e *screen.Env, r *ehrdesk.Request) []task {
	if r.State.Over() && e.Now().Sub(r.Since()) > shownAfter {
		return nil
	}
	act := e.ToAct(r)
	if !e.Clinical() && (r.Kind != ehrdesk.RequestReferral || !ehrdesk.Awaits(r.Kind, r.State, r.Side(e.Account().Provider), e.Account().Role)) {
		return nil
	}
	t := task{id: r.ID, of: r.ID, what: e.S(e.T.Requests.KindOf(r.Kind)), whose: inList(e, r.Patient), stage: others, owner: theOther(e, r)}
	what, _ := r.Overdue(e.Now())
	t.late = what != ""
	if _, due := r.Overdue(e.Now().AddDate(100, 0, 0)); !due.IsZero() {
		t.due = due
	}
	n := len(r.Steps)
	if n > 0 && r.State == ehrdesk.RequestBooked && !r.Steps[n-1].Day.IsZero() {
		t.due = r.Steps[n-1].Day.Time
	}
	ours := ehrdesk.Awaits(r.Kind, r.State, r.Side(e.Account().Provider), e.Account().Role) || r.Waits == ehrdesk.DepositRefused
	if !act && !ours {
		return []task{t}
	}
	t.stage = toDo
	if !ours { // it is overdue at the other provider: somebody here has to ask
		return []task{t}
	}
	t.owner = ""
	switch r.State {
	case ehrdesk.RequestAccepted, ehrdesk.RequestBooked, ehrdesk.RequestSeen:
		if t.stage = underWay; n > 0 && r.Steps[n-1].By.ID == e.Account().Provider {
			t.owner = cmp.Or(ehrdesk.CleanLine(r.Steps[n-1].Name), staffed(e, r.Steps[n-1].Staff))
		}
	case ehrdesk.RequestSent, ehrdesk.RequestReceived, ehrdesk.RequestDeclined, ehrdesk.RequestAnswered, ehrdesk.RequestRecalled, ehrdesk.RequestClosed:
	}
	return []task{t}
}

// ofCase are the tasks of a sealed case: what is critical, what is approved, and what else waits in it.
func ofCase(e *screen.Env, v *ehrdesk.CaseView) (out []task) {
	b, me, now := &e.T.Board, e.Me(), e.Now()
	name, marks := cases.InList(e, v)
	whose := name + marks
	one := func(id, what string, s stage) *task {
		out = append(out, task{id: v.ID + id, of: v.ID, what: what, whose: whose, stage: s, goes: screen.ToCase{ID: v.ID}})
		return &out[len(out)-1]
	}
	open := !v.Left && v.Closed == "" && !v.State.Over()
	has := false
	for i := range v.Said {
		s := &v.Said[i]
		id := fmt.Sprint(" ", s.Event)
		if turn, waits := s.Turn(now); open && waits && (v.Owes(s, me) || s.By == me || v.Is(turn.Who, me)) {
			t := one(id, e.S(b.Acknowledge), others)
			if t.owner, t.due, t.again = cases.Named(e, v, turn.Who), turn.Until, turn.N == 0; v.Owes(s, me) || v.Is(turn.Who, me) {
				t.stage, has = toDo, true
			}
			t.late = turn.N == 0
		}
		if _, _, decided := s.Approval(); open && !decided && s.Approver != (ehrdesk.CasePerson{}) && (s.Approver == me || s.By == me) {
			t := one(id, e.S(b.Approve), others)
			if t.owner = cases.Named(e, v, s.Approver); s.Approver == me && !v.Answered(s, me) {
				t.stage, has = toDo, true
			}
		}
	}
	if n := v.Count(me, now); v.ToAct(n) && (!has || n.Closing || n.Refused > 0 || n.Asked > 0) {
		t := one("", e.S(b.Case)+" · "+e.S(e.T.Cases.PurposeOf(v.Purpose)), toDo)
		if t.owner = mine(e); n.Closing {
			t.due, t.late = v.Closes, !now.Before(v.Closes)
		}
	}
	return out
}
