package ehrdesk_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

func TestALineOfTheDayBelongsToOnePartAtMost(t *testing.T) {
	for _, tt := range []struct {
		line ehrdesk.Task
		want ehrdesk.DayPart // "" for none
	}{
		{ehrdesk.Task{Kind: ehrdesk.TaskArrival}, ehrdesk.PartBooked},
		{ehrdesk.Task{Kind: ehrdesk.TaskArrival, Work: ehrdesk.WorkRequested}, ehrdesk.PartBooked},
		{ehrdesk.Task{Kind: ehrdesk.TaskArrival, Work: ehrdesk.WorkAccepted}, ehrdesk.PartHere},
		{ehrdesk.Task{Kind: ehrdesk.TaskArrival, Work: ehrdesk.WorkOnHold}, ehrdesk.PartWaiting},
		{ehrdesk.Task{Kind: ehrdesk.TaskArrival, Work: ehrdesk.WorkInProgress}, ehrdesk.PartIn},
		{ehrdesk.Task{Kind: ehrdesk.TaskArrival, Work: ehrdesk.WorkCompleted}, ehrdesk.PartDone},
		{ehrdesk.Task{Kind: ehrdesk.TaskArrival, Work: ehrdesk.WorkFailed}, ehrdesk.PartAway},
		{ehrdesk.Task{Kind: ehrdesk.TaskArrival, Work: ehrdesk.WorkCancelled}, ""},
		{ehrdesk.Task{Kind: ehrdesk.TaskWait, State: ehrdesk.TaskOpen}, ehrdesk.PartWaiting},
		{ehrdesk.Task{Kind: ehrdesk.TaskWait, State: ehrdesk.TaskEnded}, ehrdesk.PartDone},
		{ehrdesk.Task{Kind: ehrdesk.TaskCall, Work: ehrdesk.WorkOnHold}, ehrdesk.PartCalls},
		{ehrdesk.Task{Kind: ehrdesk.TaskCall, Work: ehrdesk.WorkCompleted}, ehrdesk.PartDone},
		{ehrdesk.Task{Kind: ehrdesk.TaskReview, Work: ehrdesk.WorkRequested}, ehrdesk.PartReviews},
		{ehrdesk.Task{Kind: ehrdesk.TaskReview, Work: ehrdesk.WorkCompleted}, ehrdesk.PartDone},
		{ehrdesk.Task{Kind: ehrdesk.TaskDone, State: ehrdesk.TaskEnded}, ehrdesk.PartDone},
		{ehrdesk.Task{Kind: ehrdesk.TaskAct, State: ehrdesk.TaskQueued}, ""},
		{ehrdesk.Task{Kind: ehrdesk.TaskReport, State: ehrdesk.TaskRefused}, ""},
	} {
		for _, p := range ehrdesk.DayParts() {
			if got := p.Has(tt.line); got != (p == tt.want) {
				t.Errorf("%s %s %s is of %q: %v", tt.line.Kind, tt.line.State, tt.line.Work, p, got)
			}
		}
	}
}
