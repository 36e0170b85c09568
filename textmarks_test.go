package ehrdesk

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// words are texts whose shape a screen could change, and what is shown.
var words = map[string]string{
	"re\u0301sume\u0301 cafe\u0301":          "résumé café",              // an accent apart from its letter
	"Tre\u0302\u0301":                        "Trế",                      // two
	"\u1112\u1161\u11ab":                     "한",                        // Korean letters apart
	"น้ำตาล":                                 "น้ำตาล",                   // Thai vowels and tones
	"हिन्दी परीक्षण":                         "हिन्दी परीक्षण",           // Hindi signs
	"שָׁלוֹם":                                norm.NFC.String("שָׁלוֹם"), // Hebrew points
	"نبض":                                    "نبض",
	"می\u200cخواهم":                          "می\ufffdخواهم", // Persian spelling
	"क्\u200dष":                              "क्\ufffdष",     // half a letter
	"caf\u200be":                             "cafe",          // nobody sees it anywhere
	"Auf\u200clage":                          "Auflage",
	"葛\U000e0100城":                           "葛\ufffd城", // another form of the name
	"神\ufe00":                                "神\ufffd",
	"\ufa19社":                                "\ufa19社", // a form of its own: kept, not made another
	"❤\ufe0f ☎\ufe0f":                        "❤ ☎",
	"👨\u200d👩\u200d👧":                        "👨👩👧", // as Unicode has it shown where there is no picture of the three
	"🏴\U000e0067\U000e0062\U000e007f":        "🏴\ufffd",
	"\u202eRLO evil\u202c end":               "\ufffdRLO evil end",
	"5\b6":                                   "5\ufffd6",
	"a\vb\fc\u0085d":                         "a b c d",
	"漢\ufff9かん\ufffa字\ufffb":                 "漢\ufffdかん\ufffd字\ufffd",
	"x\u3164y":                               "x\ufffdy",
	"o\u0334\u0327\u0331\u0325\u0330\u0329k": "o\u0334\u0327\u0331\u0325\ufffdk",
	"\u212b":                                 "\u212b",
}

func TestNoWordBecomesAnotherUnseen(t *testing.T) {
	for in, want := range words {
		if got := CleanLine(in); got != want {
			t.Errorf("%+q: got %+q, want %+q", in, got, want)
		}
	}
}

// Every letter and digit that comes in goes out, in its order, once composed.
func TestCleaningLosesNoLetter(t *testing.T) {
	pieces := []string{"a", "e", "é", "\u0301", "\u0323", "陳", "\ufa19", "の", "\u3099", "ก", "้", "ि", "न", "्", "م", "\u200d", "\u200b", "\u202e", "7", " ", "\t", "\n", "\x1b[1m", "\x1b]0;", "\a", "👍", "🏽", "\ufe0f"}
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOf(rapid.SampledFrom(pieces)).Draw(t, "pieces"), "")
		if strings.Contains(s, "\x1b]") {
			s = strings.ReplaceAll(s, "\x1b]0;", "\x1b]0;\a")
		}
		letters := func(s string) string {
			return strings.Map(func(r rune) rune {
				if unicode.IsLetter(r) || unicode.IsDigit(r) {
					return r
				}
				return -1
			}, norm.NFD.String(s))
		}
		plain := strings.ReplaceAll(s, "\x1b[1m", "")
		plain = strings.ReplaceAll(plain, "\x1b]0;\a", "")
		for name, clean := range map[string]func(string) string{"line": CleanLine, "text": CleanText, "columns": CleanColumns} {
			if got, want := letters(clean(s)), letters(plain); got != want {
				t.Fatalf("%s of %+q: letters %+q, want %+q", name, s, got, want)
			}
		}
	})
}

func TestANoteKeepsItsColumns(t *testing.T) {
	for in, want := range map[string]string{
		"":                              "",
		"  two  three   ":               "  two  three",
		"Na\t138\nK\t4.1\n":             "Na      138\nK       4.1\n",
		"肝功能\tALT\t40":                  "肝功能  ALT     40",
		"eight888\tx":                   "eight888        x",
		"cafe\u0301s\t|":                "cafés   |",
		"a\r\nb\rc\vd\fe\u0085f\u2028g": "a\nb\nc\nd\ne\nf\ng",
		"a\u00a0b\u3000c":               "a b  c",
		"\x1b[31mred\x1b[0m\u202e  x":   "red\ufffd  x",
		"\n\n  x\n\n":                   "\n\n  x\n\n",
	} {
		if got := CleanColumns(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
