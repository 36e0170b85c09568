package paint

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

func TestWidthAgreesWithTheRenderer(t *testing.T) {
	for _, s := range []string{
		"CHAN, Tai Man 陳大文 (Mr)", "何亞九", "𨋢𠝹嘅嘢", "O'Brien Séamus", "Séamus", "Treviño Adán", "Ｂ１２３", "葵涌家庭診所", "ｶﾀｶﾅ かな", "한국어",
		"µmol/L ≤ 5 ± 2", "H ↑ HH ↑↑", "● ◐ ○ ▲ ▼ ▸ │ ─ · … –", "Владимир", "ไทย", "「引號」、。", "", "\u3000",
	} {
		if got, want := Width(s), ansi.StringWidth(s); got != want {
			t.Errorf("Width(%q) = %d, renderer %d", s, got, want)
		}
	}
}

// Every assigned character that both width methods of the renderer agree on
// takes just as many cells here. What joins the character before it (marks,
// skin tones) is shown as lost when it stands alone.
func TestEveryCharacterHasTheRenderersWidth(t *testing.T) {
	bad := 0
	for r := rune(0x20); r < 0x31000; r++ {
		if unicode.In(r, unicode.Cs, unicode.Co, unicode.Cc, unicode.Cf) || !unicode.IsPrint(r) {
			continue
		}
		s := string(r)
		want := ansi.StringWidth(s)
		if want != ansi.StringWidthWc(s) || want == 0 || joins(r) {
			continue
		}
		if got := Width(s); got != want {
			if bad++; bad < 20 {
				t.Errorf("U+%04X: %d cells, renderer %d", r, got, want)
			}
		}
	}
	if bad > 0 {
		t.Errorf("%d characters differ", bad)
	}
}

// frame draws s at a place and gives the rows as the renderer counts them.
func frame(t interface{ Errorf(string, ...any) }, s string, w, h, x, y int) string {
	c := New(false)
	c.Reset(w, h, 0)
	end := c.Put(x, y, w, 0, s)
	if end > max(w, x) {
		t.Errorf("drew up to %d of %d", end, w)
	}
	out := c.String(nil)
	for _, row := range strings.Split(out, "\n") {
		if got := ansi.StringWidth(row); got != w {
			t.Errorf("row is %d cells, want %d: %q", got, w, row)
		}
	}
	return out
}

// sgr is all the canvas itself may write besides text.
var sgr = regexp.MustCompile(`\x1b\[[0-9;]*m|\n`)

func TestNoControlCharacterReachesAFrame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s") + rapid.SampledFrom([]string{"", "\x1b[31m", "\x9b2J", "\x07", "\u202e", "👩‍⚕️", "e\u0301\u0301"}).Draw(t, "odd")
		out := frame(t, s, rapid.IntRange(1, 40).Draw(t, "w"), 3, rapid.IntRange(0, 45).Draw(t, "x"), rapid.IntRange(-1, 4).Draw(t, "y"))
		for _, r := range sgr.ReplaceAllString(out, "") {
			if r < 0x20 || (r >= 0x7f && r < 0xa0) {
				t.Fatalf("U+%04X in the frame", r)
			}
		}
	})
}

func TestOverwritingHalfAWideCharacterClearsTheOther(t *testing.T) {
	c := New(false)
	c.Reset(6, 1, 0)
	c.Put(0, 0, 6, 0, "陳大文")
	c.Put(1, 0, 2, 0, "x")
	c.Put(4, 0, 5, 0, "y")
	if got := ansi.Strip(c.String(nil)); got != " x大y " {
		t.Errorf("got %q", got)
	}
}

func TestCutSaysThatItCut(t *testing.T) {
	for _, c := range []struct {
		in   string
		w    int
		want string
	}{{"warfarin", 8, "warfarin"}, {"warfarin", 5, "warf…"}, {"陳大文", 5, "陳大…"}, {"陳大文", 4, "陳…"}, {"x", 0, ""}} {
		if got := Cut(c.in, c.w); got != c.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", c.in, c.w, got, c.want)
		}
	}
}

func TestWrapLosesNothingAndFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{"warfarin", "陳大文", "，", " ", "tablet – ", "胸部X光", "(", ")", "3 mg", "supercalifragilistic"})).Draw(t, "s"), "")
		w := rapid.IntRange(4, 30).Draw(t, "w")
		lines := Wrap(nil, s, w)
		for _, l := range lines {
			if Width(l) > w {
				t.Fatalf("%q is wider than %d", l, w)
			}
		}
		bare := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if bare(strings.Join(lines, "")) != bare(s) {
			t.Fatalf("%q became %q", s, lines)
		}
	})
}

func TestAsciiSetLeavesNoSymbolOfOurs(t *testing.T) {
	c := New(true)
	c.Reset(50, 1, 0)
	c.Put(0, 0, 50, 0, "● ◐ ◓ ◑ ◒ █ ░ ○ ▲ ▼ ▸ │ ─ · … – ↑ ↓")
	for _, r := range ansi.Strip(c.String(nil)) {
		if r > 0x7e {
			t.Errorf("%c left", r)
		}
	}
}

func BenchmarkFrame200x60(b *testing.B) {
	c := New(false)
	pal := Palette{"38;5;252;48;5;234", "1"}
	b.ReportAllocs()
	for b.Loop() {
		c.Reset(200, 60, 0)
		for y := range 60 {
			c.Put(0, y, 200, Style(y%2), "20-Nov-2026 甲狀腺刺激激素 Thyroid stimulating hormone 10.7 mmol/L HH ↑↑ 危急")
		}
		_ = c.String(pal)
	}
}

// The line goes through the text of a style and ends with it: nothing after it,
// and not the row's last blank, is struck.
func TestStruckTextIsStruckAlone(t *testing.T) {
	c := New(false)
	c.Reset(10, 1, 0)
	x := c.Put(0, 0, 9, 1|Struck, "ab")
	c.Put(x, 0, 9, 1, "c")
	out := c.String(Palette{"", "1"})
	if !strings.Contains(out, "\x1b[0;9;1mab\x1b[0;1mc") {
		t.Errorf("%q", out)
	}
	c.Reset(3, 1, 0)
	c.Put(0, 0, 2, Struck, "ab")
	if out := c.String(Palette{""}); strings.Count(out, ";9") != 1 {
		t.Errorf("the margin is struck: %q", out)
	}
}
