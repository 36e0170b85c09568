package today

import (
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// drawAsked says how many requests between providers wait, what is overdue apart, and the key that leads to them; it gives the
// row below.
func (s *Screen) drawAsked(c *paint.Canvas, in paint.Rect, y int) int {
	e, t := s.env, &s.env.T.Requests
	act, late := e.RequestsToAct()
	if act == 0 || s.entry != entryNone {
		return y
	}
	words, st := text.Sprintf(e.S(t.Bar), act), theme.Text
	if late > 0 {
		words, st = text.Sprintf(e.S(t.BarOverdue), act, late), theme.Abnormal
	}
	c.Put(in.X, y, in.Right(), st, paint.Cut(text.Sprintf(e.S(t.OnToday), words), in.W))
	return y + 1
}
