package ui_test

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

const ourClinic = "Harbour Family Clinic"

// stated is what an element of a record says, by FHIR's code.
func stated(e ehrdesk.StateElement, code string) ehrdesk.State {
	return ehrdesk.State{Element: e, Concept: ehrdesk.Concept{Codings: []ehrdesk.Coding{{Code: code}}}}
}

// twoSides is a chart with a diagnosis, two allergies and two drugs of this provider's, of which others say otherwise, but of one;
// of one record it is not known whether its signature holds, and one names this provider without right.
func twoSides(d *fake.Desk) {
	snomed := func(words, code string) ehrdesk.Concept {
		return ehrdesk.Concept{Text: words, Codings: []ehrdesk.Coding{{System: "http://snomed.info/sct", Code: code, Display: words}}}
	}
	made := func(id string, k ehrdesk.Kind, resource, source string, at ehrdesk.When, status string, f ehrdesk.Facts) ehrdesk.Record {
		return ehrdesk.Record{Kind: k, Resource: resource, ID: id, Version: "1", Date: at, Updated: at.Time, Title: f.Code.Words(), Status: status, Source: source, Packed: f.Pack()}
	}
	problem := func(id, source string, at ehrdesk.When, status, verified string, onset int, severity ehrdesk.Concept) ehrdesk.Record {
		return made(id, ehrdesk.KindDiagnosis, "Condition", source, at, status, ehrdesk.Facts{Code: snomed("Asthma", "195967001"), Severity: severity,
			States: []ehrdesk.State{stated(ehrdesk.StateClinical, status), stated(ehrdesk.StateVerification, verified)},
			Times:  []ehrdesk.Timed{{Name: "onset", From: ehrdesk.Day(onset, 3, 4)}}})
	}
	allergy := func(id, source string, at ehrdesk.When, code ehrdesk.Concept, reaction, severity string) ehrdesk.Record {
		f := ehrdesk.Facts{Code: code, States: []ehrdesk.State{stated(ehrdesk.StateClinical, "active"), stated(ehrdesk.StateVerification, "confirmed")}}
		if reaction != "" {
			f.Reactions = []ehrdesk.Reaction{{Manifestations: []ehrdesk.Concept{snomed(reaction, "39579001")}, Severity: severity}}
		}
		return made(id, ehrdesk.KindAllergy, "AllergyIntolerance", source, at, "active", f)
	}
	drug := func(id, source string, at ehrdesk.When, name, number, unit string) ehrdesk.Record {
		return made(id, ehrdesk.KindMedication, "MedicationRequest", source, at, "active", ehrdesk.Facts{Code: ehrdesk.Concept{Text: name}, States: []ehrdesk.State{stated(ehrdesk.StateStatus, "active")},
			Dosages: []ehrdesk.Dosage{{Doses: []ehrdesk.DoseRate{{Dose: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: number, Unit: unit}}}}, Timing: ehrdesk.Timing{Frequency: "1", Period: "1", PeriodUnit: "d"}}}})
	}
	qmh, here := "Queen Mary Hospital 瑪麗醫院", ehrdesk.Day(2026, 11, 20)
	peanut := snomed("Peanut", "762952008")
	d.Change("p2", func(f fake.Facts) {
		*f.Records = append([]ehrdesk.Record{
			problem("own-1", ourClinic, here, "active", "confirmed", 2018, snomed("Moderate", "6736007")), problem("their-1", qmh, ehrdesk.Day(2026, 6, 2), "resolved", "confirmed", 2015, ehrdesk.Concept{}),
			allergy("own-2", ourClinic, here, peanut, "", ""), allergy("their-2", qmh, ehrdesk.Day(2022, 1, 9), peanut, "Anaphylaxis", "severe"),
			drug("own-3", ourClinic, here, "simvastatin 20 mg tablet", "20", "mg"), drug("their-3", qmh, ehrdesk.Day(2026, 6, 2), "simvastatin 20 mg tablet", "2", "tablet"),
			drug("own-4", ourClinic, here, "metformin 500 mg tablet", "500", "mg")}, *f.Records...)
	})
	d.Marked = map[ehrdesk.Ref]ehrdesk.RecordMark{}
	for id, m := range map[string]ehrdesk.RecordMark{"Condition/own-1": ehrdesk.MarkOwn | ehrdesk.MarkHolds, "AllergyIntolerance/own-2": ehrdesk.MarkOwn | ehrdesk.MarkHolds,
		"MedicationRequest/own-3": ehrdesk.MarkOwn | ehrdesk.MarkHolds, "MedicationRequest/own-4": ehrdesk.MarkOwn, "Condition/p2-16": ehrdesk.MarkClaimed} {
		resource, id, _ := strings.Cut(id, "/")
		d.Marked[ehrdesk.Ref{Resource: resource, ID: id}] = m
	}
}

// What this provider wrote has its sign in the lists, on the pages and in the record; what a source claims without right has none.
func TestWhatThisProviderWroteIsMarkedWhereverItStands(t *testing.T) {
	for lang, words := range map[string][3]string{
		"en":      {"◆ Written by this provider", "◇ Written by this provider, as its source says", "this provider has not signed"},
		"zh-Hant": {"◆ 由本機構寫入", "◇ 來源說由本機構寫入", "但本機構並沒有簽署"},
		"zh-Hans": {"◆ 由本机构写入", "◇ 来源说由本机构写入", "但本机构并没有签署"},
	} {
		t.Run(lang, func(t *testing.T) {
			d := fake.New()
			twoSides(d)
			p := open(signIn(play(t, d, lang, 80, 24), doctor), fake.Active)
			p.Press("9", "9").Want("◆ Asthma", "◇ metformin").Deny("◆ Atrial", "◇ Atrial").Press("enter")
			seen := [3]bool{}
			for range 12 { // each record of the list in turn
				for i, w := range words {
					seen[i] = seen[i] || strings.Contains(strings.Join(strings.Fields(p.Screen()), " "), w)
				}
				p.Press("n")
			}
			if seen != [3]bool{true, true, true} {
				t.Errorf("%q: seen %v\n%s", words, seen, p.Screen())
			}
		})
	}
}

// The signs have their words in the help, where nothing is seen they are said, and the filter finds what they are of.
func TestTheSignOfWhatThisProviderWroteHasItsWords(t *testing.T) {
	d := fake.New()
	twoSides(d)
	p := open(signIn(play(t, d, "en", 200, 60), doctor), fake.Active).Press("9", "9", "f").Want("Who wrote it", "◆ this provider", "≠ another source says otherwise", "this provider alone", "others alone")
	for range 30 {
		if p.Press("down"); strings.Contains(p.Screen(), "▸ [ ] ◆ this provider") {
			break
		}
	}
	p.Press("enter", "esc").Want("showing 3 of 8 · ◆ this provider", "metformin").Want("1–3 of 3")
	p.Press("f1").Want("◆ this provider wrote it", "◇ its source says", "≠ another source")
	d = fake.New()
	twoSides(d)
	said, _, _ := told(t, d, "en", append(signsIn, fake.Active, "", "9", "9", "quit")...)
	wants(t, said, "written here, Asthma", "written here by its source's word, not checked, metformin", "differs: Queen Mary Hospital 瑪麗醫院 02-Jun-2026: resolved")
	if strings.Contains(said, "◆") {
		t.Error("a sign is read")
	}
}

// Where another source says otherwise, both stand: in a line at the row and side by side in the record; nothing is merged.
func TestWhatOthersSayOtherwiseStandsBesideWhatThisProviderWrote(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {200, 60}} {
		d := fake.New()
		twoSides(d)
		p := open(signIn(play(t, d, "en", size[0], size[1]), doctor), fake.Active).Press("5")
		p.Want("◆ Peanut", "≠ Queen Mary Hospital", "Anaphylaxis")
		p.Press("enter").Want("Side by side: nothing is merged", "This provider", "not said", "severe")
	}
}

func ownScreen(keys ...string) func(*uitest.Player) {
	return func(p *uitest.Player) { open(signIn(p, doctor), fake.Active).Press(keys...) }
}

// In the table of tests, in its reports and beside a trend's values the sign stands at each value of this provider's, and at no other;
// it is there once the signature has been looked at, without the table being laid out anew, and where nothing is seen it is said.
func TestTheSignStandsAtTheValuesOfThisProvider(t *testing.T) {
	d := fake.New()
	of := ehrdesk.Ref{}
	d.Change("p2", func(f fake.Facts) {
		for _, r := range *f.Records {
			if strings.HasPrefix(r.Title, "Potassium") && of.ID == "" {
				of = r.Ref()
			}
		}
	})
	for _, size := range [][2]int{{80, 24}, {200, 60}} {
		d.Marked = map[ehrdesk.Ref]ehrdesk.RecordMark{of: ehrdesk.MarkOwn}
		p := open(signIn(play(t, d, "en", size[0], size[1]), doctor), fake.Active).Press("3").Want("6.8◇HH↑↑").Deny("134◇", "6.8◆")
		d.Marked[of] |= ehrdesk.MarkHolds
		p.Press("down", "up").Want("6.8◆HH↑↑").Deny("134◆", "6.8◇")
		for range 12 {
			if strings.Contains(p.Screen(), "▸Potassium") {
				break
			}
			p.Press("down")
		}
		p.Press("g").Want("6.8◆").Press("esc", "v").Want("◆")
	}
	said, _, _ := told(t, d, "en", append(signsIn, fake.Active, "", "3", "quit")...)
	wants(t, said, "written here, 14-Nov-2026 6.8")
	if strings.Contains(said, "◆") || strings.Contains(said, "written here, 14-Nov-2026 134") {
		t.Error(said)
	}
}
