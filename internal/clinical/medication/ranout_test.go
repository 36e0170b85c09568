package medication_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
)

// A drug that was taken on and on and whose supply has ended of late is told among what is
// taken now: nobody said that it was to end. now is 28-Nov-2026.
func TestADrugWhoseSupplyRanOutOfLateIsNoPastDrug(t *testing.T) {
	order := func(date, days string) rec { return rec{date: date, status: "completed", dose: "20 mg", days: days} }
	supply := func(date, days string) rec { return rec{date: date, kind: "dispense", status: "completed", days: days} }
	until := func(date, until, status string) rec {
		return rec{date: date, until: until, status: status, dose: "20 mg"}
	}
	for _, c := range []struct {
		name    string
		drug    string
		list    []rec
		current bool
	}{
		{"repeated, ended four days ago", "simvastatin", []rec{order("2026-08-01", "58"), order("2026-09-27", "58")}, true},
		{"repeated with another dose", "simvastatin", []rec{{date: "2026-08-01", status: "completed", dose: "10 mg", days: "58"}, order("2026-09-27", "58")}, true},
		{"repeated, ended two months ago", "simvastatin", []rec{order("2026-06-01", "58"), order("2026-08-01", "58")}, false},
		{"of high risk, ended two months ago", "warfarin", []rec{order("2026-06-01", "58"), order("2026-08-01", "58")}, true},
		{"of high risk, ended a year ago", "warfarin", []rec{order("2025-06-01", "58"), order("2025-08-01", "58")}, false},
		{"one long supply", "simvastatin", []rec{order("2026-08-01", "112")}, true},
		{"one short course", "amoxicillin", []rec{order("2026-11-18", "7")}, false},
		{"one month of a drug of high risk", "warfarin", []rec{order("2026-10-25", "28")}, true},
		{"one month of another", "omeprazole", []rec{order("2026-10-25", "28")}, false},
		{"stopped", "warfarin", []rec{order("2026-08-01", "58"), {date: "2026-09-27", status: "stopped", dose: "20 mg", days: "58"}}, false},
		{"said not to be taken", "warfarin", []rec{order("2026-09-27", "58"), {date: "2026-10-27", status: "not-taken", kind: "statement"}}, false},
		{"nothing but supplies, without a gap", "warfarin", []rec{supply("2026-09-01", "28"), supply("2026-09-29", "28"), supply("2026-10-27", "28")}, true},
		{"one supply, used up", "amoxicillin", []rec{supply("2026-11-10", "7")}, false},
		{"completed as planned, renewed once", "prednisolone", []rec{until("2026-09-01", "2026-10-01", "completed"), until("2026-10-01", "2026-11-20", "completed")}, false},
		{"completed as planned, though always renewed", "warfarin", []rec{until("2026-08-01", "2026-09-01", "completed"), until("2026-09-01", "2026-10-01", "completed"), until("2026-10-01", "2026-11-20", "completed")}, true},
		{"its planned end passed, and nobody completed it", "warfarin", []rec{until("2026-10-01", "2026-11-20", "active")}, true},
		{"a short course that nobody completed", "amoxicillin", []rec{until("2026-11-10", "2026-11-17", "active")}, false},
	} {
		for i := range c.list {
			c.list[i].title = c.drug
		}
		l := of(c.list...)
		if got := len(l.Current) == 1; got != c.current || l.Len() != 1 {
			t.Errorf("%s: current is %v, want %v: %s", c.name, got, c.current, lines(l))
			continue
		}
		if c.current && !l.Current[0].Remarks.Has(medication.RanOut) {
			t.Errorf("%s: told as taken, and not that it ran out", c.name)
		}
	}
}

// A new order takes the remark away, and a drug is never in both lists.
func TestAnOrderAfterTheSupplyEndedIsTaken(t *testing.T) {
	l := of(rec{title: "simvastatin", date: "2026-08-01", status: "completed", dose: "20 mg", days: "112"}, rec{title: "simvastatin", date: "2026-11-25", status: "active", dose: "20 mg", days: "112"})
	if len(l.Current) != 1 || len(l.Past) != 0 || l.Current[0].Remarks.Has(medication.RanOut) || l.Current[0].State != medication.Started {
		t.Error(lines(l))
	}
}
