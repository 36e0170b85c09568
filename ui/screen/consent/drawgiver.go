package consent

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

func (s *Screen) drawGiver(c *paint.Canvas, r paint.Rect) {
	e, t := s.env, &s.env.T.Capture
	c.Put(r.X, r.Y, r.Right(), theme.Strong, e.S(t.GiverTitle))
	y := r.Y + 1
	if s.giver.minor {
		y += widget.Para(c, paint.Rect{X: r.X, Y: y, W: r.W, H: 2}, theme.Abnormal, "! "+e.S(t.Under16))
	}
	y = s.giver.draw(c, paint.Rect{X: r.X, Y: y, W: r.W, H: r.Bottom() - y}, e, true)
	s.foot(c, paint.Rect{X: r.X, Y: y, W: r.W, H: 2})
}

// draw paints the list, what the giver chosen has to bring, and what shows that
// the right patient is meant. It gives the row after it.
func (g *giver) draw(c *paint.Canvas, r paint.Rect, e *screen.Env, focus bool) int {
	t := &e.T.Capture
	y := r.Y
	for i, k := range g.kinds {
		widget.Option(c, r.X, y, min(r.Right(), r.X+64), i == g.sel, string(rune('1'+i)), e.S(t.Giver(k.Kind)), "")
		y++
	}
	fields := []struct {
		at    stop
		label text.T
		in    *widget.Input
	}{{atName, t.GiverName, &g.name}, {atDocument, t.GiverDocument, &g.document}, {atDeclaration, t.Declaration, &g.declaration}}
	w := 0
	for _, f := range fields {
		if g.has(f.at) {
			w = max(w, paint.Width(e.S(f.label))+2)
		}
	}
	for _, f := range fields {
		if g.has(f.at) {
			c.Put(r.X+2, y, r.Right(), theme.Label, e.S(f.label))
			f.in.Draw(c, r.X+2+w, y, min(40, r.W-w-2), focus && g.focus == f.at)
			y++
		}
	}
	if g.has(atNoneBefore) {
		tick(c, r, y, g.noneBefore, e.S(t.NoneBefore), focus && g.focus == atNoneBefore)
		y++
	}
	words := t.Sighted
	if !g.self() {
		words = t.SightedSDM
	}
	tick(c, r, y, g.sighted, e.S(words), focus && g.focus == atList)
	y++
	if g.has(atCheck) {
		x := c.Put(r.X+4, y, r.Right(), theme.Label, e.AskToIdentify(g.patient)+"  ")
		g.check.Draw(c, x, y, min(6, r.Right()-x), focus && g.focus == atCheck)
		y++
	}
	return y
}

// tick draws a box with its words, and the cursor in it where it has the focus.
func tick(c *paint.Canvas, r paint.Rect, y int, on bool, words string, focus bool) {
	mark, st := "[ ] ", theme.Text
	if on {
		mark, st = "[x] ", theme.Good
	}
	x := c.Put(r.X, y, r.Right(), theme.Key, mark)
	if focus {
		c.SetCursor(r.X+1, y)
	}
	c.Put(x, y, r.Right(), st, words)
}

// given says who consents, by what document.
func given(e *screen.Env, v ehrdesk.Giver) string {
	words := e.S(e.T.Capture.Giver(v.Kind))
	if v.Kind == ehrdesk.SelfGiver {
		return words
	}
	words += ": " + v.Name
	if doc := v.Document + v.Declaration; doc != "" {
		words += " (" + doc + ")"
	}
	return words
}
