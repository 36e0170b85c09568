package fold

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestWhatAPersonTakesForTheSameFoldsToTheSame(t *testing.T) {
	for name, pair := range map[string][2]string{
		"case":                       {"HbA1c", "HBA1C"},
		"traditional and simplified": {"糖尿病藥物治療、身體檢查", "糖尿病药物治疗、身体检查"},
		"one simplified for two":     {"頭髮 發燒 幹細胞 乾燥", "头发 发烧 干细胞 干燥"},
		"variants of Hong Kong":      {"腸胃炎 裏面 床 着 台灣", "肠胃炎 裡面 牀 著 臺灣"},
		"metformin":                  {"二甲雙胍", "二甲双胍"},
		"accents":                    {"Ménière", "meniere"},
		"composed and decomposed":    {norm.NFC.String("Sjögren"), norm.NFD.String("SJÖGREN")},
		"width":                      {"ＩＮＲ　２．４", "inr 2.4"},
		"ligatures":                  {"ﬁbrosis œdema", "fibrosis oedema"},
		"raised digits":              {"kg/m²", "kg/m2"},
		"micro sign":                 {"µmol/L", "μmol/l"},
		"dashes":                     {"post‑op – day", "post-op - day"},
		"unseen":                     {"dia\u00adbe\u200btes", "diabetes"},
	} {
		if a, b := String(pair[0]), String(pair[1]); a != b {
			t.Errorf("%s: %q and %q", name, a, b)
		}
	}
	for _, pair := range [][2]string{{"糖尿病", "高血壓"}, {"a", "b"}, {"5", "6"}, {"肝", "腎"}, {"μg", "mg"}} {
		if String(pair[0]) == String(pair[1]) {
			t.Errorf("%s and %s are one", pair[0], pair[1])
		}
	}
}

func TestFoldingWhatIsFoldedChangesNothing(t *testing.T) {
	for r := rune(0); r <= 0x323AF; r++ {
		if r >= 0xD800 && r <= 0xDFFF {
			continue
		}
		if once := String(string(r)); String(once) != once {
			t.Errorf("%U: %q, then %q", r, once, String(once))
		}
	}
}

// texts are made of what records are: English, Chinese, accents apart, things that are no text.
func texts() *rapid.Generator[string] {
	part := rapid.OneOf(rapid.SampledFrom([]string{"Metformin ", "二甲雙胍", "頭髮", "e\u0301", "É", "ﬁ", "½", "…", "\xff", "한", "½ tab", "か\u3099", "\u200b", "９", "İ", "𫝈"}), rapid.StringN(0, 6, -1))
	return rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(part, 0, 12).Draw(t, "parts"), "") })
}

// A match is never lost: what folds a part of a text finds it in the whole.
func TestAPartFoldsToAPart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := texts().Draw(t, "before"), texts().Draw(t, "part"), texts().Draw(t, "after")
		if a, b, c = strings.ToValidUTF8(a, "?"), strings.ToValidUTF8(b, "?"), strings.ToValidUTF8(c, "?"); !strings.Contains(String(a+b+c), String(b)) {
			t.Fatalf("%q is not in %q", String(b), String(a+b+c))
		}
	})
}

func TestEveryByteLeadsBackToTheTextAsRecorded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := texts().Draw(t, "text")
		m := Map(s)
		if m.Folded != String(s) {
			t.Fatalf("%q and %q", m.Folded, String(s))
		}
		if len(m.Folded) == 0 {
			return
		}
		i := rapid.IntRange(0, len(m.Folded)-1).Draw(t, "from")
		j := rapid.IntRange(i+1, len(m.Folded)).Draw(t, "to")
		for ; !utf8.RuneStart(m.Folded[i]); i-- {
		}
		for ; j < len(m.Folded) && !utf8.RuneStart(m.Folded[j]); j++ {
		}
		from, to := m.Recorded(i, j)
		if from < 0 || to > len(s) || from >= to {
			t.Fatalf("%d to %d", from, to)
		}
		if !strings.Contains(String(s[from:to]), m.Folded[i:j]) {
			t.Fatalf("%q leads back to %q", m.Folded[i:j], s[from:to])
		}
	})
}

func TestAnAccentGoesWithItsLetter(t *testing.T) {
	s := "Me\u0301nie\u0300re"
	m := Map(s)
	if from, to := m.Recorded(1, 2); s[from:to] != "e\u0301" {
		t.Errorf("%q", s[from:to])
	}
	if from, to := m.Recorded(0, len(m.Folded)); s[from:to] != s {
		t.Errorf("%q", s[from:to])
	}
}

func BenchmarkFold(b *testing.B) {
	for name, s := range map[string]string{"English": strings.Repeat("Given Heparin 5000 units subcutaneously. ", 100), "Chinese": strings.Repeat("病人自述頭暈，血壓偏高，", 100)} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			var dst []byte
			for b.Loop() {
				dst = Append(dst[:0], s)
			}
		})
	}
}
