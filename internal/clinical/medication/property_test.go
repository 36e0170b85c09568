package medication_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
)

// A property holds of any records: few names, codes, dates and states, so that they meet.
func anyRecord() *rapid.Generator[rec] {
	return rapid.Custom(func(t *rapid.T) rec {
		pick := func(label string, list ...string) string { return rapid.SampledFrom(list).Draw(t, label) }
		return rec{
			title: pick("title", "warfarin", "warfarin tablet 1 mg", "Coumadin", "apixaban", "xyzalol", "", "morphine MR tablet"), code: pick("code", "", "atc:B01AA03", "atc:B01AF02", "http://x:1", "atc:B01"),
			date: pick("date", "", "2020-01-06", "2026-10-01", "2026-11-20", "2026-12-20", "2026-11", "2026-11-20T08:00:00Z"), status: pick("status", "active", "completed", "stopped", "on-hold", "draft", "cancelled", "", "entered-in-error", "not-taken"),
			dose: pick("dose", "", "3 mg", "3.0 mg", "4 mg"), route: pick("route", "", "", "oral", "IV"), kind: pick("kind", "", "", "statement", "dispense", "administration"), days: pick("days", "", "28", "90"),
			intent: pick("intent", "", "order", "plan"), prior: pick("prior", "", "", "r0", "r1"), under: pick("under", "", "r0", "r2"), until: pick("until", "", "", "2026-11-25", "2026-12-24"), forbids: pick("forbids", "", "", "", "x") != "",
		}
	})
}

func records(t *rapid.T) []ehrdesk.Record {
	var out []ehrdesk.Record
	for i, x := range rapid.SliceOfN(anyRecord(), 0, 14).Draw(t, "records") {
		x.id = fmt.Sprint("r", i)
		out = append(out, x.record())
	}
	return out
}

// dump is all of a list but where in memory its records lie.
func dump(l *medication.List) string {
	var b strings.Builder
	for _, d := range slices.Concat(l.Current, l.Past) {
		id := func(r *ehrdesk.Record) string {
			if r == nil {
				return ""
			}
			return r.ID
		}
		var also []string
		for _, r := range d.Also {
			also = append(also, r.ID)
		}
		fmt.Fprintln(&b, line(&d), d.Lead.ID, history(&d), d.Risks, d.Substances, d.First.Date(), d.Until.Date(), d.SupplyUntil.Date(), id(d.Before), d.BeforeUntil.Date(), id(d.Newer), also, d.Supplies, d.Repeats, d.Given)
	}
	return b.String()
}

func TestShufflingTheRecordsChangesNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		list := records(rt)
		want := dump(medication.Of(list, now))
		for range 3 {
			if got := dump(medication.Of(rapid.Permutation(list).Draw(rt, "order"), now)); got != want {
				rt.Fatalf("got\n%s\nwant\n%s", got, want)
			}
		}
	})
}

func TestEveryRecordIsInOneDrugsHistory(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		list := records(rt)
		l := medication.Of(list, now)
		seen, void := map[string]int{}, 0
		for i, d := range slices.Concat(l.Current, l.Past) {
			mine := map[string]bool{}
			for _, e := range d.History {
				if e.Record.Void() {
					rt.Fatal("a record entered in error is in a history")
				}
				mine[e.Record.ID] = true
			}
			for id := range mine {
				if at, ok := seen[id]; ok && at != i {
					rt.Fatalf("%s is in two histories", id)
				}
				seen[id] = i
			}
			if !mine[d.Lead.ID] {
				rt.Fatal("what leads is not in the history")
			}
		}
		for i := range list {
			if list[i].Void() {
				void++
			} else if _, ok := seen[list[i].ID]; !ok {
				rt.Fatalf("%s is nowhere", list[i].ID)
			}
		}
		if void != l.Void {
			rt.Fatalf("%d in error, %d said", void, l.Void)
		}
	})
}
