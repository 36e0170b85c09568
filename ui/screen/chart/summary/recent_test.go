package summary_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/uitest/book"
)

// inr are values of INR, the newest first, five weeks apart.
func inr(newest int, values ...string) (out []ehrdesk.Record) {
	for i, v := range values {
		out = append(out, number(ehrdesk.KindLaboratory, "i"+v, "6301-6", "INR", v, "", ehrdesk.FlagHigh, newest+35*i))
	}
	return out
}

// A course over a year does not hide the value before: both stand in digits.
func TestACourseDoesNotHideTheValueBefore(t *testing.T) {
	all := append(inr(10, "3.5", "1.9", "2.3", "2.6", "2.2", "3.0"), drug("w", "Warfarin 3 mg tablet", "3 mg oral once daily", 10))
	for lang, want := range map[text.Lang]string{text.English: "before 1.9", text.Hant: "上次 1.9", text.Hans: "上次 1.9"} {
		for _, size := range [][2]int{{79, 20}, {97, 50}} {
			if frame := book.Draw(page(t, lang, all...), size[0], size[1], false); !strings.Contains(frame, want) {
				t.Errorf("%v: no %q in\n%s", size, want, frame)
			}
		}
	}
	if frame := book.Draw(page(t, text.English, inr(10, "3.5")...), 79, 20, false); strings.Contains(frame, "before") {
		t.Errorf("of one value something came before:\n%s", frame)
	}
}

// A report that is not complete stands on the summary though nothing of it is abnormal;
// one of months ago does not, nor one that was entered in error.
func TestAReportThatIsNotCompleteIsToldThoughNothingIsAbnormal(t *testing.T) {
	report := func(status string, days int) ehrdesk.Record {
		return record(ehrdesk.KindLaboratory, "DiagnosticReport", "r", "Liver function", status, days, ehrdesk.Facts{States: []ehrdesk.State{{Element: ehrdesk.StateStatus, Concept: ehrdesk.Concept{Codings: []ehrdesk.Coding{{Code: status}}}}}})
	}
	for _, c := range []struct {
		status string
		days   int
		told   bool
	}{{"partial", 0, true}, {"preliminary", 29, true}, {"registered", 3, true}, {"partial", 31, false}, {"final", 0, false}, {"entered-in-error", 0, false}} {
		for lang, want := range map[text.Lang]string{text.English: "more to come", text.Hant: "尚有結果待報"} {
			frame := book.Draw(page(t, lang, report(c.status, c.days)), 79, 20, false)
			if got := strings.Contains(frame, want); got != c.told {
				t.Errorf("%s, %d days ago: told %v in\n%s", c.status, c.days, got, frame)
			}
			if nothing := text.New().Summary.NoAbnormal.In(lang); c.told && !strings.Contains(strings.Join(strings.Fields(frame), ""), strings.Join(strings.Fields(nothing), "")[:12]) {
				t.Errorf("that nothing is flagged is not said beside it:\n%s", frame)
			}
		}
	}
	critical := append([]ehrdesk.Record{report("partial", 0)}, number(ehrdesk.KindLaboratory, "k", "2823-3", "Potassium", "6.9", "mmol/L", ehrdesk.FlagCriticalHigh, 1))
	frame := book.Draw(page(t, text.English, critical...), 79, 20, false)
	if k, r := strings.Index(frame, "Potassium"), strings.Index(frame, "Liver function"); k < 0 || r < k {
		t.Errorf("what is critical does not stand first:\n%s", frame)
	}
}

// A test that a drug is followed by says how old it is after four weeks; another one after a year.
func TestATestThatADrugIsFollowedBySaysItsAgeInWeeks(t *testing.T) {
	warfarin := drug("w", "Warfarin 3 mg tablet", "3 mg oral once daily", 10)
	for _, c := range []struct {
		days int
		want string
	}{{13, ""}, {27, ""}, {28, "4 weeks ago"}, {80, "11 weeks ago"}, {100, "3 months ago"}, {500, "16 months ago"}, {900, "2 years ago"}} {
		frame := book.Draw(page(t, text.English, append(inr(c.days, "2.5"), warfarin)...), 79, 20, false)
		if got := strings.Contains(frame, " ago"); got != (c.want != "") || !strings.Contains(frame, c.want) {
			t.Errorf("%d days: want %q in\n%s", c.days, c.want, frame)
		}
	}
	if frame := book.Draw(page(t, text.English, inr(80, "3.5")...), 79, 20, false); strings.Contains(frame, " ago") {
		t.Errorf("nothing is followed by it:\n%s", frame)
	}
}

// At 80 columns too the tests that nobody repeated are named.
func TestWhatNobodyRepeatedIsNamedAtEveryWidth(t *testing.T) {
	old := []ehrdesk.Record{number(ehrdesk.KindLaboratory, "wbc", "6690-2", "White cell count", "14.2", "10*9/L", ehrdesk.FlagHigh, 2700)}
	for _, w := range []int{59, 79, 97, 157} {
		frame := book.Draw(page(t, text.English, old...), w, 30, false)
		if !strings.Contains(frame, "White cell count") || !slices.ContainsFunc(strings.Fields(frame), func(s string) bool { return strings.HasPrefix(s, "14.2") }) {
			t.Errorf("%d: not named in\n%s", w, frame)
		}
	}
}

// The day beside the dose of a course in steps is that of the step, not of the order; a
// high-risk drug says what its dose was before it was changed.
func TestTheDayBesideADoseIsTheDayOfThatDose(t *testing.T) {
	var f ehrdesk.Facts
	for i, mg := range []string{"8", "7", "6"} {
		f.Dosages = append(f.Dosages, ehrdesk.Dosage{Sequence: string(rune('1' + i)), Timing: ehrdesk.Timing{Bounds: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: "28", Code: "d"}}},
			Doses: []ehrdesk.DoseRate{{Dose: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: mg, Unit: "mg"}}}}})
	}
	taper := record(ehrdesk.KindMedication, "MedicationRequest", "p", "prednisolone", "active", 40, f)
	frame := book.Draw(page(t, text.English, taper), 79, 20, false)
	if since := book.Now().AddDate(0, 0, -12).Format("02-Jan-2006"); !strings.Contains(frame, "7 mg") || !strings.Contains(frame, "~ "+since) {
		t.Errorf("want ~ %s in\n%s", since, frame)
	}
	before := drug("w1", "Warfarin 3 mg tablet", "5 mg oral once daily", 50)
	before.Status = "completed"
	f = before.Facts()
	f.States[0].Concept.Codings[0].Code = "completed"
	before.Packed = f.Pack()
	frame = book.Draw(page(t, text.English, before, drug("w2", "Warfarin 3 mg tablet", "4.5 mg oral once daily", 10)), 79, 20, false)
	if !strings.Contains(frame, "before 5 mg") {
		t.Errorf("the dose before is not said:\n%s", frame)
	}
}
