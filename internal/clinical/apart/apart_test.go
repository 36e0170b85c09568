package apart_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/apart"
)

const (
	snomed  = "http://snomed.info/sct"
	ver     = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
	clin    = "http://terminology.hl7.org/CodeSystem/condition-clinical"
	icd     = "http://hl7.org/fhir/sid/icd-10"
	ours    = "Harbour Clinic"
	theirs  = "Queen Mary Hospital"
	another = "Kwong Wah Hospital"
)

var now = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

// record is one of a source's.
type record struct {
	resource, id, source, status string
	flag                         ehrdesk.Flag
	date                         ehrdesk.When
	facts                        ehrdesk.Facts
}

func (r record) made() ehrdesk.Record {
	kind := map[string]ehrdesk.Kind{"Condition": ehrdesk.KindDiagnosis, "AllergyIntolerance": ehrdesk.KindAllergy}[r.resource]
	if r.resource == "MedicationRequest" {
		kind = ehrdesk.KindMedication
	}
	if r.date.IsZero() {
		r.date = ehrdesk.Day(2026, 11, 1)
	}
	return ehrdesk.Record{Kind: kind, Resource: r.resource, ID: r.id, Source: r.source, Status: r.status, Flag: r.flag, Date: r.date, Title: r.facts.Code.Words(), Packed: r.facts.Pack()}
}

func lists(all []ehrdesk.Record) apart.Lists {
	return func(t ehrdesk.RecordType) (out []ehrdesk.Record) {
		for _, r := range all {
			if r.Type() == t {
				out = append(out, r)
			}
		}
		return out
	}
}

func of(all ...record) ([]ehrdesk.Record, *apart.Report) {
	var list []ehrdesk.Record
	for _, r := range all {
		list = append(list, r.made())
	}
	return list, held(list, ours)
}

func held(list []ehrdesk.Record, own string) *apart.Report {
	mine := map[ehrdesk.Ref]bool{}
	for _, r := range list {
		mine[r.Ref()] = r.Source == own
	}
	return apart.Of(lists(list), func(r ehrdesk.Ref) bool { return mine[r] }, now)
}

func coded(words string, codes ...string) ehrdesk.Concept {
	c := ehrdesk.Concept{Text: words}
	for i := 0; i+1 < len(codes); i += 2 {
		c.Codings = append(c.Codings, ehrdesk.Coding{System: codes[i], Code: codes[i+1]})
	}
	return c
}

func state(e ehrdesk.StateElement, system, code string) ehrdesk.State {
	return ehrdesk.State{Element: e, Concept: coded("", system, code)}
}

func problem(id, source string, code ehrdesk.Concept, clinical, verified string, more ...func(*ehrdesk.Facts)) record {
	f := ehrdesk.Facts{Code: code, States: []ehrdesk.State{state(ehrdesk.StateClinical, clin, clinical), state(ehrdesk.StateVerification, ver, verified)}}
	for _, m := range more {
		m(&f)
	}
	return record{resource: "Condition", id: id, source: source, status: clinical, facts: f}
}

func allergy(id, source string, code ehrdesk.Concept, more ...func(*ehrdesk.Facts)) record {
	r := problem(id, source, code, "active", "confirmed", more...)
	r.resource = "AllergyIntolerance"
	return r
}

func drug(id, source, name, number, unit, often string, more ...func(*record)) record {
	f := ehrdesk.Facts{Code: ehrdesk.Concept{Text: name}, States: []ehrdesk.State{{Element: ehrdesk.StateStatus, Concept: coded("", "", "active")}}}
	if number != "" {
		f.Dosages = []ehrdesk.Dosage{{Doses: []ehrdesk.DoseRate{{Dose: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: number, Unit: unit}}}}, Timing: ehrdesk.Timing{Frequency: often, Period: "1", PeriodUnit: "d"}}}
	}
	r := record{resource: "MedicationRequest", id: id, source: source, status: "active", facts: f}
	for _, m := range more {
		m(&r)
	}
	return r
}

func onset(y, m, d int) func(*ehrdesk.Facts) {
	return func(f *ehrdesk.Facts) {
		f.Times = append(f.Times, ehrdesk.Timed{Name: "onset", From: ehrdesk.Day(y, time.Month(m), d)})
	}
}

func abated(y, m, d int) func(*ehrdesk.Facts) {
	return func(f *ehrdesk.Facts) {
		f.Times = append(f.Times, ehrdesk.Timed{Name: "abatement", From: ehrdesk.Day(y, time.Month(m), d)})
	}
}

func year(y int) func(*ehrdesk.Facts) {
	return func(f *ehrdesk.Facts) {
		f.Times = append(f.Times, ehrdesk.Timed{Name: "onset", From: ehrdesk.When{Time: time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC), Precision: ehrdesk.ToYear}})
	}
}

func severity(c ehrdesk.Concept) func(*ehrdesk.Facts) {
	return func(f *ehrdesk.Facts) { f.Severity = c }
}

func reaction(words, code, how string) func(*ehrdesk.Facts) {
	return func(f *ehrdesk.Facts) {
		f.Reactions = append(f.Reactions, ehrdesk.Reaction{Manifestations: []ehrdesk.Concept{coded(words, snomed, code)}, Severity: how})
	}
}

func ended(status string, date ehrdesk.When) func(*record) {
	return func(r *record) {
		r.status, r.date = status, date
		r.facts.States[0].Concept.Codings[0].Code = status
	}
}

// TestWhatTwoSidesSayIsHeldAgainstEachOther is the table of the rules: what of ours and of theirs is told, of which aspect and in
// which way.
func TestWhatTwoSidesSayIsHeldAgainstEachOther(t *testing.T) {
	type d = apart.Difference
	diabetes, hypertension := coded("Type 2 diabetes", snomed, "44054006"), coded("Hypertension", snomed, "38341003")
	penicillin := coded("Penicillin", snomed, "764146007")
	forbids := func(r *record) { r.facts.Forbids = true }
	for name, c := range map[string]struct {
		ours, theirs record
		alone        bool // they are no one thing
		want         []d
	}{
		"the same":                                   {problem("a", ours, diabetes, "active", "confirmed"), problem("b", theirs, diabetes, "active", "confirmed"), false, nil},
		"resolved elsewhere":                         {problem("a", ours, diabetes, "active", "confirmed"), problem("b", theirs, diabetes, "resolved", "confirmed"), false, []d{{apart.Status, apart.Differs}}},
		"by another system's code":                   {problem("a", ours, diabetes, "active", "confirmed"), problem("b", theirs, coded("", icd, "E11"), "active", "provisional"), false, []d{{apart.Verification, apart.Differs}}},
		"by its Chinese name":                        {problem("a", ours, coded("高血壓"), "active", "confirmed"), problem("b", theirs, hypertension, "remission", "confirmed"), false, []d{{apart.Status, apart.Differs}}},
		"by a name in two languages":                 {problem("a", ours, coded("Hypertension 高血壓"), "active", "confirmed"), problem("b", theirs, hypertension, "resolved", "confirmed"), false, []d{{apart.Status, apart.Differs}}},
		"by a name that says more":                   {problem("a", ours, coded("Hypertension 妊娠"), "active", "confirmed"), problem("b", theirs, hypertension, "resolved", "confirmed"), true, nil},
		"an allergy in two languages":                {allergy("a", ours, coded("aspirin")), allergy("b", theirs, coded("aspirin 阿士匹靈"), reaction("rash", "271807003", "")), false, []d{{apart.Reaction, apart.OnlyOthers}}},
		"an allergy whose Chinese name no table has": {allergy("a", ours, coded("co-trimoxazole")), allergy("b", theirs, coded("co-trimoxazole 複方磺胺"), reaction("rash", "271807003", "")), false, []d{{apart.Reaction, apart.OnlyOthers}}},
		"another in its Chinese name":                {allergy("a", ours, coded("aspirin")), allergy("b", theirs, coded("aspirin 華法林"), reaction("rash", "271807003", "")), true, nil},
		"no allergy in its name":                     {allergy("a", ours, coded("aspirin")), allergy("b", theirs, coded("no aspirin 阿士匹靈")), true, nil},
		"other things":                               {problem("a", ours, diabetes, "active", "confirmed"), problem("b", theirs, hypertension, "resolved", "confirmed"), true, nil},
		"the same words that no table has":           {problem("a", ours, coded("odd feeling"), "active", "confirmed"), problem("b", theirs, coded("odd feeling"), "resolved", "confirmed"), true, nil},
		"silence is no difference":                   {problem("a", ours, diabetes, "active", "confirmed", severity(coded("severe", snomed, "24484000"))), problem("b", theirs, diabetes, "active", "confirmed"), false, []d{{apart.Severity, apart.OnlyOurs}}},
		"severity":                                   {problem("a", ours, diabetes, "active", "confirmed", severity(coded("severe", snomed, "24484000"))), problem("b", theirs, diabetes, "active", "confirmed", severity(coded("mild", snomed, "255604002"))), false, []d{{apart.Severity, apart.Differs}}},
		"severity in words":                          {problem("a", ours, diabetes, "active", "confirmed", severity(coded("bad"))), problem("b", theirs, diabetes, "active", "confirmed", severity(coded("mild", snomed, "255604002"))), false, []d{{apart.Severity, apart.Unclear}}},
		"onset within its year":                      {problem("a", ours, diabetes, "active", "confirmed", year(2019)), problem("b", theirs, diabetes, "active", "confirmed", onset(2019, 5, 3)), false, nil},
		"onset in another year":                      {problem("a", ours, diabetes, "active", "confirmed", year(2018)), problem("b", theirs, diabetes, "active", "confirmed", onset(2019, 5, 3)), false, []d{{apart.Onset, apart.Differs}}},
		"onset some days apart":                      {problem("a", ours, diabetes, "active", "confirmed", onset(2019, 5, 1)), problem("b", theirs, diabetes, "active", "confirmed", onset(2019, 5, 20)), false, []d{{apart.Onset, apart.Slight}}},
		"an episode of before":                       {problem("a", ours, coded("Pharyngitis", snomed, "363746003"), "active", "confirmed", onset(2026, 10, 1)), problem("b", theirs, coded("Pharyngitis", snomed, "363746003"), "resolved", "confirmed", onset(2018, 10, 1), abated(2018, 10, 9)), false, nil},
		"a lasting disease that is over":             {problem("a", ours, diabetes, "active", "confirmed", onset(2026, 10, 1)), problem("b", theirs, diabetes, "resolved", "confirmed", onset(2018, 10, 1), abated(2018, 10, 9)), false, []d{{apart.Status, apart.Differs}, {apart.Onset, apart.Differs}, {apart.End, apart.OnlyOthers}}},
		"over by both":                               {problem("a", ours, diabetes, "resolved", "confirmed", year(2019)), problem("b", theirs, diabetes, "inactive", "confirmed", onset(2018, 10, 1)), false, []d{{apart.Status, apart.Slight}, {apart.Onset, apart.Slight}}},
		"a reaction that they alone have":            {allergy("a", ours, penicillin), allergy("b", theirs, penicillin, reaction("anaphylaxis", "39579001", "severe")), false, []d{{apart.Reaction, apart.OnlyOthers}, {apart.Reacted, apart.OnlyOthers}}},
		"another reaction":                           {allergy("a", ours, penicillin, reaction("rash", "271807003", "mild")), allergy("b", theirs, penicillin, reaction("anaphylaxis", "39579001", "severe")), false, []d{{apart.Reaction, apart.Differs}, {apart.Reacted, apart.Differs}}},
		"a dose in other units":                      {drug("a", ours, "amlodipine 5 mg tablet", "5", "mg", "1"), drug("b", theirs, "amlodipine 5 mg tablet", "0.005", "g", "1"), false, nil},
		"another dose":                               {drug("a", ours, "amlodipine 5 mg tablet", "5", "mg", "1"), drug("b", theirs, "amlodipine 10 mg tablet", "10", "mg", "1"), false, []d{{apart.Dose, apart.Differs}}},
		"tablets of another strength":                {drug("a", ours, "amlodipine 5 mg tablet", "1", "tablet", "1"), drug("b", theirs, "amlodipine 10 mg tablet", "1", "tablet", "1"), false, []d{{apart.Dose, apart.Differs}}},
		"tablets that hold the same":                 {drug("a", ours, "amlodipine 5 mg tablet", "2", "tablet", "1"), drug("b", theirs, "amlodipine 10 mg tablet", "1", "tablet", "1"), false, nil},
		"tablets of no known strength":               {drug("a", ours, "amlodipine", "1", "tablet", "1"), drug("b", theirs, "amlodipine 10 mg tablet", "1", "tablet", "1"), false, []d{{apart.Dose, apart.Unclear}}},
		"a unit that nobody knows":                   {drug("a", ours, "amlodipine 5 mg tablet", "1", "spoon", "1"), drug("b", theirs, "amlodipine 5 mg tablet", "5", "mg", "1"), false, []d{{apart.Dose, apart.Unclear}}},
		"how often":                                  {drug("a", ours, "metformin 500 mg tablet", "500", "mg", "2"), drug("b", theirs, "metformin 500 mg tablet", "500", "mg", "3"), false, []d{{apart.Dose, apart.Differs}}},
		"stopped there since":                        {drug("a", ours, "amlodipine 5 mg tablet", "5", "mg", "1", ended("active", ehrdesk.Day(2026, 6, 1))), drug("b", theirs, "amlodipine 5 mg tablet", "5", "mg", "1", ended("stopped", ehrdesk.Day(2026, 10, 1))), false, []d{{apart.Status, apart.Differs}}},
		"a course of before":                         {drug("a", ours, "amlodipine 5 mg tablet", "5", "mg", "1", ended("active", ehrdesk.Day(2026, 6, 1))), drug("b", theirs, "amlodipine 5 mg tablet", "10", "mg", "1", ended("completed", ehrdesk.Day(2020, 1, 1))), false, nil},
		"a herb that no table has":                   {drug("a", ours, "odd herb", "1", "g", "1"), drug("b", theirs, "odd herb", "2", "g", "1"), true, nil},
		"must not be given":                          {drug("a", ours, "ibuprofen 200 mg tablet", "200", "mg", "3"), drug("b", theirs, "ibuprofen", "", "", "", forbids), false, []d{{apart.Forbidden, apart.Differs}}},
	} {
		t.Run(name, func(t *testing.T) {
			list, r := of(c.ours, c.theirs)
			a, b := r.Of(list[0].Ref()), r.Of(list[1].Ref())
			if c.alone {
				if a == b || len(a.Pairs)+len(b.Pairs) != 0 {
					t.Fatalf("%+v, %+v", a, b)
				}
				return
			}
			if a != b || len(a.Ours) != 1 || len(a.Others) != 1 {
				t.Fatalf("%+v, %+v", a, b)
			}
			var got []d
			for _, p := range a.Pairs {
				got = append(got, p.Differences...)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

// An assertion that there is no allergy is held against what it covers and no more.
func TestThatNothingIsKnownIsHeldAgainstWhatOthersHave(t *testing.T) {
	none := func(id, source, code string) record {
		r := allergy(id, source, coded("", "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips", code))
		r.flag = ehrdesk.FlagNoneKnown
		return r
	}
	penicillin := allergy("p", theirs, coded("Penicillin", snomed, "764146007"))
	for code, want := range map[string]int{"no-known-allergies": 1, "no-known-medication-allergies": 1, "no-known-food-allergies": 0} {
		list, r := of(none("n", ours, code), penicillin)
		if got := r.Of(list[0].Ref()); len(got.Pairs) != want || want > 0 && !got.Differs() {
			t.Errorf("%s: %+v", code, got)
		}
	}
	mine, theirNone := allergy("p", ours, coded("Penicillin", snomed, "764146007")), none("n", theirs, "no-known-allergies")
	list, r := of(theirNone, mine)
	for _, x := range list { // it stands with both
		if got := r.Of(x.Ref()); len(got.Pairs) != 1 || got.Pairs[0].Ours.ID != "p" || got.Pairs[0].Other.ID != "n" {
			t.Errorf("%s: %+v", x.ID, got)
		}
	}
	theirNone.date = ehrdesk.Day(2020, 1, 1) // what was found since has ended it
	list, r = of(theirNone, mine)
	if got := r.Of(list[1].Ref()); len(got.Pairs) != 0 {
		t.Errorf("an old one: %+v", got)
	}
}

// Each other source is held against ours by its newest record, and where nothing is ours nothing is made.
func TestEachSourceIsHeldByItself(t *testing.T) {
	diabetes := coded("Type 2 diabetes", snomed, "44054006")
	old := problem("old", theirs, diabetes, "resolved", "confirmed")
	old.date = ehrdesk.Day(2020, 1, 1)
	list, r := of(problem("a", ours, diabetes, "active", "confirmed"), old, problem("b", theirs, diabetes, "active", "confirmed"), problem("c", another, diabetes, "inactive", "confirmed"))
	got := r.Of(list[0].Ref())
	if len(got.Pairs) != 2 || len(got.Others) != 3 {
		t.Fatalf("%+v", got)
	}
	for _, p := range got.Pairs {
		if want := p.Other.ID == "c"; p.Tells() != want || p.Other.ID == "old" {
			t.Errorf("%+v", p)
		}
	}
	if r := held(list, "nobody"); len(r.Things) != 0 || r.Of(list[0].Ref()) != nil {
		t.Errorf("%+v", r)
	}
}

func some(t *rapid.T) []ehrdesk.Record {
	concepts := []ehrdesk.Concept{coded("Type 2 diabetes", snomed, "44054006"), coded("", icd, "E11"), coded("Hypertension", snomed, "38341003"), coded("odd feeling"), coded("odd feeling", "urn:local", "x1"),
		coded("other", "urn:local", "x1", icd, "I10"), coded("Penicillin", snomed, "764146007"), coded("peanut", snomed, "762952008"), {}}
	pick := func(name string, of ...string) string { return rapid.SampledFrom(of).Draw(t, name) }
	var out []ehrdesk.Record
	for i := range rapid.IntRange(0, 12).Draw(t, "n") {
		id, source := fmt.Sprintf("r%d", i), pick("source", ours, theirs)
		code := rapid.SampledFrom(concepts).Draw(t, "code")
		var r record
		switch pick("type", "problem", "allergy", "drug") {
		case "problem":
			r = problem(id, source, code, pick("clinical", "active", "resolved", "remission"), pick("verified", "confirmed", "refuted"), onset(rapid.IntRange(2018, 2020).Draw(t, "onset"), 2, 3))
		case "allergy":
			r = allergy(id, source, code, reaction("rash", pick("reaction", "271807003", "39579001"), pick("how", "mild", "severe", "")))
			if r.flag = ehrdesk.Flag(pick("flag", "", "none-known", "no-information")); r.flag != "" {
				r.facts.Reactions = nil
			}
		default:
			r = drug(id, source, pick("drug", "amlodipine 5 mg tablet", "amlodipine 10 mg tablet", "ibuprofen", "odd herb", ""), pick("dose", "", "1", "5"), pick("unit", "mg", "tablet", "spoon"), "1")
			r.facts.Forbids = pick("forbids", "", "", "yes") == "yes"
			ended(pick("status", "active", "stopped", "completed", "on-hold", "entered-in-error"), ehrdesk.Day(2026, time.Month(rapid.IntRange(1, 10).Draw(t, "month")), 1))(&r)
		}
		out = append(out, r.made())
	}
	return out
}

// Of whatever is in a chart, every record that counts is in exactly one thing, as it came, on the side that wrote it.
func TestNoRecordIsLostOrChangedByComparing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := some(t)
		before := slices.Clone(list)
		r := held(list, ours)
		if !reflect.DeepEqual(list, before) {
			t.Fatal("changed")
		}
		if !slices.ContainsFunc(list, func(x ehrdesk.Record) bool { return x.Source == ours && !x.Void() }) {
			return
		}
		seen := map[ehrdesk.Ref]int{}
		for i := range r.Things {
			for own, side := range map[bool][]*ehrdesk.Record{true: r.Things[i].Ours, false: r.Things[i].Others} {
				for _, x := range side {
					seen[x.Ref()]++
					if at := slices.IndexFunc(list, func(y ehrdesk.Record) bool { return y.Ref() == x.Ref() }); at < 0 || list[at] != *x || own != (x.Source == ours) {
						t.Fatalf("%+v on the side %v", x, own)
					}
				}
			}
		}
		for _, x := range list {
			if want := map[bool]int{true: 0, false: 1}[x.Void()]; seen[x.Ref()] != want {
				t.Fatalf("%s is in %d things", x.Ref(), seen[x.Ref()])
			}
		}
	})
}

// What differs is the same whichever of two sides is called ours.
func TestWhatDiffersIsTheSameFromEitherSide(t *testing.T) {
	turned := map[apart.How]apart.How{apart.OnlyOurs: apart.OnlyOthers, apart.OnlyOthers: apart.OnlyOurs}
	told := func(r *apart.Report, turn bool) map[string]bool {
		out := map[string]bool{}
		for i := range r.Things {
			for _, p := range r.Things[i].Pairs {
				a, b := p.Ours.ID, p.Other.ID
				if turn {
					a, b = b, a
				}
				var words []string
				for _, d := range p.Differences {
					if to := turned[d.How]; turn && to != 0 {
						d.How = to
					}
					words = append(words, fmt.Sprint(d))
				}
				out[fmt.Sprint(a, b, words)] = true
			}
		}
		return out
	}
	rapid.Check(t, func(t *rapid.T) {
		list := some(t)
		for _, side := range []string{ours, theirs} {
			if !slices.ContainsFunc(list, func(x ehrdesk.Record) bool { return x.Source == side && !x.Void() }) {
				return
			}
		}
		if a, b := told(held(list, ours), false), told(held(list, theirs), true); !reflect.DeepEqual(a, b) {
			t.Fatalf("%v\n%v", a, b)
		}
	})
}
