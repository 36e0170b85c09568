package chart

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
)

func hitOf(id, resource, title, status string, day int) ehrdesk.Record {
	return ehrdesk.Record{ID: id, Resource: resource, Title: title, Status: status, Date: ehrdesk.At(time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC))}
}

func ids(records []ehrdesk.Record) (out string) {
	for i := range records {
		out += records[i].ID + " "
	}
	return out
}

func TestHitsOfOneDrugAreFoldedUnderItsOrderInForce(t *testing.T) {
	all := []ehrdesk.Record{hitOf("d2", "MedicationDispense", "warfarin 1 mg", "completed", 9), hitOf("n", "DocumentReference", "warfarin 1 mg", "current", 8), hitOf("o", "MedicationRequest", "warfarin 1 mg", "active", 5),
		hitOf("d1", "MedicationDispense", "warfarin 1 mg", "completed", 4), hitOf("old", "MedicationRequest", "warfarin 1 mg", "stopped", 2), hitOf("w3", "MedicationRequest", "warfarin 3 mg", "stopped", 1)}
	f := foldHits(all, nil)
	if got := ids(f.shown); got != "o n w3 " || f.more[all[2].Ref()] != 3 || len(f.more) != 1 {
		t.Errorf("%s%v", got, f.more)
	}
	f = foldHits(all, map[string]bool{foldName(&all[2]): true})
	if got := ids(f.shown); got != "o d2 n d1 old w3 " || len(f.more) != 0 {
		t.Errorf("unfolded: %s%v", got, f.more)
	}
}

func TestHitsOfOneTestAreFoldedUnderTheBest(t *testing.T) {
	all := []ehrdesk.Record{hitOf("3", "Observation", "INR", "final", 9), hitOf("2", "Observation", "INR", "final", 8), hitOf("r", "DiagnosticReport", "INR", "final", 8), hitOf("1", "Observation", "INR", "final", 2)}
	if f := foldHits(all, nil); ids(f.shown) != "3 r " || f.more[all[0].Ref()] != 2 {
		t.Errorf("%s%v", ids(f.shown), f.more)
	}
}

func TestWhatIsRestrictedOrEnteredInErrorIsNeverFolded(t *testing.T) {
	all := []ehrdesk.Record{hitOf("1", "Observation", "INR", "final", 9), hitOf("2", "Observation", "INR", "entered-in-error", 8), hitOf("3", "Observation", "INR", "final", 7)}
	all[2].Released = true
	if f := foldHits(all, nil); len(f.shown) != 3 {
		t.Errorf("%s", ids(f.shown))
	}
}

func TestNoHitIsLostByFolding(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var all []ehrdesk.Record
		open := map[string]bool{}
		for i := range rapid.IntRange(0, 30).Draw(r, "n") {
			x := hitOf(fmt.Sprint(i), rapid.SampledFrom([]string{"Observation", "MedicationRequest", "MedicationDispense", "Condition"}).Draw(r, "resource"),
				rapid.SampledFrom([]string{"a", "b", "c", ""}).Draw(r, "title"), rapid.SampledFrom([]string{"active", "final", "stopped", "entered-in-error"}).Draw(r, "status"), rapid.IntRange(1, 28).Draw(r, "day"))
			all = append(all, x)
			if rapid.Bool().Draw(r, "open") {
				open[foldName(&x)] = true
			}
		}
		f := foldHits(all, open)
		n, seen := len(f.shown), map[string]bool{}
		for _, k := range f.more {
			n += k
		}
		for _, x := range f.shown {
			if seen[x.ID] {
				r.Fatalf("%s stands twice", x.ID)
			}
			seen[x.ID] = true
		}
		if n != len(all) {
			r.Fatalf("%d hits of %d", n, len(all))
		}
	})
}

func BenchmarkFoldHits10000(b *testing.B) {
	var all []ehrdesk.Record
	for i := range 10000 {
		all = append(all, hitOf(fmt.Sprint(i), []string{"Observation", "Encounter"}[i%2], fmt.Sprint("test ", i%97), "final", 1+i%28))
	}
	b.ReportAllocs()
	for b.Loop() {
		foldHits(all, nil)
	}
}
