package find

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk/internal/clinical/fold"
)

// filed makes an index of titles, values and bodies.
func filed(texts ...[3]string) *Index {
	x := &Index{}
	for _, t := range texts {
		slot := x.Add(fold.String(t[0]), fold.String(t[1]))
		if t[2] != "" {
			x.SetBody(slot, fold.Append(nil, t[2]))
		}
	}
	return x
}

// ranked are the slots that a query finds, best first.
func ranked(x *Index, query string) (out []int) {
	list := x.Find(Parse(query))
	slices.SortStableFunc(list, func(a, b Match) int { return a.Score - b.Score })
	for _, m := range list {
		out = append(out, m.Slot)
	}
	return out
}

func TestATextIsFoundByAnyPartOfIt(t *testing.T) {
	x := filed(
		[3]string{"Metformin 500 mg tablets", "twice a day", ""},
		[3]string{"Sodium", "140 mmol/L", "haemolysed specimen; see D-401, repeat on 9.8"},
		[3]string{"出院紀要", "醫院管理局", "病人患有二型糖尿病，服用二甲雙胍。"},
		[3]string{"Letter", "", "INR of 2.4 (aim 2-3), +++ ketones"},
	)
	for query, want := range map[string][]int{
		"metf": {0, 2}, "formin": {0}, "500": {0}, "mmol": {1}, "d-401": {1}, "-401": {1}, "9.8": {1}, "8 9": {1}, "401 haem": {1}, "糖尿": {2}, "糖尿病": {2}, "尿病服": nil, "二甲双胍": {0, 2}, "病": {2},
		"inr 2.4": {3}, "+++": {3}, "2-3": {3}, "ketones)": nil, "管": {2}, "nothing at all": nil, "mg twice": {0}, "(aim": {3}, "患有二": {2},
	} {
		if got := ranked(x, query); !slices.Equal(got, want) && !(len(got) == 0 && len(want) == 0) {
			t.Errorf("%q: %v, want %v", query, got, want)
		}
	}
}

// The best is first: title, value, body, and in each a word, its beginning, a part, another name.
func TestTheBestIsFirst(t *testing.T) {
	x := filed(
		[3]string{"Letter", "", "on warfarin since May"},
		[3]string{"Letter", "warfarin", ""},
		[3]string{"Prewarfarin check", "", ""},
		[3]string{"Warfarins", "", ""},
		[3]string{"Warfarin 3 mg", "", ""},
		[3]string{"華法林", "", ""},
	)
	if got := ranked(x, "Warfarin"); !slices.Equal(got, []int{4, 3, 2, 5, 1, 0}) {
		t.Errorf("%v", got)
	}
}

// A drug, a test and a disease are found by each of their names in any of the languages, and by code.
func TestOneThingIsFoundByItsOtherNames(t *testing.T) {
	texts := [][3]string{
		{"Metformin 500 mg", "", ""}, {"二甲雙胍", "", ""}, {"二甲双胍", "", ""}, {"GLUCOPHAGE XR", "", ""}, {"drug", "A10BA02", ""},
		{"Essential hypertension", "", ""}, {"高血壓", "", ""}, {"dx", "I10", ""}, {"High blood pressure, mild", "", ""},
		{"HbA1c", "", ""}, {"糖化血红蛋白", "", ""}, {"test", "4548-4", ""}, {"unrelated", "14548-4 6809 i100", ""},
	}
	x := filed(texts...)
	drug, disease, test := []int{0, 1, 2, 3, 4}, []int{5, 6, 7, 8}, []int{9, 10, 11}
	for query, want := range map[string][]int{
		"metformin": drug, "METFORM": drug, "二甲": drug, "glucoph": drug, "a10ba02": drug,
		"hypertension": disease, "高血压": disease, "high blood pressure": disease, "i10": {5, 6, 7, 8, 12},
		"hba1c": test, "糖化血紅蛋白": test, "haemoglobin a1c": test, "4548-4": {9, 10, 11, 12},
	} {
		got := ranked(x, query)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", query, got, want)
		}
	}
}

// Whatever order texts come in, and whatever was there before, the answer is the same.
func TestTheOrderOfTextsChangesNothing(t *testing.T) {
	word := rapid.SampledFrom([]string{"metformin", "Warfarin", "華法林", "糖尿病", "9.8", "d-401", "mg", "meter", "病"})
	rapid.Check(t, func(t *rapid.T) {
		say := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(word, 0, 4).Draw(t, "words"), " ") })
		texts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) [3]string {
			return [3]string{say.Draw(t, "title"), say.Draw(t, "values"), say.Draw(t, "body")}
		}), 1, 10).Draw(t, "texts")
		query := say.Draw(t, "query")
		answer := func(texts [][3]string, gone int) (out []string) {
			x := filed(slices.Concat(texts[:gone], texts)...)
			for i := range gone {
				x.Drop(i)
			}
			for _, m := range x.Find(Parse(query)) {
				out = append(out, fmt.Sprint(texts[m.Slot-gone], m.Score))
			}
			slices.Sort(out)
			return out
		}
		a := answer(texts, 0)
		b := answer(rapid.Permutation(texts).Draw(t, "shuffled"), rapid.IntRange(0, len(texts)).Draw(t, "gone"))
		if !slices.Equal(a, b) {
			t.Fatalf("%v, then %v", a, b)
		}
	})
}

// What the words' index answers is what looking into every text would.
func TestTheIndexFindsWhatReadingEveryTextFinds(t *testing.T) {
	part := rapid.SampledFrom([]string{"a", "b", "ab", "1", ".", "-", " ", "糖", "尿", "病", "é", "μ", "\x00", "B"})
	say := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(part, 0, 10).Draw(t, "parts"), "") })
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(say, 1, 6).Draw(t, "texts")
		query := say.Draw(t, "query")
		var all [][3]string
		for _, s := range texts {
			all = append(all, [3]string{"", "", s})
		}
		var want []int
		words := fold.Terms(strings.ReplaceAll(query, "\x00", " "))
	next:
		for i, s := range texts {
			for _, w := range words {
				if !strings.Contains(fold.String(s), w) {
					continue next
				}
			}
			if len(words) > 0 {
				want = append(want, i)
			}
		}
		got := ranked(filed(all...), strings.ReplaceAll(query, "\x00", " "))
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Fatalf("%q in %q: %v, want %v", query, texts, got, want)
		}
	})
}

func TestAnExcerptShowsTheTextAsRecordedAndMarksTheHit(t *testing.T) {
	long := "The patient was seen in clinic with her daughter, who reports that she has been taking Metformin HCl irregularly since the discharge in May, and wishes to stop it."
	for _, c := range []struct{ line, query, want string }{
		{"Ménière's disease", "meniere", "[Ménière]'s disease"},
		{"病人患有二型糖尿病，服用二甲雙胍。", "双胍 糖尿病", "病人患有二型[糖尿病]，服用二甲[雙胍]。"},
		{long, "metformin", "…has been taking [Metformin] HCl irregularly since the discha…"},
		{"服用二甲雙胍。", "metformin", "服用[二甲雙胍]。"},
		{"after AF was found", "atrial fibrillation", "after [AF] was found"},
		{"nothing of the kind", "xyz", "nothing of the kind"},
	} {
		if c.query == "atrial fibrillation" && len(Parse(c.query).units) != 1 {
			continue // the table does not have it
		}
		e := Parse(c.query).Excerpt(c.line, 60)
		got, last := "", 0
		for _, k := range e.Marks {
			got += e.Text[last:k.From] + "[" + e.Text[k.From:k.To] + "]"
			last = k.To
		}
		if got += e.Text[last:]; got != c.want {
			t.Errorf("%q: %q, want %q", c.query, got, c.want)
		}
		if cellsOf(e.Text) > 60 {
			t.Errorf("%q takes %d cells", e.Text, cellsOf(e.Text))
		}
	}
}

func TestAnExcerptFitsAndItsMarksAreInIt(t *testing.T) {
	part := rapid.SampledFrom([]string{"metformin ", "糖尿病", "e\u0301", "ﬁ", "… ", "x", "a long word ", "\u200b"})
	rapid.Check(t, func(t *rapid.T) {
		line := strings.Join(rapid.SliceOfN(part, 0, 60).Draw(t, "line"), "")
		e := Parse(rapid.SampledFrom([]string{"metformin", "糖", "e", "i", "long wor"}).Draw(t, "query")).Excerpt(line, 40)
		if cellsOf(e.Text) > 40 {
			t.Fatalf("%d cells", cellsOf(e.Text))
		}
		last := 0
		for _, k := range e.Marks {
			if k.From < last || k.To <= k.From || k.To > len(e.Text) {
				t.Fatalf("%v in %q", e.Marks, e.Text)
			}
			last = k.To
		}
	})
}

func TestAWipedIndexHasNoWord(t *testing.T) {
	x := filed([3]string{"Metformin", "", "secret"})
	all := x.words.all
	x.Wipe()
	if strings.Trim(string(all[:cap(all)]), "\x00") != "" || len(ranked(x, "secret")) != 0 {
		t.Errorf("%q is left", all)
	}
}

// What a screen prints of a drug is found: the high-risk group finds its drugs, in each
// language.
func TestAHighRiskGroupFindsItsDrugs(t *testing.T) {
	for _, query := range []string{"anticoagulant", "抗凝血藥", "抗凝血药"} {
		for text, want := range map[string]bool{"warfarin tablet 1 mg": true, "apixaban": true, "paracetamol tablet": false, "華法林": true} {
			if q := Parse(query); (q.Units(fold.String(text)) == q.Len()) != want {
				t.Errorf("%q finds %q: %v", query, text, !want)
			}
		}
	}
}

// A line that has something by another name than was asked for says which; one that has
// the words themselves says nothing.
func TestALineSaysByWhichOtherNameItWasFound(t *testing.T) {
	for _, c := range []struct{ query, line, asked, name string }{
		{"二甲雙胍", "Metformin HCl tablet 500 mg", "二甲双胍", "Metformin"},
		{"metformin", "服用二甲雙胍。", "metformin", "二甲雙胍"},
		{"metformin", "Metformin tablet", "", ""},
		{"metformin", "warfarin", "", ""},
		{"anything", "anything else", "", ""},
		{"", "Metformin", "", ""},
	} {
		if asked, name := Parse(c.query).Named(c.line); name != c.name || c.asked != "" && asked == "" {
			t.Errorf("%q in %q: %q = %q, want %q", c.query, c.line, asked, name, c.name)
		}
	}
}
