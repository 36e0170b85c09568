package ui_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// head is the screen above the rule under the consent line, in one line.
func head(screen string) string {
	var out []string
	for row := range strings.Lines(screen) {
		if strings.HasPrefix(row, "───") {
			break
		}
		out = append(out, strings.TrimSpace(row))
	}
	return strings.Join(out, " ")
}

// An allergy that does not fit in a row takes more rows: its substance and its
// reaction are in the first view.
func TestALongAllergyIsShownWholeWithItsReaction(t *testing.T) {
	d := fake.New()
	d.Change("p2", func(f fake.Facts) {
		f.Allergies.Entries = []ehrdesk.AllergyEntry{
			{Substance: "penicillin", Reaction: "rash"},
			{Substance: "amoxicillin and clavulanic acid 阿莫西林克拉維酸", Reaction: "anaphylaxis with laryngeal oedema; urticaria"},
			{Substance: "aspirin", Reaction: "wheeze", Unconfirmed: true},
		}
	})
	p := open(signIn(play(t, d, "en", 80, 24), doctor), fake.Active)
	got := strings.ReplaceAll(head(p.Screen()), " ", "") // a break may stand between Chinese characters
	for _, want := range []string{"KNOWN ALLERGIES 3", "penicillin – rash", "amoxicillin and clavulanic acid 阿莫西林克拉維酸 – anaphylaxis with laryngeal oedema; urticaria", "aspirin – wheeze (unconfirmed)", "CONSENT"} {
		if !strings.Contains(got, strings.ReplaceAll(want, " ", "")) {
			t.Errorf("no %q above the list:\n%s", want, p.Screen())
		}
	}
}

func TestOfManyAllergiesEverySubstanceIsShown(t *testing.T) {
	names := []string{"penicillin", "aspirin", "ibuprofen", "co-trimoxazole", "erythromycin", "cefalexin", "codeine", "iodinated contrast medium 含碘造影劑", "latex", "peanut 花生", "shellfish", "amoxicillin and clavulanic acid 阿莫西林克拉維酸"}
	d := fake.New()
	d.Change("p2", func(f fake.Facts) {
		f.Allergies.Entries = nil
		for _, n := range names {
			f.Allergies.Entries = append(f.Allergies.Entries, ehrdesk.AllergyEntry{Substance: n, Reaction: "maculopapular rash with fever and facial swelling"})
		}
	})
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		p := open(signIn(play(t, d, "en", size[0], size[1]), doctor), fake.Active)
		got := strings.ReplaceAll(head(p.Screen()), " ", "")
		for _, n := range append([]string{"KNOWN ALLERGIES 12", "reactions: key 5"}, names...) {
			if !strings.Contains(got, strings.ReplaceAll(n, " ", "")) {
				t.Errorf("%v: no %q above the list:\n%s", size, n, p.Screen())
			}
		}
		p.Press("2").Want("General out-patient") // and there is a list still
	}
}

// The status of a medication decides whether it is taken: no list leaves it
// out, however long the dosage, and none cuts a status that is not a matter of
// course.
func TestAStatusIsNeverCut(t *testing.T) {
	long := "DOSE 3 mg on Monday, Wednesday and Friday, 2 mg on Tuesday and Thursday, 4 mg on Saturday and Sunday – oral – once a day in the evening – adjust by INR "
	statuses := map[string]string{"active": "active", "completed": "completed", "stopped": "stopped", "on-hold": "suspended", "": "no status", "entered-in-error": "ENTERED IN ERROR"}
	for _, size := range [][2]int{{80, 24}, {100, 30}, {120, 40}, {160, 50}, {200, 60}} {
		for n := range 9 {
			if testing.Short() && n%4 != 0 {
				continue // none, some that wrap and the longest
			}
			for status, want := range statuses {
				d := fake.New()
				d.Change("p2", func(f fake.Facts) {
					*f.Records = []ehrdesk.Record{{Kind: ehrdesk.KindMedication, Resource: "MedicationStatement", ID: "m", Date: ehrdesk.Day(2026, 11, 3), Title: "warfarin – tablet", Source: "Queen Mary Hospital 瑪麗醫院 Cardiology"}}
					fake.Say(&(*f.Records)[0], ehrdesk.Facts{Dosages: []ehrdesk.Dosage{{Text: strings.Repeat(long, n)}}})
					fake.Status(&(*f.Records)[0], status)
				})
				p := open(signIn(play(t, d, "en", size[0], size[1]), doctor), fake.Active).Press("9")
				if !strings.Contains(rows(p.Screen()), want) {
					t.Fatalf("%v: no %q beside a dosage of %d characters:\n%s", size, want, n*len(long), p.Screen())
				}
			}
		}
		for _, c := range []struct{ status, want string }{{"preliminary", "PRELIMINARY"}, {"entered-in-error", "ENTERED IN ERROR"}} {
			for _, flag := range []ehrdesk.Flag{"", ehrdesk.FlagCriticalHigh} {
				d := fake.New()
				d.Change("p2", func(f fake.Facts) {
					r := &(*f.Records)[7]
					fake.Status(r, c.status)
					r.Flag, r.Source = flag, "Prince of Wales Hospital 威爾斯親王醫院"
				})
				p := open(signIn(play(t, d, "en", size[0], size[1]), doctor), fake.Active).Press("3", "3")
				if got := rows(p.Screen()); !strings.Contains(got, c.want) || flag != "" && c.status != "entered-in-error" && strings.Count(got, "CRITICAL") < 2 {
					t.Errorf("%v: no %q:\n%s", size, c.want, p.Screen())
				}
			}
		}
	}
}

// rows is the list's part of the screen of a chart: between the first rule and
// the second, and below the banner where it has the whole width.
func rows(screen string) string {
	if !strings.Contains(screen, "│") {
		_, list, _ := strings.Cut(screen, "\n───") // the rule, and what stands in it
		_, list, _ = strings.Cut(list, "\n")
		return list
	}
	var out []string
	for row := range strings.Lines(screen) {
		if f := strings.Split(row, "│"); len(f) > 1 {
			out = append(out, f[1])
		}
	}
	return strings.Join(out, "\n")
}

func TestTheNumbersOfTheRailAreWhole(t *testing.T) {
	for n, printed := range map[int]string{10000: "10,000", 123456: "123,456"} {
		records := fake.Records("p10", n)
		for _, lang := range []string{"en", "zh-Hant"} {
			for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
				for k, kind := range map[string]ehrdesk.Kind{"3": ehrdesk.KindLaboratory, "6": ehrdesk.KindNote} {
					d := fake.New()
					d.Change("p10", func(f fake.Facts) {
						*f.Records = records
						for i := range records {
							records[i].Kind = kind
						}
					})
					p := open(signIn(play(t, d, lang, size[0], size[1]), doctor), fake.Big).Press(k, k)
					if size[0] == 80 { // the rail comes with the focus
						p.Press("left")
					}
					ok := false
					for row := range strings.Lines(p.Screen()) {
						rail, _, _ := strings.Cut(row, "│")
						ok = ok || strings.Contains(rail, k+" ") && strings.Contains(" "+rail+" ", " "+printed+" ")
					}
					if !ok {
						t.Errorf("%s %v: type %s has %s records, the rail does not say so:\n%s", lang, size, k, fmt.Sprint(n), p.Screen())
					}
				}
			}
		}
	}
}

func TestANumberWithoutARangeSaysSoAndWordsAreNotAssessed(t *testing.T) {
	d := fake.New()
	d.Change("p2", func(f fake.Facts) {
		r := (*f.Records)[3:7]
		for i, v := range []string{"6.8 mmol/L", "Positive", "1+", "4.2 mmol/L"} {
			fake.Result(&r[i], v, "", "")
			fake.Status(&r[i], "final")
		}
		fake.Result(&r[3], "4.2 mmol/L", "reference interval pending", "")
	})
	wide := open(signIn(play(t, d, "en", 200, 60), doctor), fake.Active).Press("3", "3")
	wide.Want("6.8 mmol/L  · no range given", "Positive  not assessed", "1+  not assessed", "4.2 mmol/L, range", "reference interval pending", "not assessed")
	open(signIn(play(t, d, "en", 80, 24), doctor), fake.Active).Press("3", "3").Want("6.8 mmol/L  ·  ", "Positive  not assessed").Deny("6.8 mmol/L  not assessed")
	wide.Press("f8").Want("· 沒有參考範圍")
}

func TestHelpCutsNoReason(t *testing.T) {
	for _, lang := range []string{"en", "zh-Hant"} {
		p := open(signIn(play(t, fake.New(), lang, 80, 24), doctor), fake.Active).Press("f1")
		want := map[string]string{"en": "the consent is active already; withdrawing is in Ctrl+P", "zh-Hant": "互通同意仍然有效；撤銷請按 Ctrl+P"}[lang]
		seen := ""
		for range 60 {
			seen += p.Screen()
			p.Press("down")
		}
		if got := strings.Join(strings.Fields(seen), ""); !strings.Contains(got, strings.ReplaceAll(want, " ", "")) {
			t.Errorf("help never shows %q:\n%s", want, p.Screen())
		}
	}
}

// An open chart asks for news by itself: seldom where the centre says when something has
// changed, each half minute where it does not, and at once when the line is back. So a
// consent withdrawn elsewhere closes the chart within that time.
func TestAnOpenChartAsksByItselfAsOftenAsItHasTo(t *testing.T) {
	for name, tt := range map[string]struct {
		deaf  bool
		after time.Duration
	}{"the centre says what changes": {false, 5 * time.Minute}, "it says nothing": {true, 30 * time.Second}} {
		t.Run(name, func(t *testing.T) {
			now := fake.Clock()
			d := fake.New()
			d.Deaf = tt.deaf
			cfg := config(d, "en")
			cfg.Now, cfg.IdleLock = func() time.Time { return now }, -1
			m, err := ui.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			p := open(signIn(uitest.Play(t, m, 120, 40), doctor), fake.Active)
			asked := d.Calls["sync"]
			now = now.Add(tt.after - time.Second)
			p.Press("down").Send(ui.Tick())
			if d.Calls["sync"] != asked {
				t.Error("asked too soon")
			}
			now = now.Add(time.Second)
			d.Fail["sync"] = ehrdesk.E("sync", ehrdesk.CodeConsentNeeded, nil)
			p.Send(ui.Tick())
			p.Want("consent").Deny("KNOWN ALLERGIES")
			if d.Calls["sync"] != asked+1 {
				t.Errorf("asked %d times", d.Calls["sync"]-asked)
			}
		})
	}
}
