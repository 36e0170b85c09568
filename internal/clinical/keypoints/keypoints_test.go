package keypoints_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/keypoints"
	"github.com/ehrdesk/ehrdesk/internal/clinical/standing"
	"github.com/ehrdesk/ehrdesk/internal/clinical/summary"
	"github.com/ehrdesk/ehrdesk/internal/clinical/unseen"
)

var now = time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)

func day(ago int) ehrdesk.When {
	at := now.AddDate(0, 0, -ago)
	return ehrdesk.Day(at.Year(), at.Month(), at.Day())
}

// lists are records by type, newest first, those of one day in the order in which they come.
func lists(records []ehrdesk.Record) func(ehrdesk.RecordType) []ehrdesk.Record {
	by := map[ehrdesk.RecordType][]ehrdesk.Record{}
	for _, r := range records {
		by[r.Type()] = append(by[r.Type()], r)
	}
	for _, l := range by {
		slices.SortStableFunc(l, func(a, b ehrdesk.Record) int { return b.Date.Compare(a.Date) })
	}
	return func(t ehrdesk.RecordType) []ehrdesk.Record { return by[t] }
}

func record(k ehrdesk.Kind, resource, id, title, status string, ago int, f ehrdesk.Facts) ehrdesk.Record {
	if f.Code.IsZero() {
		f.Code.Text = title
	}
	f.States = append(f.States, ehrdesk.State{Element: ehrdesk.StateStatus, Concept: ehrdesk.Concept{Codings: []ehrdesk.Coding{{Code: status}}}})
	return ehrdesk.Record{Kind: k, Resource: resource, ID: id, Title: title, Status: status, Date: day(ago), Updated: day(ago).Time, Source: "QMH", Packed: f.Pack()}
}

func condition(id, title, icd, status string, ago int, visits ...string) ehrdesk.Record {
	f := ehrdesk.Facts{Code: ehrdesk.Concept{Text: title}}
	if icd != "" {
		f.Code.Codings = []ehrdesk.Coding{{System: "http://hl7.org/fhir/sid/icd-10", Code: icd}}
	}
	for _, v := range visits {
		f.Relations = append(f.Relations, ehrdesk.Relation{Role: "encounter", Ref: ehrdesk.Ref{Resource: "Encounter", ID: v}})
	}
	return record(ehrdesk.KindDiagnosis, "Condition", id, title, status, ago, f)
}

func visit(id, class, why string, ago int) ehrdesk.Record {
	f := ehrdesk.Facts{Categories: []ehrdesk.Concept{{Codings: []ehrdesk.Coding{{Code: class}}}}, Reasons: []ehrdesk.Concept{{Text: why}}}
	return record(ehrdesk.KindEncounter, "Encounter", id, "Visit", "finished", ago, f)
}

func order(id, drug, mg, status string, ago int) ehrdesk.Record {
	f := ehrdesk.Facts{Dosages: []ehrdesk.Dosage{{Doses: []ehrdesk.DoseRate{{Dose: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: mg, Unit: "mg"}}}}}}}
	return record(ehrdesk.KindMedication, "MedicationRequest", id, drug, status, ago, f)
}

func result(id, test, number string, flag ehrdesk.Flag, ago int) ehrdesk.Record {
	q := func(n string) ehrdesk.Quantity { return ehrdesk.Quantity{Number: n, Unit: "mmol/L"} }
	f := ehrdesk.Facts{Results: []ehrdesk.Result{{Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: q(number)}, Flag: flag, Assessed: true, Ranges: []ehrdesk.Range{{Low: q("3.5"), High: q("5.1")}}}}}
	r := record(ehrdesk.KindLaboratory, "Observation", id, test, "final", ago, f)
	r.Flag, r.Assessed = flag, true
	return r
}

func allergy(id, substance, source string, flag ehrdesk.Flag, ago int, f ehrdesk.Facts) ehrdesk.Record {
	r := record(ehrdesk.KindAllergy, "AllergyIntolerance", id, substance, "active", ago, f)
	r.Source, r.Flag = source, flag
	return r
}

func seen(ehrdesk.Kind) standing.Standing { return standing.Seen }

// input is what a desk gives for records all of which are seen.
func input(records ...ehrdesk.Record) keypoints.In {
	list := lists(records)
	in := keypoints.In{List: list, Sections: summary.Of(list, now), Now: now, Stands: seen, AsOf: now, Provider: "1", Clinic: "QMH"}
	in.Allergies.State = ehrdesk.AllergyNotRecorded
	for _, r := range list(ehrdesk.AllergyADR) {
		switch {
		case r.Void() || r.Restricted:
		case r.Flag == ehrdesk.FlagNoneKnown:
			if in.Allergies.State == ehrdesk.AllergyNotRecorded {
				in.Allergies.State = ehrdesk.AllergyNoneKnown
			}
		default:
			in.Allergies.State = ehrdesk.AllergyListed
			in.Allergies.Entries = append(in.Allergies.Entries, ehrdesk.AllergyEntry{Substance: r.Title, Ref: r.Ref()})
		}
	}
	slices.SortFunc(in.Allergies.Entries, func(a, b ehrdesk.AllergyEntry) int { return cmp.Compare(a.Ref.ID, b.Ref.ID) })
	return in
}

// said is what clauses say, for comparing: kinds, names, and what they cite.
func said(p keypoints.Points) (out []string) {
	for i, l := range []keypoints.Line{p.Now, p.Changed, p.ToDo} {
		for j := range l.Clauses {
			out = append(out, fmt.Sprint(i, l.First, " ")+one(&l.Clauses[j]))
		}
		out = append(out, fmt.Sprint(l.Unseen))
	}
	return append(out, fmt.Sprint(p.Coverage))
}

func one(c *keypoints.Clause) string {
	name := c.Name.Words() + c.Allergy.Substance
	if c.Drug != nil {
		name = c.Drug.Drug.Name
	}
	if c.Series != nil {
		name = c.Series.Title + " " + c.Series.Last().Number
	}
	refs := ""
	for _, r := range c.Records {
		refs += " " + r.ID
	}
	return fmt.Sprintf("%d %s%s", c.Kind, name, refs)
}

func kinds(l keypoints.Line) (out []keypoints.Kind) {
	for _, c := range l.Clauses {
		out = append(out, c.Kind)
	}
	return out
}

func of(l keypoints.Line, k keypoints.Kind) (out []string) {
	for i := range l.Clauses {
		if l.Clauses[i].Kind == k {
			out = append(out, one(&l.Clauses[i])[len(fmt.Sprint(k))+1:])
		}
	}
	return out
}

func same(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A disease that lasts, for which a drug is taken and somebody was admitted, comes before
// one that is active and no more; four are told, the others counted.
func TestTheProblemsThatWeighMostAreTold(t *testing.T) {
	statin := order("s", "simvastatin", "20", "active", 20)
	f := statin.Facts()
	f.Relations = []ehrdesk.Relation{{Role: "reasonReference", Ref: ehrdesk.Ref{Resource: "Condition", ID: "lipid"}}}
	statin.Packed = f.Pack()
	in := input(statin, condition("corn", "Corn of the toe", "", "active", 1), condition("af", "Atrial fibrillation", "I48.0", "active", 600, "stay"), condition("afb", "Chronic atrial fibrillation", "I48.2", "active", 1200),
		condition("lipid", "Hyperlipidaemia", "E78.5", "active", 700), condition("htn", "Hypertension", "I10", "active", 1500), condition("wart", "Wart", "", "active", 2), condition("scar", "Scar", "", "active", 900),
		condition("cold", "Upper respiratory tract infection", "J06.9", "active", 100), visit("stay", "IMP", "Palpitations", 200))
	p := keypoints.Of(in).Now
	same(t, of(p, keypoints.Problem), "Atrial fibrillation af afb", "Hyperlipidaemia lipid", "Hypertension htn", "Corn of the toe corn")
	same(t, of(p, keypoints.MoreProblem), "Wart wart", "Scar scar")
	if p.First != 4 {
		t.Errorf("%d belong on the line", p.First)
	}
}

func TestWhatIsCriticalIsToBeDoneAboutAndIsNotToldTwice(t *testing.T) {
	p := keypoints.Of(input(result("k", "Potassium", "6.8", ehrdesk.FlagCriticalHigh, 3), result("na", "Sodium", "128", ehrdesk.FlagLow, 3), result("old", "Calcium", "3.9", ehrdesk.FlagCriticalHigh, 200)))
	same(t, of(p.ToDo, keypoints.Unrepeated), "Potassium 6.8 k")
	same(t, of(p.Changed, keypoints.Abnormal), "Sodium 128 na")
	same(t, of(p.Changed, keypoints.Critical))
}

func TestACriticalResultIsToBeDoneAboutUntilItIsAcknowledgedAsItStands(t *testing.T) {
	k := result("k", "Potassium", "6.8", ehrdesk.FlagCriticalHigh, 3)
	marks := map[string]bool{unseen.MarkOf(&k): true}
	todo := func(r ehrdesk.Record) []string {
		in := input(r, result("c", "Calcium", "3.9", ehrdesk.FlagCriticalHigh, 2))
		in.Said = marks
		return of(keypoints.Of(in).ToDo, keypoints.Unrepeated)
	}
	with := func(set func(*ehrdesk.Record)) ehrdesk.Record { r := k; set(&r); return r }
	for name, c := range map[string]struct {
		r    ehrdesk.Record
		want []string
	}{
		"acknowledged":                {k, []string{"Calcium 3.9 c"}},
		"another version since":       {with(func(r *ehrdesk.Record) { r.Version = "2" }), []string{"Calcium 3.9 c", "Potassium 6.8 k"}},
		"corrected since":             {result("k", "Potassium", "7.1", ehrdesk.FlagCriticalHigh, 3), []string{"Calcium 3.9 c", "Potassium 7.1 k"}},
		"changed at the centre since": {with(func(r *ehrdesk.Record) { r.Updated = r.Updated.Add(time.Second) }), []string{"Calcium 3.9 c", "Potassium 6.8 k"}},
		"another result of the test":  {result("k2", "Potassium", "6.8", ehrdesk.FlagCriticalHigh, 3), []string{"Calcium 3.9 c", "Potassium 6.8 k2"}},
	} {
		t.Run(name, func(t *testing.T) { same(t, todo(c.r), c.want...) })
	}
	partial := with(func(r *ehrdesk.Record) { r.Status = "preliminary"; f := r.Facts(); f.States = nil; r.Packed = f.Pack() })
	marks[unseen.MarkOf(&partial)] = true
	same(t, todo(partial), "Calcium 3.9 c", "Potassium 6.8 k")
}

func TestChangesCountFromTheLastLookAndElseOverNinetyDays(t *testing.T) {
	records := []ehrdesk.Record{order("w1", "warfarin", "4", "completed", 300), order("w2", "warfarin", "3", "active", 20), order("a", "amlodipine", "5", "active", 60), condition("g", "Gout", "M10", "active", 40),
		visit("in", "IMP", "Pneumonia", 30), visit("ed", "EMER", "Fall", 10), visit("op", "AMB", "Review", 5)}
	p := keypoints.Of(input(records...))
	same(t, of(p.Changed, keypoints.Started), "amlodipine a")
	same(t, of(p.Changed, keypoints.Changed), "warfarin w2 w1")
	same(t, of(p.Changed, keypoints.Diagnosis), "Gout g")
	same(t, of(p.Changed, keypoints.Admission), "Pneumonia in")
	same(t, of(p.Changed, keypoints.Emergency), "Fall ed")
	in := input(records...)
	in.Since = now.AddDate(0, 0, -25)
	p = keypoints.Of(in)
	if got := kinds(p.Changed); !slices.Equal(got, []keypoints.Kind{keypoints.Changed, keypoints.Emergency}) || !p.Looked || !p.Since.Equal(in.Since) {
		t.Errorf("since the last look: %v", got)
	}
}

// An assertion that there is none, of another source and no older than an allergy, does not
// agree with it; an older one was ended by the allergy.
func TestAllergiesThatContradictEachOtherAreBothCited(t *testing.T) {
	pen := allergy("pen", "Penicillin", "QMH", "", 100, ehrdesk.Facts{Reactions: []ehrdesk.Reaction{{Severity: "severe", Manifestations: []ehrdesk.Concept{{Text: "Anaphylaxis"}}}}})
	none := allergy("none", "No known allergy", "Clinic", ehrdesk.FlagNoneKnown, 10, ehrdesk.Facts{})
	p := keypoints.Of(input(pen, none))
	same(t, of(p.ToDo, keypoints.Conflict), "Penicillin none pen")
	same(t, of(p.Now, keypoints.Allergy), "Penicillin pen")
	older := allergy("none", "No known allergy", "Clinic", ehrdesk.FlagNoneKnown, 200, ehrdesk.Facts{})
	same(t, of(keypoints.Of(input(pen, older)).ToDo, keypoints.Conflict))
}

func TestARecordOfADayToComeIsNamedAndTellsOfNothingElse(t *testing.T) {
	p := keypoints.Of(input(result("k", "Potassium", "6.8", ehrdesk.FlagCriticalHigh, -30), condition("g", "Gout", "M10", "active", -40), visit("v", "IMP", "Fall", -9),
		record(ehrdesk.KindEncounter, "Appointment", "b", "Eye clinic", "booked", -20, ehrdesk.Facts{})))
	same(t, of(p.ToDo, keypoints.Future), "Gout g", "Potassium k")
	if n := len(p.ToDo.Clauses) + len(p.Now.Clauses) + len(p.Changed.Clauses); n != 3 { // and that no allergy is recorded
		t.Errorf("%v", said(p))
	}
}

func TestAnEmptyChartSaysThatAllergiesAreNotRecordedAndNoMore(t *testing.T) {
	p := keypoints.Of(input())
	if got := kinds(p.ToDo); !slices.Equal(got, []keypoints.Kind{keypoints.NoAllergies}) || len(p.Now.Clauses)+len(p.Changed.Clauses) != 0 || p.Coverage.Records != 0 {
		t.Errorf("%v", said(p))
	}
}

// Of what is hidden nothing is said to be absent.
func TestAChartOfWhichAllIsHiddenSaysOfNothingThatItIsAbsent(t *testing.T) {
	in := input()
	in.Stands = func(ehrdesk.Kind) standing.Standing { return standing.Hidden }
	in.Allergies = ehrdesk.Allergies{State: ehrdesk.AllergyCannotKnow, Reason: "role"}
	p := keypoints.Of(in)
	for i, l := range []keypoints.Line{p.Now, p.Changed, p.ToDo} {
		if len(l.Clauses) != 0 || len(l.Unseen) < 3 {
			t.Errorf("line %d: %v, unseen %v", i, kinds(l), l.Unseen)
		}
	}
	if len(p.Coverage.Hidden) != 10 {
		t.Errorf("hidden: %v", p.Coverage.Hidden)
	}
	in = input()
	in.Stands = func(k ehrdesk.Kind) standing.Standing { return standing.SomeHeld }
	if got := kinds(keypoints.Of(in).ToDo); len(got) != 0 {
		t.Errorf("allergies that may be held back are said not to be recorded: %v", got)
	}
}

func TestSafetyFindingsComeFirstAndGoWithTheirRecords(t *testing.T) {
	records := []ehrdesk.Record{order("w", "warfarin", "4", "active", 100), order("i", "ibuprofen", "400", "active", 5), result("k", "Potassium", "6.8", ehrdesk.FlagCriticalHigh, 3)}
	ref := func(id string) ehrdesk.Ref { return ehrdesk.Ref{Resource: "MedicationRequest", ID: id} }
	in := input(records...)
	in.Alerts = []keypoints.Alert{{Tier: 2, Names: [2]string{"a", "b"}, Records: []ehrdesk.Ref{ref("w"), ref("gone")}}, {Tier: 3, Records: []ehrdesk.Ref{ref("w")}},
		{Tier: 1, Names: [2]string{"warfarin", "ibuprofen"}, Records: []ehrdesk.Ref{ref("w"), ref("i")}}}
	p := keypoints.Of(in).ToDo
	if got := kinds(p); !slices.Equal(got, []keypoints.Kind{keypoints.Alerted, keypoints.Unrepeated, keypoints.NoAllergies}) || p.Clauses[0].Alert.Tier != 1 {
		t.Errorf("%v", got)
	}
}

func TestAConsentThatEndsSoonIsToBeDoneAbout(t *testing.T) {
	for days, told := range map[int]bool{-1: false, 1: true, 30: true, 31: false} {
		in := input()
		in.Ends = now.AddDate(0, 0, days)
		if got := slices.Contains(kinds(keypoints.Of(in).ToDo), keypoints.Ending); got != told {
			t.Errorf("in %d days: told %t", days, got)
		}
	}
}

// chart draws a chart of records of the kinds that the rules go by.
func chart(r *rapid.T) (out []ehrdesk.Record) {
	add := func(n string, made func(id string, ago int) ehrdesk.Record) {
		for i := range rapid.IntRange(0, 4).Draw(r, n) {
			out = append(out, made(fmt.Sprint(n, i), rapid.IntRange(-20, 800).Draw(r, "ago")))
		}
	}
	from := func(list ...string) string { return rapid.SampledFrom(list).Draw(r, "of") }
	add("dx", func(id string, ago int) ehrdesk.Record {
		return condition(id, from("Gout", "Hypertension", "Wart", "Gout attack"), from("M10.0", "I10", "", "M10.9"), from("active", "resolved", "", ehrdesk.EnteredInError), ago, from("visit0", "visit1"))
	})
	add("drug", func(id string, ago int) ehrdesk.Record {
		return order(id, from("warfarin", "amlodipine"), from("3", "5"), from("active", "completed", "stopped"), ago)
	})
	add("lab", func(id string, ago int) ehrdesk.Record {
		return result(id, from("Potassium", "Sodium"), from("4.1", "6.8", "2.2"), ehrdesk.Flag(from("", "H", "HH", "L")), ago)
	})
	add("visit", func(id string, ago int) ehrdesk.Record { return visit(id, from("IMP", "EMER", "AMB"), "Gout", ago) })
	add("allergy", func(id string, ago int) ehrdesk.Record {
		return allergy(id, "Penicillin", from("QMH", "Clinic"), ehrdesk.Flag(from("", string(ehrdesk.FlagNoneKnown))), ago, ehrdesk.Facts{Reactions: []ehrdesk.Reaction{{Severity: from("severe", "mild")}}})
	})
	add("request", func(id string, ago int) ehrdesk.Record {
		return record(ehrdesk.KindReferral, "ServiceRequest", id, from("Potassium", "Sodium"), from("active", "completed"), ago, ehrdesk.Facts{Categories: []ehrdesk.Concept{{Codings: []ehrdesk.Coding{{Code: "laboratory"}}}}})
	})
	return out
}

func TestTheOrderOfRecordsChangesNothing(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		records := chart(r)
		a := said(keypoints.Of(input(records...)))
		if b := said(keypoints.Of(input(rapid.Permutation(records).Draw(r, "mixed")...))); !slices.Equal(a, b) {
			r.Fatalf("%q\n%q", a, b)
		}
		if b := said(keypoints.Of(input(records...))); !slices.Equal(a, b) {
			r.Fatalf("made twice: %q\n%q", a, b)
		}
	})
}

// A clause goes with a record that it cites, and each cites one that counts, but for what
// is said of the consent and of allergies that nobody recorded.
func TestAClauseGoesWithARecordThatItCites(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		records := chart(r)
		p := keypoints.Of(input(records...))
		for _, l := range []keypoints.Line{p.Now, p.Changed, p.ToDo} {
			if l.First > len(l.Clauses) {
				r.Fatalf("%d of %d clauses", l.First, len(l.Clauses))
			}
			for i := range l.Clauses {
				c := &l.Clauses[i]
				if len(c.Records) == 0 && c.Kind != keypoints.NoAllergies && c.Kind != keypoints.Ending {
					r.Fatalf("%s cites nothing", one(c))
				}
				for _, cited := range c.Records {
					if cited.Void() {
						r.Fatalf("%s cites what was entered in error", one(c))
					}
					left := slices.DeleteFunc(slices.Clone(records), func(x ehrdesk.Record) bool { return x.Ref() == cited.Ref() })
					without := keypoints.Of(input(left...))
					for _, x := range [][]keypoints.Clause{without.Now.Clauses, without.Changed.Clauses, without.ToDo.Clauses} {
						for k := range x {
							if x[k].Kind == c.Kind && one(&x[k]) == one(c) || slices.ContainsFunc(x[k].Records, func(y ehrdesk.Record) bool { return y.Ref() == cited.Ref() }) {
								r.Fatalf("without %s there is still %s", cited.ID, one(&x[k]))
							}
						}
					}
				}
			}
		}
	})
}
