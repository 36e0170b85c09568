// Package testclock says at which moment the clocks of the tests start, so that
// every test can be run at any hour of any day: EHRDESK_TEST_NOW=2026-12-31T23:59
// has them all start a minute before midnight, in the zone that TZ names. It is
// for tests alone; no program of ours imports it.
//
// Only clocks inside a test's process follow it. The programs that testscript,
// tmux or exec start, the card service and the kernel have the machine's.
package testclock

import (
	"fmt"
	"os"
	"time"
	_ "time/tzdata" // TZ counts on a machine without a table of zones, too
)

// Variable names the environment variable. Its value is a local time of TZ,
// 2026-12-31T23:59 or 2026-12-31T23:59:30, or a moment as RFC 3339 writes it.
const Variable = "EHRDESK_TEST_NOW"

// Start is the moment at which a test's clock starts, in the zone of this
// process: what Variable says, or else the machine's time. It panics where
// Variable says no time, as a run at another hour than was asked for shows nothing.
func Start() time.Time { return Or(time.Now()) }

// Or is Start for a test with a moment of its own, which counts where Variable
// says nothing.
func Or(own time.Time) time.Time {
	text := os.Getenv(Variable)
	if text == "" {
		return own
	}
	at, err := parse(text)
	if err != nil {
		panic(err)
	}
	return at
}

func parse(text string) (time.Time, error) {
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", time.RFC3339Nano} {
		if at, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return at.In(time.Local), nil
		}
	}
	return time.Time{}, fmt.Errorf("%s=%q is no time such as 2026-12-31T23:59", Variable, text)
}

// SameDay is at, or the first moment of the next day where less than d of at's
// own day is left: for a test whose story is of one day, wherever its clock starts.
func SameDay(at time.Time, d time.Duration) time.Time {
	y, m, day := at.Date()
	if next := time.Date(y, m, day+1, 0, 0, 0, 0, at.Location()); !at.Add(d).Before(next) {
		return next
	}
	return at
}
