package fhir

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// TestADrugHasItsNameFromWhereverItStands, and where it stands nowhere the facts
// say what the reference says.
func TestADrugHasItsNameFromWhereverItStands(t *testing.T) {
	contained := func(product string) string {
		return `"contained":[{"resourceType":"Medication","id":"m_1",` + product + `},{"resourceType":"Substance","id":"s","code":{"text":"sertraline"}}],"medicationReference":{"reference":"#m_1"}`
	}
	strength := func(n, u, dn, du string) string {
		return `"strength":{"numerator":{"value":` + n + `,"unit":"` + u + `"},"denominator":{"value":` + dn + `,"unit":"` + du + `"}}`
	}
	for members, want := range map[string]string{
		`"medicationCodeableConcept":{"text":"paracetamol 500 mg tablet"}`:                                                                                       "paracetamol 500 mg tablet",
		`"medicationCodeableConcept":{"coding":[{"system":"urn:x","code":"1"},{"system":"http://www.whocc.no/atc","code":"N02BE01","display":"paracetamol"}]}`:   "paracetamol",
		`"medicationCodeableConcept":{"coding":[{"code":"N02BE01"}]}`:                                                                                            "N02BE01",
		contained(`"code":{"text":"amlodipine"}`):                                                                                                                "amlodipine",
		contained(`"ingredient":[{"itemCodeableConcept":{"text":"amlodipine"},` + strength("5", "mg", "1", "tablet") + `}]`):                                     "amlodipine 5 mg",
		contained(`"ingredient":[{"itemCodeableConcept":{"text":"morphine"},` + strength("10", "mg", "5", "mL") + `},{"itemCodeableConcept":{"text":"water"}}]`): "morphine 10 mg / 5 mL + water",
		contained(`"ingredient":[{"itemReference":{"reference":"#s"}}]`):                                                                                         "sertraline",
		contained(`"ingredient":[{"itemReference":{"reference":"#m_1"}}]`):                                                                                       "",
		contained(`"ingredient":[{"itemReference":{"reference":"Substance/x","display":"iron"}}]`):                                                               "iron",
		`"medicationReference":{"reference":"Medication/far","display":"ramipril"}`:                                                                              "ramipril",
		`"medication":{"concept":{"text":"of a later release"}}`:                                                                                                 "of a later release",
		`"medication":{"reference":{"reference":"Medication/x","display":"of a later release"}}`:                                                                 "of a later release",
		`"medicationReference":{"reference":"Medication/far"}`:                                                                                                   "",
		`"medicationReference":{"identifier":{"system":"urn:drug","value":"HK-55012"}}`:                                                                          "",
		`"status":"active"`: "",
	} {
		rec, f := readAs(t, "MedicationRequest", members)
		if rec.Title != want || f.Unnamed.Is != (want == "") || len(f.Parties) > 0 {
			t.Errorf("%s: %q, unnamed %+v, parties %v", members, rec.Title, f.Unnamed, f.Parties)
		}
	}
	r, _ := Read([]byte(`{"resourceType":"MedicationStatement","id":"a","medicationReference":{"reference":"https://x/fhir/Medication/far/_history/2"}}`))
	if _, links := r.Project(); links.Medication != (ehrdesk.Ref{Resource: "Medication", ID: "far"}) {
		t.Errorf("%+v", links)
	}
	if _, f := readAs(t, "MedicationRequest", `"medicationReference":{"identifier":{"value":"HK-55012"}}`); f.Unnamed.Identifier != "HK-55012" {
		t.Errorf("%+v", f.Unnamed)
	}
	if rec, _ := readAs(t, "Medication", `"ingredient":[{"itemCodeableConcept":{"text":"metformin"}}],"form":{"text":"tablet"}`); rec.Title != "metformin" {
		t.Errorf("a product is called %q", rec.Title)
	}
}

// TestAValueOfAnyTypeIsKeptAsItWasSent: digit by digit.
func TestAValueOfAnyTypeIsKeptAsItWasSent(t *testing.T) {
	for members, want := range map[string]string{
		`"valueQuantity":{"value":1.50,"unit":"mg/L"}`:                                 "q 1.50 mg/L",
		`"valueQuantity":{"value":100.000,"comparator":">=","code":"mg/L"}`:            "q >=100.000 mg/L",
		`"valueQuantity":{"value":12345678901234567890.12,"unit":"mg"}`:                "q 12345678901234567890.12 mg",
		`"valueQuantity":{"value":1e2,"unit":""}`:                                      "q 1e2 ",
		`"valueQuantity":{"value":-0.5,"unit":"mg"}`:                                   "q -0.5 mg",
		`"valueQuantity":{"value":"0.10","unit":"mg"}`:                                 "q 0.10 mg",
		`"valueQuantity":{"unit":"mg"}`:                                                "q  mg",
		`"valueInteger":210`:                                                           "n 210",
		`"valueDecimal":7.0`:                                                           "n 7.0",
		`"valueString":"no growth"`:                                                    "t no growth",
		`"valueBoolean":false`:                                                         "b false",
		`"valueCodeableConcept":{"coding":[{"code":"11214006","display":"Reactive"}]}`: "c Reactive",
		`"valueRatio":{"numerator":{"value":1},"denominator":{"value":160}}`:           "r 1:160",
		`"valueRange":{"low":{"value":1,"unit":"g"},"high":{"value":2,"unit":"g"}}`:    "R 1-2",
		`"valuePeriod":{"start":"2026-01","end":"2026-02-03"}`:                         "p 2026-01 2026-02-03",
		`"valueDateTime":"2026-01-02"`:                                                 "w 2026-01-02",
		`"valueDateTime":"soon"`:                                                       "w soon",
		`"valueTime":"08:30:00"`:                                                       "T 08:30:00",
		`"valueSampledData":{"data":"1 2 3"}`:                                          "sampled",
		`"valueAttachment":{"title":"ECG"}`:                                            "a ECG",
		`"valueReference":{"display":"x"}`:                                             "ref x",
		`"valueSomething":{"a":1}`:                                                     "other",
		`"valueQuantity":null`:                                                         "", `"valueString":""`: "", `"valueQuantity":{}`: "", `"valueQuantity":7`: "", `"value":{"value":1}`: "",
	} {
		_, f := observation(t, members)
		got := ""
		if len(f.Results) > 0 {
			got = shown(f.Results[0].Value)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", members, got, want)
		}
	}
}

func shown(v ehrdesk.Value) string {
	switch v.Kind {
	case ehrdesk.IsQuantity:
		return "q " + v.Low.Comparator + v.Low.Number + " " + unitOf(v.Low)
	case ehrdesk.IsNumber:
		return "n " + v.Low.Number
	case ehrdesk.IsText:
		return "t " + v.Text
	case ehrdesk.IsTruth:
		return "b " + v.Text
	case ehrdesk.IsConcept:
		return "c " + v.Concept.Words()
	case ehrdesk.IsRatio:
		return "r " + v.Low.Number + ":" + v.High.Number
	case ehrdesk.IsRange:
		return "R " + v.Low.Number + "-" + v.High.Number
	case ehrdesk.IsPeriod:
		return "p " + v.From.String() + " " + v.Until.String()
	case ehrdesk.IsWhen:
		return "w " + v.From.String() + v.Text
	case ehrdesk.IsTimeOfDay:
		return "T " + v.Text
	case ehrdesk.IsAttached:
		return "a " + v.Text
	case ehrdesk.IsReference:
		return "ref " + v.Text
	case ehrdesk.IsSampled:
		return "sampled"
	case ehrdesk.IsOther:
		return "other"
	}
	return ""
}

// TestComponentsStandBesideTheValue, and what is absent says why, wherever it is said.
func TestComponentsStandBesideTheValue(t *testing.T) {
	_, f := observation(t, `"valueQuantity":{"value":96,"unit":"%"},"component":[{"code":{"text":"Oxygen flow"},"valueQuantity":{"value":6,"unit":"L/min"}},{"code":{"text":"Systolic"},"dataAbsentReason":{"text":"cuff error"}},{},7,
		{"code":{"text":"Diastolic"},"_valueString":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"masked"}]}}]`)
	if len(f.Results) != 4 || f.Results[1].Code.Text != "Oxygen flow" || f.Results[2].Absent.Text != "cuff error" || f.Results[3].Absent.Words() != "masked" {
		t.Errorf("%+v", f.Results)
	}
	for _, members := range []string{`"dataAbsentReason":{"coding":[{"code":"error"}]}`, `"dataAbsentReason":{"text":"error"}`,
		`"valueQuantity":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"error"}]}`,
		`"_valueInteger":{"extension":{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"error"}}`} {
		if _, f := observation(t, members); len(f.Results) != 1 || f.Results[0].Absent.Words() != "error" {
			t.Errorf("%s: %+v", members, f.Results)
		}
	}
	if _, f := observation(t, `"hasMember":[{"reference":"Observation/d"},{"reference":"urn:uuid:x"}]`); len(f.Relations) != 1 || f.Relations[0].Ref.ID != "d" || len(f.Results) != 0 {
		t.Errorf("%+v", f)
	}
}

// TestWhatIsGraveIsNeverWhatWasLeftOut: of a panel that is longer than a row.
func TestWhatIsGraveIsNeverWhatWasLeftOut(t *testing.T) {
	var parts []string
	for i := range 60 {
		flag := "N"
		if i == 55 {
			flag = "HH"
		}
		parts = append(parts, fmt.Sprintf(`{"code":{"text":"c%d"},"valueInteger":%d,"interpretation":[{"coding":[{"code":"%s"}]}]}`, i, i, flag))
	}
	rec, f := observation(t, `"component":[`+strings.Join(parts, ",")+`]`)
	if rec.Flag != ehrdesk.FlagCriticalHigh || !f.More || len(f.Results) != maxList {
		t.Errorf("%q, more %v, %d results", rec.Flag, f.More, len(f.Results))
	}
}

// TestASiteIsNeverDropped: whichever element says which side.
func TestASiteIsNeverDropped(t *testing.T) {
	for name, c := range map[string][3]string{
		"a procedure's":      {"Procedure", `"bodySite":[{"text":"Left leg"},{"text":"below the knee"}]`, "Left leg|below the knee"},
		"a condition's":      {"Condition", `"bodySite":[{"coding":[{"code":"24028007","display":"Right"}]}]`, "Right"},
		"an observation's":   {"Observation", `"bodySite":{"text":"Right eye"}`, "Right eye"},
		"in words alone":     {"Condition", `"bodySite":"left hip"`, "left hip"},
		"a vaccine's":        {"Immunization", `"site":{"text":"left deltoid"}`, "left deltoid"},
		"a specimen's":       {"Specimen", `"collection":{"bodySite":{"text":"left ear"}}`, "left ear"},
		"a study's":          {"ImagingStudy", `"series":[{"bodySite":{"display":"Hand"},"laterality":{"display":"Left"}},{"bodySite":{"display":"Hand"},"laterality":{"display":"Right"}}]`, "Hand|Left|Right"},
		"a lens's":           {"VisionPrescription", `"lensSpecification":[{"eye":"right"},{"eye":"left"}]`, "right|left"},
		"a body structure's": {"BodyStructure", `"location":{"text":"breast"},"locationQualifier":[{"text":"left"}]`, "breast|left"},
		"a charge's":         {"ChargeItem", `"bodysite":[{"text":"right knee"}]`, "right knee"},
		"a medium's":         {"Media", `"bodySite":{"text":"left retina"}`, "left retina"},
		"a request's":        {"ServiceRequest", `"bodySite":[{"text":"right shoulder"}]`, "right shoulder"},
	} {
		if _, f := readAs(t, c[0], c[1]); words(f.Sites) != c[2] {
			t.Errorf("%s: %q, want %q", name, words(f.Sites), c[2])
		}
	}
	if _, f := readAs(t, "Encounter", `"location":[{"location":{"reference":"Location/w","display":"Ward 5"}}]`); len(f.Sites) != 0 || len(f.Parties) != 1 || f.Parties[0].Display != "Ward 5" {
		t.Errorf("a ward is no site: %+v", f)
	}
}

func TestAVaccineSaysWhatItWas(t *testing.T) {
	rec, f := readAs(t, "Immunization", `"status":"not-done","statusReason":{"text":"parent refused"},"vaccineCode":{"text":"MMR"},"occurrenceString":"at birth, abroad","recorded":"2026-03-20","isSubpotent":true,
		"lotNumber":"A-1","protocolApplied":[{"series":"primary","doseNumberPositiveInt":1,"seriesDosesPositiveInt":2},{"doseNumberString":"booster"}],"reasonCode":[{"text":"travel"}]`)
	if rec.Title != "MMR" || rec.Status != "not-done" || rec.Date.String() != "2026-03-20" || f.DateFrom != "recorded" || f.Lot != "A-1" || words(f.Reasons) != "travel" {
		t.Errorf("%+v %+v", rec, f)
	}
	if len(f.Doses) != 2 || f.Doses[0] != (ehrdesk.DoseGiven{Series: "primary", Number: "1", Of: "2"}) || f.Doses[1].Number != "booster" {
		t.Errorf("%+v", f.Doses)
	}
	if len(f.Times) != 2 || f.Times[1].Name != "recorded" || f.Times[0].Name != "occurrence" || f.Times[0].Text != "at birth, abroad" {
		t.Errorf("%+v", f.Times)
	}
}

// TestAConceptIsReadInAnyShape: as concept, coding, list, bare string; the
// source's own words first.
func TestAConceptIsReadInAnyShape(t *testing.T) {
	for code, want := range map[string]string{
		`{"text":"Diabetes","coding":[{"display":"x"}]}`: "Diabetes",
		`{"coding":[{"system":"urn:local","code":"Z99"},{"code":"E11.9"},{"code":"44054006","display":"Type 2 diabetes mellitus","userSelected":true}]}`: "Type 2 diabetes mellitus",
		`{"coding":{"code":"E11.9"}}`:     "E11.9",
		`{"code":"E11.9","display":"DM"}`: "DM",
		`[{"text":"DM"}]`:                 "DM",
		`"DM"`:                            "DM",
		`{"text":7,"coding":["x"]}`:       "",
		`{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"masked"}]}`: "",
		`null`: "", `7`: "", `[]`: "", `{}`: "",
		`{"text":"Hypertension","_text":{"extension":[{"url":"x","extension":[{"url":"content","valueString":"高血壓"}]}]}}`: "Hypertension",
	} {
		if rec, _ := readAs(t, "Condition", `"code":`+code); rec.Title != want {
			t.Errorf("%s: %q, want %q", code, rec.Title, want)
		}
	}
}

func TestFamilyHistoryAndAssessmentsSayWhatTheyFound(t *testing.T) {
	for members, resource := range map[string]string{`"finding":[{"itemCodeableConcept":{"text":"Stroke"}}]`: "ClinicalImpression",
		`"conclusionCode":[{"text":"Stroke"}]`: "DiagnosticReport", `"outcome":{"text":"Stroke"}`: "Procedure"} {
		if _, f := readAs(t, resource, members); words(f.Outcomes) != "Stroke" {
			t.Errorf("%s: %q", resource, words(f.Outcomes))
		}
	}
}

// TestALongTextIsCutAndSaidToBe: what the overview leaves out stands in the detail.
func TestALongTextIsCutAndSaidToBe(t *testing.T) {
	for _, unit := range []string{"word ", "長", "é", "e\u0301 "} {
		_, f := readAs(t, "Condition", `"code":{"text":"`+strings.Repeat(unit, 500)+`"}`)
		if got := f.Code.Text; len(got) > maxText+5 || !f.More || ehrdesk.CleanLine(got) != got || !strings.HasSuffix(got, " …") {
			t.Errorf("%q: %d bytes, more %v, %q", unit, len(got), f.More, got[len(got)-9:])
		}
	}
}

// TestAFocusThatIsTheSubjectSaysNothing: the result is the patient's all the same.
func TestAFocusThatIsTheSubjectSaysNothing(t *testing.T) {
	for focus, want := range map[string]int{
		`{"reference":"Patient/p"}`:                             0,
		`{"reference":"Patient/p","display":"LEE Tai Man"}`:     0,
		`{"reference":"Patient/p","display":"foetus"}`:          1,
		`{"reference":"Patient/donor"}`:                         1,
		`{"reference":"Device/pump","display":"infusion pump"}`: 1,
	} {
		_, f := readAs(t, "Observation", `"subject":{"reference":"Patient/p","display":"LEE Tai Man"},"focus":[`+focus+`]`)
		n := 0
		for _, p := range f.Parties {
			if p.Role == "focus" {
				n++
			}
		}
		if n != want {
			t.Errorf("%s: %d, want %d", focus, n, want)
		}
	}
}
