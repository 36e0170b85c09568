package today

import (
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// drawAsked says how many requests between providers and sealed cases wait, what is overdue or critical apart, and the key that leads
// to them; it gives the row below.
func (s *Screen) drawAsked(c *paint.Canvas, in paint.Rect, y int) int {
	e := s.env
	words, _, loud := e.Inbox()
	if words == "" || s.entry != entryNone {
		return y
	}
	st := theme.Text
	if loud {
		st = theme.Abnormal
	}
	c.Put(in.X, y, in.Right(), st, paint.Cut(text.Sprintf(e.S(e.T.Requests.OnToday), words), in.W))
	return y + 1
}
