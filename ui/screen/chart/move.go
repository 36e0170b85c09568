package chart

import (
	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk/ui/intent"
)

// moveType goes through the rail, and shows each row at once.
func (s *Screen) moveType(in intent.Intent) tea.Cmd {
	row := s.railRow()
	switch in.ID {
	case intent.Up:
		row--
	case intent.Down:
		row++
	case intent.Top, intent.PageUp:
		row = 0
	case intent.Bottom, intent.PageDown:
		row = s.railRows() - 1
	}
	row = min(max(row, 0), s.railRows()-1)
	if row == s.railRow() {
		return nil
	}
	s.query = nil
	if row < len(pageKeys) {
		return s.turn(pageKeys[row].view)
	}
	return s.pick(s.types[row-len(pageKeys)].Type)
}

func (s *Screen) moveList(in intent.Intent) tea.Cmd {
	l, t := s.current(), &s.env.T.Chart
	before := l.sel
	switch {
	case in.ID == intent.Older && !l.year(-1):
		s.env.Warn(s.env.S(t.LastYear))
	case in.ID == intent.Newer && !l.year(1):
		s.env.Warn(s.env.S(t.FirstYear))
	case in.ID == intent.NextSource && !l.source(1), in.ID == intent.PrevSource && !l.source(-1):
		s.env.Warn(s.env.S(t.OtherSource))
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
	if s.typing() != nil {
		s.movePage(intent.Intent{ID: intent.Back})
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
	case s.pane == paneDetail && s.query == nil || s.pane == paneDetail && !s.query.typing:
		return s.followLink()
	case s.query != nil && s.query.typing:
		s.query.typing = false
		return s.follow()
	case s.pane == paneRail:
		s.pane = paneList
	case s.pane == paneList:
		if cmd, used := s.movePage(intent.Intent{ID: intent.Accept}); used {
			return cmd
		}
		r, ok := s.selected()
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
	case s.typing() != nil:
		cmd, _ := s.movePage(intent.Intent{ID: intent.Back})
		return cmd
	case s.drafts() != nil && s.drafts().Reads():
		cmd, _ := s.movePage(intent.Intent{ID: intent.Back})
		return cmd
	case len(s.followed) > 0:
		return s.comeBack()
	case s.detail.showRaw:
		s.detail.showRaw = false
		s.detail.lines = nil
	case s.pane == paneDetail:
		s.pane = paneList
		s.detail.all, s.detail.lines = false, nil // the next record is read, whatever was looked at in this
	case s.query != nil:
		s.query = nil
		s.detail.clear()
		return s.follow()
	case s.view == viewTrend:
		return s.turn(s.before)
	case s.view != viewSummary:
		return s.turn(viewSummary)
	default: // closing a record is never an accident
		s.env.Say(s.env.S(s.env.T.Chart.CloseHint))
	}
	return nil
}
