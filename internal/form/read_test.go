package form_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
)

// questionnaire is one with the items that are given, and what else stands in it.
func questionnaire(items string, more ...string) []byte {
	return fmt.Appendf(nil, `{"resourceType":"Questionnaire","url":"http://example.org/q","version":"1","status":"active"%s,"item":[%s]}`, strings.Join(more, ""), items)
}

// read reads a form that has to be readable.
func read(t testing.TB, items string, more ...string) *form.Form {
	t.Helper()
	f, err := form.Read(questionnaire(items, more...), nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// usable is read of a form that is not refused.
func usable(t testing.TB, items string, more ...string) *form.Form {
	t.Helper()
	f := read(t, items, more...)
	if f.Refused() {
		t.Fatalf("refused: %+v", f.Unsupported)
	}
	return f
}

const (
	core = "http://hl7.org/fhir/StructureDefinition/"
	sdc  = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
)

// extension is an extension member with one extension.
func extension(url, value string) string {
	return fmt.Sprintf(`"extension":[{"url":%q,%s}]`, url, value)
}

func TestWhatIsNotSupportedIsNamedByItsItemAndItsName(t *testing.T) {
	const text = `{"linkId":"1","type":"string"}`
	for _, c := range []struct {
		name, items, more string
		want              form.Unsupported
	}{
		{"no items", ``, "", form.Unsupported{What: "item", Why: form.Missing, Weight: form.Refuses}},
		{"an item without a link", `{"type":"string"}`, "", form.Unsupported{What: "linkId", Why: form.Missing, Weight: form.Refuses}},
		{"a link twice", text + "," + text, "", form.Unsupported{Link: "1", What: "linkId", Why: form.Twice, Weight: form.Refuses}},
		{"a link with what a terminal carries out", `{"linkId":"\u001b[2J1","type":"string"}`, "", form.Unsupported{Link: "1", What: "linkId", Why: form.Malformed, Weight: form.Refuses}},
		{"no type", `{"linkId":"1"}`, "", form.Unsupported{Link: "1", What: "type", Why: form.Missing, Weight: form.Refuses}},
		{"a type of another version", `{"linkId":"1","type":"question"}`, "", form.Unsupported{Link: "1", What: "type question", Why: form.Unknown, Weight: form.Refuses}},
		{"an element of another version", `{"linkId":"1","type":"choice","options":{"reference":"x"}}`, "", form.Unsupported{Link: "1", What: "options", Why: form.Unknown, Weight: form.Refuses}},
		{"what may turn it round", `{"linkId":"1","type":"string","modifierExtension":[{"url":"http://example.org/not"}]}`, "", form.Unsupported{Link: "1", What: "modifierExtension not", Why: form.Unknown, Weight: form.Refuses}},
		{"the same of the form", text, `,"modifierExtension":[{"url":"http://example.org/not"}]`, form.Unsupported{What: "modifierExtension not", Why: form.Unknown, Weight: form.Refuses}},
		{"implicit rules", text, `,"implicitRules":"http://example.org"`, form.Unsupported{What: "implicitRules", Why: form.Unknown, Weight: form.Refuses}},
		{"an element that no form has", text, `,"status2":""`, form.Unsupported{What: "status2", Why: form.Unknown, Weight: form.Refuses}},
		{"required that is no truth", `{"linkId":"1","type":"string","required":"yes"}`, "", form.Unsupported{Link: "1", What: "required", Why: form.Malformed, Weight: form.Refuses}},
		{"a length that is none", `{"linkId":"1","type":"string","maxLength":-1}`, "", form.Unsupported{Link: "1", What: "maxLength", Why: form.Malformed, Weight: form.Refuses}},
		{"a set that is elsewhere", `{"linkId":"1","type":"choice","answerValueSet":"http://example.org/vs"}`, "", form.Unsupported{Link: "1", What: "answerValueSet http://example.org/vs", Why: form.NoSet, Weight: form.Closes}},
		{"the same, and it has to be answered", `{"linkId":"1","type":"choice","required":true,"answerValueSet":"http://example.org/vs"}`, "", form.Unsupported{Link: "1", What: "required", Why: form.Contradicts, Weight: form.Refuses}},
		{"the same, where words may be typed", `{"linkId":"1","type":"open-choice","required":true,"answerValueSet":"http://example.org/vs"}`, "", form.Unsupported{Link: "1", What: "answerValueSet http://example.org/vs", Why: form.NoSet, Weight: form.NotUsed}},
		{"a set that is not in the form", `{"linkId":"1","type":"choice","answerValueSet":"#vs"}`, "", form.Unsupported{Link: "1", What: "answerValueSet #vs", Why: form.NoSet, Weight: form.Closes}},
		{"options and a set", `{"linkId":"1","type":"choice","answerValueSet":"http://hl7.org/fhir/ValueSet/yesnodontknow","answerOption":[{"valueString":"a"}]}`, "", form.Unsupported{Link: "1", What: "answerOption", Why: form.Contradicts, Weight: form.Refuses}},
		{"an option of a type that none has", `{"linkId":"1","type":"choice","answerOption":[{"valueBoolean":true}]}`, "", form.Unsupported{Link: "1", What: "answerOption", Why: form.Malformed, Weight: form.Refuses}},
		{"an initial value of another type", `{"linkId":"1","type":"integer","initial":[{"valueString":"a"}]}`, "", form.Unsupported{Link: "1", What: "initial", Why: form.Malformed, Weight: form.Refuses}},
		{"two conditions and no word how", `{"linkId":"0","type":"boolean"},{"linkId":"1","type":"string","enableWhen":[{"question":"0","operator":"exists","answerBoolean":true},{"question":"0","operator":"=","answerBoolean":true}]}`, "", form.Unsupported{Link: "1", What: "enableBehavior", Why: form.Missing, Weight: form.Refuses}},
		{"a condition on nothing", `{"linkId":"1","type":"string","enableWhen":[{"question":"0","operator":"exists","answerBoolean":true}]}`, "", form.Unsupported{Link: "1", What: "enableWhen 0", Why: form.NoQuestion, Weight: form.Refuses}},
		{"a condition on itself", `{"linkId":"1","type":"string","enableWhen":[{"question":"1","operator":"exists","answerBoolean":true}]}`, "", form.Unsupported{Link: "1", What: "enableWhen", Why: form.Circle, Weight: form.Refuses}},
		{"a condition on what stands in it", `{"linkId":"1","type":"group","enableWhen":[{"question":"2","operator":"exists","answerBoolean":true}],"item":[{"linkId":"2","type":"string"}]}`, "", form.Unsupported{Link: "1", What: "enableWhen", Why: form.Circle, Weight: form.Refuses}},
		{"a condition by another type", `{"linkId":"0","type":"date"},{"linkId":"1","type":"string","enableWhen":[{"question":"0","operator":"=","answerBoolean":true}]}`, "", form.Unsupported{Link: "1", What: "enableWhen 0", Why: form.Contradicts, Weight: form.Refuses}},
		{"a condition that is reckoned", `{"linkId":"1","type":"string",` + extension(sdc+"enableWhenExpression", `"valueExpression":{"language":"text/fhirpath","expression":"children().exists()"}`) + `}`, "", form.Unsupported{Link: "1", What: "sdc-questionnaire-enableWhenExpression", Why: form.Expression, Weight: form.Refuses}},
		{"a pattern that cannot be tried", `{"linkId":"1","type":"string",` + extension(core+"regex", `"valueString":"(?=a)"`) + `}`, "", form.Unsupported{Link: "1", What: "regex", Why: form.Unknown, Weight: form.Refuses}},
		{"a limit that is reckoned", `{"linkId":"1","type":"date",` + extension(core+"minValue", `"_valueDate":{"extension":[{"url":"x","valueString":"today()"}]}`) + `}`, "", form.Unsupported{Link: "1", What: "minValue", Why: form.Expression, Weight: form.Refuses}},
		{"a limit of another type", `{"linkId":"1","type":"date",` + extension(core+"minValue", `"valueInteger":1`) + `}`, "", form.Unsupported{Link: "1", What: "minValue", Why: form.Contradicts, Weight: form.Refuses}},
		{"a sum that is reckoned, and may be typed", `{"linkId":"1","type":"integer",` + extension(sdc+"calculatedExpression", `"valueExpression":{"language":"text/fhirpath","expression":"%library.score"}`) + `}`, "", form.Unsupported{Link: "1", What: "sdc-questionnaire-calculatedExpression", Why: form.Expression, Weight: form.NotUsed}},
		{"a sum that is reckoned, and may not", `{"linkId":"1","type":"integer","readOnly":true,` + extension(sdc+"calculatedExpression", `"valueExpression":{"language":"text/fhirpath","expression":"%library.score"}`) + `}`, "", form.Unsupported{Link: "1", What: "sdc-questionnaire-calculatedExpression", Why: form.Expression, Weight: form.Closes}},
		{"an extension that is not known", `{"linkId":"1","type":"string",` + extension("http://example.org/colour", `"valueString":"red"`) + `}`, "", form.Unsupported{Link: "1", What: "colour", Why: form.Unknown, Weight: form.NotUsed}},
		{"a control that is not known", `{"linkId":"1","type":"string",` + extension(core+"questionnaire-itemControl", `"valueCodeableConcept":{"coding":[{"code":"dial"}]}`) + `}`, "", form.Unsupported{Link: "1", What: "itemControl dial", Why: form.Unknown, Weight: form.NotUsed}},
		{"a rule between answers", text, "," + extension(core+"targetConstraint", `"extension":[{"url":"severity","valueCode":"error"}]`), form.Unsupported{What: "targetConstraint", Why: form.Expression, Weight: form.Refuses}},
		{"a rule that only warns", text, "," + extension(core+"targetConstraint", `"extension":[{"url":"severity","valueCode":"warning"}]`), form.Unsupported{What: "targetConstraint", Why: form.Unknown, Weight: form.NotUsed}},
		{"a sum of what is not known here", `{"linkId":"1","type":"integer",` + extension(sdc+"calculatedExpression", `"valueExpression":{"language":"text/fhirpath","expression":"%resource.item.answer.valueInteger"}`) + `}`, "", form.Unsupported{Link: "1", What: "sdc-questionnaire-calculatedExpression", Why: form.Expression, Weight: form.NotUsed}},
		{"what it begins with, beyond the part", `{"linkId":"1","type":"string",` + extension(sdc+"initialExpression", `"valueExpression":{"language":"text/fhirpath","expression":"%patient.identifier.value"}`) + `}`, "", form.Unsupported{Link: "1", What: "initialExpression %patient.identifier.value", Why: form.Expression, Weight: form.NotUsed}},
		{"a query", `{"linkId":"1","type":"string",` + extension(sdc+"initialExpression", `"valueExpression":{"language":"application/x-fhir-query","expression":"Patient?x"}`) + `}`, "", form.Unsupported{Link: "1", What: "initialExpression", Why: form.Expression, Weight: form.NotUsed}},
		{"a part of a form", text, "," + extension(sdc+"assemble-expectation", `"valueCode":"assemble-child"`), form.Unsupported{What: "assemble-expectation assemble-child", Why: form.Unknown, Weight: form.Refuses}},
		{"a required that is reckoned", `{"linkId":"1","type":"string","_required":{` + extension(core+"cqf-expression", `"valueExpression":{}`) + `}}`, "", form.Unsupported{Link: "1", What: "required cqf-expression", Why: form.Unknown, Weight: form.Refuses}},
		{"words that look otherwise", `{"linkId":"1","type":"string","text":"a","_text":{` + extension(core+"rendering-style", `"valueString":"x"`) + `}}`, "", form.Unsupported{Link: "1", What: "text rendering-style", Why: form.Unknown, Weight: form.NotUsed}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := read(t, c.items, c.more)
			found := false
			for _, u := range f.Unsupported {
				found = found || u == c.want
			}
			if !found {
				t.Errorf("%+v is not among %+v", c.want, f.Unsupported)
			}
			if c.want.Weight == form.Refuses && !f.Refused() {
				t.Error("it is not refused")
			}
			if c.want.Weight != form.Refuses && f.Refused() {
				t.Error("it is refused")
			}
		})
	}
}

func TestBytesThatAreNoFormAreRefused(t *testing.T) {
	for _, s := range []string{``, `{`, `[]`, `{"resourceType":"Patient"}`, `{"resourceType":"Questionnaire","item":[],"item":[]}`} {
		if f, err := form.Read([]byte(s), nil); err == nil || f != nil || ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestAFormThatIsRetiredIsNotFilledIn(t *testing.T) {
	b := strings.Replace(string(questionnaire(`{"linkId":"1","type":"string"}`)), "active", "retired", 1)
	if f, err := form.Read([]byte(b), nil); err != nil || !f.Refused() {
		t.Error("a retired form is taken")
	}
}

func TestWordsAreInTheLanguageThatIsAskedForOrTheAuthors(t *testing.T) {
	f := usable(t, `{"linkId":"1","type":"string","text":"Site","_text":{"extension":[
		{"url":"`+core+`translation","extension":[{"url":"lang","valueCode":"zh-HK"},{"url":"content","valueString":"部位"}]},
		{"url":"`+core+`translation","extension":[{"url":"lang","valueCode":"zh-Hans"},{"url":"content","valueString":"部位(简)"}]}]}}`)
	if len(f.Unsupported) > 0 {
		t.Errorf("%+v", f.Unsupported)
	}
	for lang, want := range map[string]string{"en": "Site", "zh-Hant": "部位", "zh-Hant-HK": "部位", "zh-TW": "部位", "zh-Hans": "部位(简)", "zh-CN": "部位(简)", "fr": "Site", "": "Site"} {
		if got := f.Items[0].Text.In(lang); got != want {
			t.Errorf("%q: %q, want %q", lang, got, want)
		}
	}
}

func TestEveryAnswerSetIsRead(t *testing.T) {
	for url, n := range map[string]int{"http://hl7.org/fhir/ValueSet/yesnodontknow": 3, "http://hl7.org/fhir/ValueSet/administrative-gender": 4, "http://loinc.org/vs/LL358-3": 4, "http://hl7.org/fhir/ValueSet/immunization-route": 7} {
		o, ok := form.Known(url)
		if !ok || len(o) != n {
			t.Errorf("%s: %d", url, len(o))
		}
		for _, x := range o {
			if x.Value.Coding.System == "" || x.Value.Coding.Code == "" || x.Words.Said == "" {
				t.Errorf("%s: %+v", url, x)
			}
		}
	}
}

// A set inside the form is composed of what it names, or the form is told that it is not at hand.
func TestASetInsideTheFormIsItsCodesWithoutWhatIsTakenOut(t *testing.T) {
	const system = `{"resourceType":"CodeSystem","id":"cs","url":"http://example.org/cs","content":"complete","concept":[{"code":"a","display":"A","concept":[{"code":"b"}]},{"code":"c"}]}`
	for _, c := range []struct{ name, set, want string }{
		{"codes", `"compose":{"include":[{"system":"s","concept":[{"code":"a","display":"A"},{"code":"b"}]}]}`, "A b"},
		{"an expansion before them", `"compose":{"include":[{"system":"s","concept":[{"code":"a"}]}]},"expansion":{"contains":[{"system":"s","code":"x","abstract":true,"contains":[{"system":"s","code":"y"}]}]}`, "y"},
		{"a whole system of the form's", `"compose":{"include":[{"system":"http://example.org/cs"}]}`, "A b c"},
		{"without some", `"compose":{"include":[{"system":"http://example.org/cs"}],"exclude":[{"system":"http://example.org/cs","concept":[{"code":"b"}]}]}`, "A c"},
		{"a whole system of elsewhere", `"compose":{"include":[{"system":"http://example.org/other"}]}`, "closed"},
		{"a filter", `"compose":{"include":[{"system":"http://example.org/cs","filter":[{"property":"x","op":"=","value":"y"}]}]}`, "closed"},
		{"another set", `"compose":{"include":[{"valueSet":["http://hl7.org/fhir/ValueSet/allergy-intolerance-type"]}]}`, "Allergy Intolerance"},
		{"itself", `"compose":{"include":[{"valueSet":["#vs"]}]}`, "closed"},
		{"nothing", `"compose":{"include":[]}`, "closed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := usable(t, `{"linkId":"1","type":"choice","answerValueSet":"#vs"}`, `,"contained":[{"resourceType":"ValueSet","id":"vs","status":"active",`+c.set+`},`+system+`]`)
			var got []string
			for _, o := range f.Items[0].Options {
				got = append(got, o.Words.Said)
			}
			words := strings.Join(got, " ")
			if f.Items[0].Closed {
				words = "closed"
			}
			if words != c.want {
				t.Errorf("%q, want %q (%+v)", words, c.want, f.Unsupported)
			}
		})
	}
}

func TestASiteGivesTheSetsThatAFormDoesNotHold(t *testing.T) {
	const set = `{"resourceType":"ValueSet","url":"http://example.org/vs","status":"active","compose":{"include":[{"system":"s","concept":[{"code":"a","display":"A"},{"code":"b"}]}]}}`
	url, options, err := form.ReadSet([]byte(set))
	if err != nil || url != "http://example.org/vs" || len(options) != 2 || options[0].Words.Said != "A" {
		t.Fatalf("%s %+v %v", url, options, err)
	}
	sets := func(asked string) ([]form.Option, bool) { return options, asked == url }
	f, err := form.Read(questionnaire(`{"linkId":"1","type":"choice","required":true,"answerValueSet":"http://example.org/vs|3"}`), sets)
	if err != nil || f.Refused() || len(f.Items[0].Options) != 2 {
		t.Errorf("%v %+v", err, f.Unsupported)
	}
	for _, s := range []string{`{}`, strings.Replace(set, "ValueSet", "CodeSystem", 1), strings.Replace(set, `"url":"http://example.org/vs",`, "", 1), strings.Replace(set, `"concept"`, `"filter"`, 1)} {
		if _, _, err := form.ReadSet([]byte(s)); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
			t.Errorf("%s: %v", s, err)
		}
	}
}

// Whatever stands in a form, what a screen shows of it carries nothing out.
func TestWhatAFormSaysIsSafeOnATerminal(t *testing.T) {
	const bad = `a\u001b[31mb\u202ec`
	f := usable(t, `{"linkId":"1","type":"choice","prefix":"`+bad+`","text":"`+bad+`","code":[{"system":"`+bad+`","code":"`+bad+`","display":"`+bad+`"}],"answerOption":[{"valueCoding":{"system":"`+bad+`","code":"`+bad+`"}},{"valueString":"`+bad+`"}]}`, `,"title":"`+bad+`","description":"`+bad+`"`)
	it := f.Items[0]
	for _, s := range []string{f.Title.Said, f.Description.Said, it.Text.Said, it.Prefix.Said, it.Codes[0].Code, it.Codes[0].System, it.Codes[0].Display, it.Options[0].Words.Said, it.Options[0].Value.Coding.Code, it.Options[1].Words.Said, it.Options[1].Value.Text} {
		if s == "" || strings.ContainsAny(s, "\x1b\u202e") {
			t.Errorf("%q", s)
		}
	}
}
