package zone_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk/cmd/internal/zone"
)

// A visit at half past midnight in Hong Kong is of that day, also on a machine that
// stands on UTC.
func TestDaysAreToldByHongKongsClockWhateverTheMachineSays(t *testing.T) {
	was := time.Local
	t.Cleanup(func() { time.Local = was })
	at := time.Date(2026, 9, 2, 16, 30, 0, 0, time.UTC)
	for _, tt := range []struct{ name, machine, want string }{
		{"", "UTC", "03-Sep-2026 00:30"},
		{"", "America/New_York", "03-Sep-2026 00:30"},
		{"Europe/London", "UTC", "02-Sep-2026 17:30"},
	} {
		t.Setenv(zone.Name, tt.name)
		t.Setenv("TZ", tt.machine)
		time.Local = time.UTC
		if err := zone.Use(); err != nil {
			t.Fatal(err)
		}
		if got := at.Local().Format("02-Jan-2006 15:04"); got != tt.want {
			t.Errorf("zone %q on a machine of %s: %s, want %s", tt.name, tt.machine, got, tt.want)
		}
	}
}

func TestAZoneThatDoesNotExistIsAnErrorAndChangesNothing(t *testing.T) {
	was := time.Local
	t.Cleanup(func() { time.Local = was })
	t.Setenv(zone.Name, "Hong Kong/Kowloon")
	if err := zone.Use(); err == nil || time.Local != was {
		t.Errorf("error %v, the zone is %v", err, time.Local)
	}
}
