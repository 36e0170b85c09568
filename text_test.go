package ehrdesk

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestCleanLineTakesOutWhatATerminalWouldObey(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                       "plain",
		"陳大文 Chan":                    "陳大文 Chan",
		"red\x1b[31mtext\x1b[0m":      "redtext",
		"title\x1b]0;owned\x07after":  "titleafter",
		"link\x1b]8;;http://x\x1b\\y": "linky",
		"c1 \u009b31mtext":            "c1 text",
		"bi\u202edi\u2066":            "bi\ufffddi",
		"zero\u200bwidth\ufeff":       "zerowidth",
		"two\nlines\tand  spaces ":    "two lines and spaces",
		"ideographic\u3000space":      "ideographic space",
		"bad\xffutf8":                 "bad\ufffdutf8",
		"lost\ue000glyph":             "lost\ufffdglyph",
		"tag\U000e0041":               "tag",
		"open\x1b]0;never ended":      "open",
		"\x1bPq#0\x1b\\sixel":         "sixel",
		"\x1b(B":                      "",
		"nul\x00bell\x07del\x7f":      "nulbelldel",
	} {
		if got := CleanLine(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	if got := CleanText("a\nb\x1b[2J\tc\rd\r\ne"); got != "a\nb c\nd\ne" {
		t.Errorf("text: got %q", got)
	}
}

func FuzzCleanLine(f *testing.F) {
	for _, s := range []string{"a\x1b[31m", "\u009b0m", "陳\u202e", "\xff\x1b]", "a  b\n", "\x1b"} {
		f.Add(s)
	}
	for in := range words {
		f.Add(in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, clean := range map[string]func(string) string{"line": CleanLine, "text": CleanText, "columns": CleanColumns} {
			got := clean(s)
			unsafe := func(r rune) bool {
				return (unicode.IsControl(r) && (r != '\n' || name == "line")) || unicode.Is(unicode.Bidi_Control, r) || unsafeRune(r) && r != '\n'
			}
			if !utf8.ValidString(got) || strings.ContainsFunc(got, unsafe) {
				t.Errorf("%s of %q: unsafe %q", name, s, got)
			}
			if again := clean(got); again != got {
				t.Errorf("%s of %q: not stable: %q then %q", name, s, got, again)
			}
		}
	})
}

// What is said to need no cleaning is what cleaning leaves as it is, whatever
// characters stand beside each other.
func TestWhatIsPlainIsWhatCleaningLeaves(t *testing.T) {
	var plain []rune
	for r := rune(0x20); r < 0x20000; r++ {
		if isPlain("a" + string(r) + "b") {
			plain = append(plain, r)
		}
	}
	check := func(s string) {
		for _, as := range []layout{asLine, asText, asColumns} {
			if got := cleaned(s, as); isPlain(s) && got != s {
				t.Fatalf("%q is called plain and is cleaned to %q", s, got)
			}
		}
	}
	last := ' '
	for _, r := range plain {
		for _, with := range []rune{'e', last, '漢', 'ł', r} {
			check(string([]rune{with, r}))
			check(string([]rune{r, with, ' ', r}))
		}
		last = r
	}
	for _, s := range []string{"", "a ", " a", "a  b", "漢 ", "漢\u3000字", "e\u0301", "\xe6\xbc", "漢\ufffd字", "\ufffd"} {
		if s != "" && isPlain(s) {
			t.Errorf("%q is called plain", s)
		}
	}
	if len(plain) < 27_000 {
		t.Errorf("%d characters are plain", len(plain))
	}
}

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
