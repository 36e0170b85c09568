package chart

import (
	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/ask"
)

// refer goes on to whom a letter is sent; raw are its bytes where the chart does not have them yet.
func (s *Screen) refer(letter ehrdesk.Ref, raw []byte) tea.Cmd {
	if _, _, ok := ask.Of(s.env); !ok {
		s.env.Warn(s.env.S(s.env.T.Asking.Off))
		return nil
	}
	if s.view != viewAsk {
		s.asked = s.view
	}
	s.pane = paneList
	cmd := s.turn(viewAsk)
	s.pane = paneList
	p, ok := s.pages[viewAsk].(*ask.Page)
	if !ok {
		return cmd
	}
	return tea.Batch(cmd, p.Begin(ask.Letter{Ref: letter, Raw: raw}))
}

// referRecord begins with the record in focus.
func (s *Screen) referRecord() tea.Cmd {
	r, ok := s.read()
	if !ok {
		return nil
	}
	return s.refer(r.Ref(), nil)
}

// fromAsking goes back to where it was begun.
func (s *Screen) fromAsking() tea.Cmd {
	if s.view != viewAsk {
		return nil
	}
	return s.turn(s.asked)
}

// noReferring says why the record in focus goes to nobody; "" where it can.
func (s *Screen) noReferring() string {
	e := s.env
	if _, _, ok := ask.Of(e); !ok {
		return e.S(e.T.Asking.Off)
	}
	r, ok := s.read()
	switch {
	case !ok || r.Linked:
		return e.S(e.T.Chart.NoRecord)
	case r.Restricted || r.Released:
		return e.S(e.T.Chart.RestrictedWhy)
	case r.Void():
		return e.S(e.T.Writing.AlreadyGone)
	case r.Resource != "DocumentReference" || r.Kind != ehrdesk.KindReferral:
		return e.S(e.T.Asking.NotLetter)
	}
	return ""
}
