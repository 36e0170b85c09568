package changes_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/changes"
	"github.com/ehrdesk/ehrdesk/internal/clinical/medication"
)

var now = time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)

func day(ago int) ehrdesk.When {
	at := now.AddDate(0, 0, -ago)
	return ehrdesk.Day(at.Year(), at.Month(), at.Day())
}

func lists(records []ehrdesk.Record) func(ehrdesk.RecordType) []ehrdesk.Record {
	return func(t ehrdesk.RecordType) (out []ehrdesk.Record) {
		for _, r := range records {
			if r.Type() == t {
				out = append(out, r)
			}
		}
		slices.SortStableFunc(out, func(a, b ehrdesk.Record) int {
			return cmp.Or(b.Date.Compare(a.Date), strings.Compare(a.ID, b.ID))
		})
		return out
	}
}

func record(k ehrdesk.Kind, resource, id, title, status string, ago int, f ehrdesk.Facts) ehrdesk.Record {
	f.Code.Text = title
	at := day(ago)
	return ehrdesk.Record{Kind: k, Resource: resource, ID: id, Title: title, Status: status, Date: at, Updated: at.Time, Packed: f.Pack()}
}

// order prescribes a dose of a drug for so many days.
func order(id, drug, mg, status string, ago, days int) ehrdesk.Record {
	f := ehrdesk.Facts{States: []ehrdesk.State{{Element: ehrdesk.StateStatus, Concept: ehrdesk.Concept{Codings: []ehrdesk.Coding{{Code: status}}}}}}
	f.Dosages = []ehrdesk.Dosage{{Doses: []ehrdesk.DoseRate{{Dose: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: mg, Unit: "mg"}}}}}}
	if days > 0 {
		f.Supply.Days = ehrdesk.Quantity{Number: fmt.Sprint(days), Unit: "days", Code: "d"}
	}
	return record(ehrdesk.KindMedication, "MedicationRequest", id, drug, status, ago, f)
}

func result(id, test, number string, ago int, flag ehrdesk.Flag, low, high string) ehrdesk.Record {
	q := func(n string) ehrdesk.Quantity { return ehrdesk.Quantity{Number: n, Unit: "mmol/L"} }
	r := ehrdesk.Result{Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: q(number)}, Flag: flag}
	if low != "" {
		r.Ranges, r.Assessed = []ehrdesk.Range{{Low: q(low), High: q(high)}}, true
	}
	return record(ehrdesk.KindLaboratory, "Observation", id, test, "final", ago, ehrdesk.Facts{Results: []ehrdesk.Result{r}})
}

var marks = map[medication.Mark]string{medication.Begun: "+", medication.Changed: "~", medication.Stopped: "-", changes.Ended: "ended"}

func drugs(s changes.Sections) (out []string) {
	for _, d := range s.Drugs {
		words := marks[d.Mark] + " " + d.Drug.Name
		if d.From != nil {
			words += " from " + d.From.ID
		}
		out = append(out, words)
	}
	return out
}

func TestDrugsStartedChangedAndStoppedAreTold(t *testing.T) {
	records := []ehrdesk.Record{
		order("a1", "warfarin", "4", "completed", 300, 0), order("a2", "warfarin", "3", "active", 20, 0),
		order("b1", "amlodipine", "5", "active", 400, 0), order("b2", "amlodipine", "5", "active", 10, 0), // the same again
		order("c1", "metformin", "500", "active", 5, 0),
		order("d1", "amoxicillin", "500", "completed", 200, 7),                                            // long over
		order("e1", "ibuprofen", "400", "active", 30, 0), order("e2", "ibuprofen", "800", "active", 8, 0), // started and raised: started
		order("f1", "digoxin", "0.25", "entered-in-error", 3, 0), order("g1", "simvastatin", "20", "stopped", 900, 0),
	}
	got := drugs(changes.Of(lists(records), changes.Since(now.AddDate(0, 0, -90)), now))
	want := []string{"+ metformin", "+ ibuprofen", "~ warfarin from a1"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := drugs(changes.Of(lists(records), changes.Since(now.AddDate(0, 0, -15)), now)); !slices.Equal(got, []string{"+ metformin", "~ ibuprofen from e1"}) {
		t.Errorf("of two weeks: %q", got)
	}
}

func TestResultsThatAreAbnormalOrNoLongerAreNamedAndOthersCounted(t *testing.T) {
	s := changes.Of(lists([]ehrdesk.Record{
		result("k1", "Potassium", "4.1", 100, "N", "3.5", "5.1"), result("k2", "Potassium", "6.8", 2, "HH", "3.5", "5.1"),
		result("s1", "Sodium", "128", 100, "L", "135", "145"), result("s2", "Sodium", "139", 3, "N", "135", "145"),
		result("u1", "Urea", "5", 4, "N", "3", "8"), result("x1", "Something", "5", 4, "", "", ""),
		result("old", "Calcium", "3.9", 100, "HH", "2.1", "2.6"),
	}), changes.Since(now.AddDate(0, 0, -30)), now)
	var got []string
	for _, r := range s.Results {
		words := r.Series.Title + " " + r.Series.Last().Number
		if r.Before != nil {
			words += " from " + r.Before.Number
		}
		got = append(got, words)
	}
	if want := []string{"Potassium 6.8 from 4.1", "Sodium 139 from 128"}; !slices.Equal(got, want) || s.Quiet != 1 || s.Unjudged != 1 {
		t.Errorf("got %q, %d in range, %d not judged; want %q, 1, 1", got, s.Quiet, s.Unjudged, want)
	}
}

// What came late is fresh to who looks by what has come, whatever day it is of.
func TestWhatComesLateIsFreshToWhoLookedBefore(t *testing.T) {
	late := record(ehrdesk.KindDiagnosis, "Condition", "c", "Gout", "active", 800, ehrdesk.Facts{})
	late.Updated = now.AddDate(0, 0, -1)
	of := func(f changes.Fresh) int {
		s := changes.Of(lists([]ehrdesk.Record{late}), f, now)
		return len(s.Problems)
	}
	if of(changes.Come(now.AddDate(0, 0, -2))) != 1 || of(changes.Come(now)) != 0 || of(changes.Since(now.AddDate(0, 0, -90))) != 0 {
		t.Error("what came late is told by its date, or told for ever")
	}
}

// A record that has only its day counts from that day on, at whatever hour one asks.
func TestADayCountsWhole(t *testing.T) {
	noon := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	if !changes.Since(noon)(&ehrdesk.Record{}, ehrdesk.Day(2026, 11, 20)) || changes.Since(noon)(&ehrdesk.Record{}, ehrdesk.Day(2026, 11, 19)) ||
		changes.Since(noon)(&ehrdesk.Record{}, ehrdesk.When{}) || changes.Since(noon)(&ehrdesk.Record{}, ehrdesk.At(noon.Add(-time.Minute))) {
		t.Error("a day does not count whole, or an hour before counts")
	}
}

// Each fresh record is in a line, or told by a drug's or a test's; the order in which
// records come changes nothing, and what was entered in error is nowhere.
func TestWhateverComesIsTold(t *testing.T) {
	kinds := map[string]ehrdesk.Kind{"Condition": ehrdesk.KindDiagnosis, "Encounter": ehrdesk.KindEncounter, "Appointment": ehrdesk.KindEncounter, "AllergyIntolerance": ehrdesk.KindAllergy,
		"Immunization": ehrdesk.KindImmunisation, "ServiceRequest": ehrdesk.KindReferral, "Composition": ehrdesk.KindNote, "Procedure": ehrdesk.KindProcedure, "DiagnosticReport": ehrdesk.KindRadiology}
	names := make([]string, 0, len(kinds))
	for n := range kinds {
		names = append(names, n)
	}
	slices.Sort(names)
	rapid.Check(t, func(rt *rapid.T) {
		var records []ehrdesk.Record
		fresh := 0
		for i := range rapid.IntRange(0, 30).Draw(rt, "n") {
			n := rapid.SampledFrom(names).Draw(rt, "resource")
			ago := rapid.IntRange(0, 200).Draw(rt, "ago")
			r := record(kinds[n], n, fmt.Sprint("r", i), n, rapid.SampledFrom([]string{"active", "entered-in-error", "finished", "planned"}).Draw(rt, "status"), ago, ehrdesk.Facts{})
			records = append(records, r)
			if ago <= 90 && r.Status != "entered-in-error" {
				fresh++
			}
		}
		since := changes.Since(now.AddDate(0, 0, -90))
		got := changes.Of(lists(records), since, now)
		if got.Len() != fresh {
			rt.Fatalf("%d lines of %d fresh records", got.Len(), fresh)
		}
		mixed := rapid.Permutation(records).Draw(rt, "mixed")
		if again := changes.Of(lists(mixed), since, now); fmt.Sprint(again) != fmt.Sprint(got) {
			rt.Fatal("another order of the records gives other lines")
		}
	})
}

// A dose that was changed and changed back is told with what it was in between: both ends
// alike would read as if nothing had been.
func TestADoseThatWasChangedBackSaysWhatItWasInBetween(t *testing.T) {
	records := []ehrdesk.Record{order("a1", "warfarin", "4.5", "completed", 120, 0), order("a2", "warfarin", "5", "completed", 40, 0), order("a3", "warfarin", "4.5", "active", 10, 0)}
	got := changes.Of(lists(records), changes.Since(now.AddDate(0, 0, -90)), now).Drugs
	if len(got) != 1 || got[0].Mark != medication.Changed || got[0].From == nil || got[0].From.ID != "a1" || got[0].Last == nil || got[0].Last.ID != "a2" {
		t.Errorf("%+v", got)
	}
}

// A result that came late, of a day before what was known, is named where it is abnormal
// and counted where not: by what came since somebody looked it is as fresh as any.
func TestAResultThatCameLateIsToldThoughANewerOneWasKnown(t *testing.T) {
	old := func(r ehrdesk.Record, updated int) ehrdesk.Record { r.Updated = now.AddDate(0, 0, -updated); return r }
	s := changes.Of(lists([]ehrdesk.Record{
		old(result("k1", "Potassium", "6.8", 30, "HH", "3.5", "5.1"), 1), old(result("k2", "Potassium", "4.2", 10, "N", "3.5", "5.1"), 9),
		old(result("s1", "Sodium", "140", 30, "N", "135", "145"), 1), old(result("s2", "Sodium", "141", 10, "N", "135", "145"), 9),
	}), changes.Come(now.AddDate(0, 0, -5)), now)
	if len(s.Results) != 1 || s.Results[0].Worst == nil || s.Results[0].Worst.Number != "6.8" || s.Quiet != 1 {
		t.Errorf("%d results, %d in range", len(s.Results), s.Quiet)
	}
}
