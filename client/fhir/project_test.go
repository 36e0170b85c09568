package fhir

import (
	"bytes"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

func projected(t *testing.T, raw string) Resource {
	t.Helper()
	r, err := Project([]byte(raw))
	if err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return r
}

func TestProjectionKeepsTheDigitsAndTheWords(t *testing.T) {
	for name, c := range map[string]struct {
		raw  string
		want ehrdesk.Record
	}{
		"a result with its flag from the range": {
			`{"resourceType":"Observation","id":"a","status":"final","category":[{"coding":[{"code":"laboratory"}]}],"code":{"text":"Potassium 鉀"},"effectiveDateTime":"2026-04-08","valueQuantity":{"value":5.10,"unit":"mmol/L"},"referenceRange":[{"low":{"value":3.5,"unit":"mmol/L"},"high":{"value":5.09,"unit":"mmol/L"}}]}`,
			ehrdesk.Record{Kind: ehrdesk.KindLaboratory, Title: "Potassium 鉀", Value: "5.10 mmol/L", Range: "3.5 – 5.09 mmol/L", Flag: ehrdesk.FlagHigh, Assessed: true, Status: "final"}},
		"the source's own flag beats the range": {
			`{"resourceType":"Observation","id":"a","code":{"text":"X"},"valueQuantity":{"value":1,"unit":"g"},"interpretation":[{"coding":[{"code":"LL"}]}],"referenceRange":[{"high":{"value":9,"unit":"g"}}]}`,
			ehrdesk.Record{Kind: ehrdesk.KindObservation, Title: "X", Value: "1 g", Range: "≤ 9 g", Flag: ehrdesk.FlagCriticalLow, Assessed: true}},
		"another unit than the range's is not assessed": {
			`{"resourceType":"Observation","id":"a","code":{"text":"X"},"valueQuantity":{"value":1,"unit":"mg"},"referenceRange":[{"high":{"value":9,"unit":"g"}}]}`,
			ehrdesk.Record{Kind: ehrdesk.KindObservation, Title: "X", Value: "1 mg", Range: "≤ 9 g"}},
		"a text result is never normal": {
			`{"resourceType":"Observation","id":"a","code":{"text":"Culture"},"valueString":"no growth"}`,
			ehrdesk.Record{Kind: ehrdesk.KindObservation, Title: "Culture", Value: "no growth"}},
		"a less-than value is not compared": {
			`{"resourceType":"Observation","id":"a","code":{"text":"CRP"},"valueQuantity":{"value":5,"comparator":"<","unit":"mg/L"},"referenceRange":[{"high":{"value":3,"unit":"mg/L"}}]}`,
			ehrdesk.Record{Kind: ehrdesk.KindObservation, Title: "CRP", Value: "<5 mg/L", Range: "≤ 3 mg/L"}},
		"blood pressure by its parts": {
			`{"resourceType":"Observation","id":"a","code":{"text":"BP"},"component":[{"code":{"text":"Systolic"},"valueQuantity":{"value":128,"unit":"mmHg"}},{"code":{"text":"Diastolic"},"valueQuantity":{"value":80,"unit":"mmHg"}}]}`,
			ehrdesk.Record{Kind: ehrdesk.KindObservation, Title: "BP", Value: "Systolic 128 mmHg · Diastolic 80 mmHg"}},
		"why there is no value": {
			`{"resourceType":"Observation","id":"a","code":{"text":"Na"},"dataAbsentReason":{"text":"haemolysed"}}`,
			ehrdesk.Record{Kind: ehrdesk.KindObservation, Title: "Na", Value: "no value: haemolysed"}},
		"a drug with its dose": {
			`{"resourceType":"MedicationRequest","id":"a","status":"active","medicationCodeableConcept":{"coding":[{"display":"coded"}],"text":"warfarin tablet"},"dosageInstruction":[{"doseAndRate":[{"doseQuantity":{"value":3.0,"unit":"mg"}}],"route":{"text":"oral"},"timing":{"repeat":{"frequency":1,"period":1,"periodUnit":"d"}},"asNeededBoolean":true}]}`,
			ehrdesk.Record{Kind: ehrdesk.KindMedication, Title: "warfarin tablet", Value: "DOSE 3.0 mg – oral – once every day – as needed", Status: "active"}},
		"an order not to give": {
			`{"resourceType":"MedicationRequest","id":"a","doNotPerform":true,"medicationCodeableConcept":{"text":"aspirin"},"dosageInstruction":[{"text":"80 mg daily"}]}`,
			ehrdesk.Record{Kind: ehrdesk.KindMedication, Title: "DO NOT GIVE: aspirin", Value: "80 mg daily", Flag: ehrdesk.FlagDoNot}},
		"a range for some people only is shown and not applied": {
			`{"resourceType":"Observation","id":"a","code":{"text":"Hb"},"valueQuantity":{"value":120,"unit":"g/L"},"referenceRange":[{"low":{"value":130,"unit":"g/L"},"high":{"value":170,"unit":"g/L"},"appliesTo":[{"text":"men"}]},{"low":{"value":70,"unit":"g/L"},"high":{"value":155,"unit":"g/L"},"appliesTo":[{"text":"women"}]}]}`,
			ehrdesk.Record{Kind: ehrdesk.KindObservation, Title: "Hb", Value: "120 g/L", Range: "130 – 170 g/L (men); 70 – 155 g/L (women)"}},
		"a critical part makes a critical panel": {
			`{"resourceType":"Observation","id":"a","code":{"text":"Panel"},"component":[{"code":{"text":"Sodium"},"valueQuantity":{"value":140,"unit":"mmol/L"}},{"code":{"text":"Potassium"},"valueQuantity":{"value":7.1,"unit":"mmol/L"},"interpretation":[{"coding":[{"code":"HH"}]}]}]}`,
			ehrdesk.Record{Kind: ehrdesk.KindObservation, Title: "Panel", Value: "Sodium 140 mmol/L · Potassium 7.1 mmol/L HH", Flag: ehrdesk.FlagCriticalHigh, Assessed: true}},
		"an organisation by its name": {
			`{"resourceType":"Organization","id":"a","type":[{"text":"Healthcare Provider"}],"name":"MORTON HOSPITAL"}`,
			ehrdesk.Record{Kind: ehrdesk.KindPersonal, Title: "MORTON HOSPITAL", Value: "Healthcare Provider", Linked: true}},
		"a drug held inside": {
			`{"resourceType":"MedicationStatement","id":"a","contained":[{"resourceType":"Medication","id":"m","code":{"text":"aspirin"}}],"medicationReference":{"reference":"#m"}}`,
			ehrdesk.Record{Kind: ehrdesk.KindMedication, Title: "aspirin"}},
		"an allergy nobody has confirmed": {
			`{"resourceType":"AllergyIntolerance","id":"a","clinicalStatus":{"coding":[{"code":"active"}]},"verificationStatus":{"coding":[{"code":"unconfirmed"}]},"code":{"text":"penicillin"},"reaction":[{"manifestation":[{"text":"rash"},{"text":"wheeze"}]}]}`,
			ehrdesk.Record{Kind: ehrdesk.KindAllergy, Title: "penicillin", Value: "rash; wheeze", Status: "active", Flag: ehrdesk.FlagUnconfirmed}},
		"an assertion of none": {
			`{"resourceType":"AllergyIntolerance","id":"a","code":{"coding":[{"system":"http://snomed.info/sct","code":"716186003","display":"No known allergy"}]}}`,
			ehrdesk.Record{Kind: ehrdesk.KindAllergy, Title: "No known allergy", Flag: ehrdesk.FlagNoneKnown}},
		"escape sequences do not survive": {
			`{"resourceType":"Condition","id":"a","code":{"text":"Gout\u001b[31m\u202e!"}}`,
			ehrdesk.Record{Kind: ehrdesk.KindDiagnosis, Title: "Gout\ufffd!"}},
		"members of the wrong shape spoil only themselves": {
			`{"resourceType":"Observation","id":"a","status":{"odd":1},"category":7,"code":"plain","valueQuantity":["?"],"interpretation":true,"effectiveDateTime":12,"referenceRange":"x"}`,
			ehrdesk.Record{Kind: ehrdesk.KindObservation, Title: "plain"}},
		"what nobody knows is a note under its own name": {
			`{"resourceType":"FancyNewThing","id":"a"}`,
			ehrdesk.Record{Kind: ehrdesk.KindNote, Title: "FancyNewThing"}},
	} {
		got := projected(t, c.raw).Record
		got.Resource, got.ID, got.Date = "", "", ehrdesk.When{}
		if got != c.want {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, c.want)
		}
	}
}

func TestProjectSaysWhoseRecordItIs(t *testing.T) {
	for raw, want := range map[string]string{
		`{"resourceType":"Patient","id":"p"}`:                                                                    "p",
		`{"resourceType":"Observation","id":"a","subject":{"reference":"Patient/p"}}`:                            "p",
		`{"resourceType":"Immunization","id":"a","patient":{"reference":"https://x/fhir/Patient/p/_history/3"}}`: "p",
		`{"resourceType":"Task","id":"a","for":{"reference":"Patient/p"}}`:                                       "p",
		`{"resourceType":"Observation","id":"a","subject":{"reference":"Group/g"}}`:                              "",
		`{"resourceType":"Organization","id":"o"}`:                                                               "",
	} {
		if got := projected(t, raw).Patient; got != want {
			t.Errorf("%s: got %q, want %q", raw, got, want)
		}
	}
}

func TestProjectRefusesWhatIsNoResource(t *testing.T) {
	for _, raw := range []string{``, `[]`, `{}`, `{"resourceType":"Observation"}`, `{"resourceType":"Observation","id":"../x"}`, `{"resourceType":"Observation","id":"a"} {}`,
		`{"resourceType":"Observation","id":"a","id":"b"}`, "{\"resourceType\":\"Observation\",\"id\":\"\xff\"}", `{"resourceType":"Observation","id":"a"`} {
		if _, err := Project([]byte(raw)); ehrdesk.CodeOf(err) != ehrdesk.CodeTampered {
			t.Errorf("%s: %v", raw, err)
		}
	}
}

func TestElementsLeaveNothingOut(t *testing.T) {
	raw := `{"resourceType":"Observation","id":"a","meta":{"versionId":"3"},"text":{"status":"generated","div":"<div><p>Line one</p><p>Line &amp; two</p></div>"},
	"code":{"coding":[{"system":"s","code":"c","display":"Potassium"}],"text":"K"},"valueQuantity":{"value":1.10,"unit":"mmol/L"},"_effectiveDateTime":{"extension":[{"url":"u","valueString":"why"}]},
	"unknownElement":[{"deep":[1,2.50,true]}],"effectiveDateTime":"2026-04-08T09:41:00+08:00","contained":[{"resourceType":"X","id":"y","secret":"seen"}],"empty":[]}`
	els, err := Elements([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, e := range els {
		all.WriteString(strings.Repeat("  ", e.Depth) + e.Label + ": " + e.Value + "\n")
	}
	got := all.String()
	for _, want := range []string{"Line one\nLine & two", "Code: K", "Display: Potassium", "Value quantity: 1.10 mmol/L", "Value: 1.10", "Effective date time (more)", "why", "2.50",
		"true", "08-Apr-2026 09:41", "Secret: seen", "Empty: (empty)", "Version id: 3"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestParseBundleGivesTheExactBytes(t *testing.T) {
	res := `{"resourceType":"Observation","id":"a", "valueDecimal" : 1.10 ,"x":"陳\u0020"}`
	b, err := ParseBundle([]byte(`{"resourceType":"Bundle","type":"searchset","timestamp":"2026-04-08T01:02:03Z","total":7,"link":[{"relation":"self","url":"s"},{"relation":"next","url":"n"}],"entry":[{"fullUrl":"f","resource":` + res + `,"search":{"mode":"include"}},{"request":{"method":"DELETE","url":"Observation/b"},"extension":[{"url":"urn:example:hk:ext:tombstone-reason","valueCode":"deleted"}]}]}`))
	if err != nil || len(b.Entries) != 2 || b.Total != 7 || b.Next != "n" || b.Timestamp.IsZero() {
		t.Fatalf("%+v, %v", b, err)
	}
	if !bytes.Equal(b.Entries[0].Resource, []byte(res)) || b.Entries[0].Mode != "include" || b.Entries[1].Method != "DELETE" || b.Entries[1].Reason != "deleted" {
		t.Errorf("%s %+v", b.Entries[0].Resource, b.Entries[1])
	}
}

func FuzzProject(f *testing.F) {
	f.Add([]byte(`{"resourceType":"Observation","id":"a","code":{"text":"K"},"valueQuantity":{"value":1.10},"referenceRange":[{"low":{"value":1e9}}],"component":[{}]}`))
	f.Add([]byte(`{"resourceType":"Patient","id":"a","name":[{"text":"陳"}],"identifier":[{"system":"urn:example:hk:hkic","value":"A1234563"}],"_birthDate":{"extension":[{}]}}`))
	f.Add([]byte(`{"resourceType":"MedicationRequest","id":"a","dosageInstruction":[{"timing":{"repeat":{}}}],"contained":[{"id":"x"}],"medicationReference":{"reference":"#x"}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := Project(raw)
		if err != nil {
			return
		}
		if r.Record.Title == "" || !validID(r.Record.ID) {
			t.Error("a record without title or id")
		}
		for _, s := range []string{r.Record.Title, r.Record.Value, r.Record.Range, r.Record.Status, r.Record.Source} {
			if s != ehrdesk.CleanLine(s) {
				t.Errorf("unclean: %q", s)
			}
		}
		r.Links()
		if _, err := Elements(raw); err != nil {
			t.Errorf("projected, but not shown: %v", err)
		}
	})
}

func FuzzParseBundle(f *testing.F) {
	f.Add([]byte(`{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"a"}}],"link":[{"relation":"next","url":"x"}]}`))
	f.Add([]byte(`{"resourceType":"Bundle","entry":{"a":1}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		b, err := ParseBundle(raw)
		if err != nil {
			return
		}
		for _, e := range b.Entries {
			if len(e.Resource) > 0 && !bytes.Contains(raw, e.Resource) {
				t.Error("not the bytes received")
			}
		}
	})
}
