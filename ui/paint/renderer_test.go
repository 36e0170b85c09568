package paint

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// TestTheTerminalShowsTheFrame draws rows of Chinese and English text that move
// by a cell or change their words from frame to frame, sends what the renderer
// makes of them to a terminal, and holds its screen against the frame.
func TestTheTerminalShowsTheFrame(t *testing.T) {
	seeds := uint64(4)
	if testing.Short() {
		seeds = 2
	}
	for seed := range seeds {
		bad, unknown := frames(seed)
		if bad != "" {
			t.Error(bad)
		}
		if len(unknown) > 0 {
			t.Errorf("sequences the test's terminal does not know: %v", unknown)
		}
	}
}

// frames gives the first row that a terminal shows otherwise than the frame.
func frames(seed uint64) (bad string, unknown map[string]int) {
	const w, h = 80, 24
	var out bytes.Buffer
	r := uv.NewTerminalRenderer(&out, []string{"TERM=xterm-256color"})
	r.SetColorProfile(colorprofile.TrueColor)
	r.SetFullscreen(true)
	r.SetScrollOptim(true)
	term := newTerminal(w, h)
	rnd := rand.New(rand.NewPCG(seed, 2))
	words := []string{"三酸甘油酯", "低密度膽固醇", "LDL cholesterol", "Triglycerides", "1.93 mmol/L", "高血壓", "warfarin", "偏高", "हिन्दी परीक्षण", "น้ำตาล", "မြန်မာ", "Tr\u1eb9\u0301", "3.4", "病人（或給予同意者）已閱讀兩份通知"}
	c := New(false)
	pal := Palette{"", "1", "31", "7"}
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
		frame := c.String(pal)
		buf := uv.NewScreenBuffer(w, h)
		uv.NewStyledString(frame).Draw(buf, buf.Bounds())
		out.Reset()
		r.Render(buf.RenderBuffer)
		if rnd.IntN(2) == 0 {
			c.SetCursor(rnd.IntN(w), rnd.IntN(h)) // where the focus is
			r.MoveTo(c.Cursor())
		}
		_ = r.Flush()
		term.write(out.Bytes())
		got, want := strings.Split(term.screen(), "\n"), strings.Split(ansi.Strip(frame), "\n")
		for y := range h {
			if w := strings.TrimRight(want[y], " "); got[y] != w {
				return "a row reads " + got[y] + "\nand should read " + w, term.unknown
			}
		}
	}
	return "", term.unknown
}
