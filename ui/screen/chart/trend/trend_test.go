package trend_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/trend"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/uitest/book"
)

func quantity(n, unit string) ehrdesk.Value {
	q := ehrdesk.Quantity{Number: n, Unit: unit}
	if rest, ok := strings.CutPrefix(n, "<"); ok {
		q.Number, q.Comparator = rest, "<"
	}
	return ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: q}
}

func record(id, code, name string, days int, source string, results ...ehrdesk.Result) ehrdesk.Record {
	f := ehrdesk.Facts{Code: ehrdesk.Concept{Text: name, Codings: []ehrdesk.Coding{{System: "http://loinc.org", Code: code}}}, Results: results}
	r := ehrdesk.Record{Kind: ehrdesk.KindLaboratory, Resource: "Observation", ID: id, Date: ehrdesk.At(book.Now().AddDate(0, 0, -days)), Title: name, Status: "final", Source: source, Packed: f.Pack()}
	if len(results) > 1 {
		r.Kind = ehrdesk.KindObservation
	}
	return r
}

func a1c(id, n string, days int) ehrdesk.Record {
	return record(id, "4548-4", "HbA1c 糖化血紅蛋白", days, "Queen Mary Hospital 瑪麗醫院", ehrdesk.Result{Value: quantity(n, "%"), Flag: ehrdesk.FlagHigh, Assessed: true,
		Ranges: []ehrdesk.Range{{Low: ehrdesk.Quantity{Number: "4.0", Unit: "%"}, High: ehrdesk.Quantity{Number: "5.6", Unit: "%"}}}})
}

// sugar is HbA1c in two units, of two sources, over seven years.
func sugar() []ehrdesk.Record {
	all := []ehrdesk.Record{a1c("1", "6.2", 2500), a1c("2", "7.1", 280), a1c("3", "7.8", 190), a1c("4", "8.4", 100), a1c("5", "8.9", 10),
		record("m", "59261-8", "HbA1c", 60, "Kwai Chung Family Clinic", ehrdesk.Result{Value: quantity("66", "mmol/mol")})}
	all[2].Source = "Kwai Chung Family Clinic"
	return all
}

func pressures() (all []ehrdesk.Record) {
	for i, p := range [][2]string{{"158", "96"}, {"149", "92"}, {"141", "88"}, {"135", "82"}, {"123", "79"}} {
		part := func(code, name, n string) ehrdesk.Result {
			return ehrdesk.Result{Code: ehrdesk.Concept{Text: name, Codings: []ehrdesk.Coding{{System: "http://loinc.org", Code: code}}}, Value: quantity(n, "mmHg")}
		}
		all = append(all, record(fmt.Sprint("bp", i), "85354-9", "Blood pressure 血壓", 300-70*i, "Kwai Chung Family Clinic", part("8480-6", "Systolic", p[0]), part("8462-4", "Diastolic", p[1])))
	}
	return all
}

func open(t testing.TB, lang text.Lang, ref string, records ...ehrdesk.Record) *trend.Page {
	t.Helper()
	p := trend.New(book.Of(lang, records...), ehrdesk.Ref{Resource: "Observation", ID: ref})
	book.Fill(t, p)
	return p
}

func TestTrend(t *testing.T) {
	for _, s := range [][3]int{{80, 53, 15}, {120, 88, 31}, {200, 97, 51}} {
		for _, lang := range []text.Lang{text.English, text.Hant} {
			t.Run(fmt.Sprintf("%s_%d", lang.Tag(), s[0]), func(t *testing.T) {
				golden.RequireEqual(t, []byte(book.Draw(open(t, lang, "5", sugar()...), s[1], s[2], false)))
			})
		}
	}
}

func TestBloodPressureAsBars(t *testing.T) {
	frame := book.Draw(open(t, text.English, "bp4", pressures()...), 78, 20, false)
	for _, want := range []string{"Blood pressure (mmHg)", "123/79", "┬", "┴", "last 123/79 mmHg"} {
		if !strings.Contains(frame, want) {
			t.Errorf("no %q in\n%s", want, frame)
		}
	}
	golden.RequireEqual(t, []byte(frame))
}

func TestTrendInASCII(t *testing.T) {
	frame := book.Draw(open(t, text.English, "5", sugar()...), 78, 20, true)
	above, _, _ := strings.Cut(frame, "Queen Mary")
	for _, r := range above {
		if r > 0x7f && r < 0x2e80 {
			t.Errorf("%q in\n%s", r, frame)
			break
		}
	}
	golden.RequireEqual(t, []byte(frame))
}

func TestAxisIsLabelledWithNameAndUnitAndItsScaleIsPrinted(t *testing.T) {
	frame := book.Draw(open(t, text.English, "5", sugar()...), 78, 20, false)
	if !strings.Contains(frame, "HbA1c (%)") || strings.Count(frame, "┤") < 3 {
		t.Errorf("%s", frame)
	}
}

func TestTheNameStandsOnce(t *testing.T) {
	above, _, _ := strings.Cut(book.Draw(open(t, text.English, "5", sugar()...), 78, 20, false), "┤")
	if strings.Count(above, "HbA1c") != 1 {
		t.Errorf("%s", above)
	}
}

func TestHowManyResultsStandWithTheLastValue(t *testing.T) {
	if line := strings.Split(book.Draw(open(t, text.English, "5", sugar()...), 78, 20, false), "\n")[1]; !strings.Contains(line, "last 8.9") || !strings.Contains(line, "5 results, 2 sources") {
		t.Errorf("%s", line)
	}
}

func TestUnitsAreNeverMixedAndTheOtherIsNamed(t *testing.T) {
	p := open(t, text.English, "5", sugar()...)
	frame := book.Draw(p, 78, 20, false)
	if strings.Contains(frame, "● 66") || !strings.Contains(frame, "1 more in mmol/mol: v") {
		t.Errorf("%s", frame)
	}
	p.Handle(intent.Intent{ID: intent.OtherView})
	if frame = book.Draw(p, 78, 20, false); !strings.Contains(frame, "HbA1c (mmol/mol)") || strings.Contains(frame, "8.9 ") && !strings.Contains(frame, "5 more in %: v") {
		t.Errorf("%s", frame)
	}
}

// marksKey says what the marks mean; it is none of them.
const marksKey = "▀●▄ "

// columns are where the points of a frame stand.
func columns(frame string) (out []int) {
	for line := range strings.Lines(strings.Replace(frame, marksKey, "", 1)) {
		for i, r := range []rune(line) {
			if r == '●' || r == '▀' || r == '▄' {
				out = append(out, i)
			}
		}
	}
	return out
}

func TestTimeIsProportional(t *testing.T) {
	p := open(t, text.English, "4", a1c("1", "5.0", 365), a1c("2", "6.0", 335), a1c("3", "7.0", 183), a1c("4", "8.0", 1))
	for p.DisabledReason(intent.Older) == "" {
		p.Handle(intent.Intent{ID: intent.Older})
	}
	at := columns(book.Draw(p, 110, 24, false)) // the highest value first: newest to oldest
	if len(at) != 4 {
		t.Fatalf("%v", at)
	}
	if near, far := at[2]-at[3], at[0]-at[1]; near < 5 || far < 4*near {
		t.Errorf("a month takes %d columns and half a year %d", near, far)
	}
}

func TestLastAndPreviousStandInDigits(t *testing.T) {
	frame := book.Draw(open(t, text.English, "5", sugar()...), 97, 24, false)
	for _, want := range []string{"last 8.9 % H ↑ high 11-Nov-2026", "before 8.4 % H ↑ high 13-Aug-2026", "5 results, 2 sources"} {
		if !strings.Contains(frame, want) {
			t.Errorf("no %q in\n%s", want, frame)
		}
	}
}

func TestASmallChangeDoesNotFillTheHeight(t *testing.T) {
	p := open(t, text.English, "2", record("1", "2951-2", "Sodium", 100, "", ehrdesk.Result{Value: quantity("140", "mmol/L")}), record("2", "2951-2", "Sodium", 10, "", ehrdesk.Result{Value: quantity("141", "mmol/L")}))
	rows := map[int]bool{}
	y := 0
	for line := range strings.Lines(strings.Replace(book.Draw(p, 78, 24, false), marksKey, "", 1)) {
		if strings.ContainsAny(line, "●▀▄") {
			rows[y] = true
		}
		y++
	}
	first, last := 99, 0
	for y := range rows {
		first, last = min(first, y), max(last, y)
	}
	if last-first > 2 {
		t.Errorf("one mmol/L takes %d rows", last-first)
	}
}

func TestReferenceRangeIsABandAndOtherRangesSaySo(t *testing.T) {
	if frame := book.Draw(open(t, text.English, "5", sugar()...), 78, 20, false); !strings.Contains(frame, "░") || !strings.Contains(frame, "in range") || !strings.Contains(frame, "range 4.0–5.6") {
		t.Errorf("%s", frame)
	}
	other := a1c("6", "9.0", 5)
	f := other.Facts()
	f.Results[0].Ranges[0].High.Number = "6.0"
	other.Packed = f.Pack()
	if frame := book.Draw(open(t, text.English, "5", append(sugar(), other)...), 78, 20, false); strings.Contains(frame, "░") || !strings.Contains(frame, "ranges differ") {
		t.Errorf("%s", frame)
	}
}

func TestPeriodsGoFromAMonthToAllAndSayWhatIsNotShown(t *testing.T) {
	p := open(t, text.English, "5", sugar()...)
	if frame := book.Draw(p, 78, 20, false); !strings.Contains(frame, "‹1y›") || !strings.Contains(frame, "1 older not in this period") {
		t.Errorf("%s", frame)
	}
	for range 2 {
		p.Handle(intent.Intent{ID: intent.Older})
	}
	if frame := book.Draw(p, 78, 20, false); !strings.Contains(frame, "‹all›") || len(columns(frame)) != 5 || p.DisabledReason(intent.Older) == "" {
		t.Errorf("%d points\n%s", len(columns(frame)), frame)
	}
	for range 4 {
		p.Handle(intent.Intent{ID: intent.Newer})
	}
	if frame := book.Draw(p, 78, 20, false); !strings.Contains(frame, "‹1m›") || len(columns(frame)) != 1 || p.DisabledReason(intent.Newer) == "" {
		t.Errorf("%s", frame)
	}
}

func TestAValueBelowWhatCanBeMeasuredIsMarked(t *testing.T) {
	frame := book.Draw(open(t, text.English, "1", record("1", "1988-5", "CRP", 100, "", ehrdesk.Result{Value: quantity("<5", "mg/L")}), record("2", "1988-5", "CRP", 10, "", ehrdesk.Result{Value: quantity("41", "mg/L")})), 78, 20, false)
	if !strings.Contains(frame, "< <5") || len(columns(frame)) != 1 {
		t.Errorf("%s", frame)
	}
}

func TestPointsOutsideTheRangeHaveALetter(t *testing.T) {
	if frame := book.Draw(open(t, text.English, "5", sugar()...), 97, 24, false); len(regexp.MustCompile("[●▀▄] 8.4 H|8.9 H [●▀▄]").FindAllString(frame, -1)) < 2 {
		t.Errorf("%s", frame)
	}
}

func TestARecordWithoutANumberSaysSo(t *testing.T) {
	if frame := book.Draw(open(t, text.English, "none", sugar()...), 78, 20, false); !strings.Contains(frame, "no number") {
		t.Errorf("%s", frame)
	}
}

func TestWhatHasATrend(t *testing.T) {
	all := append(sugar(), record("w", "630-4", "Urine culture", 3, "", ehrdesk.Result{Value: ehrdesk.Value{Kind: ehrdesk.IsText, Text: "E. coli"}}))
	of := func(members ...string) ehrdesk.Record {
		f := ehrdesk.Facts{}
		for _, m := range members {
			f.Relations = append(f.Relations, ehrdesk.Relation{Role: "result", Ref: ehrdesk.Ref{Resource: "Observation", ID: m}})
		}
		return ehrdesk.Record{Resource: "DiagnosticReport", ID: "r", Kind: ehrdesk.KindLaboratory, Packed: f.Pack()}
	}
	list := book.Of(text.English, all...).Chart.List
	for name, c := range map[string]struct {
		r    ehrdesk.Record
		want bool
	}{"a number": {all[0], true}, "words": {all[len(all)-1], false}, "a report with a number": {of("w", "1"), true}, "a report of words": {of("w"), false},
		"a referral": {ehrdesk.Record{Resource: "ServiceRequest", ID: "s"}, false}} {
		if got := trend.Has(list, &c.r); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestPointInFocusIsTheRecordSelected(t *testing.T) {
	p := open(t, text.English, "3", sugar()...)
	if r, ok := p.Selected(); !ok || r.ID != "3" {
		t.Errorf("%v", r.ID)
	}
	p.Handle(intent.Intent{ID: intent.Up})
	if r, _ := p.Selected(); r.ID != "4" {
		t.Errorf("%v", r.ID)
	}
}

func BenchmarkDraw200x60(b *testing.B) {
	p := open(b, text.Hant, "5", sugar()...)
	c := paint.New(false)
	b.ReportAllocs()
	for b.Loop() {
		c.Reset(200, 60, 0)
		p.Draw(c, paint.Rect{W: 97, H: 51}, true)
	}
}

func TestPointsThatStandBehindOthersAreCounted(t *testing.T) {
	frame := book.Draw(open(t, text.English, "1", a1c("1", "7.0", 10), a1c("2", "7.0", 10), a1c("3", "8.0", 300)), 78, 20, false)
	if !strings.Contains(frame, "1 behind others") {
		t.Errorf("%s", frame)
	}
}
