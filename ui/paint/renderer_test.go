package paint

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// TestTheTerminalShowsTheFrame draws rows in many scripts that move by a cell or change
// their words from frame to frame, on a terminal that counts the cells of each
// character by itself, as those without mode 2027 do, and holds it against the frame.
func TestTheTerminalShowsTheFrame(t *testing.T) {
	const w, h = 80, 24
	words := []string{"三酸甘油酯", "低密度膽固醇", "LDL cholesterol", "Triglycerides", "1.93 mmol/L", "高血壓", "warfarin", "偏高", "हिन्दी परीक्षण", "น้ำตาล", "မြန်မာ", "Tr\u1eb9\u0301", "3.4", "病人（或給予同意者）已閱讀兩份通知"}
	pal := Palette{"", "1", "31", "7"}
	for seed := range uint64(4) {
		term := newTerminal(w, h)
		rnd := rand.New(rand.NewPCG(seed, 2))
		c, s := New(false), NewScreen(term)
		if _, err := s.Write([]byte(ansi.SetModeAltScreenSaveCursor)); err != nil {
			t.Fatal(err)
		}
		line := make([]string, h)
		for range 1000 {
			c.Reset(w, h, 0)
			for y := range h {
				if line[y] == "" || rnd.IntN(4) == 0 {
					line[y] = strings.Repeat(" ", rnd.IntN(4))
					for range 1 + rnd.IntN(4) {
						line[y] += words[rnd.IntN(len(words))] + strings.Repeat(" ", 1+rnd.IntN(9))
					}
				}
				c.Put(0, y, w, Style(rnd.IntN(4)*rnd.IntN(2)), line[y])
				if rnd.IntN(3) == 0 {
					c.Put(w-6, y, w, 0, "最終")
				}
			}
			s.Show(c, pal)
			if err := s.Flush(); err != nil {
				t.Fatal(err)
			}
			got, want := strings.Split(term.screen(), "\n"), strings.Split(ansi.Strip(c.String(pal)), "\n")
			for y := range h {
				if w := strings.TrimRight(want[y], " "); got[y] != w {
					t.Fatalf("seed %d: a row reads %s\nand should read %s", seed, got[y], w)
				}
			}
		}
		if len(term.unknown) > 0 {
			t.Errorf("sequences the test's terminal does not know: %v", term.unknown)
		}
	}
}
