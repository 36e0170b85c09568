package widget

import (
	"strings"

	"rsc.io/qr"

	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// quiet is the margin around a code, in modules. Half of what ISO 18004 asks for is what
// readers of today need, and a terminal has few rows.
const quiet = 2

// Code is a QR code, two modules a cell: one above the other.
type Code struct {
	size int // modules, the margin too
	dark func(x, y int) bool
}

// NewCode makes the code of an address; ok is false for one that is too long for any.
func NewCode(address string) (c Code, ok bool) {
	q, err := qr.Encode(address, qr.L)
	if err != nil {
		return Code{}, false
	}
	return Code{size: q.Size + 2*quiet, dark: func(x, y int) bool { return q.Black(x-quiet, y-quiet) }}, true
}

// Size is how many cells the code takes.
func (c *Code) Size() (w, h int) { return c.size, (c.size + 1) / 2 }

// Draw paints the code, whole, with its corner at (x, y): dark on light whatever the
// colours are.
func (c *Code) Draw(k *paint.Canvas, x, y int) {
	w, h := c.Size()
	for row := range h {
		for col := range w {
			ch := ' '
			switch up, down := c.dark(col, 2*row), c.dark(col, 2*row+1); {
			case up && down:
				ch = '█'
			case up:
				ch = '▀'
			case down:
				ch = '▄'
			}
			k.Fill(paint.Rect{X: x + col, Y: y + row, W: 1, H: 1}, theme.Code, ch)
		}
	}
}

// Text is the code for a terminal that draws nothing, a line for two rows of modules. The colours are said
// with each line, black on white, so that a camera reads it on whatever background.
func (c *Code) Text() string {
	const colours, plain = "\x1b[38;5;16m\x1b[48;5;231m", "\x1b[0m"
	w, h := c.Size()
	var b strings.Builder
	for row := range h {
		b.WriteString(colours)
		for col := range w {
			switch up, down := c.dark(col, 2*row), c.dark(col, 2*row+1); {
			case up && down:
				b.WriteRune('█')
			case up:
				b.WriteRune('▀')
			case down:
				b.WriteRune('▄')
			default:
				b.WriteByte(' ')
			}
		}
		b.WriteString(plain)
		if row < h-1 {
			b.WriteByte('\n')
		}
	}
	return b.String()
}
