package ui_test

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
	"github.com/ehrdesk/ehrdesk/internal/territory"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// latin is a word of Latin letters.
var latin = regexp.MustCompile(`[A-Za-z][A-Za-z'-]*[A-Za-z…]`)

// ourTexts are the texts of the catalogue, by language.
func ourTexts() (english, hant []string) {
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch {
		case v.Type() == reflect.TypeOf(text.T{}):
			t, ok := v.Interface().(text.T)
			if ok {
				english, hant = append(english, t[text.English]), append(hant, t[text.Hant])
			}
		case v.Kind() == reflect.Struct:
			for i := range v.NumField() {
				if v.Type().Field(i).IsExported() {
					walk(v.Field(i))
				}
			}
		case v.Kind() == reflect.Pointer && !v.IsNil():
			walk(v.Elem())
		case v.Kind() == reflect.Array || v.Kind() == reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		case v.Kind() == reflect.Map:
			for _, k := range v.MapKeys() {
				walk(v.MapIndex(k))
			}
		}
	}
	walk(reflect.ValueOf(text.New()))
	return english, hant
}

// latinWords adds the Latin words of texts, in lower case.
func latinWords(into map[string]bool, texts ...string) {
	for _, s := range texts {
		for _, w := range latin.FindAllString(s, -1) {
			into[strings.ToLower(w)] = true
		}
	}
}

// settle makes a person of the synthetic territory the patient of a desk, and gives the
// words of his records, which stay as they were recorded.
func settle(t *testing.T, d *fake.Desk, person territory.Person) map[string]bool {
	recorded := map[string]bool{}
	var records []ehrdesk.Record
	d.Elements = map[ehrdesk.Ref][]ehrdesk.Element{}
	for _, raw := range person.Resources {
		res, err := fhir.Read(raw)
		if err != nil {
			t.Fatal(err)
		}
		rec := res.Record()
		rec.Version, rec.Updated = "1", fake.Clock()
		elements, err := fhir.Elements(strings.NewReader(string(raw)))
		if err != nil {
			t.Fatal(err)
		}
		for i := range elements {
			if !elements[i].Coded { // FHIR's own codes are words of ours
				latinWords(recorded, elements[i].Value)
			}
		}
		records, d.Elements[rec.Ref()] = append(records, rec), elements
	}
	slices.SortStableFunc(records, func(a, b ehrdesk.Record) int { return b.Date.Compare(a.Date) })
	d.Change("p2", func(f fake.Facts) { *f.Records = records })
	return recorded
}

// Every word of ours is in the language of the screen; what was recorded stays.
func TestNoEnglishWordOfOursIsOnAChineseScreen(t *testing.T) {
	english, hant := ourTexts()
	ours, shared := map[string]bool{}, map[string]bool{}
	latinWords(ours, english...)
	latinWords(shared, hant...)
	whole := map[string]bool{} // texts of ours that may stand alone between two marks
	for i, s := range english {
		if s != hant[i] && !strings.Contains(s, "%") && latin.MatchString(s) {
			whole[s] = true
		}
	}
	for s := range shared {
		delete(ours, s)
	}
	delete(ours, "may") // the month
	land := territory.New(territory.Options{Patients: 43, Seed: 1, Now: fake.Clock()})
	found := map[string]string{}
	for i := 33; i <= 42; i++ {
		if testing.Short() && i%3 != 0 {
			continue
		}
		d := fake.New()
		recorded := settle(t, d, land.Person(i))
		size := [][2]int{{80, 24}, {200, 60}}[i%2]
		p := play(t, d, "zh-Hant", size[0], size[1])
		signIn(p, doctor)
		latinWords(recorded, p.Screen(), "QMH", "Harbour Light", "Kwai Chung Family Clinic")
		open(p, fake.Active)
		look := func(at string) {
			screen := p.Screen()
			for n, l := range strings.Split(screen, "\n") {
				if n < 5 { // whose record it is
					continue
				}
				for _, w := range latin.FindAllString(l, -1) {
					if w = strings.ToLower(w); ours[w] && !recorded[w] {
						found[w] = fmt.Sprintf("person %d, %s: %s", i, at, strings.TrimSpace(l))
					}
				}
				for _, part := range regexp.MustCompile(` [–—·│▸] | {2,}|[（）：，；]`).Split(l, -1) {
					if part = strings.TrimSpace(part); whole[part] && !plainName[part] {
						found[part] = fmt.Sprintf("person %d, %s: %s", i, at, strings.TrimSpace(l))
					}
				}
			}
		}
		for _, key := range []string{"s", "m", "v", "t", "u", "1", "2", "3", "3", "4", "5", "6", "7", "8", "9", "0", "-"} {
			p.Press(key)
			look(key)
			if key != "s" && key != "u" {
				p.Press("enter")
				for n := range 12 {
					look(fmt.Sprintf("%s, record %d", key, n))
					p.Press("n")
				}
				p.Press("esc")
			}
		}
	}
	for w, where := range found {
		t.Errorf("%q: %s", w, where)
	}
}

// plainName are texts that are names in both languages, or recorded as they are.
var plainName = map[string]bool{"methotrexate": true, "Dose": true, "directive": true}
