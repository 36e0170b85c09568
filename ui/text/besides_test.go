package text

import (
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

func TestWhatQualifiesARecordIsSaidBesideIt(t *testing.T) {
	beside := func(element, words string, values ...ehrdesk.Value) ehrdesk.Facts {
		return ehrdesk.Facts{Besides: []ehrdesk.Beside{{Element: element, Concept: ehrdesk.Concept{Text: words}, Values: values}}}
	}
	years := func(n string) ehrdesk.Value {
		return ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: n, Unit: "a", Code: "a", System: "http://unitsofmeasure.org"}}
	}
	cause := ehrdesk.Value{Kind: ehrdesk.IsConcept, Concept: ehrdesk.Concept{Codings: []ehrdesk.Coding{{Code: "contributedToDeath"}}}}
	within := ehrdesk.Value{Kind: ehrdesk.IsRange, High: years("10").Low}
	percent := ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: "2.5", Unit: "%"}}
	deny := ehrdesk.Facts{Besides: []ehrdesk.Beside{{Element: "deny"}, {Element: "deny", Concept: ehrdesk.Concept{Text: "CPR"}}}}
	risk := beside("prediction", "stroke", percent)
	risk.Code.Text = "stroke"
	died := ehrdesk.Facts{Ages: []ehrdesk.Aged{{Name: "deceased", Low: years("61").Low}}, Times: []ehrdesk.Timed{{Name: "born", From: ehrdesk.Day(1950, 1, 2)}}}
	for _, c := range []struct {
		resource, title       string
		f                     ehrdesk.Facts
		want, value, hant, hv string
	}{
		{"Procedure", "Appendicectomy", beside("complication", "bleeding"), "Appendicectomy", "complication: bleeding", "Appendicectomy", "併發症：bleeding"},
		{"Immunization", "MMR", beside("reaction", ""), "MMR", "reaction: in the detail", "MMR", "接種後反應：見詳情"},
		{"CarePlan", "Back pain", beside("doNotPerform", "lifting"), "Back pain", "DO NOT DO: lifting", "Back pain", "不可進行：lifting"},
		{"Consent", "Research", deny, "Research", "REFUSED · REFUSED: CPR", "Research", "拒絕 · 拒絕：CPR"},
		{"MedicationRequest", "warfarin", beside(ehrdesk.BesideLinkedDrug, "amlodipine"), "warfarin", "the medicine it refers to is called: amlodipine · no dosage recorded", "warfarin", "所連結的藥物名為：amlodipine · 沒有用法紀錄"},
		{"MedicationRequest", "warfarin", beside(ehrdesk.BesideDrugInError, ""), "warfarin", "THE MEDICINE IT REFERS TO WAS ENTERED IN ERROR · no dosage recorded", "warfarin", "所連結的藥物資料屬錯誤輸入 · 沒有用法紀錄"},
		{"RiskAssessment", "stroke", risk, "RISK of stroke", "2.5 %", "風險：stroke", "2.5 %"},
		{"RiskAssessment", "Ten years", beside("prediction", "stroke", percent), "Ten years", "risk of stroke (2.5 %)", "Ten years", "風險：stroke（2.5 %）"},
		{"FamilyMemberHistory", "Mother", beside("condition", "breast cancer", years("41"), cause), "Mother", "breast cancer (at 41 years, a cause of the death)", "Mother", "breast cancer（41 歲時，為死因之一）"},
		{"RiskAssessment", "Ten years", beside("prediction", "stroke", within), "Ten years", "risk of stroke (at most 10 years)", "Ten years", "風險：stroke（最多 10 年）"},
		{"FamilyMemberHistory", "Father", died, "Father", "died at 61 years · born 02-Jan-1950", "Father", "死亡：61 歲時 · 出生：02-Jan-1950"},
		{"MedicationStatement", "ramipril", ehrdesk.Facts{Altered: true}, "! MEANING ALTERED, see the detail: ramipril", "no dosage recorded", "! 含義或已改變，見詳情：ramipril", "沒有用法紀錄"},
		{"AllergyIntolerance", "", ehrdesk.Facts{}, "substance not named", "reaction not recorded", "沒有註明致敏物", "沒有記錄反應"},
		{"Observation", "Potassium", ehrdesk.Facts{NoteText: "haemolysed", Notes: 3, Relations: []ehrdesk.Relation{{Role: "focus"}, {Role: "specimen", Display: "cord blood"}, {Role: "specimen"}}},
			"Potassium", "about something other than the patient: see the detail · specimen: cord blood · note: haemolysed · 2 more notes in the detail", "Potassium", "並非關於病人本身：見詳情 · 樣本：cord blood · 備註：haemolysed · 另有 2 項備註見詳情"},
		{"Observation", "Panel", ehrdesk.Facts{Relations: []ehrdesk.Relation{{Role: "hasMember", Display: "sodium"}, {Role: "hasMember"}}, Parties: []ehrdesk.Party{{Role: "focus", Display: "donor"}}},
			"Panel", "sodium, and 1 more in the list · about donor, not the patient as a whole", "Panel", "sodium，另 1 項見列表 · 關於 donor，並非病人整體"},
	} {
		r := ehrdesk.Record{Kind: ehrdesk.KindProcedure, Resource: c.resource, ID: "a", Title: c.title, Packed: c.f.Pack()}
		if row := said(English).Row(&r); row.Title != c.want || row.Value != c.value {
			t.Errorf("%s: %q, %q\nwant %q, %q", c.resource, row.Title, row.Value, c.want, c.value)
		}
		if row := said(Hant).Row(&r); row.Title != c.hant || row.Value != c.hv {
			t.Errorf("%s: %q, %q\nwant %q, %q", c.resource, row.Title, row.Value, c.hant, c.hv)
		}
	}
}

func TestASourceAndItsRangeThatDisagreeAreBothSaid(t *testing.T) {
	normal := []ehrdesk.Concept{{Codings: []ehrdesk.Coding{{System: "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", Code: "N"}}}}
	value := ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: "7.9", Unit: "mmol/L"}}
	ranges := []ehrdesk.Range{{Low: ehrdesk.Quantity{Number: "3.5", Unit: "mmol/L"}, High: ehrdesk.Quantity{Number: "5.1", Unit: "mmol/L"}}}
	f := ehrdesk.Facts{Results: []ehrdesk.Result{{Value: value, Interpretations: normal, Ranges: ranges, Flag: ehrdesk.FlagHigh, Assessed: true, Disputed: true}}}
	r := ehrdesk.Record{Kind: ehrdesk.KindLaboratory, Resource: "Observation", ID: "a", Title: "Potassium", Flag: ehrdesk.FlagHigh, Assessed: true, Packed: f.Pack()}
	row := said(English).Row(&r)
	if row.Value != "7.9 mmol/L, range 3.5–5.1 mmol/L" || row.Flag != "H ↑ high · the source says N normal" {
		t.Errorf("%q, %q", row.Value, row.Flag)
	}
	coded := ehrdesk.Facts{Results: []ehrdesk.Result{{Value: ehrdesk.Value{Kind: ehrdesk.IsConcept, Concept: ehrdesk.Concept{Text: "Positive"}, Text: "Negative"}}}}
	r = ehrdesk.Record{Kind: ehrdesk.KindLaboratory, Resource: "Observation", ID: "a", Title: "HIV", Packed: coded.Pack()}
	if row := said(English).Row(&r); row.Value != "Positive (coded: Negative)" {
		t.Errorf("%q", row.Value)
	}
	r.Status = "entered-in-error"
	if row := said(Hant).Row(&r); row.Flag != "" || row.Judged {
		t.Errorf("of a record in error: %q", row.Flag)
	}
	opposite := f
	opposite.Results = []ehrdesk.Result{{Value: value, Ranges: ranges, Flag: ehrdesk.FlagAbnormal, Assessed: true, Disputed: true,
		Interpretations: []ehrdesk.Concept{{Codings: []ehrdesk.Coding{{Code: "L"}}}}}}
	r = ehrdesk.Record{Kind: ehrdesk.KindLaboratory, Resource: "Observation", ID: "a", Title: "Potassium", Flag: ehrdesk.FlagAbnormal, Assessed: true, Packed: opposite.Pack()}
	if row := said(English).Row(&r); !strings.HasSuffix(row.Flag, "· the source says L low") {
		t.Errorf("low by its source and high by its range: %q", row.Flag)
	}
}

// TestCriticalIsSaidWhateverSaysIt: a flag without words reads as normal.
func TestCriticalIsSaidWhateverSaysIt(t *testing.T) {
	f := ehrdesk.Facts{Results: []ehrdesk.Result{{Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: "7.9", Unit: "mmol/L"}}, Flag: ehrdesk.FlagCritical, Assessed: true,
		Interpretations: []ehrdesk.Concept{{Text: "PANIC VALUE", Codings: []ehrdesk.Coding{{Code: "N"}}}}}}}
	r := ehrdesk.Record{Kind: ehrdesk.KindLaboratory, Resource: "Observation", ID: "a", Title: "Potassium", Flag: ehrdesk.FlagCritical, Assessed: true, Packed: f.Pack()}
	if row := said(English).Row(&r); row.Flag != "AA !! CRITICAL · N normal" || !row.Judged {
		t.Errorf("%q", row.Flag)
	}
	if row := said(Hant).Row(&r); row.Flag != "AA !! 危急 · N 正常" {
		t.Errorf("%q", row.Flag)
	}
	none := ehrdesk.Record{Kind: ehrdesk.KindAllergy, Resource: "AllergyIntolerance", ID: "a", Title: "NKDA", Flag: ehrdesk.FlagNoneText, Packed: (&ehrdesk.Facts{}).Pack()}
	if row := said(English).Row(&none); row.Flag != "none known, text, not coded" {
		t.Errorf("%q", row.Flag)
	}
	none.Status = "refuted"
	if row := said(English).Row(&none); row.Flag != "" {
		t.Errorf("refuted: %q", row.Flag)
	}
}
