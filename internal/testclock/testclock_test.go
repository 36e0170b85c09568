package testclock

import (
	"os"
	"strings"
	"testing"
	"time"
)

func TestTheVariableStartsTheClockInTheZoneOfTheProcess(t *testing.T) {
	for text, want := range map[string]time.Time{
		"2026-12-31T23:59":          time.Date(2026, 12, 31, 23, 59, 0, 0, time.Local),
		"2026-12-31T23:59:58":       time.Date(2026, 12, 31, 23, 59, 58, 0, time.Local),
		"2026-12-31T23:59:58+08:00": time.Date(2026, 12, 31, 15, 59, 58, 0, time.UTC),
	} {
		t.Setenv(Variable, text)
		if got := Start(); !got.Equal(want) || got.Location() != time.Local {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

func TestWithoutTheVariableATestKeepsItsOwnMoment(t *testing.T) {
	t.Setenv(Variable, "")
	own := time.Date(2026, 4, 8, 9, 0, 0, 0, time.UTC)
	if got := Or(own); got != own {
		t.Errorf("%v, want %v", got, own)
	}
	if got := time.Since(Start()); got < 0 || got > time.Hour {
		t.Errorf("it starts %v ago", got)
	}
}

func TestWhatIsNoTimeStopsTheRun(t *testing.T) {
	t.Setenv(Variable, "noon")
	defer func() {
		if recover() == nil {
			t.Error("it went on at some other hour")
		}
	}()
	Start()
}

// A run in a zone that this machine does not know would be one in UTC.
func TestTheZoneIsTheOneThatTZNames(t *testing.T) {
	zone := strings.TrimPrefix(os.Getenv("TZ"), ":")
	if zone == "" || strings.HasPrefix(zone, "/") {
		return // the machine's own
	}
	if got := time.Local.String(); got != zone {
		t.Errorf("the zone is %s, TZ says %s", got, zone)
	}
}

func TestWhereTheDayIsTooShortTheNextOneBegins(t *testing.T) {
	hkt := time.FixedZone("HKT", 8*3600)
	for _, tt := range []struct{ at, want time.Time }{
		{time.Date(2026, 12, 31, 23, 0, 0, 0, hkt), time.Date(2026, 12, 31, 23, 0, 0, 0, hkt)},
		{time.Date(2026, 12, 31, 23, 50, 0, 0, hkt), time.Date(2027, 1, 1, 0, 0, 0, 0, hkt)},
		{time.Date(2026, 12, 31, 23, 51, 0, 0, hkt), time.Date(2027, 1, 1, 0, 0, 0, 0, hkt)},
		{time.Date(2026, 12, 31, 15, 51, 0, 0, time.UTC), time.Date(2026, 12, 31, 15, 51, 0, 0, time.UTC)},
	} {
		if got := SameDay(tt.at, 10*time.Minute); got != tt.want {
			t.Errorf("%v: %v, want %v", tt.at, got, tt.want)
		}
	}
}
