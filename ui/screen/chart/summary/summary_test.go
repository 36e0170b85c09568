package summary_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
	"github.com/ehrdesk/ehrdesk/internal/territory"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	pages "github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/summary"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/uitest/book"
)

const (
	loinc = "http://loinc.org"
	qmh   = "Queen Mary Hospital 瑪麗醫院"
)

func record(k ehrdesk.Kind, resource, id, title, status string, days int, f ehrdesk.Facts) ehrdesk.Record {
	if f.Code.IsZero() {
		f.Code.Text = title
	}
	at := book.Now().AddDate(0, 0, -days)
	return ehrdesk.Record{Kind: k, Resource: resource, ID: id, Title: title, Status: status, Date: ehrdesk.Day(at.Year(), at.Month(), at.Day()), Source: qmh, Packed: f.Pack()}
}

func drug(id, name, dose string, days int) ehrdesk.Record {
	return record(ehrdesk.KindMedication, "MedicationRequest", id, name, "active", days, ehrdesk.Facts{Dosages: []ehrdesk.Dosage{{Text: dose}},
		States: []ehrdesk.State{{Element: ehrdesk.StateStatus, Concept: ehrdesk.Concept{Codings: []ehrdesk.Coding{{Code: "active"}}}}}})
}

func number(k ehrdesk.Kind, id, code, name, n, unit string, flag ehrdesk.Flag, days int) ehrdesk.Record {
	f := ehrdesk.Facts{Code: ehrdesk.Concept{Text: name, Codings: []ehrdesk.Coding{{System: loinc, Code: code}}},
		Results: []ehrdesk.Result{{Flag: flag, Assessed: flag != "", Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: n, Unit: unit}}}}}
	r := record(k, "Observation", id, name, "final", days, f)
	r.Flag, r.Assessed = flag, flag != ""
	return r
}

func pressure(id, up, down string, days int) ehrdesk.Record {
	f := ehrdesk.Facts{Code: ehrdesk.Concept{Text: "BP panel", Codings: []ehrdesk.Coding{{System: loinc, Code: "85354-9"}}}}
	for _, c := range [][2]string{{"8480-6", up}, {"8462-4", down}} {
		f.Results = append(f.Results, ehrdesk.Result{Code: ehrdesk.Concept{Codings: []ehrdesk.Coding{{System: loinc, Code: c[0]}}}, Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: c[1], Unit: "mmHg"}}})
	}
	return record(ehrdesk.KindObservation, "Observation", id, "BP panel", "final", days, f)
}

// chart is a man of 76 with diabetes, failing kidneys and atrial fibrillation.
func chart() (all []ehrdesk.Record) {
	for i, name := range []string{"Type 2 diabetes mellitus 二型糖尿病", "Atrial fibrillation 心房顫動", "Chronic kidney disease 慢性腎病", "Hypertension 高血壓"} {
		all = append(all, record(ehrdesk.KindDiagnosis, "Condition", fmt.Sprint("p", i), name, "active", 900+200*i, ehrdesk.Facts{}))
	}
	all = append(all, record(ehrdesk.KindDiagnosis, "Condition", "past", "Pneumonia", "resolved", 800, ehrdesk.Facts{}),
		record(ehrdesk.KindAllergy, "AllergyIntolerance", "al", "Penicillin", "active", 3000, ehrdesk.Facts{}))
	for i, d := range [][2]string{{"Metformin 500 mg tablet", "500 mg oral twice daily"}, {"Amlodipine 5 mg tablet", "5 mg oral once daily"}, {"Atorvastatin 20 mg tablet", "20 mg oral at night"},
		{"Losartan 50 mg tablet", "50 mg oral once daily"}, {"Allopurinol 100 mg tablet", "100 mg oral once daily"}, {"Warfarin 3 mg tablet", "3 mg oral once daily"}} {
		all = append(all, drug(fmt.Sprint("d", i), d[0], d[1], 20+i))
	}
	for i, v := range []string{"7.1", "7.8", "8.4", "8.9"} {
		days := 280 - 90*i
		all = append(all, number(ehrdesk.KindLaboratory, fmt.Sprint("a", i), "4548-4", "HbA1c 糖化血紅蛋白", v, "%", ehrdesk.FlagHigh, days),
			number(ehrdesk.KindLaboratory, fmt.Sprint("e", i), "98979-8", "eGFR (CKD-EPI 2021)", []string{"55", "53", "48", "43"}[i], "mL/min/1.73m²", ehrdesk.FlagLow, days),
			number(ehrdesk.KindLaboratory, fmt.Sprint("inr", i), "6301-6", "INR 國際標準化比值", "2.4", "", "", days),
			number(ehrdesk.KindObservation, fmt.Sprint("w", i), "29463-7", "Body weight 體重", []string{"82.0", "80.5", "79.1", "77.6"}[i], "kg", "", days),
			number(ehrdesk.KindObservation, fmt.Sprint("h", i), "8867-4", "Pulse 脈搏", "72", "/min", "", days),
			pressure(fmt.Sprint("bp", i), []string{"140", "138", "133", "127"}[i], "77", days))
	}
	all = append(all, record(ehrdesk.KindImmunisation, "Immunization", "v", "Seasonal influenza 季節性流感", "completed", 390, ehrdesk.Facts{}))
	for i := range 9 {
		all = append(all, record(ehrdesk.KindEncounter, "Encounter", fmt.Sprint("v", i), "Out-patient attendance 門診", "finished", 20+60*i, ehrdesk.Facts{Reasons: []ehrdesk.Concept{{Text: "Diabetes follow-up 糖尿病覆診"}}}))
	}
	all = append(all, record(ehrdesk.KindEncounter, "Appointment", "c", "Eye clinic 眼科", "booked", -30, ehrdesk.Facts{}),
		record(ehrdesk.KindReferral, "ServiceRequest", "r", "Nephrology 腎科", "active", 40, ehrdesk.Facts{}))
	for i := range 14 {
		all = append(all, record(ehrdesk.KindNote, "DocumentReference", fmt.Sprint("n", i), fmt.Sprintf("Consultation summary %d", i+1), "current", 20+60*i, ehrdesk.Facts{}))
	}
	return all
}

func page(t testing.TB, lang text.Lang, records ...ehrdesk.Record) *summary.Page {
	t.Helper()
	p := summary.New(book.Of(lang, records...))
	book.Fill(t, p)
	return p
}

func TestPage(t *testing.T) {
	for _, s := range [][3]int{{80, 78, 15}, {120, 88, 31}, {200, 97, 51}} {
		for _, lang := range []text.Lang{text.English, text.Hant} {
			t.Run(fmt.Sprintf("%s_%d", lang.Tag(), s[0]), func(t *testing.T) {
				golden.RequireEqual(t, []byte(book.Draw(page(t, lang, chart()...), s[1], s[2], false)))
			})
		}
	}
}

// At 80×24 the six sections that a doctor looks for first, and the vital signs, are on
// one screen, and the last row names the others, in each language.
func TestAt80x24TheFirstSectionsAreOnOneScreenAndTheOthersAreNamed(t *testing.T) {
	all := text.New().Summary
	for _, lang := range text.Langs() {
		frame := book.Draw(page(t, lang, chart()...), 78, 18, false)
		lines := strings.Split(strings.TrimRight(frame, "\n"), "\n")
		last := lines[len(lines)-1]
		for i, name := range []text.T{all.Problems, all.Allergies, all.Medication, all.Results, all.Vitals, all.Immunisations, all.Encounters} {
			if !slices.ContainsFunc(lines[:len(lines)-1], func(l string) bool { return strings.HasPrefix(strings.TrimLeft(l, "▸ "), name[lang]) }) {
				t.Errorf("%s: section %d %s is not in\n%s", lang.Tag(), i, name[lang], frame)
			}
		}
		for _, name := range []text.T{all.Directives, all.Coming, all.Referrals, all.Documents} {
			if !strings.HasPrefix(last, "▼") || !strings.Contains(last, name[lang]) {
				t.Errorf("%s: the last row %q does not name %s", lang.Tag(), last, name[lang])
			}
		}
	}
}

// NHS CUI's look-ahead: what is below is named, and a high-risk drug first.
func TestAHiddenHighRiskDrugIsVisibleByName(t *testing.T) {
	for _, size := range [][2]int{{78, 15}, {78, 30}, {88, 20}, {97, 51}} {
		if frame := strings.ToLower(book.Draw(page(t, text.English, chart()...), size[0], size[1], false)); !strings.Contains(frame, "warfarin") {
			t.Errorf("%v: warfarin is nowhere in\n%s", size, frame)
		}
	}
}

func TestAScreenHasOneFormOfMore(t *testing.T) {
	for _, size := range [][2]int{{78, 15}, {97, 30}} {
		frame := book.Draw(page(t, text.English, chart()...), size[0], size[1], false)
		_, below, _ := strings.Cut(frame, "clinical opinion") // the key points count by the key that shows them
		if strings.Contains(below, "more") && strings.Contains(below, " ▼1") || strings.Contains(below, "(v)") {
			t.Errorf("%v: two forms in\n%s", size, frame)
		}
	}
}

// No line is hidden above rows enough for it.
func TestAt200x60NoLineIsHiddenAboveEmptyRows(t *testing.T) {
	for h := 40; h < 90; h++ {
		frame := book.Draw(page(t, text.English, chart()...), 97, h, false)
		empty := strings.Count(frame, "\n") - strings.Count(strings.TrimRight(frame, "\n")+"\n", "\n")
		if strings.Contains(frame, "▼") && empty > 3 {
			t.Errorf("%d rows are empty below what is hidden in\n%s", empty, frame)
		}
		if h > 86 && (strings.Contains(frame, "▼") || strings.Contains(frame, "瑪…")) {
			t.Errorf("of %d rows there is room for all of it:\n%s", h, frame)
		}
	}
}

func TestWhatNoDoseIsOnRecordOfIsSaidWhereAllIsSeenAlone(t *testing.T) {
	if frame := book.Draw(page(t, text.English, chart()...), 97, 51, false); !strings.Contains(frame, "not recorded here: tetanus · pneumococcal") {
		t.Errorf("%s", frame)
	}
	for name, b := range map[string]*summary.Page{"nothing has come": summary.New(book.Never(text.English)), "no leave": summary.New(book.Nurse(text.English))} {
		book.Fill(t, b)
		if frame := book.Draw(b, 97, 51, false); strings.Contains(frame, "tetanus") {
			t.Errorf("%s:\n%s", name, frame)
		}
	}
}

func TestBloodPressureIsOneValueWithItsDay(t *testing.T) {
	frame := book.Draw(page(t, text.English, chart()...), 78, 38, false)
	for _, want := range []string{"Blood pressure  127/77 mmHg", "77.6 kg", "72 /min"} {
		if !strings.Contains(frame, want) {
			t.Errorf("no %q in\n%s", want, frame)
		}
	}
}

// A result that does not speak for today says how old it is, in each language; one that
// nobody repeated for years is told below the others, with its value, flag and year.
func TestAResultOfYearsAgoIsNotTakenForTodays(t *testing.T) {
	all := append(chart(), number(ehrdesk.KindLaboratory, "wbc", "6690-2", "White cell count", "14.2", "10*9/L", ehrdesk.FlagHigh, 2700),
		number(ehrdesk.KindObservation, "bmi", "39156-5", "Body mass index", "31.2", "kg/m2", ehrdesk.FlagHigh, 2500), number(ehrdesk.KindLaboratory, "k", "2823-3", "Potassium", "5.4", "mmol/L", ehrdesk.FlagHigh, 430))
	for lang, want := range map[text.Lang][]string{
		text.English: {"14 months ago", "2 older than 2 years, not repeated since", "14.2", "(2019)", "31.2", "(2020)"},
		text.Hant:    {"14 個月前", "2 項逾 2 年未覆查", "14.2", "(2019)"},
		text.Hans:    {"14 个月前", "2 项逾 2 年未复查", "14.2", "(2019)"},
	} {
		p := page(t, lang, all...)
		frame := book.Draw(p, 97, 72, false)
		for _, words := range want {
			if !strings.Contains(frame, words) {
				t.Errorf("%s: no %q in\n%s", lang.Tag(), words, frame)
			}
		}
	}
	frame := book.Draw(page(t, text.English, all...), 97, 72, false)
	if strings.Index(frame, "14.2") < strings.Index(frame, "8.9") || strings.Index(frame, "5.4 mmol") < strings.Index(frame, "8.9") {
		t.Errorf("what is old stands before what is recent:\n%s", frame)
	}
	if frame := book.Draw(page(t, text.English, chart()...), 97, 51, false); strings.Contains(frame, " ago") || strings.Contains(frame, "older than") {
		t.Errorf("what is recent is called old:\n%s", frame)
	}
}

// The four states of advance directives: in force, asserted that there is none, none
// recorded, not seen and why; and one that has to be read is no refusal.
func TestAdvanceDirectivesAreInOneOfTheirStates(t *testing.T) {
	consent := func(status string, besides ...ehrdesk.Beside) ehrdesk.Record {
		return record(ehrdesk.KindNote, "Consent", "c", "Advance directive 預設醫療指示", status, 40, ehrdesk.Facts{Besides: besides,
			Categories: []ehrdesk.Concept{{Codings: []ehrdesk.Coding{{System: "http://terminology.hl7.org/CodeSystem/consentcategorycodes", Code: "dnr"}}}}})
	}
	all := text.New()
	for _, lang := range text.Langs() {
		no, read := all.Chart.NoResuscitation[lang], all.Summary.Read[lang]
		for name, c := range map[string]struct {
			p         *summary.Page
			want, not string
		}{
			"in force":       {page(t, lang, consent("active")), no, read},
			"it permits":     {page(t, lang, consent("active", ehrdesk.Beside{Element: "permit"})), read, no},
			"it has ended":   {page(t, lang, consent("inactive")), fmt.Sprintf(all.Summary.NotInForce[lang], "1"), no},
			"asserted none":  {page(t, lang, record(ehrdesk.KindNote, "DocumentReference", "n", "No advance directive", "current", 9, ehrdesk.Facts{})), "No advance directive", no},
			"none recorded":  {page(t, lang), all.Summary.None[lang], no},
			"nothing came":   {summary.New(book.Never(lang)), all.Chart.NotReceived[lang], no},
			"no leave to it": {summary.New(book.Nurse(lang)), all.Chart.Hidden[lang], no},
		} {
			book.Fill(t, c.p)
			frame := book.Draw(c.p, 97, 90, false)
			at := strings.Index(frame, all.Summary.Directives[lang])
			if at < 0 {
				t.Fatalf("%s, %s: no such section in\n%s", lang.Tag(), name, frame)
			}
			begin := []rune(c.want) // it may go on in the next row
			c.want = string(begin[:min(len(begin), 16)])
			part := frame[at:]
			if c.not == no {
				part = frame
			}
			if !strings.Contains(frame[at:], c.want) || strings.Contains(part, c.not) {
				t.Errorf("%s, %s: no %q, or %q, in\n%s", lang.Tag(), name, c.want, c.not, frame)
			}
		}
	}
}

// What a command prints and what the screen shows are the same sections and lines.
func TestTheSectionsOfACommandAreThoseOfTheScreen(t *testing.T) {
	b := book.Of(text.English, chart()...)
	p := summary.New(b)
	book.Fill(t, p)
	book.Draw(p, 97, 400, false)
	read, ok := p.Read()
	if !ok {
		t.Fatal("nothing was laid out")
	}
	var got []string
	for _, l := range read.Lines {
		got = append(got, l.Text)
	}
	for _, s := range summary.Sections(b) {
		if s.ID == "" {
			t.Errorf("%s: no name for commands", s.Name)
		}
		if !slices.ContainsFunc(got, func(l string) bool { return strings.HasPrefix(l, s.Name) }) {
			t.Errorf("%s is not on the screen", s.Name)
		}
		for i := range s.Lines {
			if said := screen.Spoken(s.Lines[i].Said()...); !slices.Contains(got, said) {
				t.Errorf("%s: %q is not on the screen", s.Name, said)
			}
		}
		for _, words := range [...]string{s.Why, s.Below} {
			if words != "" && !slices.Contains(got, words) {
				t.Errorf("%s: %q is not on the screen", s.Name, words)
			}
		}
	}
}

func TestAnyKeysAtAnySizeLeaveALineSelected(t *testing.T) {
	keys := []intent.ID{intent.Up, intent.Down, intent.PageUp, intent.PageDown, intent.Top, intent.Bottom}
	all := chart()
	rapid.Check(t, func(rt *rapid.T) {
		p := page(t, rapid.SampledFrom(text.Langs()).Draw(rt, "language"), all[rapid.IntRange(0, len(all)-1).Draw(rt, "from"):]...)
		for range rapid.IntRange(0, 20).Draw(rt, "keys") {
			book.Draw(p, rapid.IntRange(1, 200).Draw(rt, "width"), rapid.IntRange(1, 60).Draw(rt, "height"), false)
			p.Handle(intent.Intent{ID: rapid.SampledFrom(keys).Draw(rt, "key")})
			if _, ok := p.Selected(); !ok && p.HintFor(intent.Accept) == "" { // a line without a record leads to a page
				rt.Fatal("nothing is selected")
			}
		}
	})
}

// people gives the records of the territory's person with that many thousand of them.
func people(b *testing.B, times int) (all []ehrdesk.Record) {
	b.Helper()
	for _, body := range territory.New(territory.Options{Patients: 43, Seed: 1, Now: book.Now()}).Person(9).Resources {
		res, err := fhir.Read(body)
		if err != nil {
			b.Fatal(err)
		}
		r := res.Record()
		for i := range times {
			r.ID = fmt.Sprint(res.Record().ID, "-", i)
			all = append(all, r)
		}
	}
	return all
}

func BenchmarkSummary200x60(b *testing.B) {
	for _, times := range []int{1, 10} {
		all := people(b, times)
		b.Run(fmt.Sprint(len(all)), func(b *testing.B) {
			p := summary.New(book.Of(text.Hant, all...))
			b.ReportAllocs()
			for b.Loop() {
				book.Fill(b, p)
				book.Draw(p, 97, 51, false)
			}
		})
	}
}

// What is not among a section's lines is said at every size, also where one row is all that
// the section has, and in whole words.
func TestWhatIsPastIsSaidWhereASectionHasOneRow(t *testing.T) {
	all := text.New().Summary
	one := []ehrdesk.Record{record(ehrdesk.KindDiagnosis, "Condition", "p", "Hypertension 高血壓", "active", 900, ehrdesk.Facts{}),
		record(ehrdesk.KindDiagnosis, "Condition", "past", "Pneumonia", "resolved", 800, ehrdesk.Facts{}),
		record(ehrdesk.KindReferral, "ServiceRequest", "r", "Nephrology", "completed", 400, ehrdesk.Facts{}), record(ehrdesk.KindReferral, "ServiceRequest", "r2", "Eye", "revoked", 500, ehrdesk.Facts{})}
	for i := range 12 {
		one = append(one, record(ehrdesk.KindNote, "Consent", fmt.Sprint("c", i), "Advance directive", "inactive", 40, ehrdesk.Facts{
			Categories: []ehrdesk.Concept{{Codings: []ehrdesk.Coding{{System: "http://terminology.hl7.org/CodeSystem/consentcategorycodes", Code: "dnr"}}}}}))
	}
	for _, lang := range text.Langs() {
		for _, size := range [][2]int{{66, 40}, {78, 40}, {58, 90}, {97, 51}} {
			frame := book.Draw(page(t, lang, one...), size[0], size[1], false)
			for _, want := range []string{fmt.Sprintf(all.Past[lang], "1"), fmt.Sprintf(all.Past[lang], "2"), fmt.Sprintf(all.NotInForce[lang], "12"), all.NoneOpen[lang]} {
				if !strings.Contains(frame, want) {
					t.Errorf("%s %v: no %q in\n%s", lang.Tag(), size, want, frame)
				}
			}
		}
		if frame := book.Draw(page(t, lang), 78, 40, false); strings.Contains(frame, all.NoneOpen[lang]) {
			t.Errorf("%s: no referral is recorded, and none is called open:\n%s", lang.Tag(), frame)
		}
	}
}

// A letter of the banner has its words in the summary, and leads to what it is about.
func TestTheLettersOfTheBannerHaveTheirWords(t *testing.T) {
	all := text.New().Chart.Risks
	for _, lang := range text.Langs() {
		b := book.Of(lang, chart()...)
		found := summary.Sections(b)
		last := found[len(found)-1]
		if last.ID != "risk" || len(last.Lines) != 1 || last.Lines[0].Title != "A" || last.Lines[0].Value != all["A"][lang] || last.Lines[0].To.ID != intent.PickType {
			t.Errorf("%s: %+v", lang.Tag(), last)
		}
		for _, s := range summary.Sections(book.Of(lang)) {
			if s.ID == "risk" {
				t.Errorf("%s: nothing is at risk: %+v", lang.Tag(), s)
			}
		}
	}
}

// Nothing recorded is told from known none, and from nothing that is open or current.
func TestCommandsTellNothingRecordedFromNone(t *testing.T) {
	empty := func(b *pages.Book) map[string]string {
		out := map[string]string{}
		for _, s := range summary.Sections(b) {
			out[s.ID] = s.Empty
		}
		return out
	}
	got := empty(book.Of(text.English))
	for _, id := range []string{"problems", "allergies", "medication"} {
		if got[id] != "not-recorded" {
			t.Errorf("nothing is recorded, %s says %q", id, got[id])
		}
	}
	stopped := drug("d", "Warfarin 3 mg tablet", "3 mg oral once daily", 900)
	stopped.Status = "stopped"
	got = empty(book.Of(text.English, record(ehrdesk.KindDiagnosis, "Condition", "past", "Pneumonia", "resolved", 800, ehrdesk.Facts{}), stopped))
	if got["problems"] != "none" {
		t.Errorf("all problems are past, and it says %q", got["problems"])
	}
	if got := empty(book.Never(text.English)); got["allergies"] != "unavailable" || got["problems"] != "" {
		t.Errorf("nothing has come, and it says %q", got)
	}
}

// A result that moves says from what, in how many months and by how many results.
func TestAResultThatMovesSaysInWhatTime(t *testing.T) {
	for lang, want := range map[text.Lang]string{text.English: "from 7.1 in 8 months (4 results)", text.Hant: "8 個月內由 7.1 起，共 4 次", text.Hans: "8 个月内由 7.1 起，共 4 次"} {
		for _, size := range [][2]int{{78, 40}, {110, 60}} {
			if frame := strings.Join(strings.Fields(book.Draw(page(t, lang, chart()...), size[0], size[1], false)), " "); !strings.Contains(frame, want) {
				t.Errorf("%s %v: no %q in\n%s", lang.Tag(), size, want, frame)
			}
		}
	}
}
