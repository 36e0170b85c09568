package ehrdesk

import (
	"testing"
	"time"
)

// A day, a month and a year begin and end with the days of Hong Kong, and so does the time of a clock
// without a zone; a time with one is that moment.
func TestWhenSomethingBeginsAndEnds(t *testing.T) {
	for recorded, want := range map[string][2]string{
		"2026-04-08":                {"2026-04-07T16:00:00Z", "2026-04-08T16:00:00Z"},
		"2024-02-29":                {"2024-02-28T16:00:00Z", "2024-02-29T16:00:00Z"},
		"2026-12":                   {"2026-11-30T16:00:00Z", "2026-12-31T16:00:00Z"},
		"2026":                      {"2025-12-31T16:00:00Z", "2026-12-31T16:00:00Z"},
		"2026-04-08T09:00:00":       {"2026-04-08T01:00:00Z", "2026-04-08T01:00:00Z"},
		"2026-04-08T09:00":          {"2026-04-08T01:00:00Z", "2026-04-08T01:00:00Z"},
		"2026-04-08T09:00:00Z":      {"2026-04-08T09:00:00Z", "2026-04-08T09:00:00Z"},
		"2026-04-08T09:00:00+14:00": {"2026-04-07T19:00:00Z", "2026-04-07T19:00:00Z"},
	} {
		w, err := ParseWhen(recorded)
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]string{w.Begins().UTC().Format(time.RFC3339), w.Ends().UTC().Format(time.RFC3339)}; got != want {
			t.Errorf("%s: %v, want %v", recorded, got, want)
		}
	}
	if (When{}).Begins() != (time.Time{}) || (When{}).Ends() != (time.Time{}) {
		t.Error("nothing begins or ends")
	}
}
