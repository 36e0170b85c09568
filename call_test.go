package ehrdesk_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

func TestACallIsWhoseTookItOverElseWhoseTriedLast(t *testing.T) {
	said := func(by string, o ehrdesk.CallOutcome) ehrdesk.Step {
		return ehrdesk.Step{State: o.Work(), Outcome: o, Stamp: ehrdesk.Stamp{By: by}}
	}
	for _, tt := range []struct {
		history []ehrdesk.Step
		owner   string
		outcome ehrdesk.CallOutcome
	}{
		{[]ehrdesk.Step{said("a", "")}, "", ""},
		{[]ehrdesk.Step{said("a", ""), said("b", ehrdesk.CallNoAnswer)}, "b", ehrdesk.CallNoAnswer},
		{[]ehrdesk.Step{said("a", ""), said("b", ehrdesk.CallNoAnswer), said("c", ehrdesk.CallTaken)}, "c", ehrdesk.CallNoAnswer},
		{[]ehrdesk.Step{said("a", ""), said("c", ehrdesk.CallTaken), said("b", ehrdesk.CallNoAnswer)}, "c", ehrdesk.CallNoAnswer},
		{[]ehrdesk.Step{said("a", ""), said("b", ehrdesk.CallReached)}, "b", ehrdesk.CallReached},
		{[]ehrdesk.Step{said("a", ""), said("b", ehrdesk.CallCame)}, "", ehrdesk.CallCame},
	} {
		c := ehrdesk.Call{History: tt.history}
		if c.Owner() != tt.owner || c.Outcome() != tt.outcome {
			t.Errorf("%+v: %q, %q", tt.history, c.Owner(), c.Outcome())
		}
	}
}

func TestEveryOutcomeLeavesACallOpenOrConcluded(t *testing.T) {
	for _, o := range append(ehrdesk.CallOutcomes(), ehrdesk.CallCame) {
		open := o == ehrdesk.CallTaken || o == ehrdesk.CallNoAnswer
		if !o.Known() || o.Work().Over() == open {
			t.Errorf("%s: %s", o, o.Work())
		}
	}
	if ehrdesk.CallOutcome("").Known() || ehrdesk.CallOutcome("x").Known() {
		t.Error("an outcome that there is none of is known")
	}
}

func TestTheDayAfterIsNoSunday(t *testing.T) {
	for from, want := range map[string]string{"2026-11-27": "2026-11-28", "2026-11-28": "2026-11-30", "2026-11-29": "2026-11-30", "2026-12-31": "2027-01-01", "2027-02-27": "2027-03-01"} {
		at, err := time.ParseInLocation(time.DateTime, from+" 23:59:59", ehrdesk.HongKong())
		if err != nil {
			t.Fatal(err)
		}
		if got := ehrdesk.WorkingDayAfter(at).Format(time.DateTime); got != want+" 00:00:00" {
			t.Errorf("after %s comes %s", from, got)
		}
	}
}

func TestACallIsOverdueFromTheDayAfterItWasDue(t *testing.T) {
	due := time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)
	for at, want := range map[string]int{"2026-11-29T23:59:59+08:00": 1, "2026-11-30T00:00:00+08:00": 0, "2026-11-30T23:59:59-08:00": 0, "2026-12-01T00:00:00+08:00": -1} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := (ehrdesk.Call{Due: due}).Days(now); got != want {
			t.Errorf("at %s: %d", at, got)
		}
	}
}
