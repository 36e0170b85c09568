package ehrdesk_test

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

func TestAnEndIsInForceFromItsInstantOn(t *testing.T) {
	hk := ehrdesk.HongKong()
	midnight := time.Date(2026, 12, 1, 0, 0, 0, 0, hk)
	e := ehrdesk.End{Of: ehrdesk.ProviderSuspended, Since: midnight, Until: midnight.AddDate(0, 0, 7)}
	for at, want := range map[time.Time]bool{midnight.Add(-1): false, midnight: true, midnight.AddDate(0, 0, 7).Add(-1): true, midnight.AddDate(0, 0, 7): false} {
		if got := e.InForce(at); got != want {
			t.Errorf("in force at %s: %v", at, got)
		}
		if got := ehrdesk.EndInForce([]ehrdesk.End{{Of: ehrdesk.AccountEnds, Since: midnight.AddDate(1, 0, 0)}, e}, at); (got != nil) != want {
			t.Errorf("at %s: %v", at, got)
		}
	}
	for before, want := range map[time.Duration]int{time.Nanosecond: 1, 23 * time.Hour: 1, 25 * time.Hour: 2, 30 * 24 * time.Hour: 30, -time.Hour: 0} {
		if got := e.DaysLeft(midnight.Add(-before)); got != want {
			t.Errorf("%s before midnight %d days are left, want %d", before, got, want)
		}
	}
	for days, want := range map[int]bool{29: false, 30: true} {
		if got := ehrdesk.EndWithin([]ehrdesk.End{e}, midnight.AddDate(0, 0, -30), days); (got != nil) != want {
			t.Errorf("within %d days: %v", days, got)
		}
	}
	if got := ehrdesk.EndWithin([]ehrdesk.End{e}, midnight, 30); got != nil {
		t.Error("what has ended is still to end")
	}
}

// The kinds of establishment are the booklet's seven, each with its documents.
func TestEveryKindOfEstablishmentHasItsDocuments(t *testing.T) {
	all := ehrdesk.Establishments()
	if len(all) != 7 {
		t.Errorf("%d kinds", len(all))
	}
	for _, e := range all {
		seen := map[string]bool{}
		for _, p := range e.Papers {
			if p.Name == "" || seen[p.Code] {
				t.Errorf("%s: %+v", e.Kind, p)
			}
			seen[p.Code] = true
		}
		if again, ok := ehrdesk.EstablishmentOf(e.Kind); !ok || len(seen) == 0 || len(again.Papers) != len(e.Papers) {
			t.Errorf("%s: %+v", e.Kind, again)
		}
	}
	if _, ok := ehrdesk.EstablishmentOf("gp"); ok {
		t.Error("invented")
	}
}
