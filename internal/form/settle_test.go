package form_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/internal/form/path"
)

// fhirPath is an extension with an expression.
func fhirPath(name, expression string) string {
	return extension(sdc+name, fmt.Sprintf(`"valueExpression":{"language":"text/fhirpath","expression":%q}`, expression))
}

func TestAnAnswerIsCalculatedOfTheOthersAsTheyChange(t *testing.T) {
	a := form.New(usable(t, `{"linkId":"g","type":"group","item":[{"linkId":"w","type":"decimal"},{"linkId":"h","type":"decimal"}]},
		{"linkId":"bmi","type":"decimal",`+fhirPath("calculatedExpression", "(%w / %h.power(2)).round(1)")+`},
		{"linkId":"high","type":"boolean",`+fhirPath("calculatedExpression", "%resource.item.where(linkId='bmi').answer.value >= 25")+`}`,
		`,"extension":[{"url":"`+core+`variable","valueExpression":{"name":"w","language":"text/fhirpath","expression":"%resource.repeat(item).where(linkId='w').answer.value"}},
			{"url":"`+core+`variable","valueExpression":{"name":"h","language":"text/fhirpath","expression":"%resource.repeat(item).where(linkId='h').answer.value"}}]`))
	set := func(link, s string) {
		t.Helper()
		if err := a.Set(form.At(link, 0, 0), val(form.IsDecimal, s)); err != nil {
			t.Fatal(err)
		}
	}
	says := func() string { return a.Value(form.At("bmi")).Text + " " + a.Value(form.At("high")).Text }
	set("w", "70.50")
	if got := says(); got != " " {
		t.Errorf("of one: %q", got)
	}
	if set("h", "1.75"); says() != "23.0 false" {
		t.Errorf("%q", says())
	}
	if set("w", "80"); says() != "26.1 true" {
		t.Errorf("changed: %q", says())
	}
	if set("w", "eighty"); says() != " " {
		t.Errorf("of no number: %q", says())
	}
	for _, err := range []error{a.Set(form.At("bmi"), val(form.IsDecimal, "1")), a.Fill(form.At("bmi"), val(form.IsDecimal, "1"))} {
		if ehrdesk.CodeOf(err) != ehrdesk.CodeDenied {
			t.Errorf("it is typed: %v", err)
		}
	}
}

func TestAScoreIsTheSumOfWhatWasChosen(t *testing.T) {
	const question = `{"linkId":%q,"type":"choice","answerOption":[{"valueCoding":{"system":"s","code":"no","extension":[{"url":"` + core + `ordinalValue","valueDecimal":0}]}},{"valueCoding":{"system":"s","code":"often","extension":[{"url":"` + core + `itemWeight","valueDecimal":2}]}}]}`
	a := form.New(usable(t, fmt.Sprintf(question, "1")+","+fmt.Sprintf(question, "2")+`,{"linkId":"sum","type":"integer",`+fhirPath("calculatedExpression", "%resource.item.answer.value.weight().sum()")+`}`))
	for i, want := range []string{"0", "2", "4"} {
		if got := a.Value(form.At("sum")).Text; got != want {
			t.Errorf("%d often: %q", i, got)
		}
		if i < 2 {
			_ = a.Set(form.At(fmt.Sprint(i+1)), code("s", "often"))
		}
	}
	if out := string(a.Response(header())); !strings.Contains(out, `{"linkId":"sum","answer":[{"valueInteger":4}]}`) {
		t.Errorf("%s", out)
	}
}

func TestAnExpressionSaysWhetherAnItemIsAsked(t *testing.T) {
	f := usable(t, `{"linkId":"born","type":"date"},{"linkId":"1","type":"string","required":true,`+
		fhirPath("enableWhenExpression", "%patient.gender = 'female' and %resource.item.where(linkId='born').answer.value < today() - 40 years")+`},
		{"linkId":"2","type":"string",`+fhirPath("enableWhenExpression", "%resource.item.where(linkId='1').answer.exists()")+`}`)
	a := form.New(f)
	_ = a.Set(form.At("born"), val(form.IsDate, "1970-01-01"))
	if a.Enabled(form.At("1")) {
		t.Error("asked of somebody who is not known")
	}
	a.Know(form.Around{Patient: []path.Node{{Members: map[string][]path.Node{"gender": {{Text: "female"}}}}}, Now: time.Date(2026, time.November, 30, 9, 0, 0, 0, ehrdesk.HongKong())})
	if !a.Enabled(form.At("1")) || a.Enabled(form.At("2")) || len(a.Check()) != 1 {
		t.Errorf("not asked, or what hangs on it is: %+v", a.Check())
	}
	if _ = a.Set(form.At("1"), val(form.IsString, "x")); !a.Enabled(form.At("2")) {
		t.Error("what hangs on its answer is not asked")
	}
	if _ = a.Set(form.At("born"), val(form.IsDate, "1990-01-01")); a.Enabled(form.At("1")) || a.Enabled(form.At("2")) {
		t.Error("asked of somebody younger, or what hangs on it is")
	}
}

func TestARuleBetweenAnswersIsHeldTo(t *testing.T) {
	for name, c := range map[string]struct{ form, item, expression string }{
		"of the form, by SDC":   {form: `"url":"` + core + `targetConstraint"`, expression: `"valueExpression":{"language":"text/fhirpath","expression":"item.where(linkId='from').answer.value <= item.where(linkId='to').answer.value"}`},
		"of an item, by FHIR 4": {item: `"url":"` + core + `questionnaire-constraint"`, expression: `"valueString":"answer.value >= %resource.item.where(linkId='from').answer.value"`},
	} {
		x := func(url string) string {
			if url == "" {
				return ""
			}
			return `,"extension":[{` + url + `,"extension":[{"url":"key","valueId":"r"},{"url":"severity","valueCode":"error"},{"url":"human","valueString":"from before to"},{"url":"expression",` + c.expression + `}]}]`
		}
		a := form.New(usable(t, `{"linkId":"from","type":"date"},{"linkId":"to","type":"date"`+x(c.item)+`}`, x(c.form)))
		_ = a.Set(form.At("from"), val(form.IsDate, "2026-11-30"))
		_ = a.Set(form.At("to"), val(form.IsDate, "2026-11-29"))
		if p := a.Check(); len(p) != 1 || p[0].What != form.Rule || p[0].Words.Said != "from before to" {
			t.Errorf("%s: %+v", name, p)
		}
		_ = a.Set(form.At("to"), val(form.IsDate, "2026-12-01"))
		if p := a.Check(); len(p) != 0 {
			t.Errorf("%s: it holds, and %+v", name, p)
		}
	}
}

// Answers that are calculated of one another come to an end.
func TestACircleOfCalculationsEnds(t *testing.T) {
	a := form.New(usable(t, `{"linkId":"a","type":"integer",`+fhirPath("calculatedExpression", "iif(%resource.item.where(linkId='b').answer.exists(), {}, 1)")+`},
		{"linkId":"b","type":"integer",`+fhirPath("calculatedExpression", "%resource.item.where(linkId='a').answer.value")+`},
		{"linkId":"c","type":"string",`+fhirPath("enableWhenExpression", "%resource.item.where(linkId='c').answer.empty()")+`}`))
	_ = a.Set(form.At("c"), val(form.IsString, "x"))
	_ = a.Check()
	if x, y := a.Draft(header()), a.Draft(header()); string(x) != string(y) {
		t.Error("it goes on")
	}
}
