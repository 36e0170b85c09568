package widget_test

import (
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
