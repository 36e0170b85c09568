package form_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
)

func val(k form.Kind, s string) form.Value { return form.Value{Kind: k, Text: s} }

func code(system, c string) form.Value {
	return form.Value{Kind: form.IsCoding, Coding: ehrdesk.Coding{System: system, Code: c}}
}

func measured(n, unit string) form.Value {
	return form.Value{Kind: form.IsQuantity, Text: n, Unit: ehrdesk.Coding{System: "http://unitsofmeasure.org", Code: unit}}
}

// faults are what is wrong with one answer to one item.
func faults(t *testing.T, item string, answers ...form.Value) string {
	t.Helper()
	a := form.New(usable(t, item))
	link := a.Lines()[0].Item.Link
	for i, v := range answers {
		if i > 0 {
			if _, err := a.Add(form.At(link)); err != nil {
				return "refused"
			}
		}
		if err := a.Set(form.At(link, i), v); err != nil {
			return "refused"
		}
	}
	var out []string
	for _, p := range a.Check() {
		out = append(out, strings.TrimSpace(string(p.What)+" "+p.Limit))
	}
	return strings.Join(out, ",")
}

func TestEachRuleOfAnItemIsHeldTo(t *testing.T) {
	ext := func(name, value string) string { return "," + extension(core+name, value) }
	item := func(kind, more string) string { return fmt.Sprintf(`{"linkId":"1","type":%q%s}`, kind, more) }
	options := `,"answerOption":[{"valueCoding":{"system":"s","code":"a"}},{"valueCoding":{"system":"s","code":"b"},` + extension(core+"questionnaire-optionExclusive", `"valueBoolean":true`) + `}]`
	s := func(x string) form.Value { return val(form.IsString, x) }
	for _, c := range []struct {
		name, item string
		answers    []form.Value
		want       string
	}{
		{"nothing where something is required", item("string", `,"required":true`), nil, "required"},
		{"nothing where nothing is", item("string", ``), nil, ""},
		{"white space is nothing", item("string", `,"required":true`), []form.Value{s("  ")}, "required"},
		{"a decimal with its digits", item("decimal", ``), []form.Value{val(form.IsDecimal, "1.10")}, ""},
		{"a decimal half typed", item("decimal", ``), []form.Value{val(form.IsDecimal, "12.")}, "not-type"},
		{"a decimal with a comma", item("decimal", ``), []form.Value{val(form.IsDecimal, "1,5")}, "not-type"},
		{"a decimal with a zero before it", item("decimal", ``), []form.Value{val(form.IsDecimal, "01")}, "not-type"},
		{"a decimal of a size that none has", item("decimal", ``), []form.Value{val(form.IsDecimal, "1e999999999")}, "not-type"},
		{"an integer with a point", item("integer", ``), []form.Value{val(form.IsInteger, "1.0")}, "not-type"},
		{"an integer of more than 32 bits", item("integer", ``), []form.Value{val(form.IsInteger, "2147483648")}, "not-type"},
		{"the least of 32 bits", item("integer", ``), []form.Value{val(form.IsInteger, "-2147483648")}, ""},
		{"words for a number", item("integer", ``), []form.Value{s("7")}, "refused"},
		{"the least there may be", item("decimal", ext("minValue", `"valueDecimal":1.5`)), []form.Value{val(form.IsDecimal, "1.50")}, ""},
		{"less than that", item("decimal", ext("minValue", `"valueDecimal":1.5`)), []form.Value{val(form.IsDecimal, "1.49")}, "too-low 1.5"},
		{"more than there may be", item("integer", ext("maxValue", `"valueInteger":300`)), []form.Value{val(form.IsInteger, "301")}, "too-high 300"},
		{"more decimal places", item("decimal", ext("maxDecimalPlaces", `"valueInteger":1`)), []form.Value{val(form.IsDecimal, "1.10")}, "places 1"},
		{"a day", item("date", ``), []form.Value{val(form.IsDate, "2024-02-29")}, ""},
		{"a day that is none", item("date", ``), []form.Value{val(form.IsDate, "2023-02-29")}, "not-type"},
		{"a month", item("date", ``), []form.Value{val(form.IsDate, "2023-02")}, ""},
		{"a year", item("date", ``), []form.Value{val(form.IsDate, "2023")}, ""},
		{"a day as people write it", item("date", ``), []form.Value{val(form.IsDate, "28/02/2023")}, "not-type"},
		{"a day too early", item("date", ext("minValue", `"valueDate":"2026-01-01"`)), []form.Value{val(form.IsDate, "2025-12-31")}, "too-low 2026-01-01"},
		{"a year of which it cannot be told", item("date", ext("minValue", `"valueDate":"2026-06-01"`)), []form.Value{val(form.IsDate, "2026")}, ""},
		{"a year that is over", item("date", ext("minValue", `"valueDate":"2026-06-01"`)), []form.Value{val(form.IsDate, "2025")}, "too-low 2026-06-01"},
		{"a moment", item("dateTime", ``), []form.Value{val(form.IsDateTime, "2026-11-30T09:30:00+08:00")}, ""},
		{"a moment without a zone", item("dateTime", ``), []form.Value{val(form.IsDateTime, "2026-11-30T09:30:00")}, "not-type"},
		{"a moment without seconds", item("dateTime", ``), []form.Value{val(form.IsDateTime, "2026-11-30T09:30+08:00")}, "not-type"},
		{"a time", item("time", ``), []form.Value{val(form.IsTime, "23:59:59")}, ""},
		{"a time without seconds", item("time", ``), []form.Value{val(form.IsTime, "23:59")}, "not-type"},
		{"an hour that is none", item("time", ``), []form.Value{val(form.IsTime, "24:00:00")}, "not-type"},
		{"too few characters", item("string", ext("minLength", `"valueInteger":3`)), []form.Value{s("陳大")}, "too-short 3"},
		{"characters and not bytes", item("string", `,"maxLength":2`), []form.Value{s("陳大")}, ""},
		{"too many characters", item("string", `,"maxLength":2`), []form.Value{s("陳大文")}, "too-long 2"},
		{"words of the form asked for", item("string", ext("regex", `"valueString":"[A-Z]{2}"`)), []form.Value{s("AB")}, ""},
		{"words of which a part is of that form", item("string", ext("regex", `"valueString":"[A-Z]{2}"`)), []form.Value{s("ABC")}, "pattern [A-Z]{2}"},
		{"an address", item("url", ``), []form.Value{val(form.IsURI, "http://example.org/a b")}, "not-type"},
		{"an option", item("choice", options), []form.Value{code("s", "a")}, ""},
		{"an option whose words are others", item("choice", options), []form.Value{{Kind: form.IsCoding, Coding: ehrdesk.Coding{System: "s", Code: "a", Display: "Other"}}}, ""},
		{"the code in another system", item("choice", options), []form.Value{code("t", "a")}, "no-option"},
		{"no option", item("choice", options), []form.Value{code("s", "c")}, "no-option"},
		{"words for an option", item("choice", options), []form.Value{s("a")}, "refused"},
		{"words where they may stand for one", item("open-choice", options), []form.Value{s("something else")}, ""},
		{"the same option twice", item("choice", options+`,"repeats":true`), []form.Value{code("s", "a"), code("s", "a")}, "again"},
		{"an option that goes with no other", item("choice", options+`,"repeats":true`), []form.Value{code("s", "a"), code("s", "b")}, "alone"},
		{"fewer than there have to be", item("string", `,"repeats":true,"required":true`+ext("questionnaire-minOccurs", `"valueInteger":2`)), []form.Value{s("a")}, "too-few 2"},
		{"more than there may be", item("string", `,"repeats":true`+ext("questionnaire-maxOccurs", `"valueInteger":1`)), []form.Value{s("a"), s("b")}, "refused"},
		{"two where one is asked", item("string", ``), []form.Value{s("a"), s("b")}, "refused"},
		{"a number of the options", item("integer", `,"answerOption":[{"valueInteger":1},{"valueInteger":2}]`), []form.Value{val(form.IsInteger, "3")}, "no-option"},
		{"a quantity in the unit", item("quantity", ext("questionnaire-unit", `"valueCoding":{"system":"http://unitsofmeasure.org","code":"kg"}`)), []form.Value{measured("60.50", "kg")}, ""},
		{"a quantity in another", item("quantity", ext("questionnaire-unit", `"valueCoding":{"system":"http://unitsofmeasure.org","code":"kg"}`)), []form.Value{measured("60.50", "g")}, "wrong-unit"},
		{"too much of a quantity", item("quantity", ","+extension(sdc+"maxQuantity", `"valueQuantity":{"value":100,"system":"http://unitsofmeasure.org","code":"kg"}`)), []form.Value{measured("100.01", "kg")}, "too-high 100"},
		{"a quantity that cannot be held against it", item("quantity", ","+extension(sdc+"maxQuantity", `"valueQuantity":{"value":100,"system":"http://unitsofmeasure.org","code":"kg"}`)), []form.Value{measured("500", "g")}, ""},
		{"a file of another kind", item("attachment", ext("mimeType", `"valueCode":"image/png"`)), []form.Value{{Kind: form.IsAttachment, File: form.File{Type: "text/html", Data: "aGk="}}}, "wrong-kind image/png"},
		{"a file that is too big", item("attachment", ext("maxSize", `"valueDecimal":1`)), []form.Value{{Kind: form.IsAttachment, File: form.File{Type: "text/plain", Data: "aGk="}}}, "too-big 1"},
		{"a file that cannot be read", item("attachment", ``), []form.Value{{Kind: form.IsAttachment, File: form.File{Type: "text/plain", Data: "%%"}}}, "not-type"},
		{"a reference to another type", item("reference", ext("questionnaire-referenceResource", `"valueCode":"Practitioner"`)), []form.Value{{Kind: form.IsReference, Ref: form.Pointer{Reference: "Patient/1"}}}, "wrong-kind Practitioner"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := faults(t, c.item, c.answers...); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// A part that repeats and that nobody began is not there; one that somebody began is held to all.
func TestAPartThatNobodyBeganIsNotHeldTo(t *testing.T) {
	const part = `{"linkId":"g","type":"group","repeats":true%s,"item":[{"linkId":"a","type":"string","required":true},{"linkId":"b","type":"string"}]}`
	check := func(more string, do func(*form.Answers)) string {
		a := form.New(usable(t, fmt.Sprintf(part, more)))
		do(a)
		var out []string
		for _, p := range a.Check() {
			out = append(out, p.Place.Link+" "+p.Place.Rows+" "+string(p.What))
		}
		return strings.Join(out, ",")
	}
	if got := check("", func(*form.Answers) {}); got != "" {
		t.Errorf("not begun: %s", got)
	}
	if got := check("", func(a *form.Answers) { _ = a.Set(form.At("b", 0, 0), val(form.IsString, "x")) }); got != "a 0.0 required" {
		t.Errorf("begun: %s", got)
	}
	if got := check("", func(a *form.Answers) {
		_ = a.Set(form.At("a", 0, 0), val(form.IsString, "x"))
		_, _ = a.Add(form.At("g"))
		_ = a.Set(form.At("b", 1, 0), val(form.IsString, "x"))
	}); got != "a 1.0 required" {
		t.Errorf("the second begun: %s", got)
	}
	if got := check(`,"required":true`, func(*form.Answers) {}); got != "g 0 required,a 0.0 required" {
		t.Errorf("required: %s", got)
	}
}

func TestWhatMayNotBeChangedOrAnsweredIsRefused(t *testing.T) {
	a := form.New(usable(t, `{"linkId":"1","type":"string","readOnly":true,"initial":[{"valueString":"x"}]},{"linkId":"2","type":"choice","answerValueSet":"http://example.org/none"},{"linkId":"3","type":"display","text":"a"},{"linkId":"4","type":"string","repeats":true}`))
	for _, c := range []struct {
		name string
		err  error
		want ehrdesk.Code
	}{
		{"set what is read only", a.Set(form.At("1"), val(form.IsString, "y")), ehrdesk.CodeDenied},
		{"clear it", a.Clear(form.At("1")), ehrdesk.CodeDenied},
		{"remove it", a.Remove(form.At("1")), ehrdesk.CodeDenied},
		{"set what cannot be answered here", a.Set(form.At("2"), code("s", "a")), ehrdesk.CodeDenied},
		{"answer words", a.Set(form.At("3"), val(form.IsString, "y")), ehrdesk.CodeInvalid},
		{"no such item", a.Set(form.At("5"), val(form.IsString, "y")), ehrdesk.CodeNotFound},
		{"no such row", a.Set(form.At("4", 1), val(form.IsString, "y")), ehrdesk.CodeNotFound},
		{"a row that is no number", a.Set(form.Place{Link: "4", Rows: "x"}, val(form.IsString, "y")), ehrdesk.CodeNotFound},
		{"a row further down than there is", a.Set(form.At("4", 0, 0), val(form.IsString, "y")), ehrdesk.CodeNotFound},
	} {
		if ehrdesk.CodeOf(c.err) != c.want {
			t.Errorf("%s: %v", c.name, c.err)
		}
	}
	if a.Value(form.At("1")).Text != "x" {
		t.Error("it is changed")
	}
	if err := a.Fill(form.At("1"), val(form.IsString, "z")); err != nil || a.Value(form.At("1")).Text != "z" {
		t.Errorf("the program may: %v", err)
	}
}
