package text

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
)

// each calls f for every text of the catalogue with its path.
func each(v reflect.Value, path string, f func(string, T)) {
	if v.Type() == reflect.TypeFor[T]() {
		f(path, v.Interface().(T))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		each(v.Elem(), path, f)
	case reflect.Struct:
		for i := range v.NumField() {
			each(v.Field(i), path+"."+v.Type().Field(i).Name, f)
		}
	case reflect.Array, reflect.Slice:
		for i := range v.Len() {
			each(v.Index(i), fmt.Sprintf("%s[%d]", path, i), f)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			each(v.MapIndex(k), fmt.Sprintf("%s[%v]", path, k), f)
		}
	}
}

var verb = regexp.MustCompile(`%(\[\d\])?[a-z]`)

// verbs are the arguments that a text takes, by their place: "%[2]s %[1]s" takes
// what "%s %s" does.
func verbs(s string) []string {
	out := verb.FindAllString(s, -1)
	for i, v := range out {
		if v[1] != '[' {
			out[i] = fmt.Sprintf("%%[%d]%s", i+1, v[1:])
		}
	}
	slices.Sort(out)
	return out
}

func TestEveryTextIsThereInEveryLanguage(t *testing.T) {
	n := 0
	each(reflect.ValueOf(New()), "", func(path string, x T) {
		if path[:min(len(path), 9)] == ".Types[0]" {
			return // no type
		}
		n++
		for _, l := range Langs() {
			s := x.In(l)
			if s == "" {
				t.Errorf("%s is empty in %s", path, l.Tag())
			}
			if a, b := verbs(x[0]), verbs(s); !slices.Equal(a, b) {
				t.Errorf("%s in %s has verbs %v, English has %v", path, l.Tag(), b, a)
			}
			if paint.Width(s) != ansi.StringWidth(s) || ansi.StringWidth(s) != ansi.StringWidthWc(s) {
				t.Errorf("%s in %s: terminals disagree on its width", path, l.Tag())
			}
		}
	})
	if n < 250 {
		t.Errorf("only %d texts were looked at", n)
	}
}

// Characters that mark one script and would betray a text in the wrong one.
func TestChineseTextsAreInTheirOwnScript(t *testing.T) {
	const hant, hans = "們個這時間無號錄證請輸藥醫護療關開選項際體變學實貼報類詞資訊過敏應狀態記檢驗連線離顯紀", "们个这时间无号录证请输药医护疗关开选项际体变学实贴报类词资讯过敏应状态记检验连线离显纪"
	only := func(a, b string) map[rune]bool {
		m := map[rune]bool{}
		for _, r := range a {
			m[r] = true
		}
		for _, r := range b {
			delete(m, r)
		}
		return m
	}
	trad, simp := only(hant, hans), only(hans, hant)
	each(reflect.ValueOf(New()), "", func(path string, x T) {
		if path == ".Language" {
			return
		}
		for _, r := range x[Hant] {
			if simp[r] {
				t.Errorf("%s: %c in the Traditional text", path, r)
			}
		}
		for _, r := range x[Hans] {
			if trad[r] {
				t.Errorf("%s: %c in the Simplified text", path, r)
			}
		}
	})
}

func TestTypeNamesFitTheirRails(t *testing.T) {
	for i, x := range New().Types[1:] {
		for _, l := range Langs() {
			if w := paint.Width(x.Short.In(l)); w > 14 {
				t.Errorf("type %d in %s: short name takes %d cells of 14", i+1, l.Tag(), w)
			}
			if w := paint.Width(x.Long.In(l)); w > 22 {
				t.Errorf("type %d in %s: long name takes %d cells of 22", i+1, l.Tag(), w)
			}
		}
	}
}

func TestEveryProfessionPurposeAndGiverHasWords(t *testing.T) {
	c := New()
	for _, p := range ehrdesk.Professions() {
		if _, ok := c.Roles[p]; !ok {
			t.Errorf("profession %s has no name", p)
		}
	}
	for _, p := range ehrdesk.Purposes() {
		if _, ok := c.Find.Purposes[p]; !ok {
			t.Errorf("purpose %s has no name", p)
		}
	}
	if len(ehrdesk.GiverKinds()) != len(c.Capture.Givers) {
		t.Errorf("%d kinds of giver, %d names", len(ehrdesk.GiverKinds()), len(c.Capture.Givers))
	}
}

func TestAgesInChinese(t *testing.T) {
	p := patient()
	for _, c := range []struct{ in, want string }{{"68y", "68歲"}, {"3y 2m", "3歲2個月"}, {"3w 2d", "3週2日"}, {"90min", "90分鐘"}, {"30hrs", "30小時"}, {"80 or 81", "80或81歲"}} {
		if got := p.AgeIn(Hant, c.in); got != c.want {
			t.Errorf("AgeIn(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestEveryFaultOfACardHasItsOwnWords(t *testing.T) {
	c := New().Card
	seen := map[string]ehrdesk.CardFault{}
	for _, k := range ehrdesk.CardFaults() {
		words := c.Faults[k]
		if other, twice := seen[words[English]]; twice && !(k == ehrdesk.FaultUnknown || other == ehrdesk.FaultUnknown) {
			t.Errorf("%v and %v have the same words", k, other)
		}
		seen[words[English]] = k
		if words == (T{}) {
			t.Errorf("%v has no words", k)
		}
	}
	for p := ehrdesk.CardUnverified; p <= ehrdesk.CardGenuineChip; p++ {
		if c.Proofs[p] == (T{}) {
			t.Errorf("%v has no words", p)
		}
	}
	for _, f := range ehrdesk.CompareCard(ehrdesk.CardFace{}, ehrdesk.Patient{}) {
		if c.Fields[f.Name] == (T{}) {
			t.Errorf("field %s has no name", f.Name)
		}
	}
}
