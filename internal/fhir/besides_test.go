package fhir

import (
	"slices"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

// TestWhatQualifiesARecordIsBesideIt: elements that few types have, and that change
// what a record says.
func TestWhatQualifiesARecordIsBesideIt(t *testing.T) {
	for _, c := range [][3]string{
		{"Immunization", `"reaction":[{"date":"2026-01-02","detail":{"reference":"Observation/r","display":"anaphylaxis"}}]`, "reaction anaphylaxis"},
		{"Immunization", `"reaction":[{"detail":{"reference":"Observation/r"}}]`, "reaction "},
		{"Immunization", `"reaction":[{"manifestation":{"concept":{"text":"fever"}}}]`, "reaction fever"},
		{"CarePlan", `"activity":[{"detail":{"code":{"text":"walk"},"doNotPerform":false}},{"detail":{"code":{"text":"lift"},"doNotPerform":true}}]`, "doNotPerform lift"},
		{"Consent", `"provision":{"type":"deny"}`, "deny "},
		{"Consent", `"provision":{"type":"deny","code":[{"text":"CPR"}],"provision":[{"type":"permit","code":[{"text":"transfusion"}]},{"type":"deny","code":[{"text":"platelets"}]}]}`, "deny CPR|permit transfusion|deny platelets"},
		{"Consent", `"provision":{"period":{"end":"2024-03-01"},"code":[{"text":"For resuscitation"}]}`, "provision For resuscitation until 2024-03-01"},
		{"Consent", `"provision":{"type":"deny","period":{"start":"2020-01-01","end":"2024"},"provision":[{"type":"permit","code":[{"text":"fluids"}]}]}`, "deny  until 2024|permit fluids"},
		{"Consent", `"provision":{"period":{"start":"2020-01-01"}}`, "provision  "},
		{"Consent", `"provision":{}`, ""},
		{"Immunization", `"reaction":[{"date":"2026-01-02"}]`, "reaction "},
		{"CarePlan", `"activity":[{"detail":{"description":"fluids by mouth","doNotPerform":true}}]`, "doNotPerform fluids by mouth"},
		{"ClinicalImpression", `"summary":"once"`, ""},
		{"Consent", `"decision":"deny"`, "deny "},
		{"NutritionOrder", `"excludeFoodModifier":[{"text":"peanut"},{"text":"egg"}]`, "excludeFoodModifier peanut|excludeFoodModifier egg"},
		{"Procedure", `"complication":[{"text":"bleeding"}],"complicationDetail":[{"display":"fever"}]`, "complication bleeding|complication fever"},
		{"ServiceRequest", `"orderDetail":[{"text":"without contrast"}]`, "orderDetail without contrast"},
		{"MedicationRequest", `"medicationCodeableConcept":{"text":"x"},"substitution":{"allowedBoolean":false}`, "substitution "},
		{"MedicationRequest", `"medicationCodeableConcept":{"text":"x"},"substitution":{"allowedBoolean":true}`, ""},
		{"MedicationDispense", `"medicationCodeableConcept":{"text":"x"},"substitution":{"wasSubstituted":true}`, "wasSubstituted "},
		{"DetectedIssue", `"detail":"two beta blockers","mitigation":[{"action":{"text":"one stopped"}}]`, "detail two beta blockers|mitigation one stopped"},
		{"ClinicalImpression", `"description":"x","summary":"not an infarct"`, "summary not an infarct"},
		{"Condition", `"code":{"text":"x"},"abatementBoolean":true`, "abatement "},
		{"Condition", `"code":{"text":"x"},"abatementBoolean":false`, ""},
		{"List", `"entry":[{"item":{"display":"kept"}},{"deleted":true,"item":{"display":"warfarin"}}],"emptyReason":{"text":"not asked"}`, "deleted warfarin|emptyReason not asked"},
		{"Group", `"characteristic":[{"code":{"text":"smoker"},"exclude":true}]`, "exclude smoker"},
		{"Encounter", `"hospitalization":{"dischargeDisposition":{"text":"died"}}`, "dischargeDisposition died"},
		{"Specimen", `"condition":[{"text":"clotted"}]`, "specimenCondition clotted"},
		{"Appointment", `"cancelationReason":{"text":"typhoon"}`, "cancelationReason typhoon"},
		{"RiskAssessment", `"prediction":[{"outcome":{"text":"stroke"},"probabilityDecimal":2.5,"qualitativeRisk":{"text":"low"}}]`, "prediction stroke 2.5% low"},
		{"FamilyMemberHistory", `"condition":[{"code":{"text":"cancer"},"onsetAge":{"value":41,"unit":"a"},"outcome":{"text":"died"},"contributedToDeath":true}]`, "condition cancer 41a died contributedToDeath"},
		{"Observation", `"reaction":[{"detail":{"display":"x"}}],"excludeFoodModifier":"x"`, ""},
		{"CarePlan", `"activity":[7,null,{"detail":[]},{"detail":{"doNotPerform":"true"}}]`, ""},
	} {
		_, f := readAs(t, c[0], c[1])
		var got []string
		for _, b := range f.Besides {
			s := b.Element + " " + b.Concept.Words()
			for _, v := range b.Values {
				s += " " + v.Low.Number + v.Low.Unit + v.Concept.Words()
				if !v.Until.IsZero() {
					s += "until " + v.Until.String()
				}
			}
			got = append(got, s)
		}
		if strings.Join(got, "|") != c[2] {
			t.Errorf("%s %s: %q, want %q", c[0], c[1], strings.Join(got, "|"), c[2])
		}
	}
	if _, f := readAs(t, "DiagnosticReport", `"codedDiagnosis":[{"text":"Stroke"}]`); words(f.Outcomes) != "Stroke" { // STU3
		t.Errorf("%q", words(f.Outcomes))
	}
	_, f := readAs(t, "MedicationRequest", `"medicationCodeableConcept":{"text":"x"},"dispenseRequest":{"validityPeriod":{"end":"2020-01-31"}},"dosageInstruction":[{"asNeededFor":[{"text":"pain"},{"text":"fever"}]}]`)
	if len(f.Times) != 1 || f.Times[0].Until.String() != "2020-01-31" || words(f.Dosages[0].AsNeededFor) != "pain|fever" {
		t.Errorf("%+v %+v", f.Times, f.Dosages)
	}
}

// TestWhatMayTurnAMeaningRoundIsMarked, wherever it stands.
func TestWhatMayTurnAMeaningRoundIsMarked(t *testing.T) {
	const ext = `"modifierExtension":[{"url":"urn:x:negated","valueBoolean":true}]`
	for members, want := range map[string]bool{
		ext:                                   true,
		`"implicitRules":"urn:x:rules"`:       true,
		`"dosageInstruction":[{` + ext + `}]`: true,
		`"contained":[{"resourceType":"Medication","id":"m",` + ext + `}]`:                        true,
		`"a":[[{"b":{` + ext + `}}]]`:                                                             true,
		`"contained":[{"resourceType":"Organization","id":"o",` + ext + `}]`:                      false,
		`"modifierExtension":[]`:                                                                  false,
		`"modifierExtension":[{}]`:                                                                false,
		`"implicitRules":""`:                                                                      false,
		`"extension":[{"url":"urn:x","valueString":"modifierExtension"}]`:                         false,
		`"note":[{"text":"\"modifierExtension\":[{}]"}]`:                                          false,
		`"a":` + strings.Repeat(`{"a":`, 100) + `{"implicitRules":""}` + strings.Repeat(`}`, 100): true, // deeper than anybody looks
		`"a":` + strings.Repeat(`[`, 100) + strings.Repeat(`]`, 100):                              false,
	} {
		if _, f := readAs(t, "MedicationRequest", members); f.Altered != want {
			t.Errorf("%.60s: %v", members, f.Altered)
		}
	}
}

func TestCodingsThatContradictOneAnotherAreBothKept(t *testing.T) {
	for _, c := range [][2]string{
		{`{"text":"Positive","coding":[{"display":"Negative"}]}`, "Negative"},
		{`{"text":"Positive","coding":[{"system":"http://snomed.info/sct","code":"260385009"}]}`, "260385009"},
		{`{"coding":[{"display":"Detected"},{"display":"Not detected"}]}`, "Not detected"},
		{`{"coding":[{"display":"Reactive"},{"display":"Non-reactive"}]}`, "Non-reactive"},
		{`{"text":"陽性","coding":[{"display":"Negative"}]}`, "Negative"},
		{`{"text":"amlodipine 10 mg","coding":[{"display":"Amlodipine 100 mg tablet"}]}`, "Amlodipine 100 mg tablet"},
		{`{"text":"Surgery of left knee","coding":[{"display":"Operation, right knee"}]}`, "Operation, right knee"},
		{`{"text":"levothyroxine 50 mcg","coding":[{"display":"Levothyroxine 0.05 mg tablet"}]}`, ""},
		{`{"text":"Positive","coding":[{"display":"Positive (qualifier value)"}]}`, ""},
		{`{"text":"Positive","coding":[{"display":"Detected"}]}`, ""},
		{`{"text":"Type 2 diabetes","coding":[{"code":"E11","display":"Non-insulin-dependent diabetes mellitus"}]}`, ""},
		{`{"text":"paracetamol 500 mg tablet","coding":[{"display":"Paracetamol 500mg tab, pack of 20"}]}`, ""},
		{`{"text":"co-amoxiclav 1 g","coding":[{"display":"amoxicillin 875 mg + clavulanic acid 125 mg (1,000 mg)"}]}`, ""},
		{`{"text":"Left and right hip","coding":[{"display":"Right hip"}]}`, ""},
		{`{"text":"Blood group Rh positive"}`, ""},
		{`{"text":"Gram negative bacilli","coding":[{"system":"http://snomed.info/sct","code":"10828004"}]}`, ""},
		{`{"text":"No growth","coding":[{"display":"Positive"}]}`, "Positive"},
		{`{"text":"No acid fast bacilli seen","coding":[{"display":"Detected"}]}`, "Detected"},
		{`{"text":"Positive","coding":[{"system":"urn:local","code":"ND"}]}`, ""},
		{`{"text":"paracetamol 120 mg/5 mL","coding":[{"display":"Paracetamol 24 mg/mL oral suspension"}]}`, ""},
		{`{"text":"levothyroxine 0,05 mg","coding":[{"display":"Levothyroxine 50 micrograms"}]}`, ""},
		{`{"text":"co-amoxiclav 625 mg","coding":[{"display":"amoxicillin 500 mg + clavulanic acid 125 mg"}]}`, ""},
	} {
		_, f := readAs(t, "Condition", `"code":`+c[0])
		i := slices.IndexFunc(f.Besides, func(b ehrdesk.Beside) bool { return b.Element == ehrdesk.BesideCoded })
		got := ""
		if i >= 0 {
			got = f.Besides[i].Concept.Text
		}
		_, f = readAs(t, "Observation", `"valueCodeableConcept":`+c[0])
		if got != c[1] || f.Results[0].Value.Text != c[1] {
			t.Errorf("%s: %q and %q, want %q", c[0], got, f.Results[0].Value.Text, c[1])
		}
	}
}

func TestADrugThatIsCalledTwoNames(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"amlodipine", "Amlodipine 5 mg tablet", false}, {"warfarin", "amlodipine 5 mg tablet", true}, {"amlodipine 10 mg", "amlodipine 5 mg", true},
		{"氨氯地平", "amlodipine", false}, {"oral tablet", "amlodipine", false}, {"", "x", false}, {"paracetamol tablets", "ibuprofen tablets", true},
		{"co-trimoxazole", "Trimethoprim 80 mg + sulfamethoxazole 400 mg", true},
	} {
		if Differs(c.a, c.b) != c.want || Differs(c.b, c.a) != c.want {
			t.Errorf("%q, %q: want %v", c.a, c.b, c.want)
		}
	}
	const med = `"medicationReference":{"reference":"#m","display":"warfarin"},"contained":[{"resourceType":"Medication","id":"m",`
	for members, want := range map[string]string{
		`"medicationCodeableConcept":{"text":"warfarin","coding":[{"display":"Amiodarone 200 mg"}]}`:             "warfarin|coded Amiodarone 200 mg",
		med + `"code":{"text":"amlodipine"}}]`:                                                                   "amlodipine|linkedDrug warfarin",
		med + `"status":"entered-in-error","code":{"text":"warfarin 1 mg"}}]`:                                    "warfarin 1 mg|drugInError ",
		med + `"code":{"coding":[{"code":"D9"}]},"ingredient":[{"itemCodeableConcept":{"text":"amiodarone"}}]}]`: "amiodarone|linkedDrug warfarin",
		med + `"code":{"coding":[{"code":"D9"}]}}]`:                                                              "warfarin|",
	} {
		rec, f := readAs(t, "MedicationRequest", members)
		got := rec.Title + "|"
		for _, b := range f.Besides {
			got += b.Element + " " + b.Concept.Text
		}
		if got != want {
			t.Errorf("%s: %q, want %q", members, got, want)
		}
	}
	if rec, _ := readAs(t, "Medication", `"code":{"coding":[{"code":"D9"}]},"ingredient":[{"itemCodeableConcept":{"text":"amiodarone"}}]`); rec.Title != "amiodarone" {
		t.Errorf("%q", rec.Title)
	}
}

// TestWhatWasEnteredInErrorIsNotCritical: its flag would be acted on.
func TestWhatWasEnteredInErrorIsNotCritical(t *testing.T) {
	rec, f := readAs(t, "Observation", `"status":"entered-in-error","valueQuantity":{"value":9,"unit":"g"},"interpretation":[{"coding":[{"code":"HH"}]}]`)
	if rec.Flag != ehrdesk.FlagNone || rec.Assessed || f.Results[0].Flag != ehrdesk.FlagCriticalHigh {
		t.Errorf("%q %v", rec.Flag, rec.Assessed)
	}
}

// A tag that names a public-private programme is a fact; any other tag is none.
func TestTheProgrammeOfARecordIsRead(t *testing.T) {
	for members, want := range map[string]string{
		`"meta":{"tag":[{"system":"urn:example:hk:programme","code":"GOPC-PPP","display":"GOPC PPP"}]},"status":"finished"`: "programme GOPC PPP",
		`"meta":{"tag":[{"system":"urn:example:hk:programme","code":"GOPC-PPP"}]},"status":"finished"`:                      "programme GOPC-PPP",
		`"meta":{"tag":[{"system":"urn:example:other","code":"test","display":"Test"}]},"status":"finished"`:                "",
		`"meta":{"tag":[{"system":"urn:example:hk:programme"}]},"status":"finished"`:                                        "",
	} {
		_, f := readAs(t, "Encounter", members)
		got := ""
		for _, b := range f.Besides {
			got += b.Element + " " + b.Concept.Words()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", members, got, want)
		}
	}
}
