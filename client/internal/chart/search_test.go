package chart

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/find"
)

// searched is what a query finds in a view of which no body is read.
func searched(v *view, query string) []ehrdesk.Record {
	v.prepare()
	var out []ehrdesk.Record
	for _, h := range (&texts{}).hits(find.Parse(query), v, false) {
		out = append(out, v.all[v.order[uint32(h)]])
	}
	return out
}

// A search finds what stands in a record's facts: drugs by their codes, results
// by number and unit, reactions, reasons and people.
func TestASearchFindsWhatARecordSays(t *testing.T) {
	text := func(s string) ehrdesk.Concept { return ehrdesk.Concept{Text: s} }
	facts := []ehrdesk.Facts{
		{Code: ehrdesk.Concept{Codings: []ehrdesk.Coding{{Code: "B01AB01", Display: "Heparin"}}}, Dosages: []ehrdesk.Dosage{{Route: text("subcutaneous"), AsNeededFor: []ehrdesk.Concept{text("thrombosis")}}}},
		{Results: []ehrdesk.Result{{Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: "9.8", Unit: "mmol/L"}}, Ranges: []ehrdesk.Range{{Text: "fasting"}}}}},
		{Reactions: []ehrdesk.Reaction{{Manifestations: []ehrdesk.Concept{text("angio-oedema")}}}, Reasons: []ehrdesk.Concept{text("Fracture")}, Parties: []ehrdesk.Party{{Role: "performer", Display: "Dr Chan"}}},
	}
	v := &view{byType: map[ehrdesk.RecordType][]ehrdesk.Record{}}
	for i := range facts {
		v.byType[ehrdesk.Encounters] = append(v.byType[ehrdesk.Encounters], ehrdesk.Record{Resource: "Basic", ID: string(rune('a' + i)), Packed: facts[i].Pack()})
	}
	for query, want := range map[string]string{"heparin": "a", "b01ab01": "a", "thrombosis subcutaneous": "a", "9.8 MMOL": "b", "fasting": "b", "angio": "c", "fracture": "c", "dr chan": "c", "performer": "", "recordeddate": ""} {
		got := ""
		for _, r := range searched(v, query) {
			got += r.ID
		}
		if got != want {
			t.Errorf("%q found %q, want %q", query, got, want)
		}
	}
	r := v.byType[ehrdesk.Encounters][2]
	f := r.Facts()
	if got, _ := reactionOf(&f); got != "angio-oedema" {
		t.Errorf("reaction %q", got)
	}
}

// What a site calls a code is found as the code is, in each of the languages.
func TestASearchFindsWhatASiteCallsACode(t *testing.T) {
	codes, _, err := ehrdesk.ParseLocalCodes(strings.NewReader("system,code,en,zh-Hant,zh-Hans\nurn:clinic,D-401,Hypertension,高血壓,高血压\n"))
	if err != nil {
		t.Fatal(err)
	}
	f := ehrdesk.Facts{Code: ehrdesk.Concept{Codings: []ehrdesk.Coding{{System: "urn:clinic", Code: "D-401"}}}}
	v := &view{codes: codes, byType: map[ehrdesk.RecordType][]ehrdesk.Record{ehrdesk.Encounters: {{Resource: "Basic", ID: "a", Packed: f.Pack()}}}}
	for _, query := range []string{"hyper", "高血壓", "高血压", "d-401"} {
		if len(searched(v, query)) != 1 {
			t.Errorf("%q is not found", query)
		}
	}
}

// Of records that are found equally well those in force come before those that are
// over, the newer before the older, and what was entered in error last, whatever order
// they come in.
func TestHitsThatAreEquallyGoodAreCurrentFirstThenNewest(t *testing.T) {
	at := func(year int) ehrdesk.When { return ehrdesk.At(time.Date(year, 5, 1, 9, 0, 0, 0, time.UTC)) }
	all := []ehrdesk.Record{
		{Resource: "Condition", ID: "new", Title: "Gout", Status: "active", Date: at(2026)},
		{Resource: "Condition", ID: "old", Title: "Gout", Status: "active", Date: at(2020)},
		{Resource: "Condition", ID: "over", Title: "Gout", Status: "resolved", Date: at(2027)},
		{Resource: "Condition", ID: "void", Title: "Gout", Status: ehrdesk.EnteredInError, Date: at(2028)},
		{Resource: "Condition", ID: "part", Title: "Goutte", Status: "active", Date: at(2028)},
	}
	rapid.Check(t, func(t *rapid.T) {
		v := &view{byType: map[ehrdesk.RecordType][]ehrdesk.Record{ehrdesk.Encounters: rapid.Permutation(all).Draw(t, "order")}}
		v.prepare()
		keys := (&texts{}).hits(find.Parse("gout"), v, false)
		slices.Sort(keys)
		got := ""
		for _, k := range keys {
			got += v.all[v.order[uint32(k)]].ID + " "
		}
		if got != "new old over void part " {
			t.Fatalf("%s", got)
		}
	})
}
