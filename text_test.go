package ehrdesk

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
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
