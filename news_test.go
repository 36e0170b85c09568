package ehrdesk_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

func TestWhatWaitsIsToActOnFirstThenOldestFirstByPatient(t *testing.T) {
	at := func(hour int) time.Time { return time.Date(2026, 11, 30, hour, 0, 0, 0, time.UTC) }
	line := func(id, patient string, what ehrdesk.FollowKind, hour int, steps ...ehrdesk.Step) ehrdesk.Task {
		return ehrdesk.Task{ID: id, Kind: ehrdesk.TaskReview, Patient: ehrdesk.Patient{ID: patient}, Work: ehrdesk.WorkRequested, Call: ehrdesk.Call{What: what, At: at(hour), History: steps}}
	}
	taken := func(by string, hour int) ehrdesk.Step {
		return ehrdesk.Step{State: ehrdesk.WorkAccepted, Outcome: ehrdesk.CallTaken, Stamp: ehrdesk.Stamp{At: at(hour), By: by}}
	}
	over := line("over", "wong", ehrdesk.FollowAct, 1)
	over.Work = ehrdesk.WorkCompleted
	all := []ehrdesk.Task{
		line("k1", "chan", ehrdesk.FollowKnow, 2), line("a2", "wong", ehrdesk.FollowAct, 9, taken("drlee", 10)), line("k2", "wong", ehrdesk.FollowKnow, 3, taken("drho", 11)),
		line("test", "wong", ehrdesk.FollowTest, 1), over, line("a1", "lam", ehrdesk.FollowAct, 8), {ID: "arrival", Kind: ehrdesk.TaskArrival},
	}
	var ids []string
	for _, w := range ehrdesk.Waiting(all) {
		ids = append(ids, w.ID)
	}
	if want := []string{"a1", "a2", "k1", "k2"}; !slices.Equal(ids, want) {
		t.Errorf("%q", ids)
	}
	var people []string
	for _, p := range ehrdesk.NewsOf(all) {
		people = append(people, fmt.Sprintf("%s %d %d %d %q", p.Lead.Patient.ID, p.Act, p.Know, p.Since.Hour(), p.Owner))
	}
	if want := []string{`wong 1 1 3 "drho"`, `lam 1 0 8 ""`, `chan 0 1 2 ""`}; !slices.Equal(people, want) {
		t.Errorf("%q", people)
	}
}
