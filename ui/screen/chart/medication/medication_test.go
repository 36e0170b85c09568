package medication_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
	"github.com/ehrdesk/ehrdesk/internal/territory"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/medication"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

var now = time.Date(2026, 11, 28, 10, 0, 0, 0, time.FixedZone("HKT", 8*3600))

// chart has records, and no more.
type chart struct {
	ehrdesk.Chart
	list  []ehrdesk.Record
	asOf  time.Time
	truth ehrdesk.Truth
}

func (c *chart) List(ehrdesk.RecordType) []ehrdesk.Record { return c.list }
func (c *chart) AsOf() (time.Time, bool)                  { return c.asOf, false }
func (c *chart) Truth() ehrdesk.Truth                     { return c.truth }

// bench is a page with a chart of its own and a canvas.
type bench struct {
	*medication.Page
	chart *chart
	env   *screen.Env
	types []ehrdesk.TypeSummary
}

func open(lang text.Lang, list ...ehrdesk.Record) *bench {
	b := &bench{chart: &chart{list: list, asOf: now}, env: &screen.Env{T: text.New(), Lang: lang, Now: func() time.Time { return now }}}
	b.Page = medication.New(&page.Book{Env: b.env, Chart: b.chart, New: func(r *ehrdesk.Record) bool { return r.Updated.After(now) }, Types: func() []ehrdesk.TypeSummary { return b.types }})
	b.Set()
	return b
}

func (b *bench) press(ids ...intent.ID) *bench {
	for _, id := range ids {
		b.Handle(intent.Intent{ID: id})
	}
	return b
}

func (b *bench) screen(w, h int) string {
	c := paint.New(false)
	c.Reset(w, h, theme.Text)
	b.Draw(c, c.Bounds(), true)
	lines := strings.Split(ansi.Strip(c.String(theme.ByName("mono").Palette(0))), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// flat is the screen in one line, so that what is wrapped is found.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

func read(t testing.TB, raw []byte) (ehrdesk.Record, bool) {
	r, err := fhir.Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	rec := r.Record()
	return rec, rec.Kind == ehrdesk.KindMedication && !rec.Linked
}

// person is an inhabitant's medication.
func person(t testing.TB, i int) (out []ehrdesk.Record) {
	for _, raw := range territory.New(territory.Options{Patients: 60, Seed: 1, Now: now}).Person(i).Resources {
		if rec, ok := read(t, raw); ok {
			out = append(out, rec)
		}
	}
	slices.Reverse(out)
	return out
}

// bundle is the medication of a bundle in testdata.
func bundle(t testing.TB, name string) (out []ehrdesk.Record) {
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	b, err := fhir.ParseBundle(raw)
	if err != nil {
		t.Fatal(err)
	}
	for i := range b.Entries {
		rec := b.Entries[i].Resource.Record()
		if rec.Kind == ehrdesk.KindMedication && !rec.Linked {
			out = append(out, rec)
		}
	}
	return out
}

// made reads a resource's members as a medication request of its own.
func made(t testing.TB, n int, members string) ehrdesk.Record {
	rec, ok := read(t, fmt.Appendf(nil, `{"resourceType":"MedicationRequest","id":"m%d","subject":{"reference":"Patient/p"},%s}`, n, members))
	if !ok {
		t.Fatal("no medication")
	}
	return rec
}

func hard(t testing.TB) []ehrdesk.Record {
	return []ehrdesk.Record{
		made(t, 1, `"status":"active","intent":"order","authoredOn":"2026-11-03","medicationCodeableConcept":{"text":"Warfarin Sodium 1 MG Oral Tablet [Coumadin]"},"requester":{"display":"QMH Cardiology"},"dosageInstruction":[{"doseAndRate":[{"doseQuantity":{"value":3.50,"unit":"mg"}}],"route":{"text":"oral"},"timing":{"repeat":{"frequency":1,"period":1,"periodUnit":"d"}}}],"dispenseRequest":{"expectedSupplyDuration":{"value":84,"unit":"days","code":"d"}},"priorPrescription":{"reference":"MedicationRequest/m2"}`),
		made(t, 2, `"status":"stopped","intent":"order","authoredOn":"2026-05-03","medicationCodeableConcept":{"text":"warfarin tablet 1 mg"},"dosageInstruction":[{"doseAndRate":[{"doseQuantity":{"value":4,"unit":"mg"}}],"route":{"text":"oral"},"timing":{"repeat":{"frequency":1,"period":1,"periodUnit":"d"}}}]`),
		made(t, 3, `"status":"active","intent":"order","authoredOn":"2024-02-02","medicationCodeableConcept":{"text":"Lasix 40mg"},"dispenseRequest":{"expectedSupplyDuration":{"value":28,"unit":"days","code":"d"}},"dosageInstruction":[{"text":"one in the morning"}]`),
		made(t, 4, `"status":"on-hold","statusReason":{"text":"acute kidney injury"},"intent":"order","authoredOn":"2026-10-02","medicationCodeableConcept":{"text":"ramipril 5 mg tablet"}`),
		made(t, 5, `"status":"active","intent":"proposal","authoredOn":"2026-11-20","medicationCodeableConcept":{"text":"apixaban 5 mg tablet"}`),
		made(t, 6, `"status":"active","intent":"order","doNotPerform":true,"authoredOn":"2026-11-21","medicationCodeableConcept":{"text":"ibuprofen"}`),
		made(t, 7, `"intent":"order","authoredOn":"2026-11-01","medicationCodeableConcept":{"text":"insulin glargine 100 UNT/ML"},"dosageInstruction":[{"doseAndRate":[{"doseQuantity":{"value":18,"unit":"U"}}],"route":{"text":"subcutaneous"},"timing":{"repeat":{"when":["HS"],"frequency":1,"period":1,"periodUnit":"d"}}}]`),
		made(t, 8, `"status":"entered-in-error","intent":"order","medicationCodeableConcept":{"text":"morphine"}`),
		made(t, 9, `"status":"active","intent":"order","authoredOn":"2020-01-04","medicationCodeableConcept":{"text":"amoxicillin 500 mg capsule"},"dosageInstruction":[{"timing":{"repeat":{"boundsPeriod":{"start":"2020-01-04","end":"2020-01-09"}}},"text":"three times a day"}]`),
	}
}

func TestPages(t *testing.T) {
	for _, s := range []struct {
		name string
		list []ehrdesk.Record
		keys []intent.ID
	}{
		{"hard", hard(t), nil},
		{"warfarin", person(t, 35), nil},
		{"warfarin-history", person(t, 35), []intent.ID{intent.Bottom, intent.Fold, intent.Down}},
		{"past", person(t, 35), []intent.ID{intent.OtherView}},
		{"ips", bundle(t, "ips-medication.json"), nil},
		{"none", nil, nil},
	} {
		for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
			for _, lang := range []text.Lang{text.English, text.Hant} {
				t.Run(fmt.Sprintf("%s_%s_%dx%d", s.name, lang.Tag(), size[0], size[1]), func(t *testing.T) {
					w := size[0] - 24 // beside the types
					golden.RequireEqual(t, open(lang, s.list...).press(s.keys...).screen(w, size[1]-6)+"\n")
				})
			}
		}
	}
}

// NHS CUI MEDi-001 to 054: generic in lower case, BRAND in capitals, strength, form, DOSE,
// route, frequency, in this order, with em dashes and spaces between.
func TestTheMedicationLineHasItsOrder(t *testing.T) {
	got := flat(open(text.English, hard(t)[0]).screen(200, 20))
	if want := "warfarin sodium — COUMADIN — 1 mg — oral tablet — DOSE 3.5 mg — oral — once a day"; !strings.Contains(got, want) {
		t.Errorf("no %q in %s", want, got)
	}
	got = flat(open(text.English, hard(t)[6]).screen(200, 20))
	if want := "insulin glargine — 100 units per mL — DOSE 18 units — subcutaneous — once a day at bedtime"; !strings.Contains(got, want) {
		t.Errorf("no %q in %s", want, got)
	}
}

// MEDi-034: a dose is read with its interval; neither the word of a high-risk group nor
// the end of a line parts them where the two fit.
func TestADoseStandsInOneLineWithItsInterval(t *testing.T) {
	got := open(text.English, made(t, 1, `"status":"active","intent":"order","authoredOn":"2026-11-03","medicationCodeableConcept":{"text":"methotrexate 2.5 mg tablet"},"dosageInstruction":[{"doseAndRate":[{"doseQuantity":{"value":12.5,"unit":"mg"}}],"route":{"text":"oral"},"timing":{"repeat":{"frequency":1,"period":1,"periodUnit":"wk","dayOfWeek":["mon"]}}}]`)).screen(55, 20)
	if want := "DOSE 12.5 mg — oral — once a week on Monday\n"; !strings.Contains(got, want) {
		t.Errorf("no %q in\n%s", want, got)
	}
}

func TestAPastDrugSaysUntilWhen(t *testing.T) {
	order := func(n int, from string) ehrdesk.Record {
		return made(t, n, `"status":"completed","intent":"order","authoredOn":"`+from+`","medicationCodeableConcept":{"text":"simvastatin 10 mg tablet"},"dispenseRequest":{"expectedSupplyDuration":{"value":112,"unit":"days","code":"d"}}`)
	}
	got := flat(open(text.English, order(2, "2026-04-10"), order(1, "2025-12-20")).press(intent.OtherView).screen(80, 20))
	if want := "supplied to 31-Jul-2026"; !strings.Contains(got, want) {
		t.Errorf("no %q in %s", want, got)
	}
	// One that ended of late is no past drug: nobody said that it was to end.
	got = flat(open(text.English, order(3, "2026-07-31"), order(2, "2026-04-10"), order(1, "2025-12-20")).screen(80, 20))
	for _, want := range []string{"‹Current 1›", "of these 1 not renewed", "Not renewed: possibly still taken", "supply ended 20-Nov-2026, no new order"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
}

func TestTheHeadCountsWhatIsNotPlainlyTakenAndTwoOfAGroup(t *testing.T) {
	apixaban := made(t, 20, `"status":"active","intent":"order","authoredOn":"2026-11-20","medicationCodeableConcept":{"text":"apixaban 5 mg tablet"}`)
	if got := flat(open(text.English, hard(t)...).screen(80, 40)); !strings.Contains(got, "of these 1 unknown, 1 suspended, 1 no order") || strings.Contains(got, "of one group") {
		t.Error(got)
	}
	if got := flat(open(text.English, hard(t)[0], apixaban).screen(80, 40)); !strings.Contains(got, "2 current drugs of one group: anticoagulant") {
		t.Error(got)
	}
}

func TestTheGenericIsInLowerCaseAndStandsBeforeItsBrand(t *testing.T) {
	if got := flat(open(text.English, hard(t)[2]).screen(200, 20)); !strings.Contains(got, "furosemide — LASIX — 40 mg — one in the morning") {
		t.Error(got)
	}
}

func TestAStatusIsNeverBlank(t *testing.T) {
	states := regexp.MustCompile(`^  (Started|In force|Not started|Suspended|Completed|Discontinued|Unknown)(,| since| [0-3][0-9]-| ·|$)`)
	for _, list := range [][]ehrdesk.Record{hard(t), person(t, 35), bundle(t, "ips-medication.json"), {made(t, 1, `"medicationCodeableConcept":{"text":"x"}`)}} {
		for _, past := range []bool{false, true} {
			b := open(text.English, list...)
			if past {
				b.press(intent.OtherView)
			}
			lines := strings.Split(b.screen(500, 200), "\n")
			for i := 1; i+1 < len(lines); i++ {
				if l := strings.TrimPrefix(lines[i], "▸"); l != lines[i] || strings.HasPrefix(l, " ") && !strings.HasPrefix(l, "  ") && strings.Contains(l, "—") {
					if !states.MatchString(strings.TrimPrefix(lines[i+1], " ")) {
						t.Errorf("%q has no status in %q", lines[i], lines[i+1])
					}
				}
			}
		}
	}
}

func TestAPlanAHoldAndAProhibitionAreSaid(t *testing.T) {
	got := flat(open(text.English, hard(t)...).screen(200, 60))
	for _, want := range []string{"PROPOSAL", "Not started · dated 20-Nov-2026 · no order", "DO NOT GIVE: ibuprofen", "Suspended · begun 02-Oct-2026", "acute kidney injury", "Unknown · begun 01-Nov-2026", "supply to 01-Mar-2024 and none since: possibly not taken", "1 entered in error, not counted", "~ 4 mg — once a day until 03-Nov-2026"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	got = flat(open(text.English, hard(t)...).press(intent.OtherView).screen(200, 60))
	if !strings.Contains(got, "Unknown · begun 04-Jan-2020 · planned to end 09-Jan-2020; end not recorded") {
		t.Error(got)
	}
}

// The day that a drug was begun is not that of its end, of which nothing is recorded.
func TestAStoppedDrugDoesNotSayThatItWasStoppedWhenItBegan(t *testing.T) {
	got := flat(open(text.English, hard(t)[1]).press(intent.OtherView).screen(200, 20))
	if !strings.Contains(got, "Discontinued, on a day not recorded · begun 03-May-2026") {
		t.Error(got)
	}
}

func TestHighRiskIsMarkedInAWord(t *testing.T) {
	for lang, want := range map[text.Lang]string{text.English: "high risk: anticoagulant", text.Hant: "高危：抗凝血藥", text.Hans: "高危：抗凝血药"} {
		if got := open(lang, hard(t)[0]).screen(80, 10); !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
}

func TestTheFilterNoticeSaysWhatIsShownOfWhatThereIs(t *testing.T) {
	b := open(text.English, hard(t)...)
	for _, want := range []string{"‹Current 6› · Past 1", "showing 6 of 7", "v past"} {
		if got := flat(b.screen(80, 30)); !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	if got := flat(b.press(intent.OtherView).screen(80, 30)); !strings.Contains(got, "Current 6 · ‹Past 1›") || !strings.Contains(got, "showing 1 of 7") || !strings.Contains(got, "v current") {
		t.Error(got)
	}
}

// The look-ahead lines name what is above and below, the high-risk drugs with a mark.
func TestWhatIsOutOfSightIsCountedAndNamedAboveAndBelow(t *testing.T) {
	b := open(text.English, hard(t)...)
	if got := b.screen(80, 10); !strings.Contains(got, "▼ ") || !strings.Contains(got, "warfarin sodium !") || strings.Contains(got, "▲") {
		t.Errorf("below:\n%s", got)
	}
	if got := b.press(intent.Bottom).screen(80, 10); !strings.Contains(got, "▲ ") || !strings.Contains(got, "more · DO NOT GIVE: ibuprofen") || strings.Contains(got, "▼") {
		t.Errorf("above:\n%s", got)
	}
	if got := b.screen(200, 60); strings.Contains(got, "▲") || strings.Contains(got, "▼") {
		t.Errorf("all is in sight:\n%s", got)
	}
}

func TestAnEmptyListSaysWhy(t *testing.T) {
	b := open(text.English)
	if got := flat(b.screen(80, 10)); !strings.Contains(got, "No medication recorded.") {
		t.Error(got)
	}
	b.chart.asOf = time.Time{}
	if got := flat(b.screen(80, 10)); strings.Contains(got, "No medication recorded.") || !strings.Contains(got, "Nothing received yet") {
		t.Error(got)
	}
	b.chart.asOf, b.types = now, []ehrdesk.TypeSummary{{Type: ehrdesk.DiagnosisProcedureMedication, Hidden: true}}
	if got := flat(b.screen(80, 10)); strings.Contains(got, "No medication recorded.") || !strings.Contains(got, "Not shown for your role") {
		t.Error(got)
	}
	none := made(t, 1, `"status":"active","medicationCodeableConcept":{"coding":[{"system":"http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips","code":"no-known-medications"}]},"authoredOn":"2026-09-02","requester":{"display":"QMH"}`)
	if got := flat(open(text.English, none).screen(80, 10)); !strings.Contains(got, "No known medication · 02-Sep-2026 · QMH") {
		t.Error(got)
	}
}

// Nothing is shortened at any width: every word of the widest drawing is in the others.
func TestNothingIsTruncatedAtAnyWidth(t *testing.T) {
	list := append(hard(t), person(t, 35)...)
	rapid.Check(t, func(rt *rapid.T) {
		w := rapid.IntRange(30, 200).Draw(rt, "width")
		lang := rapid.SampledFrom(text.Langs()).Draw(rt, "language")
		b := open(lang, list...)
		wide, narrow := b.screen(2000, 400), b.screen(w, 400)
		if strings.Contains(narrow, "…") {
			rt.Fatalf("something is cut at %d:\n%s", w, narrow)
		}
		runes := func(s string) string {
			r := []rune(strings.Join(strings.Fields(strings.ReplaceAll(s, "·", "")), "")) // a dot between two attributes gives way to the end of a line
			slices.Sort(r)
			return string(r)
		}
		if a, b := runes(wide), runes(narrow); a != b {
			rt.Fatalf("at %d cells something is lost or added:\n%s", w, narrow)
		}
	})
}

// The digits of a line are those of its records.
func TestEveryDigitOfALineIsOfARecord(t *testing.T) {
	digits := regexp.MustCompile(`[0-9][0-9.]*`)
	for i := range hard(t) {
		rec := hard(t)[i]
		if rec.Void() {
			continue
		}
		b := open(text.English, rec)
		f := rec.Facts()
		var has strings.Builder
		has.WriteString(rec.Title + " " + rec.Date.Date() + " ")
		f.Texts(func(s string) { has.WriteString(s + " ") })
		for _, l := range strings.Split(b.screen(300, 20), "\n") {
			if !strings.HasPrefix(l, "▸") {
				continue
			}
			for _, n := range digits.FindAllString(l, -1) {
				if !strings.Contains(has.String(), strings.TrimSuffix(n, ".")) {
					t.Errorf("%s of %q is in no record: %s", n, l, has.String())
				}
			}
		}
	}
}

func TestTheHistoryUnfoldsAndItsRecordsAreOpened(t *testing.T) {
	b := open(text.English, hard(t)...)
	if !b.Select(ehrdesk.Ref{Resource: "MedicationRequest", ID: "m2"}) {
		t.Fatal("an older record is nowhere")
	}
	if got, _ := b.Selected(); got.ID != "m2" {
		t.Errorf("selected %s", got.ID)
	}
	got := flat(b.screen(200, 60))
	for _, want := range []string{"~ changed 03-Nov-2026", "+ started 03-May-2026"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	if b.press(intent.Fold); strings.Contains(b.screen(200, 60), "+ started") {
		t.Error("it does not fold")
	}
	if got, _ := b.Selected(); got.ID != "m1" {
		t.Errorf("selected %s", got.ID)
	}
	b.Set()
	if got, _ := b.Selected(); got.ID != "m1" {
		t.Errorf("after a sync %s is selected", got.ID)
	}
}

// Where not all drugs fit, the repeats are left to the history; since when a drug is
// taken, in whatever dose, never is.
func TestWhatASmallPageLeavesOutStandsInTheHistory(t *testing.T) {
	b := open(text.English, person(t, 35)...)
	if got := flat(b.screen(80, 8)); !strings.Contains(got, "23-Dec-2016 ~ 07-Aug-2026") || strings.Contains(got, "repeated") || strings.Contains(got, "supplied") || strings.Contains(got, "▼") {
		t.Error(got) // each with its dose and the days of it, rather than some out of sight
	}
	if got := flat(b.press(intent.Fold).screen(80, 8)); !strings.Contains(got, "Started 23-Dec-2016") || !strings.Contains(got, "repeated") {
		t.Error(got)
	}
}

// Whatever is pressed, the page draws within its place and something is selected.
func TestRandomKeysNeitherPanicNorLoseTheSelection(t *testing.T) {
	list := append(hard(t), person(t, 35)...)
	keys := []intent.ID{intent.Up, intent.Down, intent.PageUp, intent.PageDown, intent.Top, intent.Bottom, intent.Fold, intent.OtherView, intent.Trend}
	rapid.Check(t, func(rt *rapid.T) {
		b := open(text.English, list...)
		for range 30 {
			b.press(rapid.SampledFrom(keys).Draw(rt, "key"))
			w, h := rapid.IntRange(1, 120).Draw(rt, "w"), rapid.IntRange(1, 40).Draw(rt, "h")
			s := b.screen(w, h)
			if h > 12 && w > 40 && !strings.Contains(s, "▸") {
				rt.Fatalf("nothing is selected:\n%s", s)
			}
			if _, ok := b.Selected(); !ok {
				rt.Fatal("no record")
			}
		}
	})
}

// BenchmarkDraw is a frame of the page at 200×60, which has under 0.5 ms.
func BenchmarkDraw(b *testing.B) {
	p := open(text.Hant, person(b, 35)...)
	c := paint.New(false)
	b.ReportAllocs()
	for b.Loop() {
		c.Reset(176, 54, theme.Text)
		p.Draw(c, c.Bounds(), true)
	}
}

// A drug whose record came since this person last looked is marked in a word.
func TestADrugThatCameSinceOneLookedIsMarked(t *testing.T) {
	old := ehrdesk.Record{Kind: ehrdesk.KindMedication, Resource: "MedicationRequest", ID: "a", Title: "warfarin", Status: "active", Date: ehrdesk.At(now.AddDate(0, -1, 0))}
	fresh := old
	fresh.ID, fresh.Title, fresh.Updated = "b", "ibuprofen", now.Add(time.Minute)
	shot := open(text.English, old, fresh).screen(80, 20)
	lines := strings.Split(shot, "\n")
	for i, l := range lines {
		if strings.Contains(l, "warfarin") && strings.Contains(lines[i+1], "NEW") || strings.Contains(l, "ibuprofen") && !strings.Contains(l+lines[i+1], "NEW") {
			t.Errorf("marked wrongly:\n%s", shot)
		}
	}
	if !strings.Contains(shot, "NEW") {
		t.Errorf("nothing is marked:\n%s", shot)
	}
}

// The day of the last supply, and of the last dose given, stands where it is on record; a
// supply that was called off is none.
func TestTheDayOfTheLastSupplyIsSaid(t *testing.T) {
	supply := func(n int, status, day string) ehrdesk.Record {
		rec, _ := read(t, fmt.Appendf(nil, `{"resourceType":"MedicationDispense","id":"s%d","subject":{"reference":"Patient/p"},"status":%q,"whenHandedOver":%q,"medicationCodeableConcept":{"text":"amlodipine 5 mg tablet"}}`, n, status, day))
		return rec
	}
	order := made(t, 1, `"status":"active","intent":"order","authoredOn":"2026-05-03","medicationCodeableConcept":{"text":"amlodipine 5 mg tablet"}`)
	for lang, want := range map[text.Lang][2]string{text.English: {"supplied 02-Jul-2026", "supplied 2 times, last 04-Sep-2026"}, text.Hant: {"配藥 02-Jul-2026", "配藥 2 次，最近一次 04-Sep-2026"}, text.Hans: {"配药 02-Jul-2026", "配药 2 次，最近一次 04-Sep-2026"}} {
		for _, size := range [][2]int{{78, 20}, {58, 14}} {
			one := open(lang, order, supply(1, "completed", "2026-07-02"), supply(2, "cancelled", "2026-10-02"))
			if got := flat(one.screen(size[0], size[1])); !strings.Contains(got, want[0]) || strings.Contains(got, "02-Oct-2026") {
				t.Errorf("%s: no %q in\n%s", lang.Tag(), want[0], got)
			}
			two := open(lang, order, supply(1, "completed", "2026-07-02"), supply(3, "completed", "2026-09-04"))
			if got := flat(two.screen(size[0], size[1])); !strings.Contains(got, want[1]) {
				t.Errorf("%s: no %q in\n%s", lang.Tag(), want[1], got)
			}
		}
	}
	given, _ := read(t, []byte(`{"resourceType":"MedicationAdministration","id":"g","subject":{"reference":"Patient/p"},"status":"completed","effectiveDateTime":"2026-08-08","medicationCodeableConcept":{"text":"amlodipine 5 mg tablet"}}`))
	if got := flat(open(text.English, order, given).screen(78, 20)); !strings.Contains(got, "given 08-Aug-2026") {
		t.Errorf("%s", got)
	}
}

// No rows stay empty while drugs are hidden that they have room for: all of the names that
// are out of sight, and the beginning of the next drug where nothing is unsure of it.
func TestNoRowsAreEmptyWhileDrugsAreHidden(t *testing.T) {
	var plain []ehrdesk.Record
	for i, name := range []string{"amlodipine", "atorvastatin", "metformin", "losartan", "allopurinol", "omeprazole", "bisoprolol"} {
		plain = append(plain, made(t, 10+i, fmt.Sprintf(`"status":"active","intent":"order","authoredOn":"2026-0%d-03","medicationCodeableConcept":{"text":"%s 5 mg tablet"},"requester":{"display":"Kowloon East Family Medicine Clinic"},"reasonCode":[{"text":"as said at the last visit to the family clinic"}]`, 1+i, name)))
	}
	for _, lang := range text.Langs() {
		for h := 9; h < 30; h++ {
			b := open(lang, plain...)
			for range plain {
				lines := strings.Split(strings.TrimRight(b.screen(58, h), "\n"), "\n")
				empty := 0
				for _, l := range lines {
					if strings.TrimSpace(l) == "" {
						empty++
					}
				}
				if hidden := strings.ContainsAny(strings.Join(lines, ""), "▲▼"); hidden && empty > 1 { // one cannot hold a drug and how it stands
					t.Fatalf("%s, %d rows: %d are empty in\n%s", lang.Tag(), h, empty, strings.Join(lines, "\n"))
				}
				b.press(intent.Down)
			}
			if frame := b.screen(58, h); !strings.Contains(frame, "▲") && strings.Count(frame, "mg") < len(plain) {
				t.Fatalf("%s, %d rows: what is above is not named in\n%s", lang.Tag(), h, frame)
			}
		}
	}
	for h := 10; h < 24; h++ { // of one that may not be taken all is said, or nothing
		if frame := flat(open(text.English, hard(t)...).screen(58, h)); strings.Contains(frame, "one in the morning") && !strings.Contains(frame, "possibly not") {
			t.Errorf("%d rows:\n%s", h, frame)
		}
	}
}
