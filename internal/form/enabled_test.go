package form_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk/internal/form"
)

func TestAnItemIsAskedWhereItsConditionsHold(t *testing.T) {
	b, i, d, s := func(x string) form.Value { return val(form.IsBoolean, x) }, func(x string) form.Value { return val(form.IsInteger, x) }, func(x string) form.Value { return val(form.IsDate, x) }, func(x string) form.Value { return val(form.IsString, x) }
	none := form.Value{}
	for _, c := range []struct {
		question, operator, than string
		answer                   form.Value
		want                     bool
	}{
		{"boolean", "exists", `"answerBoolean":true`, b("false"), true},
		{"boolean", "exists", `"answerBoolean":true`, none, false},
		{"boolean", "exists", `"answerBoolean":false`, none, true},
		{"boolean", "exists", `"answerBoolean":false`, b("true"), false},
		{"boolean", "=", `"answerBoolean":true`, b("true"), true},
		{"boolean", "=", `"answerBoolean":true`, b("false"), false},
		{"boolean", "=", `"answerBoolean":true`, none, false},
		{"boolean", "!=", `"answerBoolean":true`, b("false"), true},
		{"boolean", "!=", `"answerBoolean":true`, b("true"), false},
		{"boolean", "!=", `"answerBoolean":true`, none, true},
		{"integer", ">", `"answerInteger":5`, i("6"), true},
		{"integer", ">", `"answerInteger":5`, i("5"), false},
		{"integer", ">=", `"answerInteger":5`, i("5"), true},
		{"integer", "<", `"answerInteger":5`, i("4"), true},
		{"integer", "<", `"answerInteger":5`, none, false},
		{"integer", "<=", `"answerInteger":5`, i("6"), false},
		{"decimal", "=", `"answerDecimal":1.1`, val(form.IsDecimal, "1.10"), true},
		{"decimal", ">", `"answerDecimal":9`, val(form.IsDecimal, "10"), true},
		{"date", ">", `"answerDate":"2026-05-10"`, d("2026-05"), false},
		{"date", "<", `"answerDate":"2026-05-10"`, d("2026-05"), false},
		{"date", ">", `"answerDate":"2026-05-10"`, d("2026-06"), true},
		{"date", "<=", `"answerDate":"2026-05-10"`, d("2026-05-10"), true},
		{"string", "=", `"answerString":"a"`, s("a"), true},
		{"string", "=", `"answerString":"a"`, s("A"), false},
		{"time", ">=", `"answerTime":"08:00:00"`, val(form.IsTime, "08:00:00.0"), true},
		{"quantity", ">", `"answerQuantity":{"value":37.5,"system":"http://unitsofmeasure.org","code":"Cel"}`, measured("38.0", "Cel"), true},
		{"quantity", ">", `"answerQuantity":{"value":37.5,"system":"http://unitsofmeasure.org","code":"Cel"}`, measured("99", "[degF]"), false},
		{"open-choice", "=", `"answerCoding":{"system":"s","code":"a"}`, code("s", "a"), true},
		{"open-choice", "=", `"answerCoding":{"system":"s","code":"a"}`, code("t", "a"), false},
		{"open-choice", "=", `"answerCoding":{"code":"a"}`, code("t", "a"), true},
		{"open-choice", "!=", `"answerCoding":{"system":"s","code":"a"}`, s("other"), true},
		{"open-choice", "=", `"answerString":"other"`, s("other"), true},
	} {
		t.Run(fmt.Sprint(c.question, " ", c.operator, " ", c.than, " ", c.answer.Text+c.answer.Coding.System), func(t *testing.T) {
			a := form.New(usable(t, fmt.Sprintf(`{"linkId":"q","type":%q},{"linkId":"1","type":"string","enableWhen":[{"question":"q","operator":%q,%s}]}`, c.question, c.operator, c.than)))
			if err := a.Set(form.At("q"), c.answer); err != nil {
				t.Fatal(err)
			}
			if a.Enabled(form.At("1")) != c.want {
				t.Errorf("asked: %v", !c.want)
			}
		})
	}
}

func TestAllOrAnyOfTheConditionsHold(t *testing.T) {
	const items = `{"linkId":"p","type":"boolean"},{"linkId":"q","type":"boolean"},{"linkId":"1","type":"string","required":true,"enableBehavior":%q,"enableWhen":[{"question":"p","operator":"=","answerBoolean":true},{"question":"q","operator":"=","answerBoolean":true}]}`
	for _, c := range []struct {
		behaviour, p, q string
		want            bool
	}{{"all", "true", "true", true}, {"all", "true", "false", false}, {"any", "false", "true", true}, {"any", "false", "false", false}} {
		a := form.New(usable(t, fmt.Sprintf(items, c.behaviour)))
		_, _ = a.Set(form.At("p"), val(form.IsBoolean, c.p)), a.Set(form.At("q"), val(form.IsBoolean, c.q))
		if a.Enabled(form.At("1")) != c.want || (len(a.Check()) > 0) != c.want {
			t.Errorf("%+v: %v, %+v", c, a.Enabled(form.At("1")), a.Check())
		}
	}
}

// What an item asks for is the answer beside it: in another row of the same part it is another one.
func TestAConditionIsOfTheNearestAnswer(t *testing.T) {
	a := form.New(usable(t, `{"linkId":"g","type":"group","repeats":true,"item":[
		{"linkId":"q","type":"boolean","repeats":true},
		{"linkId":"1","type":"string","enableWhen":[{"question":"q","operator":"=","answerBoolean":true}]}]},
		{"linkId":"2","type":"string","enableWhen":[{"question":"q","operator":"=","answerBoolean":true}]}`))
	if _, err := a.Add(form.At("g")); err != nil {
		t.Fatal(err)
	}
	asked := func() string {
		var out []string
		for _, p := range []form.Place{form.At("1", 0, 0), form.At("1", 1, 0), form.At("2")} {
			out = append(out, fmt.Sprint(a.Enabled(p)))
		}
		return strings.Join(out, " ")
	}
	if got := asked(); got != "false false false" {
		t.Error(got)
	}
	_ = a.Set(form.At("q", 1, 0), val(form.IsBoolean, "true"))
	if got := asked(); got != "false true true" {
		t.Error(got)
	}
	if err := a.Remove(form.At("g", 1)); err != nil {
		t.Fatal(err)
	}
	if got := asked(); got != "false false false" {
		t.Error(got)
	}
}

func TestWhatStandsBelowAQuestionIsAskedOnceItHasAnAnswer(t *testing.T) {
	a := form.New(usable(t, `{"linkId":"q","type":"string","item":[{"linkId":"1","type":"string","required":true},{"linkId":"h","type":"display","text":"help"}]}`))
	if a.Enabled(form.At("1", 0, 0)) || !a.Enabled(form.At("h", 0, 0)) || len(a.Check()) > 0 {
		t.Error("it is asked before, or the help is not there")
	}
	_ = a.Set(form.At("q"), val(form.IsString, "x"))
	if !a.Enabled(form.At("1", 0, 0)) || len(a.Check()) != 1 {
		t.Error("it is not asked afterwards")
	}
}

// What is not asked any more stays while somebody edits, leaves with nothing, decides nothing, and is in the draft.
func TestAnAnswerThatIsNotAskedAnyMoreIsKeptAndDoesNotLeave(t *testing.T) {
	f := usable(t, `{"linkId":"p","type":"boolean"},{"linkId":"q","type":"integer","enableWhen":[{"question":"p","operator":"=","answerBoolean":true}]},
		{"linkId":"1","type":"string","required":true,"enableWhen":[{"question":"q","operator":">","answerInteger":5}]}`)
	a := form.New(f)
	_ = a.Set(form.At("p"), val(form.IsBoolean, "true"))
	_ = a.Set(form.At("q"), val(form.IsInteger, "7"))
	_ = a.Set(form.At("1"), val(form.IsString, "secret"))
	_ = a.Set(form.At("p"), val(form.IsBoolean, "false"))
	if a.Enabled(form.At("q")) || a.Enabled(form.At("1")) || len(a.Check()) > 0 {
		t.Error("what hangs on it is asked")
	}
	if out := string(a.Response(header())); strings.Contains(out, "secret") || strings.Contains(out, "valueInteger") || !strings.Contains(out, `"valueBoolean":false`) {
		t.Errorf("it leaves: %s", out)
	}
	back, _, _, err := form.ReadResponse(f, a.Draft(header()))
	if err != nil {
		t.Fatal(err)
	}
	_ = back.Set(form.At("p"), val(form.IsBoolean, "true"))
	if back.Value(form.At("1")).Text != "secret" || !back.Enabled(form.At("1")) {
		t.Error("the draft lost it")
	}
}
