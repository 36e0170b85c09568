package today

import (
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// drawAhead says that records are fetched before they are opened, as an access of which the
// patient is told, or that they are not and why; it gives the row below.
func (s *Screen) drawAhead(c *paint.Canvas, in paint.Rect, y int) int {
	a := &s.env.Day.Ahead
	if !a.On || s.entry != entryNone {
		return y
	}
	words, style := s.ahead()
	return y + widget.Para(c, paint.Rect{X: in.X, Y: y, W: in.W, H: 2}, style, words)
}

func (s *Screen) ahead() (string, paint.Style) {
	e, a := s.env, &s.env.Day.Ahead
	t := &e.T.Today
	switch {
	case a.Off != "":
		return e.S(t.AheadOff), theme.Abnormal
	case len(a.Not) > 0:
		one := a.Not[0]
		name, _ := who(e, row{task: one.Task})
		words := text.Sprintf(e.S(t.AheadNot), name, e.Reason(one.Why))
		if n := len(a.Not) - 1; n > 0 {
			words = text.Sprintf(e.S(e.T.Common.MoreNews), words, n)
		}
		return words, theme.Abnormal
	}
	return e.S(t.AheadOn), theme.Muted
}
