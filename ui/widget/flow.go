package widget

import (
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// Pair is a labelled value. Break begins a new line before it.
type Pair struct {
	Label, Value string
	Style        paint.Style // of the value
	LabelStyle   paint.Style
	Break        bool
}

// Flow draws pairs one after another, wrapping between them and, where one is
// wider than a line, within its value. Nothing is ever cut. It gives the rows
// used; with draw false it only counts them.
func Flow(c *paint.Canvas, r paint.Rect, pairs []Pair, gap int, draw bool) int {
	x, y := r.X, r.Y
	started := false
	var lines [8]string
	for _, p := range pairs {
		if p.Value == "" {
			continue
		}
		lw := 0
		if p.Label != "" {
			lw = paint.Width(p.Label) + 1
		}
		vw := paint.Width(p.Value)
		if started {
			x += gap
		}
		if started && (p.Break || x+lw+vw > r.Right()) {
			x, y = r.X, y+1
		}
		started = true
		if draw && p.Label != "" {
			c.Put(x, y, r.Right(), p.LabelStyle, p.Label)
		}
		x += lw
		if x+vw <= r.Right() {
			if draw {
				c.Put(x, y, r.Right(), p.Style, p.Value)
			}
			x += vw
			continue
		}
		for i, line := range paint.Wrap(lines[:0], p.Value, max(r.Right()-x, 8)) {
			if i > 0 {
				y++
			}
			if draw {
				c.Put(x, y, r.Right(), p.Style, line)
			}
		}
		x = r.Right()
	}
	return y - r.Y + 1
}

// Para draws wrapped text and gives the rows used.
func Para(c *paint.Canvas, r paint.Rect, st paint.Style, s string) int {
	var lines [16]string
	n := 0
	for _, line := range paint.Wrap(lines[:0], s, r.W) {
		if n >= r.H {
			break
		}
		c.Put(r.X, r.Y+n, r.Right(), st, line)
		n++
	}
	return n
}

// Option draws one choosable line: a pointer, its key, its words. One without a key is
// an item.
func Option(c *paint.Canvas, x, y, right int, selected bool, key, label, note string) {
	st, mark := theme.Text, "  "
	if key == "" {
		c.Item(x, y, selected)
	}
	if selected {
		st, mark = theme.Selected, "▸ "
		c.Fill(paint.Rect{X: x, Y: y, W: right - x, H: 1}, st, ' ')
		c.SetCursor(x, y)
	}
	x = c.Put(x, y, right, st, mark)
	if key != "" {
		ks := theme.Key
		if selected {
			ks = st
		}
		x = c.Put(x, y, right, ks, key)
		x = c.Put(x, y, right, st, "  ")
	}
	x = c.Put(x, y, right, st, label)
	if note != "" {
		ns := theme.Muted
		if selected {
			ns = st
		}
		c.Put(x, y, right, ns, "  "+note)
	}
}
