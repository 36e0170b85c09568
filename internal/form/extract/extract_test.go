package extract_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/internal/form/extract"
)

const (
	core = "http://hl7.org/fhir/StructureDefinition/"
	sdc  = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
)

func read(t *testing.T, items string, more ...string) *form.Answers {
	t.Helper()
	f, err := form.Read(fmt.Appendf(nil, `{"resourceType":"Questionnaire","url":"http://example.org/q","title":"Title","status":"active"%s,"item":[%s]}`, strings.Join(more, ""), items), nil)
	if err != nil || f.Refused() {
		t.Fatalf("%v %+v", err, f.Unsupported)
	}
	return form.New(f)
}

// to is the form's extension that its items are elements of a type.
func to(resource string) string {
	return fmt.Sprintf(`,"extension":[{"url":%q,"extension":[{"url":"definition","valueCanonical":%q}]}]`, sdc+"definitionExtract", core+resource)
}

func of(path string) string {
	resource, _, _ := strings.Cut(path, ".")
	return fmt.Sprintf(`"definition":%q`, core+resource+"#"+path)
}

const observes = `,"extension":[{"url":"` + sdc + `observationExtract","valueBoolean":true}]`

func given() extract.Given {
	n := 0
	return extract.Given{
		Header: form.Header{ID: "r1", Subject: form.Pointer{Reference: "Patient/p1"}, Encounter: form.Pointer{Reference: "Encounter/e1"}, Author: form.Pointer{Reference: "Practitioner/d1"},
			Authored: ehrdesk.At(time.Date(2026, time.November, 30, 9, 30, 0, 0, ehrdesk.HongKong()))},
		NewID: func() string { n++; return fmt.Sprint("x", n) },
	}
}

func text(s string) form.Value { return form.Value{Kind: form.IsString, Text: s} }

func kg(n string) form.Value {
	return form.Value{Kind: form.IsQuantity, Text: n, Unit: ehrdesk.Coding{System: "http://unitsofmeasure.org", Code: "kg", Display: "kg"}}
}

func TestAnAnswerBecomesAnObservationOfItsCodeWithItsDigits(t *testing.T) {
	item := func(kind, more string) string {
		return fmt.Sprintf(`{"linkId":"1","type":%q,"text":"Thing","code":[{"system":"http://loinc.org","code":"1-8"}]%s}`, kind, more)
	}
	for _, c := range []struct {
		kind, more string
		answer     form.Value
		want       string
	}{
		{"quantity", "", kg("60.50"), `"valueQuantity":{"value":60.50,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}`},
		{"decimal", "", form.Value{Kind: form.IsDecimal, Text: "1.10"}, `"valueQuantity":{"value":1.10}`},
		{"integer", "", form.Value{Kind: form.IsInteger, Text: "7"}, `"valueInteger":7`},
		{"boolean", "", form.Value{Kind: form.IsBoolean, Text: "false"}, `"valueBoolean":false`},
		{"date", "", form.Value{Kind: form.IsDate, Text: "2026-05"}, `"valueDateTime":"2026-05"`},
		{"time", "", form.Value{Kind: form.IsTime, Text: "08:00:00"}, `"valueTime":"08:00:00"`},
		{"text", "", text("a\nb"), `"valueString":"a\nb"`},
		{"open-choice", "", text("other"), `"valueString":"other"`},
		{"choice", `,"answerOption":[{"valueCoding":{"system":"s","code":"a","display":"A"}}]`, form.Value{Kind: form.IsCoding, Coding: ehrdesk.Coding{System: "s", Code: "a", Display: "A"}}, `"valueCodeableConcept":{"coding":[{"system":"s","code":"a","display":"A"}],"text":"A"}`},
	} {
		a := read(t, item(c.kind, c.more+observes))
		if err := a.Set(form.At("1"), c.answer); err != nil {
			t.Fatal(err)
		}
		got, left := extract.Records(a, given())
		if len(got) != 1 || len(left) > 0 {
			t.Errorf("%s: %d %+v", c.kind, len(got), left)
			continue
		}
		want := `{"resourceType":"Observation","id":"x1","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"1-8"}],"text":"Thing"},"subject":{"reference":"Patient/p1"},"encounter":{"reference":"Encounter/e1"},"effectiveDateTime":"2026-11-30T09:30:00+08:00","performer":[{"reference":"Practitioner/d1"}],` + c.want + `,"derivedFrom":[{"reference":"QuestionnaireResponse/r1"}]}`
		if string(got[0].JSON) != want {
			t.Errorf("%s:\n%s\nwant\n%s", c.kind, got[0].JSON, want)
		}
		if r, err := fhir.Read(got[0].JSON); err != nil || r.Type != got[0].Type || r.ID != got[0].ID {
			t.Errorf("%v", err)
		}
	}
}

func TestOnlyWhatIsAskedAnsweredRightAndCodedBecomesAnObservation(t *testing.T) {
	const code = `,"code":[{"system":"http://loinc.org","code":"1-8"}]`
	for _, c := range []struct {
		name, items string
		answer      form.Value
	}{
		{"no answer", `{"linkId":"1","type":"quantity"` + code + observes + `}`, form.Value{}},
		{"an answer that is none", `{"linkId":"1","type":"decimal"` + code + observes + `}`, form.Value{Kind: form.IsDecimal, Text: "1."}},
		{"no code", `{"linkId":"g","type":"group"` + observes + `,"item":[{"linkId":"1","type":"string"}]}`, text("a")},
		{"not to be extracted", `{"linkId":"1","type":"string"` + code + `}`, text("a")},
		{"withheld", `{"linkId":"g","type":"group"` + observes + `,"item":[{"linkId":"1","type":"string"` + code + strings.Replace(observes, "true", "false", 1) + `}]}`, text("a")},
		{"not asked", `{"linkId":"0","type":"boolean"},{"linkId":"1","type":"string","enableWhen":[{"question":"0","operator":"=","answerBoolean":true}]` + code + observes + `}`, text("a")},
	} {
		a := read(t, c.items)
		if err := a.Set(form.At("1"), c.answer); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if got, _ := extract.Records(a, given()); len(got) > 0 {
			t.Errorf("%s: %s", c.name, got[0].JSON)
		}
	}
}

// What is somebody else's is never this patient's.
func TestAnswersAboutSomebodyElseMakeNoRecord(t *testing.T) {
	a := read(t, `{"linkId":"g","type":"group","item":[{"linkId":"who","type":"reference","extension":[{"url":"`+sdc+`isSubject","valueBoolean":true}]},{"linkId":"1","type":"quantity","code":[{"system":"http://loinc.org","code":"29463-7"}]`+observes+`}]}`)
	_ = a.Set(form.At("1", 0, 0), kg("3.2"))
	got, left := extract.Records(a, given())
	if len(got) > 0 || len(left) != 1 || left[0].Link != "1" || left[0].What != "isSubject" {
		t.Errorf("%d %+v", len(got), left)
	}
}

// A group with a code is one Observation, of the time that stands beside it.
func TestAPanelIsOneObservationOfItsTime(t *testing.T) {
	a := read(t, `{"linkId":"g","type":"group","repeats":true,"item":[{"linkId":"at","type":"dateTime",`+of("Observation.effective[x]")+`},
		{"linkId":"p","type":"group","code":[{"system":"http://loinc.org","code":"85354-9"}]`+observes+`,"item":[
			{"linkId":"s","type":"integer","code":[{"system":"http://loinc.org","code":"8480-6"}]},{"linkId":"n","type":"string",`+of("Observation.note.text")+`}]}]}`)
	if _, err := a.Add(form.At("g")); err != nil {
		t.Fatal(err)
	}
	for i, at := range []string{"2026-11-28", "2026-11-29"} {
		_ = a.Set(form.At("at", i, 0), form.Value{Kind: form.IsDateTime, Text: at})
		_ = a.Set(form.At("s", i, 0, 0), form.Value{Kind: form.IsInteger, Text: fmt.Sprint(120 + i)})
	}
	_ = a.Set(form.At("n", 1, 0, 0), text("sitting"))
	got, left := extract.Records(a, given())
	if len(got) != 2 || len(left) > 0 {
		t.Fatalf("%d %+v", len(got), left)
	}
	for i, want := range []string{`"effectiveDateTime":"2026-11-28"`, `"effectiveDateTime":"2026-11-29","performer":[{"reference":"Practitioner/d1"}],"note":[{"text":"sitting"}],"derivedFrom"`} {
		if s := string(got[i].JSON); !strings.Contains(s, want) || !strings.Contains(s, fmt.Sprintf(`"component":[{"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueInteger":%d}]`, 120+i)) {
			t.Errorf("%s", s)
		}
	}
}

func TestAPartBecomesARecordByTheDefinitionsOfItsItems(t *testing.T) {
	a := read(t, `{"linkId":"p","type":"group","repeats":true,"extension":[{"url":"`+sdc+`itemExtractionContext","valueCode":"Condition"}],"item":[
		{"linkId":"what","type":"string",`+of("Condition.code")+`},{"linkId":"since","type":"date",`+of("Condition.onsetDateTime")+`},{"linkId":"note","type":"text",`+of("Condition.note.text")+`}]}`)
	if _, err := a.Add(form.At("p")); err != nil {
		t.Fatal(err)
	}
	_ = a.Set(form.At("what", 0, 0), text("asthma"))
	_ = a.Set(form.At("since", 0, 0), form.Value{Kind: form.IsDate, Text: "2019"})
	_ = a.Set(form.At("what", 1, 0), text("gout"))
	got, left := extract.Records(a, given())
	if len(got) != 2 || len(left) > 0 {
		t.Fatalf("%d %+v", len(got), left)
	}
	const head = `{"resourceType":"Condition","id":"%s","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},"code":{"text":"%s"},"subject":{"reference":"Patient/p1"},"encounter":{"reference":"Encounter/e1"}%s,"recordedDate":"2026-11-30T09:30:00+08:00","recorder":{"reference":"Practitioner/d1"}}`
	for i, want := range []string{fmt.Sprintf(head, "x1", "asthma", `,"onsetDateTime":"2019"`), fmt.Sprintf(head, "x2", "gout", "")} {
		if string(got[i].JSON) != want {
			t.Errorf("%s\nwant\n%s", got[i].JSON, want)
		}
	}
}

func TestAPartBecomesAnObservationByDefinition(t *testing.T) {
	a := read(t, `{"linkId":"c","type":"choice","readOnly":true,"answerOption":[{"valueCoding":{"system":"http://loinc.org","code":"8302-2"},"initialSelected":true}],"extension":[{"url":"`+core+`questionnaire-hidden","valueBoolean":true}],`+of("Observation.code")+`},
		{"linkId":"v","type":"decimal","extension":[{"url":"`+core+`questionnaire-unit","valueCoding":{"system":"http://unitsofmeasure.org","code":"cm"}}],`+of("Observation.valueQuantity")+`},{"linkId":"at","type":"date",`+of("Observation.effectiveDateTime")+`}`, to("Observation"))
	if got, left := extract.Records(a, given()); len(got)+len(left) > 0 {
		t.Errorf("of nothing: %d %+v", len(got), left)
	}
	_ = a.Set(form.At("v"), form.Value{Kind: form.IsDecimal, Text: "170.0"})
	_ = a.Set(form.At("at"), form.Value{Kind: form.IsDate, Text: "2026-11"})
	got, left := extract.Records(a, given())
	want := `{"resourceType":"Observation","id":"x1","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8302-2"}]},"subject":{"reference":"Patient/p1"},"encounter":{"reference":"Encounter/e1"},"effectiveDateTime":"2026-11","performer":[{"reference":"Practitioner/d1"}],"valueQuantity":{"value":170.0,"system":"http://unitsofmeasure.org","code":"cm"},"derivedFrom":[{"reference":"QuestionnaireResponse/r1"}]}`
	if len(got) != 1 || len(left) > 0 || string(got[0].JSON) != want {
		t.Errorf("%+v %s\nwant %s", left, got, want)
	}
}

func TestARecordThatLacksWhatItHasToHaveIsNamedAndNotMade(t *testing.T) {
	for _, c := range []struct{ resource, items, want string }{
		{"Immunization", `{"linkId":"1","type":"string",` + of("Immunization.lotNumber") + `}`, "Immunization.vaccineCode"},
		{"AllergyIntolerance", `{"linkId":"0","type":"string","initial":[{"valueString":"penicillin"}],` + of("AllergyIntolerance.code") + `},{"linkId":"1","type":"string",` + of("AllergyIntolerance.reaction.description") + `}`, "AllergyIntolerance.reaction.manifestation"},
		{"Condition", `{"linkId":"1","type":"string",` + of("Condition.note.text") + `}`, "Condition.code"},
		{"Observation", `{"linkId":"1","type":"string",` + of("Observation.code") + `}`, "Observation.value"},
	} {
		a := read(t, c.items, to(c.resource))
		if err := a.Set(form.At("1"), text("x")); err != nil {
			t.Fatal(err)
		}
		got, left := extract.Records(a, given())
		if len(got) > 0 || len(left) != 1 || left[0].What != c.want || left[0].Why != form.Missing {
			t.Errorf("%s: %d %+v", c.resource, len(got), left)
		}
	}
	if got, left := extract.Records(read(t, `{"linkId":"1","type":"string",`+of("Condition.code")+`}`, to("Condition")), given()); len(got)+len(left) > 0 {
		t.Errorf("of nothing: %d %+v", len(got), left)
	}
}

// An element that stands once has one answer; that there was another is said.
func TestASecondAnswerToAnElementThatStandsOnceIsNamed(t *testing.T) {
	a := read(t, `{"linkId":"1","type":"string","repeats":true,`+of("Condition.code")+`}`, to("Condition"))
	_, err := a.Add(form.At("1"))
	if err != nil {
		t.Fatal(err)
	}
	_, _ = a.Set(form.At("1"), text("gout")), a.Set(form.At("1", 1), text("asthma"))
	got, left := extract.Records(a, given())
	if len(got) != 1 || len(left) != 1 || left[0] != (form.Unsupported{Link: "1", What: "definition code", Why: form.TooMuch, Weight: form.NotUsed}) {
		t.Errorf("%d %+v", len(got), left)
	}
}

func TestWhatNothingIsExtractedOfIsNamed(t *testing.T) {
	for _, c := range []struct {
		items, more string
		want        form.Unsupported
	}{
		{`{"linkId":"1","type":"string",` + of("Patient.name") + `}`, to("Patient"), form.Unsupported{What: "extraction to Patient", Why: form.Unknown, Weight: form.NotUsed}},
		{`{"linkId":"1","type":"string",` + of("Condition.stage.summary") + `}`, to("Condition"), form.Unsupported{Link: "1", What: "definition stage.summary", Why: form.Unknown, Weight: form.NotUsed}},
		{`{"linkId":"1","type":"string",` + of("Condition.subject") + `}`, to("Condition"), form.Unsupported{Link: "1", What: "definition subject", Why: form.Unknown, Weight: form.NotUsed}},
		{`{"linkId":"1","type":"boolean",` + of("Condition.code") + `}`, to("Condition"), form.Unsupported{Link: "1", What: "definition code", Why: form.Contradicts, Weight: form.NotUsed}},
		{`{"linkId":"1","type":"attachment","code":[{"code":"a"}]` + observes + `}`, "", form.Unsupported{Link: "1", What: "observationExtract", Why: form.Contradicts, Weight: form.NotUsed}},
		{`{"linkId":"1","type":"string"` + observes + `}`, "", form.Unsupported{Link: "1", What: "observationExtract without a code", Why: form.Missing, Weight: form.NotUsed}},
	} {
		if got := extract.Judge(read(t, c.items, c.more).Form()); len(got) != 1 || got[0] != c.want {
			t.Errorf("%+v, want %+v", got, c.want)
		}
	}
}

// A document says what was answered and asked, in the language that was asked for, without what is hidden.
func TestADocumentSaysWhatWasAnswered(t *testing.T) {
	const chinese = `"_text":{"extension":[{"url":"` + core + `translation","extension":[{"url":"lang","valueCode":"zh-Hant"},{"url":"content","valueString":"原因"}]}]}`
	a := read(t, `{"linkId":"t","type":"string","readOnly":true,"initial":[{"valueString":"Letter"}],"extension":[{"url":"`+core+`questionnaire-hidden","valueBoolean":true}],`+of("DocumentReference.type")+`},
		{"linkId":"g","type":"group","text":"Part","item":[{"linkId":"1","type":"text","text":"Reason",`+chinese+`},{"linkId":"2","type":"boolean","text":"Agreed"},{"linkId":"3","type":"date","text":"Day"},{"linkId":"4","type":"string","text":"Nothing"}]},
		{"linkId":"h","type":"group","text":"Empty","item":[{"linkId":"5","type":"string"}]}`, to("DocumentReference"))
	_ = a.Set(form.At("1", 0, 0), text("one\ntwo"))
	_ = a.Set(form.At("2", 0, 0), form.Value{Kind: form.IsBoolean, Text: "true"})
	_ = a.Set(form.At("3", 0, 0), form.Value{Kind: form.IsDate, Text: "2026-11-30"})
	for language, want := range map[string]string{
		"en":      "Title\n\nPart\nReason:\none\ntwo\nAgreed: yes\nDay: 30-Nov-2026\n",
		"zh-Hant": "Title\n\nPart\n原因:\none\ntwo\nAgreed: 是\nDay: 30-Nov-2026\n",
	} {
		in := given()
		in.Language = language
		got, left := extract.Records(a, in)
		if len(got) != 1 || len(left) > 0 {
			t.Fatalf("%d %+v", len(got), left)
		}
		o, err := fhir.Parse(got[0].JSON)
		if err != nil {
			t.Fatal(err)
		}
		words := ""
		fhir.Each(o.Raw("content"), func(v fhir.Value) {
			b, err := base64.StdEncoding.DecodeString(fhir.ObjectOf(fhir.ObjectOf(v).Raw("attachment")).Text("data"))
			if err != nil {
				t.Fatal(err)
			}
			words += string(b)
		})
		if words != want || fhir.ObjectOf(o.Raw("type")).Text("text") != "Letter" {
			t.Errorf("%q, want %q: %s", words, want, got[0].JSON)
		}
	}
}
