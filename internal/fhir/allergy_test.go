package fhir

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// readAs reads a resource of a type from its members.
func readAs(t testing.TB, resource, members string) (ehrdesk.Record, ehrdesk.Facts) {
	t.Helper()
	r, err := Read([]byte(`{"resourceType":"` + resource + `","id":"a",` + members + `}`))
	if err != nil {
		t.Fatalf("%s: %v", members, err)
	}
	rec := r.Record()
	f := rec.Facts()
	if f.Unread {
		t.Fatalf("%s: the facts do not open again", members)
	}
	return rec, f
}

func TestWhatSaysNoneIsNoAllergyCalledSo(t *testing.T) {
	const sct = `"system":"http://snomed.info/sct",`
	for members, want := range map[string]ehrdesk.Flag{
		`"code":{"coding":[{` + sct + `"code":"716186003","display":"No known allergy"}]}`:                                              "none-known",
		`"code":{"coding":[{` + sct + `"code":"160244002"}],"text":"No Known Allergies"}`:                                               "none-known",
		`"code":{"coding":[{` + sct + `"code":"409137002","display":"No known drug allergy"}]}`:                                         "none-known",
		`"code":{"coding":[{` + sct + `"code":"429625007"}]}`:                                                                           "none-known",
		`"code":{"coding":[{` + sct + `"code":"428607008"}]}`:                                                                           "none-known",
		`"code":{"coding":[{` + sct + `"code":"716220001"}]}`:                                                                           "none-known",
		`"code":{"coding":[{` + sct + `"code":"428197003"}]}`:                                                                           "none-known",
		`"code":{"coding":[{` + sct + `"code":"716184000"}]}`:                                                                           "none-known",
		`"code":{"coding":[{` + sct + `"code":"1003774007"}]}`:                                                                          "none-known",
		`"code":{"coding":[{"system":"urn:oid:2.16.840.1.113883.6.96","code":"716186003"}]}`:                                            "none-known",
		`"code":{"coding":[{` + sct + `"code":"999","display":"No known allergy to latex (situation)"}]}`:                               "none-known",
		`"code":{"coding":[{"system":"http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips","code":"no-known-food-allergies"}]}`: "none-known",
		`"code":{"coding":[{"system":"http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips","code":"no-allergy-info"}]}`:         "no-information",
		`"code":{"coding":[{"code":"716186003"}]}`:                                                                                      "none-known",
		`"code":{"coding":{` + sct + `"code":"716186003"}}`:                                                                             "none-known",
		`"code":{"coding":[{"system":"urn:local","code":"0"},{` + sct + `"code":"716186003"}],"text":"無已知過敏"}`:                          "none-known",
		`"code":{"coding":[{` + sct + `"code":"716186003"}],"text":"No known allergies, as told by the patient's son"}`:                 "none-known",
		`"code":{"coding":[{` + sct + `"code":"716186003"}]},"reaction":[{"manifestation":[{"text":"None"}]}]`:                          "none-known",
		`"code":{"text":"NKDA"}`: "none-known-text",
		`"code":{"coding":[{"system":"urn:local","code":"1","display":"Nil known"}]}`: "none-known-text",
		`"code":"NKDA"`: "none-known-text",
		`"code":{"text":"No known allergies","coding":[{` + sct + `"code":"91936005"}]}`:                           "",
		`"code":{"text":"NKDA","coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"7980"}]}`: "",
		`"code":{"text":"NKDA","coding":[{` + sct + `"code":"716186003"},{` + sct + `"code":"91936005"}]}`:         "",
		`"code":{"text":"Unknown","coding":[{` + sct + `"code":"716186003"}]}`:                                     "no-information",
		// what a code says and somebody's words deny is shown in those words
		`"code":{"coding":[{` + sct + `"code":"716186003"}],"text":"Penicillin"}`:                                          "",
		`"code":{"coding":[{` + sct + `"code":"716186003"}],"text":"Nil known but penicillin rash"}`:                       "",
		`"code":{"coding":[{` + sct + `"code":"716186003"}],"text":"無已知過敏，但對花生有反應"}`:                                       "",
		`"code":{"coding":[{` + sct + `"code":"716186003"},{` + sct + `"code":"764146007","display":"Penicillin"}]}`:       "",
		`"code":{"coding":[{` + sct + `"code":"716186003"}]},"reaction":[{"substance":{"text":"Penicillin"}}]`:             "",
		`"code":{"text":"None"},"reaction":[{"manifestation":[{"text":"rash"}]}]`:                                          "",
		`"code":{"coding":[{"system":"urn:other","code":"716186003","display":"Latex"}]}`:                                  "",
		`"code":{"coding":[{` + sct + `"code":"91936005","display":"Allergy to penicillin"}],"text":"no"}`:                 "",
		`"code":{"text":"Aspirin"},"verificationStatus":{"coding":[{"code":"unconfirmed"}]}`:                               "unconfirmed",
		`"code":{"text":"Aspirin"},"verificationStatus":"presumed"`:                                                        "unconfirmed",
		`"code":{"text":"Aspirin"},"verificationStatus":{"coding":[{"system":"urn:x","code":"Q"},{"code":"unconfirmed"}]}`: "unconfirmed",
		`"code":{"text":"Aspirin"},"verificationStatus":{"text":"Unconfirmed"}`:                                            "unconfirmed",
		`"code":{"text":"Aspirin"},"verificationStatus":{"coding":[{"code":"confirmed"}]}`:                                 "",
		`"code":{"coding":[{` + sct + `"code":"409137002"}]},"verificationStatus":{"coding":[{"code":"unconfirmed"}]}`:     "none-known",
	} {
		if rec, _ := readAs(t, "AllergyIntolerance", `"patient":{"reference":"Patient/p"},`+members); rec.Flag != want {
			t.Errorf("%s: %q, want %q", members, rec.Flag, want)
		}
	}
}

// TestWordsAssertNoneOnlyWhereNothingElseStandsInThem: a substance is never
// swallowed, and "not known" is not "none known".
func TestWordsAssertNoneOnlyWhereNothingElseStandsInThem(t *testing.T) {
	for want, list := range map[assertion][]string{
		noneKnownSaid: {"NKDA", "nka", "N.K.D.A.", "NKDA / NKFA", "Nil", "None.", "nil known", "None known", "No known allergies", "No Known Drug Allergies.", "no allergies",
			"No known drug, food or latex allergies", "No known allergies; no known food allergies", "Known drug allergies: none", "Allergies: NKDA", "Allergies - none",
			"NKDA (no known drug allergies)", "Patient denies any allergies", "denies drug allergy", "No known allergy to latex", "No history of allergy", "no adverse reactions",
			"Not allergic to any medicine", "no reported allergies", "No known allergies (situation)", "no known allergies recorded", "No drug allergies & no food allergies",
			"無已知過敏", "无已知过敏", "沒有藥物過敏", "無藥物及食物過敏", "無過敏史", "否認過敏史", "未有已知藥物過敏反應", "沒有 已知 的 過敏。", "無藥物敏感", "並無過敏", "无药物不良反应过敏", "沒有藥物不良反應過敏"},
		nothingKnown: {"Unknown", "not known", "Allergies not known", "allergy status unknown", "not recorded", "None recorded", "No allergies recorded", "no information", "Unable to obtain",
			"not assessed", "不詳", "過敏史不詳", "未知", "沒有紀錄", "無過敏紀錄"},
		aboutSomething: {"", "-", "no", "n", "Penicillin", "no known allergy to penicillin", "nil – but penicillin rash", "None (penicillin)", "NKDA except aspirin", "No. 7 dye",
			"latex allergy", "Latex allergy, no known drug allergies", "No known food allergies, latex allergy", "Latex - no known drug allergies", "no known drug allergies, latex allergy",
			"No history, latex allergy", "food allergy and no drug allergy", "known allergies", "allergy", "Nonoxynol", "Noni juice", "Nilutamide", "Not tolerating ACE inhibitors",
			"No known allergies " + strings.Repeat("x", 700), "NKDA?", "K", "A D", "NKDA, latex", "NKDA – latex", "NKDA (latex)", "NKDA; food", "NKDA/food", "No known drug allergies. Latex", "no known drug allergy, insect reaction", "no known drug, latex", "NKFA; drug: none; environmental",
			"Allergic to unknown drug", "Allergy status: unknown medicine reaction", "無已知藥物過敏，乳膠", "無已知過敏，食物反應", "无药物过敏；乳胶", "對盤尼西林過敏", "無盤尼西林過敏", "無,但對花生過敏", "無藥物過敏 食物過敏", "無花果", "過敏", "藥物過敏", "未知名藥物"},
	} {
		for _, s := range list {
			if got := said(s); got != want && !(s == "NKDA?" && got == noneKnownSaid) {
				t.Errorf("%q: %d, want %d", s, got, want)
			}
		}
	}
}

func TestAnAllergySaysWhatItIsToAndWhatHappened(t *testing.T) {
	rec, f := readAs(t, "AllergyIntolerance", `"patient":{"reference":"Patient/p"},"type":"intolerance","category":["medication","food"],"criticality":"high","code":{"text":"Cefazolin"},
		"onsetString":"in childhood","lastOccurrence":"2011","recordedDate":"2026-01-01","asserter":{"display":"Mother"},"note":[{"text":"see letter"}],
		"reaction":[{"substance":{"text":"Cefazolin 1 g"},"manifestation":[{"text":"hives"},{"coding":[{"display":"wheeze"}]}],"severity":"severe","onset":"2011-05","description":"within minutes"},{"manifestation":{"text":"swelling"}}]`)
	if rec.Title != "Cefazolin" || rec.Flag != "" || rec.Date.String() != "2026-01-01" || f.DateFrom != "recordedDate" || rec.Source != "Mother" {
		t.Errorf("%+v from %s", rec, f.DateFrom)
	}
	if f.Severity.Words() != "high" || words(f.Categories) != "intolerance|medication|food" || len(f.Reactions) != 2 || f.Notes != 1 {
		t.Errorf("%+v", f)
	}
	if x := f.Reactions[0]; x.Substance.Text != "Cefazolin 1 g" || words(x.Manifestations) != "hives|wheeze" || x.Severity != "severe" || x.Onset.String() != "2011-05" || x.Text != "within minutes" {
		t.Errorf("%+v", x)
	}
	if words(f.Reactions[1].Manifestations) != "swelling" || len(f.Times) != 3 || f.Times[0].Text != "in childhood" || f.Times[1].From.String() != "2011" || f.Times[2].Name != "recordedDate" {
		t.Errorf("%+v %+v", f.Reactions, f.Times)
	}
	for members, want := range map[string]string{ // what is named is the title, and what denies it stands beside it
		`"code":{"coding":[{"system":"http://snomed.info/sct","code":"716186003","display":"No known allergy"},{"code":"91936005","display":"penicillin G"}]}`: "penicillin G|No known allergy",
		`"code":{"coding":[{"system":"http://snomed.info/sct","code":"716186003"},{"code":"91936005","display":"penicillin G"}],"text":"No known allergy"}`:    "penicillin G|No known allergy",
		`"code":{"text":"NKDA"},"reaction":[{"substance":{"text":"latex"},"manifestation":[{"text":"rash"}]}]`:                                                 "latex|NKDA",
		`"code":{"text":"None"},"reaction":[{"manifestation":[{"text":"rash"}]}]`:                                                                              "|None",
		`"code":{"text":"No known allergies","coding":[{"system":"http://snomed.info/sct","code":"91936005"}]}`:                                                "91936005|No known allergies",
		`"substance":{"text":"Ibuprofen"},"status":"active"`:                                                                                                   "Ibuprofen|",
	} {
		rec, f := readAs(t, "AllergyIntolerance", members)
		also := ""
		for _, b := range f.Besides {
			also += b.Concept.Words()
		}
		if got := rec.Title + "|" + also; got != want || rec.Flag != ehrdesk.FlagNone {
			t.Errorf("%s: %q %q, want %q", members, got, rec.Flag, want)
		}
	}
	if rec, _ := readAs(t, "AllergyIntolerance", `"substance":{"text":"Ibuprofen"},"status":"unconfirmed"`); rec.Flag != ehrdesk.FlagUnconfirmed { // DSTU2
		t.Errorf("unconfirmed by its status: %q", rec.Flag)
	}
	if rec, _ := readAs(t, "AllergyIntolerance", `"type":"allergy","reaction":[{"substance":{"text":"Latex"}}]`); rec.Title != "Latex" {
		t.Errorf("the substance alone: %q", rec.Title)
	}
}

// words are concepts in one line.
func words(list []ehrdesk.Concept) string {
	var out []string
	for _, c := range list {
		out = append(out, c.Words())
	}
	return strings.Join(out, "|")
}
