package central_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
)

// A consent that ends on a day, in a month or in a year at the engine ends when that is over in Hong
// Kong, and one without a zone by the clock there.
func TestAConsentEndsWhenItsDayIsOverInHongKong(t *testing.T) {
	for name, c := range map[string]struct {
		layout string
		from   func(time.Time) time.Time // a day or a time at the clock in Hong Kong
		last   func(time.Time) time.Time // the first moment that is after it
	}{
		"a day": {"2006-01-02", func(now time.Time) time.Time { return now }, func(now time.Time) time.Time {
			return time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, now.Location())
		}},
		"a month": {"2006-01", func(now time.Time) time.Time { return now }, func(now time.Time) time.Time {
			return time.Date(now.Year(), now.Month()+1, 1, 0, 0, 0, 0, now.Location())
		}},
		"a year": {"2006", func(now time.Time) time.Time { return now }, func(now time.Time) time.Time {
			return time.Date(now.Year()+1, 1, 1, 0, 0, 0, 0, now.Location())
		}},
		"a time of the clock there": {"2006-01-02T15:04:05", func(now time.Time) time.Time { return now.Add(2 * time.Hour) }, func(now time.Time) time.Time {
			return now.Add(2 * time.Hour).Truncate(time.Second)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGate(t, fhirtest.Quirks{})
			d := g.doctor()
			_, body := g.consent()
			now := g.clock.now().In(ehrdesk.HongKong())
			g.engine.Put(strings.Replace(body, `"period":{`, `"period":{"end":"`+c.from(now).Format(c.layout)+`",`, 1))
			d.want(200, "GET", "/Observation/obs-p", "")
			g.clock.advance(c.last(now).Sub(now) - time.Second)
			d.signIn()
			d.want(200, "GET", "/Observation/obs-p", "")
			g.clock.advance(time.Second)
			if got := issue(t, d.want(403, "GET", "/Observation/obs-p", "")); got != "consent-needed" {
				t.Errorf("refused as %q", got)
			}
		})
	}
	for name, end := range map[string]func(now time.Time) string{
		"yesterday":   func(now time.Time) string { return now.AddDate(0, 0, -1).Format("2006-01-02") },
		"last year":   func(now time.Time) string { return now.AddDate(-1, 0, 0).Format("2006") },
		"an hour ago": func(now time.Time) string { return now.Add(-time.Hour).Format("2006-01-02T15:04:05") },
	} {
		g := newGate(t, fhirtest.Quirks{})
		d := g.doctor()
		_, body := g.consent()
		g.engine.Put(strings.Replace(body, `"period":{`, `"period":{"end":"`+end(g.clock.now().In(ehrdesk.HongKong()))+`",`, 1))
		d.want(403, "GET", "/Observation/obs-p", "")
		if got := g.revoked(gateEHR); len(got) != 1 {
			t.Errorf("%s: the log has %+v", name, got)
		}
	}
}
