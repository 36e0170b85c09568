package timeline_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/timeline"
)

func at(day, hour int) ehrdesk.When {
	return ehrdesk.At(time.Date(2026, 11, day, hour, 0, 0, 0, time.UTC))
}

func record(k ehrdesk.Kind, resource, id, title, source string, when ehrdesk.When, visit string) ehrdesk.Record {
	f := ehrdesk.Facts{Code: ehrdesk.Concept{Text: title}}
	if visit != "" {
		f.Relations = []ehrdesk.Relation{{Role: "encounter", Ref: ehrdesk.Ref{Resource: "Encounter", ID: visit}}}
	}
	return ehrdesk.Record{Kind: k, Resource: resource, ID: id, Title: title, Source: source, Date: when, Packed: f.Pack()}
}

func visit(id, source string, when ehrdesk.When, booked ...string) ehrdesk.Record {
	r := record(ehrdesk.KindEncounter, "Encounter", id, "Clinic", source, when, "")
	f := r.Facts()
	for _, b := range booked {
		f.Relations = append(f.Relations, ehrdesk.Relation{Role: "appointment", Ref: ehrdesk.Ref{Resource: "Appointment", ID: b}})
	}
	r.Packed = f.Pack()
	return r
}

func booking(id, source, status string, when ehrdesk.When) ehrdesk.Record {
	r := record(ehrdesk.KindEncounter, "Appointment", id, "Follow-up "+id, source, when, "")
	r.Status = status
	return r
}

func result(id, number, source string, when ehrdesk.When, visit string) ehrdesk.Record {
	r := record(ehrdesk.KindLaboratory, "Observation", id, "Potassium", source, when, visit)
	f := r.Facts()
	f.Results = []ehrdesk.Result{{Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: number, Unit: "mmol/L"}}}}
	r.Packed = f.Pack()
	return r
}

func of(records ...ehrdesk.Record) []timeline.Entry {
	return timeline.Of(func(t ehrdesk.RecordType) (out []ehrdesk.Record) {
		for _, r := range records {
			if r.Type() == t {
				out = append(out, r)
			}
		}
		return out
	})
}

// said is the entries in a line.
func said(entries []timeline.Entry) string {
	var out []string
	for i := range entries {
		e := &entries[i]
		words := "day"
		if e.Visit != nil {
			words = e.Visit.ID
		}
		for _, r := range e.Records {
			words += " " + r.ID
			for _, c := range r.Copies {
				words += "=" + c.ID
			}
		}
		out = append(out, words)
	}
	return strings.Join(out, "; ")
}

func TestRecordsStandWithTheirVisitAndOthersWithTheirDayAndInstitution(t *testing.T) {
	got := said(of(visit("v1", "QMH", at(3, 9)), result("r1", "4.1", "QMH", at(5, 9), "v1"), result("r2", "4.2", "QMH", at(4, 9), ""), result("r3", "4.3", "QMH", at(4, 15), ""),
		result("r4", "4.4", "PMH", at(4, 9), ""), result("r5", "4.5", "QMH", at(6, 9), "gone"), visit("v2", "PMH", at(7, 9))))
	if want := "v2; day r5; day r3 r2; day r4; v1 r1"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	got = said(of(visit("v1", "QMH", at(3, 9)), result("r1", "4.1", "QMH", at(3, 15), ""), result("r2", "4.2", "PMH", at(3, 15), ""),
		visit("v2", "GP", at(4, 9)), visit("v3", "GP", at(4, 10)), result("r3", "4.3", "GP", at(4, 11), "")))
	if want := "day r3; v3; v2; day r2; v1 r1"; got != want {
		t.Errorf("with the one visit of the day: got %q, want %q", got, want)
	}
}

// Duplicates from two institutions are folded; what one institution says twice is two
// things, and what differs in time or content is none.
func TestCopiesOfTwoInstitutionsAreFoldedOpenly(t *testing.T) {
	got := said(of(result("a", "4.1", "QMH", at(4, 9), ""), result("b", "4.1", "eHealth", at(4, 9), ""), result("c", "4.1", "QMH", at(4, 9), ""),
		result("d", "4.10", "PMH", at(4, 9), ""), result("e", "4.1", "PMH", at(4, 10), "")))
	if want := "day e d; day a=b c"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestADiagnosisMadeAtAVisitIsAmongItsReasons(t *testing.T) {
	v := visit("v1", "QMH", at(3, 9))
	f := v.Facts()
	f.Reasons = []ehrdesk.Concept{{Text: "Cough"}}
	v.Packed = f.Pack()
	e := of(v, record(ehrdesk.KindDiagnosis, "Condition", "c1", "Asthma", "QMH", at(3, 9), "v1"), record(ehrdesk.KindDiagnosis, "Condition", "c2", "cough", "QMH", at(3, 9), "v1"))
	var why []string
	for _, k := range e[0].Why {
		why = append(why, k.Words())
	}
	if !slices.Equal(why, []string{"Cough", "Asthma"}) {
		t.Errorf("the visit was for %q", why)
	}
}

// Every record is in exactly one entry, and the order in which they come changes nothing.
func TestEveryRecordIsInTheTimelineOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var records []ehrdesk.Record
		for i := range rapid.IntRange(0, 40).Draw(rt, "n") {
			source := rapid.SampledFrom([]string{"", "QMH", "PMH", "GP"}).Draw(rt, "source")
			when := at(rapid.IntRange(1, 4).Draw(rt, "day"), rapid.IntRange(8, 9).Draw(rt, "hour"))
			if rapid.IntRange(0, 9).Draw(rt, "dated") == 0 {
				when = ehrdesk.When{}
			}
			id, in := fmt.Sprint("r", i), rapid.SampledFrom([]string{"", "", "r0", "r1", "gone"}).Draw(rt, "visit")
			switch rapid.IntRange(0, 5).Draw(rt, "what") {
			case 0:
				records = append(records, visit(id, source, when, rapid.SampledFrom([]string{"", "r2", "r3"}).Draw(rt, "names")))
			case 1:
				records = append(records, booking(id, source, rapid.SampledFrom([]string{"fulfilled", "booked", "noshow"}).Draw(rt, "status"), when))
			default:
				records = append(records, result(id, rapid.SampledFrom([]string{"1", "2"}).Draw(rt, "number"), source, when, in))
			}
		}
		entries := of(records...)
		seen, n := map[string]int{}, 0
		for i := range entries {
			e := &entries[i]
			n += e.Len()
			if e.Visit != nil {
				seen[e.Visit.ID]++
			}
			for _, r := range e.Records {
				seen[r.ID]++
				for _, c := range r.Copies {
					seen[c.ID]++
				}
			}
			if i > 0 && entries[i-1].At.Compare(e.At) < 0 {
				rt.Fatal("not newest first")
			}
		}
		if n != len(records) || len(seen) != len(records) {
			rt.Fatalf("%d records, %d in the entries, %d of them told apart", len(records), n, len(seen))
		}
		if again := said(of(rapid.Permutation(records).Draw(rt, "mixed")...)); again != said(entries) {
			rt.Fatalf("another order gives %q, not %q", again, said(entries))
		}
	})
}

// An emergency and an admission are told from an ordinary visit by their class.
func TestAStayIsToldFromAnOrdinaryVisit(t *testing.T) {
	const actCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
	for code, want := range map[string]bool{"EMER": true, "IMP": true, "AMB": false, "VR": false, "": false} {
		r := visit("v", "QMH", at(3, 9))
		f := r.Facts()
		f.Categories = []ehrdesk.Concept{{Codings: []ehrdesk.Coding{{System: actCode, Code: code}}}}
		r.Packed = f.Pack()
		e := timeline.Of(func(t ehrdesk.RecordType) []ehrdesk.Record {
			if t == ehrdesk.Encounters {
				return []ehrdesk.Record{r}
			}
			return nil
		})
		if len(e) != 1 || e[0].Stay != want {
			t.Errorf("%s: %+v", code, e)
		}
	}
}
