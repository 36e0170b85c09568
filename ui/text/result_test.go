package text

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

const interpretation = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"

func code(s string) ehrdesk.Concept {
	return ehrdesk.Concept{Codings: []ehrdesk.Coding{{System: interpretation, Code: s}}}
}

func lab(f ehrdesk.Facts, flag ehrdesk.Flag, assessed bool) ehrdesk.Record {
	return ehrdesk.Record{Kind: ehrdesk.KindLaboratory, Resource: "Observation", ID: "a", Title: "x", Status: "final", Flag: flag, Assessed: assessed, Packed: f.Pack()}
}

func TestAResultIsSaidAsItWasSent(t *testing.T) {
	below := []ehrdesk.Range{{High: q("40", "ng/L")}}
	for _, c := range []struct {
		r        ehrdesk.Result
		en, hant string
	}{
		{ehrdesk.Result{Value: qty("1.10", "mg/L")}, "1.10 mg/L", "1.10 mg/L"},
		{ehrdesk.Result{Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: "0.1", Comparator: "<", Unit: "ng/mL"}}}, "<0.1 ng/mL", "<0.1 ng/mL"},
		{ehrdesk.Result{Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: "5", Comparator: ">=", Unit: "ng/mL"}}}, "≥5 ng/mL", "≥5 ng/mL"},
		{ehrdesk.Result{Value: ratio("1", "", "160", "")}, "1:160", "1:160"},
		{ehrdesk.Result{Value: ratio("5", "mg", "100", "mL")}, "5 mg : 100 mL", "5 mg : 100 mL"},
		{ehrdesk.Result{Value: qty("9.8", "")}, "9.8 (no unit given)", "9.8（沒有單位）"},
		{ehrdesk.Result{Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: "9.8", Code: "1"}}}, "9.8", "9.8"},
		{ehrdesk.Result{Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: "90", Code: "mL/min/{1.73_m2}"}}}, "90 mL/min/1.73 m²", "90 mL/min/1.73 m²"},
		{ehrdesk.Result{Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: "5", Unit: "mg", Code: "ug"}}}, "5 mg (coded as µg)", "5 mg（編碼為 µg）"},
		{ehrdesk.Result{Value: qty("12", "10*9/L")}, "12 ×10⁹/L", "12 ×10⁹/L"},
		{ehrdesk.Result{Absent: ehrdesk.Concept{Text: "sample haemolysed", Codings: []ehrdesk.Coding{{Code: "error", Display: "Error"}}}}, "no value: sample haemolysed (error)", "沒有結果：sample haemolysed（出錯）"},
		{ehrdesk.Result{Absent: coded("", "not-performed", "Not Performed")}, "no value: not performed", "沒有結果：沒有進行"},
		{ehrdesk.Result{Code: words("Systolic"), Absent: words("cuff error")}, "Systolic not measured: cuff error", "Systolic 未能量度：cuff error"},
		{ehrdesk.Result{Code: words("Systolic")}, "Systolic: no value", "Systolic：沒有結果"},
		{ehrdesk.Result{Code: words("Systolic"), Value: qty("152", "mm[Hg]"), Flag: ehrdesk.FlagHigh, Assessed: true}, "Systolic 152 mmHg H ↑ high", "Systolic 152 mmHg H ↑ 偏高"},
		{ehrdesk.Result{Value: qty("0.5", "ug/L"), Ranges: below, UnitsDiffer: true}, "0.5 µg/L, range ≤ 40 ng/L: units differ", "0.5 µg/L，範圍 ≤ 40 ng/L：單位不同"},
		{ehrdesk.Result{Value: qty("3.1", "nmol/L"), Flag: ehrdesk.FlagHigh, Assessed: true, Ranges: []ehrdesk.Range{{Low: q("0.6", "nmol/L"), High: q("2.0", "nmol/L"), Type: coded(rangeMeaning, "therapeutic", "Therapeutic Desired Level")}}}, "3.1 nmol/L, range therapeutic 0.6–2.0 nmol/L", "3.1 nmol/L，範圍 治療濃度 0.6–2.0 nmol/L"},
		{ehrdesk.Result{Value: qty("12", "ug/L"), Ranges: []ehrdesk.Range{{Low: q("15", "ug/L"), High: q("150", "ug/L"), AppliesTo: []ehrdesk.Concept{words("female")}}, {Low: q("30", "ug/L"), High: q("400", "ug/L"), AppliesTo: []ehrdesk.Concept{words("male")}, AgeLow: ehrdesk.Quantity{Number: "18", Code: "a"}}}},
			"12 µg/L, range 15–150 µg/L (female) · 30–400 µg/L (male, age from 18 years)", "12 µg/L，範圍 15–150 µg/L（female） · 30–400 µg/L（male, 年齡 由 18 歲 起）"},
		{ehrdesk.Result{Value: ehrdesk.Value{Kind: ehrdesk.IsConcept, Concept: coded("", "11214006", "Reactive")}, Ranges: []ehrdesk.Range{{Text: "Non-reactive"}}}, "Reactive, range Non-reactive", "Reactive，範圍 Non-reactive"},
		{ehrdesk.Result{Value: ehrdesk.Value{Kind: ehrdesk.IsTruth, Text: "false"}}, "no", "否"},
		{ehrdesk.Result{Value: ehrdesk.Value{Kind: ehrdesk.IsSampled}}, "in the detail", "見詳情"},
		{ehrdesk.Result{Value: ehrdesk.Value{Kind: ehrdesk.IsWhen, From: when("2026-03-01T22:40:00Z")}}, "02-Mar-2026 06:40", "02-Mar-2026 06:40"},
		{ehrdesk.Result{Value: rng("3", "5", "mm")}, "3–5 mm", "3–5 mm"},
	} {
		for l, want := range map[Lang]string{English: c.en, Hant: c.hant} {
			if got := said(l).Result(&c.r); got != want {
				t.Errorf("%s\n got %s\nwant %s", l.Tag(), got, want)
			}
		}
	}
}

func TestUnitsAreWrittenAsPeopleWriteThem(t *testing.T) {
	for in, want := range map[string]string{
		"10*9/L": "×10⁹/L", "10^9/L": "×10⁹/L", "x10^9/L": "×10⁹/L", "10*-3": "×10⁻³", "ug/L": "µg/L", "umol/L": "µmol/L", "[iU]/L": "IU/L", "m[iU]/mL": "mIU/mL", "u[IU]/mL": "µIU/mL",
		"mm[Hg]": "mmHg", "Cel": "°C", "%": "%", "{score}": "score", "kg/m2": "kg/m²", "/{HPF}": "/HPF", "{beats}/min": "beats/min", "mmol/mol{creat}": "mmol/mol creat", "L/min": "L/min",
		"cm[H2O]": "cmH₂O", "mosm/kg": "mOsm/kg", "tablet": "tablet", "mL/min/1.73m2": "mL/min/1.73 m²", "mL/min/1.73 m2": "mL/min/1.73 m2", "umol/(24.h)": "µmol/(24·h)", "10*3/uL": "×10³/µL", "ng/mL{FEU}": "ng/mL FEU", "units per day": "units per day", "[pH]": "pH", "K/uL": "K/µL", "": "", "1/min": "/min", "mg/dL": "mg/dL", "[lb_av]": "lb",
	} {
		if got := readable(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

func TestALongNumberIsShortAndNeverCrossesALimit(t *testing.T) {
	for _, c := range []struct {
		in     string
		limits []string
		want   string
	}{
		{"1.10", nil, "1.10"}, {"7.0", nil, "7.0"}, {"1e2", nil, "1e2"}, {"5.1234", nil, "5.1234"}, {"12345678901234567890.12", nil, "12345678901234567890.12"},
		{"5.123456789012345", nil, "≈5.1235"}, {"5.10000400000000", []string{"3.5", "5.1"}, "5.100004"}, {"5.09999900000000", []string{"3.5", "5.1"}, "5.099999"},
		{"0.000012345678", nil, "≈0.00001235"}, {"-7.123456789", []string{"-2"}, "≈-7.1235"}, {"0.00001", []string{"0"}, "0.00001"}, {"72.00000000000001", []string{"72"}, "72.00000000000001"},
		{"72.00000000000001", nil, "≈72.0000"},
	} {
		if got := short(c.in, c.limits); got != c.want {
			t.Errorf("%s beside %v: %s, want %s", c.in, c.limits, got, c.want)
		}
	}
}

func TestWhatJudgesAResultIsSaidInLettersAndWords(t *testing.T) {
	number, text := qty("6.9", "mmol/L"), ehrdesk.Value{Kind: ehrdesk.IsText, Text: "Positive"}
	one := func(v ehrdesk.Value, k ...ehrdesk.Concept) ehrdesk.Facts {
		return ehrdesk.Facts{Results: []ehrdesk.Result{{Value: v, Interpretations: k}}}
	}
	ranged := one(number)
	ranged.Results[0].Ranges = []ehrdesk.Range{{Text: "pending"}}
	for _, c := range []struct {
		f               ehrdesk.Facts
		flag            ehrdesk.Flag
		assessed        bool
		en, dot, simple string
	}{
		{one(number, code("H"), code("HH")), "HH", true, "HH ↑↑ CRITICAL", "", "HH ↑↑ 危急"},
		{one(number, code("HU")), "H", true, "H ↑ high · HU significantly high", "", "H ↑ 偏高 · HU 显著偏高"},
		{one(text, code("AA")), "A", true, "A abnormal · AA critically abnormal", "", ""},
		{one(text, code("R")), "", true, "R resistant", "", "R 耐药"},
		{one(number, code("<")), "", false, "< below the measuring range", "", "< 低于测量范围"},
		{one(text, code("IND")), "", false, "IND indeterminate", "", "IND 不能确定"},
		{one(text, words("Critically low")), "LL", true, "LL ↓↓ CRITICAL · Critically low", "", ""},
		{one(text, code("ZZ9")), "", false, "ZZ9 · not assessed", "", "ZZ9 · 未评估"},
		{one(number, code("ZZ9")), "", false, "ZZ9 · no range given", "ZZ9 ·", ""},
		{one(number, code("N")), "", true, "", "", ""},
		{one(text, coded("http://lab.example/flags", "U", "unsatisfactory")), "", false, "unsatisfactory · not assessed", "", ""},
		{one(text, coded("http://terminology.hl7.org/CodeSystem/v2-0078", "RR", "")), "", true, "RR reactive", "", ""},
		{one(number, code("N")), "H", true, "H ↑ high · N normal", "", ""},
		{one(number), "", false, "· no range given", "·", "· 没有参考范围"},
		{one(text), "", false, "not assessed", "not assessed", "未评估"},
		{ranged, "", false, "not assessed", "not assessed", ""},
		{ehrdesk.Facts{}, "", false, "", "", ""},
	} {
		r := lab(c.f, c.flag, c.assessed)
		got := said(English).Row(&r)
		if got.Flag != c.en || c.dot != "" && got.Short != c.dot {
			t.Errorf("%q and %q, want %q", got.Flag, got.Short, c.en)
		}
		if got := said(Hans).Row(&r).Flag; c.simple != "" && got != c.simple {
			t.Errorf("%q, want %q", got, c.simple)
		}
	}
}

func TestAPanelSaysEachOfItsParts(t *testing.T) {
	r := lab(ehrdesk.Facts{Results: []ehrdesk.Result{
		{Value: qty("96", "%")}, {Code: words("Inhaled oxygen flow rate"), Value: qty("6", "L/min")}, {Code: words("Site"), Absent: coded("", "unknown", "")},
	}}, "", false)
	if got, want := said(English).Row(&r).Value, "96 % · Inhaled oxygen flow rate 6 L/min · Site not measured: not known"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
