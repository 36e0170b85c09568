package ehrdesk_test

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
)

// anyFacts generates facts by their type, so that a field added later is packed
// and opened here or fails.
func anyFacts() *rapid.Generator[ehrdesk.Facts] {
	when := rapid.Custom(func(t *rapid.T) ehrdesk.When {
		s := rapid.SampledFrom([]string{"", "0001", "1958-02", "2026-03-02", "9999-12-31", "2026-03-02T06:40", "2026-03-01T22:40:00Z",
			"2026-03-02T06:40:00.123+08:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-03-02T06:40:00"}).Draw(t, "when")
		w, _ := ehrdesk.ParseWhen(s)
		return w
	})
	return rapid.MakeCustom[ehrdesk.Facts](rapid.MakeConfig{
		Types: map[reflect.Type]*rapid.Generator[any]{
			reflect.TypeFor[ehrdesk.When]():      when.AsAny(),
			reflect.TypeFor[string]():            rapid.SampledFrom([]string{"", "1.10", "http://loinc.org", "陳", "0190a8f2-7c0e-4b54-9f53-0f2b1d6f6a10", "a longer text\nof two lines"}).AsAny(),
			reflect.TypeFor[ehrdesk.ValueKind](): rapid.Map(rapid.IntRange(1, int(ehrdesk.IsOther)), func(n int) ehrdesk.ValueKind { return ehrdesk.ValueKind(n) }).AsAny(),
			reflect.TypeFor[ehrdesk.Concept]():   rapid.SampledFrom([]ehrdesk.Concept{{}, {Text: "Potassium"}, {Text: "鉀", Codings: []ehrdesk.Coding{{}, {System: "http://loinc.org", Code: "2823-3", Display: "K"}}}}).AsAny(),
			reflect.TypeFor[ehrdesk.Quantity]():  rapid.SampledFrom([]ehrdesk.Quantity{{}, {Number: "1.10"}, {Number: "5", Comparator: "<", Unit: "mmol/L", System: "http://unitsofmeasure.org", Code: "mmol/L"}}).AsAny(),
			reflect.TypeFor[int]():               rapid.IntRange(0, 1<<20).AsAny(),
		},
	})
}

func TestFactsComeBackAsTheyWerePacked(t *testing.T) {
	sameTime := cmp.Comparer(func(a, b ehrdesk.When) bool { return a.SameTime(b) && a.String() == b.String() })
	rapid.Check(t, func(t *rapid.T) {
		f := anyFacts().Draw(t, "facts")
		packed := f.Pack()
		got, err := packed.Open()
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(f, got, sameTime, cmpopts.EquateEmpty()); d != "" {
			t.Fatal(d)
		}
		if got.Pack() != packed {
			t.Fatal("packed again they are another string")
		}
	})
}

// FuzzPackedFacts: whatever the bytes, facts open or are refused, and what opens
// is what it packs to.
func FuzzPackedFacts(f *testing.F) {
	for _, facts := range []ehrdesk.Facts{
		{},
		{Code: ehrdesk.Concept{Text: "Potassium", Codings: []ehrdesk.Coding{{System: "http://loinc.org", Code: "2823-3"}}}},
		{Dosages: []ehrdesk.Dosage{{Text: "1 tablet", AsNeeded: true, Timing: ehrdesk.Timing{Frequency: "1", Period: "4", PeriodMax: "6", PeriodUnit: "h"}}}},
	} {
		f.Add(string(facts.Pack()))
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ehrdesk.PackedFacts(s).Open()
		if err != nil {
			if ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
				t.Fatal(err)
			}
			return
		}
		again, err := got.Pack().Open()
		if err != nil {
			t.Fatal("what opened does not open again")
		}
		if d := cmp.Diff(got, again, cmpopts.EquateEmpty(), cmp.Comparer(func(a, b ehrdesk.When) bool { return a.SameTime(b) })); d != "" {
			t.Fatal(d)
		}
	})
}
