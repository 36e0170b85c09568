package ehrdesk_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

func TestAConsentIsGivenAnewForLongerAndNeverForShorter(t *testing.T) {
	now := time.Date(2026, 4, 8, 9, 0, 0, 0, time.UTC)
	day := func(n int) time.Time { return now.AddDate(0, 0, n) }
	for _, c := range []struct {
		name  string
		until time.Time
		state ehrdesk.ConsentState
		term  ehrdesk.Term
		want  time.Time
		ok    bool
	}{
		{"a year, long before the end, from now", day(100), ehrdesk.ConsentActive, ehrdesk.OneYear, now.AddDate(1, 0, 0), true},
		{"a year, 31 days before, from now", day(31), ehrdesk.ConsentActive, ehrdesk.OneYear, now.AddDate(1, 0, 0), true},
		{"a year, 30 days before, from the end", day(30), ehrdesk.ConsentActive, ehrdesk.OneYear, day(30).AddDate(1, 0, 0), true},
		{"a year, in the place of a longer one", now.AddDate(1, 0, 1), ehrdesk.ConsentActive, ehrdesk.OneYear, now.AddDate(1, 0, 0), false},
		{"without an end", now.AddDate(1, 0, 1), ehrdesk.ConsentActive, ehrdesk.Indefinite, time.Time{}, true},
		{"of one that has no end", time.Time{}, ehrdesk.ConsentActive, ehrdesk.Indefinite, time.Time{}, false},
		{"of one that is over", day(-1), ehrdesk.ConsentActive, ehrdesk.Indefinite, time.Time{}, false},
		{"of one withdrawn", day(100), ehrdesk.ConsentWithdrawn, ehrdesk.OneYear, time.Time{}, false},
	} {
		until, ok := ehrdesk.SharingConsent{State: c.state, Until: c.until}.Anew(c.term, now)
		if ok != c.ok || !until.Equal(c.want) {
			t.Errorf("%s: %v %v, want %v %v", c.name, until, ok, c.want, c.ok)
		}
	}
}
