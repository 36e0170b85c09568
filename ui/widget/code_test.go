package widget_test

import (
	"strings"
	"testing"

	"rsc.io/qr"

	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// Every module of a code is drawn, with a light margin around it, for each address that
// help has.
func TestACodeIsDrawnWhole(t *testing.T) {
	for _, f := range text.New().Help.Forms {
		code, ok := widget.NewCode(f.Address)
		want, err := qr.Encode(f.Address, qr.L)
		if !ok || err != nil {
			t.Fatalf("%s: %v", f.Address, err)
		}
		c := paint.New(false)
		w, h := code.Size()
		c.Reset(w+4, h+2, 0)
		code.Draw(c, 1, 1)
		for y := range h {
			row := []rune(c.Text(1, 1+y))
			for len(row) < w {
				row = append(row, ' ')
			}
			for x := range w {
				up := row[x] == '█' || row[x] == '▀'
				down := row[x] == '█' || row[x] == '▄'
				if up != want.Black(x-2, 2*y-2) || down != want.Black(x-2, 2*y-1) {
					t.Fatalf("%s: module %d,%d", f.Address, x, 2*y)
				}
			}
		}
	}
}

// What a command prints has the same modules as the screen's, and says its colours itself, line by line: a camera reads it on a
// light terminal as on a dark one.
func TestACodeAsTextIsTheSameWhateverTheTerminalsColours(t *testing.T) {
	const address = "shlink:/eyJ1cmwiOiJodHRwczovL2MuZXhhbXBsZS9zaGwveCJ9"
	code, ok := widget.NewCode(address)
	want, err := qr.Encode(address, qr.L)
	if !ok || err != nil {
		t.Fatal(err)
	}
	w, h := code.Size()
	lines := strings.Split(code.Text(), "\n")
	if len(lines) != h {
		t.Fatalf("%d lines, want %d", len(lines), h)
	}
	for y, line := range lines {
		inner, begins := strings.CutPrefix(line, "\x1b[38;5;16m\x1b[48;5;231m")
		inner, ends := strings.CutSuffix(inner, "\x1b[0m")
		row := []rune(inner)
		if !begins || !ends || len(row) != w {
			t.Fatalf("line %d: %q", y, line)
		}
		for x := range w {
			up, down := row[x] == '█' || row[x] == '▀', row[x] == '█' || row[x] == '▄'
			if up != want.Black(x-2, 2*y-2) || down != want.Black(x-2, 2*y-1) {
				t.Fatalf("module %d,%d", x, 2*y)
			}
		}
	}
}
