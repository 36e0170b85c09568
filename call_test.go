package ehrdesk_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/tables"
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
	for _, o := range append(ehrdesk.CallOutcomes(), ehrdesk.CallCame, ehrdesk.CallSeen, ehrdesk.CallGone) {
		open := o == ehrdesk.CallTaken || o == ehrdesk.CallNoAnswer
		if !o.Known() || o.Work().Over() == open {
			t.Errorf("%s: %s", o, o.Work())
		}
	}
	if ehrdesk.CallOutcome("").Known() || ehrdesk.CallOutcome("x").Known() {
		t.Error("an outcome that there is none of is known")
	}
}

func TestTheWorkingDayAfterIsNoSundayAndNoGeneralHoliday(t *testing.T) {
	for from, want := range map[string]string{
		"2026-11-27": "2026-11-28", "2026-11-28": "2026-11-30", "2026-11-29": "2026-11-30",
		"2026-12-24": "2026-12-28",                             // Christmas, Boxing Day, Sunday
		"2026-12-31": "2027-01-02", "2027-02-05": "2027-02-10", // Lunar New Year with the day in lieu of its Sunday
		"2026-04-02": "2026-04-08", // Easter, and Ching Ming's day in lieu
		"2027-02-27": "2027-03-01", "2027-12-24": "2027-12-28",
		"2027-12-31": "2028-01-01", "2028-01-01": "2028-01-03", "2028-12-24": "2028-12-25", // of 2028 nothing is known but its Sundays
		"2025-12-24": "2025-12-25",
	} {
		at, err := time.ParseInLocation(time.DateTime, from+" 23:59:59", ehrdesk.HongKong())
		if err != nil {
			t.Fatal(err)
		}
		if got := ehrdesk.WorkingDayAfter(at).Format(time.DateTime); got != want+" 00:00:00" {
			t.Errorf("after %s comes %s", from, got)
		}
	}
}

// A year of the table has all its holidays, each once, none on a Sunday: one that is lacking would have
// a call due on a day on which nobody is there.
func TestTheTableOfGeneralHolidaysHasYearsWhole(t *testing.T) {
	years := map[int]int{}
	last := time.Time{}
	for _, f := range tables.Holidays() {
		day, err := time.Parse(time.DateOnly, f[0])
		if err != nil || !day.After(last) || day.Weekday() == time.Sunday || !ehrdesk.GeneralHoliday(day) {
			t.Errorf("%v: %v", f, err)
		}
		last = day
		years[day.Year()]++
	}
	if len(years) < 2 {
		t.Errorf("years: %v", years)
	}
	for year, n := range years {
		if n != 17 { // Cap. 149, Schedule: every Sunday and seventeen days
			t.Errorf("%d has %d holidays", year, n)
		}
	}
	if ehrdesk.GeneralHoliday(last.AddDate(1, 0, 0)) {
		t.Error("a day after the table's end is called a holiday")
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
