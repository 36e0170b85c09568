package filling_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk/internal/form"
	"github.com/ehrdesk/ehrdesk/internal/form/forms"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/keys"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/widget/filling"
)

func read(t testing.TB, items string) *form.Form {
	t.Helper()
	f, err := form.Read(fmt.Appendf(nil, `{"resourceType":"Questionnaire","url":"http://example.org/q","title":"T","status":"active","item":[%s]}`, items), nil)
	if err != nil || f.Refused() {
		t.Fatalf("%v %+v", err, f)
	}
	return f
}

func show(f *form.Form) *filling.Form {
	return filling.New(form.New(f), filling.Given{Lang: text.English, T: &text.New().Filling})
}

func drawn(f *filling.Form, w, h int) string {
	c := paint.New(false)
	c.Reset(w+1, h, 0)
	f.Draw(c, paint.Rect{W: w, H: h}, true)
	var rows []string
	for y := range h {
		rows = append(rows, strings.TrimRight(c.Text(0, y), " "))
	}
	return strings.Join(rows, "\n")
}

// press does with a key what the root model does.
func press(f *filling.Form, names ...string) {
	of := map[string]intent.Intent{"tab": {ID: intent.NextPane}, "shift+tab": {ID: intent.PrevPane}, "up": {ID: intent.Up}, "down": {ID: intent.Down}, "enter": {ID: intent.Accept},
		"ctrl+x": {ID: intent.ClearAnswer}, "ctrl+n": {ID: intent.AddRow}, "ctrl+k": {ID: intent.RemoveRow}, "1": {ID: intent.Pick}, "2": {ID: intent.Pick, Arg: 1}, "right": {ID: intent.Right}, "left": {ID: intent.Left}}
	for _, n := range names {
		in, meant := of[n]
		if field := f.Field(); field != nil && (!meant || len(n) == 1 || n == "left" || n == "right") {
			k := uitest.Key(n)
			if taken, changed := field.Key(k, keys.Name(k)); taken {
				if changed {
					f.Handle(intent.Intent{ID: intent.Edited})
				}
				continue
			}
		}
		if meant {
			f.Handle(in)
		}
	}
}

func typed(f *filling.Form, s string) {
	for _, r := range s {
		if in := f.Field(); in != nil {
			k := tea.KeyPressMsg{Code: r, Text: string(r)}
			if _, changed := in.Key(k, keys.Name(k)); changed {
				f.Handle(intent.Intent{ID: intent.Edited})
			}
		}
	}
}

// A doctor types dates as they stand on the screen; numbers also with the wide digits of a Chinese keyboard.
func TestWhatIsTypedBecomesAnAnswerOfItsType(t *testing.T) {
	for _, c := range []struct{ kind, typed, want string }{
		{"decimal", "36.80", "36.80"}, {"decimal", "３６．８", "36.8"}, {"integer", "7", "7"}, {"date", "5-Nov-2026", "2026-11-05"}, {"date", "2026-11-05", "2026-11-05"}, {"date", "nov-2026", "2026-11"},
		{"date", "2026", "2026"}, {"dateTime", "05-Nov-2026 09:30", "2026-11-05T09:30:00+08:00"}, {"dateTime", "5-Nov-2026", "2026-11-05"}, {"time", "09:30", "09:30:00"}, {"string", "  咳嗽 cough", "  咳嗽 cough"},
		{"url", "https://example.org/a", "https://example.org/a"}, {"quantity", "<5.0", "<5.0"},
	} {
		f := show(read(t, fmt.Sprintf(`{"linkId":"1","type":%q,"text":"Thing"}`, c.kind)))
		typed(f, c.typed)
		v := f.Answers().Value(form.At("1"))
		if got := v.Compares + v.Text; got != c.want || !f.Done() {
			t.Errorf("%s %q: %q, %v", c.kind, c.typed, got, f.Problems())
		}
	}
}

func TestWhatIsHalfTypedStaysAndIsSaidOnceItIsLeft(t *testing.T) {
	f := show(read(t, `{"linkId":"1","type":"date","text":"Day"},{"linkId":"2","type":"string","text":"Next"}`))
	typed(f, "31-Feb")
	if s := drawn(f, 70, 8); strings.Contains(s, "is no date") {
		t.Errorf("it is said while somebody types:\n%s", s)
	}
	press(f, "tab")
	if s := drawn(f, 70, 8); !strings.Contains(s, "31-Feb") || !strings.Contains(s, "! is no date as 5-Nov-2026") {
		t.Errorf("\n%s", s)
	}
	a, _, _, err := form.ReadResponse(f.Answers().Form(), f.Answers().Draft(form.Header{}))
	if err != nil {
		t.Fatal(err)
	}
	if s := drawn(filling.New(a, f.Given), 70, 8); !strings.Contains(s, "31-Feb") {
		t.Errorf("it is not in the draft:\n%s", s)
	}
}

func TestWhatIsAskedFollowsTheAnswers(t *testing.T) {
	f := show(read(t, `{"linkId":"1","type":"boolean","text":"Smokes"},{"linkId":"2","type":"integer","text":"How many","enableWhen":[{"question":"1","operator":"=","answerBoolean":true}]}`))
	for key, want := range map[string]bool{"1": true, "2": false} {
		press(f, key)
		if got := strings.Contains(drawn(f, 60, 8), "How many"); got != want {
			t.Errorf("after %s it is asked: %v", key, got)
		}
	}
	press(f, "ctrl+x")
	if !f.Answers().Value(form.At("1")).IsZero() {
		t.Error("the answer was not cleared")
	}
}

func TestRowsAreAddedAndTakenAway(t *testing.T) {
	f := show(read(t, `{"linkId":"g","type":"group","repeats":true,"text":"Drug","item":[{"linkId":"1","type":"string","text":"Name"}]}`))
	typed(f, "a")
	press(f, "ctrl+n")
	typed(f, "b")
	if s := drawn(f, 60, 10); !strings.Contains(s, "Drug 1 of 2") || !strings.Contains(s, "Drug 2 of 2") {
		t.Errorf("\n%s", s)
	}
	press(f, "shift+tab", "ctrl+k")
	if s := drawn(f, 60, 10); strings.Contains(s, "of 2") || f.Answers().Value(form.At("1")).Text != "b" {
		t.Errorf("\n%s", s)
	}
}

const many = `{"linkId":"1","type":"open-choice","text":"Vaccine","answerOption":[{"valueCoding":{"code":"flu","display":"Influenza 流感"}},{"valueCoding":{"code":"hb","display":"Hepatitis B 乙型肝炎"}}]},{"linkId":"2","type":"string","text":"Next"}`

func TestAChoiceIsFoundByTypingOrStandsInOnesOwnWords(t *testing.T) {
	f := show(read(t, many))
	typed(f, "肝炎")
	press(f, "down", "enter")
	if v := f.Answers().Value(form.At("1")); v.Coding.Code != "hb" {
		t.Errorf("%+v", v)
	}
	press(f, "shift+tab")
	typed(f, "rabies") // what comes behind an answer begins anew
	press(f, "tab")
	if v := f.Answers().Value(form.At("1")); v.Kind != form.IsString || v.Text != "rabies" || !f.Done() {
		t.Errorf("%+v %v", v, f.Problems())
	}
}

func TestAQuantityNeedsItsUnitWhereThereIsMoreThanOne(t *testing.T) {
	const unit = `{"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption","valueCoding":{"system":"http://unitsofmeasure.org","code":%q,"display":%q}}`
	one := fmt.Sprintf(unit, "kg", "kg")
	f := show(read(t, `{"linkId":"1","type":"quantity","text":"Weight","extension":[`+one+`]}`))
	typed(f, "61.50")
	if v := f.Answers().Value(form.At("1")); v.Text != "61.50" || v.Unit.Code != "kg" || !f.Done() {
		t.Errorf("%+v", v)
	}
	f = show(read(t, `{"linkId":"1","type":"quantity","text":"Weight","extension":[`+one+`,`+fmt.Sprintf(unit, "[lb_av]", "lb")+`]},{"linkId":"2","type":"string","text":"Next"}`))
	typed(f, "61.50")
	press(f, "tab", "tab")
	if s := drawn(f, 60, 8); !strings.Contains(s, "! needs its unit") {
		t.Errorf("\n%s", s)
	}
	press(f, "shift+tab", "2")
	if v := f.Answers().Value(form.At("1")); v.Unit.Code != "[lb_av]" || !f.Done() {
		t.Errorf("%+v", v)
	}
}

func TestWhatCannotBeAnsweredHereSaysSo(t *testing.T) {
	f := show(read(t, `{"linkId":"0","type":"string","text":"First"},{"linkId":"1","type":"attachment","text":"Photograph"},{"linkId":"2","type":"display","text":"Read this."},{"linkId":"3","type":"string","text":"Last"}`))
	if s := drawn(f, 70, 8); !strings.Contains(s, "cannot be answered on this desk") || !strings.Contains(s, "Read this.") {
		t.Errorf("\n%s", s)
	}
	press(f, "tab")
	if typed(f, "x"); f.Answers().Value(form.At("3")).Text != "x" {
		t.Error("the focus stands on what cannot be answered")
	}
}

func TestWhatIsPastedKeepsItsLines(t *testing.T) {
	f := show(read(t, `{"linkId":"1","type":"text","text":"Story"}`))
	f.Field().Insert("one\r\ntwo 二\x1b[2J\n  three")
	f.Handle(intent.Intent{ID: intent.Edited})
	if v := f.Answers().Value(form.At("1")).Text; v != "one\ntwo 二\n  three" {
		t.Errorf("%q", v)
	}
	press(f, "up", "up")
	typed(f, "!")
	if s := drawn(f, 60, 6); !strings.Contains(s, "one!") && !strings.Contains(s, "on!e") && !strings.Contains(s, "!one") {
		t.Errorf("the cursor did not go up:\n%s", s)
	}
}

// whole are the forms that every desk has, and those of others that a folder holds.
func whole(t testing.TB) (out []*form.Form) {
	for _, name := range forms.Names() {
		f, err := forms.Read(name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, f)
	}
	files, _ := filepath.Glob(filepath.Join(os.Getenv("EHRDESK_QUESTIONNAIRES"), "*.json"))
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if f, err := form.Read(raw, nil); err == nil && !f.Refused() {
			out = append(out, f)
		}
	}
	return out
}

// Whatever keys are pressed: what is drawn fits, what was entered is in the draft that is taken up again, and the same stands
// there as before.
func TestNoKeysLoseWhatWasEntered(t *testing.T) {
	all := whole(t)
	rapid.Check(t, func(t *rapid.T) {
		f := show(rapid.SampledFrom(all).Draw(t, "form"))
		for range rapid.IntRange(0, 60).Draw(t, "keys") {
			switch k := rapid.SampledFrom([]string{"tab", "tab", "tab", "shift+tab", "up", "down", "enter", "ctrl+x", "ctrl+n", "ctrl+k", "1", "2", "left", "right", "backspace", "type", "type", "draw"}).Draw(t, "key"); k {
			case "type":
				typed(f, rapid.SampledFrom([]string{"a", "12.", "5-Nov-2026", "咳嗽", "e\u0301", " "}).Draw(t, "text"))
			case "draw":
				drawn(f, rapid.IntRange(20, 120).Draw(t, "w"), rapid.IntRange(1, 30).Draw(t, "h"))
			default:
				press(f, k)
			}
		}
		a, _, left, err := form.ReadResponse(f.Answers().Form(), f.Answers().Draft(form.Header{}))
		if err != nil || len(left) > 0 {
			t.Fatalf("%v %+v", err, left)
		}
		if !a.Equal(f.Answers()) {
			t.Fatalf("\n%s\n%s", a.Draft(form.Header{}), f.Answers().Draft(form.Header{}))
		}
		f.Read()
	})
}

// A form of a thousand items: what a key and a frame cost.
func BenchmarkALongForm(b *testing.B) {
	var items []string
	for i := range 1000 {
		items = append(items, fmt.Sprintf(`{"linkId":"%d","type":"string","text":"A question of some length that is asked in the clinic"}`, i))
	}
	f := show(read(b, strings.Join(items, ",")))
	c := paint.New(false)
	b.Run("key", func(b *testing.B) {
		for b.Loop() {
			typed(f, "a")
			press(f, "backspace")
		}
	})
	b.Run("frame", func(b *testing.B) {
		for b.Loop() {
			c.Reset(81, 24, 0)
			f.Draw(c, paint.Rect{W: 80, H: 16}, true)
		}
	})
}

// Letters lead to one of a few choices: the one that begins with them, else one of which a word does, else one that has them in it.
// What leads nowhere changes nothing.
func TestLettersLeadToAChoice(t *testing.T) {
	f := show(read(t, `{"linkId":"degree","type":"choice","text":"Degree","answerOption":[{"valueCoding":{"code":"near","display":"near miss"}},{"valueCoding":{"code":"no","display":"no harm"}},{"valueCoding":{"code":"mi","display":"mild"}},
		{"valueCoding":{"code":"mo","display":"moderate 中度"}},{"valueCoding":{"code":"se","display":"severe"}}]},
		{"linkId":"told","type":"boolean","text":"Told"}`))
	at := func() string { return f.Answers().Value(form.At("degree", 0)).Coding.Code }
	for _, c := range []struct{ typed, want string }{
		{"m", "mi"}, {"m", "mo"}, {"m", "mi"}, {"o", "mo"}, {"x", "mo"}, {"n", "near"}, {"o", "no"}, {"h", "no"}, {"s", "se"}, {"中", "mo"}, {"v", "mo"}, {"s", "se"}, {"E", "se"}, {"h", "no"}, {"ld", "mi"},
	} {
		changed, found := f.Ahead(c.typed)
		if at() != c.want || changed && !found {
			t.Errorf("after %q: %q, want %q", c.typed, at(), c.want)
		}
	}
	if changed, found := f.Ahead("q"); changed || found || at() != "mi" {
		t.Errorf("a letter of no choice: %v, %v, %q", changed, found, at())
	}
	press(f, "tab")
	if _, found := f.Ahead("n"); !found || f.Answers().Value(form.At("told", 0)).Text != "false" || at() != "mi" {
		t.Errorf("no: %+v", f.Answers().Value(form.At("told", 0)))
	}
}
