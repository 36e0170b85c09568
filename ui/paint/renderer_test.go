package paint

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
)

// shift matches insert character and delete character, which a terminal carries
// out on cells and not on characters: half of a wide one can be lost.
var shift = regexp.MustCompile("\x1b\\[[0-9]*[@P]")

// TestNoRowIsShifted draws rows of Chinese and English text that move by a cell
// from frame to frame, and reads what the renderer sends.
func TestNoRowIsShifted(t *testing.T) {
	plain := func(s string) string { return strings.ReplaceAll(s, ";8m", "m") }
	if n := shifts(func(s string) string { return s }); n != 0 {
		t.Errorf("%d rows were shifted", n)
	}
	if n := shifts(plain); n == 0 {
		t.Error("without the concealed blank no row is shifted either: the test proves nothing")
	}
}

func shifts(spoil func(string) string) int {
	const w, h = 80, 24
	var out bytes.Buffer
	r := uv.NewTerminalRenderer(&out, []string{"TERM=xterm-256color"})
	r.SetColorProfile(colorprofile.TrueColor)
	r.SetFullscreen(true)
	rnd := rand.New(rand.NewPCG(1, 2))
	words := []string{"三酸甘油酯", "低密度膽固醇", "LDL cholesterol", "Triglycerides", "1.93 mmol/L", "高血壓", "warfarin", "偏高", "3.4"}
	c := New(false)
	n := 0
	for range 200 {
		c.Reset(w, h, 0)
		for y := range h {
			x := c.Put(rnd.IntN(4), y, w, 0, fmt.Sprintf("%02d", y))
			for range 3 {
				x = c.Put(x+1+rnd.IntN(3), y, w, 0, words[rnd.IntN(len(words))])
			}
			c.Put(x+1, y, w, 0, "最終")
		}
		buf := uv.NewScreenBuffer(w, h)
		uv.NewStyledString(spoil(c.String(nil))).Draw(buf, buf.Bounds())
		out.Reset()
		r.Render(buf.RenderBuffer)
		_ = r.Flush()
		n += len(shift.FindAll(out.Bytes(), -1))
	}
	return n
}
