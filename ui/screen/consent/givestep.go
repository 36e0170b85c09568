package consent

import (
	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/paint"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/theme"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

func (s *Screen) handleGiver(in intent.Intent) tea.Cmd {
	t, g := s.env.T, &s.giver
	s.wrong = screen.Wrong{}
	switch {
	case in.ID == intent.Edited:
	case in.ID == intent.Up && g.minor && s.page.On(g.who) && g.who.Sel == 0: // the patient is not above the first
		s.wrong = screen.Saying(t.Capture.Under16)
	case in.ID == intent.Accept && s.channel == ehrdesk.ByCard && !g.self():
		s.wrong = screen.Saying(t.Card.GiverOnly)
	case in.ID == intent.Accept:
		wrong, at := g.missing()
		if s.wrong = wrong; at != nil {
			s.page.Focus(at)
			return nil
		}
		if s.step = stepTerm; len(s.offer.Terms) < 2 {
			return s.toKey()
		}
	default:
		g.handle(&s.page, in)
	}
	return nil
}

func (s *Screen) drawGiver(c *paint.Canvas, r paint.Rect) {
	e, t := s.env, &s.env.T.Capture
	c.Put(r.X, r.Y, r.Right(), theme.Strong, e.S(t.GiverTitle))
	y := r.Y + 1
	if s.giver.minor {
		y += widget.Para(c, paint.Rect{X: r.X, Y: y, W: r.W, H: 2}, theme.Abnormal, "! "+e.S(t.Under16))
	}
	y = s.page.Draw(c, paint.Rect{X: r.X, Y: y, W: r.W, H: r.Bottom() - y}, true)
	s.foot(c, paint.Rect{X: r.X, Y: y, W: r.W, H: 2})
}
