package form_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
	"github.com/ehrdesk/ehrdesk/internal/form"
)

// anyItems draws items with conditions on questions that stand before them.
func anyItems(t *rapid.T, depth int, asked *[]string, n *int) string {
	var out []string
	for range rapid.IntRange(1, 4).Draw(t, "items") {
		*n++
		link := fmt.Sprint("i", *n)
		kind := rapid.SampledFrom([]string{"group", "boolean", "decimal", "integer", "date", "string", "choice", "open-choice", "quantity"}).Draw(t, "type")
		more := ""
		if rapid.Bool().Draw(t, "required") {
			more += `,"required":true`
		}
		if rapid.Bool().Draw(t, "repeats") {
			more += `,"repeats":true`
		}
		if kind == "choice" || kind == "open-choice" {
			more += `,"answerOption":[{"valueCoding":{"system":"s","code":"a"}},{"valueCoding":{"system":"s","code":"b"}},{"valueString":"c"}]`
		}
		if len(*asked) > 0 && rapid.Bool().Draw(t, "conditional") {
			more += fmt.Sprintf(`,"enableWhen":[{"question":%q,"operator":"exists","answerBoolean":%v}]`, rapid.SampledFrom(*asked).Draw(t, "question"), rapid.Bool().Draw(t, "exists"))
		}
		if kind != "group" {
			*asked = append(*asked, link)
		}
		if depth < 2 && (kind == "group" || rapid.IntRange(0, 3).Draw(t, "inside") == 0) {
			more += `,"item":[` + anyItems(t, depth+1, asked, n) + `]`
		}
		out = append(out, fmt.Sprintf(`{"linkId":%q,"type":%q%s}`, link, kind, more))
	}
	return strings.Join(out, ",")
}

// anyValue draws what somebody may type into an item, right or not.
func anyValue(t *rapid.T, it *form.Item) form.Value {
	if len(it.Options) > 0 {
		return it.Options[rapid.IntRange(0, len(it.Options)-1).Draw(t, "option")].Value
	}
	v := form.Value{Kind: it.Type.Kind()}
	switch it.Type {
	case form.Boolean:
		v.Text = rapid.SampledFrom([]string{"true", "false"}).Draw(t, "truth")
	case form.Decimal, form.Integer, form.Quantity:
		v.Text = rapid.SampledFrom([]string{"1.10", "0", "-3", "7", "1e-3", "12.", "x", "00"}).Draw(t, "number")
	case form.Date:
		v.Text = rapid.SampledFrom([]string{"2026", "2026-02", "2026-02-28", "2026-02-30", "yesterday"}).Draw(t, "date")
	default:
		v.Text = rapid.String().Draw(t, "words")
	}
	return v
}

// anyAnswers changes the answers in some way, many times.
func anyAnswers(t *rapid.T, a *form.Answers) {
	for range rapid.IntRange(0, 25).Draw(t, "steps") {
		lines := a.Lines()
		l := lines[rapid.IntRange(0, len(lines)-1).Draw(t, "line")]
		switch rapid.IntRange(0, 5).Draw(t, "act") {
		case 0:
			_, _ = a.Add(l.Place)
		case 1:
			_ = a.Remove(l.Place)
		default:
			if l.Item.Type.Asks() {
				_ = a.Set(l.Place, anyValue(t, l.Item))
			}
		}
	}
}

func drawn(t *rapid.T) *form.Answers {
	n := 0
	f, err := form.Read(questionnaire(anyItems(t, 0, &[]string{}, &n)), nil)
	if err != nil || f.Refused() {
		t.Skip("a condition on what it stands in") // the reader refuses it, as it should
	}
	a := form.New(f)
	anyAnswers(t, a)
	return a
}

// A draft gives back all that was entered, and the response of it is the same.
func TestADraftGivesBackWhatWasEntered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawn(t)
		draft := a.Draft(header())
		back, _, left, err := form.ReadResponse(a.Form(), draft)
		if err != nil || len(left) > 0 {
			t.Fatalf("%v %+v\n%s", err, left, draft)
		}
		if again := back.Draft(header()); string(again) != string(draft) {
			t.Fatalf("another draft:\n%s\n%s", draft, again)
		}
		if x, y := a.Response(header()), back.Response(header()); string(x) != string(y) {
			t.Fatalf("another response:\n%s\n%s", x, y)
		}
	})
}

// A response has what is asked and answered, and nothing else, with every digit.
func TestAResponseHasWhatIsAskedAndAnsweredAndNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawn(t)
		bad := map[form.Place]bool{}
		for _, p := range a.Check() {
			if p.What == form.NotType {
				bad[p.Place] = true
			}
		}
		want := map[string]int{}
		for _, l := range a.Lines() {
			if l.Enabled && !l.Value.IsZero() && !below(l, bad) {
				want[l.Item.Link]++
			}
		}
		got := map[string]int{}
		o, err := fhir.Parse(a.Response(header()))
		if err != nil {
			t.Fatal(err)
		}
		count(o, got)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}

// below reports an answer that is of no type of FHIR's, or that belongs to one.
func below(l form.Line, bad map[form.Place]bool) bool {
	rows := strings.Split(l.Place.Rows, ".")
	for it := l.Item; it != nil; it = it.Parent {
		if bad[form.Place{Link: it.Link, Rows: strings.Join(rows[:it.Depth+1], ".")}] {
			return true
		}
	}
	return false
}

// count counts the answers of each item in a response.
func count(o fhir.Object, got map[string]int) {
	fhir.Each(o.Raw("item"), func(v fhir.Value) {
		it := fhir.ObjectOf(v)
		fhir.Each(it.Raw("answer"), func(v fhir.Value) {
			got[it.Text("linkId")]++
			count(fhir.ObjectOf(v), got)
		})
		count(it, got)
	})
}

// Checking, asking and writing change nothing and say the same twice.
func TestTheSameAnswersSayTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawn(t)
		x, p := a.Draft(header()), fmt.Sprint(a.Check(), a.Lines())
		if y, q := a.Draft(header()), fmt.Sprint(a.Check(), a.Lines()); string(x) != string(y) || p != q {
			t.Fatal("the same answers say something else")
		}
	})
}

// FuzzQuestionnaire: whatever is read can be answered, checked, written and read back.
func FuzzQuestionnaire(f *testing.F) {
	f.Add(questionnaire(`{"linkId":"1","type":"group","repeats":true,"item":[{"linkId":"2","type":"decimal","initial":[{"valueDecimal":1.10}]}]}`))
	f.Add(questionnaire(`{"linkId":"1","type":"choice","answerValueSet":"#vs","enableWhen":[{"question":"2","operator":"=","answerCoding":{"code":"a"}}]},{"linkId":"2","type":"open-choice","answerOption":[{"valueCoding":{"code":"a"}}]}`, `,"contained":[{"resourceType":"ValueSet","id":"vs","compose":{"include":[{"system":"s","concept":[{"code":"a"}]}]}}]`))
	f.Add(questionnaire(`{"linkId":"1","type":"quantity",` + extension(core+"questionnaire-unit", `"valueCoding":{"code":"kg"}`) + `}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		q, err := form.Read(raw, nil)
		if err != nil {
			if ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
				t.Fatal(err)
			}
			return
		}
		a := form.New(q)
		_ = a.Check()
		out := a.Draft(header())
		if _, err := fhir.Parse(out); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		if q.Refused() {
			return
		}
		back, _, _, err := form.ReadResponse(q, out)
		if err != nil {
			t.Fatal(err)
		}
		if again := back.Draft(header()); string(again) != string(out) {
			t.Fatalf("another draft:\n%s\n%s", out, again)
		}
	})
}

// FuzzResponse: whatever is taken up of a response is the form's, and can be written again.
func FuzzResponse(f *testing.F) {
	q, err := form.Read(questionnaire(`{"linkId":"g","type":"group","repeats":true,"item":[{"linkId":"1","type":"decimal","repeats":true,"item":[{"linkId":"2","type":"string"}]},{"linkId":"3","type":"choice","answerOption":[{"valueCoding":{"code":"a"}}]}]}`), nil)
	if err != nil || q.Refused() {
		f.Fatal(err)
	}
	a := form.New(q)
	_, _ = a.Set(form.At("1", 0, 0), val(form.IsDecimal, "1.10")), a.Set(form.At("3", 0, 0), code("", "a"))
	f.Add(a.Response(header()))
	f.Add(a.Draft(header()))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, h, _, err := form.ReadResponse(q, raw)
		if err != nil {
			return
		}
		out := got.Draft(h)
		again, _, left, err := form.ReadResponse(q, out)
		if err != nil || len(left) > 0 || !again.Equal(got) {
			t.Fatalf("%v %+v: %s", err, left, out)
		}
	})
}

// FuzzSet: whatever is read as a set of answers has answers, each with words.
func FuzzSet(f *testing.F) {
	f.Add([]byte(`{"resourceType":"ValueSet","url":"u","compose":{"include":[{"system":"s","concept":[{"code":"a","designation":[{"language":"zh","value":"甲"}]}]}]}}`))
	f.Add([]byte(`{"resourceType":"ValueSet","url":"u","expansion":{"contains":[{"system":"s","code":"a","contains":[{"code":"b"}]}]}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		_, options, err := form.ReadSet(raw)
		for _, o := range options {
			if err != nil || o.Words.Said == "" {
				t.Fatalf("%v %+v", err, o)
			}
		}
		if err == nil && len(options) == 0 {
			t.Fatal("a set without an answer is taken")
		}
	})
}

// BenchmarkALongForm reads a form of 300 questions, and answers, shows and checks it.
func BenchmarkALongForm(b *testing.B) {
	var items []string
	for i := range 300 {
		more := ""
		if i > 0 {
			more = fmt.Sprintf(`,"enableWhen":[{"question":"i%d","operator":"exists","answerBoolean":true}]`, i-1)
		}
		items = append(items, fmt.Sprintf(`{"linkId":"i%d","text":"Question","type":"decimal"%s}`, i, more))
	}
	raw := questionnaire(strings.Join(items, ","))
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			_ = read(b, strings.Join(items, ","))
		}
	})
	f, err := form.Read(raw, nil)
	if err != nil {
		b.Fatal(err)
	}
	a := form.New(f)
	b.Run("key", func(b *testing.B) {
		for b.Loop() {
			for i := range 3 {
				_ = a.Set(form.At(fmt.Sprint("i", i)), val(form.IsDecimal, "1.10"))
			}
			_, _ = a.Lines(), a.Check()
		}
	})
}
