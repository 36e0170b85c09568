package main

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// A time of the clock is the next that it shows it, past midnight too.
func TestOnCallUntilATimeOfTheClock(t *testing.T) {
	now := time.Date(2026, 12, 1, 19, 30, 0, 0, ehrdesk.HongKong())
	for text, want := range map[string]time.Time{
		"20:00":                     now.Add(30 * time.Minute),
		"08:00":                     now.Add(12*time.Hour + 30*time.Minute),
		"19:30":                     now.Add(24 * time.Hour),
		"2026-12-03T08:00:00+08:00": time.Date(2026, 12, 3, 8, 0, 0, 0, ehrdesk.HongKong()),
		"off":                       {},
	} {
		if got, err := untilOf(text, now); err != nil || !got.Equal(want) {
			t.Errorf("%s: %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "tomorrow", "25:00", "8", "2026-12-03"} {
		if got, err := untilOf(text, now); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}
