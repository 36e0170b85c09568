package summary_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/summary"
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

func of(records ...ehrdesk.Record) summary.Sections { return summary.Of(lists(records), now) }

func record(k ehrdesk.Kind, resource, id, title, status string, ago int, f ehrdesk.Facts) ehrdesk.Record {
	if f.Code.IsZero() {
		f.Code.Text = title
	}
	return ehrdesk.Record{Kind: k, Resource: resource, ID: id, Title: title, Status: status, Date: day(ago), Packed: f.Pack()}
}

func condition(id, title, status string, ago int, f ehrdesk.Facts) ehrdesk.Record {
	return record(ehrdesk.KindDiagnosis, "Condition", id, title, status, ago, f)
}

func coded(system, code, display string) ehrdesk.Facts {
	return ehrdesk.Facts{Code: ehrdesk.Concept{Codings: []ehrdesk.Coding{{System: system, Code: code, Display: display}}}}
}

func at(visit string) []ehrdesk.Relation {
	return []ehrdesk.Relation{{Role: "encounter", Ref: ehrdesk.Ref{Resource: "Encounter", ID: visit}}}
}

func titles(items []summary.Item) (out []string) {
	for _, i := range items {
		out = append(out, i.Record.Title)
	}
	return out
}

func TestAProblemIsOneLineHoweverOftenItWasRecorded(t *testing.T) {
	f := coded("http://hl7.org/fhir/sid/icd-10", "I48", "Atrial fibrillation")
	old, later := f, f
	old.Times = []ehrdesk.Timed{{Name: "onset", From: ehrdesk.Day(2019, 4, 1)}}
	got := of(condition("a", "Atrial fibrillation", "active", 2000, old), condition("b", "AF, permanent", "active", 10, later)).Problems
	if len(got) != 1 || got[0].Record.ID != "b" || got[0].Times != 2 || got[0].Since.Date() != "01-Apr-2019" {
		t.Errorf("%+v", got)
	}
}

// The newest word on a problem decides: one that is over is past, whatever older records say.
func TestAProblemThatIsOverIsPast(t *testing.T) {
	for status, active := range map[string]bool{"active": true, "recurrence": true, "relapse": true, "resolved": false, "inactive": false, "remission": true, "refuted": false} {
		got := of(condition("new", "Gout", status, 5, ehrdesk.Facts{}))
		if (len(got.Problems) == 1) != active {
			t.Errorf("%s: active %t", status, !active)
		}
	}
	got := of(condition("old", "Gout", "active", 900, ehrdesk.Facts{}), condition("new", "Gout", "resolved", 5, ehrdesk.Facts{}))
	if len(got.Problems) != 0 || got.PastProblems != 1 {
		t.Errorf("%v, %d past", titles(got.Problems), got.PastProblems)
	}
}

// A diagnosis without a status is a problem for 90 days, or where it came up at two
// visits: a cold of last year is none.
func TestADiagnosisWithoutAStatusPasses(t *testing.T) {
	visit := func(id, enc string, ago int) ehrdesk.Record {
		return condition(id, "Cough", "", ago, ehrdesk.Facts{Relations: at(enc)})
	}
	if got := of(visit("a", "1", 20)); len(got.Problems) != 1 {
		t.Error("of three weeks ago: no problem")
	}
	if got := of(visit("a", "1", 91)); len(got.Problems) != 0 || got.PastProblems != 1 {
		t.Error("of 91 days ago: a problem still")
	}
	if got := of(visit("a", "1", 400), visit("b", "2", 500)); len(got.Problems) != 1 {
		t.Error("at two visits: no problem")
	}
}

func TestKnownDiseasesComeBeforeOthersAndSocialFindingsLast(t *testing.T) {
	got := of(condition("a", "Full-time employment (finding)", "active", 1, ehrdesk.Facts{}), condition("b", "Splinter of the thumb", "active", 2, ehrdesk.Facts{}),
		condition("c", "Hypertension", "active", 3000, ehrdesk.Facts{}))
	if want := []string{"Hypertension", "Splinter of the thumb", "Full-time employment (finding)"}; !slices.Equal(titles(got.Problems), want) {
		t.Errorf("%v, want %v", titles(got.Problems), want)
	}
}

// "No known problems" is an assertion with a record of its own, and ends with the first
// problem; "no information" asserts nothing.
func TestNoneKnownIsToldFromNoInformation(t *testing.T) {
	const ips = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
	none := condition("none", "No known problems", "active", 30, coded(ips, "no-known-problems", "No known problems"))
	if got := of(none); got.NoProblems == nil || len(got.Problems) != 0 {
		t.Errorf("asserted: %v, %v", got.NoProblems, titles(got.Problems))
	}
	if got := of(none, condition("a", "Gout", "active", 3, ehrdesk.Facts{})); got.NoProblems != nil || len(got.Problems) != 1 {
		t.Errorf("beside a problem: %v", got.NoProblems)
	}
	if got := of(condition("unknown", "No information", "active", 30, coded(ips, "no-problem-info", "No information"))); got.NoProblems != nil || len(got.Problems) != 0 {
		t.Errorf("no information: %v, %v", got.NoProblems, titles(got.Problems))
	}
}

func TestAVisitSaysWhatItWasFor(t *testing.T) {
	visit := record(ehrdesk.KindEncounter, "Encounter", "v", "Out-patient attendance", "finished", 3, ehrdesk.Facts{Reasons: []ehrdesk.Concept{{Text: "cough"}}})
	got := of(visit, condition("a", "Asthma", "active", 3, ehrdesk.Facts{Relations: at("v")}), condition("b", "Cough", "active", 3, ehrdesk.Facts{Relations: at("v")}))
	var why []string
	for _, k := range got.Encounters[0].Why {
		why = append(why, k.Words())
	}
	if want := []string{"cough", "Asthma"}; !slices.Equal(why, want) {
		t.Errorf("%v, want %v: the reason and the diagnosis, none twice", why, want)
	}
}

func TestWhatIsToComeIsBookedAndNotOver(t *testing.T) {
	booking := func(id, status string, in int) ehrdesk.Record {
		return record(ehrdesk.KindEncounter, "Appointment", id, id, status, -in, ehrdesk.Facts{})
	}
	got := of(booking("later", "booked", 60), booking("next", "pending", 4), booking("called off", "cancelled", 9), booking("was", "booked", -4))
	if want := []string{"next", "later"}; !slices.Equal(titles(got.Coming), want) {
		t.Errorf("%v, want %v", titles(got.Coming), want)
	}
	letter := func(id, status string) ehrdesk.Record {
		return record(ehrdesk.KindReferral, "ServiceRequest", id, id, status, 30, ehrdesk.Facts{})
	}
	if got := titles(of(letter("open", "active"), letter("done", "completed"), letter("taken back", "revoked")).Referrals); !slices.Equal(got, []string{"open"}) {
		t.Errorf("referrals %v", got)
	}
}

// Who takes warfarin is followed by the INR: it stands in the summary, first, though
// nothing is wrong with it. Nobody else's does.
func TestTheTestThatADrugIsFollowedByIsInTheSummary(t *testing.T) {
	result := func(id, title, number string, flag ehrdesk.Flag, ago int) ehrdesk.Record {
		r := record(ehrdesk.KindLaboratory, "Observation", id, title, "final", ago, ehrdesk.Facts{Results: []ehrdesk.Result{{Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: number}}, Flag: flag, Assessed: true}}})
		r.Flag, r.Assessed = flag, true
		return r
	}
	inr, high := result("inr", "INR", "2.6", ehrdesk.FlagNone, 20), result("k", "Potassium", "5.3", ehrdesk.FlagHigh, 2)
	names := func(s summary.Sections) (out []string) {
		for i := range s.Results {
			out = append(out, s.Results[i].Series.Title)
		}
		return out
	}
	if got := names(of(inr, high)); !slices.Equal(got, []string{"Potassium"}) {
		t.Errorf("without warfarin: %v", got)
	}
	warfarin := record(ehrdesk.KindMedication, "MedicationRequest", "w", "Warfarin 3 mg tablet", "active", 30, ehrdesk.Facts{States: []ehrdesk.State{{Element: ehrdesk.StateStatus, Concept: ehrdesk.Concept{Codings: []ehrdesk.Coding{{Code: "active"}}}}}})
	if got := names(of(inr, high, warfarin)); !slices.Equal(got, []string{"INR", "Potassium"}) {
		t.Errorf("with warfarin: %v", got)
	}
}

func TestOfEachVaccineTheLastDoseThatWasGiven(t *testing.T) {
	dose := func(id, status string, ago int) ehrdesk.Record {
		return record(ehrdesk.KindImmunisation, "Immunization", id, "tetanus "+id, status, ago, coded("http://hl7.org/fhir/sid/cvx", "35", "tetanus toxoid"))
	}
	if got := titles(of(dose("first", "completed", 4000), dose("last", "completed", 400), dose("refused", "not-done", 4)).Immunised); !slices.Equal(got, []string{"tetanus last"}) {
		t.Errorf("%v", got)
	}
}

// Whatever comes in whatever order: the same summary, every line a record that was
// given, and nothing that was entered in error.
func TestASummaryIsTheSameInWhateverOrderRecordsCome(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var all []ehrdesk.Record
		for i := range rapid.IntRange(0, 25).Draw(r, "n") {
			title := rapid.SampledFrom([]string{"Gout", "Hypertension", "Cough", "Asthma"}).Draw(r, "title")
			status := rapid.SampledFrom([]string{"active", "resolved", "", "finished", "completed", "booked", ehrdesk.EnteredInError}).Draw(r, "status")
			kind := rapid.SampledFrom([]struct {
				k        ehrdesk.Kind
				resource string
			}{{ehrdesk.KindDiagnosis, "Condition"}, {ehrdesk.KindEncounter, "Encounter"}, {ehrdesk.KindEncounter, "Appointment"}, {ehrdesk.KindImmunisation, "Immunization"},
				{ehrdesk.KindReferral, "ServiceRequest"}, {ehrdesk.KindNote, "DocumentReference"}, {ehrdesk.KindMedication, "MedicationRequest"}}).Draw(r, "kind")
			f := ehrdesk.Facts{Relations: at(fmt.Sprint(rapid.IntRange(0, 3).Draw(r, "visit")))}
			all = append(all, record(kind.k, kind.resource, fmt.Sprintf("%02d", i), title, status, rapid.IntRange(-50, 3000).Draw(r, "ago"), f))
		}
		one := of(all...)
		other := of(rapid.Permutation(all).Draw(r, "shuffled")...)
		said := func(s summary.Sections) (out []string) {
			for _, part := range [][]summary.Item{s.Problems, s.Immunised, s.Encounters, s.Coming, s.Referrals, s.Documents} {
				for _, i := range part {
					if i.Record.Void() {
						r.Fatalf("%s was entered in error", i.Record.ID)
					}
					out = append(out, i.Record.Ref().String(), i.Since.String())
				}
				out = append(out, "|")
			}
			return out
		}
		if a, b := said(one), said(other); !slices.Equal(a, b) {
			r.Fatalf("%v\n%v", a, b)
		}
	})
}

func BenchmarkOf10000(b *testing.B) {
	var all []ehrdesk.Record
	for i := range 10000 {
		id := fmt.Sprint(i)
		switch i % 10 {
		case 0:
			all = append(all, condition(id, fmt.Sprintf("Disease %d", i%40), "active", i%3000, ehrdesk.Facts{Relations: at(id)}))
		case 1:
			all = append(all, record(ehrdesk.KindEncounter, "Encounter", id, "Visit", "finished", i%3000, ehrdesk.Facts{}))
		case 2:
			all = append(all, record(ehrdesk.KindMedication, "MedicationRequest", id, fmt.Sprintf("drug%d 5 mg tablet", i%30), "active", i%3000, ehrdesk.Facts{}))
		default:
			value := ehrdesk.Result{Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: fmt.Sprint(4 + i%3), Unit: "mmol/L"}}}
			all = append(all, record(ehrdesk.KindLaboratory, "Observation", id, fmt.Sprintf("Test %d", i%35), "final", i%3000, ehrdesk.Facts{Results: []ehrdesk.Result{value}}))
		}
	}
	by := map[ehrdesk.RecordType][]ehrdesk.Record{}
	for _, t := range ehrdesk.RecordTypes() {
		by[t] = lists(all)(t)
	}
	b.ReportAllocs()
	for b.Loop() {
		summary.Of(func(t ehrdesk.RecordType) []ehrdesk.Record { return by[t] }, now)
	}
}
