package text

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
)

// numbers of 3 and more: 1 and 2 are words ("once", "a day", "twice").
var aNumber = rapid.Custom(func(t *rapid.T) string {
	return rapid.SampledFrom([]string{"3", "4", "7.5", "12", "0.25", "30", "62.5", "1000", "2500"}).Draw(t, "n")
})

func maybe[T any](t *rapid.T, name string, g *rapid.Generator[T]) (v T) {
	if rapid.IntRange(0, 3).Draw(t, name+"?") == 0 {
		v = g.Draw(t, name)
	}
	return v
}

func aQuantity(units ...string) *rapid.Generator[ehrdesk.Quantity] {
	return rapid.Custom(func(t *rapid.T) ehrdesk.Quantity {
		return ehrdesk.Quantity{Number: aNumber.Draw(t, "number"), Unit: rapid.SampledFrom(units).Draw(t, "unit"), Comparator: rapid.SampledFrom([]string{"", "", "<", ">="}).Draw(t, "comparator")}
	})
}

func aValue(units ...string) *rapid.Generator[ehrdesk.Value] {
	return rapid.Custom(func(t *rapid.T) ehrdesk.Value {
		v := ehrdesk.Value{Kind: rapid.SampledFrom([]ehrdesk.ValueKind{ehrdesk.IsQuantity, ehrdesk.IsRange, ehrdesk.IsRatio}).Draw(t, "kind"), Low: aQuantity(units...).Draw(t, "low")}
		if v.Kind != ehrdesk.IsQuantity {
			v.High = aQuantity(append(units, "h", "d")...).Draw(t, "high")
		}
		return v
	})
}

func aWord(list ...string) *rapid.Generator[ehrdesk.Concept] {
	return rapid.Map(rapid.SampledFrom(list), words)
}

func aDosage() *rapid.Generator[ehrdesk.Dosage] {
	doses := []string{"mg", "tablet", "ug", "mL", ""}
	return rapid.Custom(func(t *rapid.T) ehrdesk.Dosage {
		d := ehrdesk.Dosage{
			Sequence: maybe(t, "sequence", aNumber), Text: maybe(t, "text", rapid.SampledFrom([]string{"as directed", "take 3 mg daily", "12 tablets"})),
			Patient: maybe(t, "patient", rapid.Just("with water")), AsNeeded: rapid.Bool().Draw(t, "prn"), AsNeededFor: maybe(t, "for", rapid.SliceOfN(aWord("pain", "fever"), 1, 2)),
			Site: maybe(t, "site", aWord("left arm")), Route: maybe(t, "route", aWord("oral")), Method: maybe(t, "method", aWord("slowly")),
			MaxPeriod: maybe(t, "max", rapid.Map(aValue(doses...), func(v ehrdesk.Value) ehrdesk.Value { v.Kind = ehrdesk.IsRatio; return v })),
			MaxOnce:   maybe(t, "once", aQuantity(doses...)), MaxLifetime: maybe(t, "life", aQuantity(doses...)),
			Additional: maybe(t, "additional", rapid.SliceOfN(aWord("with food", "not with milk"), 1, 2)),
			Timing: ehrdesk.Timing{
				Count: maybe(t, "count", aNumber), CountMax: maybe(t, "countMax", aNumber), Duration: maybe(t, "duration", aNumber), DurationMax: maybe(t, "durationMax", aNumber),
				Frequency: maybe(t, "frequency", aNumber), FrequencyMax: maybe(t, "frequencyMax", aNumber), Period: maybe(t, "period", aNumber), PeriodMax: maybe(t, "periodMax", aNumber),
				Offset: maybe(t, "offset", rapid.SampledFrom([]string{"30", "45"})), Bounds: maybe(t, "bounds", rapid.Map(aValue("d", "wk"), func(v ehrdesk.Value) ehrdesk.Value {
					v.Kind = min(v.Kind, ehrdesk.IsQuantity)
					v.High = ehrdesk.Quantity{}
					return v
				})),
				Days: maybe(t, "days", rapid.SliceOfN(rapid.SampledFrom([]string{"mon", "thu", "sun"}), 1, 3)), Times: maybe(t, "times", rapid.SliceOfN(rapid.SampledFrom([]string{"08:00:00", "20:15:30"}), 1, 2)),
				When: maybe(t, "when", rapid.SliceOfN(rapid.SampledFrom([]string{"ACM", "HS", "NEW"}), 1, 2)), Code: maybe(t, "code", aWord("once only")),
			},
		}
		unit := rapid.SampledFrom([]string{"h", "d", "wk", "fortnight", ""})
		d.Timing.PeriodUnit, d.Timing.DurationUnit = unit.Draw(t, "periodUnit"), unit.Draw(t, "durationUnit")
		if d.Timing.Duration+d.Timing.DurationMax == "" {
			d.Timing.DurationUnit = ""
		}
		for range rapid.IntRange(0, 2).Draw(t, "doses") {
			d.Doses = append(d.Doses, ehrdesk.DoseRate{Type: maybe(t, "type", aWord("ordered")), Dose: maybe(t, "dose", aValue(doses...)), Rate: maybe(t, "rate", aValue("mg", "mL/h"))})
		}
		return d
	})
}

// sent are the numbers of a struct's elements, where they stand.
func sent(v reflect.Value, name string) (out []*string) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			out = append(out, sent(v.Field(i), v.Type().Field(i).Name)...)
		}
	case reflect.Slice:
		for i := range v.Len() {
			out = append(out, sent(v.Index(i), name)...)
		}
	case reflect.String:
		if s, ok := v.Addr().Interface().(*string); ok && *s != "" && strings.Trim(*s, "0123456789.") == "" {
			out = append(out, s)
		}
	}
	return out
}

// clauses are a line's numbers as whole words: 3 is not in 30.
func clauses(line string) []string {
	out := strings.FieldsFunc(line, func(r rune) bool { return !(r >= '0' && r <= '9' || r == '.' || r == ',') })
	for i := range out {
		out[i] = strings.Trim(out[i], ".,")
	}
	return out
}

func TestEveryNumberAndWordOfADosageIsInItsLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := aDosage().Draw(t, "dosage")
		lang := rapid.SampledFrom(Langs()).Draw(t, "language")
		line := said(lang).Dosages([]ehrdesk.Dosage{d})
		have := clauses(line)
		for _, n := range sent(reflect.ValueOf(&d).Elem(), "") {
			if !slices.Contains(have, doseNumber(*n)) && !slices.Contains(have, *n) {
				t.Fatalf("%s is lost: %s", *n, line)
			}
		}
		texts := []string{d.Text, d.Patient, d.Site.Text, said(lang).route(d.Route), d.Method.Text, d.Timing.Code.Text}
		for _, k := range d.AsNeededFor {
			texts = append(texts, k.Text)
		}
		for _, k := range d.Additional {
			texts = append(texts, k.Text)
		}
		for _, s := range d.Timing.Days {
			texts = append(texts, New().Facts.Days[s][lang])
		}
		if slices.Contains(d.Timing.When, "NEW") {
			texts = append(texts, "NEW")
		}
		for _, s := range texts {
			if !strings.Contains(line, s) {
				t.Fatalf("%q is lost: %s", s, line)
			}
		}
		if strings.Contains(line, "%!") {
			t.Fatalf("a phrase is short of words: %s", line)
		}
	})
}

func TestTwoDosagesWithDifferentNumbersAreTwoLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := aDosage().Draw(t, "dosage")
		w := said(rapid.SampledFrom(Langs()).Draw(t, "language"))
		numbers := sent(reflect.ValueOf(&d).Elem(), "")
		if len(numbers) == 0 {
			return
		}
		before := w.Dosages([]ehrdesk.Dosage{d})
		n := rapid.SampledFrom(numbers).Draw(t, "which")
		was := *n
		if *n = aNumber.Draw(t, "other"); *n == was {
			return
		}
		if after := w.Dosages([]ehrdesk.Dosage{d}); after == before {
			t.Fatalf("%s and %s are both: %s", was, *n, after)
		}
	})
}

func aResult() *rapid.Generator[ehrdesk.Result] {
	return rapid.Custom(func(t *rapid.T) ehrdesk.Result {
		r := ehrdesk.Result{
			Value:  maybe(t, "value", aValue("mmol/L", "10*9/L", "ug/L", "")),
			Absent: maybe(t, "absent", aWord("cuff error")), Assessed: rapid.Bool().Draw(t, "assessed"), UnitsDiffer: rapid.Bool().Draw(t, "differ"),
			Flag: rapid.SampledFrom([]ehrdesk.Flag{"", "H", "LL", "A"}).Draw(t, "flag"),
		}
		for range rapid.IntRange(0, 2).Draw(t, "ranges") {
			r.Ranges = append(r.Ranges, ehrdesk.Range{Low: maybe(t, "low", aQuantity("mmol/L")), High: maybe(t, "high", aQuantity("mmol/L", "g/L")), Text: maybe(t, "text", rapid.Just("see report")),
				Type: maybe(t, "type", aWord("therapeutic")), AppliesTo: maybe(t, "to", rapid.SliceOfN(aWord("female"), 1, 1)), AgeLow: maybe(t, "age", aQuantity("a"))})
		}
		for range rapid.IntRange(0, 2).Draw(t, "interpretations") {
			r.Interpretations = append(r.Interpretations, rapid.SampledFrom([]ehrdesk.Concept{code("R"), code("ZZ9"), words("odd"), code("<")}).Draw(t, "interpretation"))
		}
		return r
	})
}

func TestEveryNumberAndWordOfAResultIsInItsRow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		own, part := aResult().Draw(t, "own"), aResult().Draw(t, "part")
		part.Code = words("Systolic")
		f := ehrdesk.Facts{Results: []ehrdesk.Result{own, part}}
		r := lab(f, own.Flag, own.Assessed)
		row := said(rapid.SampledFrom(Langs()).Draw(t, "language")).Whole(&r)
		line := strings.Join([]string{row.Value, row.Range, row.Flag}, " ")
		have := clauses(line)
		for _, res := range f.Results {
			if res.Value.IsZero() && res.Absent.IsZero() && res.Code.IsZero() {
				continue
			}
			for _, n := range sent(reflect.ValueOf(&res).Elem(), "") {
				if !slices.Contains(have, *n) && !slices.Contains(have, doseNumber(*n)) {
					t.Fatalf("%s is lost: %s", *n, line)
				}
			}
			for _, k := range append([]ehrdesk.Concept{res.Absent, res.Code}, res.Interpretations...) {
				if s := k.Words(); !strings.Contains(line, s) {
					t.Fatalf("%q is lost: %s", s, line)
				}
			}
		}
		if strings.Contains(line, "%!") {
			t.Fatal(line)
		}
	})
}

// A long number in a row stands on the same side of every limit as the number.
func TestARowNeverMovesANumberOverALimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := fmt.Sprintf("%d.%09d", rapid.IntRange(0, 9).Draw(t, "whole"), rapid.IntRange(0, 999999999).Draw(t, "part"))
		cut := rapid.IntRange(0, len(n)-2).Draw(t, "cut")
		limit := strings.TrimSuffix(n[:len(n)-cut], ".")
		got := strings.TrimPrefix(short(n, []string{limit}), "≈")
		if compare(t, n, limit) != compare(t, got, limit) {
			t.Fatalf("%s beside %s is shown as %s", n, limit, got)
		}
	})
}

func compare(t *rapid.T, a, b string) int {
	pad := func(s string) string {
		whole, part, _ := strings.Cut(s, ".")
		return fmt.Sprintf("%3s.%s", whole, part+strings.Repeat("0", 12-len(part)))
	}
	return strings.Compare(pad(a), pad(b))
}
