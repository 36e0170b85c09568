package text

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/terms"
)

func TestOneOrderHasOneWordingOfItsTime(t *testing.T) {
	d := ehrdesk.Dosage{Text: "injection – DOSE 8 units – subcutaneous – at night", Doses: dose(qty("8", "units")), Route: words("subcutaneous"),
		Timing: ehrdesk.Timing{Frequency: "1", Period: "1", PeriodUnit: "d", When: []string{"HS"}}}
	f := ehrdesk.Facts{Dosages: []ehrdesk.Dosage{d}}
	for l, want := range map[Lang]string{English: "once a day at bedtime", Hant: "每日 1 次 睡前", Hans: "每日 1 次 睡前"} {
		w := said(l)
		for where, got := range map[string]string{"list": w.Medication(&f), "line": strings.Join(w.DoseAttributes(&f), emDash), "summary": w.ShortDose(&f)} {
			if !strings.HasSuffix(got, want) || strings.Contains(got, "night") {
				t.Errorf("%s, %s: %q, want %q", l.Tag(), where, got, want)
			}
		}
	}
}

func TestCodedIsSaidOnlyWhereTheTwoDifferInMeaning(t *testing.T) {
	daily := ehrdesk.Timing{Frequency: "1", Period: "1", PeriodUnit: "d"}
	for _, c := range []struct {
		d    ehrdesk.Dosage
		want string
	}{
		{ehrdesk.Dosage{Text: "tablet – DOSE 20 mg – oral – once a day", Doses: dose(qty("20", "mg")), Route: words("oral"), Timing: daily}, "20 mg – 口服 – 每日 1 次"},
		{ehrdesk.Dosage{Text: "tablet – DOSE 20 mg – oral – twice a day", Doses: dose(qty("20", "mg")), Route: words("oral"), Timing: daily},
			"tablet – DOSE 20 mg – oral – twice a day – 編碼：20 mg – 口服 – 每日 1 次"},
		{ehrdesk.Dosage{Text: "tablet – DOSE 20 mg – oral – not once a day", Doses: dose(qty("20", "mg")), Route: words("oral"), Timing: daily}, "tablet – 劑量 20 mg – 口服 – not once a day"},
		{ehrdesk.Dosage{Text: "tablet – DOSE 500 mg – oral – four times a day when required", Doses: dose(qty("500", "mg")), Route: words("oral"), AsNeeded: true}, "tablet – 劑量 500 mg – 口服 – 每日 4 次 需要時"},
		{ehrdesk.Dosage{Text: "powder – DOSE 1 sachet – oral – after each loose stool", Doses: dose(qty("1", "sachet")), Route: words("oral")}, "powder – 劑量 1 sachet – 口服 – after each loose stool"},
	} {
		if got := said(Hant).Dosage(&c.d); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestAFrequencyThatIsNotRecordedSaysWhatWasSent(t *testing.T) {
	d := ehrdesk.Dosage{Doses: dose(qty("1", "tablet")), Route: words("Oral use"), Timing: ehrdesk.Timing{Count: "1", PeriodUnit: "d"}}
	for l, want := range map[Lang]string{English: "1 tablet – Oral use – frequency not recorded (as sent: count 1, unit days)", Hant: "1 tablet – 口服 – 沒有記錄次數（原文：總數 1、單位 日）"} {
		got := said(l).Dosage(&d)
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if strings.ContainsAny(got, "?？") {
			t.Errorf("a question mark is no word: %q", got)
		}
	}
}

func pressure(up, down string) ehrdesk.Facts {
	of := func(code, name, number string) ehrdesk.Result {
		return ehrdesk.Result{Code: ehrdesk.Concept{Text: name, Codings: []ehrdesk.Coding{{System: loinc, Code: code}}}, Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: number, Unit: "mmHg", Code: "mm[Hg]"}}}
	}
	return ehrdesk.Facts{Code: words("Blood pressure"), Categories: []ehrdesk.Concept{coded("http://terminology.hl7.org/CodeSystem/observation-category", "vital-signs", "")},
		Results: []ehrdesk.Result{of(systolic, "Systolic", up), of(diastolic, "Diastolic", down)}}
}

func TestBloodPressureIsOneValue(t *testing.T) {
	f := pressure("123", "89")
	r := ehrdesk.Record{Kind: ehrdesk.KindObservation, Resource: "Observation", Title: "Blood pressure", Packed: f.Pack()}
	if row := said(English).Row(&r); row.Value != "123/89 mmHg" || row.Flag != "" {
		t.Errorf("%q, %q", row.Value, row.Flag)
	}
	f.Results[0].Flag, f.Results[0].Assessed = ehrdesk.FlagHigh, true
	if got := said(English).Value(&r, &f); got != "123/89 mmHg, Systolic H ↑ high" {
		t.Errorf("what judges one of them is said: %q", got)
	}
	f.Results[1].Value.Low = ehrdesk.Quantity{Number: "11.9", Unit: "kPa"}
	if got := said(English).Value(&r, &f); strings.Contains(got, "/") {
		t.Errorf("units are never mixed: %q", got)
	}
}

func TestThatNoRangeIsGivenIsNotSaidOfVitalSigns(t *testing.T) {
	value := func(code string) ehrdesk.Record {
		f := ehrdesk.Facts{Code: coded(loinc, code, "x"), Results: []ehrdesk.Result{{Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: "65", Unit: "u"}}}}}
		return ehrdesk.Record{Kind: ehrdesk.KindObservation, Resource: "Observation", Title: "x", Packed: f.Pack()}
	}
	for _, code := range []string{"8867-4", "29463-7", "8302-2", "8310-5"} { // pulse, weight, height, temperature
		r := value(code)
		if row := said(English).Row(&r); row.Flag != "" {
			t.Errorf("%s: %q", code, row.Flag)
		}
	}
	r := value("15074-8") // glucose
	if row := said(English).Row(&r); row.Flag != "· no range given" {
		t.Errorf("a test without a range says so: %q", row.Flag)
	}
}

// NHS CUI ADR guidance: the reaction is in the first view, always.
func TestAnAllergyWithoutAReactionSaysSo(t *testing.T) {
	row := func(l Lang, title string, flag ehrdesk.Flag, states ...ehrdesk.State) Row {
		f := ehrdesk.Facts{Code: words(title), States: states}
		return said(l).Row(&ehrdesk.Record{Kind: ehrdesk.KindAllergy, Resource: "AllergyIntolerance", ID: "a", Title: title, Flag: flag, Packed: f.Pack()})
	}
	if got := row(English, "Penicillin", ""); got.Value != "reaction not recorded" {
		t.Errorf("%+v", got)
	}
	if got := row(Hant, "Penicillin", ehrdesk.FlagUnconfirmed); got.Value != "沒有記錄反應" {
		t.Errorf("%+v", got)
	}
	got := row(English, "No information about allergies", ehrdesk.FlagNoInformation, state(ehrdesk.StateVerification, "unconfirmed"))
	if got.Title != "No information about allergies" || got.Value+got.Flag+got.Status != "" {
		t.Errorf("it is said once: %+v", got)
	}
	if got := row(Hant, "No known allergies 無已知過敏", ehrdesk.FlagNoneKnown); !strings.HasPrefix(got.Flag, "沒有已知") || got.Value != "" {
		t.Errorf("%+v", got)
	}
}

func TestATestKeepsTheLettersThatDoctorsReadInChinese(t *testing.T) {
	for english, want := range map[string]string{"INR": "INR 國際標準化比值", "eGFR": "eGFR 腎小球濾過率", "ALT": "ALT 丙氨酸轉氨酶", "HDL cholesterol": "HDL 高密度膽固醇", "creatinine": "肌酸酐", "arterial pCO2": "pCO2 動脈血二氧化碳分壓"} {
		if got := said(Hant).Test(terms.Analytes().Named(english), ehrdesk.Concept{}, ""); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// What is below is counted in one form of words, wherever it is said.
func TestMoreHasOneFormInEachLanguage(t *testing.T) {
	c := New()
	for _, more := range []T{c.Laboratory.Below, c.Medication.Below, c.Summary.More} {
		if more != c.Chart.Below {
			t.Errorf("%q, want %q", more, c.Chart.Below)
		}
	}
}

func TestATitleOfAddressIsAWordOfTheScreensLanguage(t *testing.T) {
	n := ehrdesk.Name{Family: "Chan", Given: "Tai Man", Chinese: "陳大文", Title: "Mr"}
	for l, want := range map[Lang]string{English: "CHAN, Tai Man 陳大文 (Mr)", Hant: "CHAN, Tai Man 陳大文 (先生)", Hans: "CHAN, Tai Man 陳大文 (先生)"} {
		if got := said(l).Name(n); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	n.Title = "Dr"
	if got := said(Hant).Name(n); got != "CHAN, Tai Man 陳大文 (Dr)" {
		t.Errorf("%q", got)
	}
}

func TestARatioThatNeverHasAUnitDoesNotLackOne(t *testing.T) {
	inr := func(k ehrdesk.Concept) string {
		f := ehrdesk.Facts{Code: k, Results: []ehrdesk.Result{{Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: "2.6"}}}}}
		r := ehrdesk.Record{Kind: ehrdesk.KindLaboratory, Resource: "Observation", Title: "x", Packed: f.Pack()}
		return said(English).Row(&r).Value
	}
	if got := inr(coded(loinc, "6301-6", "INR")); got != "2.6" {
		t.Errorf("%q", got)
	}
	if got := inr(words("Potassium")); got != "2.6 (no unit given)" {
		t.Errorf("%q", got)
	}
}
