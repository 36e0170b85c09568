package results_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/results"
)

var now = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

// result is an observation as a laboratory sends it.
type result struct {
	id, code, text, number, unit, status string
	low, high                            string
	flag                                 ehrdesk.Flag
	at                                   time.Time
	words                                string
	focus                                string
}

func (x result) record() ehrdesk.Record {
	f := ehrdesk.Facts{Code: ehrdesk.Concept{Text: x.text}}
	if x.code != "" {
		f.Code.Codings = []ehrdesk.Coding{{System: "http://loinc.org", Code: x.code}}
	}
	q := ehrdesk.Quantity{Number: x.number, Unit: x.unit}
	r := ehrdesk.Result{Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: q}, Flag: x.flag}
	if x.words != "" {
		r.Value = ehrdesk.Value{Kind: ehrdesk.IsText, Text: x.words}
	}
	if x.low+x.high != "" {
		r.Ranges = []ehrdesk.Range{{Low: ehrdesk.Quantity{Number: x.low, Unit: x.unit}, High: ehrdesk.Quantity{Number: x.high, Unit: x.unit}}}
		r.Assessed = true
	}
	f.Results = []ehrdesk.Result{r}
	if x.focus != "" {
		f.Relations = []ehrdesk.Relation{{Role: "focus", Display: x.focus}}
	}
	if x.status == "" {
		x.status = "final"
	}
	return ehrdesk.Record{Kind: ehrdesk.KindLaboratory, Resource: "Observation", ID: x.id, Date: ehrdesk.At(x.at), Title: x.text, Status: x.status, Source: "QMH", Packed: f.Pack()}
}

func ago(days int) time.Time { return now.AddDate(0, 0, -days) }

func lists(all ...ehrdesk.Record) func(ehrdesk.RecordType) []ehrdesk.Record {
	slices.SortStableFunc(all, func(a, b ehrdesk.Record) int { return b.Date.Compare(a.Date) })
	return func(t ehrdesk.RecordType) (out []ehrdesk.Record) {
		for _, r := range all {
			if r.Type() == t {
				out = append(out, r)
			}
		}
		return out
	}
}

func TestUnitsAreNeverMixed(t *testing.T) {
	set := results.Of(lists(
		result{id: "1", code: "4548-4", number: "7.1", unit: "%", at: ago(3)}.record(),
		result{id: "2", code: "4548-4", number: "54", unit: "mmol/mol", at: ago(2)}.record(),
		result{id: "3", code: "4548-4", number: "7.4", unit: "%", at: ago(1)}.record(),
	))
	if len(set.Series) != 2 || len(set.Series[0].Points)+len(set.Series[1].Points) != 3 || set.Series[0].Test() != set.Series[1].Test() {
		t.Fatalf("%+v", set.Series)
	}
	if got := set.Units(0); len(got) != 1 || got[0] != 1 {
		t.Errorf("the other unit: %v", got)
	}
}

func TestSpellingsOfOneUnitAreOneAndOtherUnitsAreNot(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"mmol/L", "mmol/l", true}, {"µmol/L", "umol/L", true}, {"μmol/l", "µmol/L", true}, {"mm[Hg]", "mmHg", true}, {"×10^9/L", "10*9/L", true}, {"x10^9/L", "10⁹/L", true},
		{"mL/min/1.73m²", "mL/min/{1.73_m2}", true}, {"Cel", "°C", true}, {"m[iU]/L", "mIU/L", true}, {"beats/min", "/min", true},
		{"mg/dL", "mmol/L", false}, {"g/L", "g/dL", false}, {"mmol/L", "µmol/L", false}, {"mL/min", "mL/min/1.73m2", false}, {"", "mmol/L", false}, {"mg", "Mg", false},
		{"10*9/L", "10*6/L", false}, {"%", "mmol/mol", false}, {"ng/mL", "pg/mL", false}, {"cm", "m", false},
	} {
		set := results.Of(lists(result{id: "1", code: "4548-4", number: "1", unit: c.a, at: ago(3)}.record(), result{id: "2", code: "4548-4", number: "2", unit: c.b, at: ago(2)}.record()))
		if got := len(set.Series) == 1; got != c.same {
			t.Errorf("%s and %s are one unit: %v", c.a, c.b, got)
		}
	}
}

// A word that another specimen's code stands beside does not decide what was measured.
func TestOneTestIsToldByItsCodeBeforeItsName(t *testing.T) {
	set := results.Of(lists(
		result{id: "1", code: "2160-0", text: "Creatinine", number: "90", unit: "µmol/L", at: ago(3)}.record(),
		result{id: "2", code: "14682-9", text: "Kreatinin", number: "92", unit: "umol/L", at: ago(2)}.record(),
		result{id: "3", text: "Creatinine", number: "93", unit: "umol/L", at: ago(1)}.record(),
		result{id: "4", code: "99999-9", text: "Creatinine", number: "9000", unit: "umol/L", at: ago(1)}.record(),
		result{id: "5", code: "14682-9", text: "Creatinine", number: "20", unit: "umol/L", at: ago(1), focus: "Foetus"}.record(),
	))
	var counts []int
	for _, s := range set.Series {
		counts = append(counts, len(s.Points))
	}
	if slices.Sort(counts); !slices.Equal(counts, []int{1, 1, 3}) {
		t.Errorf("series of %v", counts)
	}
}

func TestAResultEnteredInErrorIsInNoSeriesAndTextIsApart(t *testing.T) {
	set := results.Of(lists(
		result{id: "1", code: "4548-4", number: "7.10", unit: "%", at: ago(3)}.record(),
		result{id: "2", code: "4548-4", number: "70", unit: "%", at: ago(2), status: "entered-in-error"}.record(),
		result{id: "3", text: "Urine microscopy", words: "no growth", at: ago(1)}.record(),
	))
	if len(set.Series) != 1 || len(set.Series[0].Points) != 1 || set.Series[0].Points[0].Number != "7.10" {
		t.Errorf("%+v", set.Series)
	}
	if len(set.Words) != 1 || set.Words[0].Last().ID != "3" {
		t.Errorf("%+v", set.Words)
	}
}

func TestTrendNeedsThreeResultsAMonthApart(t *testing.T) {
	a1c := func(days int, n string) ehrdesk.Record {
		return result{id: fmt.Sprint(days), code: "4548-4", number: n, unit: "%", at: ago(days)}.record()
	}
	for name, c := range map[string]struct {
		records []ehrdesk.Record
		why     results.Why
	}{
		"a point in a year":         {[]ehrdesk.Record{a1c(400, "7.1"), a1c(200, "7.8"), a1c(10, "8.1")}, results.Change},
		"less than a point":         {[]ehrdesk.Record{a1c(400, "7.1"), a1c(200, "7.8"), a1c(10, "8.0")}, results.Still},
		"two results":               {[]ehrdesk.Record{a1c(400, "7.1"), a1c(10, "9.1")}, results.Still},
		"three results in one week": {[]ehrdesk.Record{a1c(16, "7.1"), a1c(12, "9.0"), a1c(10, "9.1")}, results.Still},
		"long ago":                  {[]ehrdesk.Record{a1c(2000, "5.1"), a1c(200, "7.8"), a1c(10, "8.0")}, results.Still},
	} {
		set := results.Of(lists(c.records...))
		if got := set.Series[0].Moving(); got.Why != c.why {
			t.Errorf("%s: %v, want %v", name, got.Why, c.why)
		}
	}
}

func TestMovingByEachTestsOwnThreshold(t *testing.T) {
	for _, c := range []struct {
		code, unit, low, high string
		values                [3]string
		why                   results.Why
	}{
		{"98979-8", "mL/min/1.73m2", "60", "", [3]string{"80", "70", "59"}, results.Change},
		{"98979-8", "mL/min/1.73m2", "", "", [3]string{"80", "75", "61"}, results.Still},
		{"718-7", "g/dL", "", "", [3]string{"13.0", "12.0", "11.0"}, results.Change},
		{"718-7", "g/L", "", "", [3]string{"130", "120", "111"}, results.Still},
		{"14682-9", "umol/L", "", "", [3]string{"80", "100", "120"}, results.Change},
		{"29463-7", "kg", "", "", [3]string{"80", "78", "75.9"}, results.Change},
		{"2823-3", "mmol/L", "3.5", "5.1", [3]string{"4.0", "4.8", "5.3"}, results.Crossed},
		{"2823-3", "mmol/L", "3.5", "5.1", [3]string{"4.0", "4.8", "5.1"}, results.Still},
		{"2823-3", "mmol/L", "3.5", "5.1", [3]string{"5.4", "5.8", "5.3"}, results.Still},
	} {
		var all []ehrdesk.Record
		for i, v := range c.values {
			all = append(all, result{id: v, code: c.code, number: v, unit: c.unit, low: c.low, high: c.high, at: ago(160 - 70*i)}.record())
		}
		set := results.Of(lists(all...))
		if m := set.Series[0].Moving(); m.Why != c.why || m.Why != results.Still && (m.From.Number != c.values[0] || m.To.Number != c.values[2] || m.Count != 3) {
			t.Errorf("%s %v: %+v", c.code, c.values, m)
		}
	}
}

func drawn(rt *rapid.T) []ehrdesk.Record {
	var all []ehrdesk.Record
	for i := range rapid.IntRange(0, 30).Draw(rt, "records") {
		all = append(all, result{id: fmt.Sprint(i), code: rapid.SampledFrom([]string{"", "4548-4", "2160-0", "14682-9", "1-8"}).Draw(rt, "code"),
			text: rapid.SampledFrom([]string{"Creatinine", "creatinine", "X"}).Draw(rt, "text"), number: rapid.SampledFrom([]string{"1.10", "7", "0.5", "1e2", "007"}).Draw(rt, "number"),
			unit: rapid.SampledFrom([]string{"", "%", "mmol/L", "mmol/l", "mg/dL"}).Draw(rt, "unit"), status: rapid.SampledFrom([]string{"final", "preliminary", "entered-in-error", "cancelled"}).Draw(rt, "status"),
			at: ago(rapid.IntRange(0, 3).Draw(rt, "days") * 40), words: rapid.SampledFrom([]string{"", "", "clear"}).Draw(rt, "words"), focus: rapid.SampledFrom([]string{"", "", "", "donor"}).Draw(rt, "focus")}.record())
	}
	return all
}

// said is a set in words that two sets can be compared by.
func said(s *results.Set) string {
	var b strings.Builder
	for i := range s.Series {
		x := &s.Series[i]
		fmt.Fprintln(&b, x.Test(), x.Unit, x.Title, x.Panel, x.Moving().Why)
		for _, p := range x.Points {
			fmt.Fprintln(&b, " ", p.Number, p.At, p.Record.ID)
		}
	}
	for _, w := range s.Words {
		fmt.Fprintln(&b, w.Title, len(w.Records), w.Last().ID)
	}
	return b.String()
}

func TestShuffledRecordsGiveTheSameSeries(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		all := drawn(rt)
		give := func(ehrdesk.RecordType) []ehrdesk.Record { return nil }
		one := func(all []ehrdesk.Record) string {
			return said(results.Of(func(x ehrdesk.RecordType) []ehrdesk.Record {
				if x == ehrdesk.LaboratoryRadiology {
					return all
				}
				return give(x)
			}))
		}
		other := slices.Clone(all)
		rand.New(rand.NewPCG(1, rapid.Uint64().Draw(rt, "order"))).Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
		if a, b := one(all), one(other); a != b {
			rt.Fatalf("%s\nand\n%s", a, b)
		}
	})
}

func TestEachNumericResultIsInExactlyOneSeriesWithItsDigits(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		all := drawn(rt)
		set := results.Of(lists(all...))
		seen := map[string]int{}
		for i := range set.Series {
			unit := ""
			for k := range set.Series[i].Points {
				p := &set.Series[i].Points[k]
				f := p.Record.Facts()
				seen[p.Record.ID]++
				if q := f.Results[p.Part].Value.Low; q.Number != p.Number {
					rt.Fatalf("%s became %s", q.Number, p.Number)
				} else if u := strings.ToLower(q.Unit); k > 0 && u != unit {
					rt.Fatalf("%s among %s", u, unit)
				} else {
					unit = u
				}
			}
		}
		for _, r := range all {
			f, want := r.Facts(), 1
			if r.Void() || f.Results[0].Value.Kind != ehrdesk.IsQuantity {
				want = 0
			}
			if seen[r.ID] != want {
				rt.Fatalf("%s is in %d series, not %d", r.ID, seen[r.ID], want)
			}
		}
	})
}
