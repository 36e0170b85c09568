package laboratory_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/laboratory"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/uitest/book"
)

// many is one test on many dates, with a potassium that is not complete yet.
func many(n int) (all []ehrdesk.Record) {
	for i := range n {
		all = append(all, result{id: fmt.Sprint("c", i), code: "14682-9", name: "Creatinine 肌酸酐", number: fmt.Sprint(100 + 9*i), unit: "µmol/L", low: "65", high: "110", days: 30 * (n - i)}.record())
	}
	return all
}

var date = regexp.MustCompile(`\d\d-\pL{3}-\d{4}`)

func TestAsManyDatesAsFit(t *testing.T) {
	for w, want := range map[int]int{53: 2, 78: 4, 97: 5, 170: 10} {
		lines := strings.Split(drawn(t, w, 20, many(12)...), "\n")
		if n := len(date.FindAllString(lines[1], -1)); n < want {
			t.Errorf("%d dates on %d columns, want %d:\n%s", n, w, want, strings.Join(lines[:5], "\n"))
		}
	}
}

// display.md, Lab: table and sparkline together.
func TestASparklineThatHasNoColumnStandsBelowTheTable(t *testing.T) {
	for _, w := range []int{53, 78, 97, 170} {
		if frame := drawn(t, w, 20, many(12)...); !regexp.MustCompile("[▁▂▃▄▅▆▇█]{6}").MatchString(frame) {
			t.Errorf("none on %d columns:\n%s", w, frame)
		}
	}
}

func TestNoRowIsCutAtAnEdge(t *testing.T) {
	p := laboratory.New(book.Of(text.English, chart()...))
	book.Fill(t, p)
	for h := 9; h < 30; h++ {
		for _, key := range []intent.ID{intent.Top, intent.Down, intent.Down, intent.Down, intent.Down, intent.Down, intent.Down, intent.Up, intent.Up} {
			p.Handle(intent.Intent{ID: key})
			lines := strings.Split(book.Draw(p, 53, h, false), "\n")
			body := strings.Join(lines[1:max(2, len(lines)-3)], "\n")
			for first, last := range map[string]string{"mL/min/1.73": "m² ≥ 60", "6.5 HH": "PARTIAL", "Fasting": "glucose", "22-Oct-2026": "Escherichia"} {
				if strings.Contains(body, first) != strings.Contains(body, last) {
					t.Fatalf("%s is cut at a height of %d:\n%s", first, h, strings.Join(lines, "\n"))
				}
			}
		}
	}
}

func TestNoValueStandsWithoutItsDate(t *testing.T) {
	p := laboratory.New(book.Of(text.English, chart()...))
	book.Fill(t, p)
	p.Handle(intent.Intent{ID: intent.Bottom})
	for range 7 {
		p.Handle(intent.Intent{ID: intent.Up})
		lines := strings.Split(book.Draw(p, 53, 9, false), "\n")
		for i, line := range lines[1 : len(lines)-2] {
			if regexp.MustCompile(`\d [HL]`).MatchString(line) && !date.MatchString(strings.Join(lines[1:i+1], "")) {
				t.Fatalf("no date above %q in\n%s", line, strings.Join(lines, "\n"))
			}
		}
	}
}

func TestWhatIsAwaitedIsToldFromWhatWasNotDone(t *testing.T) {
	liver := func(id, name, number string, days int) ehrdesk.Record {
		return result{id: id, name: name, number: number, unit: "U/L", days: days}.record()
	}
	all := []ehrdesk.Record{liver("a1", "ALT", "30", 60), liver("b1", "Bilirubin", "12", 60), liver("g1", "GGT", "40", 90), liver("a3", "ALT", "31", 90), liver("a2", "ALT", "80", 5),
		report("r0", "Liver function", 90, ehrdesk.KindLaboratory, "final", "", "a3", "g1"),
		report("r1", "Liver function", 60, ehrdesk.KindLaboratory, "final", "", "a1", "b1"), report("r2", "Liver function", 5, ehrdesk.KindLaboratory, "partial", "", "a2")}
	all[len(all)-1].Packed = report("r2", "Liver function", 5, ehrdesk.KindLaboratory, "partial", "", "a2", "b2").Packed
	frame := drawn(t, 97, 20, all...)
	if line := row(t, frame, "Bilirubin"); !strings.Contains(line, "pending") || strings.Count(frame, "pending") != 2 {
		t.Errorf("the partial report has neither bilirubin nor GGT:\n%s", frame)
	}
}

func TestEveryValueOfACorrectedReportSaysSo(t *testing.T) {
	all := chart()
	for i := range all {
		if all[i].ID == "rk3" {
			all[i].Status = "corrected"
		}
	}
	if frame := drawn(t, 97, 40, all...); strings.Count(frame, "CORRECTED") < 3 {
		t.Errorf("%s", frame)
	}
}

func TestNoRangeIsADotWhateverTheSenderCallsIt(t *testing.T) {
	r := result{id: "x", name: "Ferritin", number: "80", unit: "µg/L", days: 3}.record()
	f := r.Facts()
	f.Results[0].Ranges = []ehrdesk.Range{{Text: "NA"}}
	r.Packed = f.Pack()
	if line := row(t, drawn(t, 97, 20, r), "Ferritin"); strings.Contains(line, "NA") || !strings.Contains(line, "·") {
		t.Errorf("%q", line)
	}
}

func TestTheTableBeginsWithWhatIsCriticalElseWithWhatADrugIsFollowedBy(t *testing.T) {
	begins := func(records ...ehrdesk.Record) string {
		p := laboratory.New(book.Of(text.English, records...))
		book.Fill(t, p)
		r, _ := p.Selected()
		return r.ID
	}
	normal := result{id: "na", code: "2951-2", name: "Sodium", number: "140", unit: "mmol/L", low: "135", high: "145", days: 3}.record()
	high := result{id: "cr", code: "14682-9", name: "Creatinine", number: "140", unit: "µmol/L", low: "65", high: "110", flag: ehrdesk.FlagHigh, days: 3}.record()
	inr := result{id: "inr", code: "6301-6", name: "INR", number: "2.6", days: 3}.record()
	critical := result{id: "k", code: "2823-3", name: "Potassium", number: "6.9", unit: "mmol/L", low: "3.5", high: "5.1", flag: ehrdesk.FlagCriticalHigh, days: 3}.record()
	drug := ehrdesk.Record{Kind: ehrdesk.KindMedication, Resource: "MedicationRequest", ID: "w", Title: "warfarin 1 mg tablet", Status: "active", Date: ehrdesk.At(book.Now().AddDate(0, 0, -9))}
	f := ehrdesk.Facts{Code: ehrdesk.Concept{Text: "warfarin 1 mg tablet"}}
	drug.Packed = f.Pack()
	for want, records := range map[string][]ehrdesk.Record{"na": {normal}, "cr": {normal, high, inr}, "inr": {normal, high, inr, drug}, "k": {normal, high, inr, drug, critical}} {
		if got := begins(records...); got != want {
			t.Errorf("it begins with %s, want %s", got, want)
		}
	}
}
