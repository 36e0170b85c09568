package chart

import (
	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
)

func (s *Screen) moveType(in intent.Intent) tea.Cmd {
	t := int(s.typ)
	switch in.ID {
	case intent.Up:
		t--
	case intent.Down:
		t++
	case intent.Top, intent.PageUp:
		t = 1
	case intent.Bottom, intent.PageDown:
		t = int(ehrdesk.Referral)
	}
	t = min(max(t, 1), int(ehrdesk.Referral))
	if ehrdesk.RecordType(t) == s.typ {
		return nil
	}
	s.query = nil
	return s.show(ehrdesk.RecordType(t))
}

func (s *Screen) moveList(in intent.Intent) tea.Cmd {
	l, t := s.current(), &s.env.T.Chart
	before := l.sel
	switch {
	case in.ID == intent.Older && !l.year(-1):
		s.env.Warn(s.env.S(t.LastYear))
	case in.ID == intent.Newer && !l.year(1):
		s.env.Warn(s.env.S(t.FirstYear))
	default:
		l.move(in.ID)
	}
	if l.sel == before {
		return nil
	}
	return s.follow()
}

func (s *Screen) movePane(id intent.ID) tea.Cmd {
	if s.query != nil && s.query.typing {
		s.query.typing = false
		return s.follow()
	}
	last := paneList
	if s.wide() || s.pane == paneDetail {
		last = paneDetail
	}
	switch id {
	case intent.NextPane:
		s.pane = (s.pane + 1) % (last + 1)
	case intent.PrevPane:
		s.pane = (s.pane + last) % (last + 1)
	case intent.Left:
		s.pane = max(s.pane-1, paneRail)
	case intent.Right:
		if s.pane == paneList && !s.wide() {
			return s.accept()
		}
		s.pane = min(s.pane+1, last)
	}
	return s.follow()
}

func (s *Screen) accept() tea.Cmd {
	switch {
	case s.query != nil && s.query.typing:
		s.query.typing = false
		return s.follow()
	case s.pane == paneRail:
		s.pane = paneList
	case s.pane == paneList:
		r, ok := s.current().selected()
		if !ok {
			s.env.Warn(s.env.S(s.env.T.Chart.NoRecord))
			return nil
		}
		if r.Restricted {
			return s.restricted(r.Kind)
		}
		s.pane = paneDetail
	}
	return s.follow()
}

func (s *Screen) back() tea.Cmd {
	switch {
	case s.detail.showRaw:
		s.detail.showRaw = false
		s.detail.lines = nil
	case s.pane == paneDetail:
		s.pane = paneList
	case s.query != nil:
		s.query = nil
		s.detail.clear()
		return s.follow()
	default: // closing a record is never an accident
		s.env.Say(s.env.S(s.env.T.Chart.CloseHint))
	}
	return nil
}
