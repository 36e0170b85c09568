package text

import (
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

var hkt = time.FixedZone("HKT", 8*3600)

func said(l Lang) Words { return New().Words(l, hkt) }

func words(s string) ehrdesk.Concept { return ehrdesk.Concept{Text: s} }

func coded(system, code, display string) ehrdesk.Concept {
	return ehrdesk.Concept{Codings: []ehrdesk.Coding{{System: system, Code: code, Display: display}}}
}

func q(n, unit string) ehrdesk.Quantity { return ehrdesk.Quantity{Number: n, Unit: unit} }

func qty(n, unit string) ehrdesk.Value {
	return ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: q(n, unit)}
}

func rng(a, b, unit string) ehrdesk.Value {
	return ehrdesk.Value{Kind: ehrdesk.IsRange, Low: q(a, unit), High: q(b, unit)}
}

func ratio(a, au, b, bu string) ehrdesk.Value {
	return ehrdesk.Value{Kind: ehrdesk.IsRatio, Low: q(a, au), High: q(b, bu)}
}

func dose(v ehrdesk.Value) []ehrdesk.DoseRate { return []ehrdesk.DoseRate{{Dose: v}} }

func when(s string) ehrdesk.When {
	w, err := ehrdesk.ParseWhen(s)
	if err != nil {
		panic(err)
	}
	return w
}

func TestADosageIsSaidWhole(t *testing.T) {
	for _, c := range []struct {
		d                ehrdesk.Dosage
		en, hant, hansOr string
	}{
		{ehrdesk.Dosage{Doses: dose(rng("1", "2", "tablet")), Route: words("oral"), Timing: ehrdesk.Timing{Frequency: "1", Period: "4", PeriodMax: "6", PeriodUnit: "h"},
			AsNeededFor: []ehrdesk.Concept{words("pain")}, MaxPeriod: ratio("8", "tablet", "1", "d")},
			"1–2 tablets – oral – every 4 to 6 hours – as needed for pain – at most 8 tablets in 24 hours",
			"1–2 tablet – 口服 – 每 4 至 6 小時 1 次 – 需要時（pain） – 24 小時內最多 8 tablet",
			"1–2 tablet – 口服 – 每 4 至 6 小时 1 次 – 需要时（pain） – 24 小时内最多 8 tablet"},
		{ehrdesk.Dosage{Doses: dose(qty("2", "puff")), Route: words("inhaled"), Timing: ehrdesk.Timing{Frequency: "1", FrequencyMax: "4", Period: "1", PeriodUnit: "d"}, AsNeeded: true},
			"2 puffs – inhaled – up to 4 times a day – as needed", "2 puff – 吸入 – 每日最多 4 次 – 需要時", ""},
		{ehrdesk.Dosage{Patient: "Take one tablet each morning; omit if pulse below 60"}, "told to the patient: Take one tablet each morning; omit if pulse below 60", "囑咐病人：Take one tablet each morning; omit if pulse below 60", ""},
		{ehrdesk.Dosage{Doses: []ehrdesk.DoseRate{{Dose: qty("5", "mg"), Rate: qty("1", "mg/min")}}, Route: words("intravenous")}, "5 mg – at 1 mg per minute – intravenous", "5 mg – 速率 1 mg（每分鐘） – 靜脈注射", ""},
		{ehrdesk.Dosage{Doses: []ehrdesk.DoseRate{{Dose: qty("40", "mmol"), Rate: ratio("10", "mmol", "1", "h")}}, Route: words("intravenous"), Timing: ehrdesk.Timing{Code: words("once")}, Site: words("left arm"), Method: words("slow infusion")},
			"40 mmol – at 10 mmol per hour – intravenous – left arm – slow infusion – once", "40 mmol – 速率 每小時 10 mmol – 靜脈注射 – left arm – slow infusion – once", ""},
		{ehrdesk.Dosage{Doses: dose(qty("62.50", "ug")), Timing: ehrdesk.Timing{Frequency: "1", Period: "1", PeriodUnit: "d", When: []string{"ACM"}, Offset: "30"}}, "62.5 micrograms – once a day 30 minutes before breakfast", "62.5 微克 – 每日 1 次 早餐前 30 分鐘", ""},
		{ehrdesk.Dosage{Doses: dose(qty("10000", "U")), Route: words("subcutaneous"), Timing: ehrdesk.Timing{Frequency: "1", Period: "1", PeriodUnit: "wk", Days: []string{"mon", "thu"}}}, "10,000 units – subcutaneous – once a week on Monday and Thursday", "10,000 單位 – 皮下注射 – 每星期 1 次 逢星期一及星期四", ""},
		{ehrdesk.Dosage{Doses: dose(qty("1.0", "mg")), Timing: ehrdesk.Timing{Times: []string{"08:00:00", "20:30:00"}, Bounds: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: "5", Code: "d"}}}}, "1 mg – at 08:00 and 20:30 – for 5 days", "1 mg – 於 08:00及20:30 – 為期 5 日", ""},
		{ehrdesk.Dosage{Doses: dose(qty("1", "tablet")), Timing: ehrdesk.Timing{Code: coded("", "BID", ""), Frequency: "2", Period: "1", PeriodUnit: "d"}}, "1 tablet – twice a day", "1 tablet – 每日 2 次", ""},
		{ehrdesk.Dosage{Doses: dose(qty("1", "tablet")), Timing: ehrdesk.Timing{Code: coded("", "BID", ""), Frequency: "3", Period: "1", PeriodUnit: "d"}}, "1 tablet – twice a day – 3 times a day", "1 tablet – 每日 2 次 – 每日 3 次", ""},
		{ehrdesk.Dosage{Doses: dose(qty("1", "tablet")), Timing: ehrdesk.Timing{Code: ehrdesk.Concept{Text: "Once daily", Codings: []ehrdesk.Coding{{Code: "QD"}}}, Frequency: "1", Period: "1", PeriodUnit: "d"}}, "1 tablet – Once daily – once a day", "1 tablet – Once daily – 每日 1 次", ""},
		{ehrdesk.Dosage{Doses: dose(qty("1", "tablet")), Timing: ehrdesk.Timing{Code: ehrdesk.Concept{Text: "QD", Codings: []ehrdesk.Coding{{Code: "QD"}}}, Frequency: "1", Period: "1", PeriodUnit: "d"}}, "1 tablet – once a day", "1 tablet – 每日 1 次", ""},
		{ehrdesk.Dosage{Timing: ehrdesk.Timing{Code: ehrdesk.Concept{Text: "odd", Codings: []ehrdesk.Coding{{Code: "BID"}}}}}, "odd – twice a day", "odd – 每日 2 次", ""},
		{ehrdesk.Dosage{Text: "one daily"}, "one daily", "one daily", ""},
		{ehrdesk.Dosage{Text: "Take 1 tablet once a day", Doses: dose(qty("1", "tablet")), Timing: ehrdesk.Timing{Frequency: "1", Period: "1", PeriodUnit: "d"}}, "Take 1 tablet once a day", "Take 1 tablet once a day", ""},
		{ehrdesk.Dosage{Text: "2 tablets daily", Doses: dose(qty("1", "tablet")), Timing: ehrdesk.Timing{Frequency: "1", Period: "1", PeriodUnit: "d"}}, "2 tablets daily – coded: 1 tablet – once a day", "2 tablets daily – 編碼：1 tablet – 每日 1 次", ""},
		{ehrdesk.Dosage{Text: "15 mg at night", Doses: dose(qty("5", "mg"))}, "15 mg at night – coded: 5 mg", "15 mg at night – 編碼：5 mg", ""},
		{ehrdesk.Dosage{Doses: dose(qty("1", "")), Timing: ehrdesk.Timing{Frequency: "3"}}, "1 (no unit given) – 3 times, in what time is not given", "1（沒有單位） – 3 次（沒有註明時段）", ""},
		{ehrdesk.Dosage{Timing: ehrdesk.Timing{Bounds: ehrdesk.Value{Kind: ehrdesk.IsPeriod, From: when("2026-04-01"), Until: when("2026-04-05")}, Count: "10", CountMax: "12"}}, "from 01-Apr-2026 until 05-Apr-2026 – 10 to 12 times in all", "由 01-Apr-2026 至 05-Apr-2026 – 共 10 至 12 次", ""},
		{ehrdesk.Dosage{Timing: ehrdesk.Timing{Duration: "30", DurationMax: "60", DurationUnit: "min", Frequency: "1", Period: "1", PeriodUnit: "h"}, MaxOnce: q("2", "g"), MaxLifetime: q("550", "mg")}, "every hour – each over 30 to 60 minutes – at most 2 g at a time – at most 550 mg in a lifetime", "每小時 1 次 – 每次歷時 30 至 60 分鐘 – 每次最多 2 g – 一生最多 550 mg", ""},
		{ehrdesk.Dosage{Doses: dose(rng("3", "5", "d")), Timing: ehrdesk.Timing{Bounds: ehrdesk.Value{Kind: ehrdesk.IsRange, Low: ehrdesk.Quantity{Number: "3", Code: "d"}, High: ehrdesk.Quantity{Number: "5", Code: "d"}}}}, "3–5 d – for 3–5 days", "3–5 d – 為期 3–5 日", ""},
		{ehrdesk.Dosage{Timing: ehrdesk.Timing{Events: []ehrdesk.When{when("2026-04-01T08:00:00Z")}}}, "on 01-Apr-2026 16:00", "於 01-Apr-2026 16:00", ""},
		{ehrdesk.Dosage{Doses: []ehrdesk.DoseRate{{Type: coded("", "calculated", ""), Dose: qty("5", "mg/kg")}, {Type: coded("", "ordered", ""), Dose: qty("350", "mg")}}}, "5 mg per kg (calculated), 350 mg (ordered)", "5 mg（每 kg）（計算所得）, 350 mg（處方所列）", ""},
		{ehrdesk.Dosage{Timing: ehrdesk.Timing{Frequency: "2", Period: "3", PeriodUnit: "wk", When: []string{"HS", "PCM"}}}, "twice every 3 weeks at bedtime and after breakfast", "每 3 星期 2 次 睡前及早餐後", ""},
	} {
		for l, want := range map[Lang]string{English: c.en, Hant: c.hant, Hans: c.hansOr} {
			if got := said(l).Dosage(&c.d); want != "" && got != want {
				t.Errorf("%s\n got %s\nwant %s", l.Tag(), got, want)
			}
		}
	}
}

func TestDosagesComeOneAfterAnotherOrTogether(t *testing.T) {
	d := func(seq, text string) ehrdesk.Dosage { return ehrdesk.Dosage{Sequence: seq, Text: text} }
	for _, c := range []struct {
		list []ehrdesk.Dosage
		want string
	}{
		{[]ehrdesk.Dosage{d("1", "a")}, "a"},
		{[]ehrdesk.Dosage{d("2", "a")}, "step 2: a"},
		{[]ehrdesk.Dosage{d("1", "a"), d("2", "b")}, "step 1: a; then step 2: b"},
		{[]ehrdesk.Dosage{d("1", "a"), d("1", "b"), d("2", "c")}, "step 1: a; and step 1: b; then step 2: c"},
		{[]ehrdesk.Dosage{d("", "a"), d("", "b")}, "a; b"},
	} {
		if got := said(English).Dosages(c.list); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestADrugAlwaysSaysHowItIsTakenOrThatNothingSaysSo(t *testing.T) {
	for _, c := range []struct {
		f        ehrdesk.Facts
		en, hant string
	}{
		{ehrdesk.Facts{}, "no dosage recorded", "沒有用法紀錄"},
		{ehrdesk.Facts{Notes: 1}, "dose: see note", "劑量：見備註"},
		{ehrdesk.Facts{Notes: 1, NoteText: "3 mg Mon-Fri"}, "dose: see note: 3 mg Mon-Fri", "劑量：見備註：3 mg Mon-Fri"},
		{ehrdesk.Facts{Notes: 1, Dosages: []ehrdesk.Dosage{{Route: words("oral")}}}, "oral – dose: see note", "口服 – 劑量：見備註"},
		{ehrdesk.Facts{Notes: 1, Dosages: []ehrdesk.Dosage{{Text: "one daily"}}}, "one daily", "one daily"},
	} {
		for l, want := range map[Lang]string{English: c.en, Hant: c.hant} {
			if got := said(l).Medication(&c.f); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		}
	}
}
