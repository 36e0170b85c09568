package summary_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/golden"
	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/keypoints"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/summary"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/uitest/book"
)

// decade is an invented patient of ten years: what the rules of the key points go by, in one chart.
func decade() []ehrdesk.Record {
	severe := ehrdesk.Facts{Reactions: []ehrdesk.Reaction{{Severity: "severe", Manifestations: []ehrdesk.Concept{{Text: "Anaphylaxis"}}}}}
	dose := func(mg, status string) ehrdesk.Facts {
		return ehrdesk.Facts{States: []ehrdesk.State{{Element: ehrdesk.StateStatus, Concept: ehrdesk.Concept{Codings: []ehrdesk.Coding{{Code: status}}}}}, Dosages: []ehrdesk.Dosage{{Doses: []ehrdesk.DoseRate{{Dose: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: mg, Unit: "mg"}}}}}}}
	}
	stay := func(class, why string) ehrdesk.Facts {
		return ehrdesk.Facts{Categories: []ehrdesk.Concept{{Codings: []ehrdesk.Coding{{Code: class}}}}, Reasons: []ehrdesk.Concept{{Text: why}}}
	}
	test := ehrdesk.Facts{Categories: []ehrdesk.Concept{{Codings: []ehrdesk.Coding{{Code: "laboratory"}}}}}
	none := record(ehrdesk.KindAllergy, "AllergyIntolerance", "none", "No known allergy", "active", 12, ehrdesk.Facts{})
	none.Source, none.Flag = "Kwai Chung Family Clinic", ehrdesk.FlagNoneKnown
	out := []ehrdesk.Record{
		record(ehrdesk.KindDiagnosis, "Condition", "dm", "Type 2 diabetes mellitus 二型糖尿病", "active", 3600, ehrdesk.Facts{}), record(ehrdesk.KindDiagnosis, "Condition", "af", "Atrial fibrillation", "active", 2700, ehrdesk.Facts{}),
		record(ehrdesk.KindDiagnosis, "Condition", "gout", "Gout", "active", 30, ehrdesk.Facts{}), record(ehrdesk.KindDiagnosis, "Condition", "corn", "Corn", "active", 900, ehrdesk.Facts{}), record(ehrdesk.KindDiagnosis, "Condition", "wart", "Wart", "active", 901, ehrdesk.Facts{}),
		record(ehrdesk.KindAllergy, "AllergyIntolerance", "pen", "Penicillin", "active", 3000, severe), none,
		record(ehrdesk.KindMedication, "MedicationRequest", "w1", "warfarin", "completed", 700, dose("3", "completed")), record(ehrdesk.KindMedication, "MedicationRequest", "w2", "warfarin", "active", 18, dose("4.5", "active")),
		record(ehrdesk.KindMedication, "MedicationRequest", "m", "metformin", "active", 400, dose("500", "active")), record(ehrdesk.KindMedication, "MedicationRequest", "c", "colchicine", "active", 29, dose("0.5", "active")),
		record(ehrdesk.KindEncounter, "Encounter", "ward", "Stay", "finished", 60, stay("IMP", "Pneumonia")), record(ehrdesk.KindEncounter, "Encounter", "ed", "Visit", "finished", 31, stay("EMER", "Painful toe")),
		number(ehrdesk.KindLaboratory, "k", "2823-3", "Potassium", "6.8", "mmol/L", ehrdesk.FlagCriticalHigh, 3), number(ehrdesk.KindLaboratory, "na", "2951-2", "Sodium", "129", "mmol/L", ehrdesk.FlagLow, 3),
		number(ehrdesk.KindLaboratory, "late", "718-7", "Haemoglobin", "9.1", "g/dL", ehrdesk.FlagLow, -40),
		record(ehrdesk.KindReferral, "ServiceRequest", "o1", "Uric acid", "active", 9, test), record(ehrdesk.KindReferral, "ServiceRequest", "o2", "Uric acid", "active", 4, test),
		record(ehrdesk.KindNote, "Composition", "note", "Letter", "final", 60, ehrdesk.Facts{}),
	}
	for i := range out {
		out[i].Updated = out[i].Date.Time
	}
	for i, v := range []string{"7.1", "7.6", "8.2", "8.9"} {
		out = append(out, number(ehrdesk.KindLaboratory, fmt.Sprint("a1c", i), "4548-4", "HbA1c", v, "%", ehrdesk.FlagHigh, 400-120*i))
	}
	return out
}

// The key points of ten years, in the three languages: the same numbers in each.
func TestTheKeyPointsOfTenYears(t *testing.T) {
	var numbers [3]string
	for _, lang := range text.Langs() {
		var b strings.Builder
		points, _ := summary.Summary(book.Of(lang, decade()...))
		for _, p := range points {
			b.WriteString(p.Words + "\n")
		}
		t.Run(lang.Tag(), func(t *testing.T) { golden.RequireEqual(t, []byte(b.String())) })
		numbers[lang] = strings.Join(digits.FindAllString(strings.ReplaceAll(b.String(), "v"+keypoints.Version, ""), -1), " ")
	}
	for _, lang := range [...]text.Lang{text.Hant, text.Hans} {
		if sorted(numbers[lang]) != sorted(numbers[0]) {
			t.Errorf("%s has other numbers:\n%s\n%s", lang.Tag(), numbers[lang], numbers[0])
		}
	}
}

func sorted(s string) string {
	f := strings.Fields(s)
	slices.Sort(f)
	return strings.Join(f, " ")
}

var digits = regexp.MustCompile(`\d+(\.\d+)?`)

var (
	counted = regexp.MustCompile(`[(（]\d+ ?(results?|次)[,，] ?\d+ ?(months?|個月|个月)[)）]`)
	causes  = regexp.MustCompile(`(?i)because|due to|caused|owing|since then|therefore|因為|因为|由於|由于|導致|导致|引致|所致`)
)

// unfounded is what of the key points of some records stands in none that they cite: a digit, or a word that says why. n is
// how many numbers were looked at.
func unfounded(lang text.Lang, records []ehrdesk.Record) (wrong []string, n int) {
	points, _ := summary.Summary(book.Of(lang, records...))
	for _, p := range points {
		for _, c := range p.Clauses {
			if causes.MatchString(c.Words) {
				wrong = append(wrong, lang.Tag()+": it says why: "+c.Words)
			}
			hay := ""
			for _, ref := range c.Records {
				for i := range records {
					if r := &records[i]; r.Ref() == ref {
						hay += fmt.Sprint(r.Date.DateTime(), r.Title, fmt.Sprintf("%+v", r.Facts()))
					}
				}
			}
			for _, d := range digits.FindAllString(counted.ReplaceAllString(c.Words, ""), -1) {
				if n++; !strings.Contains(hay, d) {
					wrong = append(wrong, fmt.Sprintf("%s: %s of %q is in none of %v", lang.Tag(), d, c.Words, c.Records))
				}
			}
		}
	}
	return wrong, n
}

// Each digit of a clause stands in a record that it cites; what it counts, how many results
// and how many months, it counts over what it cites. No clause says why.
func TestEachDigitOfAClauseStandsInARecordThatItCites(t *testing.T) {
	all := 0
	for _, lang := range text.Langs() {
		wrong, n := unfounded(lang, decade())
		if len(wrong) > 0 {
			t.Error(strings.Join(wrong, "\n"))
		}
		all += n
	}
	if all < 60 {
		t.Errorf("only %d numbers were looked at", all)
	}
}

// The same of charts that are drawn: a part of those ten years at other times, with results that move.
func TestEachDigitOfADrawnChartStandsInARecordThatItCites(t *testing.T) {
	all := 0
	rapid.Check(t, func(r *rapid.T) {
		var records []ehrdesk.Record
		for _, rec := range decade() {
			if rapid.IntRange(0, 3).Draw(r, "kept") > 0 {
				at := book.Now().AddDate(0, 0, -rapid.IntRange(-40, 3650).Draw(r, "ago"))
				rec.Date, rec.Updated = ehrdesk.Day(at.Year(), at.Month(), at.Day()), at
				records = append(records, rec)
			}
		}
		for i := range rapid.IntRange(0, 12).Draw(r, "results") {
			test := rapid.SampledFrom([][3]string{{"2823-3", "Potassium", "mmol/L"}, {"33914-3", "eGFR", "mL/min/1.73m2"}, {"4548-4", "HbA1c", "%"}, {"718-7", "Haemoglobin", "g/dL"}}).Draw(r, "test")
			value := rapid.StringMatching(`[1-9][0-9]?\.[0-9]{1,2}`).Draw(r, "value")
			flag := rapid.SampledFrom([]ehrdesk.Flag{"", ehrdesk.FlagHigh, ehrdesk.FlagLow, ehrdesk.FlagCriticalLow}).Draw(r, "flag")
			records = append(records, number(ehrdesk.KindLaboratory, fmt.Sprint("drawn", i), test[0], test[1], value, test[2], flag, rapid.IntRange(0, 1500).Draw(r, "ago")))
		}
		for _, lang := range text.Langs() {
			wrong, n := unfounded(lang, records)
			if len(wrong) > 0 {
				r.Fatal(strings.Join(wrong, "\n"))
			}
			all += n
		}
	})
	if all < 500 {
		t.Errorf("only %d numbers were looked at", all)
	}
}

// At 80x24 each key point has one row or two, the coverage its own; whole clauses are left
// out and counted, with the key that shows them; at any size none is cut.
func TestWhatHasNoRoomIsCountedAndNoClauseIsCut(t *testing.T) {
	for _, lang := range text.Langs() {
		points, _ := summary.Summary(book.Of(lang, decade()...))
		for _, size := range [][2]int{{48, 20}, {60, 20}, {78, 17}, {78, 18}, {97, 51}, {120, 55}, {200, 60}} {
			frame := strings.Join(strings.Fields(book.Draw(page(t, lang, decade()...), size[0], size[1], false)), " ")
			head, _, _ := strings.Cut(frame, text.New().KeyPoints.Coverage[lang])
			for _, p := range points[:3] {
				if len(p.Clauses) > 0 && !slices.ContainsFunc(p.Clauses, func(c summary.Said) bool {
					return strings.Contains(strings.ReplaceAll(head, " ", ""), strings.ReplaceAll(strings.ReplaceAll(c.Words, qmh, "QMH"), " ", ""))
				}) {
					t.Errorf("%s %v: nothing of %s stands whole in\n%s", lang.Tag(), size, p.ID, head)
				}
			}
			if strings.Contains(head, "…") {
				t.Errorf("%s %v: something is cut in\n%s", lang.Tag(), size, head)
			}
		}
		frame := book.Draw(page(t, lang, decade()...), 78, 18, false)
		if !strings.Contains(frame, "（v）") && !strings.Contains(frame, "(v)") {
			t.Errorf("%s: what is left out is not counted in\n%s", lang.Tag(), frame)
		}
	}
}

// v shows every clause, a line each, and Enter opens its record; a number after # opens the
// record that has it, at once where no other digit can follow.
func TestARecordOpensByItsNumber(t *testing.T) {
	b := book.Of(text.English, decade()...)
	var opened []ehrdesk.Ref
	b.Open = func(ref ehrdesk.Ref) tea.Cmd { opened = append(opened, ref); return nil }
	p := summary.New(b)
	book.Fill(t, p)
	p.Handle(intent.Intent{ID: intent.OtherView})
	frame := book.Draw(p, 120, 60, false)
	find := func(words string) string {
		at := strings.Index(frame, words)
		if at < 0 {
			t.Fatalf("no %q in\n%s", words, frame)
		}
		return regexp.MustCompile(`\[(\d+)\]`).FindStringSubmatch(frame[at:])[1]
	}
	for words, want := range map[string]string{"Potassium 6.8": "k", "new diagnosis Gout": "gout", "warfarin now": "w2"} {
		n := find(words)
		opened = nil
		p.Handle(intent.Intent{ID: intent.Reference})
		p.Field().Set(n)
		p.Handle(intent.Intent{ID: intent.Edited})
		if len(opened) == 0 {
			p.Handle(intent.Intent{ID: intent.Accept})
		}
		if len(opened) != 1 || opened[0].ID != want || p.Field() != nil {
			t.Errorf("%s: %s opened %v", words, n, opened)
		}
	}
	opened = nil
	p.Handle(intent.Intent{ID: intent.Reference})
	p.Field().Set("99")
	p.Handle(intent.Intent{ID: intent.Edited})
	p.Handle(intent.Intent{ID: intent.Accept})
	if said, bad := b.Env.TakeSay(); len(opened) != 0 || said == "" || !bad {
		t.Errorf("99 opened %v, said %q", opened, said)
	}
	p.Handle(intent.Intent{ID: intent.Back})
	if p.Field() != nil {
		t.Error("Esc does not end it")
	}
}

// Whoever may not see clinical content sees none of it.
func TestTheFrontDeskSeesNoKeyPoints(t *testing.T) {
	p := summary.New(book.Nurse(text.English))
	book.Fill(t, p)
	for range 2 {
		frame := book.Draw(p, 97, 51, false)
		for _, word := range []string{"NOW", "CHANGED", "TO DO", "Coverage", "extract"} {
			if strings.Contains(frame, word) {
				t.Errorf("%s is in\n%s", word, frame)
			}
		}
		p.Handle(intent.Intent{ID: intent.OtherView})
	}
}

// What changed counts from the last look on an earlier day.
func TestWhatChangedCountsFromTheLastLook(t *testing.T) {
	b := book.Of(text.English, decade()...)
	b.Before = book.Now().Add(-20 * 24 * time.Hour)
	points, _ := summary.Summary(b)
	if c := points[1]; c.Since != "since 01-Nov-2026" || !strings.Contains(c.Words, "warfarin now 4.5 mg, before 3 mg") || strings.Contains(c.Words, "Gout") {
		t.Errorf("%q", c.Words)
	}
}
