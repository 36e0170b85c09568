package path_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk/internal/form/path"
)

func words(list ...string) (out []path.Node) {
	for _, s := range list {
		out = append(out, path.Node{Text: s})
	}
	return out
}

func object(m map[string][]path.Node) path.Node { return path.Node{Kind: path.Object, Members: m} }

func answer(link string, v path.Node) path.Node {
	return object(map[string][]path.Node{"linkId": words(link), "answer": {object(map[string][]path.Node{"value": {v}})}})
}

func scope() path.Scope {
	num := func(s string) path.Node { return path.Node{Kind: path.Number, Text: s} }
	known := map[string][]path.Node{
		"patient": {object(map[string][]path.Node{
			"gender": words("female"), "birthDate": {{Kind: path.Moment, Text: "1954-03-02"}},
			"name": {
				object(map[string][]path.Node{"use": words("usual"), "family": words("CHAN"), "given": words("Tai", "Man")}),
				object(map[string][]path.Node{"use": words("official"), "family": words("陳"), "given": words("大文")}),
			},
		})},
		"resource": {object(map[string][]path.Node{"item": {
			object(map[string][]path.Node{"linkId": words("g"), "item": {
				answer("weight", num("70.50")), answer("height", num("1.75")), answer("a", path.Node{Text: "LA1", Score: "1", Members: map[string][]path.Node{"code": words("LA1")}}),
				answer("b", path.Node{Text: "LA3", Score: "3", Members: map[string][]path.Node{"code": words("LA3")}}),
			}}),
		}})},
		"dose": {{Kind: path.Amount, Text: "5", Unit: "mg"}}, "more": {{Kind: path.Amount, Text: "7.5", Unit: "mg"}}, "volume": {{Kind: path.Amount, Text: "2", Unit: "mL"}},
	}
	return path.Scope{Named: func(n string) []path.Node { return known[n] }, Context: known["resource"], Now: time.Date(2026, time.January, 31, 9, 30, 0, 0, time.UTC)}
}

func TestAnExpressionComesToWhatTheStandardSays(t *testing.T) {
	const at = "%resource.repeat(item).where(linkId='weight').answer.value"
	for expr, want := range map[string]string{
		"%patient.gender":                                           "female",
		"%patient.name.family":                                      "CHAN 陳",
		"%patient.name.first().given.first()":                       "Tai",
		"%patient.name.last().given":                                "大文",
		"%patient.name[1].family":                                   "陳",
		"%patient.name[7].family":                                   "",
		"%patient.name.where(use='official').family":                "陳",
		"%patient.name.where(use='official' or use='old').exists()": "true",
		"%patient.name.select(family & ', ' & given.first())":       "CHAN, Tai 陳, 大文",
		"%patient.name.given.count()":                               "3",
		"%patient.other.more":                                       "",
		"%patient.gender != 'male'":                                 "true",
		"%patient.nothing = 'x'":                                    "",
		"%patient.nothing.exists() or true":                         "true",
		"%patient.nothing = 'x' and false":                          "false",
		"%patient.nothing = 'x' or false":                           "",
		"'a' in ('a' | 'b')":                                        "true",
		"('a' | 'b') contains 'c'":                                  "false",
		"iif(%patient.gender = 'female', 'F', 'M')":                 "F",
		"iif(false, 1)":                                             "",
		"1 + 2 * 3":                                                 "7",
		"(1 + 2) * 3":                                               "9",
		"-3 + 5":                                                    "2",
		"7 div 2 + 7 mod 2":                                         "4",
		"1 / 3":                                                     "0.33333333",
		"1 / 0":                                                     "",
		"0.1 + 0.2 = 0.3":                                           "true",
		"1.10 = 1.1":                                                "true",
		"10 > 9":                                                    "true",
		"'10' > '9'":                                                "false",
		at:                                                          "70.50",
		"(" + at + " / %resource.repeat(item).where(linkId='height').answer.value.power(2)).round(1)": "23.0",
		"%resource.repeat(item).answer.value.weight().sum()":                                          "4",
		"%resource.item.where(linkId='g').item.answer.value.weight().aggregate($this + $total, 0)":    "4",
		"item.where(linkId='g').item.where(answer.hasValue()).count() >= 3":                           "true",
		"%resource.repeat(item).where(linkId='a').answer.value.code":                                  "LA1",
		"today() - 7 days":                 "2026-01-24",
		"today() + 1 month":                "2026-02-28",
		"today() > @2026-01-30":            "true",
		"today() = @2026-01":               "",
		"now().toString().substring(0, 4)": "2026",
		"today().toString().substring(0,4).toInteger() - %patient.birthDate.toString().substring(0,4).toInteger()": "72",
		"%dose + %more": "12.5",
		"%dose * 2":     "10",
		"%dose < %more": "true",
		"'abc'.startsWith('ab') and 'abc'.contains('b') and 'A1'.matches('^[A-Z][0-9]$')": "true",
		"'陳大文'.length()":                                                 "3",
		"('b' | 'a' | 'b').count()":                                      "2",
		"(3.7).floor() + (3.2).ceiling() + (-3.7).truncate().abs()":      "10",
		"%patient.name.given.join(' ')":                                  "Tai Man 大文",
		"'a-b'.replace('-', '+')":                                        "a+b",
		"%resource.repeat(item).answer.value.ofType(Coding).count()":     "2",
		"%resource.repeat(item).answer.value.ofType(FHIR.decimal).sum()": "72.25",
		"(%dose | 'mg' | today() | true).ofType(Quantity)":               "5",
		"{}.empty()":         "true",
		"true implies false": "false",
		"%patient.name.skip(1).family & %patient.name.take(1).family": "陳CHAN",
		"%patient.name.all(given.exists())":                           "true",
		"(4 | 2 | 9).max() - (4 | 2 | 9).min()":                       "7",
	} {
		e, err := path.Parse(expr)
		if err != nil {
			t.Errorf("%s is not read", expr)
			continue
		}
		out, err := e.Of(scope())
		var got []string
		for _, n := range out {
			got = append(got, n.Text)
		}
		if s := strings.Join(got, " "); s != want || err != nil {
			t.Errorf("%s: %q %v, want %q", expr, s, err, want)
		}
	}
}

func TestWhatHasNoAnswerSaysSo(t *testing.T) {
	for _, expr := range []string{"%patient.name.family + 'x'", "'a' + 1", "%dose + %volume", "%dose * %more", "1 > 'a'", "'x'.power(2)", "%patient.name.single()", "(2).power(11)", "'a'.matches('(')"} {
		e, err := path.Parse(expr)
		if err != nil {
			t.Errorf("%s is not read", expr)
			continue
		}
		if out, err := e.Of(scope()); err == nil {
			t.Errorf("%s: %+v", expr, out)
		}
	}
}

func TestAnExpressionThatCostsTooMuchEnds(t *testing.T) {
	e, err := path.Parse("%resource.repeat($this).count()") // it stands in itself
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Of(scope()); err == nil {
		t.Error("it has an end")
	}
	if _, err := path.Parse(strings.Repeat("(", 3000)); err == nil {
		t.Error("it is read")
	}
}

func TestWhatIsBeyondThePartIsRefused(t *testing.T) {
	for _, expr := range []string{
		"", "%", "%patient.", "%patient.name.children()", "today() +", "%patient.name[0", "%a is Quantity", "%a.ofType(Patient)", "%a.ofType('Coding')", "ofType(Coding)", "5 'mg'", `'\u0041'`, "'open", "%patient.name.where()", "%a.trace('x')",
		"~1", "%a.substring()", "1.2.3", "1e5", "%patient name", "$that", "@", "a..b", "iif(true)", "%a as b",
	} {
		if _, err := path.Parse(expr); err == nil {
			t.Errorf("%q is read", expr)
		}
	}
}

func TestAnExpressionSaysWhatItAsksFor(t *testing.T) {
	e, err := path.Parse("%resource.item.where(linkId='1').answer.value + %x")
	if err != nil || strings.Join(e.Names(), " ") != "resource x" || strings.Join(e.Members(), " ") != "item linkId answer value" {
		t.Errorf("%v %v", e, err)
	}
}

func FuzzPath(f *testing.F) {
	f.Add("%patient.name.where(use='official')[0].given.first()")
	f.Add("iif(today() + 7 days > now(), {}, (1 | 2).sum() / 3)")
	f.Fuzz(func(_ *testing.T, s string) {
		if e, err := path.Parse(s); err == nil {
			_, _ = e.Of(scope())
		}
	})
}
