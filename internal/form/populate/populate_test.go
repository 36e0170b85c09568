package populate_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/internal/form/populate"
)

func now() time.Time { return time.Date(2026, time.November, 30, 9, 30, 0, 0, ehrdesk.HongKong()) }

func someone() ehrdesk.Patient {
	return ehrdesk.Patient{ID: "p1", Gender: ehrdesk.Female, Born: ehrdesk.Day(1954, time.March, 2), Name: ehrdesk.Name{Family: "Chan", Given: "Tai Man", Chinese: "陳大文"}, Phone: "2345 6789"}
}

const sdc = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"

func begun(t *testing.T, items string, in populate.Facts) (*form.Answers, []populate.Source) {
	t.Helper()
	f, err := form.Read(fmt.Appendf(nil, `{"resourceType":"Questionnaire","url":"http://example.org/q","status":"active","item":[%s]}`, items), nil)
	if err != nil || f.Refused() {
		t.Fatalf("%v %+v", err, f.Unsupported)
	}
	a := form.New(f)
	return a, populate.Begin(a, in, now())
}

// item is one with an initial expression.
func item(kind, expression, more string) string {
	return fmt.Sprintf(`{"linkId":"1","type":%q%s,"extension":[{"url":%q,"valueExpression":{"language":"text/fhirpath","expression":%q}}]}`, kind, more, sdc+"initialExpression", expression)
}

func TestAnItemBeginsWithWhatItsExpressionSays(t *testing.T) {
	in := populate.Facts{Patient: someone(), User: populate.User{ID: "d1", Name: "Dr Wong"}}
	const sexes = `,"answerValueSet":"http://hl7.org/fhir/ValueSet/administrative-gender"`
	for _, c := range []struct{ kind, expression, more, want, from string }{
		{"date", "%patient.birthDate", "", "1954-03-02", "Patient/p1"},
		{"string", "%patient.gender", "", "female", "Patient/p1"},
		{"choice", "%patient.gender", sexes, "female", "Patient/p1"},
		{"string", "%patient.name.first().family.first()", "", "Chan", "Patient/p1"},
		{"string", "%patient.name.where(use='official').given", "", "Tai Man", "Patient/p1"},
		{"string", "%patient.telecom.where(system='phone').value", "", "2345 6789", "Patient/p1"},
		{"string", "%patient.telecom.where(system='email').value", "", "", ""},
		{"string", "%patient.name.text", "", "", ""}, // two names, and one is asked
		{"string", "%patient.name.text", `,"repeats":true`, "CHAN, Tai Man|陳大文", "Patient/p1"},
		{"string", "%user.name.text", "", "Dr Wong", "/"},
		{"date", "today()", "", "2026-11-30", "/"},
		{"date", "today() + 7 days", "", "2026-12-07", "/"},
		{"dateTime", "now()", "", "2026-11-30T09:30:00+08:00", "/"},
		{"date", "today()", `,"initial":[{"valueDate":"2020-01-01"}]`, "2020-01-01", ""},
		{"integer", "%patient.birthDate", "", "", ""}, // of another type
	} {
		a, src := begun(t, item(c.kind, c.expression, c.more), in)
		var got []string
		for _, l := range a.Lines() {
			got = append(got, l.Value.Text+l.Value.Coding.Code)
		}
		from := ""
		if len(src) > 0 {
			from = src[0].From.String()
		}
		if words := strings.Join(got, "|"); words != c.want || from != c.from {
			t.Errorf("%s %s: %q from %q, want %q from %q", c.kind, c.expression, words, from, c.want, c.from)
		}
	}
}

func TestAPartHasARowForEachThingItIsAbout(t *testing.T) {
	a, _ := begun(t, `{"linkId":"n","type":"group","repeats":true,"extension":[{"url":"`+sdc+`itemPopulationContext","valueExpression":{"name":"one","language":"text/fhirpath","expression":"%patient.name"}}],"item":[`+item("string", "%one.text", "")+`]}`,
		populate.Facts{Patient: someone()})
	if x, y := a.Value(form.At("1", 0, 0)).Text, a.Value(form.At("1", 1, 0)).Text; x != "CHAN, Tai Man" || y != "陳大文" || a.Rows(form.At("n")) != 2 {
		t.Errorf("%q %q", x, y)
	}
}

func TestAnAnswerIsTakenFromAnother(t *testing.T) {
	a, _ := begun(t, `{"linkId":"g","type":"group","item":[{"linkId":"q","type":"string","initial":[{"valueString":"x"}]}]},`+item("string", "%resource.item.where(linkId='g').item.where(linkId='q').answer.value", ""), populate.Facts{})
	if got := a.Value(form.At("1")).Text; got != "x" {
		t.Errorf("%q", got)
	}
}

// observed is an Observation of one number.
func observed(id, status, code, number, unit string, at ehrdesk.When) ehrdesk.Record {
	f := ehrdesk.Facts{
		Code:    ehrdesk.Concept{Codings: []ehrdesk.Coding{{System: "http://loinc.org", Code: code}}},
		Results: []ehrdesk.Result{{Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: number, Unit: unit, System: "http://unitsofmeasure.org", Code: unit}}}},
	}
	return ehrdesk.Record{Resource: "Observation", ID: id, Status: status, Date: at, Packed: f.Pack()}
}

func TestTheNewestResultThatTheItemTakesIsTheAnswerWithItsRecord(t *testing.T) {
	const weight = `{"linkId":"1","type":"quantity","code":[{"system":"http://loinc.org","code":"29463-7"}],"extension":[
		{"url":"` + sdc + `observationLinkPeriod","valueDuration":{"value":90,"system":"http://unitsofmeasure.org","code":"d"}},
		{"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-unit","valueCoding":{"system":"http://unitsofmeasure.org","code":"kg","display":"kg"}}]}`
	day := func(m time.Month, d int) ehrdesk.When { return ehrdesk.Day(2026, m, d) }
	base := observed("o1", "final", "29463-7", "60.50", "kg", day(time.November, 1))
	held := observed("o8", "final", "29463-7", "66", "kg", day(time.November, 20))
	held.Restricted = true
	part := ehrdesk.Record{Resource: "Observation", ID: "o9", Status: "final", Date: day(time.November, 21)}
	facts := ehrdesk.Facts{Code: ehrdesk.Concept{Text: "vital signs"}, Results: []ehrdesk.Result{{Code: ehrdesk.Concept{Codings: []ehrdesk.Coding{{System: "http://loinc.org", Code: "29463-7"}}}, Value: ehrdesk.Value{Kind: ehrdesk.IsQuantity, Low: ehrdesk.Quantity{Number: "67", System: "http://unitsofmeasure.org", Code: "kg"}}}}}
	part.Packed = facts.Pack()
	for _, c := range []struct {
		name string
		more []ehrdesk.Record
		want string
	}{
		{"one", nil, "60.50 Observation/o1"},
		{"a newer one", []ehrdesk.Record{observed("o2", "final", "29463-7", "61", "kg", day(time.November, 2))}, "61 Observation/o2"},
		{"an older one", []ehrdesk.Record{observed("o2", "final", "29463-7", "61", "kg", day(time.October, 2))}, "60.50 Observation/o1"},
		{"a newer one of something else", []ehrdesk.Record{observed("o2", "final", "8302-2", "170", "cm", day(time.November, 2))}, "60.50 Observation/o1"},
		{"a newer one in another unit", []ehrdesk.Record{observed("o2", "final", "29463-7", "61000", "g", day(time.November, 2))}, "60.50 Observation/o1"},
		{"a newer one in error", []ehrdesk.Record{observed("o2", "entered-in-error", "29463-7", "61", "kg", day(time.November, 2))}, "60.50 Observation/o1"},
		{"a newer one that is not final", []ehrdesk.Record{observed("o2", "preliminary", "29463-7", "61", "kg", day(time.November, 2))}, "60.50 Observation/o1"},
		{"one of tomorrow", []ehrdesk.Record{observed("o2", "final", "29463-7", "61", "kg", day(time.December, 1))}, "60.50 Observation/o1"},
		{"a restricted one", []ehrdesk.Record{held}, "60.50 Observation/o1"},
		{"a part of another", []ehrdesk.Record{part}, "67 Observation/o9"},
	} {
		a, src := begun(t, weight, populate.Facts{Records: append([]ehrdesk.Record{base}, c.more...)})
		if len(src) != 1 || a.Value(form.At("1")).Text+" "+src[0].From.String() != c.want {
			t.Errorf("%s: %+v %+v", c.name, a.Value(form.At("1")), src)
		}
	}
	old := observed("o1", "final", "29463-7", "60.50", "kg", day(time.August, 1))
	if a, src := begun(t, weight, populate.Facts{Records: []ehrdesk.Record{old}}); len(src) > 0 || !a.Value(form.At("1")).IsZero() {
		t.Error("one that is too old is taken")
	}
}
