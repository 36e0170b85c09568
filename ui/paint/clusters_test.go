package paint

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

// What a letter and its marks take where a terminal counts each character that
// has cells of its own.
func TestALetterAndItsMarksStayTogether(t *testing.T) {
	for s, want := range map[string]int{
		"é": 1, "e\u0323\u0301": 1, "ไทย": 3, "น้ำตาล": 5, "กี่": 1, "हिन्दी": 5, "परीक्षण": 6, "ಕ್ಷ": 2, "မြန်": 3, "שָׁ": 1, "نبض": 3, "ｶﾞ": 2, "が": 2, "🇭🇰": 2, "👨": 2,
		"\u0301": 1, "x\u0301y": 3,
	} {
		if got := Width(s); got != want {
			t.Errorf("%q takes %d cells, want %d", s, got, want)
		}
		c := New(false)
		c.Reset(30, 1, 0)
		if end := c.Put(1, 0, 30, 0, s); end != 1+want {
			t.Errorf("%q drawn up to %d, want %d", s, end, 1+want)
		}
		shown := s
		switch s {
		case "\u0301": // of nothing
			shown = string(Lost)
		case "x\u0301y": // the renderer would drop it, and x with a bar be an x
			shown = "x" + string(Lost) + "y"
		case "e\u0323\u0301":
			shown = "ẹ\u0301"
		}
		if got := strings.TrimSpace(ansi.Strip(c.String(nil))); got != shown {
			t.Errorf("%q is shown as %q", s, got)
		}
	}
}

var syllables = []string{"हिन्दी", "परीक्षण", "น้ำ", "กี่", "e\u0301", "陳", "a", " ", "ｶﾞ", "မြန်", "한", "5"}

// Both kinds of terminal find every row as wide as it is, and every mark behind
// its letter.
func TestARowIsAsWideForEveryTerminal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := New(false)
		const w, h = 24, 2
		c.Reset(w, h, 0)
		for range rapid.IntRange(1, 6).Draw(t, "texts") {
			s := strings.Join(rapid.SliceOf(rapid.SampledFrom(syllables)).Draw(t, "s"), "")
			c.Put(rapid.IntRange(0, w).Draw(t, "x"), rapid.IntRange(0, h-1).Draw(t, "y"), w, Style(rapid.IntRange(0, 1).Draw(t, "style")), s)
		}
		for _, together := range []bool{false, true} {
			c.Clusters(together)
			for row := range strings.SplitSeq(c.String(Palette{"", "1"}), "\n") {
				got := ansi.StringWidth(row)
				if !together {
					got = 0
					for _, r := range ansi.Strip(row) {
						got += alone(r)
					}
				}
				if got != w {
					t.Fatalf("together %v: %d cells, want %d: %q", together, got, w, row)
				}
			}
		}
		for _, r := range ansi.Strip(c.String(nil)) {
			if r == Lost {
				t.Fatal("a mark lost its letter")
			}
		}
	})
}

func TestCutAndWrapNeverPartALetterFromItsMarks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOf(rapid.SampledFrom(syllables)).Draw(t, "s")
		s := strings.Join(parts, "")
		w := rapid.IntRange(8, 20).Draw(t, "w")
		lines := append(Wrap(nil, s, w), Cut(s, w))
		for _, l := range lines {
			if Width(l) > w {
				t.Fatalf("%q is wider than %d", l, w)
			}
			if l != "" && strings.Contains(first(l), string(Lost)) {
				t.Fatalf("%q begins with a mark", l)
			}
		}
		bare := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if bare(strings.Join(lines[:len(lines)-1], "")) != bare(s) {
			t.Fatalf("%q became %q", s, lines)
		}
	})
}

func first(s string) string {
	cl, _, _ := next(s)
	return cl
}

func TestOverwritingAPartOfASyllableClearsTheRest(t *testing.T) {
	for x, want := range []string{"x  ab", " x ab", "  xab"} {
		c := New(false)
		c.Reset(8, 1, 0)
		c.Put(0, 0, 8, 0, "न्दीab")
		c.Put(x, 0, x+1, 0, "x")
		if got := strings.TrimRight(ansi.Strip(c.String(nil)), " "); got != want {
			t.Errorf("at %d: %q, want %q", x, got, want)
		}
	}
}
