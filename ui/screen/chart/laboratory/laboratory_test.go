package laboratory_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/laboratory"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/uitest/book"
)

type result struct {
	id, code, name, number, unit, low, high string
	flag                                    ehrdesk.Flag
	days                                    int
	status, words                           string
	at                                      time.Time
}

func (x result) record() ehrdesk.Record {
	f := ehrdesk.Facts{Code: ehrdesk.Concept{Text: x.name}}
	if x.code != "" {
		f.Code.Codings = []ehrdesk.Coding{{System: "http://loinc.org", Code: x.code}}
	}
	r := ehrdesk.Result{Flag: x.flag, Assessed: x.flag != "" || x.low+x.high != "", Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: x.number, Unit: x.unit}}}
	if x.low+x.high != "" {
		rg := ehrdesk.Range{}
		if x.low != "" {
			rg.Low = ehrdesk.Quantity{Number: x.low, Unit: x.unit}
		}
		if x.high != "" {
			rg.High = ehrdesk.Quantity{Number: x.high, Unit: x.unit}
		}
		r.Ranges = []ehrdesk.Range{rg}
	}
	if x.words != "" {
		r.Value = ehrdesk.Value{Kind: ehrdesk.IsText, Text: x.words}
	}
	f.Results = []ehrdesk.Result{r}
	at := x.at
	if at.IsZero() {
		at = book.Now().AddDate(0, 0, -x.days)
	}
	status := x.status
	if status == "" {
		status = "final"
	}
	return ehrdesk.Record{Kind: ehrdesk.KindLaboratory, Resource: "Observation", ID: x.id, Date: ehrdesk.At(at), Title: x.name, Status: status,
		Source: "Queen Mary Hospital 瑪麗醫院", Flag: x.flag, Assessed: r.Assessed, Packed: f.Pack()}
}

func report(id, name string, days int, kind ehrdesk.Kind, status, words string, members ...string) ehrdesk.Record {
	f := ehrdesk.Facts{Code: ehrdesk.Concept{Text: name}, Text: words}
	for _, m := range members {
		f.Relations = append(f.Relations, ehrdesk.Relation{Role: "result", Ref: ehrdesk.Ref{Resource: "Observation", ID: m}})
	}
	return ehrdesk.Record{Kind: kind, Resource: "DiagnosticReport", ID: id, Date: ehrdesk.At(book.Now().AddDate(0, 0, -days)), Title: name, Status: status,
		Source: "Queen Mary Hospital 瑪麗醫院", Packed: f.Pack()}
}

// chart is a patient with diabetes and failing kidneys.
func chart() []ehrdesk.Record {
	var all []ehrdesk.Record
	for i, v := range []string{"7.1", "7.8", "8.4", "8.9"} {
		days := 280 - 90*i
		all = append(all, result{id: fmt.Sprint("a", i), code: "4548-4", name: "HbA1c 糖化血紅蛋白", number: v, unit: "%", low: "4.0", high: "5.6", flag: ehrdesk.FlagHigh, days: days}.record(),
			result{id: fmt.Sprint("g", i), code: "14771-0", name: "Fasting glucose 空腹血糖", number: []string{"7.2", "7.9", "8.0", "9.1"}[i], unit: "mmol/L", low: "3.9", high: "6.0", flag: ehrdesk.FlagHigh, days: days}.record(),
			report(fmt.Sprint("ra", i), "Diabetes monitoring 糖尿病監測", days, ehrdesk.KindLaboratory, "final", "", fmt.Sprint("a", i), fmt.Sprint("g", i)))
		status := []string{"final", "final", "corrected", "preliminary"}[i]
		k := result{id: fmt.Sprint("k", i), code: "2823-3", name: "Potassium 鉀", number: []string{"4.6", "4.8", "5.0", "6.5"}[i], unit: "mmol/L", low: "3.5", high: "5.1", days: days + 3, status: status}
		if i == 3 {
			k.flag = ehrdesk.FlagCriticalHigh
		}
		all = append(all, k.record(),
			result{id: fmt.Sprint("c", i), code: "14682-9", name: "Creatinine 肌酸酐", number: []string{"128", "131", "140", "152"}[i], unit: "µmol/L", low: "65", high: "110", flag: ehrdesk.FlagHigh, days: days + 3}.record(),
			result{id: fmt.Sprint("e", i), code: "98979-8", name: "eGFR (CKD-EPI 2021)", number: []string{"55", "53", "48", "43"}[i], unit: "mL/min/1.73m²", low: "60", flag: ehrdesk.FlagLow, days: days + 3}.record(),
			report(fmt.Sprint("rk", i), "Renal function 腎功能", days+3, ehrdesk.KindLaboratory, map[string]string{"preliminary": "partial"}[status]+map[bool]string{true: "final"}[status != "preliminary"], "", fmt.Sprint("c", i), fmt.Sprint("k", i), fmt.Sprint("e", i)))
	}
	all = append(all,
		result{id: "m1", code: "4548-4", name: "HbA1c (IFCC)", number: "74", unit: "mmol/mol", days: 10}.record(),
		result{id: "h1", code: "718-7", name: "Haemoglobin 血紅蛋白", number: "11.20", unit: "g/dL", low: "13.3", high: "17.1", flag: ehrdesk.FlagLow, at: book.Now().AddDate(0, 0, -40).Add(-2 * time.Hour)}.record(),
		result{id: "h2", code: "718-7", name: "Haemoglobin 血紅蛋白", number: "10.9", unit: "g/dL", low: "13.3", high: "17.1", flag: ehrdesk.FlagLow, at: book.Now().AddDate(0, 0, -40)}.record(),
		result{id: "u1", name: "Urine culture 尿液培養", words: "Escherichia coli, more than 100,000 per mL", days: 30, status: "preliminary"}.record(),
		result{id: "x1", code: "4548-4", name: "HbA1c 糖化血紅蛋白", number: "99", unit: "%", days: 1, status: "entered-in-error"}.record(),
		report("x", "Chest X-ray 胸部X光", 23, ehrdesk.KindRadiology, "final", "The heart is enlarged. No focal consolidation. No pleural effusion."))
	return all
}

func sizes(t *testing.T, run func(t *testing.T, name string, lang text.Lang, w, h int)) {
	for _, s := range [][3]int{{80, 53, 15}, {120, 88, 31}, {200, 97, 51}} {
		for _, lang := range []text.Lang{text.English, text.Hant} {
			name := fmt.Sprintf("%s_%d", lang.Tag(), s[0])
			t.Run(name, func(t *testing.T) { run(t, name, lang, s[1], s[2]) })
		}
	}
}

func TestTable(t *testing.T) {
	sizes(t, func(t *testing.T, _ string, lang text.Lang, w, h int) {
		p := laboratory.New(book.Of(lang, chart()...))
		book.Fill(t, p)
		golden.RequireEqual(t, []byte(book.Draw(p, w, h, false)))
	})
}

func TestReports(t *testing.T) {
	sizes(t, func(t *testing.T, _ string, lang text.Lang, w, h int) {
		p := laboratory.New(book.Of(lang, chart()...))
		book.Fill(t, p)
		p.Handle(intent.Intent{ID: intent.OtherView})
		golden.RequireEqual(t, []byte(book.Draw(p, w, h, false)))
	})
}

func drawn(t *testing.T, w, h int, records ...ehrdesk.Record) string {
	t.Helper()
	p := laboratory.New(book.Of(text.English, records...))
	book.Fill(t, p)
	return book.Draw(p, w, h, false)
}

func row(t *testing.T, frame, name string) string {
	t.Helper()
	for line := range strings.Lines(frame) {
		if strings.Contains(line, name) {
			return strings.TrimRight(line, "\n")
		}
	}
	t.Fatalf("no %s in\n%s", name, frame)
	return ""
}

func TestNewestStandsAtTheRight(t *testing.T) {
	line := row(t, drawn(t, 97, 40, chart()...), " HbA1c")
	if a, b := strings.Index(line, "7.1"), strings.Index(line, "8.9"); a < 0 || b < a {
		t.Errorf("%q", line)
	}
}

func TestDecimalPointsStandInOneColumnAndNoDigitIsInvented(t *testing.T) {
	frame := drawn(t, 97, 40, chart()...)
	at := func(line, number string) int {
		i := strings.Index(line, number)
		if i < 0 {
			t.Fatalf("no %s in %q", number, line)
		}
		return len([]rune(line[:i])) + strings.IndexByte(number+".", '.')
	}
	if a, b := at(row(t, frame, "Potassium "), "6.5"), at(row(t, frame, "Creatinine "), "152"); a != b {
		t.Errorf("the points stand at %d and %d in\n%s", a, b, frame)
	}
	if strings.Contains(frame, "152.0") || !strings.Contains(frame, "11.20") || !strings.Contains(frame, "10.9 ") {
		t.Errorf("digits are not as sent:\n%s", frame)
	}
}

func TestUnitsNeverShareARow(t *testing.T) {
	frame := drawn(t, 97, 40, chart()...)
	for line := range strings.Lines(frame) {
		if strings.Contains(line, " 74 ") && strings.Contains(line, "8.9") {
			t.Errorf("two units in %q", line)
		}
	}
	if !strings.Contains(row(t, frame, "mmol/mol"), "74") {
		t.Errorf("the other unit has no row of its own:\n%s", frame)
	}
}

func TestTextIsNeverShownAsNormal(t *testing.T) {
	frame := drawn(t, 97, 40, chart()...)
	if line := row(t, frame, "Urine culture"); !strings.Contains(line, "not assessed") || !strings.Contains(line, "PARTIAL") {
		t.Errorf("%q", line)
	}
}

func TestAFlagIsALetterWithAnArrowAndAWord(t *testing.T) {
	frame := drawn(t, 97, 40, chart()...)
	for _, want := range []string{"8.9 H↑", "6.5 HH↑↑", "CRITICAL", "last 6.5 mmol/L HH ↑↑ CRITICAL"} {
		if !strings.Contains(frame, want) {
			t.Errorf("no %q in\n%s", want, frame)
		}
	}
	if line := row(t, frame, "mmol/mol"); !regexp.MustCompile(`74 +·`).MatchString(line) {
		t.Errorf("a number without a range has no dot: %q", line)
	}
}

func TestPartialAndCorrectedStandUnderTheirValues(t *testing.T) {
	frame := drawn(t, 97, 40, chart()...)
	if !strings.Contains(frame, "PARTIAL") || !strings.Contains(frame, "CORRECTED") {
		t.Errorf("%s", frame)
	}
}

func TestWhatWasEnteredInErrorIsNotInTheTable(t *testing.T) {
	if frame := drawn(t, 97, 40, chart()...); strings.Contains(frame, "99") {
		t.Errorf("%s", frame)
	}
}

func TestTwoResultsOfOneDateHaveColumnsWithTheirTimes(t *testing.T) {
	frame := drawn(t, 97, 40, chart()...)
	if !strings.Contains(frame, "07:41") || !strings.Contains(frame, "09:41") {
		t.Errorf("%s", frame)
	}
}

func TestEachDateOfTheTableIsInTheOneForm(t *testing.T) {
	for _, lang := range text.Langs() {
		p := laboratory.New(book.Of(lang, chart()...))
		book.Fill(t, p)
		frame := book.Draw(p, 97, 40, false)
		all := regexp.MustCompile(`\d+[-/]\pL*\d*[-/]\d+`).FindAllString(frame, -1)
		if len(all) == 0 {
			t.Fatal("no date")
		}
		for _, d := range all {
			if !regexp.MustCompile(`^\d\d-(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\d{4}$`).MatchString(d) {
				t.Errorf("%s", d)
			}
		}
	}
}

func TestOlderDatesComeByOneKeyAndNewerGoBack(t *testing.T) {
	p := laboratory.New(book.Of(text.English, chart()...))
	book.Fill(t, p)
	before := book.Draw(p, 53, 15, false)
	if !strings.Contains(before, "2 older: [") {
		t.Errorf("older dates are not counted:\n%s", before)
	}
	for range 4 {
		p.Handle(intent.Intent{ID: intent.Older})
		book.Draw(p, 53, 15, false)
	}
	if frame := book.Draw(p, 53, 15, false); !strings.Contains(frame, "7.1") || p.DisabledReason(intent.Older) == "" {
		t.Errorf("%s", frame)
	}
	for range 4 {
		p.Handle(intent.Intent{ID: intent.Newer})
		book.Draw(p, 53, 15, false)
	}
	if after := book.Draw(p, 53, 15, false); after != before {
		t.Errorf("%s", after)
	}
}

func TestWhatIsOutOfSightIsCountedAndNamed(t *testing.T) {
	p := laboratory.New(book.Of(text.English, chart()...))
	book.Fill(t, p)
	if frame := book.Draw(p, 53, 8, false); !regexp.MustCompile(`▼ \d more · `).MatchString(frame) {
		t.Errorf("%s", frame)
	}
	p.Handle(intent.Intent{ID: intent.Bottom})
	if frame := book.Draw(p, 53, 8, false); !regexp.MustCompile(`▲ \d above · HbA1c`).MatchString(frame) || !strings.Contains(frame, "▸") {
		t.Errorf("%s", frame)
	}
}

func TestAnEmptyTableSaysWhy(t *testing.T) {
	for name, c := range map[string]struct {
		page *laboratory.Page
		want string
	}{
		"none":  {laboratory.New(book.Of(text.English)), "No laboratory results recorded"},
		"never": {laboratory.New(book.Never(text.English)), "Nothing received yet"},
		"role":  {laboratory.New(book.Nurse(text.English)), "Not shown for your role"},
	} {
		book.Fill(t, c.page)
		if frame := book.Draw(c.page, 80, 10, false); !strings.Contains(frame, c.want) {
			t.Errorf("%s:\n%s", name, frame)
		}
	}
}

func TestTheSelectedTestStaysWhenRecordsCome(t *testing.T) {
	b := book.Of(text.English, chart()...)
	p := laboratory.New(b)
	book.Fill(t, p)
	p.Handle(intent.Intent{ID: intent.Top})
	for range 3 {
		p.Handle(intent.Intent{ID: intent.Down})
	}
	before, ok := p.Selected()
	book.Fill(t, p)
	if after, _ := p.Selected(); !ok || after.ID != before.ID {
		t.Errorf("%s became %s", before.ID, after.ID)
	}
	p.Handle(intent.Intent{ID: intent.OtherView})
	if in, _ := p.Selected(); in.Resource != "DiagnosticReport" {
		t.Errorf("the report that has it is not selected: %v", in.Ref())
	}
}

func TestAReportHasItsValuesInIt(t *testing.T) {
	p := laboratory.New(book.Of(text.English, chart()...))
	book.Fill(t, p)
	p.Handle(intent.Intent{ID: intent.OtherView})
	frame := book.Draw(p, 97, 60, false)
	for _, want := range []string{"Chest X-ray", "The heart is enlarged", "HbA1c", "8.9 %  H ↑ high", "6.5 mmol/L  HH ↑↑ CRITICAL PARTIAL", "4.0–5.6"} {
		if !strings.Contains(frame, want) {
			t.Errorf("no %q in\n%s", want, frame)
		}
	}
}

func BenchmarkDraw200x60(b *testing.B) {
	p := laboratory.New(book.Of(text.Hant, chart()...))
	book.Fill(b, p)
	c := paint.New(false)
	b.ReportAllocs()
	for b.Loop() {
		c.Reset(200, 60, 0)
		p.Draw(c, paint.Rect{W: 97, H: 51}, true)
	}
}
