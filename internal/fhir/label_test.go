package fhir

import "testing"

// A label restricts however a sender spells it, and what cannot be read among the labels does.
func TestALabelRestrictsHoweverItIsSpelled(t *testing.T) {
	const conf = `"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality"`
	for security, want := range map[string]bool{
		`[{` + conf + `,"code":"R"}]`: true,
		`[{` + conf + `,"code":"V"}]`: true,
		`[{` + conf + `,"code":"N"}]`: false,
		`[{` + conf + `,"code":"n"},{` + conf + `,"code":"L"},{` + conf + `,"code":"M"},{` + conf + `,"code":"U"}]`: false,
		`[{` + conf + `,"display":"normal"}]`:                   false,
		`[{` + conf + `,"code":"N"},{` + conf + `,"code":"r"}]`: true,
		`[{"code":"R"}]`:                       true,
		`[{"code":"r"}]`:                       true,
		`[{"code":" V "}]`:                     true,
		`{"code":"R"}`:                         true,
		`[{"display":"Very  restricted"}]`:     true,
		`[{` + conf + `,"code":"restricted"}]`: true,
		`[{` + conf + `,"code":"HIV"}]`:        true,
		`[{` + conf + `}]`:                     true,
		`[{"system":"http://hl7.org/fhir/v3/Confidentiality","code":"R"}]`:                       true,
		`[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality/","code":"R"}]`:    true,
		`[{"system":"https://terminology.hl7.org/codesystem/V3-confidentiality","code":"v"}]`:    true,
		`[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality|2.0","code":"V"}]`: true,
		`[{"system":" urn:oid:2.16.840.1.113883.5.25 ","code":"V"}]`:                             true,
		`[{"system":"2.16.840.1.113883.5.25","code":"R"}]`:                                       true,
		`[{"system":"urn:oid:2.16.840.1.113883.5.25","code":"N"}]`:                               false,
		`[{"system":"urn:oid:2.16.840.1.113883.5.250","code":"R"}]`:                              false,
		`[{"system":7,"code":"R"}]`:                                                              true,
		`[[{"code":"R"}]]`:                                                                       true,
		`[{"code":5}]`:                                                                           true,
		`["R"]`:                                                                                  true,
		`"R"`:                                                                                    true,
		`[{"system":"urn:x","code":"R"}]`:                                                        false,
		`[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"HTEST"}]`:       false,
		`[{}]`:   false,
		`[null]`: false,
		`[]`:     false,
		`null`:   false,
	} {
		r, err := Read([]byte(`{"resourceType":"Condition","id":"c","meta":{"security":` + security + `}}`))
		if err != nil {
			t.Fatalf("%s: %v", security, err)
		}
		if r.Labelled() != want {
			t.Errorf("%s: labelled %v", security, !want)
		}
	}
	if r, _ := Read([]byte(`{"resourceType":"Patient","id":"c","meta":{"security":[{"code":"R"}]}}`)); r.Labelled() {
		t.Error("who somebody is was labelled")
	}
}
