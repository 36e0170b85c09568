package acts

import (
	"fmt"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

func TestWhatIsNewOfALineIsWhatOthersHaveSaidSinceItWasSeen(t *testing.T) {
	midnight := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	at := func(min int) time.Time { return midnight.Add(9*time.Hour + time.Duration(min)*time.Minute) }
	me, clerk := "me", "clerk"
	stamp := func(by string, min int) ehrdesk.Stamp { return ehrdesk.Stamp{At: at(min), By: by, Desk: "1"} }
	step := func(by string, min int, to ehrdesk.WorkState) ehrdesk.Step {
		return ehrdesk.Step{State: to, Stamp: stamp(by, min)}
	}
	yesterday := -24 * 60
	saw := func(min int) *sight { return &sight{Step: at(min), At: at(60), Day: "2026-11-21"} }
	own := func(s ehrdesk.Stamp) bool { return s.By == me && s.Desk == "1" }
	for _, tt := range []struct {
		about string
		steps []ehrdesk.Step
		saw   *sight
		at    int    // minutes; when they are due, moved by booked
		by    string // who said the booking last
		want  string
	}{
		{"nothing was said since", []ehrdesk.Step{step(clerk, 0, ehrdesk.WorkRequested)}, saw(0), 60, clerk, "[]"},
		{"a colleague marked them", []ehrdesk.Step{step(clerk, 0, ehrdesk.WorkRequested), step(clerk, 5, ehrdesk.WorkAccepted)}, saw(0), 60, clerk, "[state requested accepted clerk 5]"},
		{"marked by oneself", []ehrdesk.Step{step(clerk, 0, ehrdesk.WorkRequested), step(me, 5, ehrdesk.WorkAccepted)}, saw(0), 60, clerk, "[]"},
		{"by oneself at another desk", []ehrdesk.Step{step(clerk, 0, ehrdesk.WorkRequested), {State: ehrdesk.WorkAccepted, Stamp: ehrdesk.Stamp{At: at(5), By: me, Desk: "2"}}}, saw(0), 60, clerk, "[state requested accepted me 5]"},
		{"by oneself, then by a colleague", []ehrdesk.Step{step(clerk, 0, ehrdesk.WorkRequested), step(me, 5, ehrdesk.WorkAccepted), step(clerk, 6, ehrdesk.WorkInProgress)}, saw(0), 60, clerk, "[state accepted in-progress clerk 6]"},
		{"marked and taken back", []ehrdesk.Step{step(clerk, 0, ehrdesk.WorkRequested), step(clerk, 5, ehrdesk.WorkAccepted), step(clerk, 6, ehrdesk.WorkRequested)}, saw(0), 60, clerk, "[]"},
		{"said before, heard after the look", []ehrdesk.Step{step(clerk, 0, ehrdesk.WorkRequested), step(clerk, 1, ehrdesk.WorkAccepted)}, saw(0), 60, clerk, "[state requested accepted clerk 1]"},
		{"another time", []ehrdesk.Step{step(clerk, 0, ehrdesk.WorkRequested)}, saw(0), 90, clerk, "[time 60 90]"},
		{"another time, by oneself", []ehrdesk.Step{step(clerk, 0, ehrdesk.WorkRequested)}, saw(0), 90, me, "[]"},
		{"put down today by a colleague", []ehrdesk.Step{step(clerk, 3, ehrdesk.WorkRequested)}, nil, 60, clerk, "[added clerk 3]"},
		{"and marked at once", []ehrdesk.Step{step(clerk, 3, ehrdesk.WorkRequested), step(clerk, 4, ehrdesk.WorkAccepted)}, nil, 60, clerk, "[added clerk 3 state requested accepted clerk 4]"},
		{"put down today by oneself", []ehrdesk.Step{step(me, 3, ehrdesk.WorkRequested)}, nil, 60, me, "[]"},
		{"put down on another day", []ehrdesk.Step{step(clerk, yesterday, ehrdesk.WorkRequested)}, nil, 60, clerk, "[]"},
		{"put down on another day, marked today", []ehrdesk.Step{step(clerk, yesterday, ehrdesk.WorkRequested), step(clerk, 4, ehrdesk.WorkAccepted)}, nil, 60, clerk, "[state requested accepted clerk 4]"},
	} {
		l := ehrdesk.DayLine{Kind: ehrdesk.TaskArrival, Steps: tt.steps, Booked: ehrdesk.Booked{Day: "2026-11-21", Stamp: stamp(tt.by, 7)}, Words: []ehrdesk.SealedWords{{Part: ehrdesk.WordsStanding, Stamp: stamp(clerk, 0)}}}
		line := ehrdesk.Task{Kind: ehrdesk.TaskArrival, At: at(tt.at)}
		var had sight
		if tt.saw != nil {
			had = *tt.saw
		}
		var got []string
		min := func(t time.Time) int { return int(t.Sub(at(0)).Minutes()) }
		for _, c := range newsOf(line, l, had, tt.saw != nil, midnight, own) {
			switch c.What {
			case ehrdesk.ChangeState:
				got = append(got, fmt.Sprintf("state %s %s %s %d", c.From, c.To, c.By.By, min(c.By.At)))
			case ehrdesk.ChangeAdded:
				got = append(got, fmt.Sprintf("added %s %d", c.By.By, min(c.By.At)))
			case ehrdesk.ChangeTime:
				got = append(got, fmt.Sprintf("time %d %d", min(c.FromAt), min(c.ToAt)))
			case ehrdesk.ChangeDue, ehrdesk.ChangeConsent:
				got = append(got, string(c.What))
			}
		}
		if s := fmt.Sprint(got); s != tt.want {
			t.Errorf("%s: %s, want %s", tt.about, s, tt.want)
		}
	}
}

// What a record left open begins before a desk puts it down. It is new to who has not seen it, and no more once they have.
func TestALineThatBeginsBeforeItWasPutDownIsNewToWhoHasNotSeenIt(t *testing.T) {
	midnight := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	put := ehrdesk.Stamp{At: midnight.Add(9 * time.Hour), By: "clerk", Desk: "1"}
	l := ehrdesk.DayLine{Kind: ehrdesk.TaskCall, Booked: ehrdesk.Booked{Day: "2026-11-21", Stamp: put},
		Steps: []ehrdesk.Step{{State: ehrdesk.WorkRequested, Stamp: ehrdesk.Stamp{At: midnight.AddDate(0, -2, 0), By: "clerk", Desk: "1"}}}}
	task := ehrdesk.Task{Kind: ehrdesk.TaskCall, Call: ehrdesk.Call{What: ehrdesk.FollowMissed}}
	never := func(ehrdesk.Stamp) bool { return false }
	if got := newsOf(task, l, sight{}, false, midnight, never); len(got) != 1 || got[0].What != ehrdesk.ChangeAdded || got[0].By != put {
		t.Errorf("not seen: %+v", got)
	}
	if got := newsOf(task, l, sightOf(task, l), true, midnight, never); len(got) != 0 {
		t.Errorf("seen: %+v", got)
	}
	if got := newsOf(task, l, sight{}, false, midnight, func(s ehrdesk.Stamp) bool { return s == put }); len(got) != 0 {
		t.Errorf("one's own: %+v", got)
	}
	l.Steps = append(l.Steps, ehrdesk.Step{State: ehrdesk.WorkCompleted, Outcome: ehrdesk.CallReached, Stamp: ehrdesk.Stamp{At: put.At.Add(-time.Hour), By: "other", Desk: "2"}})
	if got := putDown(l); got != l.Steps[0].Stamp {
		t.Errorf("concluded by a colleague before this desk put it down: %+v", got)
	}
}
